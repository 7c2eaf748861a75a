"""Sixty sellers: five for each department, at home where such goods are made; and the traders of crowded markets."""

import dataclasses
import random

from .divisions import DISTRICTS, full_name
from .model import FreightTemplate, MixRule, Promotion, Rate, Scores, Seller, Text, Warehouse
from .words import CITY_PINYIN, DEPARTMENTS, NAME_WORDS

PER_DEPARTMENT = 5

SECOND_WAREHOUSES = ("310118", "330782", "440111", "420111", "510107")
SURNAMES = ("王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周")
HONORIFICS = ("先生", "女士", "经理")
IDENTITIES = (
    ("tp_member",),
    ("tp_member", "powerful_merchants"),
    ("tp_member", "powerful_merchants", "super_factory"),
    ("tp_member",),
    ("tp_member", "super_factory"),
)


def build_sellers(seed):
    """All sellers, department by department; the same for the same seed."""
    words = list(NAME_WORDS)
    random.Random(f"{seed}/names").shuffle(words)
    count = len(DEPARTMENTS) * PER_DEPARTMENT
    return [_seller(seed, number, *divmod(number, PER_DEPARTMENT), words[number]) for number in range(count)]


def build_trader(seed, number, department, count, kind):
    """One of the many sellers of a market, the ``count``-th of it. ``kind``: late, disputed, or neither."""
    chance = random.Random(f"{seed}/trader/{number}")
    first, second = (NAME_WORDS[at % len(NAME_WORDS)] for at in (count + department, 7 * count + department + 13))
    word = (first[0] + second[0][0], f"{first[1]} {second[1]}")
    # The third of five would ship from two places.
    seller = _seller(seed, number, department, (0, 1, 3, 4)[count % 4], word)
    scores = dataclasses.replace(seller.scores, years=chance.randrange(1, 12))
    if kind == "late":
        on_time = chance.uniform(0.52, 0.79)
        # Some are found out by their listing only: the search does not tell.
        told = f"{(1 - on_time) * 100:.1f}%" if chance.random() < 0.6 else ""
        scores = dataclasses.replace(
            scores, collected_48h=f"{on_time:.4f}", delayed_7d=told, logistics=f"{chance.uniform(2.1, 3.4):.1f}"
        )
    if kind == "disputed":
        refunds = f"{chance.uniform(0.055, 0.13):.4f}"
        scores = dataclasses.replace(scores, quality_refund=refunds, dispute=f"{chance.uniform(1.6, 3.0):.1f}")
    return dataclasses.replace(
        seller, scores=scores, domain=f"{seller.domain}{number}", warehouses=seller.warehouses[:1]
    )


def _seller(seed, number, department, place, word):
    chance = random.Random(f"{seed}/seller/{number}")
    trade_zh, trade_en, homes = DEPARTMENTS[department]
    area = homes[place % len(homes)]
    city_zh, city_en = full_name(area).split()[1].removesuffix("市"), CITY_PINYIN[area[:4]]
    user_id = f"22{chance.randrange(10**10, 10**11)}"
    suffix = chance.choice(("有限公司", "厂", "商行", "贸易有限公司"))
    suffix_en = {
        "有限公司": "Co., Ltd.",
        "厂": "Factory",
        "商行": "Trading House",
        "贸易有限公司": "Trading Co., Ltd.",
    }
    return Seller(
        member_id=f"b2b-{user_id}",
        user_id=user_id,
        login_id=f"{city_zh}{word[0]}{trade_zh}",
        open_id=f"BBB{chance.getrandbits(80):020x}",
        domain=f"{word[1].replace(' ', '').lower()}{user_id[-4:]}",
        company=Text(
            f"{city_zh}{word[0]}{trade_zh}{suffix}",
            f"{city_en} {word[1]} {trade_en} {suffix_en[suffix]}",
        ),
        trade=Text(trade_zh, trade_en),
        contact=chance.choice(SURNAMES) + chance.choice(HONORIFICS),
        mobile=f"138{chance.randrange(10**8):08d}",
        address=f"{full_name(area)} 工业路{chance.randrange(1, 300)}号",
        identities=IDENTITIES[place],
        scores=_scores(chance, place),
        mix=_mix(chance, place),
        warehouses=_warehouses(chance, number, place, area),
        promotion=_promotion(chance, number, place),
        consign_partner=place == 4,
    )


