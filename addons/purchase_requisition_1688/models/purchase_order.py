from odoo import models
from odoo.fields import Command

#: Odoo's question what shall become of open alternatives
QUESTION = "purchase.requisition.alternative.warning"


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    # --- business: confirming

    def button_confirm(self):
        """Shares of one split complete each other: Odoo asks, and may cancel, what competes and nothing else."""
        question = super().button_confirm()
        if not isinstance(question, dict) or question.get("res_model") != QUESTION:
            return question
        rivals = self._ali1688_get_rivals()
        if not rivals:
            return self.with_context(skip_alternative_check=True).button_confirm()
        return {**question, "context": {**question["context"], "default_alternative_po_ids": rivals.ids}}

    def _ali1688_confirm_placed(self):
        placed = self.filtered(lambda order: order.state in ("draft", "sent"))
        res = super()._ali1688_confirm_placed()
        # the order stands at 1688, so nobody was asked; who reads the order shall know what else is open
        for order in placed:
            rivals = order._ali1688_get_rivals()
            if rivals:
                order.message_post(
                    body=self.env._(
                        "Placed on 1688 while these alternatives are open: %s. Cancel those that are no longer needed.",
                        ", ".join(rivals.mapped("name")),
                    )
                )
        return res

    def _ali1688_get_rivals(self):
        """Open requests that compete with these: their alternatives, but for shares of the same split."""
        waiting = self.alternative_po_ids.filtered(lambda order: order.state in ("draft", "sent", "to approve"))
        return waiting - self - self._ali1688_get_shares()

    # --- business: splitting

    def _ali1688_group(self):
        """The requests of one split are alternatives of each other, in the group of the first if it has one."""
        res = super()._ali1688_group()
        group = self.purchase_group_id[:1]
        if group:
            group.write({"order_ids": [Command.link(order.id) for order in self - group.order_ids]})
        else:
            group.create({"order_ids": [Command.set(self.ids)]})
        return res

    def _ali1688_ungroup(self):
        """A request that is alone again is no alternative."""
        res = super()._ali1688_ungroup()
        groups = self.purchase_group_id
        groups.filtered(lambda group: len(group.order_ids) <= 1).unlink()
        return res
