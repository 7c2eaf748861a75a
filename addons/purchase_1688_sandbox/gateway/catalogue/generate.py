"""From a seed to a catalogue: which seller sells which family, in what words and at what prices."""

import hashlib
import random

from .categories import TREE
from .family import COLOUR_ID
from .goods_desk import DESK
from .goods_home import HOME
from .goods_wear import WEAR
from .market import open_markets
from .model import Attribute, Look, Offer, Sku, Text, Tier
from .palette import COLOURS
from .sellers import PER_DEPARTMENT, build_sellers, build_templates, flat_template
from .words import ENDINGS, OPENINGS

FAMILIES = {item.key: item for item in WEAR + HOME + DESK}

# The sellers that sell a family: 3 to 6 of its department's five and one from another.
SPREADS = (5, 4, 5, 6, 3, 5, 6, 4)
# Known amounts, for people and tests that add up by hand:
# family, seller's place -> (MOQ, price, flat freight), money in fen.
ORACLE = {("scale", 0): (50, 4500, 10000), ("scale", 1): (30, 4800, 5000)}
SHOWCASE = (
    "tshirt",
    "thermos",
    "case",
    "scale",
    "desklamp",
    "backpack",
    "mug",
    "earbuds",
    "hoodie",
    "umbrella",
    "plush",
    "notebook",
)
# Offers that refuse in a way of their own, by (family, seller's place). What they answer:
# off_shelf, seller_expired, not_online 500_001; sold_out 500_004; minimum 500_005 (one piece);
# mixed_batch 500_006 (one piece); consign_only 500_007 in the flow saleproxy, else 500_001;
# price_zero 500_008 (its first spec); batch_sale, lots_of_ten 500_009 (25 pieces).
ODDITIES = {
    ("rope", 1): "off_shelf",
    ("comb", 1): "not_online",
    ("gloves", 1): "consign_only",
    ("pouch", 0): "price_zero",
    ("stand", 0): "sold_out",
    ("tape", 0): "batch_sale",
    ("socks", 0): "minimum",
    ("balloon", 1): "seller_expired",
    ("pen", 2): "mixed_batch",
    ("pen", 1): "lots_of_ten",
}


def departments():
    """For each department its families, in the order of the tree."""
    rows = []
    for _zh, _en, *seconds in TREE:
        slugs = [leaf.split(" ", 1)[0] for _z, _e, leaves in seconds for leaf in leaves.split("|")]
        rows.append([item for slug in slugs for item in FAMILIES.values() if item.leaf == slug])
    return rows


class Generator:
    """Makes the offers of one seed."""

    def __init__(self, seed, leaves):
        self.seed = seed
        self.leaves = leaves
        self.sellers = build_sellers(seed)
        self.templates = [
            build_templates(seed, number, seller) for number, seller in enumerate(self.sellers)
        ]
        self.offers = []
        self.special = {}
        self.used_ids = set()

    def run(self):
        """Make all offers."""
        for department, families in enumerate(departments()):
            for position, item in enumerate(families):
                for number in self._who_sells(department, position, item):
                    self._add(item, number, department)
        open_markets(self, FAMILIES, OfferMaker)
        return self

    def add_seller(self, seller):
        """One more seller, with freight templates of its own."""
        self.templates.append(build_templates(self.seed, len(self.sellers), seller))
        self.sellers.append(seller)

    def _who_sells(self, department, position, item):
        """Seller numbers. The first one sells everything: a basket can come from one shop."""
        first = department * PER_DEPARTMENT
        count = len(self.sellers) // PER_DEPARTMENT
        spread = 6 if item.key in SHOWCASE else SPREADS[(department + position) % len(SPREADS)]
        own = list(range(first, first + PER_DEPARTMENT))
        guest = ((department + 1 + position) % count) * PER_DEPARTMENT + 3
        return [*own, guest][:spread] if spread >= PER_DEPARTMENT else own[:spread]

    def _add(self, item, number, department):
        place = number - department * PER_DEPARTMENT
        offer = OfferMaker(self, item, number, place).make()
        self.offers.append(offer)
        name = ODDITIES.get((item.key, place))
        if name:
            self.special[name] = offer.offer_id
        if (item.key, place) in ORACLE:
            self.special[f"{item.key}_{'ab'[place]}"] = offer.offer_id

    def new_id(self, chance, low, high):
        """A number not given before, as text."""
        while True:
            number = chance.randrange(low, high)
            if number not in self.used_ids:
                self.used_ids.add(number)
                return str(number)


