from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    ali1688_source_ids = fields.One2many("purchase.1688.source", "product_tmpl_id", "1688 sources")

    # --- CRUD

    def unlink(self):
        # By the ORM and not by the database, so that the history hears of it; whoever may delete the product.
        self.check_access("unlink")
        self.sudo().with_context(active_test=False).ali1688_source_ids.unlink()
        return super().unlink()

    # --- actions

    def action_ali1688_paste(self):
        """Paste the address or number of an offer and make it a source of this product."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add a 1688 source"),
            "res_model": "purchase.1688.offer.collect",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_product_tmpl_id": self.id},
        }

    def action_ali1688_search_similar(self):
        """Find sources for this product: a run with its name, its picture and about its present price."""
        self.ensure_one()
        Sourcing = self.env["purchase.1688.sourcing"]
        run = Sourcing.browse(Sourcing.start_sourcing({"product_tmpl_id": self.id, "from_product": True})["id"])
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Search on 1688"),
            "res_model": run._name,
            "res_id": run.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_ali1688_compare(self):
        """Ask for the quantities, then compare the sources of this product."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Compare on 1688"),
            "res_model": "purchase.1688.product.compare",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_product_tmpl_id": self.id},
        }

    def action_ali1688_history(self):
        """Who changed which source of this product when."""
        self.ensure_one()
        return self.env["purchase.1688.source.change"]._open_list(
            [("template_ref", "=", self.id)], self.env._("History of the 1688 sources")
        )
