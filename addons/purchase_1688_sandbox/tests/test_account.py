import os
from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, tagged

from odoo.addons.purchase_1688.keyring import KEY_VARIABLE

LIVE = "https://gw.open.1688.com"
SANDBOX = "http://127.0.0.1:8169"


@tagged("post_install", "-at_install")
class TestAccount(TransactionCase):
    """Live keys and sandbox keys never meet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        key = Fernet.generate_key().decode()
        cls.enterClassContext(patch.dict(os.environ, {KEY_VARIABLE: key}))
        # accounts that the database brought along are not the subject
        cls.env["purchase.1688.account"].with_context(active_test=False).search([]).write(
            {"gateway_url": SANDBOX, "app_key": False}
        )

    def _create(self, url=SANDBOX, **vals):
        return self.env["purchase.1688.account"].create({"name": "A", "gateway_url": url, "auth_url": url, **vals})

    def test_sandbox_key_at_1688_is_refused(self):
        with self.assertRaises(ValidationError):
            self._create(LIVE, app_key="9990001")

    def test_sandbox_account_does_not_move_to_1688(self):
        account = self._create(app_key="9990001", app_secret="simSecret01")
        with self.assertRaises(ValidationError):
            account.gateway_url = LIVE

    def test_sandbox_secrets_at_1688_are_refused(self):
        account = self._create(LIVE, app_key="1234567")
        for name, secret in (
            ("app_secret", "simSecret01"),
            ("access_token", "tok-sim-0001"),
            ("refresh_token", "rt-sim-0001"),
        ):
            with self.assertRaises(ValidationError):
                account[name] = secret

    def test_live_key_at_the_sandbox_is_refused(self):
        self._create(LIVE, app_key="1234567", active=False)
        with self.assertRaises(ValidationError):
            self._create(app_key="1234567")

    def test_live_secret_at_the_sandbox_is_refused(self):
        self._create(LIVE, app_key="1234567", app_secret="real-secret")
        with self.assertRaises(ValidationError):
            self._create(app_key="9990001", app_secret="real-secret")

    def test_each_on_its_own_side(self):
        live = self._create(LIVE, app_key="1234567", app_secret="real-secret")
        pretended = self._create(app_key="9990001", app_secret="simSecret01")
        self.assertFalse(live.sandbox)
        self.assertTrue(pretended.sandbox)
        self.assertTrue(live.has_app_secret and pretended.has_app_secret)
