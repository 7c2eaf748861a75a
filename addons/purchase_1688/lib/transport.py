"""HTTP: the only file that talks to the network.

`requests` with everything switched off that guesses, repeats or follows: no redirects, no
proxies or credentials from the environment, no cookies, no retries, TLS verified.
Connections stay warm between calls and are thrown away after a fork.
"""

import http.client
import os
import ssl
import threading
import time
import zlib
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
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
    """What plain and TLS connections share: our sockets, and no trust in old ones."""

    _used_at = 0.0

    def connect(self):
        self.sock = GuardedSocket(self._open())
        self._used_at = time.monotonic()

    def _open(self):
        return open_socket(self._dns_host, self.port, self.socket_options or ())

    def request(self, *args, **kwargs):
        now = time.monotonic()
        if self.sock is not None and now - self._used_at > _IDLE_SECONDS:
            self.close()
        self._used_at = now
        return super().request(*args, **kwargs)


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


class _Adapter(HTTPAdapter):
    """Pools of our connections; certificates are loaded once, not per connection."""

    def __init__(self, pool_size, authorities):
        self._context = ssl.create_default_context(
            **{"capath" if os.path.isdir(authorities) else "cafile": authorities}
        )
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        super().__init__(pool_connections=8, pool_maxsize=pool_size, max_retries=0)

    def init_poolmanager(self, *args, **kwargs):
        made = super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
        return made

    def cert_verify(self, conn, url, verify, cert):
        conn.cert_reqs = "CERT_REQUIRED"
        conn.ca_certs = None
        conn.ca_cert_dir = None


class _Session(requests.Session):
    def __init__(self, pool_size, authorities):
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = _Adapter(pool_size, authorities)
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def get_redirect_target(self, resp):
        """Never follow, and never read the body of a redirect to see where it leads."""
        return None


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
        self._authorities = requests.certs.where() if verify is True else str(verify)
        self._max_bytes = max_bytes
        self._start()

    def _start(self):
        self._lock = threading.Lock()
        self._resolver = Resolver()
        self._open_session = None
        self._pid = os.getpid()

    @property
    def _session(self):
        if self._pid != os.getpid():
            # sockets shared with the parent would mix two conversations
            self._start()
        with self._lock:
            if self._open_session is None:
                self._open_session = _Session(self._pool_size, self._authorities)
            return self._open_session

    def close(self):
        """Close the idle connections; the transport can be used again."""
        with self._lock:
            session, self._open_session = self._open_session, None
        if session:
            session.close()

    def send(self, request, deadline):
        """Send and read the whole answer before `deadline` (of `time.monotonic`).

        :raise NotSent: no byte of the request left
        :raise OutcomeUnknown: the request may have arrived; `BadAnswer` if the answer is
            to blame (too big, redirect, cut)
        """
        prepared = self._prepare(request)
        session = self._session
        exchange = Exchange(deadline, self._max_bytes + _HEAD_BYTES, self._resolver, request.public)
        token = CURRENT.set(exchange)
        try:
            exchange.remaining()
            response = session.send(
                prepared, stream=True, allow_redirects=False, verify=True, proxies={}, cert=None
            )
            with response:
                return self._read(response)
        except (
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            http.client.HTTPException,
            OSError,
            ValueError,
            zlib.error,
        ) as error:
            raise _failure(error, exchange) from error
        finally:
            CURRENT.reset(token)

    def _prepare(self, request):
        parts = urlsplit(request.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise BadInput("the address must be http(s)://host/…, without user and password")
        headers = {"User-Agent": "purchase_1688", "Accept-Encoding": "gzip", **request.headers}
        try:
            return requests.Request(
                request.method, request.url, headers=headers, data=request.body
            ).prepare()
        except (requests.RequestException, ValueError) as error:
            raise BadInput(f"the address cannot be used: {error}") from error

    def _read(self, response):
        if 300 <= response.status_code < 400:
            raise BadAnswer("redirects are not followed", code="redirect")
        raw = response.raw
        body = _Body(raw.headers.get("Content-Encoding", "").strip().lower(), self._max_bytes)
        while chunk := raw.read(_CHUNK, decode_content=False):
            body.add(chunk)
        if raw.length_remaining:
            raise BadAnswer("the answer is cut", code="cut")
        data = body.end()
        raw.release_conn()
        return HttpResponse(response.status_code, data)


def _failure(error, exchange):
    """The error that answers *sent?* for what `requests` and sockets raise."""
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
