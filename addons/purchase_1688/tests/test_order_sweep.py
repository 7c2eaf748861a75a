from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models import purchase_1688_order_sweep as sweeps
from .order_common import RECONCILE, REFRESH, SEND, SWEEP, OrderCase

CREATE = "alibaba.trade.createCrossOrder"
LIST = "alibaba.trade.getBuyerOrderList"
ODD = {"result.0.baseInfo.totalAmount": "NaN"}


class ListCase(OrderCase):
    def _list_odd_rows(self, times=1, named=False, **more):
        """Let the order list have a row with an amount that is none; without our reference unless `named`."""
        remove = [] if named else ["result.0.baseInfo.outOrderId"]
        self.gateway.fault(LIST, "patch", times=times, set={**ODD, **more}, remove=remove)

    def _issues(self, record, kind):
        domain = [("res_model", "=", record._name), ("res_id", "=", record.id), ("kind", "=like", kind)]
        return self.env["purchase.1688.issue"].search([*domain, ("state", "=", "open")])

    def _forget(self, order):
        """The order as only a database knew that is lost."""
        self.env.cr.execute(
            "UPDATE purchase_1688_order SET remote_id = NULL, out_order_id = 'x', state = 'cancelled' WHERE id = %s",
            [order.id],
        )
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestReconcileList(ListCase):
    def _lose(self, fault="drop_after"):
        order = self._prepared()
        order._accept_preview(self.buyer)
        self._confirm(order)
        self.gateway.fault(CREATE, fault)
        self.run_cron(SEND)
        self.assertEqual(order.state, "unknown")
        return order, order.attempt_ids

    def _look(self, attempt):
        attempt.write({"next_look_at": "2020-01-01", "claimed_at": "2020-01-01"})
        self.run_cron(RECONCILE)

    def test_order_whose_row_has_no_sound_amount_is_found_by_its_reference(self):
        order, attempt = self._lose()
        self._list_odd_rows(named=True)
        self._look(attempt)
        self.assertEqual((order.state, attempt.state), ("placed", "done"))
        self.run_cron(REFRESH)
        self.assertEqual(order.state, "verified")

    def test_row_that_cannot_be_read_proves_no_absence_and_is_told(self):
        order, attempt = self._lose()
        number = self.gateway.ledger()["orders"][0]["order_id"]
        self._list_odd_rows(times=4)
        for _look in range(4):
            self._look(attempt)
        self.assertEqual((attempt.state, attempt.looks, attempt.absences), ("unknown", 4, 0))
        with self.assertRaises(UserError):
            attempt.with_user(self.approver)._send_again()
        self.assertIn(number, self._issues(attempt, "attempt_unreadable").description)
        self._look(attempt)
        self.assertEqual((order.remote_id, attempt.state), (number, "done"))
        self.assertFalse(self._issues(attempt, "attempt_unreadable"))

    def test_list_that_is_shorter_than_it_says_proves_no_absence(self):
        _order, attempt = self._lose("drop_before")
        self.gateway.fault(LIST, "patch", times=1, set={"totalRecord": 1})
        self._look(attempt)
        self.assertEqual((attempt.looks, attempt.absences), (1, 0))
        self._look(attempt)
        self.assertEqual((attempt.looks, attempt.absences), (2, 1))


