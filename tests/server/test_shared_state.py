"""What several processes share: the call budget, the audit trail, the token, the inbox."""

import contextlib
import json
import time
from datetime import datetime, timezone
from unittest.mock import patch
from urllib.parse import urlencode

import pytest

from odoo.exceptions import MissingError

from odoo.addons.purchase_1688.lib.client import CallRecord
from odoo.addons.purchase_1688.lib.signing import sign_push
from odoo.addons.purchase_1688.models import purchase_1688_attempt_steps, purchase_1688_authorisation
from odoo.addons.purchase_1688.models.purchase_1688_call import Purchase1688Call
from odoo.addons.purchase_1688.models.purchase_1688_event import Purchase1688Event
from odoo.addons.purchase_1688.models.purchase_1688_quota import PEOPLE, Grant, Purchase1688Quota
from odoo.addons.purchase_1688.transaction import own_transaction

PROCESSES = 4
QUOTA = 200
#: an attempt that there is not
NOWHERE = 2**31 - 1


def at_once(database, function, *args):
    """Run `function(env, *args)` in several processes that start together."""
    begin = time.time() + 1.5

    def work():
        with database.env() as env:
            time.sleep(max(begin - time.time(), 0))
            function(env, *args)

    waits = [database.in_child(work) for _process in range(PROCESSES)]
    assert [wait() for wait in waits] == [0] * PROCESSES


def account_of(env):
    return env.company.ali1688_account_id


def record_of(number):
    moment = datetime.now(timezone.utc)
    return CallRecord("a:b:1", "test.append", {"n": number}, "{}", moment, 1, "answered", 200, "", "", 2)


# --- audit


def append(env, count):
    for number in range(count):
        env["purchase.1688.call"]._append(account_of(env), [record_of(number)], "test")


def test_chain_stays_whole_with_several_writers(world):
    database = world.database
    with database.env() as env:
        before, finding = env["purchase.1688.call"]._verify(account_of(env))
        assert finding is None
    at_once(database, append, 50)
    with database.env() as env:
        count, finding = env["purchase.1688.call"]._verify(account_of(env))
    assert (count - before, finding) == (PROCESSES * 50, None)


def read_head_without_lock(calls, cr, account_id):
    """The planted bug: two writers may see the same end of the chain."""
    cr.execute("SELECT sequence, hash FROM purchase_1688_call_chain WHERE account_id = %s", [account_id])
    return cr.fetchone()


def test_planted_chain_without_a_lock_is_found(world):
    with (
        patch.object(Purchase1688Call, "_lock_head", read_head_without_lock),
        pytest.raises(AssertionError),
    ):
        test_chain_stays_whole_with_several_writers(world)


# --- call budget


def take_for(env, seconds):
    end = time.monotonic() + seconds
    taken = 0
    while time.monotonic() < end:
        taken += len(env["purchase.1688.quota"]._reserve(account_of(env), 1).delays)
    env.cr.execute("INSERT INTO purchase_1688_test_taken VALUES (%s)", [taken])


@pytest.fixture
def small_quota(world):
    """A small quota, and a table where the processes tell what they got."""
    database = world.database
    with database.env() as env:
        before = account_of(env).quota_per_minute
        account_of(env).quota_per_minute = QUOTA
    database.execute("DELETE FROM purchase_1688_quota")
    database.execute("CREATE TABLE IF NOT EXISTS purchase_1688_test_taken (taken integer)")
    database.execute("TRUNCATE purchase_1688_test_taken")
    yield
    with database.env() as env:
        account_of(env).quota_per_minute = before
    database.execute("DELETE FROM purchase_1688_quota")


def test_processes_together_stay_below_the_quota(world, small_quota):
    database = world.database
    at_once(database, take_for, 4)
    taken = database.execute("SELECT sum(taken) FROM purchase_1688_test_taken")[0][0]
    assert taken == int(QUOTA * PEOPLE)


def read_then_write(quota, account, count, share=PEOPLE, patience=0.0):
    """The planted bug: what was read may be old when it is written."""
    with own_transaction(quota.env) as env:
        env.cr.execute("SELECT COALESCE(MAX(newest), 0) FROM purchase_1688_quota")
        used = env.cr.fetchone()[0]
    if used >= int(QUOTA * share):
        return Grant([], 1.0)
    time.sleep(0.01)
    with own_transaction(quota.env) as env:
        env.cr.execute(
            "INSERT INTO purchase_1688_quota (account_id, newest) VALUES (%s, %s)"
            " ON CONFLICT (account_id) DO UPDATE SET newest = EXCLUDED.newest",
            [account.id, used + 1],
        )
    return Grant([0.0], 0.0)


