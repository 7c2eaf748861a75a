from odoo import api, fields, models


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    ali1688_source_id = fields.Many2one(
        "purchase.1688.source",
        "1688 source",
        compute="_compute_ali1688_source_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        check_company=True,
        domain="[('product_id', '=', product_id), ('company_id', '=', company_id)]",
        help="Which SKU of the vendor this line is. Found by vendor and product.",
    )
    ali1688_quote_id = fields.Many2one(
        "purchase.1688.comparison.quote",
        "1688 quote",
        copy=False,
        readonly=True,
        index="btree_not_null",
    )
    ali1688_qty = fields.Float(
        "1688 quantity",
        digits="Product Unit",
        compute="_compute_ali1688_qty",
        store=True,
        help="In units of the offer.",
    )
    ali1688_unit_price = fields.Float(
        "1688 price",
        digits=(12, 4),
        compute="_compute_ali1688_qty",
        store=True,
        help="Yuan per 1688 unit, as quoted.",
    )
    ali1688_freight_partner_id = fields.Many2one(
        "res.partner",
        "Freight of",
        copy=False,
        help="Set on a line that carries the quoted 1688 freight of this seller.",
    )

    @api.depends("product_id", "order_id.partner_id", "company_id")
    def _compute_ali1688_source_id(self):
        sources = self.env["purchase.1688.source"].search(
            [("product_id", "in", self.product_id.ids), ("company_id", "in", self.company_id.ids)]
        )
        by_key = sources._best_first().grouped(lambda source: (source.product_id, source.partner_id, source.company_id))
        for line in self:
            partners = line.order_id.partner_id | line.order_id.partner_id.commercial_partner_id
            found = sources.browse()
            for partner in partners:
                found |= by_key.get((line.product_id, partner, line.company_id), sources.browse())
            if not line.ali1688_source_id or line.ali1688_source_id not in found:
                line.ali1688_source_id = (line.selected_seller_id.ali1688_source_id & found) or found[:1]

    @api.depends("ali1688_source_id", "ali1688_quote_id", "product_qty", "product_uom_id")
    def _compute_ali1688_qty(self):
        for line in self:
            source, quantity = line._ali1688_get_cargo()
            quote = line.ali1688_quote_id
            applied = quote.demand_id
            line.ali1688_qty = quantity
            if source and quote.source_id == source and applied.applied_qty == quantity:
                line.ali1688_unit_price = applied.applied_price
            else:
                line.ali1688_unit_price = source.sku_id._get_price(quantity) if source else 0.0

    def _ali1688_get_cargo(self):
        """What this line is at 1688: (source, whole 1688 units, rounded up); an empty source and 0 without one."""
        self.ensure_one()
        source = self.ali1688_source_id
        if not source or self.display_type:
            return source.browse(), 0.0
        return source, source._to_pack_quantity(self._ali1688_get_product_qty())

    def _ali1688_get_product_qty(self):
        """The quantity in the product's own unit."""
        self.ensure_one()
        return self.product_uom_id._compute_quantity(self.product_qty, self.product_id.uom_id, round=False)

    def _ali1688_is_need(self):
        """Whether this line asks for goods."""
        self.ensure_one()
        return bool(
            not self.display_type
            and self.product_id.type == "consu"
            and self.product_qty > 0
            and not self.is_downpayment
        )
