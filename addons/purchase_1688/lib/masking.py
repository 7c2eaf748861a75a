"""Hide secrets and persons before anything is written down.

By the name of the key, by the shape of the value (an unknown key may carry a token), and by
the known secrets themselves, wherever they stand.
"""

import json
import math
import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

MASK = "***"
#: longest text of one value that is kept
_VALUE_CHARS = 2000
_DEPTH = 45

_SECRET_KEY = re.compile(
    r"token|secret|passw|signature|credential|session|cookie|api[-_]?key|authori[sz]ation|^sign$",
    re.IGNORECASE,
)
# what the name of a value says about it
_SECRET, _PICTURE, _PERSON, _CONTACT, _NAME = "secret", "picture", "person", "contact", "name"
_PERSON_KEYS = {
    name.lower()
    for name in (
        # receivers and senders
        "fullName", "mobile", "mobilePhone", "phone", "telephone", "fax", "email", "address",
        "street", "streetAddress", "addressInfo", "contactPerson", "contact", "name_of_person",
        "toFullName", "toMobile", "toPhone", "toArea", "toTownCode", "toPost", "fromContact",
        "fromMobile", "fromPhone", "fromAddress", "receiverName", "receiverMobile",
        "receiverPhone", "receiverAddress", "senderName", "senderMobile", "senderPhone",
        "senderAddress", "sellerRealName", "buyerRealName", "sellerMobile", "sellerPhone",
        "sellerReceiveAddress", "noLogisticsTel", "townText", "postCode", "zip", "zipCode", "post",
        # accounts of persons and companies
        "bankAndAccount", "taxpayerIdentifier", "taxpayerIdentify", "bankAccountId",
        "registerPhone", "registerAddress", "alipayTradeId",
    )
}  # fmt: skip
#: below a contact, ``name`` is a person
_KINDS = {
    **dict.fromkeys(_PERSON_KEYS, _PERSON),
    **dict.fromkeys(("buyercontact", "sellercontact", "receiver", "sender"), _CONTACT),
    **dict.fromkeys(("imagebase64", "imagedata"), _PICTURE),
    "name": _NAME,
}
_PAIR = re.compile(
    r"""((?:access_token|refresh_token|client_secret|app_secret|_aop_signature)["']?\s*[=:]\s*["']?)[^"'&\s,}]+""",
    re.IGNORECASE,
)
_JWT = re.compile(r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]*")
_UUID = re.compile(r"(?<![\w-])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![\w-])", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\d.])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![\d.])")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+")
#: long, mixed case and digits; spec ids (lower-case hex) are none
_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[A-Za-z0-9_-]{32,}(?![\w-])")
_DIGEST = re.compile(r"(?<![0-9A-Z])(?=[0-9A-F]*[A-F])[0-9A-F]{40}(?![0-9A-Z])")
# what is in each phone number, and in each UUID, token and digest: much quicker to look for
_DIGITS = re.compile(r"1[3-9]\d[- ]?\d{4}[- ]?\d{4}")
_WORD = re.compile(r"[A-Za-z0-9_-]{32}")
_WORD_CHARS = 32
#: no shape and no pair is shorter, except an address with its ``@``
_SHORTEST = 11
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Masker:
    """Masks values; `secrets` are texts that never appear whatever they are called."""

    def __init__(self, secrets=()):
        self._secrets = tuple(
            sorted({text for text in secrets if text and len(text) >= 4}, key=len, reverse=True)
        )
        self._shown = {}
        #: characters that are still wanted of what is being masked
        self._room = math.inf

    def text(self, text):
        """Text with everything hidden that looks like a secret or a person's number."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        if len(text) < _SHORTEST and "@" not in text:
            return text
        text = _shapeless(text)
        if len(text) > _VALUE_CHARS:
            return f"{text[:_VALUE_CHARS]}…({len(text)} characters)"
        return text

    def value(self, value, key="", person=False, depth=0):
        """A masked copy of a JSON value; `key` is what it is called."""
        if depth > _DEPTH:
            return MASK
        if isinstance(value, dict):
            return self._object(value, person or _kind(key) == _CONTACT, depth + 1)
        if isinstance(value, (list, tuple)):
            return self._list(value, key, person, depth + 1)
        if value is None or value == "" or isinstance(value, bool):
            return value
        return self._scalar(value, key, person, depth)

    def _object(self, value, person, depth):
        names = [self._once(str(name)) for name in value]
        if len(set(names)) < len(names):
            # the last of two names that look alike now puts its value where the first one stood
            self._room = math.inf
        found = {}
        for shown, (name, item) in zip(names, value.items(), strict=True):
            if self._room <= 0:
                break
            self._room -= len(shown) + 3  # two quotes and a colon
            found[shown] = self.value(item, str(name), person, depth)
        return found

    def _list(self, value, key, person, depth):
        found = []
        for item in value:
            if self._room <= 0:
                break
            found.append(self.value(item, key, person, depth))
        return found

    def _scalar(self, value, key, person, depth):
        kind = _kind(key)
        if kind == _SECRET:
            return MASK
        if kind == _PICTURE:
            return f"({len(str(value))} characters)"
        if isinstance(value, str) and value[0] in "{[" and (inner := _json(value)) is not None:
            return _dump(self.value(inner, key, person, depth + 1))
        if kind == _PERSON or (person and kind == _NAME):
            return MASK
        text = str(value)
        shown = self._once(text)
        self._room -= len(shown)
        return value if shown == text else shown

    def _once(self, text):
        """Masked text; answers say the same things again and again."""
        shown = self._shown.get(text)
        if shown is None:
            shown = self._shown[text] = self.text(text)
        return shown

    def json(self, text, limit=None):
        """Text of an answer: masked by key where it is JSON, else by shape.

        :param int limit: characters to keep; what comes behind them is not looked at
        """
        inner = _json(text)
        if inner is None:
            return self.text(text)[:limit]
        self._room = math.inf if limit is None else limit
        try:
            return _dump(self.value(inner))[:limit]
        finally:
            self._room = math.inf


def _shapeless(text):
    """`text` with its pairs and shapes masked, one kind after the other.

    No pattern is run over a text that lacks what all of its matches have: most texts lack all of it.
    """
    if "_" in text:
        text = _PAIR.sub(rf"\1{MASK}", text)
    if "eyJ" in text:
        text = _JWT.sub(MASK, text)
    if "-" in text:
        text = _UUID.sub(MASK, text)
    if _DIGITS.search(text):
        text = _PHONE.sub(MASK, text)
    if "@" in text:
        text = _EMAIL.sub(MASK, text)
    if len(text) >= _WORD_CHARS and _WORD.search(text):
        text = _DIGEST.sub(MASK, _TOKEN.sub(MASK, text))
    return text


@lru_cache(maxsize=4096)
def _kind(key):
    """What the name of a value says about it."""
    lowered = key.lower()
    if _SECRET_KEY.search(lowered):
        return _SECRET
    return _KINDS.get(lowered, "")


def _json(text):
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, (dict, list)) else None


def _dump(value):
    return _ENCODER.encode(value)


def mask(value, secrets=()):
    """A masked copy of parameters (dict, list) or of text, JSON text included."""
    masker = Masker(secrets)
    return masker.json(value) if isinstance(value, str) else masker.value(value)


def mask_url(url, secrets=()):
    """An address without user, password, and secrets in its query."""
    masker = Masker(secrets)
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        query = masker.value(dict(parse_qsl(parts.query, keep_blank_values=True)))
    except ValueError:
        return MASK
    hidden = {"code"} & query.keys()
    query |= dict.fromkeys(hidden, MASK)
    shown = urlencode(query, safe="*")
    return urlunsplit((parts.scheme, host, masker.text(parts.path), shown, ""))
