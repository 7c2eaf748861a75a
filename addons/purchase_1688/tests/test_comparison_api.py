import time
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import real_time

from .common import Purchase1688HttpCase
from .comparison_common import ComparisonMixin
from .external import ExternalApiMixin

MODEL = "purchase.1688.comparison"


@tagged("post_install", "-at_install")
class TestComparisonApi(ExternalApiMixin, ComparisonMixin, Purchase1688HttpCase):
    """What the board offers beside choosing, without a browser: the curve, limits of the plans, similar offers."""

    def setUp(self):
        super().setUp()
        for offer in self.offers:
            self.set_offer(offer, stock=60)
        self.comparison = self.compare(self.product, 20)

    def test_curve_limits_and_similar_offers_over_json2(self):
        self._use(self.json2(self.buyer))

    def test_curve_limits_and_similar_offers_over_xmlrpc(self):
        self._use(self.xmlrpc(self.buyer))

    def test_the_deadline_counts_from_the_click_also_where_the_request_had_to_wait(self):
        order = self.make_order(self.product, 20)
        pressed = []
        dispatch = patch.object(
            type(self.comparison), "_dispatch_ask", lambda _comparison, moment, _quotes=None: pressed.append(moment)
        )
        with dispatch, patch("odoo.http.real_time", lambda: real_time() - 100):
            self.json2(self.buyer)("purchase.order", "compare_on_1688", [order.id])
        self.assertGreater(time.monotonic() - pressed[0], 100)
        self.assertLess(time.monotonic() - self.comparison._get_pressed(), 1)

    def _use(self, call):
        (line,) = call(MODEL, "get_board", [self.comparison.id])["lines"]
        self._look_at_the_curve(call, line)
        self._limit_the_plans(call, line)
        for offer in self.offers:
            self.set_offer(offer, stock=1)
        self._take_a_similar_offer(call)

    def _look_at_the_curve(self, call, line):
        curve = call(MODEL, "get_curve", [self.comparison.id], demand_id=line["id"])
        self.assertEqual((curve["asked"], curve["quantities"][0], curve["quantities"][-1]), (20.0, 10.0, 40.0))
        self.assertEqual({source["quote_id"] for source in curve["sources"]}, set(self.comparison.quote_ids.ids))
        (winner,) = [span for span in curve["spans"] if span["first"] <= 20 <= (span["last"] or 20)]
        self.assertEqual(winner["quote_id"], line["order"][0])
        place = curve["quantities"].index(20.0)
        (cheapest,) = [source for source in curve["sources"] if source["quote_id"] == winner["quote_id"]]
        self.assertEqual(cheapest["unit_costs"][place], min(source["unit_costs"][place] for source in curve["sources"]))

    def _limit_the_plans(self, call, line):
        seller = next(int(key) for key, cells in line["cells"].items() if cells[0]["id"] == line["best"])
        limits = call(MODEL, "set_limits", [self.comparison.id], max_parcels=1, excluded=[seller])
        self.assertEqual(limits, {"max_parcels": 1, "excluded": [seller], "caps": []})
        self.assertEqual(call(MODEL, "get_board", [self.comparison.id])["plans_state"], "solving")
        self._work()
        plans = call(MODEL, "get_board", [self.comparison.id])["plans"]
        self.assertEqual(len(plans), 4)
        for plan in plans:
            self.assertNotEqual(plan["choice"][str(line["id"])], line["best"])
            self.assertEqual((plan["parcels"], plan["proven"], plan["gap"]), (1, True, 0.0))
        self.assertEqual(
            call(MODEL, "set_limits", [self.comparison.id]), {"max_parcels": 0, "excluded": [], "caps": []}
        )
        self._work()
        plans = call(MODEL, "get_board", [self.comparison.id])["plans"]
        self.assertEqual(plans[0]["choice"][str(line["id"])], line["best"])

    def _take_a_similar_offer(self, call):
        comparison = self.compare(self.product)
        (line,) = call(MODEL, "get_board", [comparison.id])["lines"]
        proposal = line["proposals"][0]["id"]
        taken = call(MODEL, "take_proposal", [comparison.id], proposal_id=proposal)
        if taken["skus"]:
            sku = taken["skus"][0]["id"]
            taken = call(MODEL, "take_proposal", [comparison.id], proposal_id=proposal, sku_id=sku)
        self.assertTrue(taken["message"])
        self.ask(comparison)
        (line,) = call(MODEL, "get_board", [comparison.id])["lines"]
        self.assertEqual([line["best"]], taken["quote_ids"], "it is the only one that has enough")
        self.assertTrue(line["proposals"][0]["taken"])

    def _work(self):
        """What follows the commit, which a test never reaches."""
        self.comparison.sudo()._follow_up()
        self.env.flush_all()
