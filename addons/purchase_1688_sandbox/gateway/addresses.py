"""Where goods go: the buyer's saved addresses, and the place that an address parameter means."""

import dataclasses

from .cart import Address
from .catalogue import divisions
from .errors import BusinessError

STREET_LIMIT = 200
SAVED = (
    Address(
        "浙江省",
        "杭州市",
        "滨江区",
        "示例路1号",
        "330108",
        "",
        "王小明",
        "13800000000",
        "",
        "310000",
        "70000000001",
    ),
    Address(
        "浙江省",
        "金华市",
        "义乌市",
        "国际商贸城五区集货仓A12",
        "330782",
        "",
        "李晓红",
        "13900000000",
        "",
        "322000",
        "70000000002",
    ),
    Address(
        "广东省",
        "深圳市",
        "宝安区",
        "福永街道转运仓3栋",
        "440306",
        "",
        "陈立",
        "13700000000",
        "",
        "518000",
        "70000000003",
    ),
)


def saved():
    """The saved addresses of the buyer, the default one first."""
    return list(SAVED)


def resolve(world, given, check=True):
    """The Address of an ``addressParam``: saved address, else district code and street, else the
    names.

    :param bool check: refuse an address that no parcel could be sent to (creation; a preview
        asks less)
    """
    street = str(given.get("address") or "").strip()
    if len(street) > STREET_LIMIT:
        raise BusinessError("400", f"address不能超过{STREET_LIMIT}个字符")
    if given.get("addressId"):
        address = _saved(str(given["addressId"]))
    elif given.get("districtCode") and street:
        address = _by_code(str(given["districtCode"]), street)
    else:
        address = _by_names(given, street)
    texts = {
        "name": "fullName",
        "mobile": "mobile",
        "phone": "phone",
        "post_code": "postCode",
        "town": "townText",
    }
    address = dataclasses.replace(
        address, **{field: str(given[name]) for field, name in texts.items() if given.get(name)}
    )
    if check and world.switches["require_receiver"]:
        _check_receiver(address)
    return address


def _saved(address_id):
    for address in SAVED:
        if address.address_id == address_id:
            return address
    raise BusinessError("400", "AddressId invalid")


def _by_code(code, street):
    province, city, district = divisions.parts_of(code)
    if not province:
        raise BusinessError("400", "districtCode invalid")
    return Address(province, city, district, street, code, post_code=divisions.post_code(code))


def _by_names(given, street):
    names = [str(given.get(name) or "") for name in ("provinceText", "cityText", "areaText")]
    code = divisions.find(*names)
    if not code:
        raise BusinessError("400", "收货地址无法识别,请检查省市区")
    return Address(*names, street, code, post_code=divisions.post_code(code))


def _check_receiver(address):
    if not address.name or not (address.mobile or address.phone):
        raise BusinessError("400", "收货人姓名和联系电话不能为空")
    if not address.street:
        raise BusinessError("400", "收货详细地址不能为空")
