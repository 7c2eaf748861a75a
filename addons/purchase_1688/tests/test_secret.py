import json
import logging

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..models.purchase_1688_secret import SECRETS
from .common import Purchase1688HttpCase

CANARIES = {name: f"canary-{name}-1f9c" for name in SECRETS}
ACCOUNT = "purchase.1688.account"
#: names to ask for, whether there is such a field for the user or not
HIDDEN = [*SECRETS, *(f"{name}_cipher" for name in SECRETS), "binding"]


class Listener(logging.Handler):
    """Keeps what the server logs, whatever the level."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage() + str(record.exc_text or record.exc_info or ""))


@tagged("post_install", "-at_install")
class TestSecret(Purchase1688HttpCase):
    """A secret typed into an account is found nowhere: each test types, looks, and greps."""

    def setUp(self):
        super().setUp()
        self.log = Listener()
        logger = logging.getLogger("odoo")
        level = logger.level
        logger.addHandler(self.log)
        logger.setLevel(logging.DEBUG)
        self.addCleanup(logger.removeHandler, self.log)
        self.addCleanup(logger.setLevel, level)
        self.answers = []

    def rpc(self, model, method, *args, **kwargs):
        """Call as the web client does; answer or error, as it came over the wire, is kept.

        :return: the result, or None
        """
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        with mute_logger("odoo.http", "odoo.sql_db"):
            response = self.url_open(
                "/web/dataset/call_kw",
                data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
                headers={"Content-Type": "application/json"},
            )
        self.answers.append(response.text)
        return response.json().get("result")

    def type_secrets(self):
        """Type them into the form: every key is an onchange, then it is saved."""
        self.authenticate(self.admin.login, self.admin.login)
        spec = dict.fromkeys(self.env[ACCOUNT].with_user(self.admin).fields_get(), {})
        for name, value in CANARIES.items():
            self.rpc(ACCOUNT, "onchange", self.account.ids, {name: value}, [name], {"has_app_secret": {}, "state": {}})
        saved = self.rpc(ACCOUNT, "web_save", self.account.ids, CANARIES, spec)
        self.assertTrue(saved[0]["has_app_secret"])
        self.account.invalidate_recordset()
        for name, value in CANARIES.items():
            self.assertEqual(self.account._get_secret(name), value, "it was really typed")

    def assert_nowhere(self, texts, where):
        for text in texts:
            for name, value in CANARIES.items():
                self.assertFalse(value in text, f"{name} is in {where}: {text[:2000]}")

    def ask_everything(self, model, domain, grouped=()):
        """Every way of reading the records of `model`, and the fields `grouped` one by one."""
        ids = self.rpc(model, "search", domain) or []
        names = list(self.rpc(model, "fields_get", [], ["type"]) or SECRETS)
        self.rpc(model, "get_views", [[False, "form"], [False, "list"], [False, "kanban"], [False, "search"]], {})
        self.rpc(model, "default_get", names)
        self.rpc(model, "read", ids, names)
        self.rpc(model, "search_read", domain, names)
        self.rpc(model, "web_read", ids, dict.fromkeys(names, {}))
        self.rpc(model, "export_data", ids, names)
        self.rpc(model, "name_search", "")
        for name in grouped or names:
            self.rpc(model, "formatted_read_group", domain, [name], [f"{name}:array_agg"])
        for name in grouped:
            self.rpc(model, "read", ids, [name])
            self.rpc(model, "search_count", [(name, "ilike", "canary")])

    def test_no_answer_over_rpc_has_it(self):
        self.type_secrets()
        self.rpc(ACCOUNT, "action_test", self.account.ids)
        mine = [("id", "=", self.account.id)]
        for user in (self.env.ref("base.user_admin"), self.buyer, self.admin):
            self.authenticate(user.login, user.login)
            self.ask_everything(ACCOUNT, mine, HIDDEN)
        self.ask_everything(ACCOUNT, mine)
        self.ask_everything("purchase.1688.call", [("account_id", "=", self.account.id)])
        messages = [("model", "=", ACCOUNT), ("res_id", "=", self.account.id)]
        self.rpc("mail.message", "search_read", messages, ["body", "subject", "tracking_value_ids"])
        copied = self.rpc(ACCOUNT, "copy", self.account.ids)
        self.rpc(ACCOUNT, "read", copied, list(SECRETS))
        self.assertGreater(len(self.answers), 150)
        self.assert_nowhere(self.answers, "an answer")
        self.assert_nowhere(self.log.lines, "the log")

    def test_no_failure_tells_it(self):
        self.type_secrets()
        with self.subTest("a gateway that refuses it"):
            self.rpc(ACCOUNT, "action_test", self.account.ids)
        with self.subTest("a save that fails"):
            self.rpc(ACCOUNT, "web_save", self.account.ids, {**CANARIES, "quota_per_minute": 1}, {"name": {}})
            self.rpc(ACCOUNT, "web_save", self.account.ids, {**CANARIES, "company_id": 0}, {"name": {}})
            self.rpc(ACCOUNT, "create", {**CANARIES, "no_such_field": 1})
        with self.subTest("a gateway that is not there"):
            self.rpc(ACCOUNT, "write", self.account.ids, {**CANARIES, "gateway_url": "http://127.0.0.1:9"})
            self.rpc(ACCOUNT, "action_test", self.account.ids)
        calls = self.env["purchase.1688.call"].search([])
        self.rpc("purchase.1688.call", "export_data", calls.ids, ["params", "answer"])
        self.assertTrue(self.env["purchase.1688.call"].search([("account_id", "=", self.account.id)]))
        self.assert_nowhere(self.answers, "an answer")
        self.assert_nowhere(self.log.lines, "the log")

    def test_no_table_has_it(self):
        self.type_secrets()
        self.rpc(ACCOUNT, "action_test", self.account.ids)
        self.rpc(ACCOUNT, "message_post", self.account.ids, body="typed")
        self.assertEqual(self.tables_with("canary-"), [])
        self.account.last_error = f"planted: {CANARIES['app_secret']}"
        self.assertEqual(self.tables_with("canary-"), [self.account._table], "the search does find it")

    def tables_with(self, text):
        """Names of the tables with a row that holds `text` in any column."""
        self.env.flush_all()
        cr = self.env.cr
        cr.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        found = []
        for (table,) in cr.fetchall():
            cr.execute(
                SQL("SELECT 1 FROM %s AS row WHERE row::text LIKE %s LIMIT 1", SQL.identifier(table), f"%{text}%")
            )
            if cr.rowcount:
                found.append(table)
        return found
