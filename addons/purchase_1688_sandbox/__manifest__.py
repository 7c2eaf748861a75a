{
    "name": "1688 Sandbox",
    "summary": "A pretended 1688 for evaluation, training and tests: nothing is really bought",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Purchase",
    "author": "Purchase 1688 developers",
    "license": "LGPL-3",
    "depends": ["purchase_1688", "stock_1688_tracking"],
    "external_dependencies": {"python": ["pillow"]},
    "data": ["views/purchase_1688_account_views.xml"],
    "demo": [
        "demo/res_currency_demo.xml",
        "demo/res_partner_demo.xml",
        "demo/stock_warehouse_demo.xml",
        "demo/purchase_1688_account_demo.xml",
        "demo/res_users_demo.xml",
        "demo/res_company_demo.xml",
    ],
}
