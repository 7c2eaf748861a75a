from odoo import fields, models


class Purchase1688SourceImportSku(models.Model):
    """A SKU that a row of an import can be mapped to, collected or not."""

    _name = "purchase.1688.source.import.sku"
    _description = "SKU in an Import of 1688 Sources"
    _order = "id"
    _rec_names_search = ["name", "key"]
    _log_access = False

    import_offer_id = fields.Many2one(
        "purchase.1688.source.import.offer", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="import_offer_id.company_id", store=True)
    key = fields.Char(required=True, readonly=True, help="Offer and SKU id.")
    name = fields.Char(required=True, readonly=True)
