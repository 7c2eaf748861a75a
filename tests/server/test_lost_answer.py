"""The answer is lost, under each behaviour of a repeated reference.

Whatever happens: one order, one payment, and Odoo knows the truth.
"""

from unittest.mock import patch

import pytest
from world import CRON_PREPARE, CRON_RUN

from odoo.exceptions import UserError

from odoo.addons.purchase_1688.lib.values import OrderQuery
from odoo.addons.purchase_1688.models.purchase_1688_attempt_look import Purchase1688AttemptLook
from odoo.addons.purchase_1688.models.purchase_1688_order_attempt import Purchase1688Order

CREATE = "alibaba.trade.createCrossOrder"
LIST = "alibaba.trade.getBuyerOrderList"
PAY = "alibaba.trade.pay.protocolPay.preparePay"
BEHAVIOURS = ("return_existing", "error", "second_order")
#: how the answer is lost after the platform did its work
LOSSES = ("drop_after", "cut", "html", "error_after")


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_answer_to_a_creation_is_lost(world, gateway, behaviour, loss):
    gateway.switch(repeated_out_order_id=behaviour)
    order_id = world.prepare_order()
    gateway.fault(CREATE, loss, status=502)
    world.confirm_order(order_id)
    world.settle()
    world.check(order_id, state="verified")


@pytest.mark.parametrize("loss", LOSSES)
def test_answer_to_a_payment_is_lost(world, gateway, loss):
    order_id = world.place_order()
    gateway.fault(PAY, loss, status=502)
    world.approve_payment(order_id)
    world.settle()
    world.check(order_id, payments=1, state="paid")


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_list_lags_behind_a_lost_answer(world, gateway, behaviour):
    """Not finding the order at once proves nothing: the list may be late."""
    gateway.switch(repeated_out_order_id=behaviour, list_lag_seconds=60)
    order_id = world.prepare_order()
    gateway.fault(CREATE, "drop_after")
    attempt_id = world.confirm_order(order_id)
    world.settle(2)
    with world.database.env() as env:
        assert env["purchase.1688.attempt"].browse(attempt_id).state == "unknown"
    gateway.advance(120)
    world.settle()
    world.check(order_id, state="verified")


@pytest.mark.parametrize("kind", ["create", "pay"])
def test_request_is_lost_on_the_way(world, gateway, kind):
    """Nothing arrived: the machine sends nothing again, a person decides, and it happens once."""
    order_id = world.place_order() if kind == "pay" else world.prepare_order()
    gateway.fault(PAY if kind == "pay" else CREATE, "drop_before")
    attempt_id = world.approve_payment(order_id) if kind == "pay" else world.confirm_order(order_id)
    world.settle()
    paid = int(kind == "pay")
    world.check(order_id, orders=paid)
    world.decide_to_send_again(attempt_id)
    world.settle()
    world.check(order_id, payments=paid, state="paid" if paid else "verified")


def test_order_is_closed_while_its_payment_is_unknown(world, gateway):
    """Nothing arrived, nobody decided, and 1688 closed the unpaid order: all of it comes to its end."""
    order_id = world.place_order()
    gateway.fault(PAY, "drop_before")
    attempt_id = world.approve_payment(order_id)
    world.settle(1)
    with world.database.env() as env:
        order = env["purchase.1688.order"].browse(order_id)
        assert order.state == "unknown"
        gateway.admin("POST", f"orders/{order.remote_id}/close", {})
    world.settle()
    world.check(order_id, state="cancelled")
    with world.database.env() as env:
        assert env["purchase.1688.attempt"].browse(attempt_id).state == "refused"
        assert env["purchase.1688.order"].browse(order_id).payment_ids.mapped("state") == ["cancelled"]


def test_planted_repeating_a_lost_creation_is_found(world, gateway):
    """A client that takes a lost answer for a refusal and sends again."""
    gateway.switch(repeated_out_order_id="second_order")
    order_id = world.prepare_order()
    gateway.fault(CREATE, "drop_after")
    attempt_id = world.confirm_order(order_id)
    world.settle(1)
    world.resend_the_unknown(attempt_id)
    world.settle()
    with pytest.raises(AssertionError, match="2 orders at 1688"):
        world.check(order_id)


@pytest.fixture
def slow(world, gateway):
    """An order that 1688 makes a minute after it left the answer out, and the attempt to place it."""
    gateway.switch(repeated_out_order_id="second_order")
    order_id = world.prepare_order()
    gateway.fault(CREATE, "late_effect", seconds=60)
    attempt_id = world.confirm_order(order_id)
    world.database.run_cron(CRON_RUN)
    return order_id, attempt_id


def give_up_and_order_anew(world, order_id, attempt_id):
    """A hasty person: the site shows nothing, so it is given up and confirmed once more."""

    def give_up(env):
        env["purchase.1688.attempt"].browse(attempt_id)._give_up("Looked on the site")
        return True

    world.database.request(world.approver, give_up)
    world.database.request(world.buyer, lambda env: bool(env["purchase.1688.order"].check_again([order_id])))
    world.database.run_cron(CRON_PREPARE)
    world.confirm_order(order_id)
    world.settle()


def test_what_may_still_be_done_is_not_given_up(world, gateway, slow):
    with pytest.raises(UserError, match="too early"):
        give_up_and_order_anew(world, *slow)
    gateway.advance(120)
    world.settle()
    world.check(slow[0], state="verified")


def test_planted_giving_up_at_once_is_found(world, gateway, slow):
    with patch.object(Purchase1688AttemptLook, "_may_give_up", lambda self: True):
        give_up_and_order_anew(world, *slow)
    gateway.advance(120)
    with pytest.raises(AssertionError, match="2 orders at 1688"):
        world.check(slow[0])


def lose_behind_an_odd_row(world, gateway):
    """The answer is lost, and the row of the order on the order list cannot be read for a while."""
    gateway.switch(repeated_out_order_id="second_order")
    order_id = world.prepare_order()
    gateway.fault(CREATE, "drop_after")
    attempt_id = world.confirm_order(order_id)
    odd = {"result.0.baseInfo.totalAmount": "NaN"}
    gateway.fault(LIST, "patch", times=None, set=odd, remove=["result.0.baseInfo.outOrderId"])
    world.settle()
    with world.database.env() as env:
        assert env["purchase.1688.attempt"].browse(attempt_id).state == "unknown"
    return order_id, attempt_id


def test_row_that_cannot_be_read_proves_no_absence(world, gateway):
    order_id, attempt_id = lose_behind_an_odd_row(world, gateway)
    with pytest.raises(UserError, match="too early"):
        world.decide_to_send_again(attempt_id)
    gateway.admin("DELETE", "faults")
    world.settle()
    world.check(order_id, state="verified")


def absent_unless_listed(order, _attempt):
    """The planted bug: what cannot be read is taken for not there."""
    query = OrderQuery(out_order_id=order.out_order_id)
    page = order.account_id._call("trade.orders", query=query, purpose="planted bug")
    return None if page.orders else "absent"


def test_planted_absence_by_a_row_that_cannot_be_read_is_found(world, gateway):
    with patch.object(Purchase1688Order, "_reconcile_create", absent_unless_listed):
        order_id, attempt_id = lose_behind_an_odd_row(world, gateway)
        world.decide_to_send_again(attempt_id)
        world.settle()
    with pytest.raises(AssertionError, match="2 orders at 1688"):
        world.check(order_id)
