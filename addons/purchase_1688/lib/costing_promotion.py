"""What is taken off a seller's whole share: at most one promotion of each kind, such that together they save most."""

from dataclasses import dataclass
from decimal import Decimal

from .costing_values import PROMOTION_KINDS, ZERO, Promotion, Step, to_fen


@dataclass(frozen=True)
class Promoted:
    """What the promotions do: `off` yuan less; `free` is the one that frees the freight, or None."""

    off: Decimal = ZERO
    steps: tuple[Step, ...] = ()
    free: Promotion | None = None


def promote(promotions, goods, left, freight, terms):
    """Take the promotions that save most.

    :param goods: yuan of goods, which the thresholds look at
    :param left: what the agreed discount left of them; no more can be taken off
    :param freight: yuan, or None where it is not known
    :param terms: the seller's, for what is saved in tax and fees
    """
    reached = [one for one in promotions if one.from_amount <= goods]
    if not reached:
        return Promoted()

    def saving(plan):
        off = min(sum((one.off for one in plan), ZERO), left)
        free = any(one.free_freight for one in plan)
        less = freight or ZERO if free else ZERO
        return off + off_fees(terms, off) + less, free and freight is None

    best = max(_plans(reached), key=saving)
    off, steps = ZERO, []
    for one in best:
        less = min(one.off, left - off)
        if less:
            steps.append(Step("promotion", -less, {"kind": one.kind, "from_amount": one.from_amount}))
            off += less
    return Promoted(off, tuple(steps), next((one for one in best if one.free_freight), None))


def _plans(reached):
    """What can be taken together: what takes most off of each kind, or instead of it one that frees the freight."""
    most = {}
    for one in sorted(reached, key=lambda one: (PROMOTION_KINDS.index(one.kind), -one.off)):
        most.setdefault(one.kind, one)
    yield tuple(most.values())
    for one in reached:
        if one.free_freight:
            yield tuple({**most, one.kind: one}.values())


def off_fees(terms, off):
    """What is no more due in tax and fees when `off` yuan are taken off the whole."""
    return to_fen(off * terms.surcharge) + to_fen(off * terms.service_rate)
