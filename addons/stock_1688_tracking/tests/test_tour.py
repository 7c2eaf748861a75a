from odoo.tests import HttpCase, tagged

from odoo.addons.purchase_1688.tests.common import StrictTours
from odoo.addons.purchase_1688.tests.order_common import SEND, OrderCase

from .flow_common import FlowMixin


@tagged("post_install", "-at_install")
class TestDockTour(StrictTours, FlowMixin, OrderCase, HttpCase):
    registry_test_mode = False  # the base case of orders enters it

    def _tour(self, name, path):
        self.start_tour(path, name, login="worker_1688", timeout=180)
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