@tagged("post_install", "-at_install")
class TestSweepList(ListCase):
    def test_known_order_whose_row_cannot_be_read_is_read_in_full(self):
        order = self._placed()
        self.gateway.admin("POST", f"orders/{order.remote_id}/pay", {})
        self._list_odd_rows()
        self.run_cron(SWEEP)
        self.run_cron(REFRESH)
        self.assertEqual(order.state, "paid")
        self.assertFalse(self._issues(self.account, "unreadable:%"))

    def test_order_with_our_reference_is_an_orphan_whatever_it_costs(self):
        order = self._placed()
        number = order.remote_id
        self._forget(order)
        self._list_odd_rows(named=True)
        self.run_cron(SWEEP)
        self.assertEqual(self._issues(self.account, "%:%").kind, f"orphan:{number}")

    def test_row_that_nobody_can_read_is_told_once_and_stops_nothing(self):
        order = self._placed()
        number = order.remote_id
        self._forget(order)
        before = fields.Datetime.now()
        self._list_odd_rows(times=2)
        self.run_cron(SWEEP)
        issue = self._issues(self.account, "unreadable:%")
        self.assertEqual(issue.kind, f"unreadable:{number}")
        self.assertGreaterEqual(self.account.orders_read_until, before)
        issue._set_closed("bought by hand")
        self.run_cron(SWEEP)
        self.assertFalse(self._issues(self.account, "unreadable:%"))

    def test_row_without_any_number_is_told_again_and_ends_when_it_can_be_read(self):
        order = self._placed()
        number = order.remote_id
        self._forget(order)
        self._list_odd_rows(**{"result.0.baseInfo.idOfStr": "4E17", "result.0.baseInfo.id": None})
        self.run_cron(SWEEP)
        self._issues(self.account, "unreadable:?")._set_closed("nobody knows")
        self._list_odd_rows(**{"result.0.baseInfo.idOfStr": "4E17", "result.0.baseInfo.id": None})
        self.run_cron(SWEEP)
        self.assertEqual(self._issues(self.account, "unreadable:%").kind, "unreadable:?")
        self._list_odd_rows()
        self.run_cron(SWEEP)
        self.assertTrue(self._issues(self.account, f"unreadable:{number}"))
        self.run_cron(SWEEP)
        self.assertFalse(self._issues(self.account, f"unreadable:{number}"))

    def test_spending_waits_for_a_person_where_a_row_cannot_be_read(self):
        self._forget(self._placed())
        self.account._note_set_back(0)
        self.account.set_back_at -= timedelta(seconds=1)
        self._list_odd_rows()
        self.run_cron(SWEEP)
        self.assertTrue(self.account.set_back_at)
        self._issues(self.account, "unreadable:%")._set_closed("bought by hand")
        self._list_odd_rows()
        self.run_cron(SWEEP)
        self.assertFalse(self.account.set_back_at)

    def test_list_that_ends_early_is_read_again_from_where_it_was_read(self):
        self._placed()
        self.run_cron(SWEEP)
        before = self.account.orders_read_until - timedelta(minutes=10)
        self.account.orders_read_until = before
        self.account._note_set_back(0)
        self.gateway.fault(LIST, "patch", times=None, set={"totalRecord": 51})
        self.run_cron(SWEEP)
        self.assertEqual(self.account.orders_read_until, before)
        self.assertTrue(self.account.set_back_at)
        self.assertTrue(self._issues(self.account, "order_list"))
        self.gateway.admin("DELETE", "faults")
        self.account.set_back_at -= timedelta(seconds=1)
        self.run_cron(SWEEP)
        self.assertGreater(self.account.orders_read_until, before)
        self.assertFalse(self.account.set_back_at)
        self.assertFalse(self._issues(self.account, "order_list"))

    def test_list_with_smaller_pages_than_asked_for_is_read_to_its_end(self):
        orders = self._placed() | self._placed(offers=self.offers[1:2])
        for order in orders:
            self.gateway.admin("POST", f"orders/{order.remote_id}/pay", {})
        self.gateway.switch(list_page_maximum=1)
        self.run_cron(SWEEP)
        self.run_cron(REFRESH)
        self.assertEqual(orders.mapped("state"), ["paid", "paid"])

    def test_list_that_is_too_long_for_one_run_is_read_piece_by_piece(self):
        self.patch(sweeps, "RUN_ORDERS", 0)
        order = self._placed()
        self.gateway.admin("POST", f"orders/{order.remote_id}/pay", {})
        before = fields.Datetime.now()
        self.run_cron(SWEEP)
        reached = [self.account.orders_read_until]
        self.assertLess(reached[0], before)
        self.run_cron(REFRESH)
        self.assertEqual(order.state, "verified", "its part of the list was not read yet")
        while reached[-1] < before and len(reached) < 20:
            self.run_cron(SWEEP)
            reached.append(self.account.orders_read_until)
        self.assertEqual(reached, sorted(set(reached)))
        self.assertGreaterEqual(reached[-1], before)
        self.run_cron(REFRESH)
        self.assertEqual(order.state, "paid")
