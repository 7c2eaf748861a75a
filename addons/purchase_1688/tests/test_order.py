from decimal import Decimal

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .order_common import PREPARE, RECONCILE, REFRESH, SEND, SWEEP, OrderCase


@tagged("post_install", "-at_install")
class TestOrderPrepare(OrderCase):
    def test_preview_fills_figures_and_names_the_freight(self):
        order = self._prepared()
        self.assertEqual(order.state, "prepared")
        self.assertTrue(order.preview_total)
        self.assertEqual(order.preview_total, order.preview_goods + order.preview_freight)
        changes = order._get_changes()
        self.assertEqual(
            sum(Decimal(str(change["difference"])) for change in changes),
            Decimal(str(order.currency_id.round(order.preview_total - order.quote_total))),
        )
        self.assertFalse(self.gateway.ledger()["orders"], "a preview orders nothing")

    def test_one_request_is_ordered_once(self):
        purchase = self._request()
        purchase._ali1688_prepare_orders()
        with self.assertRaises(UserError):
            purchase._ali1688_prepare_orders()

    @mute_logger("odoo.sql_db")
    def test_two_clicks_at_once_meet_at_the_index(self):
        order = self._prepared()
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            order.line_ids.copy({"order_id": order.id})

    def test_dropped_order_frees_its_lines(self):
        purchase = self._request()
        first = purchase._ali1688_prepare_orders()
        self.env["purchase.1688.order"].with_user(self.buyer).drop_orders(first.ids)
        self.assertEqual(first.state, "cancelled")
        second = purchase._ali1688_prepare_orders()
        self.assertNotEqual(first.out_order_id, second.out_order_id)

    def test_references_are_of_this_database_and_short(self):
        orders = (
            self._request()._ali1688_prepare_orders() | self._request(offers=self.offers[1:2])._ali1688_prepare_orders()
        )
        prefix = self.env["purchase.1688.order"]._get_reference_prefix()
        self.assertEqual(len(set(orders.mapped("out_order_id"))), 2)
        for reference in orders.mapped("out_order_id"):
            self.assertTrue(reference.startswith(prefix))
            self.assertLessEqual(len(reference), 64)

    def test_sold_out_is_a_sentence_and_a_next_step(self):
        offer = self.offers[0]
        self.gateway.admin("POST", f"offers/{offer.offer_id}", {"stock": 0})
        order = self._prepared()
        self.assertEqual((order.state, order.block_code), ("blocked", "500_004"))
        self.assertIn("stock", order.block_message)
        self.assertTrue(order.issue_ids.filtered(lambda issue: issue.kind == "blocked" and issue.state == "open"))
        self.gateway.admin("POST", f"offers/{offer.offer_id}", {"stock": 100000})
        order.with_user(self.buyer).action_check_again()
        self.run_cron(PREPARE)
        self.assertEqual((order.state, order.block_code), ("prepared", False))
        self.assertFalse(order.issue_ids.filtered(lambda issue: issue.state == "open" and issue.kind == "blocked"))

    def test_below_the_minimum(self):
        offer = self.offers.filtered(lambda offer: offer.min_qty > 1)[:1] or self.offers[0]
        offer.min_qty = 1
        purchase = self._request(offers=offer, times=1)
        order = purchase._ali1688_prepare_orders()
        self.run_cron(PREPARE)
        self.assertIn(order.state, ("blocked", "prepared"))
        if order.state == "blocked":
            self.assertIn(order.block_code, ("500_005", "500_006", "500_009"))

    def test_address_without_telephone_is_blocked_before_any_call(self):
        self.company.partner_id.phone = False
        order = self._prepared()
        self.assertEqual((order.state, order.block_code), ("blocked", "address"))

    def test_gateway_down_is_tried_again(self):
        self.gateway.fault("alibaba.createOrder.preview", "drop_before", times=None)
        order = self._prepared()
        self.assertEqual(order.state, "draft")
        self.assertTrue(order.prepare_after)
        self.gateway.admin("DELETE", "faults")
        order.prepare_after = False
        self.run_cron(PREPARE)
        self.assertEqual(order.state, "prepared")

    def test_lines_without_a_source_are_named(self):
        purchase = self._request()
        purchase.write(
            {
                "order_line": [
                    (0, 0, {"product_id": self.env["product.product"].create({"name": "Glue"}).id, "product_qty": 1})
                ]
            }
        )
        with self.assertRaisesRegex(UserError, "Glue"):
            purchase._ali1688_prepare_orders()


