from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from .purchase_1688_order_prepare import exact

ZERO = Decimal(0)
#: what is bought; the quoted price beside it is no part of it
BOUGHT = ("product_id", "product_qty", "product_uom_id", "sku_id", "offer_ref", "spec_ref", "quantity")


class Purchase1688OrderLine(models.Model):
    """A line beside the line of the request for quotation that it is ordered for."""

    _inherit = "purchase.1688.order.line"

    # --- business: before sending

    def _is_requested(self):
        """Whether the request still asks this seller for it; what was ordered for no request stays."""
        self.ensure_one()
        request = self.purchase_line_id
        if not request:
            return True
        seller = request.ali1688_source_id.partner_id
        return request.order_id.state != "cancel" and request.product_qty > 0 and seller == self.order_id.partner_id

    def _is_as_requested(self):
        """Whether it is what the request asks for now."""
        self.ensure_one()
        if not self._is_requested():
            return False
        vals = self._get_requested_vals()
        return not any(
            self._fields[name].convert_to_write(self[name], self) != vals[name] for name in vals if name in BOUGHT
        )

    def _get_requested_vals(self):
        """What the line would be if it was prepared now; nothing where there is no request."""
        self.ensure_one()
        request = self.purchase_line_id
        return request.order_id._ali1688_prepare_order_line_vals(request) if request else {}

    # --- business: at 1688

    def _get_request_difference(self):
        """In words, what the purchase order says otherwise than what was ordered for it; empty if nothing."""
        self.ensure_one()
        request = self.purchase_line_id
        if not request or self.failed_code:
            return ""
        if request.product_id != self.product_id:
            return self.env._(
                "%(purchase)s is for %(goods)s by now",
                purchase=request.order_id.name,
                goods=request.product_id.display_name,
            )
        there = request.product_uom_id._compute_quantity(request.product_qty, self.product_uom_id)
        if not self.product_uom_id.compare(there, self.product_qty):
            return ""
        return self.env._(
            "%(purchase)s says %(there)g instead of %(here)g %(unit)s of %(goods)s by now",
            purchase=request.order_id.name,
            there=there,
            here=self.product_qty,
            unit=self.product_uom_id.name,
            goods=self.product_id.display_name,
        )

    def _take_over_remote(self):
        """Lines of one SKU become what 1688 has of it: the last one takes what is more; what gets nothing is out."""
        lines = self.filtered(lambda line: not line.failed_code) or self
        rest = exact(lines[0].remote_qty, 3) if lines[0].remote_entry_id else ZERO
        for line in lines:
            share = rest if line == lines[-1] else min(exact(line.quantity, 3), rest)
            rest -= share
            if share:
                line._take_over(share)
            else:
                line.failed_code = line.failed_code or "accepted"

    def _take_over(self, quantity):
        """So many 1688 units of this are what is wanted from now on."""
        self.ensure_one()
        product_qty = self.product_qty * float(quantity / exact(self.quantity, 3))
        self.write(
            {
                "quantity": float(quantity),
                "product_qty": self.product_uom_id.round(product_qty) if self.product_uom_id else product_qty,
                "unit_price": self.remote_price,
                "preview_price": self.remote_price,
                "failed_code": False,
            }
        )

    def _set_requests(self):
        """Have requests for quotation say what is ordered.

        :raise UserError: a purchase order that people have to correct first
        """
        for line in self:
            if difference := line._get_request_difference():
                line._set_request(line.purchase_line_id, difference)

    def _set_request(self, request, difference):
        if request.order_id.state not in ("draft", "sent") or request.product_id != self.product_id:
            # not for the machine to change; accepted like this, it would be held against the order again at once
            raise UserError(self.env._("%s. Correct the purchase order first, then accept.", difference))
        quantity = self.product_uom_id._compute_quantity(self.product_qty, request.product_uom_id)
        # with its price, which Odoo would look up anew for another quantity
        request.write({"product_qty": quantity, "price_unit": request.price_unit})

    def _tell_left_out(self):
        """Tell those who wait for goods what 1688 left out of an order: once, however often the order is verified."""
        self.filtered(lambda line: line.left_out_told and not line.failed_code).left_out_told = False
        for line in self.filtered(lambda line: line.failed_code and line.purchase_line_id and not line.left_out_told):
            line.left_out_told = True
            text = self.env._("1688 left out %s. Order it elsewhere, or take it out here.", line.display_name)
            line.purchase_line_id.order_id.message_post(body=text)
