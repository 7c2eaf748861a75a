"""What a parcel costs by a seller's freight template. All money in fen."""

import dataclasses

WEIGHT, PIECES, VOLUME = 0, 1, 2


@dataclasses.dataclass(frozen=True)
class Load:
    """Goods under one template: grams, pieces, cubic centimetres, and their worth in fen."""

    grams: int = 0
    pieces: int = 0
    volume: int = 0
    worth_fen: int = 0

    def __add__(self, other):
        return Load(
            self.grams + other.grams,
            self.pieces + other.pieces,
            self.volume + other.volume,
            self.worth_fen + other.worth_fen,
        )


def load_of(offer, quantity, weight_g, worth_fen):
    """The load that a quantity of an offer makes."""
    length, width, height = offer.size_cm
    pieces = int(quantity)
    return Load(weight_g * pieces, pieces, length * width * height * pieces, worth_fen)


def rate_for(template, area_code):
    """The rate of a template for a division; the general one where the place is unknown."""
    return template.rates.get((area_code or "")[:2], template.rate)


def is_free(template, load):
    """Whether the seller pays, always or because the goods are worth enough."""
    threshold = template.free_from_fen
    return template.seller_pays or (threshold is not None and load.worth_fen >= threshold)


def fee(template, load, area_code):
    """The freight of one load: a first unit and each further unit that was begun."""
    if is_free(template, load) or not load.pieces:
        return 0
    rate = rate_for(template, area_code)
    units = {WEIGHT: load.grams, PIECES: load.pieces, VOLUME: load.volume}[template.charge_type]
    beyond = max(0, units - rate.first_unit)
    whole = rate.first_fee_fen + -(-beyond // rate.next_unit) * rate.next_fee_fen
    return (whole * template.percent + 50) // 100


def freight_of(loads, area_code):
    """The freight of one parcel.

    :param loads: pairs of (template, load); loads of the same template are added up first
    """
    by_template = {}
    for template, load in loads:
        known = by_template.get(template.template_id)
        by_template[template.template_id] = (template, known[1] + load if known else load)
    return sum(fee(template, load, area_code) for template, load in by_template.values())
