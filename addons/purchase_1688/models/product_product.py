from odoo import api, fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    ali1688_source_ids = fields.One2many("purchase.1688.source", "product_id", "1688 sources")
    ali1688_source_count = fields.Integer(compute="_compute_ali1688_source_count")

    @api.depends("ali1688_source_ids")
    def _compute_ali1688_source_count(self):
        counts = dict(
            self.env["purchase.1688.source"]._read_group([("product_id", "in", self.ids)], ["product_id"], ["__count"])
        )
        for product in self:
            product.ali1688_source_count = counts.get(product, 0)

    # --- CRUD

    def unlink(self):
        # By the ORM and not by the database, so that the history hears of it; whoever may delete the product.
        self.check_access("unlink")
        self.sudo().with_context(active_test=False).ali1688_source_ids.unlink()
        return super().unlink()

    # --- actions

    def action_ali1688_compare(self):
        """Compare the 1688 sources of these variants; the quantity comes from the context (`ali1688_qty`, else 1)."""
        quantity = float(self.env.context.get("ali1688_qty") or 1.0)
        return (
            self.env["purchase.1688.comparison"]
            ._start([(product, quantity, self.env["purchase.order.line"]) for product in self])
            .action_open_board()
        )

    def action_ali1688_history(self):
        """Who changed which source of these variants when."""
        return self.env["purchase.1688.source.change"]._open_list(
            [("product_ref", "in", self.ids)], self.env._("History of the 1688 sources")
        )

    def compare_on_1688(self, quantity=1.0):
        """Compare the sources of these variants for `quantity` of each, in their own units; for the external API.

        :return: {"comparison_id"}; wait for the answers with `action_wait` of purchase.1688.comparison
        """
        needs = [(product, float(quantity), self.env["purchase.order.line"]) for product in self]
        return {"comparison_id": self.env["purchase.1688.comparison"]._start(needs).id}
