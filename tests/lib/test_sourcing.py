"""Which candidates are out, which are the same, and in what order the rest comes."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lib1688 import sourcing
from lib1688.sourcing import Candidate, Limits, Reason, Rule, judge

TITLES = (
    "厂家直销纯棉圆领T恤 批发",
    "现货速发纯棉圆领T恤 批发",
    "跨境热销防漏车载保温杯 礼品",
    "braided fast charging cable 1 m",
    "",
)
CHEAPEST = (Rule("price"),)
LIMITS = Limits(on_time_min=0.8, disputes_max=0.05)
# Fingerprints: of a picture, of the same one saved again, of another one.
A_HASH = "00ff00ff00ff00ff" + "80" * 48 + "aaaaaaaaaaaaaaaa"
NEARLY_A = "00ff00ff00ff00fe" + "82" * 48 + "bbbbbbbbbbbbbbbb"
OTHER_HASH = "f0f0f0f0f0f0f0f0" + "80" * 48 + "cccccccccccccccc"


def shirt(key, **more):
    figures = {"position": key, "title": TITLES[0], "price": Decimal("20.00"), "seller": f"S{key}"}
    return Candidate(key, **(figures | more))


shares = st.one_of(st.none(), st.integers(0, 100).map(lambda percent: percent / 100))
candidate_lists = st.lists(
    st.builds(
        Candidate,
        key=st.integers(0, 10**6),
        position=st.integers(0, 20),
        title=st.sampled_from(TITLES),
        picture_url=st.sampled_from(("", "a", "b")),
        picture_hash=st.sampled_from(("", A_HASH, NEARLY_A, OTHER_HASH)),
        seller=st.sampled_from(("", "x", "y")),
        price=st.one_of(st.none(), st.decimals(0, 30, places=2)),
        min_quantity=st.one_of(st.none(), st.integers(1, 50).map(Decimal)),
        stock=st.one_of(st.none(), st.integers(0, 3).map(Decimal)),
        years=st.one_of(st.none(), st.integers(0, 9)),
        rating=st.one_of(st.none(), st.floats(0, 5)),
        on_time=shares,
        disputes=shares,
        ships_from=st.sampled_from(("", "浙江省金华市", "广东省深圳市")),
        on_shelf=st.booleans(),
        readable=st.booleans(),
        blocked=st.booleans(),
    ),
    max_size=25,
    unique_by=lambda candidate: candidate.key,
)
limit_sets = st.builds(
    Limits,
    price_max=st.one_of(st.none(), st.decimals(5, 30, places=2)),
    moq_max=st.one_of(st.none(), st.integers(1, 50).map(Decimal)),
    years_min=st.one_of(st.none(), st.integers(0, 9)),
    on_time_min=shares,
    disputes_max=shares,
    regions=st.sampled_from(((), ("浙江省",))),
)
rule_lists = st.lists(
    st.builds(Rule, st.sampled_from(sorted(sourcing.CRITERIA)), st.booleans(), st.sampled_from((0.0, 0.05, 0.5))),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(candidate_lists, limit_sets, rule_lists, st.randoms(use_true_random=False))
def test_verdicts_hang_together(candidates, limits, rules, chance):
    verdicts = judge(candidates, limits, rules)
    assert verdicts.keys() == {candidate.key for candidate in candidates}
    shuffled = list(candidates)
    chance.shuffle(shuffled)
    assert judge(shuffled, limits, rules) == verdicts, "the order of arrival must not matter"
    ranks = sorted(verdict.rank for verdict in verdicts.values() if verdict.state == "ready")
    assert ranks == list(range(1, len(ranks) + 1))
    for candidate in candidates:
        verdict = verdicts[candidate.key]
        out = bool(sourcing.exclusions(candidate, limits))
        assert (verdict.state == "blocked") == candidate.blocked
        assert (verdict.state == "excluded") == (out and not candidate.blocked) == bool(verdict.reasons)
        assert (verdict.rank > 0) == (verdict.state == "ready")
        if verdict.state == "duplicate":
            assert verdicts[verdict.twin].state == "ready", "folded only into one that is shown"
            assert verdict.fold in ("same_seller", "resold")


@settings(max_examples=80, deadline=None)
@given(candidate_lists, rule_lists)
def test_order_is_total_and_of_a_double_the_first_stays(candidates, rules):
    order = [candidate.key for candidate in sourcing.ordered(candidates, rules)]
    assert sorted(order) == sorted(candidate.key for candidate in candidates)
    for verdict in judge(candidates, Limits(), rules).values():
        if verdict.state == "duplicate":
            assert order.index(verdict.twin) < order.index(verdict.key)


def test_figures_that_are_far_apart_have_an_order():
    candidates = [shirt(1, disputes=5e-324), shirt(2, disputes=1.0), shirt(3, disputes=0.0)]
    rules = [sourcing.Rule("disputes", tolerance=0.05)]
    assert [candidate.key for candidate in sourcing.ordered(candidates, rules)] == [3, 1, 2]


@settings(max_examples=80, deadline=None)
@given(candidate_lists, rule_lists)
def test_stricter_limits_never_bring_one_back(candidates, rules):
    loose = judge(candidates, Limits(on_time_min=0.5), rules)
    strict = judge(candidates, Limits(on_time_min=0.8, disputes_max=0.05), rules)
    out = {key for key, verdict in loose.items() if verdict.state == "excluded"}
    assert out <= {key for key, verdict in strict.items() if verdict.state == "excluded"}


def test_each_exclusion_is_explained():
    bad = shirt(
        1,
        on_time=0.71,
        disputes=0.08,
        price=Decimal(60),
        min_quantity=Decimal(100),
        years=1,
        repurchase=0.1,
        stock=Decimal(0),
        ships_from="广东省深圳市",
        on_shelf=False,
    )
    limits = Limits(
        price_max=Decimal(50),
        moq_max=Decimal(50),
        years_min=3,
        repurchase_min=0.2,
        on_time_min=0.8,
        disputes_max=0.05,
        regions=("浙江省", "上海市"),
    )
    reasons = sourcing.exclusions(bad, limits)
    assert {reason.code for reason in reasons} == {
        *("off_shelf", "sold_out", "disputes", "on_time", "price_high", "moq", "years", "repurchase", "region")
    }
    assert Reason("on_time", "0.71", "0.8") in reasons
    assert sourcing.exclusions(shirt(2, price=Decimal(3)), Limits(price_min=Decimal(5)))[0].code == "price_low"


def test_what_is_at_the_limit_or_not_told_stays():
    assert not sourcing.exclusions(shirt(1, on_time=0.8, disputes=0.05), LIMITS)
    assert not sourcing.exclusions(shirt(1), Limits(years_min=3, regions=("浙江省",)))
    assert not sourcing.exclusions(Candidate(1), LIMITS)


@pytest.mark.parametrize(
    ("place", "province", "inside"),
    [
        ("浙江省金华市", "浙江省", True),
        ("浙江 金华", "浙江省", True),
        ("广西壮族自治区南宁市", "广西壮族自治区", True),
        ("广西南宁", "广西壮族自治区", True),
        ("内蒙古自治区包头市", "内蒙古自治区", True),
        ("上海市上海市", "上海市", True),
        ("广东省深圳市", "浙江省", False),
    ],
)
def test_regions(place, province, inside):
    assert sourcing.is_in(place, (province,)) is inside


def test_same_listing_twice_by_one_seller_is_folded():
    twice = [shirt(1, seller="A"), shirt(2, seller="A", price=Decimal("20.20"))]
    verdict = judge(twice, LIMITS, CHEAPEST)[2]
    assert (verdict.state, verdict.twin, verdict.fold) == ("duplicate", 1, "same_seller")
    dearer = [twice[0], replace(twice[1], price=Decimal("21.00"))]
    assert judge(dearer, LIMITS, CHEAPEST)[2].state == "ready", "another price is another offer"
    for more in ({}, {"picture_hash": A_HASH}):
        other = [replace(twice[0], **more), replace(twice[1], title=TITLES[2], **more)]
        assert judge(other, LIMITS, CHEAPEST)[2].state == "ready", "other goods"
    shown = [replace(twice[0], picture_hash=A_HASH), replace(twice[1], picture_hash=OTHER_HASH)]
    assert judge(shown, LIMITS, CHEAPEST)[2].state == "ready", "one title for two things"


@pytest.mark.parametrize(
    "pictures",
    [
        {"picture_url": "https://cbu01.alicdn.com/1.jpg"},
        {"picture_hash": A_HASH},
    ],
)
def test_reseller_is_folded_into_the_better_one(pictures):
    maker = shirt(1, price=Decimal("20.00"), **pictures)
    reseller = shirt(2, title=TITLES[1], price=Decimal("20.80"), **pictures)
    verdict = judge([reseller, maker], LIMITS, CHEAPEST)[2]
    assert (verdict.state, verdict.twin, verdict.fold) == ("duplicate", 1, "resold")
    assert judge([reseller, maker], LIMITS, (Rule("price", descending=True),))[1].twin == 2


def test_picture_saved_again_is_the_same_picture():
    pair = [shirt(1, picture_hash=A_HASH), shirt(2, picture_hash=NEARLY_A)]
    assert judge(pair, LIMITS, CHEAPEST)[2].state == "duplicate"
    assert judge([pair[0], replace(pair[1], picture_hash=OTHER_HASH)], LIMITS, CHEAPEST)[2].state == "ready"
    retitled = replace(pair[1], title=TITLES[1])
    assert judge([pair[0], retitled], LIMITS, CHEAPEST)[2].state == "ready", "may be its neighbour on the shelf"


def test_picture_alone_folds_nothing():
    """Everybody shows the brand's picture; other goods or another price are another offer."""
    pair = [shirt(1, picture_hash=A_HASH), shirt(2, picture_hash=A_HASH, title=TITLES[2])]
    assert judge(pair, LIMITS, CHEAPEST)[2].state == "ready"
    pair[1] = shirt(2, picture_hash=A_HASH, price=Decimal("25.00"))
    assert judge(pair, LIMITS, CHEAPEST)[2].state == "ready"


