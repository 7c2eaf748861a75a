from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import Purchase1688Case
from .common_sourcing import SourcingMixin


@tagged("post_install", "-at_install", "purchase_1688")
class TestSource(SourcingMixin, Purchase1688Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gateway.reset()
        cls.seller = cls.env["res.partner"].create({"name": "Yiwu B", "ali1688_open_id": "BB2"})
        cls.offer = cls.env["purchase.1688.offer"].create(
            {
                "offer_id": "600000000009",
                "name": "Cap",
                "partner_id": cls.seller.id,
                "quote_type": "2",
                "min_qty": 5,
                "tier_ids": [(0, 0, {"start_qty": 5, "price": 48}), (0, 0, {"start_qty": 50, "price": 45})],
                "sku_ids": [(0, 0, {"sku_ref": "1", "spec_id": "a" * 32, "stock": 100})],
            }
        )
        cls.product = cls.env["product.product"].create({"name": "Cap"})
        cls.source = cls.env["purchase.1688.source"].create(
            {"product_id": cls.product.id, "sku_id": cls.offer.sku_ids.id, "units_per_pack": 10}
        )

    def _lines(self):
        lines = self.source.supplierinfo_ids.sorted("min_qty")
        return [(line.min_qty, line.price, line.currency_id.name) for line in lines]

    def test_one_vendor_line_per_tier_in_our_units(self):
        self.assertEqual(self._lines(), [(50, 4.8, "CNY"), (500, 4.5, "CNY")])

    def test_vendor_lines_are_changed_in_place(self):
        lines = self.source.supplierinfo_ids
        self.source.units_per_pack = 1
        self.assertEqual(self._lines(), [(5, 48, "CNY"), (50, 45, "CNY")])
        self.assertEqual(self.source.supplierinfo_ids, lines)

    def test_vendor_lines_follow_the_rank_and_go_with_the_source(self):
        self.source.sequence = 3
        self.assertEqual(set(self.source.supplierinfo_ids.mapped("sequence")), {3})
        lines = self.source.supplierinfo_ids
        self.source.active = False
        self.assertFalse(lines.exists())
        self.source.active = True
        lines = self.source.supplierinfo_ids
        self.source.unlink()
        self.assertFalse(lines.exists())

    def test_a_tier_below_the_minimum_is_no_vendor_line(self):
        self.offer.min_qty = 20
        self.source._sync_vendor_lines()
        self.assertEqual(self._lines(), [(200, 4.8, "CNY"), (500, 4.5, "CNY")])

    def test_odoo_selects_the_seller_by_itself(self):
        self.assertEqual(self.product._select_seller(quantity=500).price, 4.5)
        self.assertEqual(self.product._select_seller(quantity=499).price, 4.8)

    def test_an_order_line_finds_its_source_by_itself(self):
        line = self._make_order(48).order_line
        self.assertEqual(line.ali1688_source_id, self.source)
        self.assertEqual(line._ali1688_get_cargo(), (self.source, 5.0))
        self.assertEqual(line.ali1688_unit_price, 48)
        line.order_id.partner_id = self.manager.partner_id
        self.assertFalse(line.ali1688_source_id)

    def _make_order(self, quantity):
        return self.env["purchase.order"].create(
            {
                "partner_id": self.seller.id,
                "order_line": [(0, 0, {"product_id": self.product.id, "product_qty": quantity})],
            }
        )

    def test_cargo_is_whole_1688_units(self):
        for quantity, packs in ((1, 1), (10, 1), (11, 2), (99.999999999, 10), (100, 10)):
            self.assertEqual(self.source._to_pack_quantity(quantity), packs)

    def test_health_follows_the_offer(self):
        self.assertEqual(self.source.health, "healthy")
        self.offer.sku_ids.stock = 0
        self.assertEqual(self.source.health, "short")
        self.offer.sku_ids.active = False
        self.assertEqual(self.source.health, "gone")
        self.offer.on_shelf = False
        self.assertEqual(self.source.health, "off")

    @mute_logger("odoo.sql_db")
    def test_a_sku_is_a_source_of_a_product_only_once(self):
        with self.assertRaises(IntegrityError):
            self.source.copy()

    def test_variants_are_matched_by_the_values_of_their_attributes(self):
        product, offers = self.make_family(3)
        for offer in offers:
            sources = offer.source_ids.filtered(lambda source: source.product_id == product)
            self.assertEqual(len(sources), 1)
            self.assertEqual(
                [a["value"] for a in sources.sku_id.attributes],
                product.product_template_attribute_value_ids.mapped("name"),
            )
        ranks = product.ali1688_source_ids.mapped("sequence")
        self.assertEqual(ranks, sorted(set(ranks)), "each new source comes after the others")

    def test_the_other_company_does_not_see_it(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.buyer.write({"company_ids": [(4, other.id)]})
        found = self.env["purchase.1688.source"].with_user(self.buyer).with_company(other)
        found = found.with_context(allowed_company_ids=other.ids).search([("id", "=", self.source.id)])
        self.assertFalse(found)
