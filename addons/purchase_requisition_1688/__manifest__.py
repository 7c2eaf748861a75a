{
    "name": "1688 and Purchase Agreements",
    "summary": "A request that a comparison splits over sellers becomes Odoo's alternatives",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Purchase",
    "author": "Purchase 1688 developers",
    "license": "LGPL-3",
    "depends": ["purchase_1688", "purchase_requisition"],
    "auto_install": True,
}
