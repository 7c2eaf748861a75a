"""The console's goods: what is for sale, with stock, price and status to change."""

from urllib.parse import urlencode

from ..catalogue.live import live_all
from ..search import ENOUGH, WORDS, index_of
from .actions import form
from .html import Html, both, h, money
from .words import OFFER, state

PAGE = 24


def show_offers(world, query):
    """Offers by a word or a department, or those that refuse orders in a way of their own."""
    wanted = query.get("q", "")
    catalogue = world.catalogue
    offers = _found(catalogue, wanted)
    number = int(query["page"]) if query.get("page", "").isdecimal() else 1
    number = min(max(number, 1), max(1, -(-len(offers) // PAGE)))
    shown = live_all(world, offers[(number - 1) * PAGE : number * PAGE])
    return [
        _search(wanted),
        h('<div class="chips">{}</div>', _chips(catalogue, wanted)),
        h('<div class="card"><table>{}</table></div>', [_row(catalogue, row) for row in shown])
        if shown
        else h('<div class="card empty">{}</div>', both("没有找到商品", "Nothing found")),
        _pages(len(offers), number, wanted),
    ]


def _search(wanted):
    return h(
        '<div class="card row"><form method="get" action="/" class="grow"><input type="hidden" name="tab" value="offers">'
        '<input class="grow" name="q" value="{}" placeholder="关键词、编号 · words or an id"><button class="main">{}</button></form></div>',
        wanted,
        both("搜索", "search"),
    )


def _found(catalogue, wanted):
    if wanted == "special":
        return [catalogue.offer(offer_id) for offer_id in catalogue.special.values()]
    if catalogue.offer(wanted):
        return [catalogue.offer(wanted)]
    if wanted.isdecimal() and int(wanted) in catalogue.categories:
        return [
            offer
            for offer in catalogue.offers
            if int(wanted) in catalogue.category_path(offer.category_id)
        ]
    words = WORDS.findall(wanted.lower())
    index = index_of(catalogue)
    scores = {offer.offer_id: index.score(offer, words) for offer in catalogue.offers}
    found = [offer for offer in catalogue.offers if scores[offer.offer_id] >= ENOUGH]
    return sorted(found, key=lambda offer: -scores[offer.offer_id]) if words else found


def _chips(catalogue, wanted):
    names = [("", "全部 all"), ("special", "特例 odd ones")]
    names += [
        (str(node.category_id), f"{node.name.zh} {node.name.en}")
        for node in catalogue.categories[0].children
    ]
    return [
        h(
            '<a class="{}" href="/?tab=offers&amp;q={}">{}</a>',
            "on" if key == wanted else "",
            key,
            name,
        )
        for key, name in names
    ]


def _row(catalogue, row):
    offer = row.offer
    names = [
        name.replace("_", " ")
        for name, offer_id in catalogue.special.items()
        if offer_id == offer.offer_id
    ]
    return h(
        '<tr><td style="width:70px"><a href="/offer/{}.html"><img class="thumb" src="/img/{}/0.jpg?s=1" alt=""></a></td>'
        '<td>{}<span class="mono muted">{} · {} · {}</span> {}</td><td>{}</td><td class="num">{}<div class="small muted">≥{}</div></td><td>{}</td></tr>',
        offer.offer_id,
        offer.offer_id,
        both(offer.subject.zh, offer.subject.en),
        offer.offer_id,
        offer.seller.login_id,
        offer.warehouse.group,
        [h('<span class="badge wait">{}</span> ', name) for name in names],
        state(OFFER, row.status),
        money(row.lowest_fen),
        offer.min_quantity,
        _change(row),
    )


def _change(row):
    choices = [
        h(
            '<option value="{}" {}>{}</option>',
            key,
            "selected" if key == row.status else "",
            words[0],
        )
        for key, words in OFFER.items()
    ]
    specs = [h('<option value="">{}</option>', "规格 specs …")]
    specs += [
        h(
            '<option value="{}">{} {}</option>',
            sku.spec_id,
            "删除 remove" if sku in row.skus else "恢复 list again",
            sku.label,
        )
        for sku in row.offer.skus
    ]
    inner = h(
        '<input class="short" type="number" name="stock" min="0" placeholder="{}" title="库存 stock of each spec">'
        '<input class="short" name="price" placeholder="{}" title="价格 price"><select name="status">{}</select><select name="spec" class="short">{}</select>',
        row.stock,
        f"{row.lowest_fen / 100:.2f}",
        choices,
        specs,
    )
    return form(
        "offers",
        "offer",
        inner,
        both("修改", "change"),
        id=row.offer.offer_id,
        q=row.offer.offer_id,
        gone=",".join(row.state.get("gone") or ()),
    )


def _pages(count, number, wanted):
    last = -(-count // PAGE)
    if last < 2:
        return Html("")
    links = [
        h(
            '<a class="{}" href="/?{}">{}</a>',
            "on" if page == number else "",
            urlencode({"tab": "offers", "q": wanted, "page": page}),
            page,
        )
        for page in range(1, last + 1)
    ]
    return h('<div class="chips center">{}</div>', links)
