from odoo.tests import tagged

from odoo.addons.purchase_1688.tests.common import Purchase1688Case
from odoo.addons.purchase_1688.tests.comparison_common import ComparisonMixin


@tagged("post_install", "-at_install", "purchase_1688")
class TestSplit(ComparisonMixin, Purchase1688Case):
    """A request that is split over sellers, with Odoo's alternatives."""

    def setUp(self):
        super().setUp()
        products = self.product.product_tmpl_id.product_variant_ids[:2]
        self.order = self.make_order(products)
        self.comparison = self.ask(self.start(self.order))
        for demand, offer in zip(self.comparison.demand_ids, self.offers, strict=False):
            quote = demand.quote_ids.filtered(lambda quote, offer=offer: quote.offer_id == offer)
            self.comparison.choose(demand.id, quote.id, reason="other")

    def _apply(self):
        made = self.comparison.apply_plan()["purchase_orders"]
        self.env.flush_all()
        return self.env["purchase.order"].with_user(self.buyer).browse([entry["id"] for entry in made])

    def test_shares_are_alternatives_and_undo_parts_them(self):
        orders = self._apply()
        self.assertEqual(len(orders), 2)
        self.assertEqual(self.order.alternative_po_ids, orders)
        group = self.order.purchase_group_id
        self.comparison.undo_apply()
        self.assertFalse(self.order.purchase_group_id)
        self.assertFalse(group.exists())

    def test_a_group_from_before_stays(self):
        tender = self.order.copy({"purchase_group_id": False})
        group = self.env["purchase.order.group"].create({"order_ids": [(6, 0, (self.order | tender).ids)]})
        orders = self._apply()
        self.assertEqual(group.order_ids, orders | tender)
        self.comparison.undo_apply()
        self.assertEqual(group.order_ids, self.order | tender)

    def test_confirming_a_share_does_not_ask_about_the_others(self):
        orders = self._apply()
        self.assertNotIsInstance(self.order.button_confirm(), dict)
        self.assertEqual(self.order.state, "purchase")
        self.assertEqual(set((orders - self.order).mapped("state")), {"draft"})

    def test_confirming_asks_about_real_alternatives(self):
        tender = self.order.copy({"purchase_group_id": False})
        self.env["purchase.order.group"].create({"order_ids": [(6, 0, (self.order | tender).ids)]})
        self._apply()
        question = self.order.button_confirm()
        self.assertEqual(question["res_model"], "purchase.requisition.alternative.warning")
        self.assertEqual(self.order.state, "draft")
