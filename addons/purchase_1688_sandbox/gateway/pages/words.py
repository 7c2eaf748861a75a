"""Words for states, in Chinese and English, with the colour of their badge."""

from .html import badge

ORDER = {
    "waitbuyerpay": ("等待买家付款", "to be paid", "wait"),
    "waitsellersend": ("等待卖家发货", "to be shipped", "wait"),
    "waitbuyerreceive": ("等待买家收货", "on its way", "go"),
    "confirm_goods": ("已收货", "received", "ok"),
    "success": ("交易成功", "finished", "ok"),
    "cancel": ("交易关闭", "closed", "bad"),
    "terminated": ("交易终止", "ended", "bad"),
}
REFUND = {
    "waitselleragree": ("等待卖家同意", "seller to answer", "wait"),
    "waitbuyermodify": ("卖家已拒绝", "refused by the seller", "bad"),
    "waitbuyersend": ("等待买家退货", "buyer to send back", "wait"),
    "waitsellerreceive": ("等待卖家收货", "seller to receive", "go"),
    "refundsuccess": ("退款成功", "refunded", "ok"),
    "refundclose": ("退款关闭", "closed", "bad"),
    "refundclosed": ("退款关闭", "closed", "bad"),
}
PARCEL = {
    "WAITACCEPT": ("等待揽收", "waiting for the carrier", "wait"),
    "ACCEPT": ("已揽收", "collected", "go"),
    "TRANSPORT": ("运输中", "in transit", "go"),
    "SIGN": ("已签收", "signed for", "ok"),
    "UNSIGN": ("拒签", "not accepted", "bad"),
    "CANCEL": ("已取消", "cancelled", "bad"),
}
OFFER = {
    "published": ("在售", "on sale", "ok"),
    "expired": ("已下架", "off shelf", "bad"),
    "member expired": ("会员过期", "membership over", "bad"),
    "deleted": ("已删除", "deleted", "bad"),
}
CHANNELS = {
    "alipay": ("支付宝", "Alipay"),
    "shegou": ("诚e赊", "Cheng-e-She credit"),
}


def state(words, key):
    """The badge of a state; unknown ones are shown as they are."""
    return badge(*words.get(key, (key, "", "")))
