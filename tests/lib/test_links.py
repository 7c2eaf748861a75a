"""Reading offers out of pasted text."""

import pytest
from lib1688 import links


@pytest.mark.parametrize(
    "text",
    [
        "600000000001",
        "https://detail.1688.com/offer/600000000001.html",
        "http://detail.1688.com/offer/600000000001.html?spm=a26352.b28411319&sk=consign",
        "detail.1688.com/offer/600000000001.html",
        "https://m.1688.com/offer/600000000001.html",
        "https://detail.m.1688.com/page/index.html?offerId=600000000001&sortType=",
        "https://dj.1688.com/ci_bb?x=1&offerid=600000000001",
        "https://air.1688.com/app/x/y.html?target=https%3A%2F%2Fdetail.1688.com%2Foffer%2F600000000001.html",
        "wireless1688://ma.m.1688.com/plugin?url=https://detail.1688.com/offer/600000000001.html",
        "【夏季T恤】https://detail.1688.com/offer/600000000001.html 复制打开手机阿里",
        "６００００００００００１",
        "row 7;600000000001;T-shirt;45.00",
    ],
)
def test_every_form_of_an_offer_is_read(text):
    assert [link.offer_id for link in links.parse(text).links] == ["600000000001"]


def test_sku_in_the_address_is_kept():
    parsed = links.parse("https://detail.1688.com/offer/600000000001.html?skuId=4800000000001")
    assert parsed.links[0].sku_id == "4800000000001"


def test_the_same_offer_twice_is_one():
    assert len(links.parse("600000000001\nhttps://detail.1688.com/offer/600000000001.html").links) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("hello", "nothing"),
        ("https://example.com/offer/600000000001.html", "not_1688"),
        ("https://detail.1688.com.evil.example/offer/600000000001.html", "not_1688"),
        ("https://evil1688.com/offer/600000000001.html", "not_1688"),
        ("https://qr.1688.com/s/AbC123", "short_link"),
        ("https://shop1x2y.1688.com/page/offerlist.htm", "shop_page"),
        ("https://s.1688.com/selloffer/offer_search.htm?keywords=shirt", "search_page"),
        ("https://www.1688.com/", "no_offer"),
        ("http://[bad/offer/1.html", "not_1688"),
        ("12345", "nothing"),
    ],
)
def test_a_bad_line_has_a_reason(text, code):
    parsed = links.parse(text)
    assert not parsed.links
    assert [problem.code for problem in parsed.problems] == [code]


def test_good_lines_go_on_beside_bad_ones():
    parsed = links.parse("rubbish\n600000000001\n\nhttps://example.com/x\n600000000002")
    assert [link.offer_id for link in parsed.links] == ["600000000001", "600000000002"]
    assert [problem.line for problem in parsed.problems] == [1, 4]


def test_a_host_named_by_the_caller_carries_offers_too():
    address = "http://127.0.0.1:8099/offer/600000000001.html"
    assert not links.parse(address).links
    assert links.parse(address, extra_hosts=("127.0.0.1:8099",)).links


def test_a_book_is_cut_and_says_so():
    parsed = links.parse("600000000001\n" * (links.MAX_LINES + 5))
    assert parsed.problems[-1].code == "too_many"
