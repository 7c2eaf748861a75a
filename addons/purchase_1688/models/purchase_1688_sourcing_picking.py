from odoo import models
from odoo.exceptions import UserError


class Purchase1688Sourcing(models.Model):
    """What people do with the candidates of a run: list them, see why some are out, collect those picked."""

    _inherit = "purchase.1688.sourcing"

    # --- actions

    def action_collect_picked(self):
        """Collect what is picked, as products or as sources of the product."""
        self.ensure_one()
        picked = self.candidate_ids.filtered("picked")
        if not picked:
            raise UserError(self.env._("Pick at least one candidate."))
        return picked.action_collect()

    def action_open_candidates(self):
        """List all candidates of this run but those that are blocked."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("purchase_1688.purchase_1688_sourcing_candidate_action")
        return {**action, "domain": [("sourcing_id", "=", self.id), ("state", "!=", "blocked")]}

    def action_open_left_out(self, state, code):
        """List those who are out for one reason."""
        action = self.action_open_candidates()
        return {**action, "domain": [*action["domain"], ("state", "=", state), ("reason_code", "=", code or False)]}
