from datetime import timedelta
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..lib.errors import GatewayError
from .common import Purchase1688Case
from .wish import find_goods, order_request


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


@tagged("post_install", "-at_install")
class TestAuthorisation(Purchase1688Case):
    def setUp(self):
        super().setUp()
        self.account.access_token = "old"
        self.account.state = "draft"
        self.as_admin = self.account.with_user(self.admin)

    def test_consent_connects_the_account(self):
        code, state = self._consent()
        account = self.as_admin._oauth_finish(state, code)
        self.assertEqual(account, self.account)
        self.env.invalidate_all()
        self.assertEqual(self.account.state, "connected")
        self.assertEqual(self.account.member_id, self.gateway.member_id)
        self.assertGreater(self.account.token_expires_at, fields.Datetime.now())
        self.account._call("account.basic", purpose="test")

    def test_consent_counts_once(self):
        code, state = self._consent()
        self.as_admin._oauth_finish(state, code)
        self.assertFalse(self.as_admin._oauth_finish(state, code))

    def test_consent_belongs_to_who_started_it(self):
        code, state = self._consent()
        other = self.env.ref("base.user_admin")
        self.assertFalse(self.account.with_user(other)._oauth_finish(state, code))
        with self.assertRaises(AccessError):
            self.account.with_user(self.buyer)._oauth_finish(state, code)
        for forged in ("", None, "x", state[:-1]):
            self.assertFalse(self.as_admin._oauth_finish(forged, code))

    def test_consent_that_took_too_long_is_forgotten(self):
        code, state = self._consent()
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self.assertFalse(self.as_admin._oauth_finish(state, code))

    def test_wrong_code_changes_nothing(self):
        _code, state = self._consent()
        self.catch(GatewayError, self.as_admin._oauth_finish, state, "wrong")
        self.assertEqual(self.account.state, "draft")
        self.assertEqual(self.account._get_secret("access_token"), "old")

    def test_consent_of_another_1688_account_is_not_taken(self):
        self.account.sudo().member_id = "b2b-somebody-else"
        code, state = self._consent()
        account, problem = self.as_admin._oauth_return(state, code)
        self.assertFalse(account)
        self.assertIn("another 1688 account", problem)
        self.assertEqual(self.account._get_secret("access_token"), "old")

    def test_state_is_not_stored_in_clear(self):
        _code, state = self._consent()
        self.assertNotEqual(self.account.sudo().oauth_state, state)
        with self.assertRaises(AccessError):
            self.as_admin.read(["oauth_state"])

    def test_kept_messages_are_stored_and_confirmed(self):
        self.account.write({"access_token": self.gateway.access_token})
        self.account.sudo().state = "connected"
        request = order_request(self.account, find_goods(self.account), "P1")
        stored = self.account._build("trade.create_order", request=request)
        self.account._send(stored, purpose="test")
        self.run_cron("purchase_1688.ir_cron_purchase_1688_event_pull")
        events = self.env["purchase.1688.event"].search([("account_id", "=", self.account.id)])
        self.assertEqual(events.mapped("source"), ["pull"] * len(events))
        self.assertIn("ORDER_BUYER_VIEW_BUYER_MAKE", events.mapped("type"))
        self.run_cron("purchase_1688.ir_cron_purchase_1688_event_pull")
        again = self.env["purchase.1688.event"].search([("account_id", "=", self.account.id)])
        self.assertEqual(again, events)

    def _consent(self):
        """Go to 1688 and agree, as the owner does in the browser.

        :return: (code, state) of the return address
        """
        action = self.as_admin.action_connect()
        self.env.flush_all()
        asked = {name: texts[0] for name, texts in parse_qs(urlsplit(action["url"]).query).items()}
        body = urlencode({**asked, "agree": "1"}).encode()
        try:
            build_opener(_NoRedirect).open(f"{self.gateway.url}/oauth/authorize", body, timeout=30)
        except HTTPError as answer:
            back = parse_qs(urlsplit(answer.headers["Location"]).query)
            return back["code"][0], back["state"][0]
        raise AssertionError("the page did not send the browser back")
