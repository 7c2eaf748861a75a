"""Read 1688 offer ids out of whatever people paste: addresses, bare ids, chat text, columns of a sheet.

Nothing is fetched. A line that cannot be read is reported with a code; the caller has the sentence.
"""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

MARKET_DOMAINS = ("1688.com",)
MAX_LINES = 2000
MAX_LINE = 4000

_ADDRESS = re.compile(
    r"(?:https?:)?//[^\s<>\"'，。；）】|]+|\b[\w.-]+\.1688\.com/[^\s<>\"'，。；）】|]*",
    re.IGNORECASE | re.ASCII,
)
_IN_PATH = re.compile(r"/(?:offer|pic|offerdetail|product)/(?:[^/]*-)?(\d{6,19})(?:\.html?)?(?:/|$)", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w.-])(\d{9,16})(?![\w-]|\.\d)", re.ASCII)
_OFFER_KEYS = ("offerId", "offerid", "offer_id", "productId", "id", "object_id")
_SKU_KEYS = ("skuId", "skuid", "sku_id")
_ID = re.compile(r"\d{6,19}", re.ASCII)
_MAX_NESTING = 3


@dataclass(frozen=True)
class OfferLink:
    """One offer somebody pointed at; `sku_id` is set where the address names one SKU."""

    offer_id: str
    sku_id: str = ""
    line: int = 1


@dataclass(frozen=True)
class Problem:
    """One line without an offer. Codes: not_1688, short_link, shop_page, search_page, no_offer, nothing, too_many."""

    line: int
    text: str
    code: str


@dataclass(frozen=True)
class Parsed:
    links: tuple[OfferLink, ...]
    problems: tuple[Problem, ...]


def parse(text, extra_hosts=()):
    """Read a pasted text line by line. `extra_hosts` are host names (with port) that also carry offers."""
    links, problems, seen = [], [], set()
    lines = (text or "").splitlines()
    for number, raw in enumerate(lines[:MAX_LINES], start=1):
        line = unicodedata.normalize("NFKC", raw[:MAX_LINE]).strip()
        if not line:
            continue
        found, code = _parse_line(line, number, extra_hosts)
        for link in found:
            if link.offer_id not in seen:
                seen.add(link.offer_id)
                links.append(link)
        if not found:
            problems.append(Problem(number, line[:200], code))
    if len(lines) > MAX_LINES:
        problems.append(Problem(MAX_LINES + 1, "", "too_many"))
    return Parsed(tuple(links), tuple(problems))


def offer_url(offer_id):
    """The public page of an offer."""
    return f"https://detail.1688.com/offer/{offer_id}.html"


def _parse_line(line, number, extra_hosts):
    addresses = _ADDRESS.findall(line)
    codes = []
    links = []
    for address in addresses:
        offer_id, sku_id, code = _read_address(address, extra_hosts)
        if offer_id:
            links.append(OfferLink(offer_id, sku_id, number))
        else:
            codes.append(code)
    if not addresses:
        links = [OfferLink(offer_id, "", number) for offer_id in _BARE.findall(line)]
        codes.append("nothing")
    return links, next(iter(codes), "")


def _read_address(address, extra_hosts, depth=0):
    if "//" not in address[:9]:
        address = "//" + address
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".")
        netloc = f"{host}:{parts.port}" if parts.port else host
    except ValueError:
        return "", "", "not_1688"
    market = any(host == domain or host.endswith("." + domain) for domain in MARKET_DOMAINS)
    if not market and netloc not in extra_hosts:
        return "", "", "not_1688"
    query = parse_qs(parts.query)
    sku_id = _first_id(query, _SKU_KEYS)
    in_path = _IN_PATH.search(parts.path)
    offer_id = in_path.group(1) if in_path else _first_id(query, _OFFER_KEYS)
    if offer_id:
        return offer_id, sku_id, ""
    if depth < _MAX_NESTING:
        for value in (value for values in query.values() for value in values):
            if "//" in unquote(value):
                offer_id, sku_id, _code = _read_address(unquote(value), extra_hosts, depth + 1)
                if offer_id:
                    return offer_id, sku_id, ""
    return "", "", _classify(host, parts.path)


def _first_id(query, keys):
    for key in keys:
        for value in query.get(key, ()):
            if _ID.fullmatch(value):
                return value
    return ""


def _classify(host, path):
    if host.startswith("qr."):
        return "short_link"
    if host.startswith("s.") or "selloffer" in path or "offer_search" in path:
        return "search_page"
    if host.startswith(("shop", "winport")) or "winport" in path or "offerlist" in path:
        return "shop_page"
    return "no_offer"
