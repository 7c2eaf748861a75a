from odoo.tests import tagged

from .common import Purchase1688HttpCase
from .common_sourcing import SourcingMixin

PICTURES = "purchase_1688.ir_cron_purchase_1688_pictures"


@tagged("post_install", "-at_install")
class TestTourSourcing(SourcingMixin, Purchase1688HttpCase):
    """A sourcing run in the browser. The work that follows the commit, which a test never reaches, is done here."""

    def _tour(self, name, path):
        self.start_tour(path, name, login=self.buyer.login, timeout=180)
        self.env.invalidate_all()

    def test_words_and_a_category(self):
        categories = self.env["purchase.1688.category"].with_user(self.buyer)
        category = categories._find(self.search("数据线")[0].category_ids[-1])
        self._tour("purchase_1688_sourcing_words", f"/odoo/purchase?path={category.display_name}")
        run = self.env["purchase.1688.sourcing"].search([], limit=1)
        self.assertEqual((run.state, run.keyword, run.category_id), ("running", "数据线", category.sudo()))
        self.assertEqual(run.user_id, self.buyer)

    def test_from_a_product_to_its_sources(self):
        product, other = self.collect(self.search_ids(count=2)).product_tmpl_id
        self.run_cron(PICTURES)
        self._tour("purchase_1688_sourcing_start", f"/odoo/product.template/{product.id}")
        run = self.env["purchase.1688.sourcing"].search([], limit=1)
        self.assertEqual((run.state, run.product_tmpl_id), ("running", product.sudo()))
        run.wanted_count = 60
        run._work()
        self.env.flush_all()
        best = run.candidate_ids.search([("sourcing_id", "=", run.id), ("listed", "=", True)], order="rank")
        self._tour("purchase_1688_sourcing_candidates", f"/odoo/sourcing-1688/{run.id}?other={other.name}")
        offers = self.env["purchase.1688.offer"].search([("offer_id", "in", best[:3].mapped("offer_ref"))])
        by_ref = {offer.offer_id: offer for offer in offers}
        for candidate in best[:2]:
            self.assertIn(product, by_ref[candidate.offer_ref].source_ids.product_tmpl_id)
        self.assertIn(other, by_ref[best[2].offer_ref].source_ids.product_tmpl_id)
        block = self.env["purchase.1688.sourcing.block"].search([("ref", "=", best[3].offer_ref)])
        self.assertEqual((block.kind, block.reason), ("offer", "A copy of our own design"))
        self.assertEqual(best[3].state, "blocked")
        self.assertTrue(run.rule_ids[0].descending)
        prices = [row["price"] for row in run.get_shortlist(limit=1000)]
        self.assertEqual(prices[0], max(prices))
