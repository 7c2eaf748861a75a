"""SIGKILL between claim and call, and between call and record.

Whatever is left: one order, one payment, and Odoo knows the truth.
Each trial is shown to be able to fail: with a planted bug it finds the double.
"""

from unittest.mock import patch

import pytest
from harness import die
from world import CRON_RUN

KILLED = -9


@pytest.fixture
def ready(world):
    """An order with a ready attempt of the kind that the test names."""

    def make(kind):
        if kind == "create":
            order_id = world.prepare_order()
            return order_id, world.confirm_order(order_id)
        order_id = world.place_order()
        return order_id, world.approve_payment(order_id)

    return make


def run_until_killed(world, attempt_id, step):
    """A worker runs the attempt and is shot when it comes to `step`."""

    def work():
        with world.database.env() as env:
            attempt = env["purchase.1688.attempt"].browse(attempt_id)
            with patch.object(type(attempt), step, die):
                attempt._run()

    assert world.database.in_child(work)() == KILLED


def attempt_state(world, attempt_id):
    with world.database.env() as env:
        return env["purchase.1688.attempt"].browse(attempt_id).state


def audited(world, attempt_id):
    """How each sending of the attempt ended, as the audit trail says; one row per claim, also of the dead."""
    with world.database.env() as env:
        attempt = env["purchase.1688.attempt"].browse(attempt_id)
        purpose = f"{attempt.kind} {attempt.name}"
        rows = env["purchase.1688.call"].search([("purpose", "=like", f"{purpose}%")], order="sequence")
        assert len(rows) == attempt.tries
        return [row.code or row.outcome for row in rows]


@pytest.mark.parametrize("kind", ["create", "pay"])
def test_killed_between_claim_and_call(world, ready, kind):
    order_id, attempt_id = ready(kind)
    placed = int(kind == "pay")
    run_until_killed(world, attempt_id, "_send")
    assert attempt_state(world, attempt_id) == "calling"

    world.pass_time()
    world.settle()
    assert attempt_state(world, attempt_id) == "unknown", "nothing was sent again by the machine"
    assert audited(world, attempt_id) == ["lost"]
    world.check(order_id, orders=placed, payments=0)

    world.decide_to_send_again(attempt_id)
    world.settle()
    assert attempt_state(world, attempt_id) == "done"
    assert audited(world, attempt_id) == ["lost", "answered"]
    world.check(order_id, payments=placed, state="paid" if placed else "verified")


@pytest.mark.parametrize("kind", ["create", "pay"])
def test_killed_between_call_and_record(world, ready, kind):
    order_id, attempt_id = ready(kind)
    paid = int(kind == "pay")
    run_until_killed(world, attempt_id, "_record")
    assert attempt_state(world, attempt_id) == "calling"

    world.pass_time()
    world.settle()
    assert attempt_state(world, attempt_id) == "done"
    assert audited(world, attempt_id) == ["answered"]
    world.check(order_id, payments=paid, state="paid" if paid else "verified")


@pytest.mark.parametrize("behaviour", ["second_order", "error", "return_existing"])
def test_killed_after_the_call_whatever_a_repeated_reference_does(world, gateway, ready, behaviour):
    order_id, attempt_id = ready("create")
    gateway.switch(repeated_out_order_id=behaviour)
    run_until_killed(world, attempt_id, "_record")
    world.pass_time()
    world.settle()
    world.check(order_id, state="verified")


def test_planted_resending_the_unknown_order_is_found(world, gateway, ready):
    order_id, attempt_id = ready("create")
    gateway.switch(repeated_out_order_id="second_order")
    run_until_killed(world, attempt_id, "_record")
    world.pass_time()
    world.database.run_cron(CRON_RUN)
    world.resend_the_unknown(attempt_id)
    world.settle()
    with pytest.raises(AssertionError, match="2 orders at 1688"):
        world.check(order_id)


def test_planted_forgetting_the_claim_is_found(world, ready):
    """Without a completer the order exists at 1688 and Odoo never learns of it."""
    order_id, attempt_id = ready("create")
    run_until_killed(world, attempt_id, "_record")
    with (
        world.database.env() as env,
        patch.object(type(env["purchase.1688.attempt"]), "_find_lost", lambda self: self.browse()),
    ):
        world.pass_time()
        world.settle(2)
    with pytest.raises(AssertionError):
        world.check(order_id, state="verified")
