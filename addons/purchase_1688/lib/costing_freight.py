"""Carriage of what one seller sends together.

What is charged does not depend on the order of the lines. Where the rules of lines that are charged together differ
(they were read at different times), the dearest one counts.
"""

from decimal import ROUND_CEILING

from .costing_values import ZERO, Step, to_fen


def freight_of(lines):
    """(amount or None where it is not known, steps): each template is charged once for all that falls under it."""
    total, steps, known = ZERO, [], True
    groups = {}
    for line in lines:
        groups.setdefault(carriage_key(line.terms), []).append(line)
    for _key, group in sorted(groups.items()):
        step = _freight_step(group)
        steps.append(step)
        if step.kind == "freight_unknown":
            known = False
        total += step.amount
    return (total if known else None), steps


def carriage_key(terms):
    """Lines with the same key are charged together: those of one template, as far as its rule is known.

    Of others there is only what the platform asks for each offer by itself, so each is charged by itself.
    """
    freight = terms.freight
    shared = freight.template if freight.has_rule else ""
    return shared or "offer " + terms.offer, freight.basis, freight.has_rule


def rules_of(freight):
    """What of a line's freight decides the charge of all that it is charged with."""
    formula = (freight.first_unit, freight.first_fee, freight.next_unit, freight.next_fee)
    return (*formula, freight.quoted, freight.quoted_for, freight.free_amount, freight.free_count)


def _freight_step(group):
    count = goods = load = ZERO
    for line in group:
        count += line.quantity
        goods += line.goods
        load += line.quantity * line.terms.freight.unit_load
    as_asked, charges = _is_as_asked(group), {}
    for line in group:
        freight = line.terms.freight
        charges.setdefault(rules_of(freight), (freight, carriage(freight, count, goods, load, as_asked)))
    freight, (kind, amount, why) = max(charges.values(), key=_sureness)
    numbers = {"quantity": count, "goods": goods}
    if why:
        numbers[why] = getattr(freight, why)
    elif freight.by_template and kind == "freight_" + freight.basis:
        numbers["units"] = load
        numbers["times"] = _times_begun(freight, load)
        numbers |= {name: getattr(freight, name) for name in ("first_unit", "first_fee", "next_unit", "next_fee")}
    return Step(kind, amount, numbers)


def _sureness(charge):
    """What nobody can say is worse than the dearest."""
    _freight, (kind, amount, _why) = charge
    return kind == "freight_unknown", amount


def _is_as_asked(group):
    """All is of one offer, and of each SKU there is as much as the platform was asked about."""
    if len({line.terms.offer for line in group}) > 1:
        return False
    skus = {}
    for line in group:
        skus[line.terms.sku] = skus.get(line.terms.sku, ZERO) + line.quantity
    return all(line.terms.freight.quoted_of_sku in (None, skus[line.terms.sku]) for line in group)


def carriage(freight, count, goods, load, as_asked=True):
    """What goods under one template cost to send.

    :param count: 1688 units
    :param load: pieces, grams or cm³ that the template charges for
    :param as_asked: if these are so many, they are what the platform's own figure is for
    :return: (kind of step, yuan, which threshold made it free or '')
    """
    if freight.basis == "free":
        return "freight_free", ZERO, ""
    if why := _frees(freight, count, goods):
        return "freight_free", ZERO, why
    if freight.quoted is not None and as_asked and freight.quoted_for == count:
        return "freight_quoted", freight.quoted, ""
    if freight.by_template:
        return "freight_" + freight.basis, fee_of(freight, load), ""
    if freight.basis == "fixed":
        return "freight_fixed", freight.first_fee, ""
    return "freight_unknown", ZERO, ""


def _frees(freight, count, goods):
    """The threshold from which on carriage is free, where all of them are reached."""
    if freight.free_amount is not None and goods < freight.free_amount:
        return ""
    if freight.free_count is not None:
        return "free_count" if count >= freight.free_count else ""
    return "" if freight.free_amount is None else "free_amount"


def fee_of(freight, load):
    """Yuan that a template asks for a load."""
    return to_fen(freight.first_fee + _times_begun(freight, load) * freight.next_fee)


def _times_begun(freight, load):
    """How many further units a load begins after the first one."""
    over = max(load - freight.first_unit, ZERO)
    return (over / freight.next_unit).to_integral_value(ROUND_CEILING) if freight.next_unit else ZERO
