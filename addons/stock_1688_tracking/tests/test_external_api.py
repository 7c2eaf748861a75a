from odoo.tests import HttpCase, tagged

from odoo.addons.purchase_1688.tests.external import ExternalApiMixin
from odoo.addons.purchase_1688.tests.order_common import CLAIMS, SEND, OrderCase

from .flow_common import FlowMixin


@tagged("post_install", "-at_install")
class TestExternalApi(ExternalApiMixin, FlowMixin, OrderCase, HttpCase):
    """Receiving without a browser: what the dock does, by its public methods."""

    registry_test_mode = False  # the base case of orders enters it

    def test_receiving_over_json2(self):
        self._receive(self.json2)

    def test_receiving_over_xmlrpc(self):
        self._receive(self.xmlrpc)

    def _receive(self, connect):
        buyer, dock = connect(self.buyer), connect(self.worker)
        self._test_shelf(dock)
        good, bad = self._shipped(), self._shipped(offers=self.offers[1:2])
        self._accept_all(dock, self._waybill(buyer, good))
        self._reject_one(dock, self._waybill(buyer, bad))
        self.run_cron(SEND)
        self.run_cron(CLAIMS)
        self.run_cron(SEND)
        self.assertEqual(self._confirmations(), [good.remote_id])
        (claim,) = buyer(
            "purchase.1688.refund",
            "search_read",
            domain=[("order_id", "=", bad.id)],
            fields=["state", "remote_id", "amount", "refunded_amount", "prepare_note"],
        )
        self.assertEqual(claim["state"], "applied")
        self.assertEqual([row["refund_id"] for row in self.gateway.ledger()["refunds"]], [claim["remote_id"]])

    def _waybill(self, call, order):
        domain = [("order_ids", "in", [order.id])]
        (parcel,) = call("stock.1688.parcel", "search_read", domain=domain, fields=["name"], order="id")
        return parcel["name"]

    def _test_shelf(self, call):
        found = call("stock.1688.dock", "scan", code="NOBODY99887766")
        self.assertEqual(found["kind"], "shelf")
        self.assertIn("NOBODY99887766", [item["number"] for item in call("stock.1688.dock", "start")["shelf"]])
        self.assertTrue(call("stock.1688.dock", "undo", undo=found["undo"]))
        self.assertEqual(call("stock.1688.dock", "scan", code="hello world")["kind"], "unknown")

    def _scan(self, call, waybill):
        found = call("stock.1688.dock", "scan", code=waybill)
        self.assertEqual(found["kind"], "receipt")
        receipt = found["receipt"]
        again = call("stock.1688.dock", "open_receipt", picking_id=receipt["id"])
        self.assertEqual(again["receipt"]["id"], receipt["id"])
        return receipt

    def _accept_all(self, call, waybill):
        receipt = self._scan(call, waybill)
        lines = [
            {"move_id": line["id"], "counted": line["expected"], "rejected": 0} for line in receipt["lines"]
        ]
        answer = {"picking_id": receipt["id"], "lines": lines, "parcel_ids": [receipt["parcel_id"]]}
        self.assertTrue(call("stock.1688.dock", "accept", **answer))
        self.assertEqual(call("stock.1688.dock", "scan", code=waybill)["kind"], "received")

    def _reject_one(self, call, waybill):
        receipt = self._scan(call, waybill)
        self.assertTrue(call("stock.1688.dock", "report_problem", picking_id=receipt["id"], note="wet box"))
        lines = [
            {
                "move_id": line["id"],
                "counted": line["expected"],
                "rejected": 1,
                "reason": "broken",
                "note": "Broken in the parcel",
                "photos": [self._photo()],
            }
            for line in receipt["lines"]
        ]
        answer = {"picking_id": receipt["id"], "lines": lines, "parcel_ids": [receipt["parcel_id"]]}
        self.assertTrue(call("stock.1688.dock", "accept", **answer))
