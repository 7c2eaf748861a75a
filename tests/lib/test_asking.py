"""One question to many offers."""

from decimal import Decimal as D

from lib1688 import errors, values
from lib1688.asking import Ask, Question


def listing(offer, **vals):
    return values.Offer(
        offer,
        status="published",
        quote_type=2,
        tiers=(values.PriceTier(D(1), D(10)),),
        skus=(
            values.OfferSku("1", price=D(10), stock=D(99)),
            values.OfferSku("2", price=D(10), stock=D(99)),
        ),
        **vals,
    )


def ask(quote, offer="600000001", sku="1", need=5, **vals):
    return Ask(quote, offer, sku, "seller", D(need), **vals)


def estimate(offer="600000001", fee=8):
    return values.FreightEstimate(
        offer,
        D(fee),
        charge_type="1",
        first_unit=D(1),
        first_fee=D(8),
        next_unit=D(1),
        next_fee=D(0),
    )


def test_an_offer_is_asked_once_for_all_its_lines():
    question = Question([ask(1), ask(2, sku="2"), ask(3, offer="600000002")], "330106")
    assert [name for name, _kwargs in question.requests] == [
        "product.detail",
        "product.freight",
    ] * 2
    assert question.requests[1][1]["quantities"] == {"1": D(5), "2": D(5)}


def test_freight_is_not_asked_without_a_destination():
    assert [name for name, _kwargs in Question([ask(1)], "").requests] == ["product.detail"]


def test_freight_is_asked_for_what_would_be_ordered():
    question = Question([ask(1, need=48, min_qty=D(50))], "330106")
    assert question.requests[1][1]["quantities"] == {"1": D(50)}


def test_a_quote_is_settled_when_both_answers_are_in():
    question = Question([ask(1), ask(2, sku="2")], "330106")
    assert question.hear(0, listing("600000001")) == []
    settled = question.hear(1, estimate())
    assert [outcome.quote for outcome in settled] == [1, 2]
    assert settled[0].terms.freight.quoted_for == 10
    assert question.finished


def test_an_unknown_freight_does_not_lose_the_price():
    question = Question([ask(1)], "330106")
    question.hear(0, listing("600000001"))
    (outcome,) = question.hear(1, errors.Refused("no", code="x"))
    assert outcome.terms.freight.basis == "unknown"


def test_a_missing_listing_settles_at_once():
    question = Question([ask(1)], "330106")
    (outcome,) = question.hear(0, errors.Refused("off", code="404"))
    assert (outcome.code, outcome.message) == ("404", "off")
    assert question.hear(1, estimate()) == []
    assert question.close() == []


def test_what_is_not_in_at_the_end_is_late():
    question = Question([ask(1), ask(2, offer="600000002")], "")
    question.to_send()
    question.hear(0, listing("600000001"))
    (outcome,) = question.close()
    assert (outcome.quote, outcome.code) == (2, "late")
    assert not question.close()


def test_the_deadline_of_the_transport_is_late_too():
    (outcome,) = Question([ask(1)]).hear(0, errors.OutcomeUnknown("", code="deadline"))
    assert outcome.code == "late"


def test_a_sku_that_is_gone_fails_alone():
    question = Question([ask(1), ask(2, sku="9")])
    one, other = question.hear(0, listing("600000001"))
    assert one.terms
    assert other.code == "sku_gone"


def test_what_answered_is_kept():
    question = Question([ask(1)])
    question.hear(0, listing("600000001"))
    assert [found.offer_id for found in question.listings] == ["600000001"]


def held(seconds=41.0):
    return errors.RateLimited("later", code="own_quota", retry_after=seconds)


def test_what_the_budget_holds_back_goes_out_in_the_next_wave():
    question = Question([ask(1), ask(2, offer="600000002")], "330106")
    assert question.to_send() == [0, 1, 2, 3]
    assert question.held == 0
    question.hear(0, listing("600000001"))
    assert [outcome.quote for outcome in question.hear(1, estimate())] == [1]
    assert question.hear(2, held()) == question.hear(3, held(42.0)) == []
    assert (question.held, question.pause) == (2, 42.0)
    assert question.to_send() == [2, 3]
    question.hear(2, listing("600000002"))
    assert [outcome.quote for outcome in question.hear(3, estimate("600000002"))] == [2]
    assert question.finished
    assert question.to_send() == []


def test_freight_of_a_listing_that_is_gone_is_not_asked_any_more():
    question = Question([ask(1)], "330106")
    question.to_send()
    question.hear(1, held())
    (outcome,) = question.hear(0, errors.Refused("gone", code="500_001"))
    assert outcome.code == "500_001"
    assert question.held == 0


def test_what_the_budget_never_let_out_says_so():
    question = Question([ask(1)], "")
    question.to_send()
    question.hear(0, held())
    (outcome,) = question.close()
    assert outcome.code == "own_quota"


def test_the_seller_s_promise_comes_with_the_answer():
    question = Question([ask(1)], "")
    question.to_send()
    (outcome,) = question.hear(0, listing("600000001", ship_hours=48))
    assert outcome.ship_hours == 48
