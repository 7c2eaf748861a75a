"""HTTP: the only file that talks to the network.

The pools of urllib3, which is what `requests` sends with: what `requests` puts on top guesses, remembers
or follows, would be switched off here, and took a third of the time of a call. No redirects, no proxies
or credentials from the environment, no cookies, no retries, TLS verified.
Connections stay warm between calls and are thrown away after a fork.
"""

import http.client
import os
import ssl
import threading
import time
import zlib
from dataclasses import dataclass, field

import urllib3
from requests import certs
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from .deadline import CURRENT, Exchange, GuardedSocket, Resolver, TooBig, open_socket
from .errors import BadAnswer, BadInput, NotSent, OutcomeUnknown

#: most bytes of an answer, after decompression
MAX_BYTES = 3 * 1024 * 1024
#: most bytes of status line, headers, chunk marks and trailers
_HEAD_BYTES = 256 * 1024
_CHUNK = 64 * 1024
#: an idle connection older than this is not trusted with a request: the other side may
#: be closing it, and a request that is lost that way counts as *outcome unknown*
_IDLE_SECONDS = 15
_HEADERS = {"User-Agent": "purchase_1688", "Accept-Encoding": "gzip"}
#: whoever called knows whether the request may be repeated
_NO_RETRY = urllib3.Retry(False)


@dataclass(frozen=True)
class HttpRequest:
    """One POST (or GET) with its body as bytes.

    `public`: only to an address of the public internet, looked at after the name was resolved.
    """

    url: str
    body: bytes = field(default=b"", repr=False)
    headers: dict = field(default_factory=dict, repr=False)
    method: str = "POST"
    public: bool = False


@dataclass(frozen=True)
class HttpResponse:
    """Status and decompressed body, whatever the status is (but never a redirect)."""

    status: int
    body: bytes = field(repr=False)


class _Guarded:
    """What plain and TLS connections share: our sockets, one write per request, no trust in old ones."""

    _used_at = 0.0
    _held = None

    def connect(self):
        self.sock = GuardedSocket(self._open())
        self._used_at = time.monotonic()

    def _open(self):
        return open_socket(self._dns_host, self.port, self.socket_options or ())

    def request(self, *args, **kwargs):  # pylint: disable=missing-return
        now = time.monotonic()
        if self.sock is not None and now - self._used_at > _IDLE_SECONDS:
            self.close()
        self._used_at = now
        self._held = []
        try:
            super().request(*args, **kwargs)
            parts = self._held
        finally:
            self._held = None
        self.send(b"".join(parts))

    def send(self, data):  # pylint: disable=missing-return
        """Hold the head back for the body: two writes are two packets, and two turns of waiting for the GIL."""
        if self._held is None:
            super().send(data)
        else:
            self._held.append(data)


class _Connection(_Guarded, HTTPConnection):
    """Plain: for a gateway on this machine."""


class _SecureConnection(_Guarded, HTTPSConnection):
    """TLS by the standard library alone: the versions of urllib3 differ in what they check."""

    def _open(self):
        sock = super()._open()
        CURRENT.get().phase = "tls"
        try:
            wrapped = self.ssl_context.wrap_socket(sock, server_hostname=self._dns_host)
        except BaseException:
            sock.close()
            raise
        self.is_verified = True
        return wrapped


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Pools(urllib3.PoolManager):
    """Pools of our connections; certificates are loaded once, not per connection."""

    def __init__(self, pool_size, authorities):
        context = ssl.create_default_context(
            **{"capath" if os.path.isdir(authorities) else "cafile": authorities}
        )
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        super().__init__(num_pools=8, maxsize=pool_size, ssl_context=context)
        self.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


class _Body:
    """Collects a body, decompressed, up to a limit: a bomb is never unpacked."""

    def __init__(self, encoding, limit):
        if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise BadAnswer(f"unknown content encoding {encoding[:40]!r}", code="encoding")
        self._inflate = None if encoding in ("", "identity") else zlib.decompressobj(47)
        self._limit = limit
        self.data = bytearray()

    def add(self, chunk):
        if self._inflate:
            chunk = self._inflate.decompress(chunk, self._limit - len(self.data) + 1)
        self.data += chunk
        if len(self.data) > self._limit:
            raise TooBig("the answer is too big")

    def end(self):
        if self._inflate and not self._inflate.eof:
            raise BadAnswer("the compressed answer is cut", code="cut")
        return bytes(self.data)


