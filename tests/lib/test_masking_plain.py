"""What is skipped to save time changes nothing: the masker against one that skips nothing.

The texts are made of pieces that are just long enough for a shape, or just too short, side by side.
"""

import json
import random

import pytest
from lib1688 import masking as module
from lib1688.masking import MASK, Masker

SECRETS = ("s3cr3t-of-the-app", "1234", "字字字字")
SHAPES = (module._JWT, module._UUID, module._PHONE, module._EMAIL, module._TOKEN, module._DIGEST)

PIECES = (
    # each shape at its shortest, and what is almost one
    *("app_secret=x", "App_Secret='y", "access_token : z", "client_secret", '_aop_signature":"Q', "refreſh_token=1"),
    *("eyJ01234567.a.", "eyJ字-_字字字字字.字.", "eyJ0123456.a.", "eyJ0123456789", "EYJ01234567.a.b"),
    *("479f9564-1049-456e-ab62-29d3e82277d9", "479F9564-1049-456E-AB62-29D3E82277D9", "479f9564-1049-456e-ab62"),
    *("13800000000", "1380000000", "138 0000 0000", "138-0000-0000", "+86 13912345678", "8613912345678"),
    *("13٠٠٠٠٠٠٠٠٠", "138００００００００", "12800000000", "0.13800000000"),
    *("a@b.c", "a@b.", "@b.c", "王@店.cn", "a@b"),
    *("aB3" * 10 + "aB", "aB3" * 10 + "a", "aB3_-" * 7, "ab3" * 11, "AB3" * 11, "aBc" * 11, "字" * 40),
    *("0A" * 20, "0A" * 19 + "0", "01" * 20, "0a" * 20, "0A" * 21),
    *SECRETS,
    *("2345", "86", "+86", "1", "13", "ab", "XY", "1688.com", "https://x/y.jpg", "示例商品", "x" * 1990),
)
GLUE = ("", "", " ", "-", ".", "_", ",", ":", "=", "字", '"', "\\", "\n", "}")
KEYS = ("a", "note", "price", "sellerContact", "name", "mobile", "token", "imageData", MASK, "a@b.c", "d@e.f", "1234")


class Plain(Masker):
    """Masks as the module describes it, with nothing in it that saves time."""

    def text(self, text):
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        text = module._PAIR.sub(r"\1" + MASK, text)
        for shape in SHAPES:
            text = shape.sub(MASK, text)
        return text if len(text) <= 2000 else f"{text[:2000]}…({len(text)} characters)"

    def _once(self, text):
        return self.text(text)

    def _object(self, value, person, depth):
        return {
            self.text(str(name)): self.value(item, str(name), person, depth) for name, item in value.items()
        }

    def _list(self, value, key, person, depth):
        return [self.value(item, key, person, depth) for item in value]

    def json(self, text, limit=None):
        try:
            value = json.loads(text)
        except ValueError:
            value = None
        if not isinstance(value, (dict, list)):
            return self.text(text)[:limit]
        return json.dumps(self.value(value), ensure_ascii=False, separators=(",", ":"))[:limit]


def a_text(chance):
    """Some pieces with something, or nothing, between them."""
    count = chance.choice((1, 1, 1, 2, 2, 3, 5))
    return "".join(chance.choice(GLUE) + chance.choice(PIECES) + chance.choice(GLUE) for _turn in range(count))


def a_number(chance):
    return chance.choice((13800000000, -13800000000, 8613912345678, 1234, 12345.5, 1e22, 0.138e11, 0, True, None))


def a_value(chance, depth=0):
    """A JSON value; objects may have names that look alike when they are masked."""
    kind = chance.random() if depth < 3 else 1
    if kind < 0.4:
        names = chance.sample(KEYS, chance.randrange(7))
        return {name: a_value(chance, depth + 1) for name in names}
    if kind < 0.55:
        return [a_value(chance, depth + 1) for _turn in range(chance.randrange(5))]
    if kind < 0.65:
        return json.dumps(a_value(chance, depth + 1))
    return a_number(chance) if kind < 0.75 else a_text(chance)


@pytest.mark.parametrize("secrets", [(), SECRETS], ids=["no secrets", "secrets"])
def test_texts(secrets):
    chance = random.Random(1688)
    masker, plain = Masker(secrets), Plain(secrets)
    for text in (*PIECES, *(a_text(chance) for _turn in range(6000))):
        assert masker.text(text) == plain.text(text)


def test_documents_whole_and_cut():
    chance = random.Random(1689)
    masker, plain, masked = Masker(SECRETS), Plain(SECRETS), 0
    for _turn in range(2500):
        text = json.dumps(a_value(chance), ensure_ascii=chance.random() < 0.5)
        whole = plain.json(text)
        masked += MASK in whole
        for limit in (None, chance.randrange(1, 40), chance.randrange(len(whole) + 2)):
            assert masker.json(text, limit) == whole[:limit]
    assert masked > 1000


def test_what_comes_behind_the_cut_costs_nothing(monkeypatch):
    looked_at = []
    monkeypatch.setattr(module, "_shapeless", lambda text: looked_at.append(text) or text)
    text = json.dumps([{"x": f"text number {number}"} for number in range(10_000)])
    assert len(Masker().json(text, 500)) == 500
    assert len(looked_at) < 40
