from odoo import fields, models
from odoo.exceptions import UserError


class Purchase1688AttemptResolve(models.TransientModel):
    """A person decides on a call whose outcome is unknown."""

    _name = "purchase.1688.attempt.resolve"
    _description = "Decide on a 1688 Attempt"

    attempt_id = fields.Many2one("purchase.1688.attempt", required=True, readonly=True)
    kind = fields.Selection(related="attempt_id.kind")
    record_name = fields.Char(related="attempt_id.record_name")
    amount = fields.Monetary(related="attempt_id.amount")
    currency_id = fields.Many2one(related="attempt_id.currency_id")
    claimed_at = fields.Datetime(related="attempt_id.claimed_at", string="Sent")
    looks = fields.Integer(related="attempt_id.looks", string="Looked up")
    surely_absent = fields.Boolean(compute="_compute_surely_absent")
    may_give_up = fields.Boolean(compute="_compute_surely_absent")
    too_early = fields.Char(compute="_compute_surely_absent")
    decision = fields.Selection(
        [
            ("look", "Look it up at 1688 now"),
            ("send_again", "It was not done: send the same again"),
            ("give_up", "It was not done: give it up"),
        ],
        required=True,
        default="look",
    )
    reason = fields.Char(help="How you know that it was not done.")

    def _compute_surely_absent(self):
        for wizard in self:
            attempt = wizard.attempt_id
            wizard.surely_absent = attempt._is_surely_absent()
            wizard.may_give_up = attempt._may_give_up()
            wizard.too_early = False if wizard.surely_absent else attempt._get_too_early()

    def action_decide(self):
        """Do what the person decided."""
        self.ensure_one()
        if self.decision == "look":
            return self.attempt_id.action_look()
        if self.decision == "send_again":
            self.attempt_id._send_again()
        elif not self.reason:
            raise UserError(self.env._("Say how you know that it was not done."))
        else:
            self.attempt_id._give_up(self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