class Transport:
    """Sends requests over a pool of warm connections. Thread-safe; made once per process.

    :param int pool_size: connections kept warm per host
    :param verify: True for the usual authorities, or the path of a bundle of others;
        certificates are always verified
    :param int max_bytes: most bytes of an answer after decompression
    """

    def __init__(self, pool_size=32, verify=True, max_bytes=MAX_BYTES):
        if not verify:
            raise BadInput("certificates are always verified")
        self._pool_size = pool_size
        self._authorities = certs.where() if verify is True else str(verify)
        self._max_bytes = max_bytes
        self._start()

    def _start(self):
        self._lock = threading.Lock()
        self._resolver = Resolver()
        self._open_pools = None
        self._pid = os.getpid()

    @property
    def _pools(self):
        if self._pid != os.getpid():
            # sockets shared with the parent would mix two conversations
            self._start()
        with self._lock:
            if self._open_pools is None:
                self._open_pools = _Pools(self._pool_size, self._authorities)
            return self._open_pools

    def close(self):
        """Close the idle connections; the transport can be used again."""
        with self._lock:
            pools, self._open_pools = self._open_pools, None
        if pools:
            pools.clear()

    def send(self, request, deadline):
        """Send and read the whole answer before `deadline` (of `time.monotonic`).

        :raise NotSent: no byte of the request left
        :raise OutcomeUnknown: the request may have arrived; `BadAnswer` if the answer is
            to blame (too big, redirect, cut)
        """
        target = _target(request)
        pool = self._pools.connection_from_host(target.host, target.port, target.scheme)
        exchange = Exchange(deadline, self._max_bytes + _HEAD_BYTES, self._resolver, request.public)
        token = CURRENT.set(exchange)
        try:
            exchange.remaining()
            with pool.urlopen(
                request.method,
                target.request_uri,
                body=request.body or None,
                headers=_HEADERS | request.headers,
                retries=_NO_RETRY,
                redirect=False,
                assert_same_host=False,
                preload_content=False,
                decode_content=False,
            ) as response:
                return self._read(response)
        except (
            urllib3.exceptions.HTTPError,
            http.client.HTTPException,
            OSError,
            ValueError,
            zlib.error,
        ) as error:
            raise _failure(error, exchange) from error
        finally:
            CURRENT.reset(token)

    def _read(self, response):
        if 300 <= response.status < 400:
            raise BadAnswer("redirects are not followed", code="redirect")
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        body = _Body(encoding, self._max_bytes)
        while chunk := response.read(_CHUNK):
            body.add(chunk)
        if response.length_remaining:
            raise BadAnswer("the answer is cut", code="cut")
        data = body.end()
        response.release_conn()
        return HttpResponse(response.status, data)


def _target(request):
    """The address of a request, taken apart (`urllib3.util.Url`); `BadInput` if it or a header cannot be used."""
    try:
        target = urllib3.util.parse_url(request.url)
    except (urllib3.exceptions.LocationParseError, ValueError) as error:
        raise BadInput(f"the address cannot be used: {error}") from error
    if target.scheme not in ("http", "https") or not target.host or target.auth is not None:
        raise BadInput("the address must be http(s)://host/…, without user and password")
    if any(mark in text for text in request.headers.values() for mark in "\r\n"):
        raise BadInput("a header must be one line")
    return target


def _failure(error, exchange):
    """The error that answers *sent?* for what `urllib3` and sockets raise."""
    late = exchange.late
    code = "deadline" if late else exchange.phase
    text = f"{code}: {type(error).__name__}"
    if not exchange.sent:
        return NotSent(text, code=code)
    if late:
        return OutcomeUnknown(text, code=code)
    if _caused_by(error, TooBig):
        return BadAnswer("the answer is too big", code="too_big")
    if _caused_by(error, http.client.IncompleteRead) or isinstance(error, zlib.error):
        return BadAnswer("the answer is cut", code="cut")
    return OutcomeUnknown(text, code=code)


def _caused_by(error, kind):
    """Whether `kind` is among the errors that others were wrapped around."""
    todo, seen = [error], 0
    while todo and seen < 20:
        one, seen = todo.pop(), seen + 1
        if isinstance(one, kind):
            return True
        todo += [cause for cause in (*one.args, one.__context__) if isinstance(cause, Exception)]
    return False
