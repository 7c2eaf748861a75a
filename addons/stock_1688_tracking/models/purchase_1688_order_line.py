from odoo import api, fields, models


class Purchase1688OrderLine(models.Model):
    _inherit = "purchase.1688.order.line"

    inspection_ids = fields.One2many("stock.1688.inspection", "order_line_id", "Inspections", readonly=True)
    accepted_qty = fields.Float("Accepted", digits="Product Unit", compute="_compute_inspected", store=True)
    rejected_qty = fields.Float("Rejected", digits="Product Unit", compute="_compute_inspected", store=True)

    @api.depends("inspection_ids.accepted_qty", "inspection_ids.rejected_qty")
    def _compute_inspected(self):
        for line in self:
            line.accepted_qty = sum(line.inspection_ids.mapped("accepted_qty"))
            line.rejected_qty = sum(line.inspection_ids.mapped("rejected_qty"))

    def _get_count_uom(self):
        """Return the unit that the goods are counted in; goods that are no product of ours are counted as 1688 sells
        them.
        """
        self.ensure_one()
        return self.product_id.uom_id or self.env.ref("uom.product_uom_unit")

    def _get_due_qty(self):
        """Return what the order owes us, in the unit that it is counted in."""
        self.ensure_one()
        if not self.product_id:
            return self.quantity
        return self.product_uom_id._compute_quantity(self.product_qty, self._get_count_uom())

    def _to_product_qty(self, quantity):
        """Convert 1688 units of this line into the unit that it is counted in."""
        self.ensure_one()
        return self._get_count_uom().round(quantity * self._get_due_qty() / self.quantity)

    def _to_claim_qty(self, product_qty):
        """Convert a rejected quantity into whole 1688 units, the only thing that can be claimed;
        never too few.
        """
        self.ensure_one()
        units = product_qty * self.quantity / self._get_due_qty()
        return min(float(-int(-round(units, 6) // 1)), self.quantity)

    def _get_refunded_claims(self):
        """Return the lines of claims for these goods that ended with money."""
        self.ensure_one()
        claimed = self.order_id.refund_ids.filtered(lambda refund: refund.state == "refunded").line_ids
        return claimed.filtered(lambda line: line.order_line_id == self)

    def _get_refunded_qty(self):
        """Return how many of the goods were paid back, in the unit that they are counted in.

        They count where the money for them came back, by one claim or by several for the same goods. A
        compensation for goods that we keep, or less than they cost, settles none of them.
        """
        covered = self._get_refunded_claims().filtered(
            # a claim for the rest is about goods that the first one counts
            lambda line: not line.refund_id.rest_of_id and line.refund_id._covers_goods()
        )
        return self._to_product_qty(sum(covered.mapped("quantity")))

    def _get_open_qty(self):
        """Return how many of the goods were neither accepted nor paid back, in the unit that they are counted in."""
        self.ensure_one()
        return self._get_count_uom().round(max(self._get_due_qty() - self.accepted_qty - self._get_refunded_qty(), 0.0))

    def _is_settled(self):
        """Whether everything owed was accepted or paid back."""
        return self._get_count_uom().is_zero(self._get_open_qty())

    def _is_disputed(self):
        """Whether goods were rejected, or money came back, and that does not cover the goods."""
        self.ensure_one()
        refunded = self._get_refunded_qty()
        short = any(not claim._covers_goods() for claim in self._get_refunded_claims().refund_id)
        return short or self._get_count_uom().compare(self.rejected_qty, refunded) > 0
