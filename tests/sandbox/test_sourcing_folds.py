"""Of crowded markets, whose true doubles the generator knows: are they folded, and nothing else?"""

import io
from dataclasses import replace
from decimal import Decimal

import pytest
from gateway.catalogue import build
from gateway.pictures import SMALL, picture
from lib1688.fingerprint import fingerprint
from lib1688.sourcing import Candidate, Limits, Rule, doubtful, judge
from PIL import Image

# Least (precision, recall): shares of folds that are right and of doubles that are folded; 108 doubles in 239 offers
# of a market. Titles in English tell less: the words of different goods are the same in another order. Where every
# copy was saved again, a title that a reseller rewrote is not enough, and the double stays: better one too many than
# one lost.
COPIED = {"zh": (0.99, 0.98), "en": (0.93, 0.97)}
SAVED_AGAIN = {"zh": (0.95, 0.50), "en": (0.80, 0.50)}


@pytest.fixture(scope="module")
def catalogue():
    return build(1)


def saved_again(data):
    out = io.BytesIO()
    Image.open(io.BytesIO(data)).resize((400, 400)).save(out, "JPEG", quality=80)
    return out.getvalue()


def prints(offers, saving):
    """Fingerprints of the offers' pictures; with ``saving``, of copies that each trader has saved for himself."""
    found, seen = [], set()
    for offer in offers:
        data = picture(offer.looks[0], size=SMALL)
        found.append(fingerprint(saving(data) if saving and id(offer.looks) in seen else data))
        seen.add(id(offer.looks))
    return found


def folds(offers, language, shown):
    """{number of an offer: number of the one that it was folded into}, as a run finds them."""
    found = [
        Candidate(
            number,
            position=number,
            title=getattr(offer.subject, language),
            seller=offer.seller.company.zh,
            price=Decimal(offer.tiers[0].price_fen) / 100,
        )
        for number, offer in enumerate(offers)
    ]
    rules = (Rule("price"),)
    looked_at = doubtful(found)
    found = [replace(item, picture_hash=shown[item.key]) if item.key in looked_at else item for item in found]
    return {key: verdict.twin for key, verdict in judge(found, Limits(), rules).items() if verdict.state == "duplicate"}


@pytest.mark.parametrize(
    ("saving", "goals"), [(None, COPIED), (saved_again, SAVED_AGAIN)], ids=["copied", "saved again"]
)
@pytest.mark.parametrize("family", ["cable-market", "towel-market"])
def test_doubles_are_folded_and_nothing_else(catalogue, family, saving, goals):
    offers = [offer for offer in catalogue.offers if offer.family == family]
    goods = [id(offer.looks) for offer in offers]  # a copy has the very pictures of its original
    shown = prints(offers, saving)
    for language, (precision, recall) in goals.items():
        twins = folds(offers, language, shown)
        right = sum(goods[key] == goods[twin] for key, twin in twins.items())
        doubles = len(goods) - len(set(goods))
        assert doubles > 100
        assert right >= precision * len(twins), f"{language}: {right} of {len(twins)} folds are right"
        assert right >= recall * doubles, f"{language}: {right} of {doubles} doubles are folded"
