"""Local states of orders, payments and refunds, and what the platform's words mean for them.

Everything here is data: which moves are allowed, how far along a state is, and which remote status speaks
for which local one. Models have one writer of ``state`` each, and that writer asks :func:`allowed`.
A remote status that is not in a map is kept as received and moves nothing.
"""

# --- orders

# The way of an order; the side states have no place on it.
ORDER_WAY = (
    "draft",
    "prepared",
    "approved",
    "placing",
    "placed",
    "verified",
    "paying",
    "paid",
    "shipped",
    "received",
    "done",
)
ORDER_STATES = (*ORDER_WAY, "blocked", "unknown", "cancelled")

# What the platform may report at any time once the order exists there: somebody paid at the cashier,
# the seller shipped before we looked again, a refund closed the order.
_REMOTE_NEWS = frozenset({"paid", "shipped", "received", "done", "cancelled"})

ORDER_MOVES = {
    # to placed, here and below: found at 1688 under our number, after a restore of the database
    "draft": frozenset({"prepared", "placed", "blocked", "cancelled"}),
    # back to draft: the content or the purchase order was edited, the preview has to be asked again
    "prepared": frozenset({"draft", "approved", "placed", "blocked", "cancelled"}),
    "approved": frozenset({"draft", "prepared", "placing", "placed", "blocked", "cancelled"}),
    # back to approved: surely not sent
    "placing": frozenset({"approved", "placed", "blocked", "unknown"}),
    "placed": frozenset({"verified", "blocked"}) | _REMOTE_NEWS,
    # back to placed: the seller changed the price of an unpaid order, it has to be verified again
    "verified": frozenset({"placed", "paying", "blocked"}) | _REMOTE_NEWS,
    # back to verified: surely not sent, or refused with nothing paid
    "paying": frozenset({"verified", "blocked", "unknown"}) | _REMOTE_NEWS,
    "paid": frozenset({"shipped", "received", "done", "cancelled"}),
    "shipped": frozenset({"received", "done", "cancelled"}),
    "received": frozenset({"done", "cancelled"}),
    "done": frozenset(),
    # a block is lifted where it arose: before placing (draft, prepared), or after it (placed)
    "blocked": frozenset({"draft", "prepared", "approved", "placed"}) | _REMOTE_NEWS,
    # reading the platform settles the unknown, or a person: only he can have it sent again (placing, paying)
    "unknown": frozenset({"approved", "placing", "placed", "verified", "paying", "blocked"}) | _REMOTE_NEWS,
    "cancelled": frozenset(),
}

_ORDER_RANK = {state: rank for rank, state in enumerate(ORDER_WAY)}

# States in which the content of an order may still be changed, because nothing was sent.
ORDER_EDITABLE = frozenset({"draft", "prepared", "blocked"})
# States whose truth is at the platform and may still change there; of those that are blocked or unknown
# only the orders that have a number there.
ORDER_OPEN_REMOTE = frozenset({"placed", "verified", "paying", "paid", "shipped", "received", "blocked", "unknown"})

ORDER_REMOTE = {
    "waitbuyerpay": "placed",
    "waitsellersend": "paid",
    "waitbuyerreceive": "shipped",
    "waitlogisticstakein": "shipped",
    "waitbuyersign": "shipped",
    # the carrier's word, not the buyer's: the money is released by confirming only
    "signinsuccess": "shipped",
    "confirm_goods": "received",
    "confirm_goods_and_has_subsidy": "received",
    "success": "done",
    "cancel": "cancelled",
    "terminated": "cancelled",
}

# What the platform calls an order that can still be paid, or cancelled for nothing.
ORDER_UNPAID = frozenset(remote for remote, state in ORDER_REMOTE.items() if state == "placed")

# Why an order was closed (section 5.8.1), in our words; *other* tells nothing.
ORDER_CLOSED = {
    "buyercancel": "by_buyer",
    "sellergoodslack": "no_goods",
    "buyer_no_pay": "not_paid",
}

# --- payments

PAYMENT_STATES = ("requested", "approved", "paying", "paid", "partial", "refused", "unknown", "cancelled")
PAYMENT_MOVES = {
    "requested": frozenset({"approved", "cancelled", "paid"}),
    # back to requested, here and below: its approval does not hold any more, so it has to be approved again
    "approved": frozenset({"requested", "paying", "paid", "partial", "refused", "cancelled"}),
    "paying": frozenset({"approved", "paid", "partial", "refused", "unknown", "cancelled"}),
    "partial": frozenset({"requested", "paying", "paid", "unknown", "refused", "cancelled"}),
    # back to approved: surely not sent
    "unknown": frozenset({"approved", "paying", "paid", "partial", "refused", "cancelled"}),
    # a person may have it paid again, or it turns out to be paid after all
    "refused": frozenset({"approved", "paying", "paid", "partial", "unknown", "cancelled"}),
    "paid": frozenset(),
    "cancelled": frozenset({"paid"}),
}
# A payment in one of these holds its orders: no second one may be made for them.
PAYMENT_HOLDS = frozenset({"requested", "approved", "paying", "paid", "partial", "unknown"})

