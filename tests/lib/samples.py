"""Sample replies of the API document, one for each call (made up there or here)."""

ORDER = "4100000000000000123"
ENTRY = "4100000000000000124"
SPEC = "0123456789abcdef0123456789abcdef"

TOKEN = """{"aliId":"2200000000001","resource_owner":"sim_buyer","memberId":"b2b-2200000000001",
 "expires_in":"36000","refresh_token":"rt-sim-0001","access_token":"tok-sim-0001",
 "refresh_token_timeout":"20260401000000000+0800"}"""

PREVIEW = """{"success":true,
 "orderPreviewResuslt":[
  {"status":true,"flowFlag":"general","tradeModeNameList":["fxassure","alipay"],
   "sumPayment":10250,"sumPaymentNoCarriage":9450,"sumCarriage":800,"discountFee":0,
   "additionalFee":0,
   "cargoList":[
    {"offerId":600000000001,"specId":"0123456789abcdef0123456789abcdef","skuId":4800000000001,
     "amount":62.5,"finalUnitPrice":12.5},
    {"offerId":600000000002,"specId":"fedcba9876543210fedcba9876543210","skuId":4800000000002,
     "amount":32.0,"finalUnitPrice":3.2}],
   "shopPromotionList":[],
   "tradeModelList":[{"name":"交易4.0","tradeType":"fxassure","opSupport":true}],
   "payChannelInfos":[{"name":"alipay","amountLimit":100000000}]}]}"""

CREATED = """{"result":{"totalSuccessAmount":10250,"orderId":"4100000000000000123","postFee":800,
 "failedOfferList":[]},"success":true}"""

SPLIT = """{"result":{"success":true,"orderList":[
   {"orderId":"4100000000000000123","orderAmmount":7050,"postFee":800,"success":true},
   {"orderId":"4100000000000000125","orderAmmount":3200,"postFee":0,"success":true}],
  "failedOfferList":[]},
 "success":true}"""

NO_STOCK = '{"success":false,"code":"500_004","message":"商品[600000000001]库存不足"}'

FOLLOWING = '{"code":0,"message":"success"}'

DETAIL = """{"success":"true","errorCode":"","errorMessage":"",
 "result":{
  "baseInfo":{"id":4100000000000000100,"idOfStr":"4100000000000000123",
   "status":"waitbuyerreceive","createTime":"20251009164500000+0800",
   "payTime":"20251009165320000+0800","allDeliveredTime":"20251010093000000+0800",
   "modifyTime":"20251010093000000+0800","totalAmount":102.5,"sumProductPayment":94.5,
   "shippingFee":8.0,"discount":-150,"couponFee":1.5,"refund":0,"payTimeout":432000,
   "buyerID":"b2b-2200000000001","sellerID":"b2b-2200000000002","buyerLoginId":"sim_buyer",
   "sellerLoginId":"示例商家","tradeType":"50060","businessType":"cn",
   "outOrderId":"PO2025-00042","sellerContact":{"companyName":"示例商行"},
   "receiverInfo":{"toFullName":"王小明","toMobile":"13800000000","toPost":"310000",
    "toArea":"浙江省 杭州市 滨江区 示例路1号"}},
  "productItems":[
   {"productID":600000000001,"skuID":4800000000001,"specId":"0123456789abcdef0123456789abcdef",
    "subItemID":4100000000000000100,"subItemIDString":"4100000000000000124","name":"示例商品A",
    "quantity":5,"unit":"件","price":12.5,"itemAmount":62.5,"entryDiscount":-3989,"refund":0,
    "status":"waitbuyerreceive","statusStr":"等待买家收货","logisticsStatus":2,
    "skuInfos":[{"name":"颜色","value":"红色"}],"productImgUrl":["https://x/a.jpg"]}],
  "tradeTerms":[{"payStatus":"2","payWay":"1","phasAmount":102.5,
   "payTime":"20251009165320000+0800"}],
  "nativeLogistics":{"province":"浙江省","city":"杭州市","area":"滨江区","address":"示例路1号",
   "contactPerson":"王小明",
   "logisticsItems":[{"id":880000000001,"logisticsCompanyName":"中通快递(ZTO)",
    "logisticsCompanyNo":"ZTO","logisticsBillNo":"78000000000001","status":"alreadysend",
    "subItemIds":"4100000000000000124,4100000000000000126","carriage":8,
    "deliveredTime":"20251010093000000+0800"}]}}}"""

