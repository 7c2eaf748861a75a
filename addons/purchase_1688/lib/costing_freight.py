"""Carriage of what one seller sends together."""

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
    """Lines with the same key are charged together."""
    return terms.freight.template or "offer " + terms.offer, terms.freight.basis


def _freight_step(group):
    freight = group[0].terms.freight
    count = goods = load = ZERO
    for line in group:
        count += line.quantity
        goods += line.goods
        load += line.quantity * line.terms.freight.unit_load
    alone = len({line.terms.offer for line in group}) == 1
    kind, amount, why = carriage(freight, count, goods, load, alone)
    numbers = {"quantity": count, "goods": goods}
    if why:
        numbers[why] = getattr(freight, why)
    elif freight.by_template and kind == "freight_" + freight.basis:
        numbers["units"] = load
        numbers["times"] = _times_begun(freight, load)
        numbers |= {name: getattr(freight, name) for name in ("first_unit", "first_fee", "next_unit", "next_fee")}
    return Step(kind, amount, numbers)


def carriage(freight, count, goods, load, alone=True):
    """What goods under one template cost to send.

    :param count: 1688 units
    :param load: pieces, grams or cm³ that the template charges for
    :param alone: all of it is of the offer that the platform's own figure is for
    :return: (kind of step, yuan, which threshold made it free or '')
    """
    if freight.basis == "free":
        return "freight_free", ZERO, ""
    if freight.free_amount is not None and goods >= freight.free_amount:
        return "freight_free", ZERO, "free_amount"
    if freight.free_count is not None and count >= freight.free_count:
        return "freight_free", ZERO, "free_count"
    fixed = freight.basis in ("fixed", "unknown")
    if freight.quoted is not None and (fixed or (alone and freight.quoted_for == count)):
        return "freight_quoted", freight.quoted, ""
    if freight.by_template:
        fee = freight.first_fee + _times_begun(freight, load) * freight.next_fee
        return "freight_" + freight.basis, to_fen(fee), ""
    if freight.basis == "fixed":
        return "freight_fixed", freight.first_fee, ""
    return "freight_unknown", ZERO, ""


def _times_begun(freight, load):
    """How many further units a load begins after the first one."""
    over = max(load - freight.first_unit, ZERO)
    return (over / freight.next_unit).to_integral_value(ROUND_CEILING) if freight.next_unit else ZERO
