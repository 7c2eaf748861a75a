"""The key outside the database: encrypts secrets, and ties an account to its database.

The key comes from the environment variable ``PURCHASE_1688_KEY`` (one key, or several
separated by commas, the newest first; ``Fernet.generate_key()`` makes one), else from a
file in Odoo's data directory that is made at first use and readable by its owner only.
"""

import hashlib
import hmac
import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from odoo.tools import config

KEY_VARIABLE = "PURCHASE_1688_KEY"
#: how many keys a key file holds: the present one and the one before
KEPT_KEYS = 2


class KeyringError(Exception):
    """The key is missing, unreadable or not the one that encrypted this."""


def key_file():
    """Where the key lives when the environment names none."""
    return Path(config["data_dir"]) / "purchase_1688" / "keys"


def is_from_environment():
    return bool(os.environ.get(KEY_VARIABLE))


def _read_keys():
    """All keys, newest first; makes the first one where there is none."""
    text = os.environ.get(KEY_VARIABLE)
    if text:
        return [key.strip().encode() for key in text.split(",") if key.strip()]
    path = key_file()
    try:
        return path.read_bytes().split()
    except FileNotFoundError:
        _write_keys([Fernet.generate_key()], replace=False)
        return path.read_bytes().split()


def _write_keys(keys, replace):
    """Write the key file in one piece; without `replace` a file that is there wins."""
    path = key_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)  # made readable by its owner only
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(b"\n".join(keys) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        if replace:
            os.replace(name, path)
        else:
            os.link(name, path)
    except FileExistsError:
        return  # another process was first: its key counts
    finally:
        Path(name).unlink(missing_ok=True)


def _keys():
    try:
        keys = _read_keys()
        MultiFernet([Fernet(key) for key in keys])
    except (OSError, ValueError) as error:
        raise KeyringError(str(error)) from error
    return keys


def _fernet():
    return MultiFernet([Fernet(key) for key in _keys()])


def encrypt(text):
    return _fernet().encrypt(text.encode()).decode()


def decrypt(cipher):
    try:
        return _fernet().decrypt(cipher.encode()).decode()
    except InvalidToken as error:
        raise KeyringError("The key does not fit what is stored.") from error


def rotate(cipher):
    """The same secret under the newest key."""
    try:
        return _fernet().rotate(cipher.encode()).decode()
    except InvalidToken as error:
        raise KeyringError("The key does not fit what is stored.") from error


def add_key():
    """Make a new key in the key file; the one before stays readable.

    With keys from the environment the administrator adds the new one there instead.
    """
    if not is_from_environment():
        _write_keys([Fernet.generate_key(), *_keys()][:KEPT_KEYS], replace=True)


def bind(identity):
    """Tie `identity` (text that names a database and account) to the newest key."""
    return _digest(_keys()[0], identity)


def is_bound(binding, identity):
    """Whether `binding` was made for `identity` with a key that this machine has."""
    return any(hmac.compare_digest(_digest(key, identity), binding or "") for key in _keys())


def _digest(key, identity):
    return hmac.new(key, identity.encode(), hashlib.sha256).hexdigest()