LIST = """{"result":[{"baseInfo":{"id":4100000000000000123,"idOfStr":"4100000000000000123",
  "status":"waitsellersend","totalAmount":102.5,"shippingFee":8.0,
  "modifyTime":"20251009165320000+0800","outOrderId":"PO2025-00042"},
  "productItems":[{"subItemIDString":"4100000000000000124","quantity":5,"price":12.5,
   "itemAmount":62.5}]}],
 "totalRecord":1}"""

PAY_LINK = """{"success":true,
 "payUrl":"https://trade.1688.com/order/cashier.htm?orderId=4100000000000000123"}"""

PAID = '{"result":{"success":true,"code":"200","result":{"payChannel":"alipay","paySuccess":true}}}'

PAY_WAYS = """{"success":"true",
 "resultList":{"orderId":"4100000000000000123","payFee":10250,"timeout":"2025-10-14 16:45:00",
  "channels":[{"code":1,"name":"支付宝"},{"code":3,"name":"诚e赊"},{"code":20,"name":"跨境宝"}]}}"""

AGREEMENTS = """{"result":{"success":true,"result":{"paymentAgreements":[
 {"payChannel":"ALIPAY","bindingStatus":"true","signedStatus":"true","agreementNo":"A1"},
 {"payChannel":"SHEGOU","bindingStatus":"true","signedStatus":"false","signUrl":"https://s/"}]}}}"""

PARCELS = """{"success":true,
 "result":[{"logisticsId":"LP00000000000001","logisticsBillNo":"78000000000001",
   "status":"TRANSPORT","orderEntryIds":"4100000000000000124",
   "logisticsCompanyName":"中通快递(ZTO)","gmtSystemSend":"2025-10-10 09:30:00",
   "sendGoods":[{"goodName":"示例商品A","quantity":5,"unit":"件"}]}]}"""

NOT_SHIPPED = '{"success":false,"errorCode":"500_2","errorMessage":"没有物流信息"}'

TRACES = """{"success":true,"logisticsTrace":[{"logisticsId":"LP00000000000001",
  "orderId":4100000000000000123,"logisticsBillNo":"78000000000001","logisticsSteps":[
   {"acceptTime":"2025-10-11 08:12:00","remark":"到达杭州转运中心"},
   {"acceptTime":"2025-10-10 09:30:00","remark":"已揽收"}]}]}"""

NO_TRACE = '{"errorMessage":"该订单没有物流跟踪信息。","success":true}'

CARRIERS = """{"success":true,"result":[{"id":"5","companyName":"中通快递","companyNo":"ZTO",
 "companyPhone":"95311"}]}"""

YES = '{"result":{"success":true}}'
URGED = '{"result":{"success":true,"code":"200","result":true}}'
CANCELLED = '{"success":true}'

REASONS = """{"result":{"success":true,"code":"0","result":{"reasons":[
  {"id":20021,"name":"不想买了","needVoucher":false,"noRefundCarriage":false,"tip":""},
  {"id":20034,"name":"质量问题","needVoucher":true,"noRefundCarriage":false,"tip":""}]}}}"""

LIMITS = """{"result":{"success":true,"code":"0","result":{"maxRefundFee":10250,
 "maxGoodsFee":9450,"maxPostFee":800}}}"""

EVIDENCE = """{"result":{"success":true,"result":{"imageDomain":"https://cbu01.alicdn.com/",
 "imageRelativeUrl":"img/ibank/1.jpg"}}}"""

CLAIMED = """{"result":{"success":true,"code":"0","message":"",
 "result":{"refundId":"TQ1000000000000001"}}}"""

