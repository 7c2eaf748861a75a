import dataclasses
from decimal import Decimal as D
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..lib import basket, costing, terms
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

    def test_a_plan_says_whether_its_freight_is_known(self):
        self.assertTrue(all(plan["freight_known"] for plan in self._plans().values()))
        self.company.partner_id.ali1688_district_code = False
        for products in (self.products, self.product):
            self.comparison = self.compare(products, 20)
            plans = self._plans()
            self.assertEqual(len(plans), 4)
            self.assertFalse(any(plan["freight_known"] for plan in plans.values()))
            self.assertFalse(any(self.comparison.quote_ids.mapped("more_qty")), "unknown freight is no reason for more")

    def test_the_curve_leaves_out_whose_freight_is_not_known(self):
        self.company.partner_id.ali1688_district_code = False
        comparison = self.compare(self.product, 48)
        curve = comparison.get_curve(comparison.demand_ids.id)
        self.assertTrue(curve["sources"])
        for source in curve["sources"]:
            self.assertFalse(any(source["unit_costs"]))
        (span,) = curve["spans"]
        self.assertIs(span["quote_id"], False, "without the freight nobody can be said to be the cheapest")
        self.assertEqual(span["nobody"], "freight")
        self.assertFalse(curve["better"])

    def test_the_curve_names_nobody_where_nobody_has_so_many(self):
        for offer in self.offers:
            self.set_offer(offer, stock=60)
        comparison = self.compare(self.product, 48)
        spans = comparison.get_curve(comparison.demand_ids.id)["spans"]
        self.assertTrue(all(span["quote_id"] and span["nobody"] is False for span in spans[:-1]))
        self.assertEqual(spans[-1], {"first": 61.0, "last": False, "quote_id": False, "nobody": "stock"})

    def test_the_curve_says_why_nobody_is_the_cheapest(self):
        """Where all are short it is the stock; where some have enough, their freight."""
        self.company.partner_id.ali1688_district_code = False
        for offer, stock in zip(self.offers, (60, 70, 80), strict=True):
            self.set_offer(offer, stock=stock)
        comparison = self.compare(self.product, 48)
        self.assertEqual(
            comparison.get_curve(comparison.demand_ids.id)["spans"],
            [
                {"first": 24.0, "last": 80.0, "quote_id": False, "nobody": "freight"},
                {"first": 81.0, "last": False, "quote_id": False, "nobody": "stock"},
            ],
        )

    def _compare_scarce(self, stock):
        """Two lines of one product, 48 each, from sellers who have so many."""
        for offer in self.offers:
            self.set_offer(offer, stock=stock)
        comparison = self.compare([self.product, self.product], 48)
        self.assertEqual(set(comparison.quote_ids.mapped("state")), {"answered"})
        return comparison

    def test_no_plan_takes_more_of_a_sku_than_there_is(self):
        self.comparison = self._compare_scarce(95)
        self.assertEqual({plan["parcels"] for plan in self._plans().values()}, {2})
        self.assertFalse(self.comparison.get_board()["plan"]["short"])
        self.comparison = self._compare_scarce(96)
        self.assertEqual(self._plans()["parcels"]["parcels"], 1)
        for kind in self._plans():
            self.assertFalse(self.comparison.choose_plan(kind)["plan"]["short"])

    def test_what_is_chosen_for_several_lines_shows_that_it_is_short(self):
        comparison = self._compare_scarce(95)
        for demand in comparison.demand_ids:
            quote = demand.quote_ids.filtered(lambda quote: quote.offer_id == self.offers[0])
            plan = comparison.choose(demand.id, quote.id, reason="quality")["plan"]
        self.assertEqual(set(plan["short"]), {str(number) for number in comparison.demand_ids.chosen_quote_id.ids})
        self.assertEqual(set(plan["short"].values()), {"Only 95 in stock, but the chosen lines take 96 together"})
        self.assertEqual(comparison.get_board()["plan"]["short"], plan["short"])
        comparison.apply_plan()
        self.assertEqual(comparison.get_board()["plan"]["short"], plan["short"])
        self.assertFalse(self._compare_scarce(96).get_board()["plan"]["short"])

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

    def _choose_without(self, **limits):
        """Choose, for all lines, what the cheapest plan took, and have no plan take it any more."""
        wanted = {demand: demand.best_quote_id for demand in self.comparison.demand_ids}
        self.comparison.set_limits(**limits)
        self._solve()
        for demand, quote in wanted.items():
            plan = self.comparison.choose(demand.id, quote.id, reason="agreement")["plan"]
        return plan

    def test_people_may_choose_what_costs_less_than_the_best_plan(self):
        sellers = self.comparison.demand_ids.best_quote_id.partner_id
        plan = self._choose_without(excluded=sellers.ids)
        self.assertLess(plan["difference"], 0)
        self.assertAlmostEqual(plan["difference"], plan["total"] - self._plans()["total"]["total"], 2)
        window = Form.from_action(self.env(user=self.buyer), self.comparison.action_apply())
        self.assertEqual((window.less, window.difference), (-plan["difference"], plan["difference"]))
        self.assertTrue(window._get_modifier("difference", "invisible"))
        self.assertFalse(window._get_modifier("less", "invisible"))

    def test_what_costs_less_without_its_freight_is_no_difference(self):
        sellers = self.comparison.demand_ids.best_quote_id.partner_id
        self._choose_without(excluded=sellers.ids)
        for quote in self.comparison.demand_ids.chosen_quote_id:
            answered = quote._get_terms()
            quote.sudo().terms = terms.to_plain(dataclasses.replace(answered, freight=costing.Freight()))
        self.assertEqual(self.comparison.get_board()["plan"]["difference"], 0.0)

    def test_a_plan_that_leaves_lines_out_is_no_measure_for_all(self):
        kept, *rest = self.comparison.quote_ids.partner_id
        caps = [{"seller": kept.id, "lines": 1}]
        plan = self._choose_without(excluded=[seller.id for seller in rest], caps=caps)
        self.assertEqual(len(self._plans()["total"]["choice"]), 1)
        self.assertEqual((plan["covered"], plan["difference"]), (3, 0.0))

    def test_sellers_are_left_out_and_parcels_are_few(self):
        seller = self.comparison.demand_ids[0].best_quote_id.partner_id
        self.assertEqual(
            self.comparison.set_limits(max_parcels=1, excluded=seller.ids),
            {"max_parcels": 1, "excluded": seller.ids, "caps": []},
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

    def _solve(self):
        self.env.flush_all()
        self.comparison.sudo()._follow_up()
        self.env.invalidate_all()

    def test_sellers_are_capped_in_yuan_and_in_lines(self):
        seller = self.comparison.demand_ids[0].best_quote_id.partner_id
        mine = self.comparison.quote_ids.filtered(lambda quote: quote.partner_id == seller)
        for cap in ({"amount": 0, "lines": 1}, {"amount": min(mine.mapped("total")) + 0.5, "lines": 0}):
            cap = {"seller": seller.id, **cap}
            self.assertEqual(self.comparison.set_limits(caps=[cap])["caps"], [cap])
            self.assertEqual(self.comparison.get_board()["limits"]["caps"], [cap])
            self._solve()
            plans = self._plans()
            self.assertEqual(len(plans), 4)
            for plan in plans.values():
                lines = mine.filtered(lambda quote, plan=plan: quote.id in plan["choice"].values())
                self.assertLessEqual(len(lines), 1)
                self.assertEqual(len(plan["choice"]), 3)
        self.assertEqual(self.comparison.set_limits(caps=[{"seller": seller.id}])["caps"], [])
        for cap in ({"amount": -1}, {"amount": "much"}, {"lines": 1.5}):
            with self.assertRaisesRegex(UserError, "an amount in yuan"):
                self.comparison.set_limits(caps=[{"seller": seller.id, **cap}])
        with self.assertRaisesRegex(UserError, "only name sellers"):
            self.comparison.set_limits(caps=[{"seller": self.company.partner_id.id, "lines": 1}])

    def test_a_cap_holds_for_one_line_as_well(self):
        self.comparison = self.compare(self.product, 20)
        first = self.comparison.demand_ids.best_quote_id
        self.comparison.set_limits(caps=[{"seller": first.partner_id.id, "amount": first.total - 0.01}])
        self._solve()
        self.assertNotIn(first.id, self._plans()["total"]["choice"].values())

    # --- what changes while plans are worked out

    def _solve_while(self, change):
        """Work the plans out; each time `change` happens meanwhile. Returns how often that was."""
        real, times = basket.plans, []

        def plans(*question):
            times.append(question)
            change(len(times))
            return real(*question)

        with patch.object(basket, "plans", plans):
            self._solve()
        return len(times)

    def test_prices_that_came_meanwhile_are_those_of_the_plans(self):
        own = self.comparison.sudo()
        quote = self.comparison.demand_ids[0].best_quote_id

        def ask_again(time):
            if time == 1:
                self.set_offer(quote.offer_id, price="999.00")
                self.comparison.ask_source(quote.id)
                self.env.flush_all()
                own._ask(own._read_askings({own.id: (None, quote.ids)})[own.id])
                self.env.invalidate_all()

        self.comparison.set_limits()
        self.assertEqual(self._solve_while(ask_again), 2)
        self.assertEqual((self.comparison.plans_state, own.alive_until), ("ready", False))
        self.assertEqual(quote.unit_price, 999)
        for plan in self._plans().values():
            self.assertAlmostEqual(self._cost(plan), plan["total"], 2)
        self.assertNotEqual(self._plans()["total"]["choice"][str(quote.demand_id.id)], quote.id)

    def test_limits_that_never_rest_leave_the_plans_to_the_next_look(self):
        own = self.comparison.sudo()
        self.comparison.set_limits()
        times = self._solve_while(lambda time: self.comparison.set_limits(max_parcels=time))
        self.assertEqual(times, 3)
        self.assertEqual(self.comparison.plans_state, "solving")
        self.assertTrue(own.alive_until, "others take it up")
        self._solve()
        self.assertEqual((self.comparison.plans_state, own.alive_until), ("ready", False))

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
