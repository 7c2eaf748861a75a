"""Finding goods: by words in Chinese or English, by picture, by shop; filters, order and pages."""

import dataclasses
import functools
import re

from .catalogue.live import live_all

WORDS = re.compile(r"[a-z0-9]+|[\u4e00-\u9fff]+")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
IGNORED = frozenset("a an and at by for from in of on or the to with".split())
PAGE_MAXIMUM = 50
ENOUGH = 0.5


@dataclasses.dataclass(frozen=True)
class Query:
    """What is looked for. Prices in fen, None where there is no limit."""

    keyword: str = ""
    page: int = 1
    page_size: int = 20
    price_from: int | None = None
    price_to: int | None = None
    category_ids: tuple = ()
    filters: tuple = ()
    sales: tuple = ()
    sort: tuple | None = None
    seller: str | None = None

    def of_seller(self, open_id):
        """The same question, in one shop."""
        return dataclasses.replace(self, seller=open_id)


@dataclasses.dataclass(frozen=True)
class Page:
    """One page of what was found."""

    rows: list
    total: int
    page: int
    page_size: int

    @property
    def pages(self):
        """How many pages there are."""
        return -(-self.total // self.page_size)


def _stem(word):
    for ending in ("ies", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            return word[: -len(ending)]
    return word


class Index:
    """The words of each offer, made once per catalogue."""

    def __init__(self, catalogue):
        self.chinese = {}
        self.stems = {}
        for offer in catalogue.offers:
            names = [
                catalogue.categories[key].name for key in catalogue.category_path(offer.category_id)
            ]
            values = [attribute.value for sku in offer.skus[:1] for attribute in sku.attributes]
            texts = [offer.subject, offer.description, *names, *values, offer.seller.company]
            self.chinese[offer.offer_id] = " ".join(text.zh for text in texts).lower()
            english = " ".join(f"{text.en} {text.zh}" for text in texts).lower()
            self.stems[offer.offer_id] = frozenset(_stem(word) for word in WORDS.findall(english))

    def score(self, offer, words):
        """How much of the words an offer has, 0 to 1, and a little more for its title."""
        if not words:
            return 1.0
        found = sum(self._share(offer, word) for word in words) / len(words)
        title = f"{offer.subject.zh} {offer.subject.en}".lower()
        return found + 0.1 * sum(word in title for word in words) / len(words)

    def _share(self, offer, word):
        text = self.chinese[offer.offer_id]
        if not CHINESE.match(word):
            return float(_stem(word) in self.stems[offer.offer_id])
        if word in text:
            return 1.0
        parts = [word[at : at + 2] for at in range(len(word) - 1)]
        return sum(part in text for part in parts) / len(parts) if parts else 0.0


@functools.lru_cache(maxsize=4)
def index_of(catalogue):
    """The index of a catalogue; the last ones made are kept."""
    return Index(catalogue)


def find(world, query, scores=None):
    """A page of offers on sale.

    :param scores: offer id -> score, found elsewhere (by picture); without it the keyword decides
    """
    catalogue = world.catalogue
    offers = [offer for offer in catalogue.offers if scores is None or offer.offer_id in scores]
    if scores is None:
        scores = _keyword_scores(catalogue, query.keyword)
    rows = [
        row
        for row in live_all(world, offers)
        if scores.get(row.offer.offer_id, 0) >= ENOUGH and _wanted(catalogue, query, row)
    ]
    rows.sort(key=lambda row: _order(query, row, scores))
    start = (query.page - 1) * query.page_size
    return Page(rows[start : start + query.page_size], len(rows), query.page, query.page_size)


def _keyword_scores(catalogue, keyword):
    words = [word for word in WORDS.findall(keyword.lower()) if word not in IGNORED]
    if keyword.strip() and not words:
        return {}
    index = index_of(catalogue)
    return {offer.offer_id: index.score(offer, words) for offer in catalogue.offers}


def _wanted(catalogue, query, row):
    offer = row.offer
    if not row.on_sale or (query.seller and offer.seller.open_id != query.seller):
        return False
    if query.price_from is not None and row.lowest_fen < query.price_from:
        return False
    if query.price_to is not None and row.lowest_fen > query.price_to:
        return False
    if query.category_ids and not set(query.category_ids) & set(
        catalogue.category_path(offer.category_id)
    ):
        return False
    sold = {
        "sales7": offer.month_sold // 4,
        "sales14": offer.month_sold // 2,
        "sales30": offer.month_sold,
    }
    for kind, low, high in query.sales:
        if not low <= sold.get(kind, offer.sold) <= high:
            return False
    return all(FILTERS[name](row) for name in query.filters if name in FILTERS)


# Filters with a known meaning; the platform's others (ksCiphertext …) change nothing here.
FILTERS = {
    "shipInToday": lambda row: row.offer.seller.scores.ship_hours <= 24,
    "shipIn24Hours": lambda row: row.offer.seller.scores.ship_hours <= 24,
    "shipIn48Hours": lambda row: row.offer.seller.scores.ship_hours <= 48,
    "isOnePsale": lambda row: row.offer.min_quantity == 1,
    "freePostage": lambda row: row.offer.freight.seller_pays,
    "superFactory": lambda row: "super_factory" in row.offer.seller.identities,
    "powerfulMerchants": lambda row: "powerful_merchants" in row.offer.seller.identities,
    "inStock": lambda row: row.stock > 0,
}

SORTS = {
    "price": lambda row: row.lowest_fen,
    "rePurchaseRate": lambda row: float(row.offer.seller.scores.repurchase),
    "monthSold": lambda row: row.offer.month_sold,
}


def _order(query, row, scores):
    tie = (-round(scores[row.offer.offer_id], 6), -row.offer.month_sold, row.offer.offer_id)
    if query.sort is None or query.sort[0] not in SORTS:
        return tie
    value = SORTS[query.sort[0]](row)
    return (-value if query.sort[1] == "desc" else value, *tie)
