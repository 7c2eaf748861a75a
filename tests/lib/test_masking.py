"""No secret and no person reaches a log, a row or an export."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lib1688.masking import MASK, Masker, mask, mask_url

from . import samples

TOKEN = "479f9564-1049-456e-ab62-29d3e82277d9"
LONG = "aB3" * 12


@pytest.mark.parametrize(
    "key",
    ["access_token", "refreshToken", "client_secret", "appSecret", "_aop_signature", "sign"]
    + ["password", "passwd", "Authorization", "session", "X-Api-Key", "apiKey", "Cookie"],
)
def test_secret_keys(key):
    assert mask({key: "anything", "page": "1"}) == {key: MASK, "page": "1"}


@pytest.mark.parametrize(
    "key",
    ["fullName", "mobile", "mobilePhone", "phone", "address", "toFullName", "toMobile", "toArea"]
    + ["receiverName", "streetAddress", "contactPerson", "sellerRealName", "addressInfo"],
)
def test_persons(key):
    assert mask({"a": [{key: "王小明"}]}) == {"a": [{key: MASK}]}


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        LONG,
        "13800000000",
        "+86 138-0000-0000",
        "someone@example.com",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.abc",
        "19D8FDC246608D0F9F23E7568DBB15991F9A7D2B",
    ],
)
def test_shapes_under_unknown_keys(text):
    assert text not in json.dumps(mask({"note": f"call {text} now", "list": [text]}))


@pytest.mark.parametrize(
    "text",
    [
        samples.ORDER,
        samples.SPEC,
        "500_004",
        "20250801093000000+0800",
        "1760000000000",
        "LP00000000000001",
        "78000000000001",
        "b2b-2200000000001",
        "https://cbu01.alicdn.com/img/ibank/sample.jpg",
        "示例商品A",
    ],
)
def test_what_an_auditor_needs_stays(text):
    assert mask({"x": text}) == {"x": text}
    assert mask(f'{{"x":"{text}"}}') == f'{{"x":"{text}"}}'


def test_numbers_stay_numbers_unless_they_are_a_phone():
    assert mask({"a": 5, "b": 1.5, "c": True, "d": None, "e": 13800000000}) == {
        "a": 5,
        "b": 1.5,
        "c": True,
        "d": None,
        "e": MASK,
    }


def test_json_inside_of_a_parameter():
    params = {"addressParam": '{"fullName":"王小明","cityText":"杭州市"}', "flow": "general"}
    assert mask(params) == {
        "addressParam": '{"fullName":"***","cityText":"杭州市"}',
        "flow": "general",
    }


def test_name_of_a_contact_is_a_person_and_that_of_goods_is_not():
    text = '{"sellerContact":{"name":"李四","shopName":"店"},"productItems":[{"name":"灯"}]}'
    shown = mask(text)
    assert "李四" not in shown and "店" in shown and "灯" in shown


def test_sample_answers_hold_no_person_and_no_token():
    shown = " ".join(mask(text) for text in samples.GOOD.values())
    for secret in ("王小明", "13800000000", "示例路1号", "李四", "rt-sim-0001", "tok-sim-0001"):
        assert secret not in shown
    assert samples.ORDER in shown


def test_known_secrets_go_wherever_they_stand():
    shown = mask({"note": "x-s3cr3t-y", "s3cr3t": [["s3cr3t"]]}, secrets=("s3cr3t", "", "abc"))
    assert "s3cr3t" not in json.dumps(shown)


def test_cut_json_is_masked_by_shape():
    shown = mask('{"access_token":"abc","refresh_token": "def", "x":"' + TOKEN)
    assert "abc" not in shown and "def" not in shown and TOKEN not in shown


def test_pictures_and_long_texts_are_cut():
    shown = mask({"imageBase64": "A" * 9000, "description": "字" * 9000})
    assert shown["imageBase64"] == "(9000 characters)"
    assert len(shown["description"]) < 2100


def test_deep_values_are_hidden_not_followed():
    deep = "secret-thing"
    for _turn in range(60):
        deep = [deep]
    assert "secret-thing" not in json.dumps(mask({"a": deep}))


def test_nested_json_text_does_not_escape():
    text = json.dumps({"mobile": "x1"})
    for _turn in range(6):
        text = json.dumps({"data": text})
    assert "x1" not in mask(text)


def test_url():
    url = f"https://user:pw@host:8/a/b?access_token={LONG}&code=abc&page=1#frag"
    shown = mask_url(url)
    assert shown == "https://host:8/a/b?access_token=***&code=***&page=1"
    assert mask_url("http://[") == MASK


@given(st.text(), st.text(min_size=6, alphabet=st.characters(codec="ascii", categories=["L"])))
def test_a_known_secret_never_shows(text, secret):
    shown = Masker((secret,)).json(f"{text}{secret}{text}")
    assert secret not in shown.replace(MASK, "")
