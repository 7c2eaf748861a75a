"""The gateway as a child process of the Odoo server, for evaluation. It ends with the server."""

import os
import pathlib
import socket
import subprocess
import sys
import threading
import time

from odoo.tools import config

LOOPBACK = ("127.0.0.1", "localhost")
START_SECONDS = 15.0
FOLDER = pathlib.Path(__file__).parent


def log_file(dbname):
    return _state_folder() / f"{dbname}.log"


def is_served(port):
    """Whether anybody listens at this port of the machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def start(port, dbname):
    """Start the gateway and wait until it listens; False if it does not.

    Each database has its own world, kept in the data directory.
    """
    # A worker may end at any time; its parent is the server that stays.
    server = os.getppid() if config["workers"] else os.getpid()
    options = {"--port": port, "--state": _state_folder() / f"{dbname}.sqlite", "--follow": server}
    arguments = [str(word) for pair in options.items() for word in pair]
    with log_file(dbname).open("wb") as log:
        child = subprocess.Popen(  # noqa: S603 our own program; nothing in it was typed by a user
            [sys.executable, "-m", "gateway", *arguments],
            cwd=FOLDER,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    # somebody has to take note of its end, or it stays in the table of processes
    threading.Thread(target=child.wait, name="sandbox gateway", daemon=True).start()
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        if is_served(port):
            return True
        time.sleep(0.1)
    return False


def _state_folder():
    folder = pathlib.Path(config["data_dir"]) / "purchase_1688_sandbox"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
