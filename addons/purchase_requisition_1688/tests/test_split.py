from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.purchase_1688.tests.comparison_common import ComparisonMixin
from odoo.addons.purchase_1688.tests.order_common import PREPARE, REFRESH, SEND, OrderCase


@tagged("post_install", "-at_install", "purchase_1688")
class TestSplit(ComparisonMixin, OrderCase):
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
        orders = self.env["purchase.order"].with_user(self.buyer).browse([entry["id"] for entry in made])
        self.assertEqual(len(orders), 2)
        return orders

    def _add_rival(self):
        """Another request for the same goods, as Odoo's "Create alternative" makes it."""
        wizard = self.env["purchase.requisition.create.alternative"].with_user(self.buyer)
        rival = self.env["res.partner"].create({"name": "Somebody nearer"})
        made = wizard.create({"origin_po_id": self.order.id, "partner_ids": [Command.set(rival.ids)]})
        return self.order.browse(made.action_create_alternative()["res_id"])

    # --- grouping

    def test_shares_are_alternatives_and_undo_parts_them(self):
        orders = self._apply()
        self.assertEqual(self.order.alternative_po_ids, orders)
        self.assertEqual(self.order._ali1688_get_shares(), orders)
        group = self.order.purchase_group_id
        self.comparison.undo_apply()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(self.order.purchase_group_id)
        self.assertFalse(group.exists(), "nobody is an alternative of himself")

    def test_a_group_from_before_stays(self):
        rival = self._add_rival()
        group = self.order.purchase_group_id
        orders = self._apply()
        self.assertEqual(group.order_ids, orders | rival)
        self.assertEqual(self.order._ali1688_get_shares(), orders)
        self.comparison.undo_apply()
        self.env.invalidate_all()
        self.assertEqual(group.order_ids, self.order | rival)

    # --- confirming

    def test_confirming_a_share_neither_asks_about_the_others_nor_cancels_them(self):
        orders = self._apply()
        self.assertIs(self.order.button_confirm(), True)
        self.assertEqual(self.order.state, "purchase")
        other = orders - self.order
        self.assertEqual(other.state, "draft")
        self.assertIs(other.button_confirm(), True)
        self.assertEqual(set(orders.mapped("state")), {"purchase"})

    def test_cancelling_the_alternatives_spares_the_shares(self):
        rival = self._add_rival()
        orders = self._apply()
        question = self.order.button_confirm()
        self.assertEqual(question["res_model"], "purchase.requisition.alternative.warning")
        self.assertEqual(self.order.state, "draft")
        wizard = self.env[question["res_model"]].with_user(self.buyer).with_context(**question["context"]).create({})
        wizard.action_cancel_alternatives()
        self.assertEqual((self.order.state, rival.state), ("purchase", "cancel"))
        self.assertEqual((orders - self.order).state, "draft")

    def test_the_rival_asks_about_all_shares(self):
        rival = self._add_rival()
        orders = self._apply()
        question = rival.button_confirm()
        self.assertEqual(set(question["context"]["default_alternative_po_ids"]), set(orders.ids))

    def test_all_shares_are_ordered_on_1688(self):
        rival = self._add_rival()
        requests = self._apply()
        orders = requests._ali1688_prepare_orders()
        self.run_cron(PREPARE)
        for order in orders.filtered(lambda order: order._get_changes()):
            order._accept_preview(self.buyer)
        self.assertFalse(self._confirm(orders)["refused"])
        self.run_cron(SEND)
        self.run_cron(REFRESH)
        self.assertEqual(orders.mapped("state"), ["verified"] * 2)
        self.assertEqual(requests.mapped("state"), ["purchase"] * 2, "ordered is confirmed, whatever alternatives")
        self.assertEqual(rival.state, "draft")
        for request in requests:
            (note,) = [body for body in request.message_ids.mapped("body") if "are open" in body]
            self.assertIn(rival.name, note)
            self.assertNotIn((requests - request).name, note)