# --- refunds

REFUND_STATES = (
    "draft",
    "requesting",
    "applied",
    "rejected",
    "to_return",
    "returning",
    "refunded",
    "closed",
    "refused",
    "unknown",
)
_REFUND_NEWS = frozenset({"applied", "rejected", "to_return", "returning", "refunded", "closed"})
REFUND_MOVES = {
    "draft": frozenset({"requesting", "closed"}),
    "requesting": frozenset({"draft", "refused", "unknown"}) | _REFUND_NEWS,
    "unknown": frozenset({"draft", "requesting", "refused"}) | _REFUND_NEWS,
    # the platform refused the application itself; the claim can be corrected and applied for again, or the platform
    # had the very same already
    "refused": frozenset({"draft", "applied", "closed"}),
    "applied": _REFUND_NEWS - {"applied"},
    "rejected": _REFUND_NEWS - {"rejected"},
    "to_return": _REFUND_NEWS - {"to_return"},
    "returning": _REFUND_NEWS - {"returning"},
    "refunded": frozenset(),
    "closed": frozenset(),
}
# A claim in one of these occupies its goods: they cannot be claimed a second time.
REFUND_OPEN = frozenset({"draft", "requesting", "unknown", "applied", "rejected", "to_return", "returning"})

REFUND_REMOTE = {
    "waitselleragree": "applied",
    "waitbuyermodify": "rejected",
    "waitbuyersend": "to_return",
    "waitsellerreceive": "returning",
    "refundsuccess": "refunded",
    "refundclose": "closed",
}

_MOVES = {"order": ORDER_MOVES, "payment": PAYMENT_MOVES, "refund": REFUND_MOVES}


def allowed(kind, source, target):
    """Whether a record of ``kind`` ("order", "payment", "refund") may go from ``source`` to ``target``."""
    return target in _MOVES[kind][source]


def sources(kind, target):
    """All states from which ``target`` can be reached in one move."""
    return frozenset(source for source, targets in _MOVES[kind].items() if target in targets)


def order_target(state, remote_status):
    """The state that news from the platform asks for, or None when it asks for nothing.

    News only moves an order forward: an unpaid order at the platform says nothing about whether we have
    verified it, and a late message that it was paid must not undo that it was shipped.
    """
    target = ORDER_REMOTE.get((remote_status or "").lower())
    if target is None or target == state or not allowed("order", state, target):
        return None
    if target == "placed":
        return "placed" if state == "unknown" else None
    return target


def closed_because(remote_reason):
    """Our word for why an order was closed, or None where the platform does not tell."""
    return ORDER_CLOSED.get((remote_reason or "").lower())


def payment_target(state, line_states):
    """The state that the lines of a payment in ``state`` ask for, or None when they ask for nothing.

    :param line_states: the states of its lines, as a set, without those that were taken out
    """
    if not line_states:
        target = "cancelled"
    elif "unknown" in line_states:
        target = "unknown"
    elif line_states == {"paid"}:
        target = "paid"
    elif "calling" in line_states:
        target = "paying"
    elif "paid" in line_states:
        target = "partial"
    elif line_states == {"refused"}:
        target = "refused"
    else:
        target = "approved"
    # nothing but a person's approval ends the wait for it, as long as something is left to approve
    waits = state == "requested" and target not in ("paid", "cancelled")
    return None if waits or target == state else target


def refund_target(state, remote_status):
    """The state that the platform's refund status asks for, or None."""
    target = REFUND_REMOTE.get((remote_status or "").lower())
    return target if target and allowed("refund", state, target) else None


def is_before(state, other):
    """Whether ``state`` comes before ``other`` on the way of an order; False for side states."""
    return state in _ORDER_RANK and _ORDER_RANK[state] < _ORDER_RANK[other]


def goods_status(state):
    """Where the goods of an order in ``state`` are, in the words of a claim (see values.GOODS_STATUSES)."""
    return {
        "paid": "not_shipped",
        "shipped": "shipped",
        "received": "received",
        "done": "completed_received",
    }.get(state)


MEMBERSHIP_ENDED = frozenset({"member expired", "member deleted"})
"""Statuses of an offer (§10.2) that tell that its seller is no member any more."""