def test_good_one_is_never_lost_in_a_bad_twin():
    bad = shirt(1, picture_url="a", on_time=0.5, price=Decimal("19.50"))
    good = shirt(2, picture_url="a", on_time=0.99)
    verdicts = judge([bad, good], LIMITS, CHEAPEST)
    assert (verdicts[1].state, verdicts[2].state) == ("excluded", "ready")


def test_what_cannot_be_read_is_set_aside_before_the_others_are_folded_and_numbered():
    unreadable = shirt(1, price=Decimal("19.80"), picture_url="a", readable=False)
    copy, other = shirt(2, picture_url="a"), shirt(3, title=TITLES[2], price=Decimal("25.00"))
    verdicts = judge([unreadable, copy, other], Limits(), CHEAPEST)
    assert verdicts[1].reasons == (Reason("unreadable"),)
    assert [(verdicts[key].state, verdicts[key].rank) for key in (2, 3)] == [("ready", 1), ("ready", 2)]


def test_doubtful_are_those_whose_pictures_would_tell():
    found = [shirt(1), shirt(2, title=TITLES[1]), shirt(3, title=TITLES[2]), shirt(4, price=Decimal(30))]
    assert sourcing.doubtful(found) == {1, 2}
    known = [replace(candidate, picture_hash=A_HASH) for candidate in found]
    assert sourcing.doubtful(known) == set()
    assert sourcing.doubtful([replace(candidate, picture_url="a") for candidate in found]) == set()


