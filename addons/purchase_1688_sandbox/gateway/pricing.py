"""What a cart costs, and why it cannot be ordered: the rules behind preview and creation.

The rules, with the choices made where the platform says nothing:

* the price of a line is that of its SKU (quoteType 1), or of the tier that the ordered total of the
  product reaches, lowered while a promotion of the product runs;
* a product below its minimum is refused with 500_005. Where the seller sells in mixed batches the
  minimum falls away if the cart has enough pieces **or** is worth enough, otherwise 500_006;
* goods sold in lots are refused with 500_009 below the minimum or between two lots;
* lines that cannot be had (unknown, off shelf, no stock …) do not count towards tiers, minimums and
  freight of the others;
* goods of one seller become one part for each order group (warehouse); freight and shop promotion
  are per part.
"""

import dataclasses
from decimal import Decimal

from .cart import CartPart, PartLine, Seller
from .catalogue.live import live
from .freight import freight_of, load_of
from .pictures import offer_picture, sku_picture

MESSAGES = {
    "500_001": "商品[{}]不支持在线交易",
    "500_002": "商品[{}]缺少规格，或商品不属于同一个卖家",
    "500_003": "商品[{}]的规格不属于该商品",
    "500_004": "商品[{}]库存不足",
    "500_005": "商品[{}]购买数量小于最小起订量",
    "500_006": "商品[{}]不满足混批条件",
    "500_007": "商品[{}]没有与供应商建立代销关系",
    "500_008": "商品[{}]规格价格为0",
    "500_009": "商品[{}]不满足批量销售的起批量",
}
NOBODY = Seller("", "", "", "")


class Item:
    """A line of the cart while it is being worked out."""

    def __init__(self, world, line, states):
        self.line = line
        self.offer = world.catalogue.offer(line.offer_id)
        self.live = None
        if self.offer:
            known = states.setdefault(self.offer.offer_id, None) or live(world, self.offer)
            states[self.offer.offer_id] = self.live = known
        self.sku = self.offer.sku(line.spec_id) if self.offer and line.spec_id else None
        self.price = 0
        self.code = None

    @property
    def key(self):
        """What is taken from one stock."""
        return self.line.offer_id, self.line.spec_id or ""

    @property
    def quantity(self):
        """The wanted quantity, a Decimal."""
        return self.line.quantity

    @property
    def amount(self):
        """The goods of this line in fen."""
        return int(self.price * self.quantity)


def price_cart(world, lines, address, flow="general"):
    """Price the goods of one seller.

    :return: a list of CartPart, one for each order that the platform would make
    """
    states = {}
    items = [Item(world, line, states) for line in lines]
    sellers = {item.offer.seller.member_id for item in items if item.offer}
    for item in items:
        item.code = "500_002" if len(sellers) > 1 else _refusal(item, flow)
    _check_stock(items)
    _set_prices(items)
    _check_minimums(items)
    if len(sellers) > 1:
        return [_part(world, items, address, flow, NOBODY, "")]
    groups = {}
    for item in items:
        group = item.offer.warehouse.group if item.offer else ""
        groups.setdefault(group, []).append(item)
    return [
        _part(world, group, address, flow, *_sender(group))
        for _name, group in sorted(groups.items())
    ]


def _refusal(item, flow):
    """The code for what is wrong with the line on its own, or None."""
    offer, line = item.offer, item.line
    if offer is None or item.live.status != "published":
        return "500_001"
    if offer.skus and not line.spec_id:
        return "500_002"
    if line.spec_id and item.sku not in item.live.skus:
        return "500_003"
    if flow == "saleproxy":
        return None if offer.seller.consign_partner else "500_007"
    if not offer.online:
        return "500_001"
    if item.live.unit_price(item.sku, line.quantity) == 0:
        return "500_008"
    if line.quantity <= 0 or line.quantity != line.quantity.to_integral_value():
        return "500_005"
    return None


def _good(items):
    return [item for item in items if item.code is None]


