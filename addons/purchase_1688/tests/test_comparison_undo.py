from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..lib import costing
from .common import Purchase1688Case
from .comparison_common import ComparisonMixin

LINE = ["product_qty", "price_unit", "discount", "ali1688_source_id", "ali1688_quote_id", "order_id", "tax_ids"]


@tagged("post_install", "-at_install", "purchase_1688")
class TestComparisonUndo(ComparisonMixin, Purchase1688Case):
    """Applying a plan, what it saved, and the way back."""

    def setUp(self):
        super().setUp()
        self.products = self.product.product_tmpl_id.product_variant_ids[:2]
        self.order = self.make_order(self.products)
        self.order.order_line[0].price_unit = 123.45
        self.lines = self.order.order_line
        self.comparison = self.ask(self.start(self.order))

    def _split(self):
        """Each line to a seller of its own; applied."""
        for demand, offer in zip(self.comparison.demand_ids, self.offers, strict=False):
            quote = demand.quote_ids.filtered(lambda quote, offer=offer: quote.offer_id == offer)
            self.comparison.choose(demand.id, quote.id, reason="other", note="for the test")
        made = self.comparison.apply_plan()["purchase_orders"]
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["purchase.order"].with_user(self.buyer).browse([entry["id"] for entry in made])

    def _state(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.order.read(["partner_id", "currency_id", "payment_term_id", "amount_total"]), self.lines.read(LINE)

    def test_undo_gives_everything_back(self):
        before, number = self._state(), len(self.order.order_line)
        orders = self._split()
        self.assertEqual(len(orders), 2)
        self.assertTrue(orders.order_line.filtered("ali1688_freight_partner_id"))
        answer = self.comparison.undo_apply()
        self.assertEqual([entry["id"] for entry in answer["purchase_orders"]], self.order.ids)
        self.assertEqual(self._state(), before)
        self.assertEqual(len(self.order.order_line), number, "no freight is left")
        self.assertEqual(orders.exists(), self.order)
        self.assertEqual(self.comparison.state, "done")
        self.assertEqual(self.comparison.purchase_ids, self.order)
        self.assertFalse(any(self.comparison.demand_ids.mapped("saving_list")))
        # and it can be applied once more
        self.comparison.apply_plan()
        self.assertEqual(self.comparison.state, "applied")

    def test_undo_brings_the_freight_of_before_back(self):
        self.order._ali1688_set_charges(12.0, 3.0)
        self.env.flush_all()
        old = self.order.order_line.filtered("ali1688_freight_partner_id")
        charges = [(line.product_id, line.price_unit) for line in old]
        self.assertEqual(len(charges), 2)
        again = self.ask(self.start(self.order))
        again.apply_plan()
        again.undo_apply()
        self.env.invalidate_all()
        found = self.order.order_line.filtered("ali1688_freight_partner_id")
        self.assertEqual([(line.product_id, line.price_unit) for line in found], charges)

    def test_undo_removes_what_was_made_for_a_product(self):
        answer = self.product.with_user(self.buyer).compare_on_1688(20)
        comparison = self.env["purchase.1688.comparison"].with_user(self.buyer).browse(answer["comparison_id"])
        self.env.flush_all()
        self.ask(comparison)
        (entry,) = comparison.apply_plan()["purchase_orders"]
        self.env.flush_all()
        comparison.undo_apply()
        self.assertFalse(self.env["purchase.order"].browse(entry["id"]).exists())
        self.assertFalse(comparison.demand_ids.purchase_line_id)

    def test_undo_is_refused_once_somebody_has_gone_on(self):
        orders = self._split()
        other = orders - self.order
        line = other.order_line.filtered("ali1688_source_id")
        quantity = line.product_qty
        line.product_qty = quantity + 1
        with self.assertRaisesRegex(UserError, "was changed since"):
            self.comparison.undo_apply()
        line.product_qty = quantity
        self.order.button_cancel()
        with self.assertRaisesRegex(UserError, "confirmed or cancelled"):
            self.comparison.undo_apply()
        self.assertEqual(self.comparison.state, "applied")
        self.assertEqual(len(orders.exists()), 2, "nothing was touched")

    def test_a_request_that_was_sent_can_be_undone(self):
        orders = self._split()
        orders.write({"state": "sent"})
        self.comparison.undo_apply()
        self.assertEqual(orders.exists(), self.order)
        self.assertEqual(self.order.state, "sent")

    def test_undo_is_for_buyers_and_for_what_was_applied(self):
        with self.assertRaisesRegex(UserError, "nothing to undo"):
            self.comparison.undo_apply()
        self._split()
        with self.assertRaises(AccessError):
            self.comparison.with_user(self.purchaser).undo_apply()

    def test_what_was_saved_is_kept_and_cannot_be_changed(self):
        bought = self.make_order(self.products[0])
        bought.order_line.price_unit = 99.0
        bought.currency_id = self.env.ref("base.CNY")
        bought.button_confirm()
        self.env.flush_all()
        self.comparison.apply_plan()
        demands = self.comparison.demand_ids
        demand, paid = demands[0], demands._get_shares()
        quote = demand.chosen_quote_id
        nexts = [(one.quote_ids - one.chosen_quote_id).sorted("total")[0]._get_terms() for one in demands]
        others = costing.cost_by_seller([(terms, one._get_asked()) for terms, one in zip(nexts, demands, strict=True)])
        chosen = costing.cost_by_seller(demands._get_wanted())
        self.assertAlmostEqual(
            self.comparison.saving,
            float(sum(cost.total for cost in others.values()) - sum(cost.total for cost in chosen.values())),
            2,
        )
        goods, units = float(paid[demand].goods), float(paid[demand].line.units)
        dearest = max(float(tier.price) for tier in quote._get_terms().tiers)
        self.assertAlmostEqual(demand.saving_list, dearest * units / quote.units_per_pack - goods, 2)
        self.assertAlmostEqual(demand.saving_last, 99.0 * units - goods, 2)
        self.assertAlmostEqual(demand.saving_first, 0.0, 2)
        self.assertAlmostEqual(self.comparison.saving_list, sum(self.comparison.demand_ids.mapped("saving_list")), 2)
        self.assertEqual(self.comparison.get_board()["applied"]["saving_last"], self.comparison.saving_last)
        for record, name in ((demand, "saving"), (self.comparison, "saving_last"), (quote, "total")):
            with self.assertRaises(UserError):
                record.with_user(self.buyer).with_context(ali1688_applying=True).write({name: 0.0})
        with self.assertRaises(AccessError):
            self.comparison.with_user(self.manager).write({"state": "done"})

    def test_the_first_quote_is_that_of_the_earliest_comparison(self):
        firsts = {demand.product_id: share for demand, share in self.comparison.demand_ids._get_shares().items()}
        for offer in self.offers:
            self.set_offer(offer, price="2.00")
        again = self.ask(self.start(self.order))
        again.apply_plan()
        for later, paid in again.demand_ids._get_shares().items():
            first = firsts[later.product_id]
            per_unit = first.total / first.line.units
            self.assertAlmostEqual(later.saving_first, float(per_unit * paid.line.units - paid.total), 2)
