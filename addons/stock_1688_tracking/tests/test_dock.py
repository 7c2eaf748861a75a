from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TrackingCommon, parcel

NUMBER = "YT9981234567"


@tagged("post_install", "-at_install")
class TestDock(TrackingCommon):
    def setUp(self):
        super().setUp()
        self._apply([parcel()])

    def test_waybill_opens_the_receipt(self):
        for code in (NUMBER, "yt-998 1234567", f" {NUMBER}\n"):
            answer = self._scan(code)
            self.assertEqual(answer["kind"], "receipt")
            self.assertEqual(answer["receipt"]["id"], self.picking.id)
        self.assertTrue(self.order.parcel_ids.scanned_at)

    def test_order_numbers_open_the_receipt(self):
        for code in (self.order.remote_id, self.order.name, self.purchase.name, self.picking.name):
            answer = self._scan(code)
            self.assertEqual(answer["receipt"]["id"], self.picking.id, code)

    def test_item_opens_the_receipt_that_waits_for_it(self):
        self.assertEqual(self._scan("CAP-1")["receipt"]["id"], self.picking.id)

    def test_item_of_the_open_receipt_is_counted(self):
        answer = self._scan("6901234567892", self.picking)
        self.assertEqual(answer["kind"], "item")
        self.assertEqual(answer["move_id"], self.picking.move_ids[0].id)

    def test_content_of_the_parcel_is_what_is_expected(self):
        first = self.order.line_ids[0]
        self._apply([parcel("YT5550000001", entries=[first.remote_entry_id])])
        lines = self._scan("YT5550000001")["receipt"]["lines"]
        self.assertEqual([line["expected"] for line in lines], [50, 0])

    def test_unknown_waybill_goes_to_the_shelf_and_is_found_later(self):
        self.assertEqual(self._scan("SF7770000001")["kind"], "shelf")
        self.assertEqual(self._scan("SF-7770000001")["kind"], "shelf")
        item = self.env["stock.1688.shelf"].search([("number", "=", "SF7770000001")])
        self.assertEqual(len(item), 1)
        self._apply([parcel("SF7770000001")])
        self.assertEqual(item.state, "matched")
        self.assertEqual(item.parcel_id.scanned_at, item.scanned_at)
        self.assertEqual(self._scan("SF7770000001")["kind"], "receipt")

    def test_undo_takes_back_what_the_scan_left(self):
        shelf = self._scan("SF7770000001")
        self.Dock.undo(shelf["undo"])
        self.assertFalse(self.env["stock.1688.shelf"].search([("state", "=", "waiting")]))
        known = self._scan(NUMBER)
        self.Dock.undo(known["undo"])
        self.assertFalse(self.order.parcel_ids.scanned_at)

    def test_second_scan_leaves_nothing_to_undo(self):
        self._scan(NUMBER)
        self.assertEqual(self._scan(NUMBER)["undo"], {})

    def test_nonsense_is_unknown(self):
        for code in ("", "   ", "hello world", "'; DROP TABLE", "x" * 500):
            self.assertEqual(self._scan(code)["kind"], "unknown")

    def test_received_parcel_says_so(self):
        self._catch_confirmations()
        self._accept()
        self.assertEqual(self._scan(NUMBER)["kind"], "received")
        self.assertTrue(self.order.parcel_ids.received_at)

    def test_scanning_takes_a_constant_number_of_queries(self):
        def count(number):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._scan(number)
            return self.cr.sql_log_count - before

        products = self.env["product.product"].create(
            [{"name": f"Thing {index}", "is_storable": True} for index in range(20)]
        )
        _purchase, order = self._create_order(dict.fromkeys(products, 3), "4100009")
        self._apply([parcel("YT6660000001")], order=order)
        count("YT6660000001")
        small = count(NUMBER)
        self.assertLessEqual(count("YT6660000001"), small)

    def test_problem_reaches_the_buyer_and_receives_nothing(self):
        self.Dock.report_problem(self.picking.id, "box is wet")
        issue = self.env["purchase.1688.issue"].search([("kind", "=", "dock_problem")])
        self.assertEqual(issue.user_id, self.buyer)
        self.assertEqual(self.picking.state, "assigned")
        with self.assertRaises(UserError):
            self.Dock.report_problem(self.picking.id, " ")

    def test_start_lists_what_waits(self):
        self._apply([parcel(status="SIGN")])
        self._scan("SF7770000001")
        start = self.Dock.start()
        self.assertEqual([item["name"] for item in start["waiting"]], [NUMBER])
        self.assertEqual([item["number"] for item in start["shelf"]], ["SF7770000001"])
        self.assertEqual(start["waiting"][0]["orders"], self.order.remote_id)
