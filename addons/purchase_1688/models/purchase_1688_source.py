from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..lib import matching
from .purchase_1688_source_change import WATCHED


class Purchase1688Source(models.Model):
    """The source mapping: this variant can be bought as that SKU.

    Odoo's vendor lines are its projection (one per price tier), so seller selection, reordering rules and requests
    for quotation need to know nothing about 1688.
    """

    _name = "purchase.1688.source"
    _description = "1688 Source"
    _order = "product_id, sequence, id"
    _check_company_auto = True

    product_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    product_tmpl_id = fields.Many2one(related="product_id.product_tmpl_id", store=True, index=True)
    sku_id = fields.Many2one(
        "purchase.1688.sku",
        "SKU",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    offer_id = fields.Many2one(related="sku_id.offer_id", store=True, index=True)
    partner_id = fields.Many2one(related="offer_id.partner_id", string="Seller", store=True, index=True)
    company_id = fields.Many2one(related="offer_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="offer_id.currency_id")
    active = fields.Boolean(default=True)
    sequence = fields.Integer("Rank", default=10, help="The first healthy one is what Odoo buys from by itself.")
    units_per_pack = fields.Float(
        "Our units per 1688 unit",
        digits="Product Unit",
        default=1.0,
        required=True,
        help="How many of the product's own units arrive when one 1688 unit is ordered.",
    )
    pack_label = fields.Char("1688 unit", compute="_compute_pack_label")
    health = fields.Selection(
        [
            ("healthy", "Healthy"),
            ("short", "Out of stock"),
            ("gone", "SKU gone"),
            ("off", "Off the shelf"),
        ],
        compute="_compute_health",
        store=True,
    )
    stock = fields.Float(related="sku_id.stock", string="Stock at seller")
    seen_at = fields.Datetime(related="offer_id.seen_at", string="Seen")
    price = fields.Monetary("Price from", compute="_compute_price", help="Yuan per 1688 unit at the smallest quantity.")
    price_label = fields.Char("Price", compute="_compute_price")
    price_at_minimum = fields.Char("Price @ minimum", compute="_compute_price", help="Yuan @ 1688 units.")
    seller_score = fields.Float(
        "★",
        compute="_compute_seller_score",
        compute_sudo=True,
        help="0 to 5: how we rate the seller, else as rated at 1688.",
    )
    offer_label = fields.Char("Title of the offer", compute="_compute_offer_label")
    image_128 = fields.Image(compute="_compute_image_128", string="Picture")
    variant_name = fields.Char("Variant", compute="_compute_variant_name")
    sku_name = fields.Char(related="sku_id.name", string="Specification")
    offer_name_zh = fields.Char(related="offer_id.name_zh", string="Name at 1688")
    supplierinfo_ids = fields.One2many("product.supplierinfo", "ali1688_source_id", "Vendor lines")

    _product_sku_uniq = models.UniqueIndex("(product_id, sku_id)", "This SKU is already a source of the product.")
    _pack_positive = models.Constraint("CHECK(units_per_pack > 0)", "One 1688 unit must hold some of our units.")

    # --- computes

    @api.depends("units_per_pack", "product_id.uom_id", "offer_id.unit")
    def _compute_pack_label(self):
        for source in self:
            source.pack_label = f"1 = {source.units_per_pack:g} {source.product_id.uom_id.name or ''}".strip()

    @api.depends("offer_id.on_shelf", "sku_id.active", "sku_id.stock")
    def _compute_health(self):
        for source in self:
            if not source.offer_id.on_shelf:
                source.health = "off"
            elif not source.sku_id.active:
                source.health = "gone"
            else:
                source.health = "healthy" if source.sku_id.stock > 0 else "short"

    @api.depends(
        "sku_id.price",
        "offer_id.tier_ids.price",
        "offer_id.tier_ids.start_qty",
        "offer_id.quote_type",
        "offer_id.min_qty",
    )
    def _compute_price(self):
        for source in self:
            tiers = sorted(source.sku_id._get_tiers()) if source.sku_id else []
            source.price = tiers[0][1] if tiers else 0.0
            least = [tier for tier in tiers if tier[0] <= source.offer_id.min_qty][-1:] or tiers[:1]
            source.price_at_minimum = "".join(
                f"{price:.2f} @{max(start, source.offer_id.min_qty):g}" for start, price in least
            )
            source.price_label = " · ".join(f"{price:.2f} @{start:g}" for start, price in tiers)

    @api.depends("company_id", "partner_id.ali1688_rating", "partner_id.ali1688_score")
    def _compute_seller_score(self):
        for company, sources in self.grouped("company_id").items():
            for source in sources.with_company(company):
                seller = source.partner_id
                source.seller_score = seller.ali1688_rating or seller.ali1688_score

    @api.depends("product_id")
    def _compute_variant_name(self):
        for source in self:
            values = source.product_id.product_template_attribute_value_ids
            source.variant_name = values._get_combination_name() or source.product_id.name

    @api.depends("offer_id.name", "offer_id.name_zh")
    def _compute_offer_label(self):
        for source in self:
            names = filter(None, (source.offer_id.name_zh, source.offer_id.name))
            source.offer_label = " / ".join(dict.fromkeys(names))

    @api.depends("sku_id.image_128", "offer_id.image_128")
    def _compute_image_128(self):
        for source in self:
            source.image_128 = source.sku_id.image_128 or source.offer_id.image_128

    @api.depends("partner_id.name", "sku_id.name", "offer_id.name")
    def _compute_display_name(self):
        for source in self:
            parts = [source.partner_id.name, source.sku_id.name or source.offer_id.name]
            source.display_name = " – ".join(filter(None, parts))

    @api.constrains("product_id", "sku_id")
    def _check_product_company(self):
        for source in self:
            company = source.product_id.company_id
            if company and company != source.company_id:
                raise ValidationError(
                    self.env._(
                        "%(product)s belongs to %(company)s, but the offer was collected by %(other)s.",
                        product=source.product_id.display_name,
                        company=company.name,
                        other=source.company_id.name,
                    )
                )

    # --- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        sources = super().create(vals_list)
        sources._sync_vendor_lines()
        self.env["purchase.1688.source.change"]._note_added(sources)
        return sources

    def write(self, vals):
        if not vals.keys() & {*WATCHED, "active"}:
            return super().write(vals)
        return self._write_each([(self, vals)])

    def unlink(self):
        self.env["purchase.1688.source.change"]._note_removed(self)
        # The buyer may not own vendor lines, but they are this source's projection.
        self.sudo().supplierinfo_ids.unlink()
        return super().unlink()

    def _write_each(self, changes):
        """Write `changes`, pairs of sources and values; the vendor lines and the history follow once for all."""
        history = self.env["purchase.1688.source.change"]
        sources = self.union(*(records for records, _vals in changes))
        before = history._snapshot(sources)
        for records, vals in changes:
            # pylint: disable-next=super-method-mismatch
            super(Purchase1688Source, records).write(vals)
        sources._sync_vendor_lines()
        history._note_changed(sources, before)
        return True

    # --- actions

    def action_open_offer(self):
        """Open the offer of this source."""
        self.ensure_one()
        return self.offer_id.get_formview_action()

    def action_open_url(self):
        """Open the offer's page at 1688."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.offer_id.url, "target": "new"}

    def action_open_history(self):
        """Who changed this source when."""
        self.ensure_one()
        return self.env["purchase.1688.source.change"]._open_list(
            [("source_ref", "=", self.id)], self.env._("History of %s", self.display_name)
        )

    # --- business: history

    @api.model
    def _with_origin(self, kind, record=None):
        """These sources, whose changes are noted as coming from `kind`; see `_mark` of the history."""
        return self.env["purchase.1688.source.change"]._mark(self, kind, record)

    def _get_watched(self):
        """{field: (value, as people read it)} for the history."""
        self.ensure_one()
        return {
            "product_id": (self.product_id.id, self.product_id.display_name),
            "sku_id": (self.sku_id.id, self.sku_id.display_name),
            "units_per_pack": (self.units_per_pack, f"{self.units_per_pack:g}"),
            "sequence": (self.sequence, str(self.sequence)),
            "active": (self.active, ""),
        }

    def _prepare_change(self):
        """What a line of the history says about the source itself."""
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "product_name": self.product_id.display_name,
            "sku_name": self.sku_id.display_name,
            "offer_number": self.offer_id.offer_id,
            "seller_name": self.partner_id.name,
            "source_ref": self.id,
            "product_ref": self.product_id.id,
            "template_ref": self.product_id.product_tmpl_id.id,
        }

    # --- business: projection

    def _sync_vendor_lines(self):
        """Bring the vendor lines in step: one per price tier, changed in place, none too many."""
        # Vendor lines belong to the product; who may map a source may have them follow.
        sources = self.sudo().with_context(active_test=False)
        sources.fetch(
            [
                "product_id",
                "sku_id",
                "offer_id",
                "partner_id",
                "company_id",
                "sequence",
                "units_per_pack",
            ]
        )
        to_create = []
        vendor_lines_sudo = self.env["product.supplierinfo"].sudo()  # as the sources above
        surplus = vendor_lines_sudo
        for source in sources:
            wanted = source._prepare_vendor_lines() if source._is_projected() else []
            lines = source.supplierinfo_ids.sorted(lambda line: (line.min_qty, line.id))
            for line, vals in zip(lines, wanted, strict=False):
                changed = {name: value for name, value in vals.items() if line._ali1688_differs(name, value)}
                if changed:
                    line.write(changed)
            surplus |= lines[len(wanted) :]
            to_create += wanted[len(lines) :]
        surplus.unlink()
        vendor_lines_sudo.create(to_create)

    def _is_projected(self):
        return self.active and self.sku_id.active and self.offer_id.on_shelf and bool(self.partner_id)

    def _prepare_vendor_lines(self):
        """Values of the vendor lines, cheapest quantity first; prices per product unit in yuan."""
        self.ensure_one()
        pack = self.units_per_pack
        minimum = self.offer_id.min_qty
        tiers = sorted(self.sku_id._get_tiers())
        reachable = [tier for tier in tiers if tier[0] > minimum]
        first = [tier for tier in tiers if tier[0] <= minimum][-1:] or tiers[:1]
        return [
            {
                "ali1688_source_id": self.id,
                "partner_id": self.partner_id.id,
                "product_tmpl_id": self.product_id.product_tmpl_id.id,
                "product_id": self.product_id.id,
                "product_uom_id": self.product_id.uom_id.id,
                "company_id": self.company_id.id,
                "currency_id": self.currency_id.id,
                "sequence": self.sequence,
                "product_code": self.sku_id.cargo_number,
                "min_qty": max(start, minimum) * pack,
                "price": price / pack,
            }
            for start, price in first + [tier for tier in reachable if tier not in first]
        ]

    # --- business: choosing

    def _best_first(self):
        """Healthy ones first, then by rank."""
        order = {"healthy": 0, "short": 1, "gone": 2, "off": 3}
        return self.sorted(lambda source: (order[source.health], source.sequence, source.id))

    def _to_pack_quantity(self, product_qty):
        """1688 units that hold at least `product_qty` of the product's units (whole ones)."""
        self.ensure_one()
        packs = product_qty / self.units_per_pack
        whole = round(packs)
        return float(whole if abs(packs - whole) < 1e-6 else int(packs) + 1)

    @api.model
    def _match(self, skus, products):
        """{product: sku} for the pairs that are certain by the values of their attributes."""
        variants = self._prepare_variants(products)
        by_key = {str(sku.id): sku for sku in skus}
        pairs = matching.match([matching.Sku(key, sku._get_matching_values()) for key, sku in by_key.items()], variants)
        return {products.browse(product_id): by_key[key] for product_id, key in pairs.items()}

    @api.model
    def _prepare_variants(self, products):
        """The products as lib/matching knows them: their values in all languages."""
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        return [
            matching.Variant(
                product.id,
                tuple(
                    tuple({value.with_context(lang=code).name for code in installed})
                    for value in product.product_template_attribute_value_ids
                ),
            )
            for product in products
        ]
