"""Carriage of what one seller sends together."""

from decimal import ROUND_CEILING

from .costing_values import ZERO, Step, to_fen


def freight_of(lines):
    """(amount or None where it is not known, steps): each template is charged once for all that falls under it."""
    total, steps, known = ZERO, [], True
    groups = {}
    for line in sorted(lines, key=_freight_key):
        groups.setdefault(_freight_key(line), []).append(line)
    for group in groups.values():
        step = _freight_step(group)
        steps.append(step)
        if step.kind == "freight_unknown":
            known = False
        total += step.amount
    return (total if known else None), steps


def _freight_key(line):
    return (line.terms.freight.template or "offer " + line.terms.offer, line.terms.freight.basis)


def _freight_step(group):
    freight = group[0].terms.freight
    count = sum((line.quantity for line in group), ZERO)
    goods = sum((line.goods for line in group), ZERO)
    numbers = {"quantity": count, "goods": goods}
    if freight.basis == "free":
        return Step("freight_free", ZERO, numbers)
    if freight.free_amount is not None and goods >= freight.free_amount:
        return Step("freight_free", ZERO, {**numbers, "free_amount": freight.free_amount})
    if freight.free_count is not None and count >= freight.free_count:
        return Step("freight_free", ZERO, {**numbers, "free_count": freight.free_count})
    alone = len({line.terms.offer for line in group}) == 1
    if freight.quoted is not None and (
        freight.basis in ("fixed", "unknown") or (alone and freight.quoted_for == count)
    ):
        return Step("freight_quoted", freight.quoted, numbers)
    if freight.by_template:
        return _freight_by_template(freight, group, numbers)
    if freight.basis == "fixed":
        return Step("freight_fixed", freight.first_fee, numbers)
    return Step("freight_unknown", ZERO, numbers)


def _freight_by_template(freight, group, numbers):
    units = sum((line.quantity * line.terms.freight.unit_load for line in group), ZERO)
    times = times_begun(freight, units)
    return Step(
        "freight_" + freight.basis,
        template_fee(freight, times),
        {
            **numbers,
            "units": units,
            "first_unit": freight.first_unit,
            "first_fee": freight.first_fee,
            "next_unit": freight.next_unit,
            "next_fee": freight.next_fee,
            "times": times,
        },
    )


def times_begun(freight, units):
    """How many further units a load begins after the first one."""
    over = max(units - freight.first_unit, ZERO)
    return (over / freight.next_unit).to_integral_value(ROUND_CEILING) if freight.next_unit else ZERO


def template_fee(freight, times):
    """What a load costs that begins `times` further units."""
    return to_fen(freight.first_fee + times * freight.next_fee)
