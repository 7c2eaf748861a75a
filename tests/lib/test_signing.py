"""Every signature vector of the API document."""

import json
from pathlib import Path

import pytest
from lib1688 import signing
from lib1688.errors import BadInput

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text("utf-8"))["vectors"]
TOP_METHODS = {"top_md5": "md5", "top_hmac": "hmac", "top_hmac_sha256": "hmac-sha256"}


def of(*algorithms, key="signature"):
    """Vectors of these algorithms that have `key`, as parameters."""
    found = [vector for vector in VECTORS if vector["algorithm"] in algorithms and key in vector]
    assert found
    return pytest.mark.parametrize("vector", found, ids=lambda vector: vector["id"])


@of("aop_param2", "aop_callback")
def test_param2(vector):
    signature = signing.sign_param2(vector["url_path"], vector["params"], vector["secret"])
    assert signature == vector["signature"]


@of("aop_param2", key="wrong_signature")
def test_param2_is_not_one_of_the_wrong_ways(vector):
    signature = signing.sign_param2(vector["url_path"], vector["params"], vector["secret"])
    assert signature != vector["wrong_signature"]


@of("top_md5", "top_hmac", "top_hmac_sha256")
def test_top(vector):
    method = TOP_METHODS[vector["algorithm"]]
    assert signing.sign_top(vector["params"], vector["secret"], method) == vector["signature"]


def test_param2_leaves_its_own_field_out():
    signed = signing.sign_param2("p", {"a": "1", "_aop_signature": "X"}, "s")
    assert signed == signing.sign_param2("p", {"a": "1"}, "s")


def test_top_leaves_empty_fields_and_sign_out():
    signed = signing.sign_top({"a": "1", "b": "", "": "c", "d": None, "sign": "X"}, "s")
    assert signed == signing.sign_top({"a": "1"}, "s")


def test_top_sorts_by_name():
    params = {"foo": "1", "bar": "2", "foo_bar": "3", "foobar": "4"}
    same = signing.sign_top({"b": "ar2foo1foo_bar3foobar4"}, "s")
    assert signing.sign_top(params, "s") == same


def test_unknown_method():
    with pytest.raises(BadInput):
        signing.sign_top({"a": "1"}, "s", "sha1")


PUSH = next(vector for vector in VECTORS if vector["id"] == "callback-new-1")


def test_push():
    message = PUSH["params"]["message"]
    assert signing.sign_push(message, PUSH["secret"]) == PUSH["signature"]
    assert signing.verify_push(message, PUSH["signature"].lower(), PUSH["secret"])


@pytest.mark.parametrize(
    ("message", "signature", "secret"),
    [
        (PUSH["params"]["message"] + " ", PUSH["signature"], PUSH["secret"]),
        (PUSH["params"]["message"], PUSH["signature"][:-1], PUSH["secret"]),
        (PUSH["params"]["message"], PUSH["signature"], PUSH["secret"] + "x"),
        (PUSH["params"]["message"], signing.sign_push(PUSH["params"]["message"], ""), ""),
        (PUSH["params"]["message"], "", PUSH["secret"]),
        (PUSH["params"]["message"], "签名", PUSH["secret"]),
    ],
)
def test_push_fails_closed(message, signature, secret):
    assert not signing.verify_push(message, signature, secret)
