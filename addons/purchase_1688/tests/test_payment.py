from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .order_common import LINKS, REFRESH, SEND, OrderCase

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

    def test_cashier_page(self):
        order = self._placed()
        payment = self._approve_payment(order, router="action_approve_cashier")
        self.run_cron(LINKS)
        self.assertTrue(payment.pay_url)
        self.assertFalse(self.gateway.ledger()["payments"])
        action = payment.with_user(self.payer).action_open_cashier()
        self.assertIn(self.gateway.url, action["url"])
        self.gateway.admin("POST", f"orders/{order.remote_id}/pay", {})
        order.looked_at = False
        self.run_cron(REFRESH)
        self.assertEqual((order.state, payment.state), ("paid", "paid"))

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
