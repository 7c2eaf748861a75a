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
