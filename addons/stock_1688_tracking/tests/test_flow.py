import base64
import io

from PIL import Image

from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.purchase_1688.tests.order_common import CLAIMS, REFRESH, SEND, OrderCase

LOOK = "stock_1688_tracking.ir_cron_stock_1688_parcel_look"


class FlowMixin:
    """Orders that the gateway really has, shipped there, with a worker at the dock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "stock_1688_tracking.group_warehouse"
        cls.worker = new_test_user(cls.env, "worker_1688", groups=groups)

    def _shipped(self, parcels=1, **options):
        """An order at 1688 that was paid and shipped, with its parcels read."""
        order = self._paid(**options)
        self.assertEqual(order.state, "paid")
        self.gateway.admin("POST", f"orders/{order.remote_id}/ship", {"parcels": parcels})
        self._read(order)
        return order

    def _read(self, order):
        """Have the order and its parcels read again."""
        order.looked_at = False
        self.run_cron(REFRESH)
        order._ask_tracking()
        self.run_cron(LOOK)

    def _sign(self, order):
        self.gateway.admin("POST", f"orders/{order.remote_id}/sign", {})
        self._read(order)

    def _end_claim(self, order):
        """Have the claim sent, agreed to by the seller, and read."""
        self.run_cron(CLAIMS)
        self.run_cron(SEND)
        claim = order.refund_ids
        self.gateway.admin("POST", f"refunds/{claim.remote_id}/agree", {})
        claim.looked_at = False
        self.run_cron(CLAIMS)

    def _confirmations(self):
        return [row["order_id"] for row in self.gateway.ledger()["confirmations"]]


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

    def _photo(self):
        picture = Image.new("RGB", (64, 64), "red")
        data = io.BytesIO()
        picture.save(data, "JPEG")
        return base64.b64encode(data.getvalue()).decode()


@tagged("post_install", "-at_install")
class TestDockTour(FlowMixin, OrderCase, HttpCase):
    registry_test_mode = False  # the base case of orders enters it

    def _tour(self, name, path):
        self.start_tour(path, name, login="worker_1688", timeout=120)
        self.env.invalidate_all()

    def test_scan_inspect_confirmed(self):
        order = self._shipped()
        picking = order.purchase_ids.picking_ids
        self._tour("stock_1688_dock_accept", f"/odoo/dock-1688?waybill={order.parcel_ids.name}")
        self.assertEqual(picking.state, "done")
        self.run_cron(SEND)
        self._read(order)
        self.assertEqual(self._confirmations(), [order.remote_id])
        self._tour("stock_1688_dock_confirmed", f"/odoo/receipts/{picking.id}")

    def test_reject_refunded(self):
        order = self._shipped()
        picking = order.purchase_ids.picking_ids
        self._tour("stock_1688_dock_reject", f"/odoo/dock-1688?waybill={order.parcel_ids.name}")
        photo = order.refund_ids.evidence_ids
        self.assertLess(len(photo.raw), 1_000_000)
        self._end_claim(order)
        self._read(order)
        self.run_cron(SEND)
        self._read(order)
        self.assertEqual(order.refund_ids.state, "refunded")
        self.assertEqual(self._confirmations(), [order.remote_id])
        self._tour("stock_1688_dock_confirmed", f"/odoo/receipts/{picking.id}")