@tagged("post_install", "-at_install")
class TestOrderPlace(OrderCase):
    def test_placed_verified_and_purchase_confirmed(self):
        order = self._placed()
        self.assertEqual(order.state, "verified")
        booked = self.gateway.ledger()["orders"]
        self.assertEqual([row["order_id"] for row in booked], [order.remote_id])
        self.assertEqual(booked[0]["total_fen"], round(order.approved_total * 100))
        self.assertEqual(booked[0]["out_order_id"], order.out_order_id)
        self.assertEqual(order.purchase_ids.state, "purchase")
        self.assertEqual(order.purchase_ids.partner_ref, order.remote_id)
        self.assertFalse(any(order.line_ids.mapped("difference")))
        self.assertEqual(order.payment_ids.state, "requested")

    def test_what_was_not_seen_is_not_placed(self):
        order = self._prepared()
        order._accept_preview(self.buyer)
        seen = self._seen(order)
        seen[0]["total"] -= 0.01
        model = self.env["purchase.1688.order"].with_user(self.buyer)
        self.assertTrue(model.confirm_orders(seen)["refused"])
        seen = self._seen(order)
        order.message = "quickly please"
        self.assertTrue(model.confirm_orders(seen)["refused"])
        self.assertFalse(order.attempt_ids)

    def test_change_has_to_be_accepted_first(self):
        order = self._prepared()
        self.assertTrue(order._get_changes(), "the freight was not quoted")
        self.assertTrue(self._confirm(order)["refused"])
        order.with_user(self.buyer).accept_changes(order.id, order._get_digest())
        self.assertEqual(order.changes_accepted_by_id, self.buyer)
        self.assertEqual(self._confirm(order)["placed"], order.ids)

    def test_what_went_down_is_good_news_and_asks_nothing(self):
        order = self._prepared()
        line = order.line_ids
        order.quote_freight = order.preview_freight
        line.unit_price = line.preview_price + 1
        self._reprepare(order)
        self.assertTrue(order._get_changes())
        self.assertFalse(order._is_dearer())
        self.assertFalse(self._seen_row(order)["dearer"])
        self.assertFalse(self._open_changes(order))
        self.assertEqual(self._confirm(order)["placed"], order.ids)

    def test_a_rise_beside_a_bigger_fall_still_stops(self):
        order = self._prepared()
        line = order.line_ids
        order.quote_freight = order.preview_freight - 0.01
        line.unit_price = line.preview_price + 1
        self._reprepare(order)
        self.assertLess(order.preview_total, order.quote_total)
        self.assertIn("some amounts rose", self._open_changes(order).name)
        self.assertTrue(self._confirm(order)["refused"])

    def _reprepare(self, order):
        order._reset_to_draft()
        self.run_cron(PREPARE)
        self.assertEqual(order.state, "prepared")

    def _seen_row(self, order):
        model = self.env["purchase.1688.order"].with_user(self.buyer)
        return model.get_confirm_board(order.ids)["orders"][0]

    def _open_changes(self, order):
        domain = [("kind", "=", "changed"), ("res_id", "=", order.id), ("state", "=", "open")]
        return self.env["purchase.1688.issue"].search(domain)

    def test_confirming_twice_sends_once(self):
        order = self._prepared()
        order._accept_preview(self.buyer)
        seen = self._seen(order)
        model = self.env["purchase.1688.order"].with_user(self.buyer)
        self.assertEqual(model.confirm_orders(seen)["placed"], order.ids)
        self.assertTrue(model.confirm_orders(seen)["refused"])
        self.run_cron(SEND)
        self.run_cron(SEND)
        self.assertEqual(len(self.gateway.ledger()["orders"]), 1)

    def test_edit_of_the_purchase_after_the_approval_stops_it(self):
        order = self._prepared()
        order._accept_preview(self.buyer)
        self._confirm(order)
        order.purchase_ids.order_line.product_qty *= 100
        self.run_cron(SEND)
        self.assertFalse(self.gateway.ledger()["orders"])
        self.assertEqual(order.state, "blocked")
        self.assertEqual(order.attempt_ids.state, "cancelled")

    def test_other_vendor_address_or_amount_after_the_approval_stops_it(self):
        edits = {
            "seller": lambda order: order.purchase_ids.write({"partner_id": self.offers[2].partner_id.id}),
            "street": lambda order: self.company.partner_id.write({"street": "Elsewhere 1"}),
            "content": lambda order: order.line_ids.write({"quantity": 999}),
            "limit": lambda order: self.company.write({"ali1688_approval_limit": 0.01}),
            "amount": lambda order: order.write({"approved_total": 1.0, "preview_total": 1.0}),
            "receiver": lambda order: order.write({"address_data": {**order.address_data, "mobile": "13900000000"}}),
            "archived": lambda order: self.buyer.write({"active": False}),
        }
        for name, edit in edits.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                order = self._prepared()
                order._accept_preview(self.buyer)
                self._confirm(order)
                edit(order)
                self.run_cron(SEND)
                self.assertFalse(self.gateway.ledger()["orders"], name)
                self.assertNotIn(order.state, ("placing", "placed", "verified"), name)
                savepoint.rollback()

    def _check_lost_answer(self, behaviour):
        self.gateway.switch(repeated_out_order_id=behaviour)
        order = self._prepared()
        order._accept_preview(self.buyer)
        self._confirm(order)
        self.gateway.fault("alibaba.trade.createCrossOrder", "drop_after")
        self.run_cron(SEND)
        self.assertEqual((order.state, order.attempt_ids.state), ("unknown", "unknown"))
        self.run_cron(SEND)
        order.attempt_ids._look()
        self.env.invalidate_all()
        self.assertEqual((order.state, order.attempt_ids.state), ("placed", "done"))
        self.run_cron(REFRESH)
        self.assertEqual(order.state, "verified")
        self.assertEqual([row["order_id"] for row in self.gateway.ledger()["orders"]], [order.remote_id])

    def test_lost_answer_where_a_repeat_returns_the_existing_order(self):
        self._check_lost_answer("return_existing")

    def test_lost_answer_where_a_repeat_is_an_error(self):
        self._check_lost_answer("error")

    def test_lost_answer_where_a_repeat_makes_a_second_order(self):
        self._check_lost_answer("second_order")

    def test_lost_request_is_never_sent_again_by_the_machine(self):
        order = self._prepared()
        order._accept_preview(self.buyer)
        self._confirm(order)
        self.gateway.fault("alibaba.trade.createCrossOrder", "drop_before")
        self.run_cron(SEND)
        self.assertEqual(order.state, "unknown")
        for _look in range(4):
            order.attempt_ids.write({"next_look_at": "2020-01-01", "claimed_at": "2020-01-01"})
            self.run_cron(RECONCILE)
            self.run_cron(SEND)
        self.assertEqual((order.state, order.attempt_ids.state), ("unknown", "unknown"))
        self.assertFalse(self.gateway.ledger()["orders"])
        self.assertGreaterEqual(order.attempt_ids.absences, 3)
        order.attempt_ids.with_user(self.approver)._send_again()
        self.run_cron(SEND)
        self.run_cron(REFRESH)
        self.assertEqual(order.state, "verified")
        self.assertEqual(len(self.gateway.ledger()["orders"]), 1)

    def test_refused_at_placing_becomes_a_block(self):
        order = self._prepared()
        order._accept_preview(self.buyer)
        self._confirm(order)
        self.gateway.fault("alibaba.trade.createCrossOrder", "risk_control")
        self.run_cron(SEND)
        self.assertEqual(order.state, "blocked")
        self.assertTrue(order.block_message)
        self.assertFalse(self.gateway.ledger()["orders"])

    def test_over_the_limit_needs_somebody_else(self):
        self.company.ali1688_approval_limit = 1
        order = self._prepared()
        order._accept_preview(self.buyer)
        self.assertEqual(self._confirm(order)["asked"], order.ids)
        self.assertFalse(order.attempt_ids)
        self.assertEqual(self._confirm(order)["asked"], order.ids, "asking again does not help")
        self.buyer.group_ids |= self.env.ref("purchase_1688.group_approver")
        self.assertEqual(self._confirm(order)["asked"], order.ids, "nor does being an approver oneself")
        self.assertEqual(self._confirm(order, user=self.approver)["placed"], order.ids)
        self.run_cron(SEND)
        self.assertEqual(len(self.gateway.ledger()["orders"]), 1)
        approval = order.approval_ids
        self.assertEqual((approval.user_id, approval.prepared_by_id), (self.approver, self.buyer))


