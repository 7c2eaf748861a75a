from odoo.exceptions import UserError
from odoo.tests import tagged

from .order_common import PREPARE, REFRESH, SEND, OrderCase


class RequestCase(OrderCase):
    def _accept_changes(self, order):
        if order._get_changes():
            order._accept_preview(self.buyer)

    def _approved(self):
        order = self._prepared()
        self._accept_changes(order)
        self.assertTrue(self._confirm(order)["placed"])
        return order

    def _check_again(self, order):
        order.with_user(self.buyer).action_check_again()
        self.run_cron(PREPARE)

    def _send_cancel(self, order):
        """1688 closes no order in its first seconds."""
        self.run_cron(SEND)
        self.gateway.advance(15)
        order.attempt_ids.filtered(lambda attempt: attempt.state == "ready").next_look_at = "2020-01-01"
        self.run_cron(SEND)


@tagged("post_install", "-at_install")
class TestOrderFollowsRequest(RequestCase):
    """What is ordered, and paid, is what the request for quotation says."""

    def _double(self, purchase):
        for line in purchase.order_line:
            line.product_qty *= 2
        self.env.flush_all()

    def test_a_changed_quantity_has_to_be_checked_again(self):
        order = self._prepared()
        self._accept_changes(order)
        purchase, before = order.purchase_ids, order.line_ids.quantity
        self._double(purchase)
        self.assertIn(purchase.name, self._confirm(order)["refused"][0]["reason"])
        board = self.env["purchase.1688.order"].with_user(self.buyer).get_confirm_board(order.ids)
        self.assertIn("Check again", board["orders"][0]["stale"])
        self._check_again(order)
        self.assertEqual(order.line_ids.quantity, 2 * before)
        self._accept_changes(order)
        self.assertEqual(self._confirm(order)["placed"], order.ids)
        self.run_cron(SEND)
        self.run_cron(REFRESH)
        self.assertEqual((order.state, order.line_ids.remote_qty), ("verified", 2 * before))
        self.assertEqual(purchase.order_line.product_qty, order.line_ids.product_qty)

    def test_a_change_after_the_approval_is_followed_once_checked_again(self):
        order = self._approved()
        before = order.line_ids.quantity
        self._double(order.purchase_ids)
        self.run_cron(SEND)
        self.assertEqual(order.state, "blocked")
        self.assertFalse(self.gateway.ledger()["orders"])
        self._check_again(order)
        self.assertEqual(order.line_ids.quantity, 2 * before)

    def test_a_line_that_is_not_wanted_any_more_leaves(self):
        order = self._prepared(skus=2)
        self.assertEqual(len(order.line_ids), 2)
        order.purchase_ids.order_line[0].product_qty = 0
        self._check_again(order)
        self.assertEqual(order.line_ids.purchase_line_id, order.purchase_ids.order_line[1])
        order.purchase_ids.order_line[1].product_qty = 0
        self._check_again(order)
        self.assertEqual(order.state, "cancelled", "nothing of it is wanted")

    def test_a_merged_request_orders_the_sum(self):
        order, other = self._prepared(), self._prepared()
        purchases = order.purchase_ids | other.purchase_ids
        total = sum((order | other).line_ids.mapped("quantity"))
        purchases.with_user(self.buyer).action_merge()
        kept = purchases.filtered(lambda purchase: purchase.state != "cancel")
        self.assertEqual(len(kept), 1)
        live = (order | other).filtered(lambda it: it.state != "cancelled")
        self.assertEqual(live.purchase_ids, kept)
        self._check_again(live)
        self.assertEqual(sum(live.line_ids.mapped("quantity")), total)

    def test_what_was_changed_after_placing_is_not_paid(self):
        order = self._approved()
        self.run_cron(SEND)
        purchase, ordered = order.purchase_ids, order.line_ids.product_qty
        self._double(purchase)
        order.looked_at = False
        self.run_cron(REFRESH)
        self.assertEqual(order.state, "blocked")
        self.assertIn(purchase.name, order.block_message)
        self.assertFalse(order.payment_line_ids)
        seen = order.with_user(self.buyer).with_context(ali1688_seen_digest="another")
        with self.assertRaisesRegex(UserError, "changed since"):
            seen.action_accept_difference()
        self._accept(order)
        self.assertEqual(order.state, "verified")
        self.assertEqual((purchase.state, purchase.order_line[0].product_qty), ("purchase", ordered))

    def test_what_a_confirmed_purchase_says_otherwise_is_corrected_there_first(self):
        order = self._approved()
        self.run_cron(SEND)
        purchase, ordered = order.purchase_ids, order.line_ids.product_qty
        purchase.button_confirm()
        self._double(purchase)
        order.looked_at = False
        self.run_cron(REFRESH)
        self.assertEqual(order.state, "blocked")
        approvals = self.env["purchase.1688.approval"].search_count([])
        with self.assertRaisesRegex(UserError, f"{purchase.name} says.*Correct the purchase order first"):
            self._accept(order)
        self.assertEqual(order.state, "blocked")
        self.assertEqual(self.env["purchase.1688.approval"].search_count([]), approvals)
        purchase.order_line[0].product_qty = ordered
        self._accept(order)
        self.assertEqual(order.state, "verified")


