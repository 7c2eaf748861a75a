"""The hash chain of the audit trail. An edit, a gap and a cut tail all show.

Each row's hash covers the hash before it and the row's own text, so that nothing can
be changed without changing everything that follows; the head (number and hash of the
newest row, kept beside the chain) shows a cut tail, and anchors (the head as it was, kept
elsewhere) show one that was cut together with its head, or a chain that was made anew.
A chain may begin after rows that were purged: at their last number and hash.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timezone

from .client import CallRecord

#: separates the values of a row; taken out of the values, so that none can pose as two
SEPARATOR = "\x1f"
#: hash before the first row
GENESIS = "0" * 64


@dataclass(frozen=True)
class Finding:
    """The first thing that is wrong: `kind` is changed, missing, cut, head, anchor or begin."""

    sequence: int
    kind: str


def own_record(name, params):
    """Something that was done with the trail itself, as a line of it."""
    moment = datetime.now(timezone.utc)
    return CallRecord("", name, params, "", moment, 0, "answered", 0, "", "", 0)


def stored_record(data):
    """The line that `CallRecord.to_dict` made plain data of."""
    return CallRecord(**{**data, "started_at": datetime.fromisoformat(data["started_at"])})


def clean(value):
    """Text of a value without the characters that a row's text may not hold."""
    return None if value is None else str(value).replace(SEPARATOR, " ").replace("\x00", " ")


def row_text(values):
    """One row as one text: the values in their fixed order; None and "" are the same."""
    return SEPARATOR.join("" if value is None else str(value) for value in values)


def row_hash(previous, text):
    """Hash of a row (hex) from the hash before it and its text."""
    return hashlib.sha256(previous.encode() + text.encode()).hexdigest()


class Verifier:
    """Walks a chain, oldest first, and stops at the first thing that is wrong.

    :param int sequence: number of the last row that was purged, 0 if none was
    :param str begin: its hash
    :param dict anchors: {number: hash} as noted elsewhere
    """

    def __init__(self, sequence=0, begin=GENESIS, anchors=None):
        self.sequence, self.hash = sequence, begin
        self.finding = None
        self._anchors = {number: noted for number, noted in (anchors or {}).items() if number >= sequence}
        if self._anchors.get(sequence, begin) != begin:
            self.finding = Finding(sequence, "begin")

    def feed(self, rows):
        """Check the next rows: (number, hash, text).

        :return: False once something was found; feed no more then
        """
        if self.finding:
            return False
        sequence, previous = self.sequence, self.hash
        sha256, anchors = hashlib.sha256, self._anchors
        for number, stored, text in rows:
            if number != sequence + 1:
                self.finding = Finding(sequence + 1, "missing")
                return False
            if sha256(previous.encode() + text.encode()).hexdigest() != stored:
                self.finding = Finding(number, "changed")
                return False
            if number in anchors and anchors[number] != stored:
                self.finding = Finding(number, "anchor")
                return False
            sequence, previous = number, stored
        self.sequence, self.hash = sequence, previous
        return True

    def close(self, head_sequence, head_hash):
        """Hold the end of the chain against its head.

        :return: the first finding, or None: the chain is whole
        """
        if self.finding is None:
            if self.sequence < max(head_sequence, max(self._anchors, default=0)):
                self.finding = Finding(self.sequence + 1, "cut")
            elif self.sequence > head_sequence or self.hash != head_hash:
                self.finding = Finding(self.sequence, "head")
        return self.finding
