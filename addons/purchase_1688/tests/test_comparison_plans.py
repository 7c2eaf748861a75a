from decimal import Decimal as D

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..lib import costing
from .common import Purchase1688Case
from .comparison_common import ComparisonMixin


@tagged("post_install", "-at_install", "purchase_1688")
class TestComparisonPlans(ComparisonMixin, Purchase1688Case):
    """Four plans for all lines, proven, and how the choice stands against them."""

    def setUp(self):
        super().setUp()
        self.products = self.product.product_tmpl_id.product_variant_ids[:3]
        self.comparison = self.compare(self.products, 20)

    def _plans(self):
        return {plan["kind"]: plan for plan in self.comparison.get_board()["plans"]}

    def _cost(self, plan):
        """What costing says that the choice of a plan comes to."""
        quotes = self.comparison.quote_ids
        wanted = [
            (
                quotes.filtered(lambda quote, number=plan["choice"][str(demand.id)]: quote.id == number)._get_terms(),
                D(str(plan["quantities"][str(demand.id)])),
            )
            for demand in self.comparison.demand_ids
        ]
        return float(sum(cost.total for cost in costing.cost_by_seller(wanted).values()))

    def test_four_plans_side_by_side(self):
        board = self.comparison.get_board()
        self.assertEqual(board["plans_state"], "ready")
        plans = self._plans()
        self.assertEqual(list(plans), ["total", "parcels", "days", "score"])
        best = plans["total"]
        self.assertTrue(best["proven"])
        self.assertEqual((best["gap"], best["difference"]), (0.0, 0.0))
        self.assertTrue(best["chosen"])
        self.assertEqual(board["plan"]["total"], best["total"])
        self.assertIn("total", board["plan"]["kinds"])
        self.assertEqual(board["plan"]["difference"], 0.0)
        for plan in plans.values():
            self.assertGreaterEqual(plan["difference"], 0.0)
            self.assertGreaterEqual(plan["parcels"], plans["parcels"]["parcels"])
            self.assertAlmostEqual(self._cost(plan), plan["total"], 2)
            self.assertTrue(plan["label"])

    def test_a_plan_is_chosen_for_all_lines_and_is_the_reason(self):
        firsts = {demand: demand.best_quote_id for demand in self.comparison.demand_ids}
        for kind in ("parcels", "days", "score", "total"):
            plan = self._plans()[kind]
            answer = self.comparison.choose_plan(kind)
            self.assertAlmostEqual(answer["plan"]["total"], plan["total"], 2)
            self.assertIn(kind, answer["plan"]["kinds"])
            self.assertFalse(self.comparison.demand_ids._needs_reason())
            for demand, first in firsts.items():
                self.assertEqual(bool(demand.reason), demand.chosen_quote_id != first)
        with self.assertRaisesRegex(UserError, "There is no plan"):
            self.comparison.choose_plan("best")
        with self.assertRaises(AccessError):
            self.comparison.with_user(self.purchaser).choose_plan("total")

    def test_a_choice_by_hand_shows_its_difference_to_the_best_plan(self):
        demand = self.comparison.demand_ids[0]
        other = demand.quote_ids.filtered(lambda quote: quote != demand.best_quote_id)[0]
        answer = self.comparison.choose(demand.id, other.id, reason="quality")
        self.assertGreater(answer["plan"]["difference"], 0)
        best = self._plans()["total"]
        self.assertAlmostEqual(answer["plan"]["difference"], answer["plan"]["total"] - best["total"], 2)
        self.assertNotIn("total", answer["plan"]["kinds"])

    def test_sellers_are_left_out_and_parcels_are_few(self):
        seller = self.comparison.demand_ids[0].best_quote_id.partner_id
        self.assertEqual(
            self.comparison.set_limits(max_parcels=1, excluded=seller.ids), {"max_parcels": 1, "excluded": seller.ids}
        )
        self.assertEqual(self.comparison.get_board()["plans_state"], "solving")
        with self.assertRaisesRegex(UserError, "not worked out yet"):
            self.comparison.choose_plan("total")
        self.env.flush_all()
        self.comparison.sudo()._follow_up()
        self.env.invalidate_all()
        for plan in self._plans().values():
            chosen = self.comparison.quote_ids.filtered(lambda quote, plan=plan: quote.id in plan["choice"].values())
            self.assertNotIn(seller, chosen.partner_id)
            self.assertEqual(plan["parcels"], 1)
        with self.assertRaisesRegex(UserError, "only name sellers"):
            self.comparison.set_limits(excluded=[self.company.partner_id.id])

    def test_what_somebody_chose_meanwhile_stays(self):
        comparison = self.start(self.make_order(self.products, 20))
        own = comparison.sudo()
        own._ask()
        self.env.invalidate_all()
        demand = comparison.demand_ids[0]
        other = demand.quote_ids.filtered(lambda quote: quote != demand.chosen_quote_id)[0]
        comparison.choose(demand.id, other.id, reason="quality")
        self.env.flush_all()
        own._follow_up()
        self.env.invalidate_all()
        self.assertEqual(demand.chosen_quote_id, other)
        self.assertEqual(comparison.plans_state, "ready")

    def test_the_curve_shows_who_wins_where(self):
        comparison = self.compare(self.product, 48)
        demand = comparison.demand_ids
        curve = comparison.get_curve(demand.id)
        self.assertEqual(curve["asked"], 48)
        self.assertIn(48.0, curve["quantities"])
        self.assertEqual({source["quote_id"] for source in curve["sources"]}, set(demand.quote_ids.ids))
        place = curve["quantities"].index(48.0)
        for source in curve["sources"]:
            self.assertEqual(len(source["unit_costs"]), len(curve["quantities"]))
            quote = demand.quote_ids.filtered(lambda quote, number=source["quote_id"]: quote.id == number)
            self.assertAlmostEqual(source["unit_costs"][place], quote.total / 48, 3)
        asked = [span for span in curve["spans"] if span["first"] <= 48 <= (span["last"] or 48)]
        (winner,) = asked
        self.assertEqual(winner["quote_id"], demand.quote_ids.sorted("rank")[0].id)
        with self.assertRaisesRegex(UserError, "another comparison"):
            self.comparison.get_curve(demand.id)
        self.assertTrue(comparison.with_user(self.purchaser).get_curve(demand.id)["sources"])
