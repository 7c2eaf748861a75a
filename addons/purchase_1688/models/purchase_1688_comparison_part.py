from odoo import api, models
from odoo.exceptions import UserError


class Purchase1688ComparisonPart(models.AbstractModel):
    """Lines and answers of a comparison: fixed once it was applied, and kept for good.

    People may read them only; what they press is checked by the comparison's methods, which write as superuser.
    """

    _name = "purchase.1688.comparison.part"
    _description = "1688 Comparison: Part"

    def write(self, vals):
        self.comparison_id._check_not_frozen()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Comparisons are kept: they show why something was bought where."))
