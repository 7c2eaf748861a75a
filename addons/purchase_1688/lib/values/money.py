"""Money between fen (the platform's integers) and yuan (ours, always `Decimal`)."""

from decimal import Decimal

from ..errors import BadInput

_CENT = Decimal("0.01")


def from_fen(fen):
    """Yuan, with two decimals, of an integer amount in fen."""
    if isinstance(fen, bool) or not isinstance(fen, int):
        raise BadInput(f"fen must be a whole number, not {fen!r}")
    return Decimal(fen).scaleb(-2).quantize(_CENT)


def to_fen(yuan):
    """Fen of an amount in yuan; refuses what has parts of a fen (nothing is rounded)."""
    if isinstance(yuan, (float, bool)):
        raise BadInput("money is Decimal, never float")
    amount = Decimal(yuan)
    if not amount.is_finite() or abs(amount.adjusted()) > 15:
        raise BadInput(f"not an amount: {amount}")
    fen = amount.scaleb(2)
    if fen != fen.to_integral_value():
        raise BadInput(f"{amount} yuan is not a whole number of fen")
    return int(fen)
