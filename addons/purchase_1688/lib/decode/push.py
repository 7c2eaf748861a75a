"""Messages: the pushed form and the kept ones (API document §14)."""

import json
from urllib.parse import unquote_to_bytes

from ..errors import BadAnswer, BadInput, ForgedMessage
from ..signing import SIGNATURE_FIELD, verify_push
from ..values import PushMessage, PushPage, StockChange
from .envelope import Answer
from .reading import Node, load

#: longest body that is looked at
MAX_BODY = 256 * 1024
_MAX_ORDERS = 200


def _decoded(raw, form):
    """Bytes of a form field as text; `form` undoes the URL encoding."""
    data = unquote_to_bytes(raw.replace(b"+", b" ")) if form else raw
    return data.decode("utf-8")


def _fields(raw_body):
    """The two raw fields. The JSON may hold an unencoded ``&``, so the signature is the cut."""
    mark = b"&" + SIGNATURE_FIELD.encode() + b"="
    start = b"message="
    if raw_body.startswith(SIGNATURE_FIELD.encode() + b"="):
        signature, found, message = raw_body.partition(b"&" + start)
    else:
        message, found, signature = raw_body.partition(mark)
        if not message.startswith(start):
            raise ForgedMessage("no message in the body")
        message = message[len(start) :]
    if not found:
        raise ForgedMessage("no signature in the body")
    signature = signature.removeprefix(SIGNATURE_FIELD.encode() + b"=")
    if mark in b"&" + message or b"=" in signature or b"&" in signature:
        raise ForgedMessage("a field comes twice")
    return message, signature


def open_message(raw_body, secret):
    """Verify a pushed form over its received bytes, then read it.

    The message is taken as URL-encoded, and as it stands since one recording shows it
    so (§14.1); whichever form the signature holds for is the true one.

    :raise ForgedMessage: no, bad or uncheckable signature; nothing was parsed
    :raise BadInput: signed, but not a message
    """
    if len(raw_body) > MAX_BODY:
        raise ForgedMessage("the body is too long")
    message, signature = _fields(bytes(raw_body).strip(b"\r\n"))
    for form in (True, False):
        try:
            text, sign = _decoded(message, form), _decoded(signature, form)
        except UnicodeDecodeError:
            continue
        if verify_push(text, sign, secret):
            return read_message(text)
    raise ForgedMessage("the signature does not hold")


def read_message(text):
    """A message from its JSON text; `BadInput` when it is none."""
    try:
        return message_of(Node(load(text)))
    except BadAnswer as error:
        raise BadInput(f"not a message: {error.message}") from error


def _payload(node):
    """The payload as an object and as JSON text; it may come as text (§14.2)."""
    data = node.get("data")
    if isinstance(data, str):
        try:
            data = load(data)
        except BadAnswer:
            data = {}
    found = Node(data)
    # decimals become text: nothing is rounded on the way to storage
    return found, json.dumps(found.data, ensure_ascii=False, default=str)


def message_of(node):
    """A message of any topic; unknown topics keep their payload as text."""
    data, text = _payload(node)
    trace = data.node("OrderLogisticsTracingModel") or data.node("MailNoChangeModel")
    rows = trace.nodes("orderLogsItems")[:_MAX_ORDERS]
    batch = data.nodes("batchPay")[:_MAX_ORDERS]
    orders = [data.id("orderId"), *(row.id("orderId") for row in (*rows, *batch))]
    return PushMessage(
        msg_id=node.need_id("msgId"),
        topic=node.need_text("type", "topicName"),
        member_id=node.text("userInfo"),
        created_at=node.moment("gmtBorn"),
        data=text,
        order_ids=_unique(orders),
        entry_ids=_unique(row.id("orderEntryId") for row in rows),
        status=data.text("currentStatus", "status") or trace.text("statusChanged"),
        refund_id=data.text("refundId"),
        refund_action=data.text("refundAction"),
        operator=data.text("operator"),
        seller_member_id=data.text("sellerMemberId"),
        sent_at=data.moment("msgSendTime") or trace.moment("changeTime", "eventTime", "eventType"),
        logistics_id=trace.text("logisticsId"),
        bill_no=trace.text("mailNo", "newMailNo").strip(),
        old_bill_no=trace.text("oldMailNo").strip(),
        carrier_code=trace.text("cpCode", "newCpCode"),
        **_goods(data),
    )


def _goods(data):
    changes = tuple(_stock_changes(data))
    offers = [*data.ids("productIds"), data.id("productId"), *(row.offer_id for row in changes)]
    return {
        "offer_ids": _unique(offers),
        "offer_action": data.text("action", "status"),
        "stock_changes": changes,
    }


def _stock_changes(data):
    for row in data.nodes("OfferInventoryChangeList")[:_MAX_ORDERS]:
        if not row.id("offerId"):
            continue
        try:
            yield StockChange(
                offer_id=row.id("offerId"),
                sku_id=row.id("skuId"),
                offer_stock=row.quantity("offerOnSale"),
                sku_stock=row.quantity("skuOnSale"),
            )
        except BadAnswer:
            # only a hint that the stock changed: the figure is read again
            yield StockChange(offer_id=row.id("offerId"), sku_id=row.id("skuId"))


def _unique(ids):
    return tuple(dict.fromkeys(found for found in ids if found))


def page(document):
    """Kept messages of either call; the payloads have names of their own."""
    answer = Answer(document).check()
    holder = answer.node.node("pushMessagePage")
    rows = holder.list("datas") if holder else answer.node.list("pushMessageList")
    if not rows:
        if answer.success is True or holder or answer.has("pushMessageList"):
            return PushPage(total=holder.whole("totalCount") or 0)
        raise BadAnswer("no messages in the answer", code="missing")
    messages, unreadable = [], 0
    for row in rows:
        try:
            messages.append(message_of(Node(row)))
        except BadAnswer:
            unreadable += 1
    return PushPage(tuple(messages), holder.whole("totalCount") or len(rows), unreadable)
