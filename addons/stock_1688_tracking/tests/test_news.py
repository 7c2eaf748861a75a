from datetime import timedelta
from itertools import permutations

from odoo import fields
from odoo.tests import tagged

from .common import TrackingCommon, at, parcel, trace

NUMBER = "YT9981234567"
SCANS = [(1, "已揽收"), (5, "快件已到达【杭州转运中心】"), (30, "快递员正在为您派件")]


@tagged("post_install", "-at_install")
class TestNews(TrackingCommon):
    def test_parcel_reaches_the_receipt(self):
        self._apply([parcel()])
        self.assertEqual(self.picking.ali1688_parcel_ids.name, NUMBER)
        self.assertEqual(self.picking.ali1688_parcel_ids.carrier_name, "圆通速递")

    def test_order_in_two_parcels_knows_what_is_where(self):
        first, second = self.order.line_ids
        self._apply(
            [
                parcel("YT1000000001", entries=[first.remote_entry_id]),
                parcel("YT1000000002", entries=[second.remote_entry_id]),
            ]
        )
        content = {
            found.name: found.line_ids.mapped(lambda line: (line.product_id, line.product_qty))
            for found in self.order.parcel_ids
        }
        self.assertEqual(content, {"YT1000000001": [(self.shirt, 50)], "YT1000000002": [(self.cap, 30)]})

    def test_two_orders_in_one_parcel(self):
        purchase, other = self._create_order({self.shirt: 5}, "4100002")
        answers = {order: ((parcel(),), ()) for order in self.order + other}
        found = self.Parcel._apply_reads(self.account, answers)
        self.assertEqual(len(found), 1)
        self.assertEqual(found.order_ids, self.order + other)
        self.assertEqual(found.picking_ids, self.picking + purchase.picking_ids)

    def test_scans_in_any_order_give_the_same_state(self):
        seen = set()
        for number, order in enumerate(permutations(SCANS)):
            bill = f"YT20000000{number:02}"
            self._apply([parcel(bill)])
            for scan in order:
                self._apply(traces=[trace(bill, scan)])
            found = self.Parcel.search([("name", "=", bill)])
            seen.add((found.state, found.last_event_text, len(found.event_ids)))
        self.assertEqual(seen, {("delivering", SCANS[-1][1], 3)})

    def test_repeated_scans_are_kept_once(self):
        for _repetition in range(3):
            self._apply([parcel()], [trace(NUMBER, *SCANS, *SCANS)])
        self.assertEqual(len(self.order.parcel_ids.event_ids), 3)

    def test_known_scans_write_nothing(self):
        found = self._apply([parcel()])
        scans = [(found.id, at(0, minute).replace(tzinfo=None), f"scan {minute}") for minute in range(500)]
        Event = self.env["stock.1688.parcel.event"]
        self.assertEqual(len(Event._ingest(scans)), 500)
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.assertFalse(Event._ingest(scans))
            self.env.flush_all()

    def test_queries_do_not_grow_with_the_parcels(self):
        def look(numbers):
            self._apply(
                [parcel(number) for number in numbers],
                [trace(number, *SCANS) for number in numbers],
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._apply(
                [parcel(number) for number in numbers],
                [trace(number, *SCANS) for number in numbers],
            )
            self.env.flush_all()
            return self.cr.sql_log_count - before

        few = look([f"YT30000000{number:02}" for number in range(3)])
        many = look([f"YT30000000{number:02}" for number in range(40)])
        self.assertLessEqual(many, few + 1)

    def test_unknown_scan_and_status_are_kept_raw(self):
        self._apply([parcel(status="BRAND_NEW")], [trace(NUMBER, (1, "包裹已称重 <b>5kg</b>"))])
        found = self.order.parcel_ids
        self.assertEqual(found.remote_status, "BRAND_NEW")
        self.assertEqual(found.state, "waiting")
        self.assertEqual(found.event_ids.text, "包裹已称重 <b>5kg</b>")

    def test_changed_number_keeps_the_old_one(self):
        self._apply([parcel("YT1", logistics_id="LP7")])
        self._apply([parcel("SF2", logistics_id="LP7")])
        found = self.order.parcel_ids
        self.assertEqual(len(found), 1)
        self.assertEqual(found.name, "SF2")
        self.assertEqual(found.former_numbers, "YT1")
        self.assertEqual(set(self.env["stock.1688.waybill"]._find_parcels(["yt-1", "SF2"]).values()), {found})

    def test_finding_waybills_takes_one_query(self):
        numbers = [f"YT40000000{number:02}" for number in range(20)]
        self._apply([parcel(number) for number in numbers])
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            found = self.env["stock.1688.waybill"]._find_parcels([*numbers, "NOBODY12345"])
        self.assertEqual(len(found), 20)

    def test_one_message_per_change_of_stage(self):
        def messages():
            return self.picking.message_ids.filtered(lambda message: NUMBER in (message.body or ""))

        before = len(messages())
        self._apply([parcel()], [trace(NUMBER, SCANS[1])])
        after_transit = len(messages())
        self._apply([parcel()], [trace(NUMBER, SCANS[1], (6, "快件已离开【杭州转运中心】"))])
        self.assertEqual(after_transit, before + 1)
        self.assertEqual(len(messages()), after_transit)

    def test_hostile_text_is_escaped_in_the_message(self):
        self._apply([parcel()], [trace(NUMBER, (1, "到达<script>alert(1)</script>"))])
        self.assertNotIn("<script>", "".join(self.picking.message_ids.mapped("body")))

    def test_signed_for_calls_the_people(self):
        self._apply([parcel(status="SIGN")], [trace(NUMBER, (40, "已签收"))])
        activity = self.picking.activity_ids
        self.assertEqual(activity.user_id, self.buyer)
        self.assertEqual(self.order.parcel_ids.signed_at, at(40).replace(tzinfo=None))
        self._apply([parcel(status="SIGN")], [trace(NUMBER, (40, "已签收"))])
        self.assertEqual(len(self.picking.activity_ids), 1)

    def test_trouble_opens_an_issue_and_its_end_closes_it(self):
        self._apply([parcel(status="UNSIGN")])
        issue = self.env["purchase.1688.issue"].search([("kind", "=", "parcel_exception")])
        self.assertEqual(issue.state, "open")
        self.assertEqual(issue.user_id, self.buyer)
        self._apply([parcel(status="SIGN")])
        self.assertEqual(issue.state, "closed")

    def test_silent_parcel_opens_an_issue(self):
        self._apply([parcel()], [trace(NUMBER, (-24 * 200, "到达"))])
        self._watch()
        found = self.env["purchase.1688.issue"].search([("kind", "=", "parcel_stuck")])
        self.assertEqual(found.res_id, self.order.parcel_ids.id)

    def test_freshness_is_searchable(self):
        self._apply([parcel()])
        found = self.order.parcel_ids
        self.assertFalse(found.is_stale)
        found.looked_at = at(0).replace(tzinfo=None)
        self.assertTrue(found.is_stale)
        self.assertEqual(self.Parcel.search([("is_stale", "=", True)]), found)
        self.assertFalse(self.Parcel.search([("is_stale", "=", False), ("id", "=", found.id)]))

    def test_expected_day_is_learned_from_the_carrier(self):
        for number in range(5):
            bill = f"YT70000000{number:02}"
            self._apply([parcel(bill, "SIGN", sent_at=at(0))], [trace(bill, (72, "已签收"))])
        self.Parcel.search([]).signed_at = fields.Datetime.now()
        self.Parcel.search([]).shipped_at = fields.Datetime.now() - timedelta(days=3)
        found = self._apply([parcel(sent_at=at(0))]).filtered(lambda one: one.name == NUMBER)
        self.assertEqual(found.expected_date, at(72).date())
