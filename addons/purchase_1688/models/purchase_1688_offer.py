from odoo import api, fields, models


class Purchase1688Offer(models.Model):
    """A listing at 1688 as last seen."""

    _name = "purchase.1688.offer"
    _description = "1688 Offer"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "seen_at desc, id desc"
    _rec_names_search = ["name", "name_zh", "offer_id"]
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    name_zh = fields.Char("Name at 1688")
    offer_id = fields.Char("Offer number", required=True, index=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one("res.partner", "Seller", index=True, check_company=True)
    product_tmpl_id = fields.Many2one(
        "product.template", "Collected as", index="btree_not_null", check_company=True, ondelete="set null", copy=False
    )
    category_ref = fields.Char("Category number")
    category_name = fields.Char("Category")
    status = fields.Char("Status at 1688", help="As the platform writes it.")
    on_shelf = fields.Boolean(default=True, tracking=True)
    quote_type = fields.Selection(
        [("0", "By quantity"), ("1", "By SKU"), ("2", "SKUs, by quantity")], "Priced", default="0", required=True
    )
    unit = fields.Char("Sales unit")
    min_qty = fields.Float("Minimum order", digits="Product Unit", default=1.0, help="In 1688 units, all SKUs together.")
    batch_qty = fields.Float("Lot size", digits="Product Unit", default=1.0, help="Quantities must be multiples of it.")
    mix = fields.Boolean("Mixed batch", help="The seller waives the minimum when the whole order is large enough.")
    mix_amount = fields.Monetary("Mixed batch from")
    mix_qty = fields.Float("Mixed batch from (pieces)", digits="Product Unit")
    price = fields.Monetary("Price from", compute="_compute_price", store=True)
    stock = fields.Float("Stock at seller", digits="Product Unit")
    sold = fields.Integer()
    weight = fields.Float(digits="Stock Weight", help="Kilograms of one 1688 unit.")
    url = fields.Char("Page", compute="_compute_url")
    image_url = fields.Char()
    image_urls = fields.Json()
    image_1920 = fields.Image("Picture", max_width=1024, max_height=1024)
    image_128 = fields.Image("Small picture", related="image_1920", max_width=128, max_height=128, store=True)
    pictures_pending = fields.Boolean(index="btree_not_null", copy=False)
    pictures_tries = fields.Integer(copy=False)
    seen_at = fields.Datetime("Seen", readonly=True)
    tier_ids = fields.One2many("purchase.1688.offer.tier", "offer_id", "Price tiers")
    sku_ids = fields.One2many("purchase.1688.sku", "offer_id", "SKUs")
    source_ids = fields.One2many("purchase.1688.source", "offer_id", "Sources")
    sku_count = fields.Integer(compute="_compute_counts")
    source_count = fields.Integer(compute="_compute_counts")

    _offer_uniq = models.UniqueIndex("(company_id, offer_id)", "This offer is already collected.")

    # --- computes

    @api.depends("company_id")
    def _compute_currency_id(self):
        self.currency_id = self._get_yuan()

    @api.depends("tier_ids.price", "sku_ids.price", "sku_ids.active")
    def _compute_price(self):
        for offer in self:
            prices = offer.tier_ids.mapped("price") + [price for price in offer.sku_ids.mapped("price") if price]
            offer.price = min(prices, default=0.0)

    @api.depends("offer_id")
    def _compute_url(self):
        for offer in self:
            offer.url = f"https://detail.1688.com/offer/{offer.offer_id}.html" if offer.offer_id else False

    @api.depends("sku_ids", "source_ids")
    def _compute_counts(self):
        for offer in self:
            offer.sku_count = len(offer.sku_ids)
            offer.source_count = len(offer.source_ids)

    @api.model
    def _get_yuan(self):
        return self.env.ref("base.CNY")

    # --- actions

    def action_open_url(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.url, "target": "new"}

    def action_open_product(self):
        self.ensure_one()
        return self.product_tmpl_id.get_formview_action()
