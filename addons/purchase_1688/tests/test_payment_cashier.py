from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .order_common import LINKS, REFRESH, SEND, OrderCase

READ = "alibaba.trade.get.buyerView"
LINK = "alibaba.alipay.url.get"


@tagged("post_install", "-at_install")
class TestPaymentCashier(OrderCase):
    """A person pays in the browser: on the page is what was approved, nothing else."""

    def setUp(self):
        super().setUp()
        self.first = self._placed()
        self.second = self._placed(offers=self.offers[1:2])
        self.payment = self._approve_payment(self.first | self.second, router="action_approve_cashier")
        self.run_cron(LINKS)

    def _open(self):
        action = self.payment.with_user(self.payer).action_open_cashier()
        self.env.invalidate_all()
        return action["url"]

    def _refused(self):
        """What the person is told who opens the page."""
        return str(self.catch(UserError, self.payment.with_user(self.payer).action_open_cashier))

    def _line(self, order):
        return self.payment.line_ids.filtered(lambda line: line.order_id == order)

    def _raise_price(self, order):
        total = round(order.placed_total * 100) + 1
        self.gateway.admin("POST", f"orders/{order.remote_id}/price", {"total_fen": total})

    def _pay_in_browser(self, order):
        self.gateway.admin("POST", f"orders/{order.remote_id}/pay", {})

    def _read(self, *orders):
        for order in orders:
            order.looked_at = False
        self.run_cron(REFRESH)

    def _assert_on_page(self, url, *orders):
        self.assertEqual(
            [order.remote_id in url for order in (self.first, self.second)],
            [order in orders for order in (self.first, self.second)],
            url,
        )

    # --- what is on the page

    def test_page_has_what_was_approved(self):
        self._assert_on_page(self._open(), self.first, self.second)
        self.assertEqual(set(self.payment.line_ids.mapped("state")), {"calling"})
        self.assertFalse(self.gateway.ledger()["payments"], "opening a page pays nothing")
        self._assert_on_page(self._open(), self.first, self.second)

    def test_order_that_leaves_takes_the_link_with_it(self):
        self._raise_price(self.first)
        self._read(self.first)
        self.assertEqual(self._line(self.first).state, "released")
        self.assertFalse(self.payment.pay_url)
        self.assertIn("no cashier page", self._refused())
        self.run_cron(LINKS)
        self._assert_on_page(self._open(), self.second)

    def test_order_that_leaves_after_the_page_was_opened_takes_the_link_too(self):
        self._open()
        self._raise_price(self.first)
        self._read(self.first)
        self.assertEqual((self._line(self.first).state, self._line(self.second).state), ("released", "calling"))
        self.assertFalse(self.payment.pay_url)
        self.run_cron(LINKS)
        self._assert_on_page(self._open(), self.second)

    def test_price_raised_right_before_opening_opens_nothing(self):
        self._raise_price(self.first)
        told = self._refused()
        self.assertIn(self.first.name, told)
        self.assertIn(self.first.block_message, told)
        self.assertNotIn(self.second.name, told)
        self.assertEqual((self.first.state, self._line(self.second).state), ("blocked", "waiting"))
        self.assertFalse(self.payment.pay_url)

    def test_price_raised_before_the_link_is_fetched_is_not_on_it(self):
        self.payment._void_link()
        self._raise_price(self.first)
        self.run_cron(LINKS)
        self._assert_on_page(self.payment.pay_url, self.second)

    def test_what_cannot_be_read_is_not_opened(self):
        self.gateway.fault(READ, "drop_before", times=None)
        with freeze_time(fields.Datetime.now() + timedelta(minutes=5)):
            told = self._refused()
        self.assertIn(self.first.name, told)
        self.assertIn("could not be read", told)
        self.assertEqual(set(self.payment.line_ids.mapped("state")), {"waiting"})
        self.assertTrue(self.payment.pay_url, "it can be tried again")

    def test_what_cannot_be_read_gets_no_link(self):
        self.payment._void_link()
        self.gateway.fault(READ, "drop_before", times=None)
        with freeze_time(fields.Datetime.now() + timedelta(minutes=5)):
            self.run_cron(LINKS)
        self.assertFalse(self.payment.pay_url)
        self.assertIn("could not be read", self.payment.note)

    def test_all_spending_stopped_opens_no_page(self):
        self.account.spending_stopped = True
        self.assertIn("stopped", self._refused())
        self.payment._void_link()
        self.run_cron(LINKS)
        self.assertFalse(self.payment.pay_url)

    def test_order_that_was_paid_is_not_on_the_next_page(self):
        self._open()
        self._pay_in_browser(self.first)
        self.assertIn("paid already", self._refused())
        self.assertEqual((self.payment.state, self._line(self.first).state), ("paying", "paid"))
        self.run_cron(LINKS)
        self._assert_on_page(self._open(), self.second)
        self._pay_in_browser(self.second)
        self._read(self.second)
        self.assertEqual(self.payment.state, "paid")
        self.assertFalse(self.first.issue_ids.filtered(lambda issue: issue.kind == "paid_outside"))

    def test_link_that_was_overtaken_is_not_kept(self):
        line = self._line(self.first)
        self.payment._void_link()
        call = type(self.account)._call

        def leave_meanwhile(account, name, **kwargs):
            answer = call(account, name, **kwargs)
            if name == "payment.pay_link":
                line.with_env(account.env)._release("gone")
            return answer

        self.patch(type(self.account), "_call", leave_meanwhile)
        self.run_cron(LINKS)
        self.assertEqual((line.state, self.payment.pay_url), ("released", False))

    # --- the approval

    def _check_approved_again(self):
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            told = self._refused()
            self.assertIn("run out", told)
            self.assertIn("waits for approval again", told)
            self.assertEqual((self.payment.state, self.payment.pay_url), ("requested", False))
            self.assertEqual(set(self.payment.line_ids.mapped("state")), {"waiting"})
            mine = [("kind", "=", "payment_approval"), ("state", "=", "open"), ("res_id", "=", self.payment.id)]
            issue = self.env["purchase.1688.issue"].search(mine)
            self.assertEqual(len(issue), 1)
            self.assertTrue(self.payment.with_user(self.payer).can_approve)
            self._approve_payment(self.first | self.second, router="action_approve_cashier")
            self.assertEqual(issue.state, "closed")
            self.run_cron(LINKS)
            self._assert_on_page(self._open(), self.first, self.second)

    def test_approval_that_ran_out_is_given_again(self):
        self._check_approved_again()

    def test_approval_that_ran_out_after_the_page_was_opened_is_given_again(self):
        self._open()
        self._check_approved_again()

    def test_approval_that_ran_out_gets_no_link(self):
        self.payment._void_link()
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            self.run_cron(LINKS)
        self.assertEqual((self.payment.state, self.payment.pay_url), ("requested", False))
        self.assertIn("run out", self.payment.note)

    def test_rest_of_a_payment_is_approved_again(self):
        self._open()
        self._pay_in_browser(self.first)
        self._read(self.first)
        self.run_cron(LINKS)
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            self.assertIn("run out", self._refused())
            self.assertEqual((self.payment.state, self._line(self.first).state), ("requested", "paid"))
            self._approve_payment(self.first | self.second)
            self.assertEqual(self.payment.state, "partial")
            self.run_cron(SEND)
        self._read(self.second)
        self.assertEqual(self.payment.state, "paid")
        self.assertEqual(len(self.gateway.ledger()["payments"]), 2)

    def test_approver_who_left_opens_nothing(self):
        self.payer.active = False
        other = self.payer.copy({"login": "payer_two", "active": True})
        told = str(self.catch(UserError, self.payment.with_user(other).action_open_cashier))
        self.assertIn("Only a person can approve", told)
        self.assertEqual(self.payment.state, "requested")

    # --- paying again, leaving it

    def test_refused_at_the_cashier_and_paid_again(self):
        self.payment._void_link()
        self.gateway.fault(LINK, "risk_control", times=None)
        self.run_cron(LINKS)
        self.assertEqual((self.payment.state, set(self.payment.line_ids.mapped("state"))), ("refused", {"refused"}))
        self.assertTrue(self.payment.can_retry)
        self.gateway.admin("DELETE", "faults")
        self.payment.with_user(self.payer).action_retry()
        self.assertEqual(self.payment.state, "approved")
        self.assertFalse(self.payment.can_retry)
        self.run_cron(LINKS)
        self._assert_on_page(self._open(), self.first, self.second)

    def test_paying_again_fetches_a_link_of_what_is_left_to_pay(self):
        self._pay_in_browser(self.first)
        self._read(self.first)
        self._line(self.second)._set_refused("no")
        self.assertEqual(self.payment.state, "partial")
        self.payment.with_user(self.payer).action_retry()
        self.run_cron(LINKS)
        self._assert_on_page(self._open(), self.second)

    def test_paying_again_what_was_not_refused_keeps_the_link(self):
        url = self.payment.pay_url
        self.catch(UserError, self.payment.with_user(self.payer).action_retry)
        self.assertEqual(self.payment.pay_url, url)

    def test_abandoned_page_does_not_hold_an_order_that_was_closed(self):
        self._open()
        for order in (self.first, self.second):
            self.gateway.admin("POST", f"orders/{order.remote_id}/close", {})
        self._read(self.first, self.second)
        self.assertEqual((self.first.state, self.payment.state), ("cancelled", "cancelled"))
        self.assertEqual(set(self.payment.line_ids.mapped("state")), {"released"})

    def test_abandoned_page_can_be_given_up_and_paid_otherwise(self):
        self._open()
        self.payment.with_user(self.payer).action_cancel()
        self.env.flush_all()
        self.assertEqual((self.payment.state, self.payment.pay_url), ("cancelled", False))
        (self.first | self.second).with_user(self.buyer).action_request_payment()
        again = (self.first | self.second).payment_ids - self.payment
        again.with_user(self.payer).with_context(ali1688_seen_digest=again.digest).action_approve()
        self.run_cron(SEND)
        self._read(self.first, self.second)
        self.assertEqual(again.state, "paid")
