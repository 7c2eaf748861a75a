"""Payment replies (API document §6). Amounts in fen."""

from ..errors import BadAnswer, OutcomeUnknown
from ..values import PayAgreement, PayChannel, PayLink, PayResult, PayWays
from .envelope import Answer
from .reading import Node, as_id


def _failed_orders(node):
    """Ids of orders that cannot be paid; the rows are ids or objects."""
    rows = node.list("payFailureOrderList", "cantPayOrderList")
    found = (
        Node(row).id("orderId", "id", "orderIdStr") if isinstance(row, dict) else as_id(row)
        for row in rows
    )
    return tuple(order_id for order_id in found if order_id)


def pay_link(document):
    """The cashier's address; only http(s) is a page."""
    answer = Answer(document).check()
    node = answer.node if answer.has("payUrl") else answer.outer
    url = node.need_text("payUrl")
    if not url.startswith(("https://", "http://")):
        raise BadAnswer("the cashier's address is no web address", code="bad_url")
    return PayLink(url, _failed_orders(node))


def pay_result(document):
    """Paid, or refused, or unknown: *not paid* may be a time-out on their side (§6.3)."""
    answer = Answer(document).check()
    if not answer.has("paySuccess"):
        raise BadAnswer("neither paid nor refused", code="missing")
    if answer.node.flag("paySuccess") is not True:
        raise OutcomeUnknown("the payment is not confirmed", code="pay_not_confirmed")
    return PayResult(channel=answer.node.text("payChannel").lower())


def pay_ways(document):
    """How an order can be paid; the payload has a name of its own."""
    answer = Answer(document).check()
    node = answer.outer.node("resultList") or answer.node.node("resultList") or answer.node
    return PayWays(
        order_id=node.need_id("orderId"),
        amount=node.fen("payFee"),
        pay_before=node.moment("timeout"),
        channels=tuple(
            PayChannel(code=row.text("code"), name=row.text("name"))
            for row in node.nodes("channels")
        ),
    )


def agreements(document):
    """Agreements on password-free payment; both flags are texts."""
    answer = Answer(document).check()
    if not answer.has("paymentAgreements"):
        raise BadAnswer("no agreements in the answer", code="missing")
    return tuple(
        PayAgreement(
            channel=row.text("payChannel").lower(),
            bound=row.flag("bindingStatus") is True,
            signed=row.flag("signedStatus") is True,
            sign_url=row.text("signUrl"),
            agreement_no=row.text("agreementNo"),
        )
        for row in answer.node.nodes("paymentAgreements")
    )
