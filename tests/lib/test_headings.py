"""Which column is what."""

import pytest
from lib1688 import headings

LINK = "https://detail.1688.com/offer/600000000001.html"


@pytest.mark.parametrize(
    ("rows", "has", "meanings"),
    [
        ([("Internal Reference", "1688 Link", "Pack size", "Rank"), ("A", LINK, "1", "2")], True,
         ["default_code", "offer", "units_per_pack", "rank"]),
        ([("商品编码", "采购链接", "规格", "货号", "装箱数", "单价"), ("A", LINK, "红", "h", "1", "2")], True,
         ["default_code", "offer", "sku_text", "cargo_number", "units_per_pack", "price"]),
        ([("SKU ID", "spec_id", "EAN", "OfferId"), ("1", "a", "9", "600000000001")], True,
         ["sku_ref", "spec_id", "barcode", "offer"]),
        ([("A-1", LINK), ("A-2", LINK)], False, ["product", "offer"]),
        ([(LINK,)], False, ["offer"]),
        ([("Name", "x", "Name"), ("A", "600000000001", "B")], True, ["product_name", "offer", ""]),
        ([("foo", "bar"), ("1", "2")], False, ["product", ""]),
        ([], False, []),
    ],
)  # fmt: skip
def test_columns_are_guessed(rows, has, meanings):
    assert headings.guess(rows) == (has, meanings)
