"""What is taken off a seller's whole share: of each kind of promotion the one that saves most."""

from dataclasses import dataclass
from decimal import Decimal

from .costing_values import PROMOTION_KINDS, ZERO, Promotion, Step, to_fen


@dataclass(frozen=True)
class Promoted:
    """What the promotions do. `free` is the one that frees the freight, or None."""

    off: Decimal
    steps: tuple
    free: Promotion | None


def promote(promotions, goods, left, freight, charged):
    """Take the best promotion of each kind.

    :param goods: yuan of goods, which the thresholds look at
    :param left: what the agreed discount left of them; no more can be taken off
    :param freight: yuan, or None where it is not known
    :param charged: (off) → what taking `off` away saves in tax and fees
    """
    off, steps, free = ZERO, [], None
    for kind in PROMOTION_KINDS:
        reached = [one for one in promotions if one.kind == kind and one.from_amount <= goods]
        if not reached:
            continue
        carriage = ZERO if free else freight or ZERO
        rest = left - off

        def saving(one, rest=rest, carriage=carriage):
            less = min(one.off, rest)
            return less + charged(less) + (carriage if one.free_freight else ZERO)

        best = max(reached, key=lambda one, saving=saving: (saving(one), one.free_freight, -one.from_amount))
        less = min(best.off, rest)
        if less:
            steps.append(Step("promotion", -less, {"kind": kind, "from_amount": best.from_amount}))
            off += less
        if best.free_freight and free is None:
            free = best
    return Promoted(off, tuple(steps), free)


def off_fees(terms, off):
    """What is no more due in tax and fees when `off` yuan are taken off the whole."""
    return to_fen(off * terms.surcharge) + to_fen(off * terms.service_rate)
