"""Numbers, dates, flags and ids of strangers: exact, or refused."""

import json
import random
import time
from datetime import datetime, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lib1688.decode import reading
from lib1688.decode.reading import (
    Node,
    as_fen,
    as_flag,
    as_id,
    as_moment,
    as_text,
    as_yuan,
    load,
)
from lib1688.errors import BadAnswer

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=10,
)


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


def test_numbers_are_exact():
    assert load("[4100000000000000123, 0.1, 1e2]") == [
        4100000000000000123,
        Decimal("0.1"),
        Decimal("1e2"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        "{",
        '{"a":1',
        '{"a":NaN}',
        '{"a":Infinity}',
        "[-Infinity]",
        "[" + "9" * 5000 + "]",
        "[1." + "9" * 5000 + "]",
        "[" * 100 + "]" * 100,
        '{"a":' * 100_000,
        "<html></html>",
        " " * (4 * 1024 * 1024 + 1),
    ],
    ids=lambda text: text[:20],
)
def test_unreadable(text):
    begin = time.thread_time()
    with pytest.raises(BadAnswer):
        load(text)
    assert time.thread_time() - begin < 1


def test_brackets_in_text_are_no_depth():
    assert load('["' + "[{" * 500 + '\\"[[[["]')[0].startswith("[{")


MARKS = ("{", "}", "[", "]", '"', '"', "\\", '\\"', "\\\\", ",", ":", "1" * 20, "-", "a", " ", '"a"', '"":', "\n")


def depth_of(text):
    """How deep a parser gets that reads one character after the other."""
    depth, deepest, inside, escaped = 0, 0, False, False
    for char in text:
        if inside and not escaped and char == "\\":
            escaped = True
            continue
        if char == '"' and not escaped:
            inside = not inside
        depth += 0 if inside else (char in "{[") - (char in "}]")
        deepest, escaped = max(deepest, depth), False
    return deepest


def numbers_of(text):
    """Every number of a JSON text as it is written."""
    found = []
    json.loads(text, parse_int=found.append, parse_float=found.append)
    return found


def a_document(chance, depth):
    """A JSON text of up to `depth` levels, full of quotes and brackets that are none."""
    if depth == 0 or chance.random() < 0.05:
        number = chance.choice(("", "-")) + "1" + "2" * chance.choice((0, 3, 37, 38, 39, 40))
        return chance.choice((number, number[:-4] + "1.5", json.dumps("".join(chance.choices(MARKS, k=6)))))
    others = [a_document(chance, min(depth - 1, 1)) for _turn in range(chance.randrange(2))]
    items = [*others, a_document(chance, depth - 1)]
    if chance.random() < 0.5:
        return f"[{', '.join(items)}]"
    members = ",".join(f'"{number}\\"{{": {item}' for number, item in enumerate(items))
    return f"{{{members}}}"


def test_limits_are_those_of_a_reader_of_single_characters(monkeypatch):
    monkeypatch.setattr(reading, "_MAX_DEPTH", 6)
    chance, outcomes = random.Random(1690), set()
    for turn in range(6000):
        text = a_document(chance, chance.randrange(9)) if turn % 2 else "".join(chance.choices(MARKS, k=9))
        try:
            expected = json.loads(text, parse_float=Decimal)
        except ValueError:
            expected = None
        good = expected is not None and depth_of(text) <= 6 and max(map(len, numbers_of(text)), default=0) <= 40
        outcomes.add((expected is not None, good))
        if good:
            assert load(text) == expected
        else:
            with pytest.raises(BadAnswer):
                load(text)
    assert outcomes == {(True, True), (True, False), (False, False)}


def test_byte_order_mark_is_tolerated():
    assert load("\ufeff{}") == {}


@pytest.mark.parametrize(
    ("value", "yuan"),
    [
        (12, "12.00"),
        (0, "0.00"),
        (Decimal("12.5"), "12.50"),
        ("12.50", "12.50"),
        (" 0.033 ", "0.033"),
        (Decimal("1.025E+2"), "102.50"),
        (Decimal("0.30000000000000004"), "0.30"),
        (Decimal("32.010000000000005"), "32.01"),
        (Decimal("-0"), "0.00"),
    ],
)
def test_yuan(value, yuan):
    assert str(as_yuan(value, "price")) == yuan


NONSENSE = [
    "NaN",
    "Infinity",
    "12,50",
    "1,234.5",
    "¥12",
    "12元",
    "1e3",
    "0x10",
    "１２",
    "--1",
    "",
    " ",
    "12.5.1",
    True,
    None,
    [],
    {},
    1.5,
    Decimal("NaN"),
    Decimal("Infinity"),
    Decimal("sNaN"),
    Decimal("1e309"),
    Decimal("1e-309"),
    Decimal("1E+999999999"),
    10**13,
]


