from odoo import fields, models


class Purchase1688Quota(models.Model):
    """The call budget of one account, as one number in one row that all processes share."""

    _name = "purchase.1688.quota"
    _description = "1688 Call Budget"
    _log_access = False

    account_id = fields.Many2one("purchase.1688.account", required=True, readonly=True, ondelete="cascade")
    arrival = fields.Float(
        digits=None,
        readonly=True,
        help="Theoretical arrival time of the next call (seconds since 1970): the later, the more of the budget is used.",
    )

    _account_uniq = models.UniqueIndex("(account_id)", "One call budget per account.")
