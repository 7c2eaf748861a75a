from ..lib.values import SearchQuery

SHIRTS = "T恤"


class SourcingMixin:
    """What the tests of collecting and comparing share: offers of one family, collected."""

    def search(self, keyword=SHIRTS):
        """What the gateway finds, as values."""
        query = SearchQuery(keyword=keyword, page_size=50)
        return self.account._call("product.search", purpose="test", query=query).offers

    def search_ids(self, keyword=SHIRTS, count=5):
        """Numbers of offers that the gateway finds."""
        return [offer.offer_id for offer in self.search(keyword)][:count]

    def collect(self, offer_ids):
        """Collect offers as the buyer."""
        offers, failed = self.env["purchase.1688.offer"].with_user(self.buyer)._collect(self.account, offer_ids)
        self.assertFalse(failed)
        return offers

    def make_family(self, count=3):
        """A product of the first offer with the others as sources too; returns (product variant, offers)."""
        first, *rest = self.search_ids(count=count)
        offers = self.collect([first])
        others, _failed = (
            self.env["purchase.1688.offer"]
            .with_user(self.buyer)
            ._collect(self.account, rest, make_products=False)
        )
        products = offers.product_tmpl_id.product_variant_ids
        others._add_as_source(products)
        # what else the database maps to this product is not asked here
        strangers = products.ali1688_source_ids.filtered(lambda s: s.offer_id not in offers | others)
        strangers.active = False
        return products[0], offers | others