CLAIM = """{"result":{"opOrderRefundModelDetail":{"refundId":"TQ1000000000000001",
  "orderId":4100000000000000123,"status":"waitselleragree","disputeType":1,"disputeRequest":1,
  "goodsStatus":1,"applyPayment":9450,"applyCarriage":800,"refundPayment":10250,
  "gmtApply":"20251009180000000+0800","orderEntryIdList":[4100000000000000124]}},
  "errorCode":"","errorMessage":"","extErrorMessage":""}"""

CLAIMS = """{"result":{"opOrderRefundModels":[{"refundId":"TQ1000000000000001",
 "status":"refundsuccess","applyPayment":9450}]}}"""

CLAIM_PAGE = """{"result":{"opOrderRefundModels":[{"refundId":"TQ1000000000000001",
 "status":"refundclose","applyPayment":9450}],"totalCount":2,"currentPageNum":1},"success":true}"""

RETURN_ADDRESS = """{"result":{"data":[{"receiverName":"李四","mobile":"13900000000",
 "provinceText":"浙江省","cityText":"金华市","streetAddress":"仓库路2号","zipCode":"321000"}],
 "success":true}}"""

SEARCH = """{"result":{"success":true,"code":"200","message":"","result":{
 "totalRecords":2,"totalPage":1,"pageSize":20,"currentPage":1,
 "data":[{"offerId":600000000001,"subject":"示例商品A","subjectTrans":"Sample product A",
  "imageUrl":"https://cbu01.alicdn.com/img/ibank/sample.jpg","priceInfo":{"price":"12.50"},
  "repurchaseRate":"18%","monthSold":320,"minOrderQuantity":2,"topCategoryId":5,
  "sellerIdentities":["tp_member"],
  "sellerDataInfo":{"tradeMedalLevel":"3","compositeServiceScore":"4.5","tpYear":6},
  "productSimpleShippingInfo":{"perfectFulfillmentRate30d":"98%"}}]}}}"""

OFFER = """{"result":{"success":true,"code":"200","result":{
 "offerId":600000000001,"categoryId":1031910,"subject":"示例商品A",
 "subjectTrans":"Sample product A","status":"published","soldOut":"1200",
 "minOrderQuantity":2,"batchNumber":1,"companyName":"示例商行","sellerOpenId":"BBsim0001",
 "productImage":{"images":["https://cbu01.alicdn.com/img/ibank/sample.jpg"],
  "whiteImage":"https://cbu01.alicdn.com/img/ibank/sample.jpg"},
 "productAttribute":[{"attributeId":1,"attributeName":"材质","value":"棉",
  "attributeNameTrans":"Material","valueTrans":"Cotton"}],
 "productSaleInfo":{"amountOnSale":900,"quoteType":2,"unitInfo":{"unit":"件","transUnit":"piece"},
   "priceRangeList":[{"startQuantity":5,"price":"12.50"},{"startQuantity":2,"price":"13.00"}]},
 "productSkuInfos":[{"skuId":4800000000001,"specId":"0123456789abcdef0123456789abcdef",
   "amountOnSale":400,"price":"12.80","fenxiaoPriceInfo":{"onePiecePrice":"15"},
   "skuAttributes":[{"attributeId":3216,"attributeName":"颜色","value":"红色",
    "skuImageUrl":"https://x/red.jpg"}]}],
 "sellerMixSetting":{"generalHunpi":true,"mixAmount":50,"mixNumber":10},
 "productShippingInfo":{"sendGoodsAddressText":"浙江省金华市","weight":0.3,
  "skuShippingInfoList":[{"skuId":4800000000001,"weight":310}],
  "skuShippingDetails":[{"skuId":"4800000000002","weight":0.32}]},
 "sellerDataInfo":{"tradeMedalLevel":"3","repeatPurchasePercent":"0.32"}}}}"""

FREIGHT = """{"result":{"success":true,"code":"S0000","result":{"offerId":600000000001,
 "freight":"8.00","templateId":900001,"freePostage":false,"chargeType":"0","firstUnit":"1000",
 "firstFee":"6.00","nextUnit":"1000","nextFee":"2.00"}}}"""

