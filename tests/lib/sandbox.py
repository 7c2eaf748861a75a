"""The real sandbox gateway in a process of its own, for tests over HTTP."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

HOME = Path(__file__).resolve().parents[2] / "addons" / "purchase_1688_sandbox"


class Sandbox:
    """A running gateway; `facts` are the address, keys and tokens that it printed."""

    def __init__(self, seed=1):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gateway", "--port", "0", "--seed", str(seed)],
            cwd=HOME,
            stdout=subprocess.PIPE,
            text=True,
        )
        ready = (line for line in self._process.stdout if line.startswith("{"))
        self.facts = json.loads(next(ready))

    def admin(self, path, body=None, method="POST"):
        """A call of the admin API; its answer as JSON."""
        request = urllib.request.Request(
            f"{self.facts['url']}/admin/{path}",
            data=None if method == "GET" else json.dumps(body or {}).encode(),
            headers={"Authorization": f"Bearer {self.facts['admin_token']}"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def fault(self, kind, **fields):
        """The next call fails this way."""
        self.admin("faults", {"api": "*", "kind": kind, "times": 1, **fields})

    def ledger(self, kind):
        """The sandbox's own books."""
        return self.admin("ledger", method="GET")[kind]

    def close(self):
        self._process.terminate()
        self._process.wait(10)
        self._process.stdout.close()
