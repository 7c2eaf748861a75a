"""The buyer, sellers' identities, saved addresses, the division table."""

import json

from ..addresses import saved
from ..catalogue import divisions
from ..envelope import family_b, family_d
from ..errors import BusinessError
from ..registry import api
from ..wire import wire_id


@api("com.alibaba.account", "alibaba.account.basic", fail="B")
def account_basic(world, params):
    row = world.store.one("SELECT data FROM buyer WHERE member_id = ?", params.member_id)
    buyer = json.loads(row[0]) if row else {}
    return family_b(
        {
            "loginId": buyer.get("login_id", ""),
            "userId": params.member_id.removeprefix("b2b-"),
            "memberId": params.member_id,
            "companyName": buyer.get("company", ""),
            "tpYear": 0,
            "trustScore": 0,
            "createDate": "20200512100000000+0800",
            "memberBizType": "ENTERPRISE",
            "shopUrl": "",
            "domainInPlatforms": "",
            "kuaJingBao": True,
            "pm": False,
            "fm": False,
            "isOfficalLogistics": False,
            "openUid": f"BUY{params.member_id.removeprefix('b2b-')}",
        }
    )


def _identity(world, params):
    login_id, domain = params.text("loginId", ""), params.text("domain", "")
    catalogue = world.catalogue
    seller = (
        catalogue.seller_by(login_id=login_id) if login_id else catalogue.seller_by(domain=domain)
    )
    if seller is None:
        raise BusinessError("404", "会员不存在")
    return family_b(
        {
            "loginId": seller.login_id,
            "categoryName": seller.trade.zh,
            "companyName": seller.company.zh,
            "shopUrl": f"{world.base_url}/shop/{seller.domain}.html",
            "supplierName": seller.contact,
            "kuaJingBao": seller.scores.years % 2 == 0,
        }
    )


@api("com.alibaba.account", "alibaba.account.agent.crossBasic", fail="B")
def agent_cross_basic(world, params):
    return _identity(world, params)


@api("com.alibaba.account", "alibaba.account.agent.basic", fail="B")
def agent_basic(world, params):
    return _identity(world, params)


@api("com.alibaba.trade", "alibaba.trade.receiveAddress.get", fail="D")
def receive_addresses(world, params):
    rows = [_address_item(address, position == 0) for position, address in enumerate(saved())]
    return family_d({"receiveAddressItems": rows})


def _address_item(address, default):
    return {
        "id": wire_id(address.address_id),
        "fullName": address.name,
        "address": address.street,
        "post": address.post_code,
        "phone": address.phone,
        "mobilePhone": address.mobile,
        "addressCode": address.district_code,
        "addressCodeText": divisions.full_name(address.district_code),
        "isDefault": default,
        "townCode": "",
        "townName": address.town,
    }


@api("com.alibaba.trade", "alibaba.trade.addresscode.parse", fail="B")
def address_parse(world, params):
    code, street = divisions.parse(params.text("addressInfo"))
    if not code:
        raise BusinessError("400_1", "地址解析失败")
    return {
        "result": {
            "address": street,
            "addressCode": code,
            "addressCodeText": divisions.full_name(code),
            "postCode": divisions.post_code(code),
            "isDefault": False,
            "latest": False,
        }
    }


def _division(code):
    return {"code": code, "name": divisions.name_of(code), "parentCode": divisions.parent_of(code)}


@api("com.alibaba.trade", "alibaba.trade.addresscode.get", fail="B")
def address_code(world, params):
    code = params.text("areaCode")
    if not divisions.name_of(code):
        raise BusinessError("400_1", "地址编码不存在")
    children = [_division(child) for child in divisions.children_of(code)]
    return {"result": _division(code) | {"children": children}}


@api("com.alibaba.trade", "alibaba.trade.addresscode.getchild", fail="B")
def address_children(world, params):
    return {
        "result": [_division(child) for child in divisions.children_of(params.text("areaCode", ""))]
    }
