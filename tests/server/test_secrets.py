"""A secret typed into an account is found nowhere: not in the database, the files, the log, the audit."""

import base64
import logging
from pathlib import Path

import pytest

from odoo.service.model import call_kw
from odoo.tests import new_test_user
from odoo.tools import config

ACCOUNT = "purchase.1688.account"
CANARIES = {name: f"canary-{name}-77aa31" for name in ("app_secret", "access_token", "refresh_token")}


def needles():
    """The secrets as they are, in base64 and in hexadecimal digits."""
    for value in CANARIES.values():
        data = value.encode()
        yield from (value, base64.b64encode(data).decode().rstrip("=")[:-2], data.hex())


def tables_with_secrets(database):
    """Names of the tables with a secret in any column of any row."""
    tables = database.execute(
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    )
    patterns = [f"%{text}%" for text in needles()]
    query = "SELECT EXISTS (SELECT 1 FROM {} AS r WHERE r::text LIKE ANY (%s))"
    return [name for (name,) in tables if database.execute(query.format(name), [patterns])[0][0]]


def files_with_secrets(folder):
    secrets = [text.encode() for text in needles()]
    paths = [path for path in Path(folder).rglob("*") if path.is_file()]
    return [path for path in paths if any(text in path.read_bytes() for text in secrets)]


class Listener(logging.Handler):
    """Keeps what is logged, whatever the level."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines.append(f"{record.getMessage()} {record.exc_text or record.exc_info or ''}")

    def found(self):
        return [line for line in self.lines if any(text in line for text in needles())]


@pytest.fixture
def log():
    """All that the server says at debug level."""
    loggers = [logging.getLogger(name) for name in ("odoo", "odoo.sql_db", "urllib3", "requests", "werkzeug")]
    listener, levels = Listener(), [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(listener)
        logger.setLevel(logging.DEBUG)
    yield listener
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(listener)
        logger.setLevel(level)


@pytest.fixture
def account_id(database, world, gateway, log):
    """An account of its own with the secrets typed in, and used: 1688 refused them."""
    with database.env() as env:
        vals = {"gateway_url": gateway.url, "auth_url": gateway.url, "app_key": gateway.app_key}
        account_id = env[ACCOUNT].create({"name": "Typed", **vals}).id
        user = new_test_user(env, f"server_secrets_{account_id}", groups="purchase_1688.group_admin").id
    kwargs = {"vals": CANARIES, "specification": {"app_secret": {}, "has_app_secret": {}}}
    saved = database.request(user, lambda env: call_kw(env[ACCOUNT], "web_save", [[account_id]], kwargs))
    assert saved[0]["has_app_secret"] and not saved[0]["app_secret"]
    database.request(user, lambda env: call_kw(env[ACCOUNT], "action_test", [[account_id]], {}))
    yield account_id
    with database.env() as env:
        env[ACCOUNT].browse(account_id).active = False
        env["res.users"].browse(user).active = False


def audit_of(database, account_id):
    with database.env() as env:
        calls = env["purchase.1688.call"].search([("account_id", "=", account_id)])
        assert calls, "it was really used"
        return str(calls.export_data(list(calls.fields_get()))["datas"])


def test_typed_secrets_are_nowhere(database, account_id, log):
    assert log.found() == []  # first: looking for them puts them there
    assert tables_with_secrets(database) == []
    assert files_with_secrets(config.filestore(database.name)) == []
    assert any("web_save" in line for line in log.lines), "the log was really that talkative"
    export = audit_of(database, account_id)
    assert not any(text in export for text in needles())


def test_planted_leaks_are_found(database, account_id, log, tmp_path):
    secret = CANARIES["access_token"]
    database.execute("UPDATE purchase_1688_account SET last_error = %s WHERE id = %s", [f"no: {secret}", account_id])
    assert tables_with_secrets(database) == ["public.purchase_1688_account"]
    database.execute("UPDATE purchase_1688_account SET last_error = NULL WHERE id = %s", [account_id])
    (tmp_path / "attachment").write_bytes(base64.b64encode(secret.encode()))
    assert files_with_secrets(tmp_path)
    logging.getLogger("odoo.addons.purchase_1688").debug("token %s", secret)
    assert log.found()
