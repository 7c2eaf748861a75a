from odoo import fields, models


class Purchase1688Comparison(models.Model):
    """One question to all sources of some products: who is cheapest for this quantity, now?"""

    _name = "purchase.1688.comparison"
    _description = "1688 Comparison"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True, default="/", copy=False)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, default=lambda self: self.env.company
    )
    account_id = fields.Many2one("purchase.1688.account", readonly=True, check_company=True)
    user_id = fields.Many2one("res.users", "Asked by", readonly=True, default=lambda self: self.env.user)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    state = fields.Selection(
        [("asking", "Asking"), ("done", "Answers in"), ("applied", "Applied")],
        default="asking",
        required=True,
        readonly=True,
        index=True,
        copy=False,
    )
    asked_at = fields.Datetime(readonly=True, copy=False)
    finished_at = fields.Datetime(readonly=True, copy=False)
    applied_at = fields.Datetime(readonly=True, copy=False)
    applied_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    deadline_seconds = fields.Float("Deadline (s)", readonly=True, digits=(6, 2))
    purchase_ids = fields.Many2many("purchase.order", string="Requests for quotation", readonly=True, copy=False)
    demand_ids = fields.One2many("purchase.1688.comparison.demand", "comparison_id", "Lines")
    quote_ids = fields.One2many("purchase.1688.comparison.quote", "comparison_id", "Answers")

    def _compute_currency_id(self):
        self.currency_id = self.env["purchase.1688.offer"]._get_yuan()
