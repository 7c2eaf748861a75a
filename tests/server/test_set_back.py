"""A database that was set back to an earlier state buys nothing until it is known what the lost one bought."""

from unittest.mock import patch

import pytest
from world import CRON_RUN

from odoo.addons.purchase_1688 import journal
from odoo.addons.purchase_1688.models.purchase_1688_spending import Purchase1688Spending

SWEEP = "purchase_1688.ir_cron_purchase_1688_order_sweep"


def account_of(env):
    return env.company.ali1688_account_id


def issues(env, kind):
    domain = [("kind", "=like", kind), ("state", "=", "open"), ("res_id", "=", account_of(env).id)]
    return env["purchase.1688.issue"].search(domain)


@pytest.fixture
def set_back(world):
    """An order that only the lost database knew, and one that the present one is about to place."""
    lost = world.place_order()
    waiting = world.prepare_order()
    world.confirm_order(waiting)
    world.database.execute("UPDATE purchase_1688_spending SET number = number - 1")
    world.database.execute(
        "UPDATE purchase_1688_order SET state = 'cancelled', remote_id = NULL, out_order_id = 'lost-' || id"
        " WHERE id = %s",
        [lost],
    )
    yield waiting
    with world.database.env() as env:
        issues(env, "orphan:%")._set_closed("test")
        account_of(env).set_back_at = False
        env["purchase.1688.spending"]._catch_up(account_of(env))


def test_set_back_database_waits_for_the_order_list_and_for_a_person(world, set_back):
    database = world.database
    world.settle(2)
    world.check(set_back, orders=0, state="approved")
    with database.env() as env:
        issue = issues(env, "set_back")
        assert len(issue) == 1
        assert "/create/" in issue.description, "it says what the lost database sent"
        assert account_of(env).set_back_at

    database.run_cron(SWEEP)
    world.settle(2)
    world.check(set_back, orders=0)
    with database.env() as env:
        orphans = issues(env, "orphan:%")
        assert len(orphans) == 1, "what the lost database bought is in front of a person"
        orphans._set_closed("It was for the other warehouse.")

    database.run_cron(SWEEP)
    with database.env() as env:
        assert not account_of(env).set_back_at
        assert not issues(env, "set_back")
    world.settle()
    world.check(set_back, state="verified")


def test_planted_counting_without_the_journal_is_found(world, set_back):
    with (
        patch.object(Purchase1688Spending, "_take_number", lambda self, account, entry: ("planted.jsonl", entry)),
        pytest.raises(AssertionError),
    ):
        test_set_back_database_waits_for_the_order_list_and_for_a_person(world, set_back)


def test_nothing_is_sent_that_the_journal_cannot_hold(world):
    order_id = world.prepare_order()
    world.confirm_order(order_id)

    def full(_handle, _line):
        raise OSError(28, "No space left on device")

    with patch.object(journal, "_write_line", full):
        world.database.run_cron(CRON_RUN)
    world.check(order_id, orders=0)
    world.pass_time()
    world.settle()
    world.check(order_id, state="verified")