CATEGORY = """{"succes":"true","categoryInfo":[{"categoryID":0,"name":"","isLeaf":false,
 "childCategorys":[{"id":311,"name":"童装","isLeaf":false},{"id":54,"name":"服饰"}]}]}"""

CATEGORY_WORDS = """{"result":{"success":"true","result":{"categoryId":311,"chineseName":"童装",
 "translatedName":"Children's clothing","leaf":"false","level":"1","parentCateId":0,
 "children":[{"categoryId":1031910,"chineseName":"T恤","translatedName":"T-shirts","leaf":"true"}]}}}"""

MIX = """{"result":{"generalHunpi":true,"memberId":"b2b-2200000000002","mixAmount":100,
 "mixNumber":3},"success":true}"""

ADDRESSES = """{"result":{"receiveAddressItems":[{"id":70000000001,"fullName":"王小明",
  "mobilePhone":"13800000000","post":"310000","addressCode":"330108",
  "addressCodeText":"浙江省 杭州市 滨江区","address":"示例路1号","isDefault":true}]},
  "success":true}"""

PARSED = """{"result":{"address":"示例路1号","addressCode":"330108",
 "addressCodeText":"浙江省 杭州市 滨江区","postCode":"310000"},"errorCode":"","errorMessage":""}"""

ACCOUNT = """{"result":{"loginId":"sim_buyer","userId":2200000000001,
 "memberId":"b2b-2200000000001","companyName":"示例公司","tpYear":3,"memberBizType":"ENTERPRISE"},
 "success":true}"""

SELLER = """{"loginId":"示例商家","companyName":"示例商行","supplierName":"示例",
 "shopUrl":"https://shop.1688.com","success":true}"""

MESSAGE = (
    '{"msgId":92700000001,"gmtBorn":1760000000000,"type":"ORDER_BUYER_VIEW_ORDER_PAY",'
    '"userInfo":"b2b-2200000000001","data":{"orderId":4100000000000000123,'
    '"currentStatus":"waitsellersend","msgSendTime":"2025-10-09 16:53:20",'
    '"sellerMemberId":"b2b-2200000000002"}}'
)
KEPT = f'{{"success":true,"pushMessagePage":{{"datas":[{MESSAGE}],"totalCount":7}}}}'
PULLED = f'{{"pushMessageList":[{MESSAGE}]}}'

#: call -> a good reply
GOOD = {
    "system.current_time": '"20261010164552223+0800"',
    "oauth.exchange": TOKEN,
    "oauth.refresh": TOKEN,
    "account.basic": ACCOUNT,
    "account.seller": SELLER,
    "account.addresses": ADDRESSES,
    "account.parse_address": PARSED,
    "product.search": SEARCH,
    "product.detail": OFFER,
    "product.upload_image": '{"result":{"success":true,"result":"12345"}}',
    "product.search_image": SEARCH,
    "product.freight": FREIGHT,
    "product.category": CATEGORY,
    "product.category_words": CATEGORY_WORDS,
    "product.mix_rule": MIX,
    "product.follow": FOLLOWING,
    "product.unfollow": FOLLOWING,
    "trade.preview": PREVIEW,
    "trade.create_order": CREATED,
    "trade.cancel": CANCELLED,
    "trade.order": DETAIL,
    "trade.orders": LIST,
    "payment.pay_link": PAY_LINK,
    "payment.pay": PAID,
    "payment.pay_ways": PAY_WAYS,
    "payment.agreements": AGREEMENTS,
    "logistics.parcels": PARCELS,
    "logistics.traces": TRACES,
    "logistics.urge": URGED,
    "logistics.carriers": CARRIERS,
    "receipt.confirm": YES,
    "refund.reasons": REASONS,
    "refund.limits": LIMITS,
    "refund.upload_evidence": EVIDENCE,
    "refund.create": CLAIMED,
    "refund.get": CLAIM,
    "refund.of_order": CLAIMS,
    "refund.history": CLAIM_PAGE,
    "refund.return_goods": YES,
    "refund.cancel": YES,
    "refund.return_address": RETURN_ADDRESS,
    "push.pull": PULLED,
    "push.query": KEPT,
    "push.confirm": '{"isSuccess":true}',
}