class OfferMaker:
    """Makes one offer of a family by one seller; a ``label`` tells several of them apart."""

    def __init__(self, generator, item, number, place, label=""):
        self.generator = generator
        self.item = item
        self.number = number
        self.place = place
        self.seller = generator.sellers[number]
        self.chance = random.Random(f"{generator.seed}/offer/{item.key}/{number}{label and f'/{label}'}")
        self.oddity = ODDITIES.get((item.key, place))
        self.oracle = ORACLE.get((item.key, place))
        self.offer_id = generator.new_id(self.chance, 600 * 10**9, 999 * 10**9)
        self.price = round(item.price * self.chance.uniform(0.9, 1.12))
        self.backdrop = self.chance.randrange(1000)

    def make(self):
        """The offer."""
        item, chance = self.item, self.chance
        quote_type = 0 if not item.axes else 2 if self.oracle else chance.choice((1, 2, 2))
        tiers = self._tiers(quote_type)
        skus = self._skus(quote_type)
        stock = sum(sku.stock for sku in skus) if skus else self._stock()
        month = chance.randrange(3, 900)
        return Offer(
            offer_id=self.offer_id,
            family=item.key,
            category_id=self.generator.leaves[item.leaf],
            seller=self.seller,
            subject=self._subject(),
            description=self._description(),
            attributes=self._attributes(),
            quote_type=quote_type,
            tiers=tiers,
            skus=skus,
            stock=stock,
            min_quantity=tiers[0].start,
            batch=10 if self._sold_in_lots() else 1,
            unit=item.unit,
            weight_g=item.weight,
            size_cm=item.size,
            freight=self._freight(),
            warehouse=self._warehouse(),
            looks=self._looks(),
            status={"off_shelf": "expired", "seller_expired": "member expired"}.get(
                self.oddity, "published"
            ),
            sold=month * chance.randrange(3, 40),
            month_sold=month,
            created=f"2025{self._day()}093000000+0800",
            modified=f"2026{self._day()}164500000+0800",
            online=self.oddity not in ("not_online", "consign_only"),
            consign=self.oddity == "consign_only" or self.seller.consign_partner,
            batch_sale=self._sold_in_lots(),
            promotion_percent=92 if self._on_promotion() else 100,
        )

    def _on_promotion(self):
        """Every sixth offer costs less for a while, but for those that people know the prices of."""
        known = self.oracle or self.oddity or self.item.key in SHOWCASE
        return not known and int(self.offer_id) % 6 == 1

    def _day(self):
        return f"{self.chance.randrange(1, 10):02d}{self.chance.randrange(1, 29):02d}"

    # --- words

    def _subject(self):
        name = self.chance.choice(self.item.names)
        points = self.chance.sample(
            [point for point in self.item.points if point.zh[:2] not in name.zh], 2
        )
        opening, ending = self.chance.choice(OPENINGS), self.chance.choice(ENDINGS)
        english = f"{points[0].en} {points[1].en} {name.en}, {opening.en}, {ending.en}"
        return Text(
            f"{opening.zh}{points[0].zh}{points[1].zh}{name.zh} {ending.zh}",
            english[0].upper() + english[1:],
        )

    def _description(self):
        zh = "；".join(f"{name.zh}：{value.zh}" for name, value in self.item.attributes)
        en = "; ".join(f"{name.en}: {value.en}" for name, value in self.item.attributes)
        return Text(
            f"{self.item.names[0].zh}。{zh}。", f"{self.item.names[0].en.capitalize()}. {en}."
        )

    def _attributes(self):
        brand = Attribute(2176, Text("品牌", "Brand"), Text("无品牌", "Unbranded"))
        origin = Attribute(100000691, Text("产地", "Origin"), self.seller.warehouses[0].place)
        own = tuple(
            Attribute(200 + index, name, value)
            for index, (name, value) in enumerate(self.item.attributes, start=1)
        )
        return (brand, *own, origin)

    # --- figures

    def _tiers(self, quote_type):
        if self.oracle:
            return (Tier(self.oracle[0], self.oracle[1]),)
        first = self._first_tier()
        if quote_type == 1:
            return (Tier(first, self.price),)
        steps = [(first, 100)]
        for factor, percent in ((10, 95), (50, 90))[: self.chance.randrange(1, 3)]:
            steps.append((max(first + 1, first * factor), percent))
        return tuple(Tier(start, self.price * percent // 100) for start, percent in steps)

    def _first_tier(self):
        """MOQ: cheap goods are sold by the dozen."""
        if self._sold_in_lots():
            return 20
        if self.item.price < 300:
            return self.chance.choice((10, 20, 30, 50))
        if self.item.price < 1500:
            return self.chance.choice((2, 3, 5, 10))
        return self.chance.choice((1, 2, 2, 5)) if self.place != 1 else 5

    def _sold_in_lots(self):
        """The second seller of a department sells cheap goods in lots of ten only."""
        return self.item.price < 300 and (self.place == 1 or self.oddity == "batch_sale")

    def _stock(self):
        if self.oddity == "sold_out":
            return 0
        return self.chance.choice(
            (self.chance.randrange(2000, 9000), self.chance.randrange(200, 1500))
        )

    def _freight(self):
        templates = self.generator.templates[self.number]
        if self.oracle:
            return flat_template(999000 + self.place, self.oracle[2])
        if self.item.weight > 2000:
            return templates[self.chance.choice(("weight", "volume"))]
        return templates[
            self.chance.choice(
                ("weight", "weight", "pieces", "free" if self.place == 0 else "weight")
            )
        ]

    def _warehouse(self):
        """Sellers with two warehouses keep every second family in the second one."""
        houses = self.seller.warehouses
        own = [offer for offer in self.generator.offers if offer.seller is self.seller]
        return houses[len(own) % len(houses)]

    # --- specs and pictures

    def _skus(self, quote_type):
        combinations = [()]
        for axis in self.item.axes:
            values = zip(axis.values, axis.colours or (None,) * len(axis.values), strict=True)
            choices = [
                (Attribute(axis.attribute_id, axis.name, value), colour) for value, colour in values
            ]
            combinations = [(*old, new) for old in combinations for new in choices]
        if combinations == [()]:
            return ()
        return tuple(
            self._sku(index, parts, quote_type) for index, parts in enumerate(combinations)
        )

    def _sku(self, index, parts, quote_type):
        sku_id = self.generator.new_id(self.chance, 4800 * 10**9, 5999 * 10**9)
        colour = next(
            (name for attribute, name in parts if name and attribute.attribute_id == COLOUR_ID),
            None,
        )
        price = self._sku_price(parts) if quote_type == 1 else self.price
        if self.oracle:
            price = self.oracle[1]
        if self.oddity == "price_zero" and index == 0:
            price = 0
        stock = self._stock()
        # Some specs are sold out, but not of the goods that people are shown first.
        if index and self.chance.random() < 0.06 and self.item.key not in SHOWCASE:
            stock = 0
        return Sku(
            sku_id=sku_id,
            spec_id=hashlib.md5(
                f"{self.offer_id}/{sku_id}".encode(), usedforsecurity=False
            ).hexdigest(),
            attributes=tuple(attribute for attribute, _name in parts),
            price_fen=price,
            stock=99999 if self.oracle else stock,
            cargo_number=f"{self.item.key[:3].upper()}{self.number:02d}-{index + 1:02d}",
            weight_g=self.item.weight,
            look=self._look(colour or self.item.colour, 0, index),
        )

    def _sku_price(self, parts):
        """Later values of an axis that is not a colour (sizes, capacities) cost more."""
        steps = 0
        for axis, (attribute, _name) in zip(self.item.axes, parts, strict=True):
            if not axis.colours:
                steps += axis.values.index(attribute.value)
        return round(self.price * (1 + 0.06 * steps))

    def _look(self, colour, angle, variant=0):
        return Look(self.item.kind, COLOURS[colour][2], self.backdrop, angle, variant)

    def _looks(self):
        """Pictures of the gallery: the first colours, then another angle."""
        names = next((axis.colours for axis in self.item.axes if axis.colours), (self.item.colour,))
        first = self._look(names[self.place % len(names)], 0)
        others = [self._look(name, 0) for name in names[:3] if COLOURS[name][2] != first.colour]
        return (first, *others[:2], self._look(names[0], -8), self._look(names[-1], 8))