def test_planted_budget_without_a_lock_is_found(world, small_quota):
    with (
        patch.object(Purchase1688Quota, "_reserve", read_then_write),
        pytest.raises(AssertionError),
    ):
        test_processes_together_stay_below_the_quota(world, small_quota)


# --- token


def expire_token(env):
    account_of(env).access_token = "expired"


def ask_who(env):
    account_of(env)._call("account.basic", purpose="test", timeout=40)


def refreshes(gateway):
    calls = gateway.admin("GET", "calls?since=0")
    rows = calls["calls"] if isinstance(calls, dict) else calls
    return sum("getToken" in json.dumps(row) for row in rows)


def test_one_process_renews_the_token_and_all_go_on(world, gateway):
    with world.database.env() as env:
        expire_token(env)
    before = refreshes(gateway)
    at_once(world.database, ask_who)
    assert refreshes(gateway) - before == 1


@contextlib.contextmanager
def no_single_flight():
    """The planted bug: whoever meets an expired token renews it, without looking."""
    model = purchase_1688_authorisation.Purchase1688Authorisation
    real = model._renew_token

    def renew_token(account, stale):
        time.sleep(0.3)  # the others have seen the expired token too
        account.sudo()._refresh()
        account.env.cr.commit()
        return account._read_credentials()

    model._renew_token = renew_token
    try:
        yield
    finally:
        model._renew_token = real


def test_planted_renewal_without_a_lock_is_found(world, gateway):
    with world.database.env() as env:
        expire_token(env)
    before = refreshes(gateway)
    with no_single_flight(), contextlib.suppress(AssertionError):
        at_once(world.database, ask_who)
    found = refreshes(gateway) - before
    with world.database.env() as env:  # a refresh may have ended the others' tokens
        account_of(env).write({"access_token": gateway.access_token, "refresh_token": gateway.refresh_token})
    assert found > 1


# --- inbox


def deliver(env, body):
    status = env["purchase.1688.event"]._receive(account_of(env).push_token, body)
    assert status == 200


def test_message_delivered_to_all_processes_at_once_is_stored_once(world, gateway):
    database = world.database
    database.execute("DELETE FROM purchase_1688_event WHERE msg_id LIKE '88800_'")
    for number in range(3):
        message = {
            "msgId": 888000 + number,
            "gmtBorn": 1760000000000,
            "type": "ORDER_BUYER_VIEW_ORDER_PAY",
            "userInfo": gateway.member_id,
            "data": {"orderId": 4},
        }
        text = json.dumps(message)
        form = {"message": text, "_aop_signature": sign_push(text, gateway.app_secret)}
        at_once(database, deliver, urlencode(form).encode())
    rows = database.execute("SELECT count(*) FROM purchase_1688_event WHERE msg_id LIKE '88800_'")
    assert rows[0][0] == 3


def look_then_insert(events, account, messages, source):
    """The planted bug: whether a message is there is asked before, and not by an index."""
    with own_transaction(events.env) as env:
        known = env["purchase.1688.event"].search([("msg_id", "in", [message.msg_id for message in messages])])
    time.sleep(0.2)
    fresh = [message for message in messages if message.msg_id not in known.mapped("msg_id")]
    with own_transaction(events.env) as env:
        for message in fresh:
            env.cr.execute(
                "INSERT INTO purchase_1688_event (account_id, company_id, msg_id, type, source, state)"
                " VALUES (%s, %s, %s, %s, %s, 'ignored')",
                [account.id, account.company_id.id, message.msg_id, message.topic, source],
            )
    return len(fresh)


@contextlib.contextmanager
def without_index(database, name):
    definition = database.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name])[0][0]
    database.execute(f'DROP INDEX "{name}"')
    try:
        yield
    finally:
        database.execute("DELETE FROM purchase_1688_event WHERE msg_id LIKE '88800_'")
        database.execute(definition)


def test_planted_inbox_without_a_unique_index_is_found(world, gateway):
    with (
        without_index(world.database, "purchase_1688_event_message_uniq"),
        patch.object(Purchase1688Event, "_store", look_then_insert),
        pytest.raises(AssertionError),
    ):
        test_message_delivered_to_all_processes_at_once_is_stored_once(world, gateway)


# --- attempts


def test_nothing_is_sent_while_changes_are_pending(world):
    def send(env):
        env.user.partner_id.comment = "pending"
        env.flush_all()
        env["purchase.1688.attempt"].browse(NOWHERE)._run()

    with pytest.raises(RuntimeError):
        world.database.request(world.buyer, send)


def test_planted_sending_with_pending_changes_is_found(world):
    with (
        patch.object(purchase_1688_attempt_steps, "has_writes", return_value=False),
        pytest.raises(MissingError),  # it went on to the attempt
    ):
        test_nothing_is_sent_while_changes_are_pending(world)
