"""Picks goods out of the catalogue for the tests."""


class Goods:
    def __init__(self, catalogue):
        self.catalogue = catalogue

    def plain(self):
        """Offers that can be ordered without any odd rule, of sellers with one warehouse."""
        odd = set(self.catalogue.special.values())
        return [
            offer
            for offer in self.catalogue.offers
            if offer.offer_id not in odd
            and offer.status == "published"
            and offer.online
            and not offer.batch_sale
            and offer.skus
            and all(sku.stock > 100 for sku in offer.skus)
            and not offer.seller.split_orders
        ]

    def line(self, offer, quantity=None, sku=0):
        """A cargo line of an offer, by default so many that its minimum is met."""
        quantity = quantity or max(offer.min_quantity, offer.batch, 2)
        line = {"offerId": int(offer.offer_id), "quantity": quantity}
        return {**line, "specId": offer.skus[sku].spec_id} if offer.skus else line

    def one(self):
        """A line of the first plain offer."""
        return self.line(self.plain()[0])

    def same_seller(self, count=2):
        """Lines of several plain offers of one seller."""
        sellers = {}
        for offer in self.plain():
            sellers.setdefault(offer.seller.member_id, []).append(offer)
        offers = next(group for group in sellers.values() if len(group) >= count)
        return [self.line(offer) for offer in offers[:count]]

    def two_warehouses(self):
        """Two offers of one seller that leave from two warehouses."""
        for seller in self.catalogue.sellers:
            groups = {}
            for offer in self.catalogue.of_seller(seller.member_id):
                if offer.status == "published" and offer.online and not offer.batch_sale:
                    groups.setdefault(offer.warehouse.group, offer)
            if len(groups) > 1:
                return [self.line(offer) for offer in list(groups.values())[:2]]
        raise LookupError("no seller with two warehouses")
