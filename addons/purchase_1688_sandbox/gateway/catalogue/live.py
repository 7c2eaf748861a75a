"""An offer as it is now: the catalogue's figures with what people and orders have changed since."""

import json
from functools import cached_property

from .model import Tier

NO_STATE = {"stock": {}, "sold": {}}


class Live:
    """An offer with its present status, prices (fen) and stock."""

    def __init__(self, offer, state=None):
        self.offer = offer
        self.state = state or NO_STATE

    @property
    def status(self):
        """The platform's word; ``published`` means on sale."""
        return self.state.get("status") or self.offer.status

    @property
    def on_sale(self):
        """Whether a buyer can order it without a consign relation."""
        return self.status == "published" and self.offer.online

    @cached_property
    def skus(self):
        """The specs that are listed: the seller may have removed some."""
        gone = self.state.get("gone") or ()
        return tuple(sku for sku in self.offer.skus if sku.spec_id not in gone)

    @cached_property
    def tiers(self):
        """The price tiers."""
        price = self.state.get("price_fen")
        return self.offer.tiers if price is None else (Tier(self.offer.tiers[0].start, price),)

    def sku_price(self, sku):
        """The price of a SKU on its own."""
        price = self.state.get("price_fen")
        return sku.price_fen if price is None else price

    def unit_price(self, sku, quantity):
        """What is asked when so much of the offer is ordered: the SKU's own price or the tier's, or
        what the promotion makes of it.
        """
        if self.offer.quote_type == 1 or (sku is not None and self.sku_price(sku) == 0):
            return self.promoted(self.sku_price(sku))
        reached = [tier.price_fen for tier in self.tiers if tier.start <= quantity]
        return self.promoted(reached[-1] if reached else self.tiers[0].price_fen)

    @property
    def promotion_runs(self):
        """A price that somebody set by hand ends it."""
        return self.offer.promotion_percent < 100 and self.state.get("price_fen") is None

    def promoted(self, price_fen):
        """A price while the promotion runs, never below a fen."""
        if not self.promotion_runs or not price_fen:
            return price_fen
        return max(1, price_fen * self.offer.promotion_percent // 100)

    @property
    def lowest_fen(self):
        """The lowest price, as lists show it; prices of 0 are a seller's mistake, not shown."""
        if self.offer.quote_type == 1:
            prices = [self.sku_price(sku) for sku in self.skus]
            return min([price for price in prices if price] or [0])
        return self.tiers[-1].price_fen

    def stock_of(self, sku):
        """What is left of a SKU; of the offer if it has none (``sku`` is None)."""
        key = sku.spec_id if sku else ""
        stock = self.state["stock"].get(key, sku.stock if sku else self.offer.stock)
        return max(0, stock - self.state["sold"].get(key, 0))

    @property
    def stock(self):
        """What is left in all."""
        if not self.offer.skus:
            return self.stock_of(None)
        return sum(self.stock_of(sku) for sku in self.skus)


def live(world, offer):
    """The offer as it is now."""
    return Live(offer, world.offer_state(offer.offer_id))


def live_all(world, offers):
    """Many offers as they are now, with one look at the state file."""
    rows = world.store.all("SELECT offer_id, data FROM offer_state")
    states = {row["offer_id"]: {**NO_STATE, **json.loads(row["data"])} for row in rows}
    return [Live(offer, states.get(offer.offer_id)) for offer in offers]
