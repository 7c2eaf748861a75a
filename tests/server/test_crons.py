"""Each scheduled action with three things to do: one loses against another writer, one is poisoned, one is well.

The conflict is a real one: a second connection writes a row that the first one is about to write, after that
one has begun. What the first one wrote counts only when it is committed.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from unittest.mock import patch

import pytest

from odoo import Command, fields
from odoo.models import BaseModel

from odoo.addons.purchase_1688 import scheduled

OLD = timedelta(days=30)
SOURCE = "SELECT module || '.' || name FROM ir_model_data WHERE model = 'ir.cron' AND module IN %s"


@dataclass(frozen=True)
class Case:
    """A step of a scheduled action: what it works on, and how a poisoned record shows afterwards."""

    cron: str
    model: str
    step: str
    make: Callable
    marked: Callable = lambda record: True
    #: method of the same action that runs before or beside the step -> what it returns
    beside: Callable = lambda records: {}

    def __str__(self):
        return f"{self.cron.split('ir_cron_')[1]}-{self.step.strip('_')}"


# --- three records that are due


def now():
    return fields.Datetime.now()


def make_accounts(env, **vals):
    account = env.company.ali1688_account_id
    accounts = account.browse().union(*(account.copy({"name": f"Copy {number}"}) for number in range(3)))
    accounts.write({"state": "connected", **vals})
    return accounts


def make_orders(env, **vals):
    seller = env["purchase.1688.source"].search([], limit=1).partner_id
    mark = f"{env.cr.now():%H%M%S%f}"
    return env["purchase.1688.order"].create(
        [
            {
                "account_id": env.company.ali1688_account_id.id,
                "company_id": env.company.id,
                "partner_id": seller.id,
                "address_partner_id": env.company.partner_id.id,
                "remote_id": f"{mark}{number}",
                **vals,
            }
            for number in range(3)
        ]
    )


def make_attempts(env, state):
    account = env.company.ali1688_account_id
    mark = f"{env.cr.now():%H%M%S%f}"
    return env["purchase.1688.attempt"].create(
        [
            {
                "name": f"{mark}{number}",
                "kind": "cancel",
                "account_id": account.id,
                "company_id": env.company.id,
                "res_model": "res.partner",
                "res_id": order.id,
                "request": "{}",
                "digest": "-",
                "state": state,
                "claimed_at": now() - OLD,
                "next_look_at": now() - OLD,
            }
            for number, order in enumerate(make_orders(env, state="cancelled"))
        ]
    )


def make_events(env):
    account = env.company.ali1688_account_id
    mark = f"{env.cr.now():%H%M%S%f}"
    return env["purchase.1688.event"].create(
        [
            {
                "account_id": account.id,
                "company_id": env.company.id,
                "msg_id": f"{mark}{number}",
                "type": "ORDER_BUYER_VIEW_ORDER_PAY",
                "next_try_at": now() - OLD,
            }
            for number in range(3)
        ]
    )


def make_offers(env):
    offer = env["purchase.1688.offer"].search([], limit=1)
    mark = f"{env.cr.now():%H%M%S%f}"
    vals = {"pictures_pending": True, "pictures_tries": 0}
    copies = [offer.copy({"offer_id": f"9{mark}{number}", **vals}) for number in range(3)]
    return offer.browse().union(*copies)


def make_watched(env):
    offers = make_offers(env)
    offers.write({"pictures_pending": False, "is_mapped": True, "watch_next_at": now() - OLD})
    return offers


def make_lines(env):
    collect = env["purchase.1688.offer.collect"].create({"state": "running"})
    vals = [{"collect_id": collect.id, "text": f"61234567890{number}", "state": "todo"} for number in range(3)]
    return env["purchase.1688.offer.collect.line"].create(vals)


def make_import_offers(env):
    record = env["purchase.1688.source.import"].create({"text": "x"})
    record._set(state="reading")
    vals = [{"import_id": record.id, "number": f"61234567890{number}"} for number in range(3)]
    return env["purchase.1688.source.import.offer"].create(vals)


def make_imports(env):
    records = env["purchase.1688.source.import"].create([{"text": "x"}] * 3)
    for record in records:
        record._set(state="reading")
    return records


def make_comparisons(env):
    vals = {"state": "asking", "alive_until": now() - OLD, "account_id": env.company.ali1688_account_id.id}
    return env["purchase.1688.comparison"].create([vals] * 3)


def make_runs(env):
    vals = {"keyword": "x", "state": "running", "lease_until": now() - OLD}
    return env["purchase.1688.sourcing"].create([{**vals, "account_id": env.company.ali1688_account_id.id}] * 3)


def make_payments(env):
    account = env.company.ali1688_account_id
    vals = {"account_id": account.id, "company_id": env.company.id, "state": "approved", "router": "cashier"}
    orders = make_orders(env, state="verified")
    lines = [[Command.create({"order_id": order.id, "amount": 10.0})] for order in orders]
    return env["purchase.1688.payment"].create([{**vals, "line_ids": line} for line in lines])


def make_claims(env, **vals):
    orders = make_orders(env, state="shipped")
    return env["purchase.1688.refund"].create([{"order_id": order.id, **vals} for order in orders])


def make_remote_claims(env):
    claims = make_claims(env, state="applied")
    for claim in claims:
        claim.remote_id = f"TQ{claim.id}"
    return claims


def make_parcels(env):
    account = env.company.ali1688_account_id
    mark = f"{env.cr.now():%H%M%S%f}"
    vals = {"account_id": account.id, "company_id": env.company.id}
    return env["stock.1688.parcel"].create([{**vals, "name": f"YT{mark}{number}"} for number in range(3)])


def make_tracked(env):
    return make_orders(env, state="shipped", tracking_next_look_at=now() - OLD, shipped_at=now())


def make_late(env):
    return make_orders(env, state="paid", paid_at=now() - OLD)


def make_shipped(env):
    env.company.ali1688_auto_confirm_days = 10
    return make_orders(env, state="shipped", shipped_at=now() - OLD)


def make_accepted(env):
    orders = make_orders(env, state="shipped", shipped_at=now())
    env.flush_all()
    env.cr.execute("UPDATE purchase_1688_order SET inspection_state = 'accepted' WHERE id IN %s", [tuple(orders.ids)])
    return orders


def make_sellers(env):
    mark = f"{env.cr.now():%H%M%S%f}"
    return env["res.partner"].create(
        [{"name": f"Rated {number}", "ali1688_member_id": f"b2b-{mark}{number}"} for number in range(3)]
    )


def make_papers(env):
    vals = {"kind": "permit", "expires": "2020-01-01"}
    return env["purchase.1688.qualification"].create([{**vals, "partner_id": it.id} for it in make_sellers(env)])


# --- every step of every scheduled action

IMPORT = "purchase.1688.source.import"
BUY, ARRIVE = "purchase_1688.ir_cron_purchase_1688_", "stock_1688_tracking.ir_cron_stock_1688_"
ACCOUNT, ORDER, ATTEMPT = "purchase.1688.account", "purchase.1688.order", "purchase.1688.attempt"
PAPER = "purchase.1688.qualification"
EXPIRING = {"token_expires_at": "2020-01-01"}, {"refresh_expires_at": "2020-01-01"}
CASES = [
    Case(BUY + "attempt_run", ATTEMPT, "_expire", lambda env: make_attempts(env, "calling")),
    Case(BUY + "attempt_run", ATTEMPT, "_run", lambda env: make_attempts(env, "ready"), lambda it: it.failures),
    Case(
        BUY + "attempt_reconcile", ATTEMPT, "_look", lambda env: make_attempts(env, "unknown"), lambda it: it.failures
    ),
    Case(BUY + "event_process", "purchase.1688.event", "_process", make_events, lambda it: it.tries == 1),
    Case(BUY + "event_pull", "purchase.1688.event", "_pull", make_accounts),
    Case(BUY + "account_renew", ACCOUNT, "_renew_present_token", lambda env: make_accounts(env, **EXPIRING[0])),
    Case(BUY + "account_renew", ACCOUNT, "_warn_of_end", lambda env: make_accounts(env, **EXPIRING[1])),
    Case(BUY + "call_keep", "purchase.1688.call", "_anchor", make_accounts),
    Case(BUY + "call_keep", "purchase.1688.call", "_purge", make_accounts),
    Case(BUY + "pictures", "purchase.1688.offer", "_fetch_pictures", make_offers, lambda it: it.pictures_tries == 1),
    Case(
        BUY + "offer_watch",
        "purchase.1688.offer",
        "_look",
        make_watched,
        lambda it: it.watch_misses == 1,
        lambda records: {"_follow_some": None},
    ),
    Case(BUY + "collect", "purchase.1688.offer.collect", "_collect_batch", make_lines, lambda it: it.state == "failed"),
    Case(BUY + "source_import", IMPORT, "_read_batch", make_import_offers, lambda it: it.tries == 1),
    Case(BUY + "source_import", IMPORT, "_finish_reading", make_imports, lambda it: it.state == "columns"),
    Case(
        BUY + "comparison_orphans",
        "purchase.1688.comparison",
        "_take_up",
        make_comparisons,
        lambda it: it.state == "done",
    ),
    Case(BUY + "sourcing", "purchase.1688.sourcing", "_continue", make_runs, lambda it: it.breaks == 1),
    Case(BUY + "order_prepare", ORDER, "_read_previews", make_orders, lambda it: it.prepare_after),
    Case(
        BUY + "order_prepare",
        ORDER,
        "_take_preview",
        make_orders,
        lambda it: it.prepare_after,
        lambda records: {"_read_previews": dict.fromkeys(records.ids, ("", None))},
    ),
    Case(BUY + "order_refresh", ORDER, "_look_at", lambda env: make_orders(env, state="placed")),
    Case(
        BUY + "order_refresh",
        ORDER,
        "_apply_snapshot",
        lambda env: make_orders(env, state="placed"),
        beside=lambda records: {"_look_at": dict.fromkeys(records.ids)},
    ),
    Case(BUY + "order_sweep", ORDER, "_sweep_account", make_accounts),
    Case(BUY + "payment_link", "purchase.1688.payment", "_fetch_pay_link", make_payments, lambda it: it.note),
    Case(
        BUY + "refund_follow", "purchase.1688.refund", "_prepare_at_gateway", make_claims, lambda it: it.prepare_after
    ),
    Case(
        BUY + "refund_follow",
        "purchase.1688.refund",
        "_read_at_gateway",
        make_remote_claims,
        lambda it: it.looked_at,
    ),
    Case(BUY + "rating", "purchase.1688.rating", "_rate_batch", make_sellers),
    Case(BUY + "qualification", PAPER, "_watch", make_papers, beside=lambda records: {"_ask_identities": None}),
    Case(
        BUY + "qualification",
        PAPER,
        "_follow_memberships",
        make_accounts,
        beside=lambda records: {"_ask_identities": None},
    ),
    Case(BUY + "qualification", PAPER, "_ask_identities", make_accounts),
    Case(ARRIVE + "parcel_look", ORDER, "_check_capacity", make_accounts),
    Case(ARRIVE + "parcel_look", ORDER, "_look", make_tracked, lambda it: it.tracking_misses == 1),
    Case(ARRIVE + "parcel_watch", "stock.1688.parcel", "_watch_movement", make_parcels),
    Case(ARRIVE + "parcel_watch", ORDER, "_confirm_accepted", make_accepted),
    Case(ARRIVE + "parcel_watch", ORDER, "_warn_of_release", make_shipped),
    Case(ARRIVE + "parcel_watch", ORDER, "_warn_of_late_seller", make_late),
]


# --- the test


@pytest.fixture(autouse=True)
def scratch(world):
    """Where the steps write down what they worked on; afterwards nothing of it is due any more."""
    database = world.database
    database.execute("CREATE TABLE IF NOT EXISTS purchase_1688_test_worked (id integer)")
    database.execute("TRUNCATE purchase_1688_test_worked")
    database.execute("CREATE TABLE IF NOT EXISTS purchase_1688_test_rival AS SELECT 1 AS id")
    yield
    with database.env() as env:
        env.cr.execute("UPDATE purchase_1688_attempt SET state = 'cancelled' WHERE res_model = 'res.partner'")
        env.cr.execute(
            "UPDATE purchase_1688_order SET state = 'cancelled'"
            " WHERE id NOT IN (SELECT order_id FROM purchase_1688_order_line)"
        )
        env.cr.execute("UPDATE purchase_1688_payment SET state = 'cancelled' WHERE router = 'cashier'")
        env.cr.execute("UPDATE purchase_1688_account SET active = false, state = 'draft' WHERE name LIKE 'Copy %'")
        env.cr.execute("UPDATE purchase_1688_offer SET pictures_pending = false")
        env.cr.execute("UPDATE purchase_1688_offer SET is_mapped = false WHERE watch_misses > 0 OR offer_id LIKE '9%'")
        env.cr.execute("UPDATE purchase_1688_sourcing SET state = 'stopped' WHERE state = 'running'")
        env.cr.execute("UPDATE purchase_1688_source_import SET state = 'draft'")
        env.cr.execute("DELETE FROM res_partner WHERE name LIKE 'Rated %' AND ali1688_is_seller")


class Planted:
    """The step of a case, replaced: it writes down what it worked on, unless it loses or fails."""

    def __init__(self, database, records):
        self.database = database
        self.lost, self.poison, self.well = records.ids
        self.ids, self.begun = set(records.ids), []

    def __call__(self, records, *args):
        about = args[0] if args and isinstance(args[0], BaseModel) else records
        cr = about.env.cr
        cr.execute("SELECT 1")  # the snapshot of this transaction
        if self.lost in about.ids:
            self.begun.append(self.lost)
            if len(self.begun) == 1:
                self.database.execute("UPDATE purchase_1688_test_rival SET id = id")
            cr.execute("UPDATE purchase_1688_test_rival SET id = id")
        if self.poison in about.ids:
            raise ValueError("planted")
        mine = list(self.ids & set(about.ids))
        cr.execute("INSERT INTO purchase_1688_test_worked SELECT unnest(%s::integer[])", [mine])
        return {}

    def worked(self):
        rows = self.database.execute("SELECT id FROM purchase_1688_test_worked")
        return {number for (number,) in rows} & self.ids


def run(world, case):
    database = world.database
    with database.env() as env:
        records = case.make(env)
        planted = Planted(database, records)
        owner = type(env[case.model])
        beside = case.beside(records)
    with contextlib.ExitStack() as stack:
        for name, value in beside.items():
            stack.enter_context(patch.object(owner, name, lambda records, *args, value=value: value))
        stack.enter_context(patch.object(owner, case.step, lambda records, *args: planted(records, *args)))
        with database.env() as env:
            assert env.ref(case.cron).method_direct_trigger() is True, "the scheduled action failed as a whole"
    assert planted.worked() == {planted.lost, planted.well}
    assert planted.begun.count(planted.lost) >= 2, "the conflict was a real one"
    with database.env() as env:
        assert case.marked(records.with_env(env).browse(planted.poison)), "the poisoned record is not marked"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_neither_a_conflict_nor_poison_stops_the_others(world, case):
    run(world, case)


def test_every_scheduled_action_is_here(world):
    there = world.database.execute(SOURCE, [("purchase_1688", "stock_1688_tracking")])
    assert {name for (name,) in there} == {case.cron for case in CASES}


def test_planted_giving_up_at_the_first_conflict_is_found(world):
    with patch.object(scheduled, "TRIES", 1), pytest.raises(AssertionError):
        run(world, CASES[3])


def test_planted_letting_poison_through_is_found(world):
    def let_through(_xmlid, _record, error, _failed):
        raise error

    with patch.object(scheduled, "_set_aside", let_through), pytest.raises(AssertionError):
        run(world, CASES[3])