@pytest.mark.parametrize("value", [*NONSENSE, Decimal("1.23456"), -1, "-0.01"], ids=repr)
def test_yuan_refuses(value):
    with pytest.raises(BadAnswer):
        as_yuan(value, "price")


@pytest.mark.parametrize("value", [*NONSENSE, Decimal("10.5"), "10.5", -1], ids=repr)
def test_fen_refuses(value):
    with pytest.raises(BadAnswer):
        as_fen(value, "sum")


@pytest.mark.parametrize(
    ("value", "yuan"), [(10250, "102.50"), ("10250", "102.50"), (Decimal("10250.0"), "102.50")]
)
def test_fen(value, yuan):
    assert str(as_fen(value, "sum")) == yuan


def test_discounts_may_be_below_zero():
    assert as_fen(-3989, "discount", signed=True) == Decimal("-39.89")


@given(st.integers(0, 10**12))
def test_cents_survive_binary_floating_point(cents):
    noisy = Decimal(repr(cents / 100))
    assert as_yuan(noisy, "price") == Decimal(cents).scaleb(-2)


@given(JSON)
def test_money_is_exact_or_refused(value):
    for read in (as_yuan, as_fen):
        try:
            amount = read(value, "money")
        except BadAnswer:
            continue
        assert amount.is_finite() and 0 <= amount < 10**13


@given(JSON)
def test_readers_never_raise_anything_else(value):
    node = Node({"a": value})
    for read in (
        node.text,
        node.id,
        node.flag,
        node.whole,
        node.moment,
        node.figure,
        node.list,
        node.nodes,
        node.ids,
        node.texts,
        node.node,
    ):
        read("a")
    for strict in (node.quantity, node.yuan, node.fen, node.need_id, node.need_text):
        try:
            strict("a")
        except BadAnswer:
            continue


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("20250801093000000+0800", utc(2025, 8, 1, 1, 30)),
        ("20250801093000123-0700", datetime(2025, 8, 1, 16, 30, 0, 123000, timezone.utc)),
        ("20250801093000000", utc(2025, 8, 1, 1, 30)),
        ("20250801093000", utc(2025, 8, 1, 1, 30)),
        ("20250801093000000+08:00", utc(2025, 8, 1, 1, 30)),
        ("20250801093000000Z", utc(2025, 8, 1, 9, 30)),
        ("2025-10-10 09:30:00", utc(2025, 10, 10, 1, 30)),
        ("2025-10-10T09:30:00.123", utc(2025, 10, 10, 1, 30)),
        (1760000000000, utc(2025, 10, 9, 8, 53, 20)),
        ("1760000000000", utc(2025, 10, 9, 8, 53, 20)),
    ],
)
def test_moment(value, at):
    assert as_moment(value) == at


@pytest.mark.parametrize(
    "value",
    ["", None, "soon", "20251332093000000+0800", "20250801093000000+9900", "2025-02-30 00:00:00"]
    + ["99991231235959999-2300", "00010101000000000+0800", [], True, "20250801093000000+2400"],
)
def test_no_moment(value):
    assert as_moment(value) is None


@pytest.mark.parametrize(
    ("value", "flag"),
    [(True, True), ("true", True), ("TRUE", True), (1, True), ("false", False), (0, False)]
    + [(None, None), ("", None), ("maybe", None), ([], None)],
)
def test_flag(value, flag):
    assert as_flag(value) is flag


@pytest.mark.parametrize(
    "value",
    ["", None, True, 0, -1, "abc", "12a", Decimal("4.1E+18"), 2**63, "1" * 40, "１２", [], "1.0"],
)
def test_no_id(value):
    assert as_id(value) == ""


def test_ids_are_whole():
    assert as_id(4100000000000000123) == as_id("4100000000000000123") == "4100000000000000123"


def test_text_can_be_stored():
    assert as_text("a\x00b\ud800c") == "a\ufffdb\ufffdc"
    assert as_text(True) == "true"
    assert as_text(Decimal("1E+2")) == "100"
    assert as_text(Decimal("1E+999999999")) == "1E+999999999"
    assert as_text({"a": 1}) == ""


def test_node_reads_the_first_name_that_has_a_value():
    node = Node({"a": None, "b": "", "c": "x", "d": "5.0", "e": "10%", "f": [1, "2", "x"]})
    assert node.text("a", "b", "c") == "x"
    assert node.whole("d") == 5
    assert (node.figure("e"), node.figure("c"), node.figure("a")) == (Decimal("0.1"), None, None)
    assert node.ids("f") == ("1", "2")
    assert node.texts("f") == ("1", "2", "x")
    assert node.quantity("a") is node.yuan("a") is node.fen("a") is None


def test_negative_quantity():
    with pytest.raises(BadAnswer):
        Node({"a": -1}).quantity("a")
