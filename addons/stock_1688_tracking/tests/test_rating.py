from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import TrackingCommon


@tagged("post_install", "-at_install")
class TestRating(TrackingCommon):
    """What the dock sees counts for the seller."""

    def setUp(self):
        super().setUp()
        self._catch_confirmations()

    def _facts(self, code):
        self.env.flush_all()
        self.env["purchase.1688.rating.fact"].invalidate_model()
        domain = [("partner_id", "=", self.seller.id), ("code", "=", code)]
        return self.env["purchase.1688.rating.fact"].search(domain, order="id")

    def test_rejected_goods(self):
        self._accept(rejected={self.cap: 3})
        self.assertEqual(sorted(self._facts("quality").mapped("value")), [0.9, 1.0])

    def test_short_goods_count_when_the_order_is_over(self):
        self._accept(counted={self.cap: 27})
        self.assertFalse(self._facts("complete"))
        self.order.write({"state": "received", "received_at": fields.Datetime.now()})
        self.assertEqual(sorted(self._facts("complete").mapped("value")), [0.9, 1.0])
        dozen = self.env.ref("uom.product_uom_dozen")
        self.order.line_ids[1].write({"product_uom_id": dozen.id, "product_qty": 2.5})
        self.assertEqual(sorted(self._facts("complete").mapped("value")), [0.9, 1.0], "dozens are counted as pieces")

    def test_orders_that_nobody_inspected_tell_nothing(self):
        self.order.write({"state": "received", "received_at": fields.Datetime.now()})
        self.assertFalse(self._facts("complete"))

    def _parcel(self, name, expected, signed_at=False, orders=None, **vals):
        return self.Parcel.create(
            {
                "name": name,
                "account_id": self.account.id,
                "company_id": self.env.company.id,
                "expected_date": expected,
                "signed_at": signed_at,
                "order_ids": [fields.Command.set((orders or self.order).ids)],
                **vals,
            }
        )

    def test_arrival(self):
        day = fields.Date.today() - timedelta(days=10)
        evening = fields.Datetime.to_datetime(day) + timedelta(hours=15, minutes=59)  # a minute to midnight in China
        self._parcel("A", day, evening)
        self._parcel("B", day, evening + timedelta(minutes=2))
        self._parcel("C", day)
        self._parcel("D", fields.Date.today() + timedelta(days=2))
        self._parcel("E", day, state="cancelled")
        self.assertEqual(self._facts("arrive").mapped("value"), [1.0, 0.0, 0.0])

    def test_arrival_without_an_expected_day_goes_by_the_purchase_order(self):
        planned = fields.Datetime.now() - timedelta(days=5)
        self.purchase.order_line.date_planned = planned
        self._parcel("A", False, planned - timedelta(days=1))
        self._parcel("B", False, planned + timedelta(days=2))
        self.assertEqual(self._facts("arrive").mapped("value"), [1.0, 0.0])

    def test_parcels_of_several_sellers_tell_nothing(self):
        day = fields.Date.today() - timedelta(days=10)
        other = self._create_order({self.shirt: 1}, "4100002")[1]
        other.partner_id = self.env["res.partner"].create({"name": "Yiwu B"})
        self._parcel("A", day, fields.Datetime.now(), orders=self.order | other)
        self.assertFalse(self._facts("arrive"))
        other.partner_id = self.seller
        self.assertEqual(len(self._facts("arrive")), 1, "one parcel counts once")

    def test_parts_of_the_rating(self):
        self._accept(rejected={self.cap: 30})
        self.seller.ali1688_open_id = "BBB1"
        record = self.env["purchase.1688.rating"]._rate(self.env.company, self.seller)[self.seller]
        quality = record.part_ids.filtered(lambda part: part.code == "quality")
        self.assertEqual((quality.samples, quality.told), (2, False))
        self.assertLess(quality.value, 3.5)
