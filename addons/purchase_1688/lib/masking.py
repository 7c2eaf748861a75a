"""Hide secrets and persons before anything is written down.

By the name of the key, by the shape of the value (an unknown key may carry a token), and by
the known secrets themselves, wherever they stand.
"""

import json
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
#: below these keys, ``name`` is a person
_PERSON_OBJECTS = {"buyercontact", "sellercontact", "receiver", "sender"}
_PICTURE_KEYS = {"imagebase64", "imagedata"}
_SHAPES = (
    re.compile(r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]*"),
    re.compile(r"(?<![\w-])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![\w-])", re.IGNORECASE),
    re.compile(r"(?<![\d.])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![\d.])"),
    re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+"),
    # long, mixed case and digits: a token; spec ids (lower-case hex) are none
    re.compile(r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[A-Za-z0-9_-]{32,}(?![\w-])"),
    re.compile(r"(?<![0-9A-Z])(?=[0-9A-F]*[A-F])[0-9A-F]{40}(?![0-9A-Z])"),
)
#: no shape and no pair is shorter, except an address with its ``@``
_SHORTEST = 11
_TEXT_PAIR = re.compile(
    r"""((?:access_token|refresh_token|client_secret|app_secret|_aop_signature)["']?\s*[=:]\s*["']?)[^"'&\s,}]+""",
    re.IGNORECASE,
)


class Masker:
    """Masks values; `secrets` are texts that never appear whatever they are called."""

    def __init__(self, secrets=()):
        self._secrets = tuple(
            sorted({text for text in secrets if text and len(text) >= 4}, key=len, reverse=True)
        )
        self._names = {}

    def text(self, text):
        """Text with everything hidden that looks like a secret or a person's number."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        if len(text) < _SHORTEST and "@" not in text:
            return text
        text = _TEXT_PAIR.sub(r"\1" + MASK, text)
        for shape in _SHAPES:
            text = shape.sub(MASK, text)
        if len(text) > _VALUE_CHARS:
            return f"{text[:_VALUE_CHARS]}…({len(text)} characters)"
        return text

    def value(self, value, key="", person=False, depth=0):
        """A masked copy of a JSON value; `key` is what it is called."""
        if depth > _DEPTH:
            return MASK
        lowered = key.lower()
        if value in (None, "") or isinstance(value, bool):
            return value
        if isinstance(value, dict):
            person = person or lowered in _PERSON_OBJECTS
            return {
                self._name(str(name)): self.value(item, str(name), person, depth + 1)
                for name, item in value.items()
            }
        if isinstance(value, (list, tuple)):
            return [self.value(item, key, person, depth + 1) for item in value]
        return self._scalar(value, lowered, person, depth)

    def _name(self, name):
        """A masked key; an answer has few different ones."""
        if name not in self._names:
            self._names[name] = self.text(name)
        return self._names[name]

    def _scalar(self, value, key, person, depth):
        if _is_secret_key(key):
            return MASK
        if key in _PICTURE_KEYS:
            return f"({len(str(value))} characters)"
        if isinstance(value, str) and value[:1] in "{[" and (inner := _json(value)) is not None:
            return _dump(self.value(inner, key, person, depth + 1))
        if key in _PERSON_KEYS or (person and key == "name"):
            return MASK
        if isinstance(value, str):
            return self.text(value)
        shown = self.text(str(value))
        return value if shown == str(value) else shown

    def json(self, text):
        """Text of an answer: masked by key where it is JSON, else by shape."""
        inner = _json(text)
        return self.text(text) if inner is None else _dump(self.value(inner))


@lru_cache(maxsize=4096)
def _is_secret_key(key):
    return bool(_SECRET_KEY.search(key))


def _json(text):
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, (dict, list)) else None


def _dump(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


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
