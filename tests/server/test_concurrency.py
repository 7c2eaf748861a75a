"""Conflicts in the confirming request, and two people at once: one approval is one order."""

import contextlib
import json
import multiprocessing
from unittest.mock import patch

import pytest
from world import CRON_RUN

import odoo.service.model
from odoo.exceptions import UserError

from odoo.addons.purchase_1688.models.purchase_1688_attempt_steps import _Claim


@pytest.fixture(autouse=True)
def no_waiting():
    """The server waits between the repetitions of a request; a test need not."""
    with patch.object(odoo.service.model.random, "uniform", return_value=0):
        yield


def request_with_conflicts(world, order_id, conflicts, function):
    """Run ``function(env)`` in a request that loses `conflicts` times against another session.

    :return: how often it ran
    """
    runs = []

    def run(env):
        env.cr.execute("SELECT 1")  # the snapshot of this transaction
        runs.append(1)
        if len(runs) <= conflicts:
            world.database.execute(
                "UPDATE purchase_1688_order SET message = COALESCE(message, '') WHERE id = %s",
                [order_id],
            )
        function(env)
        return True

    world.database.request(world.buyer, run)
    return len(runs)


@pytest.mark.parametrize("conflicts", [1, 2, 4])
def test_conflict_in_the_confirming_request(world, conflicts):
    order_id = world.prepare_order()
    runs = request_with_conflicts(
        world, order_id, conflicts, lambda env: world.confirm(env, order_id)
    )
    assert runs == conflicts + 1, "the request was really repeated"
    world.settle()
    world.check(order_id, state="verified")


def test_planted_calling_inside_the_request_is_found(world, gateway):
    """The naive way: the order is sent in the transaction that Odoo repeats."""
    gateway.switch(repeated_out_order_id="second_order")
    order_id = world.prepare_order()

    def call_at_once(env):
        order = env["purchase.1688.order"].sudo().browse(order_id)
        order.account_id._send(order._build_create_call(), purpose="planted bug")
        order.write({"message": "sent"})

    assert request_with_conflicts(world, order_id, 2, call_at_once) == 3
    with pytest.raises(AssertionError, match="3 orders at 1688"):
        world.check(order_id)


def at_once(world, *functions):
    """Run the functions in one process each, all let go at the same moment."""
    barrier = multiprocessing.get_context("fork").Barrier(len(functions))

    def work(function):
        with patch.object(odoo.service.model.random, "uniform", return_value=0):
            barrier.wait(30)
            function()

    waits = [world.database.in_child(work, function) for function in functions]
    return [wait() for wait in waits]


def test_two_sessions_confirm_at_once(world, gateway):
    gateway.switch(repeated_out_order_id="second_order")
    order_id = world.prepare_order()

    def confirm():
        # Who comes too late may be told so already when accepting what he saw.
        with contextlib.suppress(UserError):
            world.database.request(world.buyer, lambda env: world.confirm(env, order_id) and True)

    assert at_once(world, confirm, confirm) == [0, 0]
    world.settle()
    world.check(order_id, state="verified")


def test_two_workers_run_the_attempts_at_once(world, gateway):
    gateway.switch(repeated_out_order_id="second_order")
    order_id = world.prepare_order()
    attempt_id = world.confirm_order(order_id)

    def run():
        with world.database.env() as env:
            env["purchase.1688.attempt"].browse(attempt_id)._run()

    at_once(world, run, run, run)
    world.settle()
    world.check(order_id, state="verified")


def claim_blindly(attempt):
    """The planted bug: a claim that does not ask whether somebody else has it."""
    return _Claim(
        number=1,
        note=("planted.jsonl", {}),
        account_id=attempt.account_id.id,
        stored=json.loads(attempt.request),
        purpose="planted bug",
        res_model=attempt.res_model,
        res_id=attempt.res_id,
    )


def test_planted_claim_without_comparison_is_found(world, gateway):
    gateway.switch(repeated_out_order_id="second_order")
    order_id = world.prepare_order()
    attempt_id = world.confirm_order(order_id)

    def run():
        with world.database.env() as env:
            attempt = env["purchase.1688.attempt"].browse(attempt_id)
            with patch.object(type(attempt), "_claim", claim_blindly):
                attempt._run()

    at_once(world, run, run)
    with pytest.raises(AssertionError, match="2 orders at 1688"):
        world.check(order_id)


def test_payment_approved_twice_at_once(world):
    order_id = world.place_order()
    world.database.request(
        world.buyer,
        lambda env: env["purchase.1688.order"].browse(order_id).action_request_payment() and True,
    )

    def approve():
        try:
            world.database.request(world.approver, lambda env: world.approve(env, order_id))
        except Exception as error:  # noqa: BLE001 looked at below
            # The loser is told so; anything else is a bug.
            assert type(error).__name__ in ("LockError", "UserError", "ValidationError"), error

    assert at_once(world, approve, approve) == [0, 0]
    world.settle()
    world.database.run_cron(CRON_RUN)
    world.check(order_id, payments=1, state="paid")
