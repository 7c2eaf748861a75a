from odoo import api, fields, models
from odoo.exceptions import UserError


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    # --- comparing

    ali1688_comparison_ids = fields.Many2many("purchase.1688.comparison", string="1688 comparisons", copy=False)
    ali1688_comparison_count = fields.Integer("1688 comparison count", compute="_compute_ali1688_comparison_count")
    ali1688_can_compare = fields.Boolean(compute="_compute_ali1688_can_compare")

    @api.depends("ali1688_comparison_ids")
    def _compute_ali1688_comparison_count(self):
        for order in self:
            order.ali1688_comparison_count = len(order.ali1688_comparison_ids)

    @api.depends("state", "order_line.product_id.ali1688_source_ids")
    def _compute_ali1688_can_compare(self):
        for order in self:
            open_request = order.state in ("draft", "sent")
            order.ali1688_can_compare = open_request and bool(order.order_line.product_id.ali1688_source_ids)

    # --- actions: comparing

    def action_ali1688_compare(self):
        """Ask all 1688 sources of the lines of these requests at once; opens the board, which fills as answers arrive."""
        return self._ali1688_compare().action_open_board()

    def compare_on_1688(self):
        """The same for callers of the external API.

        :return: {"comparison_id"}; wait for the answers with `action_wait` of purchase.1688.comparison
        """
        return {"comparison_id": self._ali1688_compare().id}

    def action_ali1688_open_comparisons(self):
        self.ensure_one()
        if len(self.ali1688_comparison_ids) == 1:
            return self.ali1688_comparison_ids.action_open_board()
        action = self.env["ir.actions.act_window"]._for_xml_id("purchase_1688.purchase_1688_comparison_action")
        return {**action, "domain": [("purchase_ids", "in", self.ids)], "context": {}}

    # --- business: comparing

    def _ali1688_compare(self):
        self.check_access("write")
        if len(self.company_id) != 1:
            raise UserError(self.env._("Compare the requests of one company at a time."))
        closed = self.filtered(lambda order: order.state not in ("draft", "sent"))
        if closed:
            raise UserError(self.env._("%s is no request for quotation any more.", ", ".join(closed.mapped("name"))))
        lines = self.order_line.filtered(lambda line: line._ali1688_is_need())
        if not lines:
            raise UserError(self.env._("There is nothing to compare: add products with a quantity first."))
        comparison = self.env["purchase.1688.comparison"].with_company(self.company_id)
        return comparison._start([(line.product_id, line._ali1688_get_product_qty(), line) for line in lines])

    def _ali1688_get_address_partner(self):
        """The address that 1688 ships to."""
        self.ensure_one()
        return self.dest_address_id or self.company_id.partner_id

    def _ali1688_set_charges(self, freight, fees):
        """Keep the quoted freight and fees (yuan) as service lines: they are billed, and never received."""
        self.ensure_one()
        for xmlid, amount in (("product_freight", freight), ("product_fees", fees)):
            product = self.env.ref(f"purchase_1688.{xmlid}")
            line = self.order_line.filtered(lambda line, product=product: line.product_id == product)
            if not amount:
                line.unlink()
                continue
            yuan = self.env["purchase.1688.offer"]._get_yuan()
            price = yuan._convert(amount, self.currency_id, self.company_id, fields.Date.context_today(self), round=False)
            vals = {
                "product_qty": 1.0,
                "price_unit": price,
                "tax_ids": [fields.Command.clear()],
                "ali1688_freight_partner_id": self.partner_id.id,
            }
            if line:
                line[0].write(vals)
            else:
                line = line.create({"order_id": self.id, "product_id": product.id, "sequence": 1000, **vals})
            line[0].technical_price_unit = 0.0

    def _add_supplier_to_product(self):
        # Freight and fees belong to the order: no seller becomes a vendor of "freight" at some price.
        res = super()._add_supplier_to_product()
        charges = self.order_line.filtered("ali1688_freight_partner_id").product_id
        charges.sudo().seller_ids.filtered(lambda seller: seller.partner_id in self.partner_id).unlink()
        return res
