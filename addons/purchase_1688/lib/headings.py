"""What the columns of somebody's list are: guessed from their headings, English or Chinese, and from their content."""

import re
import unicodedata

from . import links

#: meaning of a column → how people and other systems head it
WORDS = {
    "product_id": "database id|product database id|product id|odoo id|.id|产品编号id",
    "default_code": "internal reference|reference|our reference|default code|our sku|internal sku|article"
    "|article number|item code|product code|sku code"
    "|商品编码|产品编码|内部编号|内部参考|内部参考号|我方编码|物料编码|货品编码|商家编码|自编码",
    "barcode": "barcode|ean|ean13|gtin|upc|条码|条形码|商品条码",
    "product": "product|our product|item|our item|商品|产品|本地商品|我方商品",
    "product_name": "product name|name|title|description|商品名称|产品名称|品名|名称|标题",
    "offer": "offer|offer id|offer number|offer link|link|url|address|1688 link|1688 url|1688 offer|1688 offer id"
    "|1688 id|source|source link|source url|listing|listing url|supplier link|purchase link"
    "|链接|商品链接|1688链接|货源链接"
    "|采购链接|货源|网址|宝贝链接|供应商链接|商品id|1688商品id|offerid|货源id",
    "sku_ref": "sku id|1688 sku id|skuid|sku number|规格id|skuid号|1688skuid",
    "spec_id": "spec id|specid|specification id|1688 spec id|spec",
    "sku_text": "sku|specification|variant|1688 sku|1688 specification|attributes|sku attributes|colour|color|options"
    "|规格|商品规格|规格型号|规格属性|sku属性|颜色规格|属性|颜色|型号|1688规格",
    "cargo_number": "seller item number|seller's item number|supplier reference|supplier sku|vendor code|item number"
    "|vendor product code|货号|商家货号|供应商货号|单品货号",
    "units_per_pack": "our units per 1688 unit|units per pack|pack|pack size|pack factor|pieces per unit|conversion"
    "|factor|ratio|qty per pack|换算|换算比例|装箱数|每件数量|包装数|数量比例|换算率|单位换算|比例",
    "rank": "rank|priority|sequence|order|preference|优先级|排名|顺序|排序|序号|优先",
    "price": "price|unit price|cost|purchase price|price (yuan)|price cny|单价|价格|采购价|进价|成本价|批发价",
}
MEANINGS = tuple(WORDS)
#: meaning → (English, Chinese) heading of our own lists; both are among the words above
OWN = {
    "default_code": ("Internal reference", "商品编码"),
    "barcode": ("Barcode", "条码"),
    "product_name": ("Product name", "商品名称"),
    "offer": ("1688 link", "1688链接"),
    "sku_ref": ("SKU id", "规格id"),
    "spec_id": ("Spec id", "spec id"),
    "sku_text": ("Specification", "规格"),
    "cargo_number": ("Seller item number", "货号"),
    "units_per_pack": ("Units per pack", "换算比例"),
    "rank": ("Rank", "优先级"),
    "price": ("Price", "价格"),
    "product_id": ("Product database id", "产品编号id"),
}

_NOISE = re.compile(r"[\s_\-./:：*#（）()\[\]【】'’\"]+")


def normalise(heading):
    """One spelling for headings that mean the same."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", heading or "").casefold())


_BY_WORD = {normalise(word): meaning for meaning, words in WORDS.items() for word in words.split("|")}


def guess(rows, extra_hosts=()):
    """Whether the first row has headings, and what each column is.

    :param rows: tuples of cells, the first few are enough
    :return: (has headings, [meaning or "" per column]); no meaning is given twice
    """
    first = rows[0] if rows else ()
    meanings = [_BY_WORD.get(normalise(cell), "") for cell in first]
    has_headings = any(meanings) and not any(_is_offer(cell, extra_hosts) for cell in first)
    if not has_headings:
        meanings = [""] * len(first)
    body = rows[1:] if has_headings else rows
    _complete(meanings, body, extra_hosts)
    taken = set()
    for index, meaning in enumerate(meanings):
        if meaning in taken:
            meanings[index] = ""
        taken.add(meaning)
    return has_headings, meanings


def _complete(meanings, body, extra_hosts):
    """Find the column of offers by its content; without headings, the text before it is the product."""
    if not body:
        return
    if "offer" not in meanings:
        share = [
            sum(_is_offer(row[index], extra_hosts) for row in body) if not meanings[index] else 0
            for index in range(len(meanings))
        ]
        if share and max(share) * 2 > len(body):
            meanings[share.index(max(share))] = "offer"
    if not set(meanings) & {"product", "product_id", "default_code", "barcode", "product_name"}:
        free = [index for index, meaning in enumerate(meanings) if not meaning and any(row[index] for row in body)]
        if free:
            meanings[free[0]] = "product"


def _is_offer(cell, extra_hosts):
    return bool(links.parse(cell, extra_hosts).links)
