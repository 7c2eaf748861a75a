"""From the text of a reply to a value: everything odd about the wire ends here."""

from ..errors import BadInput, GatewayError
from . import account, logistics, order, payment, product, push, refund, trade
from .envelope import parse
from .push import open_message, read_message

__all__ = ["decode", "open_message", "read_message"]

_DECODERS = {
    "system.current_time": account.current_time,
    "oauth.exchange": account.token,
    "oauth.refresh": account.token,
    "account.basic": account.account,
    "account.seller": account.account,
    "account.addresses": account.addresses,
    "account.parse_address": account.parsed_address,
    "product.search": product.search_page,
    "product.detail": product.offer,
    "product.upload_image": product.image_id,
    "product.search_image": product.search_page,
    "product.freight": product.freight,
    "product.category": product.category,
    "product.category_words": product.category_words,
    "product.mix_rule": product.mix_rule,
    "product.follow": product.following,
    "product.unfollow": product.following,
    "trade.preview": trade.preview,
    "trade.create_order": trade.created,
    "trade.cancel": trade.acknowledged,
    "trade.order": order.snapshot,
    "trade.orders": order.page,
    "payment.pay_link": payment.pay_link,
    "payment.pay": payment.pay_result,
    "payment.pay_ways": payment.pay_ways,
    "payment.agreements": payment.agreements,
    "logistics.parcels": logistics.parcels,
    "logistics.traces": logistics.traces,
    "logistics.urge": trade.acknowledged,
    "logistics.carriers": logistics.carriers,
    "receipt.confirm": trade.acknowledged,
    "refund.reasons": refund.reasons,
    "refund.limits": refund.limits,
    "refund.upload_evidence": refund.evidence,
    "refund.create": refund.created,
    "refund.get": refund.snapshot,
    "refund.of_order": refund.of_order,
    "refund.history": refund.history,
    "refund.return_goods": trade.acknowledged,
    "refund.cancel": trade.acknowledged,
    "refund.return_address": refund.return_addresses,
    "push.pull": push.page,
    "push.query": push.page,
    "push.confirm": trade.acknowledged,
}


def decode(name, text, http_status=200):
    """The value of a reply to the call `name`, or the error that it describes.

    Pure: the same text gives the same value, so a stored answer can be decoded again.

    :raise Refused: the gateway or the platform said no
    :raise OutcomeUnknown: it said nothing that can be relied on (`BadAnswer`: unreadable)
    """
    if name not in _DECODERS:
        raise BadInput(f"unknown call {name!r}")
    try:
        document = parse(text, http_status)
        return _DECODERS[name](document)
    except GatewayError as error:
        error.raw = error.raw or text
        error.http_status = http_status
        raise
