"""Which of many found offers deserve a look: thresholds, doubles, order.

Pure and deterministic: what comes out depends on the candidates alone, not on the order in which they arrived. Work is
bounded: titles are compared only where seller or picture agree and the prices are near, and with a limited number of
neighbours.
"""

import itertools
import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from . import fingerprint

#: prices so near are the same price: the same listing twice, and one listing that was copied by a reseller
SAME_SELLER_PRICE = Decimal("0.02")
RESOLD_PRICE = Decimal("0.05")
#: how alike titles are (0 to 1) when they name the same goods: by themselves, and below one and the same picture
SAME_TITLE = 0.9
RESOLD_TITLE = 0.6
#: more than any two titles reach: the pictures show other goods, or nothing is known of them
OTHER_GOODS = 2.0
#: candidates of about the same price that one is held against
NEIGHBOURS = 80
_TITLE_CHARS = 200
_LATIN = re.compile(r"[a-z0-9]+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
#: two near prices lie at most one step apart on this scale
_PRICE_STEP = -math.log(1 - float(RESOLD_PRICE))


@dataclass(frozen=True)
class Candidate:
    """What is known of a found offer; None is not told.

    Price in yuan per 1688 unit; shares are fractions; rating 0 to 5; `picture_hash` by `fingerprint`;
    `position` its place in the search; not `readable` is a listing that was asked for and could not be read.
    """

    key: int
    position: int = 0
    title: str = ""
    picture_url: str = ""
    picture_hash: str = ""
    seller: str = ""
    price: Decimal | None = None
    min_quantity: Decimal | None = None
    stock: Decimal | None = None
    month_sold: int | None = None
    years: int | None = None
    rating: float | None = None
    repurchase: float | None = None
    on_time: float | None = None
    disputes: float | None = None
    ships_from: str = ""
    on_shelf: bool = True
    readable: bool = True
    blocked: bool = False


@dataclass(frozen=True)
class Limits:
    """What a candidate must keep to; None is no limit. `regions`: provinces in Chinese."""

    price_min: Decimal | None = None
    price_max: Decimal | None = None
    moq_max: Decimal | None = None
    years_min: int | None = None
    repurchase_min: float | None = None
    on_time_min: float | None = None
    disputes_max: float | None = None
    regions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reason:
    """Why a candidate is out: the code, its own figure and the limit, both as text."""

    code: str
    value: str = ""
    limit: str = ""


@dataclass(frozen=True)
class Rule:
    """Order by `criterion` (see `CRITERIA`); `tolerance` is the fraction within which two figures count as equal."""

    criterion: str
    descending: bool = False
    tolerance: float = 0.0


@dataclass(frozen=True)
class Verdict:
    """`state`: ready (with its rank from 1), duplicate (of the key `twin`, for `fold`), excluded, blocked."""

    key: int
    state: str
    rank: int = 0
    reasons: tuple[Reason, ...] = ()
    twin: int | None = None
    fold: str = ""


#: our word for a figure -> where it is; the higher words are what a buyer may sort by
CRITERIA = {
    "price": "price",
    "rating": "rating",
    "moq": "min_quantity",
    "stock": "stock",
    "sold": "month_sold",
    "years": "years",
    "repurchase": "repurchase",
    "on_time": "on_time",
    "disputes": "disputes",
    "match": "position",
}


# --- thresholds


def exclusions(candidate, limits):
    """Why a candidate is out, every reason; a figure that is not told excludes nobody."""
    found = []

    def below(code, value, limit):
        if value is not None and limit is not None and value < limit:
            found.append(Reason(code, str(value), str(limit)))

    def above(code, value, limit):
        if value is not None and limit is not None and value > limit:
            found.append(Reason(code, str(value), str(limit)))

    if not candidate.on_shelf:
        found.append(Reason("off_shelf"))
    if candidate.stock == 0:
        found.append(Reason("sold_out"))
    above("disputes", candidate.disputes, limits.disputes_max)
    below("on_time", candidate.on_time, limits.on_time_min)
    below("price_low", candidate.price, limits.price_min)
    above("price_high", candidate.price, limits.price_max)
    above("moq", candidate.min_quantity, limits.moq_max)
    below("years", candidate.years, limits.years_min)
    below("repurchase", candidate.repurchase, limits.repurchase_min)
    if limits.regions and candidate.ships_from and not is_in(candidate.ships_from, limits.regions):
        found.append(Reason("region", candidate.ships_from, "、".join(limits.regions)))
    if not candidate.readable:
        found.append(Reason("unreadable"))
    return tuple(found)


def is_in(place, regions):
    """Whether a place lies in one of these provinces; the first two characters tell all provinces apart."""
    return any(place.startswith(region[:2]) for region in regions)


# --- the same goods


def shingles(title):
    """What a title consists of: words in Latin letters, pairs of Chinese characters."""
    text = unicodedata.normalize("NFKC", title or "")[:_TITLE_CHARS].casefold()
    found = set(_LATIN.findall(text))
    for run in _CHINESE.findall(text):
        found.update(run[at : at + 2] for at in range(max(len(run) - 1, 1)))
    return frozenset(found)


def alike(left, right):
    """How alike two sets of shingles are, 0 to 1."""
    return 2 * len(left & right) / (len(left) + len(right)) if left and right else 0.0


def near(left, right, tolerance):
    """Whether two prices differ by no more than this fraction of the larger one."""
    if left is None or right is None:
        return False
    return abs(left - right) <= tolerance * max(left, right)


def title_needed(left, right):
    """How alike the titles of two candidates must be by what their pictures tell; above 1 if those are not the same.

    One file, or one address, is strong evidence, and a reseller writes another title. A picture that only looks the
    same may be the next colour or length before the same wall: the titles must be nearly the same, too.
    """
    if left.picture_url and left.picture_url == right.picture_url:
        return RESOLD_TITLE
    if fingerprint.same_file(left.picture_hash, right.picture_hash):
        return RESOLD_TITLE
    return SAME_TITLE if fingerprint.same_picture(left.picture_hash, right.picture_hash) else OTHER_GOODS


def _fold(left, right, likeness):
    """Why two candidates are one: same_seller, resold, or "" if they are not."""
    own = bool(left.seller) and left.seller == right.seller
    if not near(left.price, right.price, SAME_SELLER_PRICE if own else RESOLD_PRICE):
        return ""
    needed = title_needed(left, right)
    if own and not (left.picture_hash and right.picture_hash):
        needed = min(needed, SAME_TITLE)
    if needed == OTHER_GOODS or likeness() < needed:
        return ""
    return "same_seller" if own else "resold"


class _Neighbours:
    """Candidates by about their price, so that only those near each other are compared."""

    def __init__(self):
        self._steps = {}
        self._shingles = {}

    def around(self, candidate):
        """Those added before whose price is about the same."""
        step = self._step(candidate)
        for other in (step, step - 1, step + 1) if step is not None else ():
            yield from self._steps.get(other, ())[:NEIGHBOURS]

    def add(self, candidate):
        step = self._step(candidate)
        if step is not None:
            self._steps.setdefault(step, []).append(candidate)

    def likeness(self, left, right):
        return alike(self._parts(left), self._parts(right))

    def _parts(self, candidate):
        found = self._shingles.get(candidate.key)
        if found is None:
            found = self._shingles[candidate.key] = shingles(candidate.title)
        return found

    @staticmethod
    def _step(candidate):
        return math.floor(math.log(candidate.price) / _PRICE_STEP) if candidate.price and candidate.price > 0 else None


def doubtful(candidates):
    """Keys of candidates that might be one listing at two sellers, where only their pictures can tell."""
    seen, found = _Neighbours(), set()
    for candidate in sorted(candidates, key=_by_position):
        for other in seen.around(candidate):
            known = bool(candidate.picture_hash and other.picture_hash) or title_needed(candidate, other) < OTHER_GOODS
            if known or not near(candidate.price, other.price, RESOLD_PRICE):
                continue
            if seen.likeness(candidate, other) >= RESOLD_TITLE:
                found |= {candidate.key, other.key}
        seen.add(candidate)
    return found


# --- order


def _by_position(candidate):
    return candidate.position, candidate.key


def ordered(candidates, rules):
    """Candidates in the order of the rules; what is not told comes last, ties by their place in the search."""
    keys = [_by_position]
    for rule in reversed(rules):
        keys.append(_sort_key(candidates, rule))
    result = list(candidates)
    for key in keys:
        result.sort(key=key)
    return result


def _sort_key(candidates, rule):
    name = CRITERIA[rule.criterion]
    figures = [getattr(candidate, name) for candidate in candidates]
    lowest = min((float(figure) for figure in figures if figure is not None and figure > 0), default=1.0)

    def key(candidate):
        figure = getattr(candidate, name)
        if figure is None:
            return 1, 0.0
        value = _step(float(figure), lowest, rule.tolerance)
        return 0, -value if rule.descending else value

    return key


def _step(value, lowest, tolerance):
    """The value itself, or the number of its step where each is `tolerance` higher than the one before."""
    if tolerance <= 0:
        return value
    if value <= 0:
        return -1.0
    # a difference of logarithms: the quotient of two figures that are far apart is no number any more
    return float(math.floor((math.log(value) - math.log(lowest)) / math.log1p(tolerance) + 1e-9))


# --- what to read


def next_pages(searches, missing, page_size):
    """Pages to read next, [(search, page)]: the first of each search, then as many as `missing` candidates need.

    :param searches: {name: (number of the last page, None before the first was read; pages that were read)}
    """
    first = [(name, 1) for name, (last, _read) in searches.items() if last is None]
    if first or missing <= 0:
        return first
    unread = [
        [(name, page) for page in range(1, last + 1) if page not in read] for name, (last, read) in searches.items()
    ]
    turns = [pair for turn in itertools.zip_longest(*unread) for pair in turn if pair]
    return turns[: math.ceil(missing / page_size)]


# --- all together


def judge(candidates, limits, rules):
    """{key: Verdict}: who is out and why, who is the same as whom, and the order of the rest.

    A candidate that keeps to the limits is never folded into one that does not, or that cannot be read, and of those
    that are the same the first by the rules stays.
    """
    verdicts, left = {}, []
    for candidate in candidates:
        if candidate.blocked:
            verdicts[candidate.key] = Verdict(candidate.key, "blocked")
        elif reasons := exclusions(candidate, limits):
            verdicts[candidate.key] = Verdict(candidate.key, "excluded", reasons=reasons)
        else:
            left.append(candidate)
    kept, rank = _Neighbours(), 0
    for candidate in ordered(left, rules):
        twin, fold = _find_twin(candidate, kept)
        if twin is not None:
            verdicts[candidate.key] = Verdict(candidate.key, "duplicate", twin=twin.key, fold=fold)
            continue
        rank += 1
        verdicts[candidate.key] = Verdict(candidate.key, "ready", rank=rank)
        kept.add(candidate)
    return verdicts


def _find_twin(candidate, kept):
    for other in kept.around(candidate):
        if fold := _fold(candidate, other, lambda other=other: kept.likeness(candidate, other)):
            return other, fold
    return None, ""


def seconds_for(calls, per_minute, free, wait=0.0, minute=61.0):
    """About how long so many calls take: `free` may go out now, `per_minute` in each minute after `wait` seconds."""
    left = calls - free
    if left <= 0:
        return 0.0
    return wait + (math.ceil(left / max(per_minute, 1)) - 1) * minute
