from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    ali1688_auto_confirm_days = fields.Integer(
        "Days until 1688 Confirms",
        default=10,
        help="Days from dispatch until 1688 releases the money by itself. 0: no alarm.",
    )
