"""Ratings: bounds, monotony, shrinkage towards the platform's figure, and what is left out."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lib1688 import rating
from lib1688.rating import BEST, KINDS, NEUTRAL, OWN_KINDS, Own
from lib1688.values import SellerScores

WEIGHTS = {code: kind.weight for code, kind in KINDS.items()}
shares = st.decimals(0, 1, places=4)
points = st.decimals(0, 5, places=2)
maybe = st.none()
scores = st.builds(
    SellerScores,
    years=maybe | st.integers(0, 40),
    service=maybe | points,
    logistics=maybe | points,
    disputes=maybe | points,
    goods=maybe | points,
    after_sales=maybe | points,
    consulting=maybe | points,
    repurchase_share=maybe | shares,
    collected_48h_share=maybe | shares,
    quality_refund_share=maybe | shares,
)
observed = st.integers(1, 10_000).flatmap(
    lambda samples: st.builds(Own, good=st.floats(0, samples), samples=st.just(samples))
)
histories = st.dictionaries(st.sampled_from(OWN_KINDS), observed)
weights = st.dictionaries(st.sampled_from(list(KINDS)), st.just(0.0) | st.floats(0.01, 100))
priors = st.floats(0, 100)


def part(result, code):
    return next(part for part in result.parts if part.code == code)


def test_default_weights_are_a_hundred():
    assert sum(WEIGHTS.values()) == 100


@given(scores, histories, weights, priors)
def test_bounds(told, own, weights, prior):
    result = rating.rate(told, own, weights, prior)
    assert result.value is None or 0 <= result.value <= BEST
    for one in result.parts:
        assert -1e-9 <= one.value <= BEST + 1e-9
    known = [one for one in result.parts if one.weight]
    if known:
        low, high = min(one.value for one in known), max(one.value for one in known)
        assert min(low, NEUTRAL) - 0.01 <= result.value <= high + 0.01


@given(scores, histories, priors)
def test_what_is_not_known_speaks_for_nobody(told, own, prior):
    result = rating.rate(told, own, WEIGHTS, prior)
    weight = sum(one.weight for one in result.parts)
    assert result.known == pytest.approx(weight / 100)
    if result.value is None:
        return
    mean = sum(one.value * one.weight for one in result.parts) / weight
    pulled = (mean * weight + NEUTRAL * (100 - weight)) / 100
    assert result.value == pytest.approx(mean if mean <= NEUTRAL else pulled, abs=0.0051)
    # with the floor of 4.5: two thirds have to be known at least, were they as good as can be
    if result.value >= 4.5:
        assert result.known >= 0.66


@given(st.builds(SellerScores, years=maybe | st.integers(0, 40)) | st.builds(SellerScores, service=points))
def test_one_told_figure_is_not_enough_for_preferred(told):
    result = rating.rate(told, {}, WEIGHTS)
    assert rating.judge(result.value, result.samples, 4.5, 3.0) != "preferred"


@given(histories, st.sampled_from(["service", "goods", "after_sales", "logistics"]), st.floats(3.5, 5))
def test_a_figure_as_good_as_the_rating_takes_nothing_from_it(own, figure, value):
    """Knowing more of the same cannot make a seller worse."""
    own = {code: Own(seen.samples, seen.samples) for code, seen in own.items()}
    before = rating.rate(SellerScores(), own, WEIGHTS, prior=0)
    after = rating.rate(SellerScores(**{figure: max(value, before.value or 0)}), own, WEIGHTS, prior=0)
    assert before.value is None or after.value >= before.value - 0.01


@given(scores, histories, st.sampled_from(OWN_KINDS), st.integers(1, 500), st.floats(0, 1), st.floats(0, 1), priors)
def test_better_history_is_never_worse(told, own, code, samples, one, other, prior):
    worse, better = sorted((one * samples, other * samples))
    low = rating.rate(told, {**own, code: Own(worse, samples)}, WEIGHTS, prior)
    high = rating.rate(told, {**own, code: Own(better, samples)}, WEIGHTS, prior)
    assert part(low, code).value <= part(high, code).value + 1e-9
    assert low.value <= high.value


@pytest.mark.parametrize("figure", ["service", "logistics", "disputes", "goods", "after_sales", "consulting"])
@given(data=st.data())
def test_better_figure_is_never_worse(figure, data):
    one, other = sorted(data.draw(st.lists(st.decimals("0.01", 5, places=2), min_size=2, max_size=2)))
    own = data.draw(histories)
    low = rating.rate(SellerScores(**{figure: one}), own, WEIGHTS)
    high = rating.rate(SellerScores(**{figure: other}), own, WEIGHTS)
    assert low.value <= high.value


@given(st.decimals("0.0001", 1, places=4), st.decimals("0.0001", 1, places=4))
def test_rates_point_the_right_way(one, other):
    low, high = sorted((one, other))

    def tell(**figures):
        return list(rating.tell(SellerScores(**figures)).values())[0]

    assert tell(repurchase_share=low) <= tell(repurchase_share=high)
    assert tell(collected_48h_share=low) <= tell(collected_48h_share=high)
    assert tell(quality_refund_share=low) >= tell(quality_refund_share=high)


@given(scores, st.sampled_from(OWN_KINDS), shares, st.integers(1, 1000), st.integers(1, 1000), st.floats(0.01, 100))
def test_more_samples_are_nearer_to_our_own_mean(told, code, share, samples, more, prior):
    few = part(rating.rate(told, {code: Own(float(share) * samples, samples)}, WEIGHTS, prior), code)
    many_samples = samples + more
    many = part(rating.rate(told, {code: Own(float(share) * many_samples, many_samples)}, WEIGHTS, prior), code)
    own = rating.grade(code, float(share))
    assert abs(many.value - own) <= abs(few.value - own) + 1e-9
    # between the two, and exactly as far as the prior says
    assert few.value == pytest.approx((samples * own + prior * few.platform) / (samples + prior))


def test_shrinkage_in_figures():
    """n of ours count n, the platform counts k."""
    told = SellerScores(logistics=Decimal("4.0"))
    result = rating.rate(told, {"arrive": Own(10, 10)}, WEIGHTS, prior=10)
    assert part(result, "arrive").value == pytest.approx((10 * 5 + 10 * 4) / 20)
    assert part(result, "arrive").told
    assert part(rating.rate(told, {"arrive": Own(1, 1)}, WEIGHTS, prior=0), "arrive").value == 5


def test_stand_in_is_what_the_platform_tells_of_the_rest():
    told = SellerScores(service=Decimal("4.2"))
    price = part(rating.rate(told, {"price": Own(2, 2)}, WEIGHTS, prior=2), "price")
    assert (price.platform, price.told) == (pytest.approx(4.2), False)
    assert price.value == pytest.approx((5 + 4.2) / 2)
    alone = part(rating.rate(SellerScores(), {"price": Own(2, 2)}, WEIGHTS, prior=2), "price")
    assert alone.platform == rating.NEUTRAL


def test_unknown_parts_are_left_out():
    result = rating.rate(SellerScores(service=Decimal(4)), {"ship": Own(0, 0)}, WEIGHTS)
    assert [(one.code, one.value) for one in result.parts] == [("service", 4)]
    # 15 of 100 are known
    assert (result.value, result.samples, result.known) == (pytest.approx(0.15 * 4 + 0.85 * 3.5, abs=0.006), 0, 0.15)
    assert rating.rate(SellerScores(service=Decimal(2)), {}, WEIGHTS).value == 2, "not knowing is no excuse"


def test_nothing_known_is_not_zero():
    nothing = rating.rate(SellerScores(), {}, WEIGHTS)
    assert (nothing.value, nothing.parts) == (None, ())
    weightless = rating.rate(SellerScores(service=Decimal(4)), {}, {"service": 0})
    assert weightless.value is None and weightless.parts


ZEROS = {"service": Decimal(0), "collected_48h_share": Decimal(0), "quality_refund_share": Decimal(0)}


@pytest.mark.parametrize("years", [0, 5])
def test_zero_tells_nothing_of_a_shop_without_trade(years):
    told = rating.tell(SellerScores(**ZEROS, years=years))
    assert told == ({"years": 5.0} if years else {})


def test_zero_refunds_tell_something_beside_another_score():
    told = rating.tell(SellerScores(**{**ZEROS, "service": Decimal(4)}, years=0))
    assert told == {"service": 4.0, "quality": 5.0}
    assert rating.tell(SellerScores(service=Decimal(4))) == {"service": 4.0}, "what nobody told is no zero"


@pytest.mark.parametrize(
    "code, share, value",
    [("ship", 0.5, 0), ("ship", 0.95, 4.5), ("quality", 0.99, 4.5), ("quality", 0.8, 0), ("refund", 0.5, 2.5)],
)
def test_grades(code, share, value):
    assert math.isclose(rating.grade(code, share), value, abs_tol=1e-9)


@pytest.mark.parametrize(
    "value, samples, state",
    [
        (None, 50, "unrated"),
        (2.99, 0, "excluded"),
        (3.0, 0, "usable"),
        (4.49, 50, "usable"),
        (4.5, 5, "preferred"),
        (4.5, 4, "usable"),
    ],
)
def test_floors(value, samples, state):
    assert rating.judge(value, samples, 4.5, 3.0, min_samples=5) == state
