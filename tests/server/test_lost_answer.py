"""The answer is lost, under each behaviour of a repeated reference.

Whatever happens: one order, one payment, and Odoo knows the truth.
"""

import pytest

CREATE = "alibaba.trade.createCrossOrder"
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
