from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ali1688_account_id = fields.Many2one(related="company_id.ali1688_account_id", readonly=False)
    ali1688_currency_id = fields.Many2one(related="company_id.ali1688_currency_id")
    ali1688_approval_limit = fields.Monetary(
        related="company_id.ali1688_approval_limit",
        currency_field="ali1688_currency_id",
        readonly=False,
    )
    ali1688_comparison_deadline = fields.Float(related="company_id.ali1688_comparison_deadline", readonly=False)
    ali1688_answer_minutes = fields.Integer(related="company_id.ali1688_answer_minutes", readonly=False)
    ali1688_sourcing_max_age = fields.Integer(related="company_id.ali1688_sourcing_max_age", readonly=False)
    ali1688_price_alarm = fields.Float(related="company_id.ali1688_price_alarm", readonly=False)
    ali1688_fallback_user_id = fields.Many2one(related="company_id.ali1688_fallback_user_id", readonly=False)
    ali1688_rating_preferred = fields.Float(related="company_id.ali1688_rating_preferred", readonly=False)
    ali1688_rating_excluded = fields.Float(related="company_id.ali1688_rating_excluded", readonly=False)
    ali1688_rating_min_samples = fields.Integer(related="company_id.ali1688_rating_min_samples", readonly=False)
    ali1688_rating_prior = fields.Float(related="company_id.ali1688_rating_prior", readonly=False)
    ali1688_rating_months = fields.Integer(related="company_id.ali1688_rating_months", readonly=False)
    ali1688_rating_ship_hours = fields.Integer(related="company_id.ali1688_rating_ship_hours", readonly=False)
    ali1688_qualification_days = fields.Integer(related="company_id.ali1688_qualification_days", readonly=False)
