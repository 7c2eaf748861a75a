"""Fetch pictures of goods: only from the marketplace's picture hosts, bounded in size and time.

An address comes from a listing, so it is hostile. It must be plain text that every reader of
addresses reads alike, name one of the marketplace's hosts, and lead to the public internet after
the name was resolved; nothing is followed. A sandbox's own host is as trusted as its gateway.
"""

import re
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from urllib.parse import urlsplit

from .errors import GatewayError
from .gather import Job, Pool
from .transport import HttpRequest, Transport

PICTURE_DOMAINS = ("alicdn.com", "1688.com", "alibaba.com")
MAX_BYTES = 6 * 1024 * 1024
MAX_AT_ONCE = 60
MAX_URL = 2000

# Blanks, control characters, backslashes and non-ASCII letters: two readers may find two hosts in them.
_PLAIN = re.compile(r"[!-\[\]-~]+")
_HOST = re.compile(r"[a-z0-9.-]+", re.IGNORECASE)

_transport = Transport(pool_size=4, max_bytes=MAX_BYTES)
_pool = Pool(size=4, stuck_cap=4)


def is_allowed(url, extra_hosts=()):
    """Whether pictures may be fetched from `url`; `extra_hosts` are further hosts (with their port)."""
    if not isinstance(url, str) or len(url) > MAX_URL or not _PLAIN.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return False
    return parts.netloc in extra_hosts or (port in (None, 80, 443) and _is_market(parts.hostname or ""))


def _is_market(host):
    host = host.removesuffix(".")
    return bool(_HOST.fullmatch(host)) and any(
        host == domain or host.endswith("." + domain) for domain in PICTURE_DOMAINS
    )


@dataclass(frozen=True)
class Fetched:
    """What one round of fetching brought.

    :ivar found: {url: bytes} of what arrived; what must not or could not be fetched is b""
    :ivar refused: how many addresses were not asked at all, since they must not be
    :ivar asked: how many were asked
    :ivar started_at: aware moment
    :ivar seconds: how long it took
    """

    found: dict
    refused: int
    asked: int
    started_at: datetime
    seconds: float

    @property
    def size(self):
        """Bytes that arrived."""
        return sum(map(len, self.found.values()))


def fetch(urls, extra_hosts, timeout, transport=None):
    """Ask for pictures, side by side, for at most `timeout` seconds in all.

    :rtype: Fetched
    """
    started_at, begin = datetime.now(timezone.utc), time.monotonic()
    transport = transport or _transport
    allowed = [url for url in urls if is_allowed(url, extra_hosts)][:MAX_AT_ONCE]
    found = {url: b"" for url in urls if not is_allowed(url, extra_hosts)}
    refused = len(found)
    jobs = [Job(urlsplit(url).netloc, _Fetch(transport, url)) for url in allowed]
    for url, answer in zip(allowed, _pool.gather(jobs, timeout), strict=True):
        if answer.outcome == "answered":
            found[url] = answer.value
    return Fetched(found, refused, len(allowed), started_at, time.monotonic() - begin)


class _Fetch:
    def __init__(self, transport, url):
        self._transport = transport
        self._url = url

    def __call__(self, deadline):
        try:
            request = HttpRequest(self._url, method="GET", public=_is_market(urlsplit(self._url).hostname))
            response = self._transport.send(request, min(deadline, time.monotonic() + 10))
        except GatewayError as error:
            if error.code in ("too_big", "redirect", "encoding"):
                return b""  # it will not get better
            raise
        return response.body if response.status == 200 else b""
