"""Pages of the shop window: an offer, a seller's goods."""

from ..catalogue.live import live, live_all
from ..freight import rate_for
from .html import Html, badge, both, h, money, page
from .words import OFFER, state


def offer_page(world, request, offer_id):
    """``/offer/<id>.html``"""
    offer = world.catalogue.offer(offer_id)
    if offer is None:
        return None
    row = live(world, offer)
    body = h(
        '<div class="card two"><div>{}</div><div>{}{}{}{}{}</div></div>{}{}',
        _gallery(offer),
        h("<h1>{}</h1>", both(offer.subject.zh, offer.subject.en)),
        h(
            "<div>{} {}</div>",
            state(OFFER, row.status),
            "" if offer.online else badge("不支持在线交易", "not sold online", "bad"),
        ),
        _prices(row),
        _terms(row),
        _seller(offer.seller),
        _specs(row),
        _facts(offer),
    )
    return page(offer.subject.en, body)


def _gallery(offer):
    small = [
        h('<img src="/img/{}/{}.jpg?s=1" alt="">', offer.offer_id, index)
        for index in range(len(offer.looks))
    ]
    return h(
        '<img class="hero" src="/img/{}/0.jpg" alt="{}"><div class="strip">{}</div>',
        offer.offer_id,
        offer.subject.en,
        small,
    )


def _prices(row):
    unit = row.offer.unit
    if row.offer.quote_type == 1:
        prices = sorted(row.sku_price(sku) for sku in row.skus)
        steps = [
            h(
                '<div><span class="big">{}–{}</span>{}</div>',
                money(prices[0]),
                money(prices[-1]),
                both("按规格报价", "price by specification"),
            )
        ]
    else:
        steps = [
            h(
                '<div><span class="big">{}</span>{}</div>',
                money(tier.price_fen),
                both(f"≥{tier.start}{unit.zh}", f"from {tier.start}"),
            )
            for tier in row.tiers
        ]
    return h('<div class="prices">{}</div>', steps)


def _terms(row):
    offer, mix = row.offer, row.offer.seller.mix
    lines = [
        (("起订量", "minimum order"), f"{offer.min_quantity} {offer.unit.zh}"),
        (("库存", "stock"), row.stock),
        (("运费", "freight"), _freight(offer)),
        (
            ("发货地", "ships from"),
            h("{}", both(offer.warehouse.place.zh, offer.warehouse.place.en)),
        ),
        (("重量", "weight"), f"{offer.weight_g} g"),
        (("已售", "sold"), offer.sold),
    ]
    if offer.batch > 1:
        lines.append((("批量", "sold in lots of"), offer.batch))
    if mix.allowed:
        text = f"¥{mix.amount_fen // 100} / {mix.pieces} {offer.unit.zh}"
        lines.append((("混批", "mixed batch from"), text))
    return h(
        '<div class="facts">{}</div>',
        [h("<div><span>{}</span><b>{}</b></div>", both(*name), value) for name, value in lines],
    )


def _freight(offer):
    template = offer.freight
    if template.seller_pays:
        return "包邮 free"
    rate = rate_for(template, "")
    unit = ("kg", "件", "L")[template.charge_type]
    first = rate.first_unit if template.charge_type == 1 else rate.first_unit / 1000
    text = (
        f"¥{rate.first_fee_fen / 100:.2f} / {first:g} {unit}"
        if first < 10**5
        else f"¥{rate.first_fee_fen / 100:.2f}"
    )
    free = template.free_from_fen
    return text + (f" · 满¥{free // 100}包邮 free" if free else "")


def _seller(seller):
    scores = seller.scores
    return h(
        '<p><a class="button" href="/shop/{}.html">{}</a> <span class="muted small">诚信通 {} 年 years · ★ {} · 回头率 repurchase {}</span></p>',
        seller.domain,
        both(seller.company.zh, seller.company.en),
        scores.years,
        scores.service,
        f"{float(scores.repurchase):.0%}",
    )


def _specs(row):
    if not row.offer.skus:
        return Html("")
    lines = [
        h(
            '<tr><td><img class="thumb" src="/img/sku/{}.jpg?s=1" alt=""></td><td>{}</td><td class="mono">{}</td><td class="mono">{}</td>'
            '<td class="num">{}</td><td class="num">{}</td></tr>',
            sku.sku_id,
            both(sku.label, " ".join(item.value.en for item in sku.attributes)),
            sku.sku_id,
            sku.spec_id,
            money(row.unit_price(sku, row.offer.min_quantity)),
            row.stock_of(sku),
        )
        for sku in row.skus
    ]
    head = ("", "规格 spec", "skuId", "specId")
    return h(
        '<div class="card"><h2>{}</h2><table><tr>{}<th class="num">单价 price</th><th class="num">库存 stock</th></tr>{}</table></div>',
        both("规格", "Specifications"),
        [h("<th>{}</th>", name) for name in head],
        lines,
    )


def _facts(offer):
    facts = [
        h(
            "<div><span>{}</span><b>{}</b></div>",
            both(item.name.zh, item.name.en),
            both(item.value.zh, item.value.en),
        )
        for item in offer.attributes
    ]
    return h(
        '<div class="card"><h2>{}</h2><div class="facts">{}</div></div>',
        both("商品属性", "Attributes"),
        facts,
    )


def tiles(rows):
    """Offers as a grid of pictures."""
    return h(
        '<div class="grid">{}</div>',
        [
            h(
                '<a class="tile" href="/offer/{}.html"><img src="/img/{}/0.jpg?s=1" alt="" loading="lazy"><div><b class="money">¥{}</b> {}{}</div></a>',
                row.offer.offer_id,
                row.offer.offer_id,
                f"{row.lowest_fen / 100:.2f}",
                "" if row.status == "published" else state(OFFER, row.status),
                both(row.offer.subject.zh, row.offer.subject.en),
            )
            for row in rows
        ],
    )


def shop_page(world, request, domain):
    """``/shop/<domain>.html``: all goods of a seller."""
    seller = world.catalogue.seller_by(domain=domain)
    if seller is None:
        return None
    rows = live_all(world, world.catalogue.of_seller(seller.member_id))
    about = h(
        '<div class="card"><h1>{}</h1><p class="muted">{} · {} · <span class="mono">{}</span></p></div>',
        both(seller.company.zh, seller.company.en),
        seller.login_id,
        seller.address,
        seller.member_id,
    )
    return page(seller.company.en, [about, tiles(rows)])