@tagged("post_install", "-at_install")
class TestPurchaseCancel(RequestCase):
    """A purchase order that is cancelled takes along what was made for it on 1688, or stays."""

    def test_what_was_only_prepared_is_dropped(self):
        order = self._prepared()
        order.purchase_ids.with_user(self.purchaser).button_cancel()
        self.assertEqual((order.state, order.purchase_ids.state), ("cancelled", "cancel"))

    def test_what_was_approved_is_taken_back(self):
        order = self._approved()
        order.purchase_ids.with_user(self.buyer).button_cancel()
        self.assertEqual((order.state, order.attempt_ids.state), ("cancelled", "cancelled"))
        self.assertFalse(order.issue_ids.filtered(lambda issue: issue.state == "open"))
        self.run_cron(SEND)
        self.assertFalse(self.gateway.ledger()["orders"])

    def _joint(self):
        """One order for two requests, as a comparison of both makes it."""
        order, other = self._prepared(), self._prepared()
        other.line_ids.order_id = order
        other._drop()
        self._check_again(order)
        self._accept_changes(order)
        self.assertEqual((order.state, len(order.purchase_ids)), ("prepared", 2))
        return order

    def test_goods_of_other_purchases_stay_in_an_order_that_was_not_sent(self):
        for approved in (False, True):
            with self.subTest(approved=approved):
                order = self._joint()
                first, second = order.purchase_ids
                if approved:
                    self.assertTrue(self._confirm(order)["placed"])
                first.with_user(self.buyer).button_cancel()
                self.assertEqual((order.state, order.purchase_ids), ("draft", second))
                self.run_cron(SEND)
                self.assertFalse(self.gateway.ledger()["orders"], "it has to be confirmed as it is now")
                self.run_cron(PREPARE)
                self.assertEqual(order.state, "prepared")
                second.with_user(self.buyer).button_cancel()
                self.assertEqual(order.state, "cancelled")

    def test_what_is_unpaid_is_cancelled_at_1688(self):
        order = self._placed()
        payment = self._approve_payment(order)
        order.purchase_ids.with_user(self.buyer).button_cancel()
        self.assertEqual(order.purchase_ids.state, "cancel")
        self._send_cancel(order)
        self.assertEqual((order.state, payment.state), ("cancelled", "cancelled"))
        self.assertFalse(self.gateway.ledger()["payments"])
        self.assertEqual(len(self.gateway.ledger()["cancellations"]), 1)

    def test_what_is_being_cancelled_is_neither_verified_nor_paid(self):
        order = self._approved()
        self.run_cron(SEND)
        self.assertEqual(order.state, "placed")
        order.purchase_ids.with_user(self.buyer).button_cancel()
        order.looked_at = False
        self.run_cron(REFRESH)
        self.assertEqual(order.state, "placed")
        self.assertFalse(order.payment_line_ids)

    def test_a_payment_that_waits_is_taken_back_with_the_order(self):
        order = self._placed()
        self._approve_payment(order)
        paying = order.attempt_ids.filtered(lambda attempt: attempt.kind == "pay")
        order._cancel_at_1688("buyer_cancel")
        self.assertEqual(paying.state, "cancelled")
        self.assertFalse(order.issue_ids.filtered(lambda it: it.kind == "pay_refused" and it.state == "open"))

    def test_cancelling_twice_asks_once(self):
        order = self._placed()
        order.purchase_ids.with_user(self.buyer).button_cancel()
        order._cancel_with_purchases(order.purchase_ids)
        self.assertEqual(len(order.attempt_ids.filtered(lambda attempt: attempt.kind == "cancel")), 1)

    def test_what_is_paid_stands_in_the_way(self):
        order = self._paid()
        with self.assertRaisesRegex(UserError, "claim"):
            order.purchase_ids.with_user(self.buyer).button_cancel()
        self.assertEqual(order.purchase_ids.state, "purchase")

    def test_what_is_on_its_way_stands_in_the_way(self):
        order = self._approved()
        order.attempt_ids._claim()
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "worked on"):
            order.purchase_ids.with_user(self.buyer).button_cancel()
        self.assertEqual(order.attempt_ids.state, "calling")

    def test_nothing_is_paid_for_a_cancelled_purchase(self):
        order = self._placed()
        self._approve_payment(order)
        order.purchase_ids.sudo().write({"state": "cancel"})  # by whatever way
        self.run_cron(SEND)
        self.assertFalse(self.gateway.ledger()["payments"])
        self.assertEqual(order.state, "verified")

    def test_every_reason_is_understood(self):
        wizard = self.env["purchase.1688.order.cancel"]
        for reason, _label in wizard._fields["reason"].selection:
            with self.subTest(reason=reason):
                order = self._placed()
                wizard.with_user(self.buyer).create({"order_ids": order.ids, "reason": reason}).action_cancel()
                self._send_cancel(order)
                self.assertEqual(order.state, "cancelled")
