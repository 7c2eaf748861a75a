"""What codes mean, as sentences for people with the next step; and the rules that open issues.

The same code means different things per call, so the table is asked with the name of the
call; an entry under "" holds for all calls.
"""

import math
from dataclasses import dataclass

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


@dataclass(frozen=True)
class Explanation:
    """A code for people.

    :ivar code: the code as received
    :ivar sentence: what happened, translated
    :ivar step: what to do next, translated; "" when there is nothing to do
    :ivar topic: what it is about, for states and filters: offer, stock, quantity, price,
        address, risk, order, money, refund, account, quota, network or other
    :ivar retry: the same may be asked again later without changing anything
    """

    code: str
    sentence: str
    step: str
    topic: str
    retry: bool


_CORRECT = _lt("Correct the order and prepare it again.")
_OTHER_SOURCE = _lt("Choose another source for the line.")
_LATER = _lt("It is tried again by itself.")
_LOOK_UP = _lt("Read the order again before anything else.")
_ADMIN = _lt("Ask the 1688 administrator.")

#: how far a request had come when its connection broke (`lib/transport.py`)
BROKEN = ("send", "read")
#: so begin errors of an internal fault of the platform
FAULT = "http_5"
#: errors of an answer that came, and makes no sense (`BadAnswer`)
UNREADABLE = ("bad_number", "cut", "encoding", "missing", "redirect", "too_big", "unreadable")

_CREATION = {
    "500_001": (_lt("An offer is not sold online any more."), _OTHER_SOURCE, "offer", False),
    "500_002": (
        _lt("Goods of several sellers in one order, or a specification is missing."),
        _lt("Collect the offers again, then prepare the order again."),
        "offer",
        False,
    ),
    "500_003": (
        _lt("A specification does not belong to its offer (any more)."),
        _lt("Collect the offer again, then prepare the order again."),
        "offer",
        False,
    ),
    "500_004": (_lt("The seller has too little stock."), _OTHER_SOURCE, "stock", True),
    "500_005": (
        _lt("The quantity is below the seller's minimum."),
        _lt("Order the minimum, or choose another source."),
        "quantity",
        False,
    ),
    "500_006": (
        _lt("The seller's condition for mixed orders (pieces or amount) is not met."),
        _lt("Order more from this seller, or choose another source."),
        "quantity",
        False,
    ),
    "500_007": (
        _lt("There is no consignment agreement with this seller."),
        _lt("Order in the ordinary way, or choose another source."),
        "offer",
        False,
    ),
    "500_008": (
        _lt("The price of a specification is 0: it cannot be ordered."),
        _lt("Ask the seller, or choose another source."),
        "price",
        False,
    ),
    "500_009": (
        _lt("The quantity is below the minimum of the batch offer."),
        _lt("Order the minimum, or choose another source."),
        "quantity",
        False,
    ),
    "400": (
        _lt("The delivery address was not accepted."),
        _lt("Check the address and its district, then prepare the order again."),
        "address",
        False,
    ),
    "captcha": (
        _lt("1688 asks for a captcha."),
        _lt("Order this one on 1688.com in the browser, then enter its number here."),
        "risk",
        False,
    ),
    "risk_control": (
        _lt("1688's risk control has stopped the order."),
        _lt("Wait, or order this one on 1688.com in the browser and enter its number here."),
        "risk",
        False,
    ),
}

_CANCEL = {
    "ORDER_STATUS_ERROR": (
        _lt("The order cannot be cancelled any more: it is paid, shipped or closed."),
        _lt("Read the order again; ask for a refund if it is paid."),
        "order",
        False,
    ),
    "ORDER_NOT_EXIST": (_lt("1688 does not know this order."), _LOOK_UP, "order", False),
    "400_3": (
        _lt("The account has no right to this order."),
        _lt("Check which account placed it."),
        "account",
        False,
    ),
    "CLOSE_ORDER_TOO_FAST": (
        _lt("An order cannot be cancelled in its first seconds."),
        _LATER,
        "order",
        True,
    ),
}

_PAY = {
    "PRODUCT_TRADE_STAT_ERROR": (
        _lt("The order cannot be paid in its present state."),
        _LOOK_UP,
        "order",
        False,
    ),
    "500_2": (
        _lt("Only the main account may ask for the ways to pay."),
        _ADMIN,
        "account",
        False,
    ),
    "500": (_lt("1688 refused the payment."), _LOOK_UP, "money", False),
    "ACCOUNT_BALANCE_NOT_ENOUGH": (
        _lt("The balance of the payment account is too low."),
        _lt("Top it up, then approve the payment again."),
        "money",
        False,
    ),
    "ACCOUNT_NOT_EXIST": (_lt("There is no such payment account."), _ADMIN, "money", False),
    "ACCOUNT_FROZEN": (_lt("The payment account is frozen."), _ADMIN, "money", False),
}