def _check_stock(items):
    wanted = {}
    for item in _good(items):
        wanted[item.key] = wanted.get(item.key, 0) + item.quantity
    for item in _good(items):
        if wanted[item.key] > item.live.stock_of(item.sku):
            item.code = "500_004"


def _totals(items):
    totals = {}
    for item in _good(items):
        totals[item.line.offer_id] = totals.get(item.line.offer_id, Decimal(0)) + item.quantity
    return totals


def _set_prices(items):
    """Prices by the product's total; refused lines get theirs too, as far as there is one."""
    totals = _totals(items)
    for item in items:
        if item.offer and (item.sku or not item.offer.skus):
            item.price = item.live.unit_price(
                item.sku, totals.get(item.line.offer_id, item.quantity)
            )


def _check_minimums(items):
    totals = _totals(items)
    good = _good(items)
    mixed = bool(good) and _mix_met(good)
    for item in good:
        offer, total = item.offer, totals[item.line.offer_id]
        if offer.batch_sale:
            if total < offer.min_quantity or total % offer.batch:
                item.code = "500_009"
        elif total < offer.min_quantity and not mixed:
            item.code = "500_006" if offer.seller.mix.allowed else "500_005"


def _mix_met(good):
    rule = good[0].offer.seller.mix
    pieces = sum(item.quantity for item in good)
    return rule.allowed and (
        pieces >= rule.pieces or sum(item.amount for item in good) >= rule.amount_fen
    )


def _sender(items):
    offer = next((item.offer for item in items if item.offer), None)
    if offer is None:
        return NOBODY, ""
    seller = offer.seller
    return (
        Seller(seller.member_id, seller.login_id, seller.user_id, seller.company.zh),
        offer.warehouse.group,
    )


def _part(world, items, address, flow, seller, group):
    good = _good(items)
    goods = sum(item.amount for item in good)
    loads = [
        (item.offer.freight, load_of(item.offer, item.quantity, _weight(item), item.amount))
        for item in good
    ]
    freight = freight_of(loads, address.district_code)
    promotion = good[0].offer.seller.promotion if good else None
    promotion = promotion if promotion and goods >= promotion.from_fen else None
    code = next((item.code for item in items if item.code), None)
    message = next((_message(item) for item in items if item.code), "")
    part = CartPart(
        seller=seller,
        order_group=group,
        lines=tuple(_line(world, item) for item in items),
        goods_fen=goods,
        freight_fen=0 if promotion and promotion.free_freight else freight,
        discount_fen=promotion.off_fen if promotion else 0,
        flow=flow or "general",
        promotions=(_offered(promotion),) if promotion else (),
        code=code,
        message=message,
    )
    return dataclasses.replace(part, trade_modes=()) if code else part


def _offered(promotion):
    """A shop promotion as an entry of the preview's ``shopPromotionList``."""
    return {
        "promotionId": promotion.promotion_id,
        "selected": True,
        "text": promotion.text.zh,
        "desc": promotion.text.zh,
        "freePostage": promotion.free_freight,
        "discountFee": promotion.off_fen,
    }


def _weight(item):
    return item.sku.weight_g if item.sku else item.offer.weight_g


def _message(item):
    return MESSAGES[item.code].format(item.line.offer_id) if item.code else ""


def _line(world, item):
    offer, sku = item.offer, item.sku
    return PartLine(
        offer_id=item.line.offer_id,
        spec_id=item.line.spec_id or "",
        sku_id=sku.sku_id if sku else "",
        quantity=item.quantity,
        unit_price_fen=Decimal(item.price),
        amount_fen=item.amount,
        name=offer.subject.zh if offer else "",
        unit=offer.unit.zh if offer else "件",
        attributes=tuple((attribute.name.zh, attribute.value.zh) for attribute in sku.attributes)
        if sku
        else (),
        image=_image(world, offer, sku),
        cargo_number=sku.cargo_number if sku else "",
        weight_g=_weight(item) if offer else 0,
        code=item.code,
        message=_message(item),
    )


def _image(world, offer, sku):
    if sku:
        return sku_picture(world, sku)
    return offer_picture(world, offer) if offer else ""
