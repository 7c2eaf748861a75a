from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    ali1688_account_id = fields.Many2one(
        "purchase.1688.account",
        string="1688 account",
        check_company=True,
        help="Account used where nothing else is chosen.",
    )
    ali1688_currency_id = fields.Many2one(
        "res.currency", compute="_compute_ali1688_currency_id", string="1688 currency"
    )
    ali1688_approval_limit = fields.Monetary(
        string="Approval limit per order",
        currency_field="ali1688_currency_id",
        default=5000.0,
        help="In yuan. Above it a second person, who did not prepare the order, has to approve. 0 asks for one always.",
    )
    ali1688_comparison_deadline = fields.Float(
        string="Comparison deadline",
        default=2.0,
        help="Seconds that a comparison waits for answers. What comes later is shown as late.",
    )
    ali1688_answer_minutes = fields.Integer(
        string="Use answers up to (minutes old)",
        default=0,
        help="Answers to another comparison that are so fresh are used instead of asking once more, and show their "
        "age. 0: the sellers are always asked.",
    )
    ali1688_sourcing_max_age = fields.Integer(
        string="Details stay good for",
        default=24,
        help="Hours in which a sourcing run takes what is known of an offer instead of asking again. 0 asks always.",
    )
    ali1688_price_alarm = fields.Float(
        string="Price alarm",
        default=5.0,
        help="Percent by which the price of a mapped offer may move before the buyer is told. 0 tells of every move.",
    )
    ali1688_fallback_user_id = fields.Many2one(
        "res.users",
        string="Fallback buyer",
        help="Owns issues of records that have no owner.",
    )

    _ali1688_answer_minutes_positive = models.Constraint(
        "CHECK(ali1688_answer_minutes >= 0)", "The age of answers is a number of minutes, 0 or more."
    )
    _ali1688_price_alarm_positive = models.Constraint(
        "CHECK(ali1688_price_alarm >= 0)", "The price alarm is a percentage of 0 or more."
    )

    def _compute_ali1688_currency_id(self):
        self.ali1688_currency_id = self.env.ref("base.CNY")
