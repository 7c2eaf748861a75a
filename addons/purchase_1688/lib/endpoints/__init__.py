"""Every call that the library can make, by name.

One module per field of work; each function checks its arguments (`BadInput`) and
returns a `Call`. Nothing is sent here.
"""

from ..errors import BadInput
from . import account, logistics, oauth, payment, product, push, receipt, refund, system, trade

_BUILDERS = {
    f"{module.__name__.rpartition('.')[2]}.{function.__name__}": function
    for module, functions in {
        system: (system.current_time,),
        oauth: (oauth.exchange, oauth.refresh),
        account: (account.basic, account.seller, account.addresses, account.parse_address),
        product: (
            product.search,
            product.detail,
            product.upload_image,
            product.search_image,
            product.freight,
            product.category,
            product.category_words,
            product.mix_rule,
            product.follow,
            product.unfollow,
        ),
        trade: (trade.preview, trade.create_order, trade.cancel, trade.order, trade.orders),
        payment: (payment.pay_link, payment.pay, payment.pay_ways, payment.agreements),
        logistics: (logistics.parcels, logistics.traces, logistics.urge, logistics.carriers),
        receipt: (receipt.confirm,),
        refund: (
            refund.reasons,
            refund.limits,
            refund.upload_evidence,
            refund.create,
            refund.get,
            refund.of_order,
            refund.history,
            refund.return_goods,
            refund.cancel,
            refund.return_address,
        ),
        push: (push.pull, push.query, push.confirm),
    }.items()
    for function in functions
}

#: names that `build` knows
NAMES = tuple(_BUILDERS)


def build(name, **arguments):
    """The `Call` of that name, e.g. ``build("trade.order", order_id="41…")``."""
    if name not in _BUILDERS:
        raise BadInput(f"unknown call {name!r}")
    try:
        return _BUILDERS[name](**arguments)
    except (AttributeError, TypeError) as error:
        raise BadInput(f"{name}: {error}") from error
