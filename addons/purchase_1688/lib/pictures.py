"""Fetch pictures of goods: only from the marketplace's picture hosts, bounded in size and time."""

import time
from urllib.parse import urlsplit

from .errors import GatewayError
from .gather import Job, Pool
from .transport import HttpRequest, Transport

PICTURE_DOMAINS = ("alicdn.com", "1688.com", "alibaba.com")
MAX_BYTES = 6 * 1024 * 1024
MAX_AT_ONCE = 60

_transport = Transport(pool_size=4, max_bytes=MAX_BYTES)
_pool = Pool(size=4, stuck_cap=4)


def is_allowed(url, extra_hosts=()):
    """Whether pictures may be fetched from `url`; `extra_hosts` are further hosts (with their port)."""
    try:
        parts = urlsplit(url)
        host, netloc = (parts.hostname or "").rstrip("."), parts.netloc
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or "@" in netloc:
        return False
    if netloc in extra_hosts:
        return True
    return parts.port in (None, 80, 443) and any(
        host == domain or host.endswith("." + domain) for domain in PICTURE_DOMAINS
    )


def fetch(urls, extra_hosts, timeout, transport=None):
    """{url: bytes} of what arrived within `timeout` seconds; what must not or could not be fetched is b""."""
    transport = transport or _transport
    allowed = [url for url in urls if is_allowed(url, extra_hosts)][:MAX_AT_ONCE]
    found = {url: b"" for url in urls if not is_allowed(url, extra_hosts)}
    jobs = [Job(urlsplit(url).netloc, _Fetch(transport, url)) for url in allowed]
    for url, answer in zip(allowed, _pool.gather(jobs, timeout), strict=True):
        if answer.outcome == "answered":
            found[url] = answer.value
    return found


class _Fetch:
    def __init__(self, transport, url):
        self._transport = transport
        self._url = url

    def __call__(self, deadline):
        try:
            response = self._transport.send(HttpRequest(self._url, method="GET"), min(deadline, time.monotonic() + 10))
        except GatewayError as error:
            if error.code in ("too_big", "redirect", "encoding"):
                return b""  # it will not get better
            raise
        return response.body if response.status == 200 else b""
