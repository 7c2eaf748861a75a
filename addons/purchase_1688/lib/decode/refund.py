"""Refund replies (API document §9). Every amount in fen."""

from ..errors import BadAnswer, OutcomeUnknown
from ..values import (
    Address,
    RefundCreated,
    RefundLimits,
    RefundPage,
    RefundReason,
    RefundSnapshot,
)
from .envelope import Answer
from .reading import Node


def reasons(document):
    """The reasons that may be given."""
    answer = Answer(document).check()
    if not answer.has("reasons"):
        raise BadAnswer("no reasons in the answer", code="missing")
    return tuple(
        RefundReason(
            reason_id=row.need_id("id"),
            name=row.text("name"),
            needs_evidence=bool(row.flag("needVoucher")),
            without_freight=bool(row.flag("noRefundCarriage")),
            tip=row.text("tip"),
        )
        for row in answer.node.nodes("reasons")
    )


def limits(document):
    """The most that can be asked back."""
    answer = Answer(document).check()
    if not answer.has("maxRefundFee", "maxGoodsFee"):
        raise BadAnswer("no limits in the answer", code="missing")
    return RefundLimits(
        total=answer.node.fen("maxRefundFee"),
        goods=answer.node.fen("maxGoodsFee"),
        freight=answer.node.fen("maxPostFee"),
    )


def evidence(document):
    """The text that a claim refers to: domain and path of the picture, joined."""
    node = Answer(document).check().node
    path = node.need_text("imageRelativeUrl")
    return node.text("imageDomain") + path


def created(document):
    """The id of the new claim. Codes 4xxx are the server's fault: look it up first (§9.5)."""
    answer = Answer(document)
    refund_id = answer.node.text("refundId")
    if refund_id:
        return RefundCreated(refund_id)
    if answer.code.startswith("4") and answer.code.isdigit():
        raise OutcomeUnknown(answer.message, code=answer.code)
    answer.check()
    raise BadAnswer("no refund id in the answer", code="missing")


def _return_address(node):
    return Address(
        name=node.text("sellerRealName"),
        mobile=node.text("sellerMobile"),
        phone=node.text("sellerPhone"),
        area=node.text("sellerReceiveAddress"),
    )


def _snapshot(node):
    return RefundSnapshot(
        refund_id=node.need_text("refundId"),
        status=node.need_text("status"),
        order_id=node.id("orderId"),
        entry_ids=node.ids("orderEntryIdList"),
        goods_amount=node.fen("applyPayment"),
        freight_amount=node.fen("applyCarriage"),
        refunded=node.fen("refundPayment"),
        refunded_freight=node.fen("refundCarriage"),
        frozen=node.fen("frozenFund"),
        dispute_type=node.whole("disputeType"),
        goods_status=node.whole("goodsStatus"),
        reason=node.text("applyReason"),
        reason_id=node.id("applyReasonId"),
        reject_reason=node.text("rejectReason"),
        bill_no=node.text("freightBill"),
        carrier_name=node.text("buyerLogisticsName"),
        return_address=_return_address(node),
        applied_at=node.moment("gmtApply", "gmtCreate"),
        modified_at=node.moment("gmtModified"),
        completed_at=node.moment("gmtCompleted"),
        answer_before=node.moment("gmtTimeOut"),
    )


def snapshot(document):
    """One claim."""
    answer = Answer(document).check()
    node = answer.node.node("opOrderRefundModelDetail")
    if not node:
        raise BadAnswer("no refund in the answer", code="missing")
    return _snapshot(node)


def _snapshots(answer):
    if answer.success is not True and not answer.has("opOrderRefundModels"):
        raise BadAnswer("no refunds in the answer", code="missing")
    return tuple(_snapshot(node) for node in answer.node.nodes("opOrderRefundModels"))


def of_order(document):
    """The claims of an order; a list that is missing under a success means none."""
    return _snapshots(Answer(document).check())


def history(document):
    """The claims of an order, and how many there are in all."""
    answer = Answer(document).check()
    return RefundPage(refunds=_snapshots(answer), total=answer.node.whole("totalCount"))


def return_addresses(document):
    """Where returned goods go, one for each seller's place."""
    answer = Answer(document).check()
    rows = answer.rows or answer.node.list("data")
    if not rows:
        raise BadAnswer("no address in the answer", code="missing")
    return tuple(
        Address(
            name=node.text("receiverName"),
            mobile=node.text("mobile"),
            phone=node.text("phone"),
            post_code=node.text("zipCode"),
            province=node.text("provinceText"),
            city=node.text("cityText"),
            district=node.text("districtText"),
            town=node.text("townText"),
            street=node.text("streetAddress"),
        )
        for node in map(Node, rows)
    )
