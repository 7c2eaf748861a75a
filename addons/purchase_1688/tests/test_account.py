from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import keyring
from ..lib.errors import BadInput, NotAuthorised, NotSent, RateLimited
from .common import Purchase1688Case

SECRET_COLUMNS = ("app_secret_cipher", "access_token_cipher", "refresh_token_cipher", "binding")


@tagged("post_install", "-at_install")
class TestAccount(Purchase1688Case):
    def test_connection_shows_whose_account_it_is(self):
        self.account.state = "draft"
        notification = self.account.with_user(self.admin).action_test()
        self.assertEqual(notification["params"]["type"], "success")
        self.assertEqual(self.account.state, "connected")
        self.assertTrue(self.account.login_id)

    def test_connection_with_wrong_secret_says_so(self):
        self.account.app_secret = "wrong"
        notification = self.account.with_user(self.admin).action_test()
        self.assertEqual(notification["params"]["type"], "danger")
        self.assertIn("signature", notification["params"]["message"])
        self.assertEqual(self.account.state, "error")

    def test_gateway_that_is_down_is_not_sent(self):
        self.account.gateway_url = "http://127.0.0.1:9"
        self._type_secrets()
        self.catch(NotSent, self.account._call, "system.current_time", purpose="test")
        self.assertEqual(self._last_call().outcome, "not_sent")

    def test_every_call_leaves_one_row_without_secrets(self):
        self.account._call("account.basic", purpose="test", record=self.company)
        call = self._last_call()
        self.assertEqual((call.name, call.outcome, call.purpose), ("account.basic", "answered", "test"))
        self.assertEqual((call.res_model, call.res_id), ("res.company", self.company.id))
        text = f"{call.params}{call.answer}"
        for secret in (self.gateway.app_secret, self.gateway.access_token):
            self.assertNotIn(secret, text)

    def test_money_calls_do_not_go_out_as_reads(self):
        with self.assertRaises(BadInput):
            self.account._call("payment.pay", purpose="x", order_id="1", amount=1, request_id="1")

    def test_expired_token_is_renewed_once(self):
        self.account.access_token = "expired"
        info = self.account._call("account.basic", purpose="test")
        self.assertEqual(info.member_id or self.gateway.member_id, self.gateway.member_id)
        self.env.invalidate_all()
        self.assertNotEqual(self.account._get_secret("access_token"), "expired")
        self.assertTrue(self.account.token_expires_at)
        names = self.env["purchase.1688.call"].search([], limit=3).mapped("name")
        self.assertEqual(names, ["account.basic", "account.basic", "oauth.refresh"][: len(names)])

    def test_loser_of_the_renewal_takes_the_winners_token(self):
        with patch.object(type(self.account), "_refresh") as refresh:
            credentials = self.account._renew_token("older than the stored one")
        refresh.assert_not_called()
        self.assertEqual(credentials.access_token, self.gateway.access_token)

    @mute_logger("odoo.addons.purchase_1688.models.purchase_1688_authorisation")
    def test_refused_renewal_keeps_the_tokens_and_opens_an_issue(self):
        self.account.write({"access_token": "expired", "refresh_token": "revoked"})
        self.catch(NotAuthorised, self.account._call, "account.basic", purpose="test")
        self.assertEqual(self.account._get_secret("refresh_token"), "revoked")
        self.assertEqual(self.account.state, "error")
        issue = self._issues("account_token")
        self.assertEqual((len(issue), issue.user_id), (1, self.admin))

    def test_token_is_renewed_before_it_ends(self):
        self.account.sudo().token_expires_at = "2020-01-01 00:00:00"
        self.run_cron("purchase_1688.ir_cron_purchase_1688_account_renew")
        self.assertNotEqual(self.account._get_secret("access_token"), self.gateway.access_token)
        self.assertGreater(str(self.account.token_expires_at), "2021")

    def test_many_calls_answer_in_order_and_alone(self):
        requests = [
            ("account.basic", {}),
            ("trade.order", {"order_id": "4"}),
            ("system.current_time", {}),
        ]
        results = self.account._call_many(requests, purpose="test", timeout=10)
        self.assertEqual(len(results), 3)
        self.assertIsInstance(results[1], Exception)
        self.assertNotIsInstance(results[0], Exception)
        self.assertNotIsInstance(results[2], Exception)
        self.assertEqual(self.env["purchase.1688.call"].search_count([("account_id", "=", self.account.id)]), 3)

    def test_used_up_quota_is_said_and_nothing_is_sent(self):
        self.account.quota_per_minute = 10
        requests = [("system.current_time", {})] * 10
        results = self.account._call_many(requests, purpose="test", timeout=1)
        self.assertIsInstance(results[-1], RateLimited)
        self.assertEqual(self.env["purchase.1688.call"].search_count([("account_id", "=", self.account.id)]), 9)

    def test_copy_of_the_database_cannot_call(self):
        identity = "another database"
        with patch.object(type(self.account), "_database_identity", lambda account: identity):
            with self.assertRaises(UserError):
                self.account._call("account.basic", purpose="test")
            with self.assertRaises(UserError):
                self.account._check_may_spend()

    def test_stop_works_at_once_and_only_an_administrator_resumes(self):
        self.account.with_user(self.buyer).action_stop_spending()
        with self.assertRaises(UserError):
            self.account._check_may_spend()
        with self.assertRaises(AccessError):
            self.account.with_user(self.buyer).action_resume_spending()
        self.account.with_user(self.admin).action_resume_spending()
        self.account._check_may_spend()

    def test_another_gateway_does_not_get_the_secrets(self):
        self.account.gateway_url = "https://example.com"
        self.assertFalse(self.account.has_app_secret)
        self.assertEqual(self.account.state, "draft")

    def test_1688_is_called_by_https_only(self):
        with self.assertRaises(ValidationError):
            self.account.write({"gateway_url": "http://gw.open.1688.com", "app_key": "1"})
        self.account.write({"gateway_url": "https://gw.open.1688.com", "app_key": "1"})
        self.assertFalse(self.account.sandbox)

    # --- secrets

    def test_typed_secret_never_comes_back(self):
        admin_account = self.account.with_user(self.admin)
        answer = admin_account.web_save({"app_secret": "canary-secret"}, {"app_secret": {}, "has_app_secret": {}})
        self.assertFalse(answer[0]["app_secret"])
        self.assertTrue(answer[0]["has_app_secret"])
        self.assertEqual(self.account._get_secret("app_secret"), "canary-secret")
        self.env.cr.execute("SELECT to_jsonb(a)::text FROM purchase_1688_account a WHERE id = %s", [self.account.id])
        self.assertNotIn("canary-secret", self.env.cr.fetchone()[0])

    def test_no_user_reads_the_cipher_columns(self):
        for user in (self.admin, self.env.ref("base.user_admin"), self.buyer):
            account = self.account.with_user(user)
            for column in SECRET_COLUMNS:
                with self.assertRaises(AccessError, msg=f"{user.login} {column}"):
                    account.read([column])
                with self.assertRaises(UserError):
                    account.export_data([column])
                with self.assertRaises(AccessError):
                    account.formatted_read_group([], [column], ["__count"])
                with self.assertRaises(AccessError):
                    account.search([(column, "!=", False)])
                with self.assertRaises(AccessError):
                    account.write({column: "x"})
            self.assertFalse(set(SECRET_COLUMNS) & set(account.fields_get()))

    @mute_logger("odoo.addons.purchase_1688.models.purchase_1688_secret")
    def test_rotation_keeps_the_secrets_readable(self):
        before = self.account.sudo().app_secret_cipher
        keys = f"{keyring.Fernet.generate_key().decode()},{keyring._keys()[0].decode()}"
        with patch.dict("os.environ", {keyring.KEY_VARIABLE: keys}):
            self.account.with_user(self.admin).action_rotate_key()
            self.assertNotEqual(self.account.sudo().app_secret_cipher, before)
            self.assertTrue(self.account._is_bound())
        newest = keys.split(",")[0]
        with patch.dict("os.environ", {keyring.KEY_VARIABLE: newest}):
            self.assertEqual(self.account._get_secret("app_secret"), self.gateway.app_secret)

    def test_lost_key_is_a_sentence(self):
        other = keyring.Fernet.generate_key().decode()
        with patch.dict("os.environ", {keyring.KEY_VARIABLE: other}):
            with self.assertRaisesRegex(UserError, "does not open"):
                self.account._get_secret("app_secret")

    # --- helpers

    def _type_secrets(self):
        self.account.write(
            {
                "app_secret": self.gateway.app_secret,
                "access_token": self.gateway.access_token,
                "refresh_token": self.gateway.refresh_token,
            }
        )

    def _last_call(self):
        return self.env["purchase.1688.call"].search([], limit=1)

    def _issues(self, kind):
        return self.env["purchase.1688.issue"].search([("kind", "=", kind), ("res_id", "=", self.account.id)])
