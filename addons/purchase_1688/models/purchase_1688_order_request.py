from odoo import models
from odoo.exceptions import UserError

# An order in one of these stands in no purchase order's way: its goods are here, or nothing comes and nothing is paid.
ENDED = ("received", "done", "cancelled")


class Purchase1688Order(models.Model):
    """What is ordered is what the requests say: followed before sending, compared after, ended with them."""

    _inherit = "purchase.1688.order"

    # --- business: before sending

    def _follow_requests(self):
        """Bring the lines of orders that were not sent up to what is requested now; without any left, drop them."""
        for order in self:
            order.line_ids.filtered(lambda line: not line.failed_code and not line._is_requested()).unlink()
            for line in order.line_ids.filtered(lambda line: not line.failed_code and not line._is_as_requested()):
                line.write(line._get_requested_vals())
        self.filtered(lambda order: not order.line_ids)._drop()

    def _get_request_refusal(self):
        """Why an order may not go out as it was checked, or None: its request says something else by now."""
        self.ensure_one()
        changed = self.line_ids.filtered(lambda line: not line.failed_code and not line._is_as_requested())
        if not changed:
            return None
        return self.env._(
            "%s was changed since. Check again.", ", ".join(changed.purchase_line_id.order_id.mapped("name"))
        )

    # --- business: at 1688

    def _get_request_differences(self):
        """What the purchase orders say otherwise than what was ordered for them, in words."""
        self.ensure_one()
        return [text for line in self.line_ids if (text := line._get_request_difference())]

    # --- business: cancelling

    def _check_purchase_not_cancelled(self):
        if any(purchase.state == "cancel" for purchase in self.purchase_ids):
            raise UserError(self.env._("A purchase order of %s was cancelled.", self.name))

    def _cancel_with_purchases(self, purchases):
        """`purchases` are being cancelled: take back what was not sent, and cancel at 1688 what is not paid.

        :raise UserError: something is being worked on or paid, or carries goods of others; nothing was changed
        """
        open_orders = self.filtered(lambda order: order.state not in ENDED and not order._is_refunded())
        open_orders = open_orders.filtered(lambda order: not order._is_being_cancelled())
        for order in open_orders.filtered("remote_id"):
            order._check_may_end(purchases)
        unsent = open_orders.filtered(lambda order: not order.remote_id)
        for order in unsent:
            order._take_back(purchases)
        open_orders.filtered("remote_id")._cancel_at_1688("buyer_cancel")

    def _is_being_cancelled(self):
        self.ensure_one()
        return bool(self.attempt_ids._get_open("cancel"))

    def _check_may_end(self, purchases):
        others = self.purchase_ids.filtered(lambda purchase: purchase.state != "cancel") - purchases
        if others:
            raise UserError(
                self.env._(
                    "%(order)s at 1688 also has goods of %(others)s. Cancel that order first.",
                    order=self.remote_id,
                    others=", ".join(others.mapped("name")),
                )
            )
        if not self._can_cancel():
            raise UserError(self._get_cancel_refusal())

    def _take_back(self, purchases):
        """Take what is for `purchases` out of an order that was not sent, approved or not; drop it when it is all."""
        self.ensure_one()
        text = self.env._("Its purchase order was cancelled.")
        for attempt in self.attempt_ids.filtered(lambda attempt: attempt.state == "ready"):
            attempt._stop_unsent_here(text)  # else it is on its way, and nothing can be taken out
        if not self._can_drop():
            raise UserError(self._get_cancel_refusal())
        mine = self.line_ids.filtered(lambda line: line.purchase_line_id.order_id in purchases)
        if mine == self.line_ids:
            self._drop()
        else:
            mine.unlink()
            self._reset_to_draft()
