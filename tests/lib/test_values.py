"""Money, errors and calls as plain data."""

import copy
import dataclasses
import inspect
import json
import pickle
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lib1688 import errors, values
from lib1688.call import Call
from lib1688.values import SellerScores

AMOUNTS = st.integers(-(10**13), 10**13)


@given(AMOUNTS)
def test_fen_and_back(fen):
    assert values.to_fen(values.from_fen(fen)) == fen


@pytest.mark.parametrize(
    ("fen", "yuan"), [(0, "0.00"), (1, "0.01"), (10250, "102.50"), (-5, "-0.05")]
)
def test_from_fen(fen, yuan):
    assert str(values.from_fen(fen)) == yuan


@pytest.mark.parametrize("fen", [1.0, "1", None, True, Decimal(1)])
def test_from_fen_wants_an_integer(fen):
    with pytest.raises(errors.BadInput):
        values.from_fen(fen)


@pytest.mark.parametrize(
    "yuan",
    [1.1, True, Decimal("0.001"), Decimal("NaN"), Decimal("Infinity"), Decimal("1e99")],
)
def test_to_fen_refuses(yuan):
    with pytest.raises(errors.BadInput):
        values.to_fen(yuan)


def test_values_are_frozen_and_documented():
    for name in values.__all__:
        found = getattr(values, name)
        if inspect.isclass(found):
            assert found.__doc__ and not found.__doc__.startswith(f"{name}("), name
            assert dataclasses.fields(found) and found.__dataclass_params__.frozen, name


def test_secrets_are_not_printed():
    shown = repr(
        (
            values.Credentials("key", "app-secret", "access", "renew"),
            values.TokenGrant("access", "renew"),
        )
    )
    assert not any(word in shown for word in ("app-secret", "access'", "renew'"))


def test_preview_sums_its_parts():
    part = values.PreviewPart(
        True, total=Decimal("10.50"), goods_total=Decimal("8.50"), freight=Decimal("2.00")
    )
    preview = values.Preview((part, part))
    assert preview.orderable
    assert (preview.total, preview.goods_total, preview.freight) == (21, 17, 4)


def test_preview_without_an_amount_has_no_total():
    preview = values.Preview((values.PreviewPart(False),))
    assert preview.total is None
    assert not preview.orderable
    assert not values.Preview().orderable


@pytest.mark.parametrize(
    ("kind", "sent", "repeatable"),
    [
        (errors.NotSent, False, True),
        (errors.OutcomeUnknown, None, False),
        (errors.BadAnswer, None, False),
        (errors.Refused, True, False),
        (errors.RateLimited, True, True),
        (errors.NotAuthorised, True, False),
    ],
)
def test_errors_answer_two_questions(kind, sent, repeatable):
    error = kind("text", code="c", raw="r", http_status=400)
    assert (error.sent, error.repeatable, str(error)) == (sent, repeatable, "c: text")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert vars(again) == vars(error) == vars(copy.copy(error))


def test_error_without_code():
    assert str(errors.NotSent("text")) == "text"


def test_tree_of_errors():
    assert issubclass(errors.BadAnswer, errors.OutcomeUnknown)
    assert issubclass(errors.NotAuthorised, errors.Refused)
    assert not issubclass(errors.BadInput, errors.GatewayError)


def test_call_is_stored_and_read_back():
    call = Call("a.b", "ns:api:1", {"x": "1"}, {"f": b"\xff\xd8"}, effect=True)
    assert Call.from_dict(json.loads(json.dumps(call.to_dict()))) == call


@pytest.mark.parametrize(
    "data",
    [{}, None, [], {"name": "a"}, {**Call("a", "b").to_dict(), "files": {"f": "!!"}}],
)
def test_stored_nonsense_is_bad_input(data):
    with pytest.raises(errors.BadInput):
        Call.from_dict(data)


def test_figures_of_a_seller_as_a_buyer_asks_for_them():
    told = {"collected_48h_share": Decimal("0.9"), "delayed_7d_share": Decimal("0.3"), "fulfilment_share": Decimal(1)}
    for name, share in (("collected_48h_share", "0.9"), ("delayed_7d_share", "0.7"), ("fulfilment_share", "1")):
        assert SellerScores(**told).on_time_share == Decimal(share)
        del told[name]
    assert SellerScores().on_time_share is None and SellerScores().overall is None
    parts = SellerScores(goods=Decimal(4), disputes=Decimal(3))
    assert parts.overall == Decimal("3.5")
    assert SellerScores(service=Decimal("4.6"), goods=Decimal(1)).overall == Decimal("4.6")
