from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class Purchase1688ProductCompare(models.TransientModel):
    """How many of which variant? Then their sources are compared."""

    _name = "purchase.1688.product.compare"
    _description = "Compare a Product on 1688"

    product_tmpl_id = fields.Many2one("product.template", required=True)
    line_ids = fields.One2many(
        "purchase.1688.product.compare.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("product_tmpl_id")
    def _compute_line_ids(self):
        for wizard in self:
            products = wizard.product_tmpl_id.ali1688_source_ids.product_id
            wizard.line_ids = [
                Command.clear(),
                *(Command.create({"product_id": p.id, "quantity": wizard._get_usual_qty(p)}) for p in products),
            ]

    @api.model
    def _get_usual_qty(self, product):
        source = product.ali1688_source_ids._best_first()[:1]
        return max(source.offer_id.min_qty, 1.0) * source.units_per_pack

    def action_compare(self):
        """Ask the sources; opens the board."""
        self.ensure_one()
        if any(line.quantity < 0 for line in self.line_ids):
            raise UserError(self.env._("A quantity cannot be negative: enter 0 to leave a variant out."))
        lines = self.line_ids.filtered("quantity")
        if not lines:
            raise UserError(self.env._("Enter a quantity for at least one variant."))
        none = self.env["purchase.order.line"]
        comparison = self.env["purchase.1688.comparison"]._start(
            [(line.product_id, line.quantity, none) for line in lines]
        )
        return comparison.action_open_board()
