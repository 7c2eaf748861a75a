from odoo.tests import tagged

from .common import Purchase1688HttpCase
from .comparison_common import ComparisonMixin


@tagged("post_install", "-at_install")
class TestTourBoard(ComparisonMixin, Purchase1688HttpCase):
    """What the board says where there is more to say than on the way from an address to a paid order."""

    def _tour(self, name, comparison):
        self.env.flush_all()
        path = f"/odoo/comparison-1688/{comparison.id}"
        self.start_tour(path, name, login=self.buyer.login, timeout=180)
        self.env.invalidate_all()

    def test_the_chart_says_why_nobody_is_the_cheapest(self):
        self.company.partner_id.ali1688_district_code = False
        for offer, stock in zip(self.offers, (60, 70, 80), strict=True):
            self.set_offer(offer, stock=stock)
        self._tour("purchase_1688_nobody", self.compare(self.product, 48))

    def test_the_chart_says_that_nobody_has_so_many(self):
        for offer in self.offers:
            self.set_offer(offer, stock=20)
        self._tour("purchase_1688_nobody_has_so_many", self.compare(self.product, 48))

    def test_what_costs_less_than_the_proposed_plan_is_not_more(self):
        comparison = self.compare(self.product, 48)
        demand = comparison.demand_ids
        cheapest = demand.best_quote_id
        comparison.set_limits(excluded=cheapest.partner_id.ids)
        comparison.sudo()._follow_up()
        comparison.choose(demand.id, cheapest.id, reason="agreement")
        self._tour("purchase_1688_less", comparison)
