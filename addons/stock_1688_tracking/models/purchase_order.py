from odoo import api, fields, models


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    ali1688_parcel_count = fields.Integer("Parcels", compute="_compute_ali1688_parcel_count")

    def _compute_ali1688_parcel_count(self):
        for purchase in self:
            purchase.ali1688_parcel_count = len(purchase._get_ali1688_parcels())

    def _get_ali1688_parcels(self):
        # whoever may see the purchase order may see where its goods are
        return self.sudo().order_line.ali1688_order_line_ids.order_id.parcel_ids

    def action_ali1688_view_parcels(self):
        """Open the parcels of the purchase orders."""
        action = self.env["ir.actions.actions"]._for_xml_id("stock_1688_tracking.stock_1688_parcel_action")
        return action | {"domain": [("id", "in", self._get_ali1688_parcels().ids)], "context": {}}

    # --- hooks

    @api.model
    def _ali1688_get_need_fields(self):
        return [*super()._ali1688_get_need_fields(), "picking_type_id"]

    def _ali1688_read_needs(self):
        res = super()._ali1688_read_needs()
        self.picking_type_id.fetch(["warehouse_id"])
        self.picking_type_id.warehouse_id.fetch(["partner_id"])
        return res

    def _ali1688_get_address_partner(self):
        """Where the goods are received: the warehouse's own address, if it has one."""
        warehouse_partner = self.picking_type_id.warehouse_id.partner_id
        return self.dest_address_id or warehouse_partner or super()._ali1688_get_address_partner()
