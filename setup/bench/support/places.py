"""Where things are, and the processes that a measurement starts: copies of the template, servers, the gateway."""

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

SETUP = Path(__file__).resolve().parents[2]
ROOT = SETUP.parent
STATE = Path(os.environ.get("PURCHASE_1688_STATE") or ROOT / ".state")
PYTHON = os.environ.get("PURCHASE_1688_PYTHON") or sys.executable
ADDONS_PATH = os.environ.get("PURCHASE_1688_ADDONS_PATH") or str(ROOT / "addons")
SANDBOX = Path(os.environ.get("PURCHASE_1688_SANDBOX_DIR") or ROOT / "addons" / "purchase_1688_sandbox")
START_SECONDS = 120
#: of all priorities
LOWEST = 19


def free_port():
    """A port that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Process:
    """A program in a session of its own, stopped with all its children when the measurement ends."""

    def __init__(self, words, cwd, **environment):
        self.log = Path(tempfile.mkstemp(prefix="bench-1688-", suffix=".log")[1])
        with self.log.open("w") as output:
            self._child = subprocess.Popen(
                words,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, **environment},
            )
        atexit.register(self.stop)

    @property
    def pid(self):
        """Id of the program; of the main process where it has workers."""
        return self._child.pid

    def stand_back(self):
        """Let everything else have the processors first, from now on: what it does is done elsewhere in reality."""
        os.setpriority(os.PRIO_PGRP, self._child.pid, LOWEST)
        with contextlib.suppress(OSError):  # Linux shares them among sessions first, where it is built to
            Path(f"/proc/{self._child.pid}/autogroup").write_text(str(LOWEST))

    def wait_until(self, ready):
        """Wait until ``ready()`` gives something; the log is the complaint."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._child.poll() is None:
            if found := ready():
                return found
            time.sleep(0.1)
        raise SystemExit(f"error: it did not start: {self.log.read_text()[-2000:]}")

    def stop(self):
        """End it, gently first; the log goes with it."""
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(15)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()
        self.log.unlink(missing_ok=True)


class Gateway:
    """The sandbox gateway and its admin API."""

    def __init__(self, seed=1):
        words = [PYTHON, "-m", "gateway", "--port", "0", "--seed", str(seed)]
        self._process = Process(words, SANDBOX)
        self.facts = json.loads(self._process.wait_until(self._ready))
        self.url = self.facts["url"]

    def _ready(self):
        lines = self._process.log.read_text().splitlines()
        return next((line for line in lines if line.startswith('{"ready"')), None)

    def admin(self, method, path, body=None):
        """One call of the admin API."""
        headers = {"Authorization": f"Bearer {self.facts['admin_token']}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/admin/{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def stand_back(self):
        """See `Process.stand_back`: the platform is no program of the machine that asks it."""
        self._process.stand_back()

    def behave(self, faults):
        """These faults and no others: [(offer id, kind, seconds)]."""
        self.admin("DELETE", "faults")
        for offer, kind, seconds in faults:
            fault = {"api": "*", "kind": kind, "times": None, "seconds": seconds, "match": {"offerId": offer}}
            self.admin("POST", "faults", fault)


class Database:
    """A copy of the template for this measurement alone, dropped at its end."""

    def __init__(self, what):
        template = os.environ.get("PURCHASE_1688_TEMPLATE")
        if not template:
            raise SystemExit("error: run this by setup/bench.sh, which makes the template database.")
        self.name = f"{template[:40]}_{what}_{os.getpid()}"
        self._run("create", self.name, template)
        atexit.register(self._run, "drop", self.name)

    @staticmethod
    def _run(*words):
        environment = {**os.environ, "PURCHASE_1688_STATE": str(STATE)}
        subprocess.run([PYTHON, SETUP / "lib" / "databases.py", *words], check=True, env=environment)


class Server:
    """A real Odoo server on a database: threads (``workers=0``) or forked workers."""

    def __init__(self, database, workers):
        self.database, self.port = database, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        options = {
            "--database": database.name,
            "--db-filter": f"^{database.name}$",
            "--addons-path": ADDONS_PATH,
            "--data-dir": STATE / "data",
            "--http-interface": "127.0.0.1",
            "--http-port": self.port,
            "--gevent-port": free_port(),
            "--workers": workers,
            "--max-cron-threads": 0,
            "--db_host": os.environ.get("PGHOST", "127.0.0.1"),
            "--log-level": "warn",
        }
        words = [PYTHON, str(SETUP / "lib" / "odoo_server.py"), "server", "--no-database-list"]
        words += [f"{name}={value}" for name, value in options.items()]
        self._process = Process(words, "/")
        self._process.wait_until(self._ready)

    def _ready(self):
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/web/health", timeout=5) as answer:
            return answer.status == 200
        return False

    def pids(self):
        """The main process and its workers."""
        main = self._process.pid
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        return [main, *map(int, children)]

    def threads(self):
        """How many threads all of its processes have."""
        count = 0
        for pid in self.pids():
            with contextlib.suppress(FileNotFoundError):
                count += len(list(Path(f"/proc/{pid}/task").iterdir()))
        return count

    def complaints(self):
        """Lines of its log that a quiet run does not have."""
        lines = self._process.log.read_text().splitlines()
        return [line[:200] for line in lines if " ERROR " in line or " CRITICAL " in line]

    def stop(self):
        """End it."""
        self._process.stop()
