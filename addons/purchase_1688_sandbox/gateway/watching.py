"""News of followed goods: stock, price, on and off the shelf."""

from . import push
from .catalogue.live import Live
from .wire import wire_id, without_none
from .world import on_offer_change

FOLLOWED = "followed_offer"
RELATION = "PRODUCT_RELATION_VIEW_PRODUCT_"
_STATUS_TOPICS = {"published": "REPOST", "deleted": "DELETE", "member deleted": "DELETE"}


def followers(world, offer_id):
    """Members that follow an offer."""
    kept = world.store.items(FOLLOWED)
    return [member_id for member_id, offers in kept.items() if offer_id in offers]


@on_offer_change
def tell(world, offer_id, before, after):
    """Send what has changed to those who follow (inside the transaction of the change)."""
    members = followers(world, offer_id)
    if not members:
        return
    offer = world.catalogue.offer(offer_id)
    messages = list(_messages(world, Live(offer, before), Live(offer, after)))
    for member_id in members:
        for topic, data in messages:
            push.emit(world, topic, member_id, data, offer_id)


def _messages(world, old, new):
    offer = new.offer
    product = {"memberId": offer.seller.member_id}
    changes = _stock_changes(world, old, new)
    if changes:
        yield "PRODUCT_PRODUCT_INVENTORY_CHANGE", {"OfferInventoryChangeList": changes}
    if [tier.price_fen for tier in old.tiers] != [tier.price_fen for tier in new.tiers]:
        yield "FENXIAO_PRICE_CHANGE", {**product, "productId": wire_id(offer.offer_id)}
    for action in _sku_actions(old, new):
        yield RELATION + "CHANGE", {**product, "productIds": offer.offer_id, "action": action}
    if old.status != new.status:
        topic = RELATION + _STATUS_TOPICS.get(new.status, "EXPIRE")
        yield topic, {**product, "productIds": offer.offer_id, "status": new.status}


def _sku_actions(old, new):
    """What the seller did to the list of specs."""
    if set(old.skus) - set(new.skus):
        yield "sku_delete"
    if set(new.skus) - set(old.skus):
        yield "sku_new"


def _stock_changes(world, old, new):
    offer = new.offer
    return [
        without_none(
            {
                "offerId": wire_id(offer.offer_id),
                "offerOnSale": new.stock,
                "skuId": wire_id(sku.sku_id) if sku else None,
                "skuOnSale": new.stock_of(sku),
                "quantity": new.stock_of(sku) - old.stock_of(sku),
                "bizTime": world.now(),
            }
        )
        for sku in (new.skus if offer.skus else (None,))
        if new.stock_of(sku) != old.stock_of(sku)
    ]
