"""The client: signs, sends, decodes, and keeps a masked record of each call.

It repeats nothing by itself: whoever called knows whether the call may be repeated, and
the error says what happened.
"""

import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from urllib.parse import urlsplit

from .call import Call
from .decode import decode
from .endpoints import build
from .errors import BadAnswer, GatewayError, NotSent, Refused
from .masking import Masker
from .transport import HttpRequest
from .wire import request_parts

__all__ = ["Call", "CallRecord", "Client", "Reply", "build", "decode", "lost_record", "picture_record"]

#: seconds for one call, everything included: reads, and calls that change something
READ_TIMEOUT = 10.0
EFFECT_TIMEOUT = 30.0
_ANSWER_CHARS = 8000


@dataclass(frozen=True)
class Reply:
    """The answer to a call as it came: store it, then `decode` it (again and again)."""

    text: str = field(repr=False)
    http_status: int


@dataclass(frozen=True)
class CallRecord:
    """One line for the audit trail; parameters and answer are masked, the answer is cut.

    `outcome`: ``answered``, ``refused``, ``not_sent`` or ``unknown``. `bytes` is the size of
    the decompressed answer.
    """

    api: str
    name: str
    params: dict
    answer: str
    started_at: datetime
    duration_ms: int
    outcome: str
    http_status: int
    code: str
    message: str
    bytes: int

    def to_dict(self):
        """Plain data for storage as JSON, where the audit trail cannot take the line yet."""
        return {**asdict(self), "started_at": self.started_at.isoformat()}


def lost_record(call):
    """The line for a call whose process did not come back to write one."""
    return CallRecord(
        api=call.api,
        name=call.name,
        params=Masker().value(dict(call.params)),
        answer="",
        started_at=datetime.now(timezone.utc),
        duration_ms=0,
        outcome="unknown",
        http_status=0,
        code="lost",
        message="",
        bytes=0,
    )


def picture_record(fetched):
    """The line for one round of fetching pictures: hosts and numbers instead of each address.

    :param fetched: `pictures.Fetched`
    """
    hosts = Counter(urlsplit(url).hostname for url, data in fetched.found.items() if data)
    arrived = sum(hosts.values())
    return CallRecord(
        api="",
        name="pictures.fetch",
        params={"asked": fetched.asked, "refused": fetched.refused, "arrived": dict(hosts.most_common(20))},
        answer="",
        started_at=fetched.started_at,
        duration_ms=round(fetched.seconds * 1000),
        outcome="answered" if arrived or not fetched.asked else "unknown",
        http_status=0,
        code="" if arrived == fetched.asked else "incomplete",
        message="",
        bytes=fetched.size,
    )


class _SystemClock:
    """Wall-clock seconds, for time stamps; deadlines always use the monotonic clock."""

    time = staticmethod(time.time)


class Client:
    """Calls of one account. Thread-safe; cheap to make, the transport is what is kept.

    :param credentials: `Credentials`
    :param transport: something with ``send(HttpRequest, deadline) -> HttpResponse``
    :param clock: something with ``time()`` in seconds since 1970
    """

    def __init__(self, credentials, transport, clock=None):
        self._credentials = credentials
        self._transport = transport
        self._clock = clock or _SystemClock
        self._lock = threading.Lock()
        self._finished = []

    def call(self, call, timeout=None):
        """Send `call` and return its decoded value, or raise from the `GatewayError` tree.

        :param float timeout: seconds for all of it; by default 10, or 30 with an effect
        """
        value, error = self._exchange(call, timeout)[1:]
        if error:
            raise error
        return value

    def send(self, call, timeout=None):
        """Send `call` and return the `Reply` undecoded, for calls whose answer is stored first.

        :raise NotSent: surely not sent
        :raise OutcomeUnknown: no answer, or one that is not text at all
        """
        reply, _value, error = self._exchange(call, timeout)
        if reply is None:
            raise error
        return reply

    def take_calls(self):
        """The records of the calls since the last time, oldest first, masked now."""
        with self._lock:
            finished, self._finished = self._finished, []
        masker = Masker(self._secrets())
        return [entry.record(masker) for entry in finished]

    def _secrets(self):
        found = self._credentials
        return (found.app_secret, found.access_token, found.refresh_token)

    def _exchange(self, call, timeout):
        """Reply (None without one), value and error of one call; all of it recorded."""
        entry = _Finished(call, self._clock.time(), time.monotonic())
        if timeout is None:
            timeout = EFFECT_TIMEOUT if call.effect else READ_TIMEOUT
        reply = value = error = None
        try:
            reply = self._post(call, entry.begin + timeout)
            value = decode(call.name, reply.text, reply.http_status)
        except GatewayError as failure:
            error = failure
        entry.end(reply, error)
        with self._lock:
            self._finished.append(entry)
        return reply, value, error

    def _post(self, call, deadline):
        url, headers, body = request_parts(call, self._credentials, int(self._clock.time() * 1000))
        request = HttpRequest(url, body, headers)
        response = self._transport.send(request, deadline)
        try:
            return Reply(response.body.decode("utf-8"), response.status)
        except UnicodeDecodeError as error:
            raise BadAnswer(
                "the answer is not UTF-8", code="unreadable", http_status=response.status
            ) from error


class _Finished:
    """A call that is over, unmasked: masking costs time that a comparison does not have."""

    def __init__(self, call, started, begin):
        self._call = call
        self._started = started
        self.begin = begin
        self._seconds = 0.0
        self._reply = self._error = None

    def end(self, reply, error):
        self._seconds = time.monotonic() - self.begin
        self._reply, self._error = reply, error

    @property
    def _outcome(self):
        if self._error is None:
            return "answered"
        if isinstance(self._error, NotSent):
            return "not_sent"
        return "refused" if isinstance(self._error, Refused) else "unknown"

    def record(self, masker):
        reply, error, call = self._reply, self._error, self._call
        text = reply.text if reply else ""
        params = masker.value(dict(call.params))
        if not call.signed:
            params |= dict.fromkeys({"code"} & params.keys(), "***")
        params |= {name: f"({len(data)} bytes)" for name, data in call.files.items()}
        return CallRecord(
            api=call.api,
            name=call.name,
            params=params,
            answer=masker.json(text, _ANSWER_CHARS),
            started_at=datetime.fromtimestamp(self._started, tz=timezone.utc),
            duration_ms=round(self._seconds * 1000),
            outcome=self._outcome,
            http_status=reply.http_status if reply else getattr(error, "http_status", 0),
            code=error.code if error else "",
            message=masker.text(error.message) if error else "",
            bytes=len(text.encode("utf-8")),
        )
