import base64
from decimal import Decimal

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.purchase_1688.lib.values import RefundSnapshot

from .common import JPEG, TrackingCommon, parcel


@tagged("post_install", "-at_install")
class TestInspection(TrackingCommon):
    def setUp(self):
        super().setUp()
        self.confirmed = self._catch_confirmations()

    def test_all_accepted_is_received_and_confirmed_once(self):
        self._accept()
        self.assertEqual(self.picking.state, "done")
        self.assertEqual(self.purchase.order_line.mapped("qty_received"), [50, 30])
        self.assertEqual(self.order.inspection_state, "accepted")
        self.order._confirm_accepted()
        self._watch()
        self.assertEqual(self.confirmed, [self.order.id])

    def test_part_of_an_order_is_not_confirmed(self):
        self._accept(counted={self.cap: 28})
        self.assertEqual(self.order.inspection_state, "partial")
        self.assertEqual(self.confirmed, [])
        backorder = self.picking.backorder_ids
        self.assertEqual(backorder.move_ids.product_qty, 2)
        self._accept(backorder)
        self.assertEqual(self.confirmed, [self.order.id])

    def test_missing_goods_are_shown(self):
        self._accept(counted={self.cap: 28})
        inspection = self.picking.ali1688_inspection_ids.filtered(lambda found: found.product_id == self.cap)
        self.assertEqual(inspection.missing_qty, 2)

    def test_rejected_goods_go_to_quarantine_and_into_a_claim(self):
        photo = base64.b64encode(JPEG).decode()
        self._accept(rejected={self.cap: 2}, note="torn", photos=[photo])
        quarantine = self.warehouse.ali1688_quarantine_location_id
        quant = self.env["stock.quant"].search([("location_id", "=", quarantine.id)])
        self.assertEqual((quant.product_id, quant.quantity), (self.cap, 2))
        self.assertEqual(self.purchase.order_line.mapped("qty_received"), [50, 30])
        self.assertFalse(self.picking.backorder_ids)
        claim = self.order.refund_ids
        self.assertEqual(claim.line_ids.mapped("quantity"), [2])
        self.assertEqual(claim.evidence_ids.raw, JPEG)
        self.assertEqual(claim.user_id, self.buyer)
        self.assertEqual(self.order.inspection_state, "claim")
        self.assertEqual(self.confirmed, [])

    def test_everything_rejected(self):
        self._accept(rejected={self.shirt: 50, self.cap: 30})
        quarantine = self.warehouse.ali1688_quarantine_location_id
        self.assertEqual(self.picking.move_ids.location_dest_id, quarantine)
        self.assertEqual(sum(self.order.refund_ids.line_ids.mapped("quantity")), 80)

    def _end(self, claim, refunded=None, freight=None, status="refundsuccess"):
        """1688 says that the claim ended, and how much (yuan) came back for the goods."""
        claim.write({"state": "applied", "remote_id": f"TQ{claim.id}"})
        claim._apply_snapshot(
            RefundSnapshot(
                claim.remote_id,
                status,
                refunded=None if refunded is None else Decimal(refunded),
                refunded_freight=None if freight is None else Decimal(freight),
            )
        )

    def _open_issues(self):
        domain = [("kind", "=", "receipt_open"), ("res_id", "=", self.order.id), ("state", "=", "open")]
        return self.env["purchase.1688.issue"].search(domain)

    def _check_buyer_decides(self):
        self.assertEqual((self.order.inspection_state, self.confirmed), ("decide", []))
        self.assertEqual(self._open_issues().user_id, self.buyer)
        self.assertIn("The buyer decides", self.picking.ali1688_note)

    def test_refund_of_the_rejected_goods_lets_the_rest_be_confirmed(self):
        self._accept(rejected={self.cap: 2})
        self._end(self.order.refund_ids, "20.00")
        self.assertEqual(self.confirmed, [self.order.id])
        self.assertFalse(self._open_issues())

    def test_refund_below_the_cost_of_the_goods_confirms_nothing(self):
        self._accept(rejected={self.cap: 2})
        self._end(self.order.refund_ids, "19.99", "5.00")
        self._check_buyer_decides()

    def test_refund_without_an_amount_confirms_nothing(self):
        self._accept(rejected={self.cap: 2})
        self._end(self.order.refund_ids)
        self._check_buyer_decides()

    def test_compensation_for_goods_that_never_came_confirms_nothing(self):
        self._accept(counted={self.cap: 0})
        claim = self.order._open_claim({self.order.line_ids[1]: 30}, "missing", "never came")
        claim.goods_amount = 5
        self._end(claim, "5.00")
        self._check_buyer_decides()
        self._accept(self.picking.backorder_ids)
        self.assertEqual(self.confirmed, [self.order.id])
        self.assertFalse(self._open_issues())

    def test_compensation_for_goods_that_were_accepted_lets_the_order_be_confirmed(self):
        self._accept(counted={self.cap: 28})
        self._end(self.order._open_claim({self.order.line_ids[0]: 50}, "other", "stained"), "5.00")
        self.assertEqual((self.order.inspection_state, self.confirmed), ("partial", []))
        self._accept(self.picking.backorder_ids)
        self.assertEqual(self.confirmed, [self.order.id])

    def test_money_for_a_part_of_uneven_goods_is_reckoned_to_the_fen(self):
        self.order.line_ids[1].remote_amount = 100
        self._accept(rejected={self.cap: 2})
        claim = self.order.refund_ids
        self.assertEqual(claim.line_ids._get_cost(), Decimal("6.66"))
        self._end(claim, "6.66")
        self.assertEqual(self.confirmed, [self.order.id])

    def test_claim_closed_without_money_confirms_nothing(self):
        self._accept(rejected={self.cap: 2})
        self._end(self.order.refund_ids, status="refundclose")
        self._check_buyer_decides()

    def test_order_not_yet_known_to_be_shipped_is_confirmed_later(self):
        self.order.state = "paid"
        self._accept()
        self.assertEqual(self.confirmed, [])
        self.order.state = "shipped"
        self._watch()
        self.assertEqual(self.confirmed, [self.order.id])

    def test_receipt_validated_without_inspection_confirms_nothing(self):
        self.picking.move_ids.picked = True
        self.picking.button_validate()
        self.order._confirm_accepted()
        self.assertEqual(self.confirmed, [])
        self._accept(rejected={self.cap: 1})
        quarantine = self.warehouse.ali1688_quarantine_location_id
        quant = self.env["stock.quant"].search([("location_id", "=", quarantine.id)])
        self.assertEqual(quant.quantity, 1)
        self.assertEqual(self.order.inspection_state, "claim")

    def test_second_inspection_is_refused(self):
        self._accept()
        with self.assertRaises(UserError):
            self._accept()
        self.assertEqual(self.confirmed, [self.order.id])

    def test_nonsense_is_refused(self):
        move = self.picking.move_ids[0]
        for values in (
            {"counted": 0},
            {"counted": 5, "rejected": 6, "reason": "quality"},
            {"counted": 5, "rejected": 1},
            {"counted": -1},
            {"counted": "many"},
            {"counted": 1, "reason": "because"},
            {"counted": 1, "photos": ["not base64"]},
            {"counted": 1, "photos": [base64.b64encode(b"<svg/>").decode()]},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                self.Dock.accept(self.picking.id, [{"move_id": move.id, **values}])

    def test_packs_are_claimed_in_whole_units(self):
        line = self.order.line_ids[1]
        line.quantity = 3
        self.assertEqual(line._to_claim_qty(1), 1)
        self.assertEqual(line._to_claim_qty(10), 1)
        self.assertEqual(line._to_claim_qty(11), 2)
        self.assertEqual(line._to_product_qty(2), 20)

    def test_goods_that_are_no_product_of_ours_are_settled_by_money_only(self):
        goods = {"offer_ref": "69", "name": "Gift box", "quantity": 4, "unit_price": 5, "remote_entry_id": "41000019"}
        self.order.line_ids = [fields.Command.create(goods)]
        line = self.order.line_ids[-1]
        self._apply([parcel(entries=[line.remote_entry_id])])
        self.assertEqual(self.order.parcel_ids.line_ids.mapped("product_qty"), [4])
        self._accept()
        self.assertEqual((self.order.inspection_state, self.confirmed), ("partial", []))
        claimed = fields.Command.create({"order_line_id": line.id, "quantity": 4})
        refund = self.env["purchase.1688.refund"].create({"order_id": self.order.id, "line_ids": [claimed]})
        self._end(refund, "20.00")
        self.assertEqual(self.order.inspection_state, "accepted")

    def test_alarm_before_1688_confirms_by_itself(self):
        self.order.shipped_at = "2026-01-01 00:00:00"
        self._watch()
        issue = self.env["purchase.1688.issue"].search([("kind", "=", "auto_confirm")])
        self.assertEqual(issue.res_id, self.order.id)
        self.assertEqual(issue.deadline, self.order.auto_confirm_at)
        self._accept()
        self.assertEqual(issue.state, "closed")

    def test_receipt_that_was_not_counted_raises_no_claim(self):
        self._accept(counted={self.cap: 0})
        self.assertFalse(self.order.refund_ids)
        self.assertEqual(self.picking.ali1688_inspection_ids.product_id, self.shirt)

    def test_seller_who_does_not_ship_is_told(self):
        self.order.write({"state": "paid", "paid_at": "2026-01-01 00:00:00"})
        self._watch()
        issue = self.env["purchase.1688.issue"].search([("kind", "=", "late_to_ship")])
        self.assertEqual(issue.res_id, self.order.id)
        self.order.state = "shipped"
        self._watch()
        self.assertEqual(issue.state, "closed")

    def test_confirmation_that_cannot_be_asked_does_not_stop_the_dock(self):
        refusal = UserError("one is under way")

        def refuse(orders):
            raise refusal

        self.patch(type(self.order), "_confirm_receipt", refuse)
        self._accept()
        self.assertEqual(self.picking.state, "done")
        self.assertFalse(self.order.confirm_asked_at)
        issue = self.env["purchase.1688.issue"].search([("kind", "=", "confirm_refused")])
        self.assertEqual(issue.res_id, self.order.id)
