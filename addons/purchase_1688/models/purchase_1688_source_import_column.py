from odoo import fields, models


class Purchase1688SourceImportColumn(models.Model):
    """One column of a list: what it holds, and what it means to us."""

    _name = "purchase.1688.source.import.column"
    _description = "Column of an Import of 1688 Sources"
    _order = "import_id, position"
    _rec_name = "heading"

    import_id = fields.Many2one("purchase.1688.source.import", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="import_id.company_id", store=True)
    position = fields.Integer(readonly=True)
    heading = fields.Char("Heading in the list", readonly=True)
    meaning = fields.Selection(
        [
            ("product", "Product: reference, barcode or name"),
            ("default_code", "Product: internal reference"),
            ("barcode", "Product: barcode"),
            ("product_name", "Product: name"),
            ("product_id", "Product: number in this database"),
            ("offer", "Offer: address or number"),
            ("sku_ref", "SKU: id"),
            ("spec_id", "SKU: specification id"),
            ("sku_text", "SKU: colour, size, …"),
            ("cargo_number", "SKU: seller's item number"),
            ("units_per_pack", "Our units per 1688 unit"),
            ("rank", "Rank"),
            ("price", "Price per unit, to compare with"),
        ],
        "Is",
        help="Leave it empty to leave the column out.",
    )
    sample_1 = fields.Char("First row", readonly=True)
    sample_2 = fields.Char("Second row", readonly=True)
    sample_3 = fields.Char("Third row", readonly=True)
