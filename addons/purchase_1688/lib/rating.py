"""A seller's rating, 0 to 5: the platform's figures and our own history, part by part, and the weighted mean of them.

Our own history counts observations: each is worth 0 (bad) to 1 (good), e.g. one order shipped in time. Their mean is a
share; `Kind.zero` says which share earns 0, a share of 1 earns 5, and what is between lies on a straight line.

Few observations prove little, so they are pulled towards the platform's figure for the same thing (Bayesian
shrinkage): with *n* observations of ours, worth *own*, and a platform's figure worth *platform*, the part is worth
``(n × own + k × platform) / (n + k)``. *k* is the strength of the prior: the platform counts like *k* observations of
ours. Where the platform has no figure for the same thing, the mean of what it does tell about the seller stands in,
and `NEUTRAL` where it tells nothing.

A part that neither side knows is left out of the mean. What is not known does not speak for a seller, though: its
weight counts as `NEUTRAL` against a good mean, and does not excuse a bad one. With a third of the weights known and
worth 5, the rating is ``1/3 × 5 + 2/3 × 3.5 = 4``; known and worth 2, it is 2.

Nothing here knows languages, Odoo, or the wire.
"""

from dataclasses import dataclass

BEST = 5.0
NEUTRAL = 3.5
PRIOR = 10.0
STATES = ("preferred", "usable", "excluded", "unrated")


@dataclass(frozen=True)
class Kind:
    """What a part measures.

    :ivar weight: what it counts by default; 100 together
    :ivar zero: share of good observations (0–1) that earns 0; None: we observe nothing of the kind
    :ivar figure: name of the figure in `values.SellerScores`; "": the platform tells none
    """

    weight: float
    zero: float | None = None
    figure: str = ""


KINDS = {
    "service": Kind(15, figure="service"),
    "goods": Kind(5, figure="goods"),
    "consulting": Kind(5, figure="consulting"),
    "repurchase": Kind(5, figure="repurchase_share"),
    "years": Kind(5, figure="years"),
    "ship": Kind(15, 0.5, "collected_48h_share"),
    "arrive": Kind(10, 0.5, "logistics"),
    "complete": Kind(10, 0.9),
    "quality": Kind(15, 0.9, "quality_refund_share"),
    "kept": Kind(5, 0.8, "disputes"),
    "refund": Kind(5, 0.0, "after_sales"),
    "price": Kind(5, 0.5),
}
"""Parts by code.

service, goods, consulting, repurchase, years: as the platform tells them. ship: on time to ship; arrive: on time to
arrive; complete: nothing short; quality: not rejected; kept: money that stayed paid; refund: speed of paying back;
price: price kept between quote and order.
"""

OWN_KINDS = tuple(code for code, kind in KINDS.items() if kind.zero is not None)


@dataclass(frozen=True)
class Own:
    """Our observations of one kind: `samples` of them, worth `good` together (each 0–1)."""

    good: float
    samples: int


@dataclass(frozen=True)
class Part:
    """One part of a rating; all values 0–5.

    :ivar weight: what it counts in the total, ≥ 0
    :ivar samples: number of our own observations
    :ivar own: what our observations alone are worth; None without any
    :ivar platform: what they are pulled towards (or, without any, the value)
    :ivar told: whether `platform` is the platform's figure for this very thing, and no stand-in
    """

    code: str
    value: float
    weight: float
    samples: int = 0
    own: float | None = None
    platform: float | None = None
    told: bool = False


@dataclass(frozen=True)
class Rating:
    """What is told of a seller.

    :ivar value: 0–5, two decimals; None when no part with a weight is known
    :ivar samples: our own observations in all parts
    :ivar known: share (0–1) of the weights whose parts are known
    """

    value: float | None
    parts: tuple[Part, ...]
    samples: int
    known: float


def grade(code, share):
    """0–5 for a share (0–1) of good observations of this kind."""
    zero = KINDS[code].zero
    return BEST * _between(0.0, (share - zero) / (1 - zero), 1.0)


def tell(scores):
    """{code: 0–5} of what the platform tells.

    A figure of 0 is no verdict: the platform writes it for sellers about whom it knows nothing yet. No refunds for
    quality at all is one, of a seller about whom it tells any other score or share: the years alone tell of no trade.

    :param scores: ``values.SellerScores``
    """
    figures = {code: getattr(scores, kind.figure) for code, kind in KINDS.items() if kind.figure}
    trades = any(figure for code, figure in figures.items() if code != "years")
    return {
        code: _TELLERS.get(KINDS[code].figure, _as_score)(float(figure))
        for code, figure in figures.items()
        if figure or (figure is not None and code == "quality" and trades)
    }


def rate(scores, own, weights, prior=PRIOR):
    """The rating of one seller.

    :param scores: ``values.SellerScores``; unknown figures are None
    :param own: {code: `Own`}
    :param weights: {code: weight ≥ 0}; a code that is missing counts 0
    :param prior: how many observations of ours the platform's figure counts, ≥ 0
    """
    told = tell(scores)
    general = _mean([(value, weights.get(code, 0.0)) for code, value in told.items()])
    stand_in = NEUTRAL if general is None else general
    parts = tuple(
        _part(code, own.get(code), told.get(code), stand_in, max(weights.get(code, 0.0), 0.0), max(prior, 0.0))
        for code in KINDS
        if code in told or (code in own and own[code].samples)
    )
    mean = _mean([(part.value, part.weight) for part in parts])
    total = sum(max(weights.get(code, 0.0), 0.0) for code in KINDS)
    known = min(sum(part.weight for part in parts) / total, 1.0) if total > 0 else 0.0
    return Rating(
        value=None if mean is None else round(min(mean, known * mean + (1 - known) * NEUTRAL), 2),
        parts=parts,
        samples=sum(part.samples for part in parts),
        known=known,
    )


def judge(value, samples, preferred, excluded, min_samples=0):
    """One of `STATES` for a rating (None: unrated) of `samples` observations of ours, held against the floors (0–5).

    Preferred takes at least `min_samples` observations; excluded takes none, so that the platform's verdict counts.
    """
    if value is None:
        return "unrated"
    if value < excluded:
        return "excluded"
    return "preferred" if value >= preferred and samples >= min_samples else "usable"


def _part(code, own, told, stand_in, weight, prior):
    if not own or not own.samples:
        return Part(code, told, weight, platform=told, told=True)
    ours = grade(code, own.good / own.samples)
    towards = stand_in if told is None else told
    value = (own.samples * ours + prior * towards) / (own.samples + prior)
    return Part(code, value, weight, own.samples, ours, towards, told is not None)


def _mean(pairs):
    """The weighted mean of [(value, weight)], or None when nothing has a weight."""
    total = sum(weight for _value, weight in pairs)
    return sum(value * weight for value, weight in pairs) / total if total > 0 else None


def _between(low, value, high):
    return min(max(value, low), high)


def _as_score(figure):
    """A score of the platform is 0–5 already."""
    return _between(0.0, figure, BEST)


def _as_years(figure):
    """A member of the first year is worth 3.4, of the fifth year on 5: staying is good, being new is not bad."""
    return _between(3.0, 3.0 + 0.4 * figure, BEST)


def _as_repurchase(figure):
    """Half of the buyers coming back is as good as it gets; 0 to 0.5 becomes 2.5 to 5."""
    return 2.5 + 2.5 * _between(0.0, figure / 0.5, 1.0)


_TELLERS = {
    "years": _as_years,
    "repurchase_share": _as_repurchase,
    "collected_48h_share": lambda figure: grade("ship", figure),
    "quality_refund_share": lambda figure: grade("quality", 1 - figure),
}
