"""Token, time, account and address replies (API document §1.5, §3, §11)."""

import re

from ..errors import BadAnswer, Refused
from ..values import AccountInfo, Address, SavedAddress, TokenGrant
from .envelope import Answer
from .reading import Node, as_moment

_OAUTH_ERROR = re.compile(r"[\w .:-]{1,80}", re.ASCII)


def current_time(document):
    """The gateway's time; it comes as a JSON text or number."""
    at = as_moment(document)
    if at is None:
        raise BadAnswer("not a time", code="missing")
    return at


def token(document):
    """Tokens. A refused code or refresh token has a shape of its own (§3.5)."""
    node = Node(document)
    error = node.text("error")
    if error:
        code = error if _OAUTH_ERROR.fullmatch(error) else "oauth"
        raise Refused(node.text("error_description"), code=code)
    if not node.text("access_token"):
        Answer(document).check()
    return TokenGrant(
        access_token=node.need_text("access_token"),
        refresh_token=node.text("refresh_token"),
        expires_in=max(0, node.whole("expires_in") or 0),
        refresh_expires_at=node.moment("refresh_token_timeout"),
        member_id=node.text("memberId"),
        login_id=node.text("resource_owner"),
        ali_id=node.text("aliId"),
    )


def account(document):
    """The account itself or another one."""
    node = Answer(document).check().node
    info = AccountInfo(
        login_id=node.text("loginId"),
        member_id=node.text("memberId"),
        user_id=node.id("userId"),
        open_id=node.text("openUid"),
        company_name=node.text("companyName"),
        supplier_name=node.text("supplierName"),
        category_name=node.text("categoryName"),
        shop_url=node.text("shopUrl"),
        years=node.whole("tpYear"),
        trust_score=node.whole("trustScore"),
        business_type=node.text("memberBizType"),
        created_at=node.moment("createDate"),
    )
    if not (info.login_id or info.member_id):
        raise BadAnswer("no account in the answer", code="missing")
    return info


def addresses(document):
    """The address book."""
    answer = Answer(document).check()
    if not answer.has("receiveAddressItems"):
        raise BadAnswer("no addresses in the answer", code="missing")
    return tuple(
        SavedAddress(
            address_id=node.need_id("id"),
            name=node.text("fullName"),
            mobile=node.text("mobilePhone", "mobile"),
            phone=node.text("phone"),
            post_code=node.text("post"),
            district_code=node.text("addressCode"),
            area=node.text("addressCodeText"),
            town_code=node.text("townCode"),
            town=node.text("townName"),
            street=node.text("address"),
            default=bool(node.flag("isDefault")),
        )
        for node in answer.node.nodes("receiveAddressItems")
    )


def parsed_address(document):
    """An address in words with the district that the platform found."""
    node = Answer(document).check().node
    return Address(
        district_code=node.need_text("addressCode"),
        area=node.text("addressCodeText"),
        street=node.text("address"),
        post_code=node.text("postCode"),
    )
