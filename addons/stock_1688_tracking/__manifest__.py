{
    "name": "1688 Parcels and Receipts",
    "summary": "Waybills and traces on the receipt, a dock to scan, inspect, confirm or claim",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Inventory",
    "author": "Purchase 1688 developers",
    "website": "https://github.com/purchase-1688/purchase-1688",
    "license": "LGPL-3",
    "depends": ["purchase_1688", "purchase_stock"],
    "data": [
        "security/stock_1688_groups.xml",
        "security/ir.model.access.csv",
    ],
    "auto_install": ["purchase_1688", "purchase_stock"],
}
