"""The account, its addresses, other accounts (API document §11)."""

from ..call import Call
from ..errors import BadInput
from . import wiretext


def basic():
    """Who the token belongs to."""
    return Call("account.basic", "com.alibaba.account:alibaba.account.basic:1")


def seller(login_id="", domain=""):
    """Identity of another account, by login id or shop domain: exactly one of them."""
    if bool(login_id) == bool(domain):
        raise BadInput("give either login_id or domain")
    params = {"loginId": wiretext.text(login_id, "login_id")} if login_id else {"domain": domain}
    api = "com.alibaba.account:alibaba.account.agent.crossBasic:1"
    return Call("account.seller", api, params)


def addresses():
    """The account's address book."""
    return Call("account.addresses", "com.alibaba.trade:alibaba.trade.receiveAddress.get:1")


def parse_address(text):
    """Turn an address in words into the platform's district code."""
    params = {"addressInfo": wiretext.text(text, "address")}
    api = "com.alibaba.trade:alibaba.trade.addresscode.parse:1"
    return Call("account.parse_address", api, params)
