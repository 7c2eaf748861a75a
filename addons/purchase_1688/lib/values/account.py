"""Credentials, tokens, the account and its addresses (API document §3, §5.1, §11)."""

from dataclasses import dataclass, field
from datetime import datetime

GATEWAY_URL = "https://gw.open.1688.com"
AUTH_URL = "https://auth.1688.com"


@dataclass(frozen=True)
class Credentials:
    """What a client needs to sign calls of one account (§1, §2). Never printed.

    `gateway_url` is the root, before ``/openapi``. `access_token` may stay empty for an
    app that is bound to its own account (§3.1).
    """

    app_key: str
    app_secret: str = field(repr=False)
    access_token: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    gateway_url: str = GATEWAY_URL


@dataclass(frozen=True)
class TokenGrant:
    """Answer of the token call (§3.3).

    `refresh_token` is empty when a refresh did not send a new one: keep the old one.
    `expires_in` is in seconds from the moment of the answer.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_in: int = 0
    refresh_expires_at: datetime | None = None
    member_id: str = ""
    login_id: str = ""
    ali_id: str = ""


@dataclass(frozen=True)
class Address:
    """A place to send goods to (§5.1 ``addressParam``), or the one read from an order.

    The platform uses `address_id`, else `district_code` with `street`, else the texts.
    `area` is the place in words when it comes in one piece (§5.8.1 ``toArea``).
    """

    name: str = ""
    mobile: str = ""
    phone: str = ""
    post_code: str = ""
    address_id: str = ""
    district_code: str = ""
    town_code: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    town: str = ""
    street: str = ""
    area: str = ""


@dataclass(frozen=True)
class SavedAddress:
    """One address of the account's address book (§11.2)."""

    address_id: str
    name: str = ""
    mobile: str = ""
    phone: str = ""
    post_code: str = ""
    district_code: str = ""
    area: str = ""
    town_code: str = ""
    town: str = ""
    street: str = ""
    default: bool = False


@dataclass(frozen=True)
class AccountInfo:
    """Who an account or a seller is (§11.1). What a call does not tell stays empty."""

    login_id: str = ""
    member_id: str = ""
    user_id: str = ""
    open_id: str = ""
    company_name: str = ""
    supplier_name: str = ""
    category_name: str = ""
    shop_url: str = ""
    years: int | None = None
    trust_score: int | None = None
    business_type: str = ""
    created_at: datetime | None = None
