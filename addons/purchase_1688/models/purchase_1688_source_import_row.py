from odoo import api, fields, models
from odoo.exceptions import UserError

from .purchase_1688_source_mapper import Row

#: what a person may change in the preview, and the mark that it was a person
CHOICES = {"product_id": "product_by_hand", "sku_id": "sku_by_hand", "units_per_pack": "pack_by_hand"}
EDITABLE = {*CHOICES, "rank_text", "skipped"}


class Purchase1688SourceImportRow(models.Model):
    """One row of a list: what was found for it and what will happen. A person may choose what was not certain."""

    _name = "purchase.1688.source.import.row"
    _description = "Row of an Import of 1688 Sources"
    _order = "import_id desc, number, id"
    _rec_name = "number"

    import_id = fields.Many2one("purchase.1688.source.import", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="import_id.company_id", store=True)
    import_state = fields.Selection(related="import_id.state", string="State of the import")
    number = fields.Integer("Row", readonly=True, aggregator=None)
    cells = fields.Json(readonly=True)
    listed_product = fields.Char("Product in the list", compute="_compute_listed")
    listed_offer = fields.Char("Offer in the list", compute="_compute_listed")
    listed_sku = fields.Char("SKU in the list", compute="_compute_listed")
    product_id = fields.Many2one("product.product", ondelete="set null")
    product_by_hand = fields.Boolean(readonly=True)
    import_offer_id = fields.Many2one("purchase.1688.source.import.offer", "Offer", readonly=True, ondelete="set null")
    offer_name = fields.Char(related="import_offer_id.name", string="Title of the offer")
    offer_state = fields.Selection(related="import_offer_id.state", string="Offer is")
    sku_id = fields.Many2one(
        "purchase.1688.source.import.sku",
        "SKU",
        domain="[('import_offer_id', '=', import_offer_id)]",
        ondelete="set null",
    )
    sku_by_hand = fields.Boolean(readonly=True)
    units_per_pack = fields.Float("Our units per 1688 unit", digits="Product Unit")
    pack_by_hand = fields.Boolean(readonly=True)
    rank_text = fields.Char("Rank", help="Empty: after the sources that the product has.")
    skipped = fields.Boolean("Leave out")
    how = fields.Selection(
        [
            ("hand", "Chosen by hand"),
            ("sku_ref", "By its id"),
            ("spec_id", "By its specification id"),
            ("cargo_number", "By the seller's item number"),
            ("sku_text", "By colour, size, …"),
            ("values", "By the variant's values"),
            ("only", "The only one"),
        ],
        "SKU found",
        readonly=True,
    )
    action = fields.Selection(
        [
            ("create", "New source"),
            ("update", "Change"),
            ("restore", "Restore"),
            ("none", "No change"),
            ("skip", "Leave out"),
            ("wait", "Offer to be read"),
            ("error", "Error"),
        ],
        "What will happen",
        readonly=True,
        index=True,
    )
    message = fields.Char("Why", readonly=True)
    source_id = fields.Many2one("purchase.1688.source", readonly=True, ondelete="set null", index="btree_not_null")

    # --- computes

    @api.depends("cells")
    def _compute_listed(self):
        for row in self:
            cells = row.cells or {}
            row.listed_product = " · ".join(
                cells[name]
                for name in ("default_code", "barcode", "product", "product_name", "product_id")
                if cells.get(name)
            )
            row.listed_offer = cells.get("offer", "")
            row.listed_sku = " · ".join(
                cells[name] for name in ("sku_text", "sku_ref", "cargo_number", "spec_id") if cells.get(name)
            )

    # --- CRUD

    def write(self, vals):
        """What a person chooses; all rows are decided on again, since they may depend on each other."""
        self.check_access("write")
        if vals.keys() - EDITABLE:
            raise UserError(self.env._("Of a row only product, SKU, pack, rank and leaving it out can be changed."))
        if any(state != "ready" for state in self.import_id.mapped("state")):
            raise UserError(self.env._("Rows can be changed in the preview only."))
        marks = {CHOICES[name]: bool(vals[name]) for name in vals.keys() & CHOICES.keys()}
        super(Purchase1688SourceImportRow, self.sudo()).write({**vals, **marks})
        for record in self.import_id:
            record._plan()
        return True

    # --- business

    def _get_row(self):
        """The row as the mapper takes it."""
        self.ensure_one()
        cells = dict(self.cells or {})
        if self.rank_text:
            cells["rank"] = self.rank_text
        return Row(
            self.number,
            cells,
            product_id=self.product_id.id if self.product_by_hand else 0,
            sku_key=self.sku_id.key if self.sku_by_hand and self.sku_id else "",
            pack=self.units_per_pack if self.pack_by_hand else 0.0,
            skipped=self.skipped,
        )

    # The steps write what people may not: past the own `write`.
    # pylint: disable=missing-return,super-method-mismatch

    def _keep(self, wishes, decisions, specs, mapper):
        """Keep the decisions; only what differs is written."""
        offers = {offer.number: offer for offer in self.import_id.offer_ids}
        skus = {sku.key: sku.id for sku in self.import_id.offer_ids.sku_ids}
        for row, wish, decision in zip(self, wishes, decisions, strict=True):
            vals = {
                "import_offer_id": offers[wish.offer].id if wish.offer in offers else False,
                "product_id": decision.product or (wish.products[0] if len(wish.products) == 1 else False),
                "sku_id": skus.get(decision.sku_key or wish.sku_key, False),
                "units_per_pack": float(decision.pack or wish.pack or 0),
                "rank_text": row.rank_text if wish.rank is None else str(wish.rank),
                "how": decision.how or False,
                "action": decision.action,
                "message": mapper._describe(decision) or False,
            }
            changed = {
                name: value
                for name, value in vals.items()
                if (row[name].id if row._fields[name].type == "many2one" else row[name]) != value
            }
            if changed:
                super(Purchase1688SourceImportRow, row).write(changed)

    def _set_sources(self, made):
        for row in self.sudo():
            if row.number in made:
                super(Purchase1688SourceImportRow, row).write({"source_id": made[row.number].id})
