from odoo import api, fields, models
from odoo.exceptions import UserError

from .purchase_1688_order_attempt import FRESH

# States of a line that is still to be paid, by the approval that it has.
TO_PAY = ("waiting", "calling")


class Purchase1688PaymentLine(models.Model):
    """One order of a payment: what was approved for it, and what was paid."""

    _name = "purchase.1688.payment.line"
    _description = "1688 Payment Line"
    _order = "payment_id, id"
    _check_company_auto = True

    payment_id = fields.Many2one("purchase.1688.payment", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="payment_id.company_id", store=True)
    currency_id = fields.Many2one(related="payment_id.currency_id")
    order_id = fields.Many2one(
        "purchase.1688.order", "1688 order", required=True, check_company=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(related="order_id.partner_id")
    remote_id = fields.Char(related="order_id.remote_id")
    amount = fields.Monetary(required=True, help="To pay for this order, to the fen; nothing else is paid.")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("calling", "Paying"),
            ("paid", "Paid"),
            ("refused", "Refused"),
            ("unknown", "Outcome unknown"),
            ("released", "Taken out"),
        ],
        required=True,
        default="waiting",
    )
    is_live = fields.Boolean(compute="_compute_is_live", store=True)
    channel = fields.Char()
    voucher_no = fields.Char("Voucher", help="The trade number of the payment.")
    paid_amount = fields.Monetary("Paid")
    paid_at = fields.Datetime("Paid on")
    note = fields.Char()

    # Two payments for one order cannot be under way, whatever two people press at the same time.
    _order_live_uniq = models.UniqueIndex("(order_id) WHERE is_live", "This order is in a payment already.")
    _amount_positive = models.Constraint("CHECK(amount > 0)", "An amount to pay must be more than zero.")

    @api.depends("state")
    def _compute_is_live(self):
        for line in self:
            line.is_live = line.state != "released"

    # --- business: states

    def _set_state(self, state, vals=None):
        """The only writer of ``state``; a paid line stays paid. A cashier page without it is not the same page."""
        lines = self.filtered(lambda line: line.state not in (state, "paid"))
        if lines:
            lines.write({**(vals or {}), "state": state})
            if state not in TO_PAY:
                lines.payment_id._void_link()
            lines.payment_id._sync_state()
        return lines

    def _set_waiting(self):
        return self._set_state("waiting", {"note": False})

    def _set_calling(self):
        return self._set_state("calling", {"note": False})

    def _set_unknown(self):
        return self._set_state("unknown")

    def _set_refused(self, note):
        return self._set_state("refused", {"note": note})

    def _set_paid(self, amount, paid_at, voucher_no=None):
        """The order was read back as paid: store the voucher."""
        return self._set_state(
            "paid", {"paid_amount": amount, "paid_at": paid_at, "voucher_no": voucher_no, "note": False}
        )

    def _get_free(self):
        """Those that are not paid and for which nothing of ours is on its way; at the cashier a person pays."""
        return self.filtered(
            lambda line: (
                line.state in ("waiting", "refused")
                or (line.state == "calling" and line.payment_id.router == "cashier")
            )
        )

    def _release(self, note, closed=False):
        """Take the orders out of payments that were not sent. A line that we are paying stays: its outcome decides.

        What nobody approved yet just leaves the list, so that the approver sees what is left.

        :param closed: nothing will be paid any more, whatever is on its way
        """
        lines = self.filtered(lambda line: line.state not in ("paid", "released")) if closed else self._get_free()
        unseen = lines.filtered(lambda line: line.payment_id.state == "requested")
        (lines - unseen)._set_state("released", {"note": note})
        payments = unseen.payment_id
        unseen.unlink()
        payments._sync_state()

    # --- business: the cashier

    def _get_hindrance(self):
        """Why this order must not stand on a cashier page now, in words; None if nothing but its approval counts."""
        self.ensure_one()
        order = self.order_id
        if self.state == "paid":
            return self.env._("It is paid already.")
        differs = self.currency_id.compare_amounts(order.verified_total, self.amount)
        if self.state not in TO_PAY or order.state != "verified" or differs:
            reason = order.block_message if order.state == "blocked" else self.note
            return reason or self.env._("It is not verified for this amount any more.")
        if not order.looked_at or order.looked_at < fields.Datetime.now() - FRESH:
            return self.env._("It could not be read at 1688 just now. Try again.")
        return None

    def _get_lapse(self):
        """Why the newest approval does not allow to pay this order now, in words; None if it does."""
        self.ensure_one()
        approvals = self.order_id.approval_ids.filtered(lambda approval: approval.kind == "pay")
        try:
            approvals.sorted("id")[-1:]._check_allows(self.order_id, "pay", self.payment_id.account_id, self.amount)
        except UserError as error:
            return str(error)
        return None

    # --- business: issues

    def _close_order_issues(self):
        self.order_id._close_issues("pay_refused")
