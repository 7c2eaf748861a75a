"""What can go wrong between us and the gateway.

Two questions decide the class: *was it sent?* and *may it be repeated?*
Messages are English or the platform's own text; the ORM side turns codes into
translated sentences.
"""


class BadInput(ValueError):
    """Our own arguments are wrong. Nothing was sent, repeating is pointless."""


class ForgedMessage(BadInput):
    """A pushed message whose signature does not hold (or cannot be checked)."""


class GatewayError(Exception):
    """A call that did not give an answer that can be used.

    :ivar code: short code; the platform's own (``500_004``, ``gw.ParamMissing``)
        or one of ours in plain words (``deadline``, ``connect``, ``too_big`` …)
    :ivar message: text of the platform, or an English one of ours
    :ivar sent: True, False, or None when nobody can know
    :ivar repeatable: True when the very same call may be made again by the machine
    :ivar raw: the text of the answer, as far as there was one
    :ivar retry_after: seconds until repeating it has a chance, 0 where nobody knows
    """

    sent = None
    repeatable = False

    def __init__(self, message="", *, code="", raw="", http_status=0, retry_after=0.0):
        super().__init__(message or code)
        self.message = message
        self.code = code
        self.raw = raw
        self.http_status = http_status
        self.retry_after = retry_after

    def __str__(self):
        return f"{self.code}: {self.message}" if self.code else self.message

    def __reduce__(self):
        state = {key: getattr(self, key) for key in ("message", "code", "raw", "http_status", "retry_after")}
        return _rebuild, (type(self), state)


def _rebuild(cls, state):
    """Rebuild an error that was pickled: its attributes are keyword-only."""
    return cls(state.pop("message"), **state)


class NotSent(GatewayError):
    """No byte of the request left this machine (DNS, connect, TLS, pool)."""

    sent = False
    repeatable = True


class OutcomeUnknown(GatewayError):
    """The request may have reached the gateway. Never repeat it blindly."""


class BadAnswer(OutcomeUnknown):
    """There was an answer, but it is unreadable, huge, cut, or not what was asked for."""


class Refused(GatewayError):
    """The gateway or the platform said no, and did nothing."""

    sent = True


class RateLimited(Refused):
    """Too many calls: refused before it was looked at; may be repeated later."""

    repeatable = True


class NotAuthorised(Refused):
    """The access token is missing, bad or expired: refresh once, repeat once."""
