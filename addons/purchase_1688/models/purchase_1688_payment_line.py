from odoo import api, fields, models


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

    # --- business

    def _set_state(self, state, vals=None):
        """The only writer of ``state``; a paid line stays paid."""
        lines = self.filtered(lambda line: line.state not in (state, "paid"))
        if lines:
            lines.write({**(vals or {}), "state": state})
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

    def _release(self, note):
        """Take the orders out of payments that were not sent. A line that is being paid stays: its outcome decides.

        What nobody approved yet just leaves the list, so that the approver sees what is left.
        """
        lines = self.filtered(lambda line: line.state in ("waiting", "refused"))
        unseen = lines.filtered(lambda line: line.payment_id.state == "requested")
        (lines - unseen)._set_state("released", {"note": note})
        payments = unseen.payment_id
        unseen.unlink()
        payments._sync_state()

    def _close_order_issues(self):
        for line in self:
            line.order_id._close_issues("pay_refused")
