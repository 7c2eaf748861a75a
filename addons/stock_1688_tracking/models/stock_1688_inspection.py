from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

REASONS = [
    ("broken", "Broken or damaged"),
    ("quality", "Poor quality"),
    ("wrong", "Wrong goods"),
    ("variant", "Wrong colour or size"),
    ("incomplete", "Parts missing"),
    ("other", "Other"),
]


class Stock1688Inspection(models.Model):
    """What a person found on one receipt line. Kept as it was written: money is confirmed and
    claimed by it.
    """

    _name = "stock.1688.inspection"
    _description = "1688 Inspection"
    _order = "id desc"
    _check_company_auto = True

    picking_id = fields.Many2one(
        "stock.picking", "Receipt", required=True, readonly=True, index=True, check_company=True
    )
    move_id = fields.Many2one("stock.move", "Receipt Line", readonly=True, index="btree_not_null", check_company=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    product_id = fields.Many2one("product.product", required=True, readonly=True, check_company=True)
    uom_id = fields.Many2one(related="product_id.uom_id")
    order_line_id = fields.Many2one(
        "purchase.1688.order.line",
        "1688 Order Line",
        readonly=True,
        index="btree_not_null",
        check_company=True,
    )
    order_id = fields.Many2one(
        related="order_line_id.order_id",
        store=True,
        index="btree_not_null",
        groups="purchase.group_purchase_user",
    )
    expected_qty = fields.Float("Expected", digits="Product Unit", readonly=True)
    accepted_qty = fields.Float("Accepted", digits="Product Unit", readonly=True)
    rejected_qty = fields.Float("Rejected", digits="Product Unit", readonly=True)
    missing_qty = fields.Float("Missing", digits="Product Unit", compute="_compute_missing_qty", store=True)
    reason = fields.Selection(REASONS, readonly=True)
    note = fields.Text(readonly=True)
    photo_ids = fields.Many2many("ir.attachment", string="Photos", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Inspected By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    date = fields.Datetime("Inspected On", required=True, readonly=True, default=fields.Datetime.now)
    refund_id = fields.Many2one(
        "purchase.1688.refund",
        "Claim",
        readonly=True,
        index="btree_not_null",
        groups="purchase.group_purchase_user",
    )
    refund_state = fields.Selection(related="refund_id.state", string="Claim Status", related_sudo=True)

    _quantities_positive = models.Constraint(
        "CHECK(accepted_qty >= 0 AND rejected_qty >= 0)",
        "Accepted and rejected quantities cannot be below zero.",
    )
    _rejected_has_reason = models.Constraint(
        "CHECK(rejected_qty = 0 OR reason IS NOT NULL)", "Say why goods are rejected."
    )

    @api.depends("expected_qty", "accepted_qty", "rejected_qty")
    def _compute_missing_qty(self):
        for inspection in self:
            found = inspection.accepted_qty + inspection.rejected_qty
            inspection.missing_qty = max(inspection.expected_qty - found, 0.0)

    @api.depends("product_id", "picking_id")
    def _compute_display_name(self):
        for inspection in self:
            inspection.display_name = f"{inspection.picking_id.name} · {inspection.product_id.display_name}"

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Inspections are kept: receipts are confirmed and claims are made by them."))

    def _open_claims(self):
        """Open one claim per 1688 order for what was rejected, with the photos as evidence.

        What stands against the claim goes to the buyer: the goods are here, and the receipt must
        not fail by it.
        """
        rejected = self.filtered(lambda inspection: inspection.rejected_qty and inspection.order_line_id)
        for order, inspections in rejected.grouped("order_id").items():
            counts = defaultdict(float)
            for inspection in inspections:
                line = inspection.order_line_id
                counts[line] += line._to_claim_qty(inspection.rejected_qty)
            try:
                with self.env.cr.savepoint():
                    inspections.refund_id = self.env["purchase.1688.refund"]._open_claim(
                        order,
                        counts,
                        inspections._get_reason_text(),
                        inspections._get_claim_description(),
                        inspections.photo_ids,
                        goods_received=True,
                    )
            except UserError as error:
                order._open_issue("claim_refused", self.env._("rejected goods could not be claimed: %s", error))

    def _get_reason_text(self):
        labels = dict(self._fields["reason"]._description_selection(self.env))
        return labels[self[0].reason]

    def _get_claim_description(self):
        """Return what is wrong, in the length that 1688 takes (2 to 150 characters)."""
        labels = dict(self._fields["reason"]._description_selection(self.env))
        parts = []
        for inspection in self:
            goods = inspection.order_line_id.sku_name or inspection.product_id.name
            what = inspection.note or labels[inspection.reason]
            parts.append(f"{goods} x{inspection.rejected_qty:g}: {what}")
        return "; ".join(parts)[:150]