_LOGISTICS = {
    "500_2": (_lt("The order has not been shipped yet."), _LATER, "order", True),
    "404": (_lt("There is no parcel for this order yet."), _LATER, "order", True),
    "order.nopermission.buyer": (
        _lt("The account has no right to this order."),
        _lt("Check which account placed it."),
        "account",
        False,
    ),
    "order.createtime.history": (
        _lt("The order is older than a year: 1688 shows no trace of it."),
        "",
        "order",
        False,
    ),
}

_REFUND = {
    "5001": (_lt("1688 does not know this order."), _LOOK_UP, "refund", False),
    "5002": (
        _lt("The order belongs to another buyer."),
        _lt("Check which account placed it."),
        "account",
        False,
    ),
    "5003": (
        _lt("Whether the goods were received does not fit the state of the order."),
        _LOOK_UP,
        "refund",
        False,
    ),
    "5004": (
        _lt("The reason is not possible for this order."),
        _lt("Choose another reason."),
        "refund",
        False,
    ),
    "5005": (
        _lt("Evidence is needed for this reason."),
        _lt("Add photos (1 to 5)."),
        "refund",
        False,
    ),
    "5006": (
        _lt("Freight cannot be claimed here."),
        _lt("Set the freight of the claim to 0."),
        "refund",
        False,
    ),
    "5010": (
        _lt("The state of the order allows no claim, or there is an open one already."),
        _lt("The claims of the order are being read at 1688; what is found appears here."),
        "refund",
        False,
    ),
    "5011": (
        _lt("The amount of the claim was not accepted."),
        _lt("Ask for at most the maximum."),
        "refund",
        False,
    ),
    "5012": (
        _lt("The description is too short or too long (2 to 150 characters)."),
        _lt("Change the description."),
        "refund",
        False,
    ),
    "5013": (
        _lt("The quantities of the claim were not accepted."),
        _lt("Check the quantities."),
        "refund",
        False,
    ),
    "5100": (_lt("1688 refused the claim."), _LOOK_UP, "refund", False),
    "4001": (
        _lt("The account has no right to this claim."),
        _lt("Check which account placed the order."),
        "account",
        False,
    ),
    "4007": (
        _lt("The state of the claim does not allow this."),
        _lt("Read the claim again."),
        "refund",
        False,
    ),
    "APPLY_TIME_ERROR": (_lt("The period asked for is too long."), "", "refund", False),
}

_ANY = {
    "gw.SignatureInvalid": (
        _lt("1688 did not accept the signature."),
        _lt("Check app key and app secret of the account."),
        "account",
        False,
    ),
    "gw.SignatureMissing": (_lt("1688 did not accept the signature."), _ADMIN, "account", False),
    "gw.AppKeyNotFound": (
        _lt("1688 does not know the app key."),
        _lt("Check the app key of the account."),
        "account",
        False,
    ),
    "gw.AppKeyMissing": (
        _lt("1688 does not know the app key."),
        _lt("Check the app key of the account."),
        "account",
        False,
    ),
    "gw.APIUnsupported": (_lt("1688 does not offer this call."), _ADMIN, "account", False),
    "gw.APIACLDecline": (
        _lt("The app has no permission for this call."),
        _lt("Ask for the permission in the 1688 console."),
        "account",
        False,
    ),
    "gw.ParamMissing": (_lt("1688 misses a piece of information."), _ADMIN, "other", False),
    "gw.QosAppFrequencyLimit": (_lt("Too many calls in a short time."), _LATER, "quota", True),
    "gw.QosAPIFrequencyLimit": (_lt("Too many calls in a short time."), _LATER, "quota", True),
    "gw.QosRequestLimit": (_lt("Too many calls in a short time."), _LATER, "quota", True),
    "own_quota": (_lt("Our call budget for this minute is used up."), _LATER, "quota", True),
    "401": (
        _lt("1688 does not accept the token of the account (any more)."),
        _lt("Connect the account again."),
        "account",
        False,
    ),
    "invalid_grant": (
        _lt("1688 does not accept the authorisation (any more)."),
        _lt("Connect the account again."),
        "account",
        False,
    ),
    "deadline": (_lt("1688 did not answer in time."), "", "network", True),
    "connect": (_lt("1688 cannot be reached."), _LATER, "network", True),
    "resolve": (_lt("1688 cannot be reached."), _LATER, "network", True),
    "tls": (_lt("No secure connection to 1688 came about."), _ADMIN, "network", True),
    **dict.fromkeys(BROKEN, (_lt("The connection to 1688 broke off."), "", "network", True)),
    **dict.fromkeys(UNREADABLE, (_lt("1688 sent an answer that cannot be read."), "", "network", True)),
    "not_permitted": (_lt("It was not sent: it is not permitted (any more)."), "", "other", False),
}

_TABLES = {
    "trade.preview": _CREATION,
    "trade.create_order": _CREATION,
    "trade.cancel": _CANCEL,
    "payment": _PAY,
    "logistics": _LOGISTICS,
    "refund": _REFUND,
}

