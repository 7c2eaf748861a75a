"""The finished catalogue with its indexes."""

import functools

from .categories import build_tree, path_of
from .generate import SHOWCASE, Generator


class Catalogue:
    """Everything that is for sale. Never changed after it was made; ids are text.

    ``special`` names offers on purpose odd (``off_shelf``, ``price_zero`` …) and the two of the
    worked example (``scale_a``, ``scale_b``).
    """

    showcase = SHOWCASE

    def __init__(self, seed, generator, categories):
        self.seed = seed
        self.categories = categories
        self.sellers = generator.sellers
        self.offers = generator.offers
        self.special = generator.special
        self._offers = {offer.offer_id: offer for offer in self.offers}
        self._members = {seller.member_id: seller for seller in self.sellers}
        self._skus = {sku.sku_id: (offer, sku) for offer in self.offers for sku in offer.skus}

    def offer(self, offer_id):
        """The offer with this id (text or number), or None."""
        return self._offers.get(str(offer_id))

    def sku(self, sku_id):
        """``(offer, sku)`` of a SKU number, or None."""
        return self._skus.get(str(sku_id))

    def seller(self, member_id):
        """The seller with this member id, or None."""
        return self._members.get(member_id)

    def seller_by(self, **values):
        """The first seller with this ``login_id``, ``open_id`` or ``domain``, or None."""
        for seller in self.sellers:
            if all(getattr(seller, name) == value for name, value in values.items()):
                return seller
        return None

    def family(self, key):
        """Offers of the same goods, in the order of their sellers."""
        return [offer for offer in self.offers if offer.family == key]

    def siblings(self, offer):
        """The same goods at other sellers."""
        return [other for other in self.family(offer.family) if other is not offer]

    def of_seller(self, member_id):
        """Offers of one seller."""
        return [offer for offer in self.offers if offer.seller.member_id == member_id]

    def category_path(self, category_id):
        """Ids of a category and those above it, from the top."""
        return path_of(self.categories, category_id)


@functools.lru_cache(maxsize=4)
def build(seed):
    """The catalogue of a seed; kept, since it never changes."""
    categories, leaves = build_tree()
    return Catalogue(seed, Generator(seed, leaves).run(), categories)