def test_rules_in_their_order():
    found = [
        shirt(1, price=Decimal("10.30"), rating=4.9),
        shirt(2, price=Decimal("10.00"), rating=4.1, title=TITLES[2]),
        shirt(3, price=Decimal("12.00"), rating=5.0, title=TITLES[3]),
        shirt(4, price=None, rating=5.0, title=""),
    ]
    by = [Rule("price"), Rule("rating", descending=True)]
    assert [item.key for item in sourcing.ordered(found, by)] == [2, 1, 3, 4]
    by[0] = Rule("price", tolerance=0.05)
    assert [item.key for item in sourcing.ordered(found, by)] == [1, 2, 3, 4], "10.00 and 10.30 count as equal"
    assert [item.key for item in sourcing.ordered(found, by[1:])] == [3, 4, 1, 2]


def test_titles():
    left, right = (sourcing.shingles(title) for title in TITLES[:2])
    assert sourcing.RESOLD_TITLE <= sourcing.alike(left, right) < 1
    assert sourcing.alike(left, sourcing.shingles(TITLES[2])) < 0.3
    assert sourcing.alike(sourcing.shingles(""), sourcing.shingles("")) == 0
    assert sourcing.shingles("Ｔ恤\u202e") == sourcing.shingles("T恤")


def test_work_is_bounded_where_everything_costs_the_same(monkeypatch):
    compared = []
    monkeypatch.setattr(sourcing, "alike", lambda left, right: compared.append(1) or 0.0)
    found = [shirt(key, seller=f"S{key % 3}", picture_url="a") for key in range(1000)]
    assert len(judge(found, LIMITS, CHEAPEST)) == 1000
    sourcing.doubtful([replace(candidate, seller="", picture_url="") for candidate in found])
    assert len(compared) <= 2 * 1000 * 3 * sourcing.NEIGHBOURS


def test_time_left():
    assert sourcing.seconds_for(80, 85, 85) == 0
    assert sourcing.seconds_for(210, 85, 85, wait=60) == 60 + 61
    assert sourcing.seconds_for(1, 85, 0, wait=12) == 12


def test_pages_are_read_as_many_as_are_needed():
    assert sourcing.next_pages({"words": (None, ())}, 200, 50) == [("words", 1)]
    assert sourcing.next_pages({"words": (9, (1,))}, 150, 50) == [("words", 2), ("words", 3), ("words", 4)]
    both = {"words": (3, (1,)), "picture": (5, (1, 3))}
    assert sourcing.next_pages(both, 120, 50) == [("words", 2), ("picture", 2), ("words", 3)]
    assert sourcing.next_pages({"words": (2, (1, 2))}, 150, 50) == []
    assert sourcing.next_pages({"words": (2, (1,))}, 0, 50) == []
