"""How long something takes at present, on this machine and under this load."""

import time
from dataclasses import dataclass

#: seconds within which pieces of work get into each other's way
TOGETHER = 0.2
#: seconds after which a piece that nobody told of any more is forgotten
FORGOTTEN = 60.0


@dataclass(eq=False)
class Piece:
    """A piece of work that is due at `due` (`time.monotonic()`), with so many others at about the same moment."""

    due: float
    crowd: int = 1


class Pace:
    """Seconds to set aside for work of which many may want a piece at the same moment: one is done after the other.

    What one of a crowd took is known from those before. A peak counts at once and is forgotten little by little, so
    that a busy moment does not shorten quiet ones for long.

    :param float least: seconds that are set aside for each piece in any case
    """

    _KEPT = 0.8

    def __init__(self, least):
        self._least = self._one = least
        self._pieces = set()

    def announce(self, due):
        """A `Piece` that is due at `due`."""
        old = [piece for piece in tuple(self._pieces) if piece.due < time.monotonic() - FORGOTTEN]
        self._pieces.difference_update(old)
        piece = Piece(due)
        self._pieces.add(piece)
        self._count(piece)
        return piece

    def seconds(self, piece):
        """What to set aside for it, as far as is known now."""
        self._count(piece)
        return piece.crowd * self._one

    def note(self, piece, seconds):
        """It took so long, the waiting for others included."""
        self._count(piece)
        self._pieces.discard(piece)
        self._one = max(seconds / piece.crowd, self._KEPT * self._one, self._least)

    def _count(self, piece):
        near = sum(abs(other.due - piece.due) < TOGETHER for other in tuple(self._pieces))
        piece.crowd = max(piece.crowd, near)