@tagged("post_install", "-at_install")
class TestOrderVerify(OrderCase):
    def test_seller_raises_the_price_before_payment(self):
        order = self._placed()
        total = self.gateway.ledger()["orders"][0]["total_fen"]
        self.gateway.admin("POST", f"orders/{order.remote_id}/price", {"total_fen": total + 1})
        order.looked_at = False
        self.run_cron(REFRESH)
        self.assertEqual((order.state, order.block_code), ("blocked", "price_changed"))
        self.assertFalse(order.payment_line_ids.filtered("is_live"))
        self._accept(order)
        self.assertEqual(order.state, "verified")
        self.assertEqual(order.verified_total, (total + 1) / 100)
        self.assertEqual(len(order.approval_ids), 2, "a new approval for the new amount")

    def test_price_raised_after_the_payment_was_approved(self):
        order = self._placed()
        total = self.gateway.ledger()["orders"][0]["total_fen"]
        self._approve_payment(order)
        self.gateway.admin("POST", f"orders/{order.remote_id}/price", {"total_fen": total + 1})
        self.run_cron(SEND)
        self.assertFalse(self.gateway.ledger()["payments"])
        self.assertEqual(order.state, "blocked")

    def test_older_news_changes_nothing_and_the_same_news_neither(self):
        order = self._placed()
        snapshot = self.account._call("trade.order", order_id=order.remote_id, purpose="test")
        self.gateway.admin("POST", f"orders/{order.remote_id}/pay", {})
        order.looked_at = False
        self.run_cron(REFRESH)
        self.assertEqual(order.state, "paid")
        self.assertFalse(order._apply_snapshot(snapshot))
        newest = self.account._call("trade.order", order_id=order.remote_id, purpose="test")
        before = order.read()[0]
        order._apply_snapshot(newest)
        after = order.read()[0]
        told = ("looked_at", "write_date", "write_uid", "banner")
        self.assertEqual(
            {name: value for name, value in before.items() if name not in told},
            {name: value for name, value in after.items() if name not in told},
        )

    def test_paid_outside_is_told(self):
        order = self._placed()
        self.gateway.admin("POST", f"orders/{order.remote_id}/pay", {})
        order.looked_at = False
        self.run_cron(REFRESH)
        self.assertEqual(order.state, "paid")
        self.assertTrue(order.payment_line_ids.filtered(lambda line: line.state == "paid"))
        self.assertTrue(order.issue_ids.filtered(lambda issue: issue.kind == "paid_outside"))

    def _blocked_by_a_new_price(self):
        order = self._placed()
        total = self.gateway.ledger()["orders"][0]["total_fen"]
        self.gateway.admin("POST", f"orders/{order.remote_id}/price", {"total_fen": total + 1})
        order.with_user(self.buyer).action_refresh()
        self.run_cron(REFRESH)
        self.assertEqual((order.state, order.block_code), ("blocked", "price_changed"))
        return order

    def test_blocked_order_that_is_closed_at_1688_is_read_when_asked_for(self):
        order = self._blocked_by_a_new_price()
        self.gateway.admin("POST", f"orders/{order.remote_id}/close", {})
        order.with_user(self.buyer).action_refresh()
        self.run_cron(REFRESH)
        self.assertEqual(order.state, "cancelled")

    def test_blocked_order_that_is_paid_at_1688_is_read_after_the_sweep(self):
        order = self._blocked_by_a_new_price()
        self.gateway.advance(60)
        self.gateway.admin("POST", f"orders/{order.remote_id}/pay", {})
        self.run_cron(SWEEP)
        self.run_cron(REFRESH)
        self.assertEqual(order.state, "paid")
        self.assertTrue(order.issue_ids.filtered(lambda issue: issue.kind == "paid_outside"))

    def test_second_order_is_read_so_that_a_person_can_decide(self):
        self.gateway.switch(repeated_out_order_id="second_order")
        order = self._placed()
        self.account._send(order._build_create_call(), purpose="test")
        self.run_cron(SWEEP)
        second = order.split_ids
        self.assertEqual((second.state, second.block_code, second.looked_at), ("blocked", "second_order", False))
        self.run_cron(REFRESH)
        self.assertTrue(second.looked_at)
        self.assertEqual(second.remote_status, "waitbuyerpay")
        self.assertTrue(second.remote_data)
        self.assertEqual(order.state, "verified", "the one that was approved is right, whatever else there is")

    def test_done_order_is_read_when_asked_for(self):
        order = self._placed()
        self.env.cr.execute("UPDATE purchase_1688_order SET state = 'done' WHERE id = %s", [order.id])
        self.env.invalidate_all()
        self.gateway.admin("POST", f"orders/{order.remote_id}/pay", {})
        order.with_user(self.buyer).action_refresh()
        self.run_cron(REFRESH)
        self.assertEqual((order.state, order.remote_status), ("done", "waitsellersend"))

    def test_seller_closes(self):
        order = self._placed()
        payment = order.payment_ids
        self.gateway.admin("POST", f"orders/{order.remote_id}/close", {})
        order.looked_at = False
        self.run_cron(REFRESH)
        self.assertEqual((order.state, payment.state), ("cancelled", "cancelled"))
        self.assertTrue(order.issue_ids.filtered(lambda issue: issue.kind == "closed"))
        self.assertFalse(any(order.line_ids.mapped("is_live")), "its goods can be ordered again")

    def test_sweep_finds_a_planted_orphan(self):
        order = self._placed()
        number = order.remote_id
        order.payment_line_ids.unlink()
        order.with_context(tracking_disable=True).write(
            {"remote_id": False, "remote_status": False, "remote_data": False}
        )
        self.env.cr.execute("UPDATE purchase_1688_order SET state = 'approved' WHERE id = %s", [order.id])
        self.env.invalidate_all()
        self.run_cron(SWEEP)
        self.assertEqual((order.remote_id, order.state), (number, "placed"))

    def test_sweep_tells_of_an_order_that_odoo_lost(self):
        order = self._placed()
        self.env.cr.execute("UPDATE purchase_1688_order SET remote_id = NULL, out_order_id = 'x', state = 'cancelled'")
        self.env.invalidate_all()
        self.run_cron(SWEEP)
        issue = self.env["purchase.1688.issue"].search([("kind", "like", "orphan:")])
        self.assertEqual(len(issue), 1)
        self.assertTrue(order)

    def test_cancel_waits_and_then_closes(self):
        order = self._placed()
        wizard = (
            self.env["purchase.1688.order.cancel"]
            .with_user(self.buyer)
            .create({"order_ids": [(6, 0, order.ids)], "reason": "other"})
        )
        self.assertEqual(wizard.to_cancel_ids, order)
        wizard.action_cancel()
        self.run_cron(SEND)
        self.gateway.advance(15)
        order.attempt_ids.filtered(lambda attempt: attempt.state == "ready").next_look_at = "2020-01-01"
        self.run_cron(SEND)
        self.run_cron(REFRESH)
        self.assertEqual(order.state, "cancelled")
        self.assertEqual(len(self.gateway.ledger()["cancellations"]), 1)
        self.assertFalse(order.issue_ids.filtered(lambda issue: issue.kind == "closed"))

    def test_paid_order_cannot_be_cancelled_and_says_so(self):
        order = self._paid()
        wizard = self.env["purchase.1688.order.cancel"].with_user(self.buyer).create({"order_ids": [(6, 0, order.ids)]})
        self.assertFalse(wizard.to_cancel_ids | wizard.to_drop_ids)
        self.assertIn(order.name, wizard.refusal)


