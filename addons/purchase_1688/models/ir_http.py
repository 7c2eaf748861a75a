from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Keep the body of pushed messages as received: the signature covers its bytes."""
        if rule.endpoint.routing.get("raw_body_1688"):
            request.httprequest.get_data(cache=True)
        return super()._pre_dispatch(rule, args)