#: issue kind -> (what, next step)
KINDS = {
    "account_token": (_lt("1688 account has to be connected again"), _lt("Connect")),
    "account_consent": (_lt("Authorisation at 1688 ends soon"), _lt("Connect")),
    "set_back": (
        _lt("The database was set back to an earlier state: spending waits"),
        _lt("Look"),
    ),
    "order_list": (_lt("1688's order list could not be read to its end"), _lt("Look")),
    "attempt_unknown": (
        _lt("1688 did not answer, and it is not known whether it was done"),
        _lt("Decide"),
    ),
    "attempt_unreadable": (
        _lt("1688 did not answer, and what its order list says cannot be read"),
        _lt("Decide"),
    ),
    "attempt_absent": (
        _lt("1688 did not answer, and it was not found afterwards"),
        _lt("Decide"),
    ),
    "attempt_stuck": (_lt("A call to 1688 does not go out"), _lt("Look")),
    "attempt_apply": (_lt("An answer of 1688 could not be worked in"), _lt("Look")),
    "attempt_late": (_lt("1688 answered a call twice"), _lt("Look")),
    "approval": (_lt("An order is over the limit and needs a second person"), _lt("Confirm")),
    "blocked": (_lt("An order cannot be placed as it is"), _lt("Correct")),
    "changed": (_lt("1688 asks another price than was quoted"), _lt("Decide")),
    "verify": (_lt("1688 has an order otherwise than it was approved"), _lt("Decide")),
    "price_changed": (_lt("The seller changed the price of an order"), _lt("Decide")),
    "second_order": (_lt("1688 has two orders under one reference"), _lt("Decide")),
    "closed": (_lt("An order was closed at 1688"), _lt("Look")),
    "cancel_refused": (_lt("An order could not be cancelled"), _lt("Look")),
    "confirm_refused": (_lt("A receipt could not be confirmed at 1688"), _lt("Look")),
    "payment_approval": (_lt("A payment waits for approval"), _lt("Approve")),
    "pay_refused": (_lt("A payment was refused"), _lt("Look")),
    "paid_outside": (_lt("An order was paid without an approval in Odoo"), _lt("Look")),
    "paid_differs": (_lt("Another amount was paid than was approved"), _lt("Look")),
    "claim": (_lt("A claim needs a decision"), _lt("Correct")),
    "claim_rejected": (_lt("The seller rejected a claim"), _lt("Decide")),
    "claim_return": (_lt("Goods have to be sent back"), _lt("Send back")),
    "claim_closed": (_lt("A claim was closed without a refund"), _lt("Look")),
    "seller_excluded": (_lt("A seller is not chosen automatically any more"), _lt("Look")),
    "decision_ended": (_lt("A decision about a seller has ended"), _lt("Decide")),
    "seller_renamed": (_lt("A seller is registered under another name"), _lt("Look")),
    "qualification_expiring": (_lt("A seller's paper ends soon"), _lt("Ask for the new one")),
    "qualification_expired": (_lt("A seller's paper has expired"), _lt("Ask for the new one")),
    "claim_differs": (_lt("Another amount came back than was claimed"), _lt("Look")),
    "watch_price_up": (_lt("A source became dearer"), _lt("Choose a source")),
    "watch_price_down": (_lt("A source became cheaper"), _lt("Choose a source")),
    "watch_off": (_lt("A source was taken off the shelf"), _lt("Choose a source")),
    "watch_gone": (_lt("A specification is no longer sold"), _lt("Choose a source")),
    "watch_short": (_lt("A first source is out of stock"), _lt("Choose a source")),
    "watch_capacity": (_lt("Keeping offers fresh needs most of its share of the quota"), _lt("Look")),
}


def explain(env, code, call="", message=""):
    """What `code` of the call `call` means, in the user's language.

    :param str code: as received, or one of ours
    :param str call: name of the call, e.g. ``trade.create_order``
    :param str message: the platform's own text, shown where the code is not known
    :rtype: Explanation
    """
    area = call.partition(".")[0]
    for table in (_TABLES.get(call), _TABLES.get(area), _ANY):
        if table and code in table:
            text, step, topic, retry = table[code]
            return Explanation(code, env._(text), env._(step) if step else "", topic, retry)
    if (code or "").startswith(FAULT):
        text = env._("1688 has an internal fault (HTTP %s).", code.removeprefix("http_"))
        return Explanation(code, text, "", "network", True)
    if message:
        text = env._("1688 says: %(message)s (%(code)s)", message=message, code=code or "-")
    else:
        text = env._("1688 refused (%s).", code or "-")
    return Explanation(code, text, "", "other", False)


def sentence(env, error, call=""):
    """One line for people about a `GatewayError`: what happened and what to do."""
    about = explain(env, error.code, call, error.message)
    step = env._("Ask again in %s s.", math.ceil(error.retry_after)) if error.retry_after else about.step
    return f"{about.sentence} {step}".strip()


def in_owner_language(record):
    """The record in the language of the person it belongs to: what crons write is read by people.

    :param record: a record with a ``user_id`` (one)
    """
    lang = record.sudo().user_id.lang  # whoever runs it may not see that person
    return record.with_context(lang=lang) if lang else record


def describe_kind(env, kind):
    """What and next step of an issue kind, translated; (None, None) if it has no entry."""
    title, step = KINDS.get(kind, (None, None))
    return (env._(title) if title else None, env._(step) if step else None)
