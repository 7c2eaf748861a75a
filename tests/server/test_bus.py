"""News for the screens goes over a connection that is kept, and survives its loss."""

import select

import psycopg2
import pytest

from odoo import sql_db

from odoo.addons.purchase_1688.models import bus_bus
from odoo.addons.purchase_1688.models.bus_bus import KEEP

SECONDS = 10


@pytest.fixture
def websockets():
    """A connection that listens as Odoo's websockets do: `hear()` gives (backend, payload) of what comes next."""
    _name, where = sql_db.connection_info_for("postgres")
    connection = psycopg2.connect(**where)  # not one of the pool: tests close those
    connection.autocommit = True
    connection.cursor().execute("LISTEN imbus")

    def hear():
        while not connection.notifies:
            assert select.select([connection], [], [], SECONDS)[0], "nothing came"
            connection.poll()
        notice = connection.notifies.pop(0)
        return notice.pid, notice.payload

    yield hear
    connection.close()


def tell(database, **context):
    """A message to a user, committed."""
    with database.env() as env:
        user = env.ref("base.user_admin")
        user.with_context(**context)._bus_send("purchase_1688/test", {})
        return user.partner_id


def test_a_connection_is_kept(database, websockets):
    partner = tell(database, **{KEEP: True})
    first, payload = websockets()
    assert payload == f'[["{database.name}","res.partner",{partner.id}]]'
    tell(database, **{KEEP: True})
    assert websockets()[0] == first


def test_others_use_the_bus_as_it_is(database, websockets):
    tell(database, **{KEEP: True})
    kept, _payload = websockets()
    tell(database)
    assert websockets()[0] != kept


def test_a_connection_that_was_lost_is_replaced(database, websockets):
    tell(database, **{KEEP: True})
    kept, payload = websockets()
    database.execute("SELECT pg_terminate_backend(%s, 5000)", [kept])
    tell(database, **{KEEP: True})
    assert websockets() != (kept, payload)
    tell(database, **{KEEP: True})
    assert websockets()[1] == payload


def test_what_cannot_be_told_stays_done(database, websockets, monkeypatch):
    tell(database, **{KEEP: True})
    kept, _payload = websockets()
    database.execute("SELECT pg_terminate_backend(%s, 5000)", [kept])

    def refuse(_name):
        raise psycopg2.OperationalError("no")

    logged = []
    with monkeypatch.context() as patches:
        patches.setattr(sql_db, "db_connect", refuse)
        patches.setattr(bus_bus._logger, "warning", lambda words, **_options: logged.append(words))
        partner = tell(database, **{KEEP: True})
    assert logged == ["screens could not be told of news"]
    with database.env() as env:
        (newest,) = env["bus.bus"].search([], order="id desc", limit=1)
        assert f'"res.partner",{partner.id}]' in newest.channel
    tell(database, **{KEEP: True})
    assert websockets()[0] != kept


def test_a_process_that_was_forked_has_its_own(database, websockets):
    tell(database, **{KEEP: True})
    kept, _payload = websockets()
    assert database.in_child(lambda: tell(database, **{KEEP: True}))() == 0
    other, _payload = websockets()
    assert other != kept
    tell(database, **{KEEP: True})
    assert websockets()[0] != other
