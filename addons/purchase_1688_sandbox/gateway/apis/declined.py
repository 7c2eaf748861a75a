"""APIs that the platform has and the solution of this app has not: known, signed, and declined.

Every other name is unknown to the gateway (gw.APIUnsupported).
"""

from ..errors import GatewayError
from ..registry import api

NAMES = {
    "com.alibaba.trade": (
        "alibaba.trade.fenxiaoOrder.create",
        "alibaba.trade.quotation.order.create",
        "alibaba.accountPeriod.list.buyerView",
        "alibaba.trade.queryOrderByInsure",
        "shipping.insurance.get",
        "trade.arbitration.apply",
        "trade.invoiceTitle.getPageList",
        "trade.invoiceAmount.getList",
        "trade.invoice.apply",
        "trade.invoice.getListBuyerView",
        "trade.invoiceApply.getPageListBuyerView",
        "trade.invoice.consult",
        "trade.invoice.mergeapply",
        "repurchase.contract.get",
    ),
    "com.alibaba.product": (
        "alibaba.product.get",
        "alibaba.cross.productList",
        "alibaba.product.simple.get",
        "product.skuinfo.get",
    ),
    "com.alibaba.fenxiao": (
        "product.keywords.search",
        "cross.keywords.search",
        "alibaba.fenxiao.productInfo.get",
        "alibaba.fenxiao.relationadd",
        "alibaba.pifatuan.product.detail.list",
    ),
    "com.alibaba.marketing": ("coupon.optimal.claim",),
    "cn.alibaba.open": ("querySubAccount", "alibaba.relation.querySuppliers"),
}


def _decline(world, params):
    raise GatewayError("gw.APIACLDecline", "AppKey is not allowed(acl)", 400)


for _namespace, _names in NAMES.items():
    for _name in _names:
        api(_namespace, _name)(_decline)
