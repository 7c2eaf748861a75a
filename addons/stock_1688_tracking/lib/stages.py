"""Where a parcel is: one vocabulary for the two of the platform and for what carriers write into
their scans.

The platform's query has no word for *out for delivery* or *sent back*; the scans do. What is not
in a table here is kept as received beside the stage and moves nothing.
"""

WAY = ("waiting", "accepted", "transit", "delivering", "signed")
"""The way of a parcel, first to last."""
ASIDE = ("problem", "returned", "cancelled")
"""Stages that are not on the way."""
STAGES = WAY + ASIDE
CLOSED = frozenset({"signed", "returned", "cancelled"})
"""Nothing more is expected from the carrier."""
ALARMING = frozenset({"problem", "returned"})
"""A person has to look."""

_OF_STATUS = {
    "WAITACCEPT": "waiting",
    "CONSIGN": "waiting",
    "ACCEPT": "accepted",
    "TRANSPORT": "transit",
    "DELIVERING": "delivering",
    "AGENT_SIGN": "signed",
    "SIGN": "signed",
    "UNSIGN": "problem",
    "NOGET": "problem",
    "FAILED": "problem",
    "CANCEL": "cancelled",
}
# Looked for in this order: a scan that tells of a refused delivery also speaks of delivering.
_OF_TEXT = (
    ("returned", ("退回", "退件", "退货", "returned to sender", "return to sender")),
    (
        "problem",
        (
            "拒收",
            "派送失败",
            "投递失败",
            "无法派送",
            "问题件",
            "疑难件",
            "异常",
            "delivery failed",
            "undeliverable",
            "refused",
        ),
    ),
    ("signed", ("已签收", "签收人", "代收", "signed for", "delivered")),
    ("delivering", ("派送", "派件", "正在投递", "out for delivery")),
    ("accepted", ("已揽收", "揽件", "已收件", "picked up", "collected by")),
    ("transit", ("到达", "离开", "发往", "运输", "转运", "arrived", "departed", "in transit")),
)
_REFINABLE = frozenset({"accepted", "transit"})


def of_status(status: str | None) -> str | None:
    """Return the stage for a status as received, None for a word that is not known."""
    return _OF_STATUS.get((status or "").strip().upper())


def of_text(text: str | None) -> str | None:
    """Return the stage that a scan tells of, None when it tells of none."""
    lowered = (text or "").lower()
    return next((stage for stage, words in _OF_TEXT if any(word in lowered for word in words)), None)


def current(status: str | None, text: str | None, before: str | None = None) -> str:
    """Return the stage of a parcel from its status and its newest scan.

    The status decides. Where it only says *under way*, the newest scan may say more; what only a
    scan says can never sign for a parcel, for people act on that. An unknown status keeps the
    stage ``before``.
    """
    stage = of_status(status)
    told = of_text(text)
    if stage is None:
        return before or (told if told in ("accepted", "transit", "delivering") else "waiting")
    if stage in _REFINABLE and told in ("delivering", "problem", "returned", "transit"):
        return told
    return stage


def normalise(number: str | None) -> str:
    """Return a waybill number as scanners and people agree on it: upper case, letters and digits
    only.
    """
    return "".join(char for char in (number or "").upper() if char.isascii() and char.isalnum())


def looks_like_waybill(code: str) -> bool:
    """Tell whether a scanned code that nobody knows may be a waybill: 8 to 32 letters and
    digits, most of them digits.
    """
    number = normalise(code)
    return 8 <= len(number) <= 32 and sum(char.isdigit() for char in number) * 2 >= len(number)
