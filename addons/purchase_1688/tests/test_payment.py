from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import purchase_1688_payment
from .order_common import RECONCILE, REFRESH, SEND, OrderCase

DETAIL = "alibaba.trade.get.buyerView"
PAY = "alibaba.trade.pay.protocolPay.preparePay"


@tagged("post_install", "-at_install")
class TestPayment(OrderCase):
    def test_paid_by_protocol_to_the_fen_and_once(self):
        order = self._paid()
        self.assertEqual(order.state, "paid")
        payment = order.payment_ids
        self.assertEqual((payment.state, payment.paid_amount), ("paid", payment.amount))
        self.run_cron(SEND)
        booked = self.gateway.ledger()["payments"]
        self.assertEqual([row["amount_fen"] for row in booked], [round(order.approved_total * 100)])
        line = order.payment_line_ids
        self.assertEqual((line.state, line.channel, line.paid_amount), ("paid", "shegou", order.paid_total))
        self.assertTrue(line.paid_at and line.voucher_no)

    def test_unseen_payment_is_not_approved(self):
        order = self._placed()
        payment = order.payment_ids.with_user(self.payer)
        for context in ({}, {"ali1688_seen_digest": "other"}):
            with self.assertRaises(UserError):
                payment.with_context(**context).action_approve()

    def test_a_growing_request_has_to_be_looked_at_again(self):
        first = self._placed()
        seen = first.payment_ids.digest
        second = self._placed(offers=self.offers[1:2])
        self.assertEqual(first.payment_ids, second.payment_ids)
        payment = first.payment_ids.with_user(self.payer).with_context(ali1688_seen_digest=seen)
        with self.assertRaises(UserError):
            payment.action_approve()
        self._approve_payment(first | second)
        self.run_cron(SEND)
        self.run_cron(REFRESH)
        self.assertEqual(first.payment_ids.state, "paid")
        self.assertEqual(len(self.gateway.ledger()["payments"]), 2)

    def test_more_orders_than_a_page_of_the_cashier_takes_make_more_payments(self):
        orders = self._placed()
        for _number in range(2):
            orders |= self._placed(offers=self.offers[1:2])
        orders.payment_ids._cancel()
        with patch.object(purchase_1688_payment, "ORDERS_PER_LINK", 2):
            orders.with_user(self.buyer).action_request_payment()
        waiting = orders.payment_ids.filtered(lambda payment: payment.state == "requested")
        self.assertEqual(sorted(len(payment.line_ids) for payment in waiting), [1, 2])
        self.assertEqual(waiting.line_ids.order_id, orders)

    @mute_logger("odoo.sql_db")
    def test_two_payments_for_one_order_meet_at_the_index(self):
        order = self._placed()
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            order.payment_line_ids.copy()

    def _pay_with_a_fault(self, fault):
        order = self._placed()
        self._approve_payment(order)
        self.gateway.fault(PAY, fault)
        self.run_cron(SEND)
        attempt = order.attempt_ids.filtered(lambda attempt: attempt.kind == "pay")
        self.assertEqual((order.state, attempt.state, order.payment_ids.state), ("unknown",) * 3)
        self.assertIn("broke off", attempt.error_message)
        return order, attempt

    def _lose(self, fault):
        order, attempt = self._pay_with_a_fault(fault)
        attempt._look()
        self.env.invalidate_all()
        self.run_cron(SEND)
        return order, attempt

    def test_lost_answer_of_a_payment_is_read_back(self):
        order, attempt = self._lose("drop_after")
        self.assertEqual((order.state, attempt.state, order.payment_ids.state), ("paid", "done", "paid"))
        self.assertEqual(len(self.gateway.ledger()["payments"]), 1)

    def test_lost_request_of_a_payment_is_not_sent_again(self):
        order, attempt = self._lose("drop_before")
        self.assertEqual((order.state, attempt.absences), ("unknown", 1))
        self.assertFalse(self.gateway.ledger()["payments"])

    def test_status_that_nobody_knows_leaves_a_lost_payment_unknown_and_the_order_is_read_again(self):
        order, attempt = self._pay_with_a_fault("drop_after")
        self.gateway.fault(DETAIL, "patch", times=2, set={"result.baseInfo.status": "waitforthemoon"})
        attempt._look()
        order.invalidate_recordset()
        self.assertEqual((order.state, order.remote_status, attempt.state), ("unknown", "waitforthemoon", "unknown"))
        for state in ("unknown", "paid"):
            order.with_user(self.buyer).action_refresh()
            self.run_cron(REFRESH)
            self.assertEqual(order.state, state)
        attempt._look()
        self.assertEqual(attempt.state, "done")

    def test_order_that_waits_for_money_stays_unknown_while_a_payment_is(self):
        order, attempt = self._pay_with_a_fault("drop_before")
        order.with_user(self.buyer).action_refresh()
        self.run_cron(REFRESH)
        self.assertEqual((order.remote_status, order.state, attempt.state), ("waitbuyerpay", "unknown", "unknown"))
        self.assertTrue(order.looked_at)
        self.assertFalse(order._can_cancel())

    def test_says_no_although_the_money_has_gone(self):
        self.gateway.switch(pay_answer="pending_paid", repeated_payment="paid_again")
        order = self._placed()
        self._approve_payment(order)
        self.run_cron(SEND)
        attempt = order.attempt_ids.filtered(lambda attempt: attempt.kind == "pay")
        self.assertEqual(attempt.state, "unknown")
        attempt._look()
        self.env.invalidate_all()
        self.run_cron(SEND)
        self.assertEqual(order.state, "paid")
        self.assertEqual(len(self.gateway.ledger()["payments"]), 1)

    def test_refused_and_paid_again_by_a_person(self):
        self.gateway.switch(pay_answer="not_enough")
        order = self._placed()
        payment = self._approve_payment(order)
        self.run_cron(SEND)
        self.assertEqual((order.state, payment.state), ("verified", "refused"))
        self.assertTrue(order.issue_ids.filtered(lambda issue: issue.kind == "pay_refused" and issue.state == "open"))
        self.gateway.switch(pay_answer="paid")
        payment.with_user(self.payer).action_retry()
        self.run_cron(SEND)
        self.run_cron(REFRESH)
        self.assertEqual((order.state, payment.state), ("paid", "paid"))
        self.assertEqual(len(self.gateway.ledger()["payments"]), 1)

    # --- the answer is lost, and 1688 goes on

    def _look_at(self, attempt, times=1):
        for _look in range(times):
            attempt.next_look_at = "2020-01-01"
            self.run_cron(RECONCILE)

    def _open_issues(self, *records):
        domain = [("res_id", "in", [record.id for record in records]), ("state", "=", "open")]
        issues = self.env["purchase.1688.issue"].search(domain)
        return set(
            issues.filtered(lambda issue: issue.res_model in [record._name for record in records]).mapped("kind")
        )

    def test_lost_request_of_an_order_that_1688_closed_is_refused_not_done(self):
        order, attempt = self._lose("drop_before")
        payment = order.payment_ids
        self.gateway.admin("POST", f"orders/{order.remote_id}/close", {})
        self._look_at(attempt)
        self.assertEqual((order.state, attempt.state), ("cancelled", "refused"))
        self.assertIn("nothing was paid", attempt.error_message)
        self.assertEqual((payment.line_ids.state, payment.state), ("released", "cancelled"))
        self.assertFalse(order.paid_total)
        self.assertEqual(self._open_issues(order, attempt), {"closed"})

    def _patch_order(self, **fields):
        """From now on 1688 says otherwise about orders."""
        names = {f"result.baseInfo.{name}": value for name, value in fields.items()}
        self.gateway.fault("alibaba.trade.get.buyerView", "patch", times=None, set=names)

    def test_lost_answer_of_an_order_that_was_paid_and_then_closed_is_done(self):
        order, attempt = self._lose("drop_before")
        self._patch_order(status="cancel", payTime="20260101120000000+0800")
        self._look_at(attempt)
        self.assertEqual((order.state, attempt.state), ("cancelled", "done"))
        self.assertEqual((order.payment_ids.state, order.paid_total), ("paid", order.placed_total))

    def test_word_that_is_not_known_settles_nothing_and_a_person_is_told(self):
        order, attempt = self._lose("drop_before")
        self._patch_order(status="a_status_of_next_year")
        self._look_at(attempt, times=4)
        self.assertEqual((order.state, attempt.state, order.payment_ids.state), ("unknown",) * 3)
        self.assertEqual(order.remote_status, "a_status_of_next_year")
        self.assertIn("attempt_unknown", self._open_issues(attempt))
        self.gateway.admin("DELETE", "faults")
        self.gateway.admin("POST", f"orders/{order.remote_id}/pay", {})
        self._look_at(attempt)
        self.assertEqual((order.state, attempt.state, order.payment_ids.state), ("paid", "done", "paid"))
        self.assertFalse(self._open_issues(order, attempt))

    def test_order_that_is_closed_while_the_payment_is_on_its_way_frees_it(self):
        order = self._placed()
        payment = self._approve_payment(order)
        attempt = order.attempt_ids.filtered(lambda attempt: attempt.kind == "pay")
        attempt._read_before()
        attempt._claim()
        self.env.invalidate_all()
        self.assertEqual((order.state, payment.state), ("paying", "paying"))
        self.gateway.admin("POST", f"orders/{order.remote_id}/close", {})
        order.looked_at = False
        self.run_cron(REFRESH)
        self.assertEqual((order.state, payment.state), ("cancelled", "cancelled"))
        attempt.claimed_at = "2020-01-01"
        self.run_cron(SEND)
        self._look_at(attempt)
        self.assertEqual((attempt.state, payment.state), ("refused", "cancelled"))

    # --- paid in another way

    def test_paid_outside_before_ours_went_out_is_no_refusal(self):
        order = self._placed()
        payment = self._approve_payment(order)
        self.gateway.admin("POST", f"orders/{order.remote_id}/pay", {})
        self.run_cron(SEND)
        attempt = order.attempt_ids.filtered(lambda attempt: attempt.kind == "pay")
        self.assertEqual((order.state, payment.state, attempt.state), ("paid", "paid", "cancelled"))
        self.assertEqual(len(self.gateway.ledger()["payments"]), 1)
        self.assertFalse(self._open_issues(order))

    def test_paid_outside_while_all_of_it_waits_for_approval(self):
        order = self._placed()
        payment = order.payment_ids
        self.assertEqual(self._open_issues(payment), {"payment_approval"})
        self.gateway.admin("POST", f"orders/{order.remote_id}/pay", {})
        order.looked_at = False
        self.run_cron(REFRESH)
        self.assertEqual(payment.state, "paid")
        self.assertFalse(self._open_issues(payment), "nobody has to approve it any more")
        self.assertEqual(self._open_issues(order), {"paid_outside"})

    def test_paid_outside_in_part_while_it_waits_for_approval(self):
        first, second = self._placed(), self._placed(offers=self.offers[1:2])
        self.gateway.admin("POST", f"orders/{first.remote_id}/pay", {})
        first.looked_at = False
        self.run_cron(REFRESH)
        payment = self._approve_payment(first | second)
        self.assertEqual(payment.state, "partial")
        self.run_cron(SEND)
        self.run_cron(REFRESH)
        self.assertEqual((second.state, payment.state), ("paid", "paid"))
        self.assertEqual(len(self.gateway.ledger()["payments"]), 2)

    def test_paid_in_part_and_the_rest_given_up(self):
        first, second = self._placed(), self._placed(offers=self.offers[1:2])
        payment = self._approve_payment(first | second)
        self.gateway.fault("alibaba.trade.pay.protocolPay.preparePay", "risk_control")
        self.run_cron(SEND)
        self.run_cron(REFRESH)
        self.assertEqual((payment.state, set(payment.line_ids.mapped("state"))), ("partial", {"paid", "refused"}))
        payment.with_user(self.payer).action_cancel()
        self.assertEqual((payment.state, set(payment.line_ids.mapped("state"))), ("paid", {"paid", "released"}))

    def test_cancelled_payment_frees_the_order(self):
        order = self._placed()
        payment = order.payment_ids
        payment.with_user(self.buyer).action_cancel()
        self.assertEqual((payment.state, order.state), ("cancelled", "verified"))
        order.with_user(self.buyer).action_request_payment()
        self.assertEqual(len(order.payment_line_ids.filtered("is_live")), 1)

    def test_stop_all_spending(self):
        order = self._placed()
        self._approve_payment(order)
        self.account.spending_stopped = True
        self.run_cron(SEND)
        self.assertFalse(self.gateway.ledger()["payments"])
        self.assertEqual(order.state, "verified")
