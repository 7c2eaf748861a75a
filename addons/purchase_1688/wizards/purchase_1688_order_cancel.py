from odoo import api, fields, models
from odoo.exceptions import AccessError


class Purchase1688OrderCancel(models.TransientModel):
    """Cancel orders: what was not sent is dropped, what is unpaid is cancelled at 1688, the rest is named."""

    _name = "purchase.1688.order.cancel"
    _description = "Cancel 1688 Orders"

    order_ids = fields.Many2many("purchase.1688.order", string="1688 orders", required=True)
    reason = fields.Selection(
        [
            ("buyer_cancel", "Not needed any more"),
            ("seller_no_goods", "The seller has no stock"),
            ("other", "Something else"),
        ],
        required=True,
        default="buyer_cancel",
    )
    remark = fields.Char("Remark for the seller")
    to_cancel_ids = fields.Many2many("purchase.1688.order", compute="_compute_parts", string="To cancel at 1688")
    to_drop_ids = fields.Many2many("purchase.1688.order", compute="_compute_parts", string="To drop, never sent")
    refusal = fields.Text("Not possible", compute="_compute_parts")

    @api.model
    def default_get(self, fields_list):
        vals = super().default_get(fields_list)
        if self.env.context.get("active_model") == "purchase.1688.order":
            vals["order_ids"] = [fields.Command.set(self.env.context.get("active_ids", []))]
        return vals

    @api.depends("order_ids")
    def _compute_parts(self):
        for wizard in self:
            orders = wizard.order_ids
            wizard.to_cancel_ids = orders.filtered(lambda order: order._can_cancel())
            wizard.to_drop_ids = orders.filtered(lambda order: order._can_drop())
            rest = orders - wizard.to_cancel_ids - wizard.to_drop_ids
            wizard.refusal = "\n".join(order._get_cancel_refusal() for order in rest) or False

    def action_cancel(self):
        """Do what is possible; the text above the button said what is not."""
        self.ensure_one()
        if not self.env.user.has_groups("purchase_1688.group_buyer,purchase_1688.group_approver"):
            raise AccessError(self.env._("Only people who buy on 1688 may cancel."))
        self.order_ids.check_access("read")
        # checked above; users may not write orders themselves
        self.to_drop_ids.sudo()._drop()
        self.to_cancel_ids.sudo()._cancel_at_1688(self.reason, self.remark)
        return {"type": "ir.actions.act_window_close"}
