"""What is worth a line of history."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from lib1688.history import Seen, Spec, changes, movement

RED = Spec(45.0, 100.0, noted=100.0)


def seen(**specs):
    return Seen(by_spec=True, specs=specs)


def kinds(before, after):
    return [(change.kind, change.spec) for change in changes(before, after)]


def test_first_sight_tells_everything_once():
    after = Seen(tiers={2: 13.0, 5: 12.5}, specs={1: Spec(13.0, 40.0), 2: Spec(13.0, 0.0)})
    assert kinds(None, after) == [("first", None), ("first", None), ("first", 1), ("first", 2)]


def test_price_moves_are_told_up_and_down():
    (up,) = changes(seen(a=RED), seen(a=replace(RED, price=49.5)))
    assert (up.kind, up.old, up.new, round(movement(up.old, up.new), 6)) == ("up", 45.0, 49.5, 0.1)
    assert kinds(seen(a=RED), seen(a=replace(RED, price=44.0))) == [("down", "a")]
    assert kinds(seen(a=RED), seen(a=replace(RED, price=45.0000000001))) == []


def test_shared_tiers_tell_of_the_price_once_for_all_specs():
    specs = {key: Spec(13.0, 9.0, noted=9.0) for key in range(30)}
    before = Seen(tiers={1: 13.0, 50: 12.0}, specs=specs)
    after = Seen(
        tiers={1: 14.0, 60: 12.0}, specs={key: replace(spec, price=14.0) for key, spec in specs.items()}
    )
    found = [(change.kind, change.start) for change in changes(before, after)]
    assert found == [("up", 1), ("no_tier", 50), ("first", 60)]


def test_stock_is_told_when_it_matters():
    for stock, kind in ((90.0, None), (75.0, "stock"), (130.0, "stock"), (0.0, "short")):
        expected = [(kind, "a")] if kind else []
        assert kinds(seen(a=RED), seen(a=replace(RED, stock=stock))) == expected
    empty = Spec(45.0, 0.0, noted=0.0)
    assert kinds(seen(a=empty), seen(a=empty)) == []
    assert kinds(seen(a=empty), seen(a=replace(empty, stock=1.0))) == [("restocked", "a")]


def test_creeping_stock_is_measured_from_what_was_told():
    stock = 95.0
    for _look in range(5):
        stock -= 5
        now = replace(RED, stock=stock)
        told = kinds(seen(a=RED), seen(a=now))
    assert told == [("stock", "a")]


def test_specs_and_listings_come_and_go():
    gone = replace(RED, listed=False, stock=0.0)
    assert kinds(seen(a=RED), seen(a=gone)) == [("gone", "a")]
    assert kinds(seen(a=gone), seen(a=gone)) == []
    assert kinds(seen(a=gone), seen(a=RED)) == [("back", "a")]
    on = seen(a=RED)
    assert kinds(on, replace(on, on_shelf=False)) == [("off", None)]
    assert kinds(replace(on, on_shelf=False), on) == [("on", None)]


prices = st.floats(0.01, 1e6)
spec_values = st.builds(
    Spec, prices, st.floats(0, 1e6), st.booleans(), st.none() | st.floats(0, 1e6)
)
listings = st.builds(
    Seen,
    st.booleans(),
    st.booleans(),
    st.dictionaries(st.integers(1, 99), prices, max_size=4),
    st.dictionaries(st.integers(1, 9), spec_values, max_size=6),
)


@given(listings, listings)
def test_what_was_told_is_not_told_again(before, after):
    changes(before, after)
    told = {
        key: replace(spec, noted=spec.stock if spec.listed else spec.noted)
        for key, spec in after.specs.items()
    }
    after = replace(after, specs=told)
    assert changes(after, after) == []
