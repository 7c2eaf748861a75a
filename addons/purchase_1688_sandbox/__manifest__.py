{
    "name": "1688 Purchasing Sandbox",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Purchase",
    "summary": "A stand-in for the 1688 platform, for evaluation, training and tests",
    "author": "Purchase 1688 developers",
    "website": "https://github.com/purchase-1688/purchase-1688",
    "license": "LGPL-3",
    "depends": ["purchase_1688", "stock_1688_tracking"],
    "data": [],
    "installable": True,
}
