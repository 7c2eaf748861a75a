from odoo import fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    ali1688_quarantine_location_id = fields.Many2one(
        "stock.location",
        "Quarantine",
        check_company=True,
        copy=False,
        help="Where rejected goods wait for the end of their claim. Made at the first rejection.",
    )

    def _get_quarantine_location(self):
        """Return the quarantine, beside the stock and not below it, so that nothing is reserved
        from there.
        """
        self.ensure_one()
        if not self.ali1688_quarantine_location_id:
            # the first rejection may come from somebody who may not set up warehouses
            warehouse_sudo = self.sudo()
            warehouse_sudo.ali1688_quarantine_location_id = (
                self.env["stock.location"]
                .sudo()
                .create(
                    {
                        "name": self.env._("Quarantine"),
                        "location_id": self.view_location_id.id,
                        "usage": "internal",
                        "company_id": self.company_id.id,
                        "replenish_location": False,
                    }
                )
            )
        return self.ali1688_quarantine_location_id
