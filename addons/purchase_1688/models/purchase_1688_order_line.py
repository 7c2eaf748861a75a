from decimal import Decimal

from odoo import api, fields, models

from .purchase_1688_order_prepare import exact


class Purchase1688OrderLine(models.Model):
    """One purchase order line's share of an order at 1688: what we want beside what the platform says.

    Quantities are 1688 units unless the name says ``product``; prices are yuan per 1688 unit.
    """

    _name = "purchase.1688.order.line"
    _description = "1688 Order Line"
    _order = "order_id, sequence, id"
    _check_company_auto = True

    order_id = fields.Many2one("purchase.1688.order", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    currency_id = fields.Many2one(related="order_id.currency_id")
    state = fields.Selection(related="order_id.state", store=True)
    sequence = fields.Integer(default=10)
    purchase_line_id = fields.Many2one(
        "purchase.order.line", "Purchase order line", ondelete="restrict", index="btree_not_null", check_company=True
    )
    product_id = fields.Many2one("product.product", ondelete="restrict", check_company=True)
    product_qty = fields.Float("Our quantity", digits="Product Unit")
    product_uom_id = fields.Many2one("uom.uom", "Unit", ondelete="restrict")
    source_id = fields.Many2one("purchase.1688.source", check_company=True, ondelete="set null")
    sku_id = fields.Many2one("purchase.1688.sku", "SKU", check_company=True, ondelete="restrict")
    image_128 = fields.Image("Picture", compute="_compute_image_128")
    offer_ref = fields.Char("Offer number", required=True)
    spec_ref = fields.Char("SKU number", help="Empty for offers without SKUs.")
    name = fields.Char("Goods")
    sku_name = fields.Char("Attributes")
    quantity = fields.Float(digits=(16, 3), required=True)
    unit_price = fields.Float("Quoted price", digits=(16, 4), help="Yuan per 1688 unit, as quoted or accepted since.")
    amount = fields.Monetary(compute="_compute_amount", store=True)
    preview_price = fields.Float("Checked price", digits=(16, 4))
    preview_amount = fields.Monetary("Checked amount")
    remote_entry_id = fields.Char("1688 line", copy=False)
    remote_name = fields.Char("Goods at 1688", copy=False)
    remote_qty = fields.Float("Quantity at 1688", digits=(16, 3), copy=False)
    remote_price = fields.Float("Price at 1688", digits=(16, 4), copy=False)
    remote_amount = fields.Monetary("Amount at 1688", copy=False)
    remote_status = fields.Char("Status at 1688", copy=False)
    difference = fields.Char(copy=False, help="In words; empty when the platform has what was approved.")
    block_code = fields.Char("Reason code", copy=False)
    block_message = fields.Char("Reason", copy=False)
    failed_code = fields.Char("Left out", copy=False, help="1688 did not take this line into the order.")
    left_out_told = fields.Boolean(copy=False, help="Those who wait for the goods know that 1688 left them out.")
    is_live = fields.Boolean(compute="_compute_is_live", store=True)

    # The last word against ordering one purchase order line twice, whoever clicks where at the same time.
    _purchase_line_live_uniq = models.UniqueIndex(
        "(purchase_line_id) WHERE is_live", "This purchase order line is already in an order on 1688."
    )
    _quantity_positive = models.Constraint("CHECK(quantity > 0)", "A quantity must be more than zero.")

    @api.depends("quantity", "unit_price")
    def _compute_amount(self):
        for line in self:
            line.amount = line.currency_id.round(line.quantity * line.unit_price)

    @api.depends("state", "failed_code")
    def _compute_is_live(self):
        for line in self:
            line.is_live = line.state != "cancelled" and not line.failed_code

    @api.depends("source_id", "sku_id", "product_id")
    def _compute_image_128(self):
        for line in self:
            line.image_128 = line.source_id.image_128 or line.sku_id.image_128 or line.product_id.image_128

    @api.depends("name", "sku_name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = " · ".join(filter(None, (line.name, line.sku_name)))

    def _get_key(self):
        """What tells the goods of a line at 1688: offer and SKU number."""
        self.ensure_one()
        return (self.offer_ref, self.spec_ref or "")

    # --- business: preview

    def _apply_preview(self, answer, sku_quantity):
        """Note what the preview says about this line.

        :param answer: ``values.PreviewLine`` of the line's SKU
        :param sku_quantity: how much of the SKU the order holds; lines of one SKU share the answer
        """
        self.ensure_one()
        price = answer.unit_price
        if price is None and answer.amount is not None:
            price = answer.amount / sku_quantity
        share = exact(self.quantity, 3) / sku_quantity
        amount = answer.amount * share if answer.amount is not None else (price or 0) * exact(self.quantity, 3)
        self.write(
            {
                "preview_price": float(price or 0),
                "preview_amount": float(amount),
                "block_code": False,
                "block_message": False,
            }
        )

    def _get_changes(self):
        """What the preview says otherwise than the quote about this line: a list of at most one plain dict."""
        self.ensure_one()
        difference = self.currency_id.round(self.preview_amount - self.amount)
        if self.failed_code or not difference:
            return []
        return [
            {
                "kind": "price",
                "line_id": self.id,
                "label": self.display_name,
                "before": self.unit_price,
                "after": self.preview_price,
                "difference": difference,
            }
        ]

    # --- business: verifying

    def _get_difference(self, entries):
        """In words, what the platform's lines ``entries`` have otherwise than these lines of one SKU."""
        wanted = self.filtered(lambda line: not line.failed_code)
        if not entries and wanted:
            return self.env._("not in the order at 1688")
        if not wanted and entries:
            return self.env._("reported as left out, but in the order")
        if not wanted:
            return "" if self.order_id.allow_partial else self.env._("left out by 1688")
        quantity = sum(exact(line.quantity, 3) for line in wanted)
        there = sum(Decimal(entry["quantity"] or 0) for entry in entries)
        if quantity != there:
            return self.env._("quantity %(there)s instead of %(here)s", there=f"{there:g}", here=f"{quantity:g}")
        price = exact(wanted[0].preview_price or wanted[0].unit_price, 4)
        wrong = [entry for entry in entries if entry["unit_price"] and exact(float(entry["unit_price"]), 4) != price]
        if wrong:
            return self.env._("price %(there)s instead of %(here)s", there=wrong[0]["unit_price"], here=f"{price:.2f}")
        return ""

    def _prepare_board_line(self):
        """The line as plain data for the confirm screen."""
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name or "",
            "sku": self.sku_name or "",
            "image": self._get_image_url(),
            "quantity": self.quantity,
            "product_qty": self.product_qty,
            "uom": self.product_uom_id.name or "",
            "unit_price": self.unit_price,
            "preview_price": self.preview_price,
            "amount": self.preview_amount or self.amount,
            "difference": self.difference or "",
            "reason": self.block_message or "",
        }

    def _get_image_url(self):
        """Where the browser finds a picture of the goods; always on our own server."""
        self.ensure_one()
        return f"/web/image/purchase.1688.order.line/{self.id}/image_128"