@tagged("post_install", "-at_install")
class TestOrderRights(OrderCase):
    def test_nobody_writes_orders_payments_or_claims(self):
        order = self._placed()
        records = (order, order.line_ids, order.payment_ids, order.payment_line_ids)
        for user in (self.buyer, self.approver, self.manager, self.admin, self.purchaser, self.stranger):
            for record in records:
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(record.with_user(user).has_access(operation), (user.login, record, operation))

    def test_only_buyers_prepare(self):
        purchase = self._request()
        for user in (self.purchaser, self.approver, self.admin, self.stranger):
            with self.assertRaises(AccessError):
                purchase.with_user(user).action_ali1688_order()

    def test_lookers_on_do_not_confirm(self):
        order = self._prepared()
        order._accept_preview(self.buyer)
        seen = self._seen(order)
        for user in (self.purchaser, self.admin, self.stranger):
            with self.assertRaises(AccessError):
                self.env["purchase.1688.order"].with_user(user).confirm_orders(seen)
        self.assertFalse(order.attempt_ids)

    def test_other_company_sees_and_does_nothing(self):
        order = self._prepared()
        order._accept_preview(self.buyer)
        seen = self._seen(order)
        other = self.env["res.company"].create({"name": "Other"})
        self.buyer.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        with self.assertRaises(AccessError):
            self.env["purchase.1688.order"].with_user(self.buyer).confirm_orders(seen)
        self.assertFalse(self.env["purchase.1688.order"].with_user(self.buyer).search([]))

    def test_payment_is_not_approved_by_who_prepared_it(self):
        order = self._placed()
        for user in (self.buyer, self.manager, self.admin, self.purchaser):
            with self.assertRaises(AccessError):
                self._approve_payment(order, user=user)
        self.buyer.group_ids |= self.env.ref("purchase_1688.group_approver")
        with self.assertRaises(UserError):
            self._approve_payment(order, user=self.buyer)
        self.assertFalse(order.attempt_ids.filtered(lambda attempt: attempt.kind == "pay"))

    def test_private_methods_stay_private(self):
        public = {
            name
            for model in ("purchase.1688.order", "purchase.1688.payment", "purchase.1688.refund")
            for name in dir(type(self.env[model]))
            if any(word in name for word in ("apply", "approve", "dispatch", "attempt", "grant", "adopt"))
            and not name.startswith("_")
            and callable(getattr(type(self.env[model]), name, None))
        }
        self.assertEqual(
            public - {"action_approve", "action_approve_cashier", "action_apply", "action_view_attempts"}, set()
        )

    def test_state_of_the_purchase_is_no_permission(self):
        order = self._prepared()
        order.purchase_ids.with_user(self.purchaser).write({"state": "purchase"})
        order.purchase_ids.with_user(self.purchaser).write({"state": "draft"})
        order.purchase_ids.sudo().button_confirm()
        self.run_cron(SEND)
        self.assertFalse(self.gateway.ledger()["orders"])
        self.assertFalse(order.attempt_ids)


@tagged("post_install", "-at_install")
class TestOrderQueries(OrderCase):
    def test_board_queries_do_not_grow_with_orders(self):
        counts = []
        orders = self.env["purchase.1688.order"]
        for offer in self.offers[:3]:
            orders |= self._prepared(offers=offer)
            self.env.flush_all()
            self.env.invalidate_all()
            model = self.env["purchase.1688.order"].with_user(self.buyer)
            model.get_confirm_board(orders.ids)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            model.get_confirm_board(orders.ids)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2] - counts[1], 2, counts)
