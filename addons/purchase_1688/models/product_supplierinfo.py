from odoo import fields, models
from odoo.tools import float_compare


class ProductSupplierinfo(models.Model):
    _inherit = "product.supplierinfo"

    ali1688_source_id = fields.Many2one(
        "purchase.1688.source",
        "1688 source",
        index="btree_not_null",
        ondelete="cascade",
        copy=False,
        help="This line follows the price tiers of the 1688 source. Change it there.",
    )

    def _ali1688_differs(self, name, value):
        """Whether the stored value of a projected field is another one."""
        self.ensure_one()
        field = self._fields[name]
        if field.type == "many2one":
            return self[name].id != value
        if field.type == "float":
            return float_compare(self[name], value, precision_digits=6) != 0
        return (self[name] or False) != (value or False)
