import base64
import io

from PIL import Image

from odoo.tests import new_test_user

from odoo.addons.purchase_1688.tests.order_common import CLAIMS, REFRESH, SEND

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

    def _photo(self):
        picture = Image.new("RGB", (64, 64), "red")
        data = io.BytesIO()
        picture.save(data, "JPEG")
        return base64.b64encode(data.getvalue()).decode()
