"""Signatures of the platform (API document §2). Pure functions, upper-case hex."""

import hashlib
import hmac

from .errors import BadInput

#: parameter that carries the signature of the real gateway, never signed itself
SIGNATURE_FIELD = "_aop_signature"

_TOP_DIGESTS = {"hmac": hashlib.md5, "hmac-sha256": hashlib.sha256}


def sign_param2(url_path, params, secret):
    """Sign a call to the 1688 gateway (§2.1): HMAC-SHA1 over path and parameters.

    What is sorted are the joined ``name + value`` strings, in byte order, and not
    the names: the two differ when one name is the beginning of another.

    :param str url_path: from the protocol on (``param2/1/…``), no leading slash
    :param dict params: every field as sent, before URL encoding, without files
    :param str secret: the app secret
    """
    pairs = sorted(
        f"{name}{value}".encode() for name, value in params.items() if name != SIGNATURE_FIELD
    )
    message = url_path.encode() + b"".join(pairs)
    return hmac.new(secret.encode(), message, hashlib.sha1).hexdigest().upper()


def sign_push(message, secret):
    """Sign a pushed message (§14.1): the same rule, empty path, one field ``message``."""
    return sign_param2("", {"message": message}, secret)


def verify_push(message, signature, secret):
    """Whether `signature` is that of `message`; constant time, false without a secret."""
    if not secret or not signature:
        return False
    expected = sign_push(message, secret)
    return hmac.compare_digest(expected.encode(), signature.strip().upper().encode())


def sign_top(params, secret, method="hmac"):
    """Sign for the TOP gateway (§2.5), a relative that is not the 1688 gateway.

    Sorted by name; parameters with an empty name or value, and ``sign``, are left out.

    :param str method: ``md5``, ``hmac`` (HMAC-MD5) or ``hmac-sha256``
    """
    joined = "".join(
        f"{name}{params[name]}"
        for name in sorted(params)
        if name and name != "sign" and params[name] not in (None, "")
    ).encode()
    key = secret.encode()
    if method == "md5":
        # prescribed by that gateway
        return hashlib.md5(key + joined + key).hexdigest().upper()  # noqa: S324
    if method not in _TOP_DIGESTS:
        raise BadInput(f"unknown signature method {method!r}")
    return hmac.new(key, joined, _TOP_DIGESTS[method]).hexdigest().upper()
