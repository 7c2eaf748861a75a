"""The sandbox gateway for tests: one process for all test classes of one Odoo process."""

import atexit
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from unittest import SkipTest

FOLDER_VARIABLE = "PURCHASE_1688_SANDBOX_DIR"
START_SECONDS = 60


class SandboxGateway:
    """A running gateway and its admin API."""

    _running = None

    @classmethod
    def get(cls):
        """The gateway of this process; started at first use, skipped where it is not installed."""
        if cls._running is None:
            cls._running = cls()
        return cls._running

    def __init__(self):
        beside = pathlib.Path(__file__).parents[2] / "purchase_1688_sandbox"
        folder = pathlib.Path(os.environ.get(FOLDER_VARIABLE) or beside)
        if not (folder / "gateway" / "__main__.py").exists():
            raise SkipTest(f"no sandbox gateway in {folder}")
        facts = self._start(folder)
        self.url = facts["url"]
        self.app_key = facts["app_key"]
        self.app_secret = facts["app_secret"]
        self.access_token = facts["access_token"]
        self.refresh_token = facts["refresh_token"]
        self.member_id = facts["member_id"]
        self._admin_token = facts["admin_token"]

    def _start(self, folder):
        """Start it as nobody's child: Odoo ends the children that a test class leaves."""
        output = tempfile.NamedTemporaryFile(  # noqa: SIM115 - read until the gateway is up
            mode="w+", suffix=".log", prefix="gateway-1688-"
        )
        command = f'{sys.executable} -m gateway --port 0 --seed 1 >"{output.name}" 2>&1 & echo $!'
        started = subprocess.run(
            ["/bin/sh", "-c", command], cwd=folder, stdout=subprocess.PIPE, text=True, check=True
        )
        atexit.register(_stop, int(started.stdout))
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            for line in pathlib.Path(output.name).read_text().splitlines():
                if line.startswith('{"ready"'):
                    return json.loads(line)
            time.sleep(0.05)
        raise RuntimeError(pathlib.Path(output.name).read_text())

    def admin(self, method, path, body=None):
        """Call the admin API: JSON in, JSON out."""
        request = urllib.request.Request(
            f"{self.url}/admin/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self._admin_token}",
                "Content-Type": "application/json",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read()!r}") from error

    def reset(self):
        """A new world, the same as at the start."""
        self.admin("POST", "reset", {"seed": 1})

    def ledger(self):
        """What the platform's own books say."""
        return self.admin("GET", "ledger")

    def switch(self, **switches):
        self.admin("POST", "switches", switches)

    def fault(self, api, kind, times=1, **more):
        """Let the next `times` calls of `api` fail."""
        self.admin("POST", "faults", {"api": api, "kind": kind, "times": times, **more})

    def advance(self, seconds):
        """Let time pass in the gateway's world."""
        self.admin("POST", "clock", {"advance": seconds})


def _stop(pid):
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return
