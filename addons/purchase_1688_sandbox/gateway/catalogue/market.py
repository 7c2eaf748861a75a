"""Crowded markets: goods that hundreds offer, as a broad search at the platform finds them.

Makers with goods of their own, some of which they list twice; resellers who copy a maker's pictures and nearly its
title and price; sellers who ship late and sellers whose buyers complain. All of it follows the catalogue proper, which
stays as it is: same sellers, same offers, same numbers.
"""

import dataclasses
import hashlib
import random

from .sellers import build_trader
from .words import OPENINGS

# Family of a market, and the department whose trade it is.
MARKETS = (("cable", 3), ("towel", 4))
# How many sellers of a kind a market has, and how many offers each of them has.
MAKERS, GOODS = 14, 7
TWICE = 2
RESELLERS, COPIES = 16, 5
LATE, DISPUTED, BAD_GOODS = 6, 5, 3
# What a reseller asks more or less than the maker, in percent.
RESOLD = (-1, 0, 2, 3, 4)


def open_markets(generator, families, offer_maker):
    """Append the sellers and offers of all markets to what a generator has made."""
    for key, department in MARKETS:
        Market(generator, families[key], department, offer_maker).fill()


class Market:
    """The sellers and offers of one family, beside the few of the catalogue proper."""

    def __init__(self, generator, item, department, offer_maker):
        self._generator = generator
        self._item = dataclasses.replace(item, axes=item.axes[:1])
        self._department = department
        self._offer_maker = offer_maker
        self._chance = random.Random(f"{generator.seed}/market/{item.key}")
        self._count = 0

    def fill(self):
        """Makers first; the others have something to copy then."""
        originals = []
        for _maker in range(MAKERS):
            number = self._open_shop()
            own = [self._make(number) for _offer in range(GOODS)]
            originals += own
            for offer in own[:TWICE]:
                self._add(self._copy(offer, number, 0))
        for _reseller in range(RESELLERS):
            number = self._open_shop()
            for offer in self._chance.sample(originals, COPIES):
                self._add(self._copy(offer, number, self._chance.choice(RESOLD), self._chance.choice(OPENINGS)))
        for kind in ("late",) * LATE + ("disputed",) * DISPUTED:
            number = self._open_shop(kind)
            for _offer in range(BAD_GOODS):
                self._make(number)

    def _open_shop(self, kind=""):
        """A new seller; returns its number."""
        number = len(self._generator.sellers)
        self._generator.add_seller(build_trader(self._generator.seed, number, self._department, self._count, kind))
        self._count += 1
        return number

    def _make(self, number):
        maker = self._offer_maker(self._generator, self._item, number, place=3, label=len(self._generator.offers))
        offer = maker.make()
        month = self._chance.randrange(3, 300)
        offer = dataclasses.replace(
            offer, family=f"{self._item.key}-market", month_sold=month, sold=month * self._chance.randrange(3, 40)
        )
        return self._add(offer)

    def _add(self, offer):
        self._generator.offers.append(offer)
        return offer

    def _copy(self, offer, number, percent, opening=None):
        """The same goods once more: pictures as they are, prices a little different, numbers of its own."""
        seller = self._generator.sellers[number]
        offer_id = self._generator.new_id(self._chance, 600 * 10**9, 999 * 10**9)
        return dataclasses.replace(
            offer,
            offer_id=offer_id,
            seller=seller,
            subject=_reopened(offer.subject, opening) if opening else offer.subject,
            tiers=tuple(dataclasses.replace(tier, price_fen=_changed(tier.price_fen, percent)) for tier in offer.tiers),
            skus=tuple(self._copy_sku(sku, offer_id, percent) for sku in offer.skus),
            freight=self._generator.templates[number]["weight"],
            warehouse=seller.warehouses[0],
            month_sold=max(1, offer.month_sold // self._chance.randrange(2, 9)),
            consign=False,
        )

    def _copy_sku(self, sku, offer_id, percent):
        sku_id = self._generator.new_id(self._chance, 4800 * 10**9, 5999 * 10**9)
        digest = hashlib.md5(f"{offer_id}/{sku_id}".encode(), usedforsecurity=False).hexdigest()
        price = _changed(sku.price_fen, percent)
        return dataclasses.replace(sku, sku_id=sku_id, spec_id=digest, price_fen=price)


def _changed(fen, percent):
    return fen * (100 + percent) // 100


def _reopened(subject, opening):
    """A title that begins with other words of praise."""
    for old in OPENINGS:
        if subject.zh.startswith(old.zh):
            english = subject.en.replace(f", {old.en},", f", {opening.en},")
            return dataclasses.replace(subject, zh=opening.zh + subject.zh.removeprefix(old.zh), en=english)
    return subject
