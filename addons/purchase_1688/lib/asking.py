"""One question to many offers: which calls to make, and what each answer means for the quotes that wait for it.

An offer is asked once however many lines need it: its listing and, where the destination is known, its freight. Its
quotes are settled when both are in, or at the end with what there is. What our own call budget does not let out now is
held back for the next wave.
"""

import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from . import costing, terms
from .costing import ONE, ZERO

DISTRICT_DIGITS = 6
LATE_CODES = ("deadline", "skipped")
HELD_CODE = "own_quota"


@dataclass(frozen=True)
class Ask:
    """What one quote waits for. `min_qty` and `batch` are as last seen: freight is asked before the listing answers.

    `agreed` is what holds with the seller, as `terms.terms_of` takes it.
    """

    quote: int
    offer: str
    sku: str
    seller: str
    need: Decimal
    pack: Decimal = ONE
    min_qty: Decimal = ONE
    batch: Decimal = ONE
    agreed: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How a quote ended: with terms, or with a `code` (late, off_shelf, sku_gone, no_price, or the gateway's)."""

    quote: int
    terms: Any = None
    code: str = ""
    message: str = ""
    seconds: float = 0.0
    ship_hours: int | None = None


@dataclass
class _Offer:
    asks: list = field(default_factory=list)
    waiting: set = field(default_factory=set)
    listing: Any = None
    estimate: Any = None
    error: Any = None
    settled: bool = False


class Question:
    """`requests` are the calls to make, `to_send` which of them now; feed `hear` with each answer, `close` at the end.

    `pause` is how many seconds the call budget asks to wait before what was held back goes out.
    """

    def __init__(self, asks, district="", language="en"):
        self._started = time.monotonic()
        self._sent = set()
        self.pause = 0.0
        self._offers = {}
        for ask in asks:
            self._offers.setdefault(ask.offer, _Offer()).asks.append(ask)
        self.requests = []
        self._about = []
        for offer_id, offer in self._offers.items():
            self._add(offer_id, "product.detail", {"offer_id": offer_id, "language": language})
            if len(district or "") == DISTRICT_DIGITS:
                quantities = quantities_of(offer.asks)
                self._add(
                    offer_id,
                    "product.freight",
                    {"offer_id": offer_id, "district_code": district, "quantities": quantities},
                )

    def begin(self):
        """The calls go out now: from here the seconds of the answers count."""
        self._started = time.monotonic()

    def _add(self, offer_id, name, kwargs):
        self._offers[offer_id].waiting.add(len(self.requests))
        self.requests.append((name, kwargs))
        self._about.append(offer_id)

    def to_send(self):
        """Numbers of the requests that are to be made now, or in the next wave; they count as sent from here."""
        self.pause = 0.0
        wave = [index for index in range(len(self.requests)) if self._is_open(index)]
        self._sent.update(wave)
        return wave

    @property
    def held(self):
        """How many requests have not gone out yet."""
        return sum(self._is_open(index) for index in range(len(self.requests)))

    def _is_open(self, index):
        return index not in self._sent and not self._offers[self._about[index]].settled

    @property
    def finished(self):
        return all(offer.settled for offer in self._offers.values())

    @property
    def listings(self):
        """The listings that answered."""
        return [offer.listing for offer in self._offers.values() if offer.listing is not None]

    def hear(self, index, answer):
        """Take the answer to request `index` (a value, or an exception); returns the `Outcome`s that it settles."""
        offer = self._offers[self._about[index]]
        if getattr(answer, "code", "") == HELD_CODE:
            self._sent.discard(index)
            self.pause = max(self.pause, answer.retry_after)
            return []
        offer.waiting.discard(index)
        asked_listing = self.requests[index][0] == "product.detail"
        if isinstance(answer, Exception):
            if asked_listing:
                offer.error = answer
        elif asked_listing:
            offer.listing = answer
        else:
            offer.estimate = answer
        # Without a listing nothing more is to be waited for.
        return self._settle(offer) if not offer.waiting or offer.error is not None else []

    def close(self):
        """Settle what is left: no listing in time is late, no freight in time is unknown."""
        return [outcome for offer in self._offers.values() for outcome in self._settle(offer)]

    def _settle(self, offer):
        if offer.settled:
            return []
        offer.settled = True
        seconds = time.monotonic() - self._started
        return [self._outcome(offer, ask, seconds) for ask in offer.asks]

    def _outcome(self, offer, ask, seconds):
        if offer.listing is None:
            code = getattr(offer.error, "code", "") if offer.error is not None else self._silence(offer)
            message = getattr(offer.error, "message", "")
            return Outcome(
                ask.quote,
                code="late" if code in LATE_CODES else code or "failed",
                message=message,
                seconds=seconds,
            )
        try:
            made = terms.terms_of(
                offer.listing,
                ask.sku,
                estimate=offer.estimate,
                asked=quantities_of(offer.asks),
                pack=ask.pack,
                seller=ask.seller,
                **ask.agreed,
            )
        except terms.NoOffer as error:
            return Outcome(ask.quote, code=error.code, seconds=seconds)
        return Outcome(ask.quote, terms=made, seconds=seconds, ship_hours=offer.listing.ship_hours)

    def _silence(self, offer):
        """Why nothing was heard of this listing: it was asked and is late, or our budget never let us ask."""
        asked = any(index in self._sent for index in offer.waiting if self.requests[index][0] == "product.detail")
        return "late" if asked else HELD_CODE


def quantities_of(asks):
    """{SKU id: 1688 units} that freight is asked for: all needs of an offer together, minimums as last seen.

    Where they are below the minimum, the SKU is raised that `costing` raises.
    """
    quantities = {}
    for ask in asks:
        wanted = costing.order_quantity(ask.need, ask.pack, ask.batch)
        quantities[ask.sku] = quantities.get(ask.sku, ZERO) + wanted
    first = asks[0]
    missing = first.min_qty - sum(quantities.values(), ZERO)
    if missing > 0:
        raised = min(quantities)
        quantities[raised] = costing.up_to(quantities[raised] + missing, first.batch)
    return quantities
