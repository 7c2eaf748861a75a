from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ali1688_auto_confirm_days = fields.Integer(related="company_id.ali1688_auto_confirm_days", readonly=False)
