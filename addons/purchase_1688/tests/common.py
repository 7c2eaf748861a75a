import contextlib
import os
import tempfile
from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo.tests import HttpCase, TransactionCase, new_test_user

from ..journal import FOLDER_VARIABLE
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
        cls.enterClassContext(_own_journal())
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

    @classmethod
    def _fill_address(cls):
        """Give the company an address that 1688 delivers to."""
        china = cls.env.ref("base.cn")
        provinces = cls.env["res.country.state"]
        domain = [("country_id", "=", china.id), ("name", "=", "浙江省")]
        values = {"country_id": china.id, "name": "浙江省", "code": "ZJX"}
        cls.company.partner_id.write(
            {
                "name": "王小明",
                "street": "网商路699号",
                "city": "杭州市",
                "zip": "310052",
                "phone": "13800000000",
                "state_id": (provinces.search(domain, limit=1) or provinces.create(values)).id,
                "ali1688_area": "滨江区",
                "ali1688_district_code": "330108",
            }
        )

    def setUp(self):
        super().setUp()
        # a test is undone at its end, what it spent too: the next one must not find it in the journal
        self.journal = self.enterContext(_own_journal())
        self.gateway.reset()

    def run_cron(self, xmlid):
        """Run a scheduled action as the server does."""
        self.env.flush_all()
        self.env.ref(xmlid).method_direct_trigger()
        self.env.invalidate_all()

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


@contextlib.contextmanager
def _own_journal():
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, {FOLDER_VARIABLE: folder}):
        yield folder


class Purchase1688Case(Purchase1688Mixin, TransactionCase):
    """Base of tests without a web client. Short transactions happen inside the test's own."""

    def setUp(self):
        super().setUp()
        self.env.flush_all()
        self.registry_enter_test_mode()


class StrictTours:
    """Tours in developer mode: only there the web client checks what it is given, fields and components alike."""

    def start_tour(self, url_path, *args, **kwargs):
        sign = "&" if "?" in url_path else "?"
        return super().start_tour(f"{url_path}{sign}debug=1", *args, **kwargs)


class Purchase1688HttpCase(StrictTours, Purchase1688Mixin, HttpCase):
    """Base of tests with a browser or with requests from outside."""


TEST_KEY = Fernet.generate_key().decode()
