"""Preview, creation and cancelling replies (API document §5.2–5.7). Amounts mostly in fen."""

import contextlib

from ..errors import BadAnswer, Refused
from ..values import (
    Ack,
    CreatedOrder,
    CreatedPart,
    FailedCargo,
    Preview,
    PreviewLine,
    PreviewPart,
)
from .envelope import Answer, code_of, message_of, success_of
from .reading import Node


def _preview_line(node):
    return PreviewLine(
        offer_id=node.id("offerId") or node.text("openOfferId"),
        spec_id=node.text("specId"),
        sku_id=node.id("skuId"),
        unit_price=node.yuan("finalUnitPrice"),
        amount=node.yuan("amount"),
        code=code_of(node),
        message=message_of(node),
    )


def _preview_part(node):
    trade_types = node.texts("tradeModeNameList")
    return PreviewPart(
        orderable=node.flag("status") is True and bool(trade_types),
        total=node.fen("sumPayment"),
        goods_total=node.fen("sumPaymentNoCarriage"),
        freight=node.fen("sumCarriage"),
        discount=node.fen("discountFee", signed=True),
        additional=node.fen("additionalFee", signed=True),
        flow=node.text("flowFlag"),
        trade_types=trade_types,
        pay_channels=tuple(item.text("name") for item in node.nodes("payChannelInfos")),
        order_group=node.text("orderGroup"),
        code=code_of(node),
        message=message_of(node),
        lines=tuple(_preview_line(item) for item in node.nodes("cargoList")),
    )


def preview(document):
    """What the platform would make. The name of the list is misspelt on the wire."""
    answer = Answer(document)
    node = answer.node if answer.has("orderPreviewResuslt") else answer.outer
    parts = tuple(_preview_part(item) for item in node.nodes("orderPreviewResuslt"))
    if answer.success is False or answer.code:
        refusal = answer.refuse()
        first = next((part for part in parts if part.code), None)
        if refusal.code == "refused" and first:
            refusal = Refused(first.message, code=first.code)
        raise refusal
    if not parts:
        raise BadAnswer("no preview in the answer", code="missing")
    return Preview(parts)


def _created_parts(payload):
    """Parts that have an order id, and parts that have none and so were not made."""
    rows = [row for row in payload.nodes("orderList") if row]
    made = [
        CreatedPart(
            order_id=row.id("orderId"),
            total=row.fen("orderAmmount", "orderAmount"),
            freight=row.fen("postFee"),
            success=success_of(row) is not False,
            code=code_of(row),
            message=message_of(row),
        )
        for row in rows
        if row.id("orderId")
    ]
    failed = [
        FailedCargo(code=code_of(row), message=message_of(row))
        for row in rows
        if not row.id("orderId")
    ]
    single = payload.id("orderId")
    if single and single not in {part.order_id for part in made}:
        total, freight = payload.fen("totalSuccessAmount"), payload.fen("postFee")
        made.insert(0, CreatedPart(single, total, freight))
    return made, failed


def _failed(payload):
    return [
        FailedCargo(
            offer_id=row.id("offerId") or row.text("openOfferId"),
            spec_id=row.text("specId"),
            code=code_of(row),
            message=message_of(row),
        )
        for row in payload.nodes("failedOfferList")
    ]


def _created_or_unsure(payload):
    """Parts, even when an amount makes no sense: the order exists, whatever it costs."""
    with contextlib.suppress(BadAnswer):  # the ids count; the amounts are read back with the order
        return (*_created_parts(payload), True)
    bare = [{"orderId": row.id("orderId")} for row in payload.nodes("orderList")]
    return (*_created_parts(Node({"orderId": payload.id("orderId"), "orderList": bare})), False)


def created(document):
    """Orders that were made (§5.4): with or without wrapper, one or several, some failed.

    An order id means that an order exists, also beside *no success*; then `confirmed`
    is False and the order must be read back.
    """
    answer = Answer(document)
    levels = [level for level in reversed(answer.levels) if level.get("orderId", "orderList")]
    payload = levels[0] if levels else answer.node
    made, unmade, sound = _created_or_unsure(payload)
    failed = tuple(_failed(payload) + unmade)
    if made:
        return CreatedOrder(
            parts=tuple(made),
            failed=failed,
            confirmed=sound and answer.success is True and all(part.success for part in made),
            code=answer.code,
            message=answer.message,
        )
    if answer.success is False or answer.code:
        raise _refusal(answer, failed)
    if failed and answer.success and not payload.get("orderId"):
        raise Refused(failed[0].message, code=failed[0].code or "nothing_ordered")
    raise BadAnswer("neither an order nor a refusal", code="missing")


def _refusal(answer, failed):
    """The envelope's reason, or the first line's when the envelope gives none."""
    if answer.code or not failed:
        return answer.refuse()
    return Refused(failed[0].message or answer.message, code=failed[0].code or "refused")


def acknowledged(document):
    """A plain yes: the flag, or a payload that is just ``true``."""
    answer = Answer(document).check()
    if answer.payload is False:
        raise answer.refuse()
    if answer.success is not True and answer.payload is not True:
        raise BadAnswer("neither yes nor no", code="missing")
    return Ack(True, message=answer.message)
