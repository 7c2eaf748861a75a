from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.purchase_1688.tests.order_common import CLAIMS, SEND, OrderCase

from .flow_common import FlowMixin


@tagged("post_install", "-at_install")
class TestFlow(FlowMixin, OrderCase):
    def test_from_shipment_to_confirmation(self):
        order = self._shipped()
        found = order.parcel_ids
        self.assertEqual(len(found), 1)
        self.assertEqual(found.picking_ids, order.purchase_ids.picking_ids)
        self._sign(order)
        self.assertEqual(found.state, "signed")
        self.assertTrue(found.event_ids)
        self._accept(found)
        self.run_cron(SEND)
        self._read(order)
        self.run_cron(SEND)
        self.assertEqual(self._confirmations(), [order.remote_id])
        self.assertEqual(order.state, "received")

    def test_order_in_two_parcels_is_confirmed_after_the_second(self):
        order = self._shipped(parcels=2, skus=2)
        first, second = order.parcel_ids
        self._accept(first)
        self.run_cron(SEND)
        self.assertEqual(self._confirmations(), [])
        self._accept(second)
        self.run_cron(SEND)
        self.assertEqual(self._confirmations(), [order.remote_id])

    def test_rejected_goods_are_refunded_then_the_rest_confirmed(self):
        order = self._shipped()
        self._accept(order.parcel_ids, rejected=1)
        self.run_cron(SEND)
        self.assertEqual(self._confirmations(), [])
        self._end_claim(order)
        self._read(order)
        self.run_cron(SEND)
        refunds = self.gateway.ledger()["refunds"]
        self.assertEqual([row["status"] for row in refunds], ["refundsuccess"])
        self.assertEqual(self._confirmations(), [order.remote_id])

    def test_goods_are_not_paid_for_when_less_came_back_than_they_cost(self):
        order = self._shipped()
        self._accept(order.parcel_ids, rejected=1)
        self.run_cron(SEND)
        paid = {"result.opOrderRefundModelDetail.refundPayment": 1}
        self.gateway.fault("alibaba.trade.refund.OpQueryOrderRefund", "patch", set=paid)
        self._end_claim(order)
        self._read(order)
        self.run_cron(SEND)
        self.assertEqual((order.refund_ids.state, order.refund_ids.refunded_goods), ("refunded", 0.01))
        self.assertEqual((order.inspection_state, self._confirmations()), ("decide", []))

    def test_rest_that_came_back_by_a_second_claim_lets_the_rest_be_confirmed(self):
        order = self._shipped()
        self._accept(order.parcel_ids, rejected=1)
        self.run_cron(CLAIMS)
        self.run_cron(SEND)
        first = order.refund_ids
        self.gateway.admin("POST", f"refunds/{first.remote_id}/modify", {"goods_fen": 100})
        self._end_claim(order)
        self._read(order)
        self.assertEqual((first.refunded_goods, order.inspection_state), (1, "decide"))
        goods = {line.order_line_id: line.quantity for line in first.line_ids}
        second = order._open_claim(goods, "damaged", "the rest", first.evidence_ids, rest_of=first)
        self.assertEqual(order.inspection_state, "claim")
        self.run_cron(CLAIMS)
        self.run_cron(SEND)
        self.gateway.admin("POST", f"refunds/{second.remote_id}/agree", {})
        second.looked_at = False
        self.run_cron(CLAIMS)
        self._read(order)
        self.run_cron(SEND)
        # one piece was paid for in two parts, and counts once
        self.assertEqual(sum(line._get_refunded_qty() for line in order.line_ids), 1)
        self.assertEqual(self._confirmations(), [order.remote_id])

    def test_receipt_that_nobody_inspected_wants_a_reason(self):
        order = self._shipped()
        seen = order.with_user(self.buyer)
        with self.assertRaisesRegex(UserError, order.line_ids.name):
            seen.action_confirm_receipt()
        with self.assertRaises(UserError):
            seen.action_confirm_receipt(reason=" ")
        action = seen.action_decide_receipt()
        wizard = seen.env[action["res_model"]].with_context(**action["context"]).create({"reason": "seen at the port"})
        self.assertIn(order.line_ids.name, wizard.unsettled)
        wizard.action_confirm()
        self.assertIn("seen at the port", order.message_ids[0].body)
        self.run_cron(SEND)
        self.assertEqual(self._confirmations(), [order.remote_id])

    def test_receipt_is_confirmed_once_by_two_presses(self):
        order = self._shipped()
        seen = order.with_user(self.buyer)
        seen.action_confirm_receipt(reason="all is here")
        with self.assertRaises(UserError):
            seen.action_confirm_receipt(reason="all is here")
        self.run_cron(SEND)
        with self.assertRaises(UserError):
            seen.action_confirm_receipt(reason="all is here")
        self.run_cron(SEND)
        self.assertEqual(self._confirmations(), [order.remote_id])

    def test_receipt_is_confirmed_once_by_hand_and_dock(self):
        for sent_before in (False, True):
            order = self._shipped(offers=self.offers[sent_before : sent_before + 1])
            order.with_user(self.buyer).action_confirm_receipt(reason="all is here")
            if sent_before:
                self.run_cron(SEND)
            self._accept(order.parcel_ids)
            self.run_cron(SEND)
            self._read(order)
            self.assertEqual(self._confirmations().count(order.remote_id), 1)
            self.assertFalse(order.issue_ids.filtered(lambda issue: issue.kind == "confirm_refused"))

    def test_changed_waybill_is_found_by_both_numbers(self):
        order = self._shipped()
        old = order.parcel_ids.name
        self.gateway.admin("POST", f"parcels/{old}/bill", {"bill_no": "SF0000777001"})
        self._read(order)
        self.assertEqual(order.parcel_ids.name, "SF0000777001")
        self.assertEqual(order.parcel_ids.former_numbers, old)

    def test_lost_answer_of_the_confirmation_leaves_one(self):
        order = self._shipped()
        self.gateway.fault("trade.receivegoods.confirm", "drop_after")
        self._accept(order.parcel_ids)
        self.run_cron(SEND)
        self._read(order)
        order._confirm_accepted()
        self.run_cron(SEND)
        self.assertEqual(self._confirmations(), [order.remote_id])

    def _accept(self, parcels, rejected=0):
        Dock = self.env["stock.1688.dock"].with_user(self.worker)
        answer = Dock.scan(parcels.name)
        receipt = answer["receipt"]
        lines = [{"move_id": line["id"], "counted": line["expected"], "reason": "quality"} for line in receipt["lines"]]
        lines[0]["rejected"] = rejected
        if rejected:
            lines[0]["photos"] = [self._photo()]
        result = Dock.accept(receipt["id"], lines, [receipt["parcel_id"]])
        self.env.flush_all()
        return result