def _scores(chance, place):
    """Figures between poor and excellent; the first seller of a department is a good one."""
    good = chance.uniform(0.55, 1.0) if place else 0.95

    def score(low=3.2):
        return f"{low + (5 - low) * good * chance.uniform(0.9, 1.0):.1f}"

    return Scores(
        years=chance.randrange(1, 16),
        medal=str(1 + round(4 * good)),
        service=score(),
        logistics=score(),
        dispute=score(3.0),
        offer=score(),
        after_sales=score(),
        consulting=score(),
        repurchase=f"{good * chance.uniform(0.25, 0.6):.4f}",
        collected_48h=(collected := f"{0.7 + 0.3 * good * chance.uniform(0.9, 1.0):.4f}"),
        quality_refund=f"{(1.05 - good) * chance.uniform(0.01, 0.06):.4f}",
        fulfilment_30d=f"{85 + 15 * good * chance.uniform(0.9, 1.0):.1f}%",
        pickup_24h_30d=f"{round(50 + 48 * good)}%",
        ship_hours=chance.choice((24, 48, 48, 72)),
        delayed_7d=f"{(1 - float(collected)) * 100:.1f}%",
    )


def _mix(chance, place):
    """Two sellers of five mix; the first two never do, so that their MOQs are firm."""
    if place not in (2, 4):
        return MixRule(False)
    return MixRule(True, chance.choice((100, 200, 300)) * 100, chance.choice((10, 20, 30)))


def _warehouses(chance, number, place, area):
    """The third seller of each department ships from two places, and so does each tenth seller."""
    home = Warehouse("WH1", _place(area), area)
    if place != 2 and number % 10 != 9:
        return (home,)
    other = chance.choice([code for code in SECOND_WAREHOUSES if code != area])
    return home, Warehouse("WH2", _place(other), other)


def _place(area):
    province, city = full_name(area).split()[:2]
    return Text(province + city, CITY_PINYIN.get(area[:4], DISTRICTS[area]))


def _promotion(chance, number, place):
    if place not in (3, 4):
        return None
    threshold = chance.choice((200, 300, 500, 800))
    promotion_id = f"SP{number:04d}"
    if place == 3:
        off = threshold // 20
        text = Text(f"满{threshold}元减{off}元", f"{off} yuan off from {threshold} yuan")
        return Promotion(promotion_id, text, threshold * 100, off * 100)
    text = Text(f"满{threshold}元包邮", f"free freight from {threshold} yuan")
    return Promotion(promotion_id, text, threshold * 100, free_freight=True)


NEAR_REGIONS = ("31", "32", "33", "34")
SOUTH_REGIONS = ("44", "45", "35", "46")
FAR_REGIONS = ("54", "65", "15", "62", "63", "64")


def build_templates(seed, number, seller):
    """A seller's freight templates: by weight, by pieces, by volume, and paid by the seller."""
    chance = random.Random(f"{seed}/freight/{number}")
    base = 900000 + 10 * number
    free_from = chance.choice((None, None, 299, 499, 999))
    near = SOUTH_REGIONS if seller.warehouses[0].area_code[:2] in SOUTH_REGIONS else NEAR_REGIONS
    weight = _template(base + 1, "按重量快递", "Express by weight", 0, (1000, 1000), chance, near, free_from)
    pieces = _template(base + 2, "按件快递", "Express by piece", 1, (10, 10), chance, near, free_from)
    volume = _template(base + 3, "按体积物流", "Freight by volume", 2, (20000, 20000), chance, near, None, 90)
    free = FreightTemplate(
        base + 4,
        Text("卖家包邮", "Seller pays the freight"),
        0,
        Rate(1000, 0, 1000, 0),
        seller_pays=True,
    )
    return {"weight": weight, "pieces": pieces, "volume": volume, "free": free}


def _template(template_id, zh, en, charge_type, units, chance, near, free_from, percent=100):
    first, following = chance.choice((500, 600, 800)), chance.choice((150, 200, 300))
    rates = {region: Rate(units[0], first - 150, units[1], following - 50) for region in near}
    rates |= {region: Rate(units[0], first * 3, units[1], following * 4) for region in FAR_REGIONS}
    rate = Rate(units[0], first, units[1], following)
    free_from_fen = free_from and free_from * 100
    return FreightTemplate(template_id, Text(zh, en), charge_type, rate, rates, False, free_from_fen, percent)


def flat_template(template_id, fee_fen):
    """A fixed sum for any quantity to any place."""
    return FreightTemplate(template_id, Text("固定运费", "Fixed freight"), 1, Rate(10**6, fee_fen, 10**6, 0))
