from odoo import fields, models


class Purchase1688SourcingRefuse(models.TransientModel):
    """Why offers or sellers are never to be seen again."""

    _name = "purchase.1688.sourcing.refuse"
    _description = "Never Show Again"

    candidate_ids = fields.Many2many(
        "purchase.1688.sourcing.candidate", "purchase_1688_sourcing_refuse_rel", string="Candidates", required=True
    )
    kind = fields.Selection(
        [("offer", "These offers"), ("seller", "Everything of their sellers")],
        "Leave out",
        default="offer",
        required=True,
    )
    reason = fields.Char("Why", help="Shown in the list of what is left out, so that others understand it.")

    def action_block(self):
        """Block them; the list closes the gap."""
        self.ensure_one()
        self.candidate_ids._block(self.kind, self.reason)
        return {"type": "ir.actions.act_window_close"}
