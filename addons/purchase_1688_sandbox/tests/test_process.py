import json
import os
import pathlib
import signal
import socket
import tempfile
import time
import urllib.request
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from .. import process


@tagged("post_install", "-at_install")
class TestProcess(TransactionCase):
    """The gateway is a click away for an administrator, on this machine only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.enterClassContext(patch.object(process, "_state_folder", lambda: pathlib.Path(folder)))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            cls.port = probe.getsockname()[1]
        cls.url = f"http://127.0.0.1:{cls.port}"
        cls.account = cls.env["purchase.1688.account"].create(
            {"name": "A", "gateway_url": cls.url, "auth_url": cls.url}
        )

    def _stop(self):
        """End the gateway: the only process whose command line names this port."""
        for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = entry.read_bytes().split(b"\0")
            except OSError:
                continue
            if b"gateway" in words and str(self.port).encode() in words:
                os.kill(int(entry.parent.name), signal.SIGTERM)

    def test_start_once(self):
        self.addCleanup(self._stop)
        action = self.account.action_start_sandbox()
        self.assertEqual(action["url"], self.url)
        request = urllib.request.Request(f"{self.url}/admin/state", headers={"Authorization": "Bearer sandbox-admin"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            self.assertEqual(json.load(answer)["seed"], 1)
        with patch.object(process, "start") as start:
            self.account.action_start_sandbox()
        start.assert_not_called()
        self._stop()
        deadline = time.monotonic() + 10
        while process.is_served(self.port) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertFalse(process.is_served(self.port))

    def test_it_says_when_it_does_not_start(self):
        with patch.object(process, "start", return_value=False), self.assertRaises(UserError):
            self.account.action_start_sandbox()

    def test_other_machines_are_refused(self):
        self.account.gateway_url = "http://example.com:8169"
        with patch.object(process, "start") as start, self.assertRaises(UserError):
            self.account.action_start_sandbox()
        start.assert_not_called()

    def test_only_administrators(self):
        buyer = new_test_user(self.env, "sandbox_buyer", groups="purchase_1688.group_buyer")
        with patch.object(process, "start") as start, self.assertRaises(AccessError):
            self.account.with_user(buyer).action_start_sandbox()
        start.assert_not_called()
