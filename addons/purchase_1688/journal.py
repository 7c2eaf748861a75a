"""What must outlive the database: lines in files beside the keys, in Odoo's data directory.

A database that was set back to an earlier state cannot know that it was. So each call that spends
is noted here before it goes out, with a number that only grows, and the end of each audit trail is
noted once a day. Whoever finds the database behind its journal knows.

Several hosts share the journal as they share Odoo's filestore, by one data directory; where they
do not, ``PURCHASE_1688_JOURNAL`` names a folder that they share. Without one each host knows what
it sent itself, and one that notices stops the account for all. The folder has to outlive the
database: with containers it belongs on a volume.
"""

import contextlib
import fcntl
import json
import os
from pathlib import Path

from odoo.tools import config

FOLDER_VARIABLE = "PURCHASE_1688_JOURNAL"
#: bytes at the end of a file that surely hold its last whole line
TAIL_BYTES = 64 * 1024
#: bytes after which a file is set aside; the one before it is kept
FILE_BYTES = 16 * 1024 * 1024


def folder():
    """Where the journal lives."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else Path(config["data_dir"]) / "purchase_1688" / "journal"


def append(name, entry):
    """Write `entry` (plain data) as the last line of the file `name`, for good.

    :raise OSError: it is not surely on the disk
    """
    path = folder() / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = json.dumps(entry, ensure_ascii=False, sort_keys=True).encode() + b"\n"
    with _locked(path):
        if path.exists() and path.stat().st_size > FILE_BYTES:
            os.replace(path, _before(path))
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            _write_line(handle, line)
        finally:
            os.close(handle)


def _write_line(handle, line):
    """One whole line or nothing, on the disk when this returns."""
    size = os.fstat(handle).st_size
    if size and os.pread(handle, 1, size - 1) != b"\n":
        line = b"\n" + line  # after a line that a crash cut off
    try:
        if os.write(handle, line) != len(line):
            raise OSError("the disk is full")
        os.fsync(handle)
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(handle, size)
        raise


def entries(name, most=FILE_BYTES + TAIL_BYTES):
    """The lines of the file `name`, newest first; those that a crash cut off are left out.

    :param int most: bytes of the file's end that are looked at
    :raise OSError: it is there and cannot be read
    """
    path = folder() / name
    for part in (path, _before(path)):
        try:
            with open(part, "rb") as stream:
                stream.seek(-min(most, os.fstat(stream.fileno()).st_size), os.SEEK_END)
                lines = stream.read().splitlines()
        except FileNotFoundError:
            continue
        for line in reversed(lines):
            with contextlib.suppress(ValueError):
                yield json.loads(line)


def last(name):
    """The newest line of the file `name`, or {}."""
    return next(entries(name, TAIL_BYTES), {})


def _before(path):
    return path.with_name(path.name + ".before")


@contextlib.contextmanager
def _locked(path):
    """One writer at a time, of all processes (and hosts, where the file system can)."""
    with open(path.with_name(path.name + ".lock"), "a", opener=_private) as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _private(path, flags):
    return os.open(path, flags, 0o600)
