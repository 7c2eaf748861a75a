import os
from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo.tests import HttpCase, TransactionCase, new_test_user

from ..keyring import KEY_VARIABLE
from .gateway import SandboxGateway

GROUPS = {
    "buyer": "purchase_1688.group_buyer",
    "approver": "purchase_1688.group_approver",
    "manager": "purchase_1688.group_manager",
    "admin": "purchase_1688.group_admin",
    "purchaser": "purchase.group_purchase_user",
    "stranger": "base.group_user",
}


class Purchase1688Mixin:
    """The world of the tests: gateway, account, one user per group.

    Users are ``cls.buyer``, ``cls.approver``, ``cls.manager``, ``cls.admin``,
    ``cls.purchaser`` (purchase user without a 1688 group) and ``cls.stranger`` (internal
    user); their logins are these names with ``_1688``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.gateway = SandboxGateway.get()
        cls.enterClassContext(patch.dict(os.environ, {KEY_VARIABLE: TEST_KEY}))
        cls.company = cls.env.company
        for name, group in GROUPS.items():
            setattr(cls, name, new_test_user(cls.env, f"{name}_1688", groups=group))
        cls.account = cls._create_account()
        cls.company.ali1688_account_id = cls.account
        cls.company.ali1688_fallback_user_id = cls.manager

    @classmethod
    def _create_account(cls, **vals):
        """A connected account at the gateway."""
        account = cls.env["purchase.1688.account"].create(
            {
                "name": "Sandbox",
                "gateway_url": cls.gateway.url,
                "auth_url": cls.gateway.url,
                "app_key": cls.gateway.app_key,
                "app_secret": cls.gateway.app_secret,
                "access_token": cls.gateway.access_token,
                "refresh_token": cls.gateway.refresh_token,
                "user_id": cls.admin.id,
                "quota_per_minute": 6000,
                **vals,
            }
        )
        account.write({"state": "connected", "member_id": cls.gateway.member_id})
        return account

    def setUp(self):
        super().setUp()
        self.gateway.reset()

    def catch(self, exception, function, *args, **kwargs):
        """Call `function`, which has to raise; what it committed stays, unlike in `assertRaises`.

        :return: the exception
        """
        try:
            function(*args, **kwargs)
        except exception as error:
            self.env.invalidate_all()
            return error
        self.fail(f"{exception.__name__} not raised")


class Purchase1688Case(Purchase1688Mixin, TransactionCase):
    """Base of tests without a web client. Short transactions happen inside the test's own."""

    def setUp(self):
        super().setUp()
        self.env.flush_all()
        self.registry_enter_test_mode()

    def run_cron(self, xmlid):
        """Run a scheduled action as the server does."""
        self.env.flush_all()
        self.env.ref(xmlid).method_direct_trigger()
        self.env.invalidate_all()


class Purchase1688HttpCase(Purchase1688Mixin, HttpCase):
    """Base of tests with a browser or with requests from outside."""


TEST_KEY = Fernet.generate_key().decode()
