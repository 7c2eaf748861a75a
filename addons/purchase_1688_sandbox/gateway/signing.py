"""The platform's side of the signature. Written on its own, not shared with any client."""

import hashlib
import hmac
import re

HEX40 = re.compile(r"[0-9A-Fa-f]{40}")


def signature(secret, url_path, fields):
    """HMAC-SHA1 over path and sorted name+value strings (sorted as joined strings, in byte order);
    upper-case hex.
    """
    joined = sorted(
        (name + value).encode() for name, value in fields.items() if name != "_aop_signature"
    )
    message = url_path.encode() + b"".join(joined)
    return hmac.new(secret.encode(), message, hashlib.sha1).hexdigest().upper()


def is_readable(text):
    return bool(HEX40.fullmatch(text or ""))


def matches(secret, url_path, fields):
    given = fields.get("_aop_signature", "")
    return hmac.compare_digest(given.encode(), signature(secret, url_path, fields).encode())


def sign_message(secret, message):
    """Signature of a push: the ordinary rule with an empty path and the one field ``message``."""
    return signature(secret, "", {"message": message})
