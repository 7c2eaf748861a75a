from odoo import fields, models


class Purchase1688IssueClose(models.TransientModel):
    """Close issues by hand: only with a reason, which is kept."""

    _name = "purchase.1688.issue.close"
    _description = "Close 1688 Issues"

    issue_ids = fields.Many2many("purchase.1688.issue", required=True)
    reason = fields.Char(required=True)

    def action_close(self):
        """Close the issues, with the reason."""
        self.ensure_one()
        self.issue_ids.check_access("write")
        self.issue_ids._set_closed(self.reason)
        return {"type": "ir.actions.act_window_close"}
