from odoo import fields, models
from odoo.exceptions import UserError


class Purchase1688Order(models.Model):
    """Accepting: a person takes an order as it is at 1688 instead of as it was approved."""

    _inherit = "purchase.1688.order"

    remote_digest = fields.Char(
        compute="_compute_remote_digest", help="Fingerprint of the order at 1688: who accepts it says that he saw this."
    )

    def _compute_remote_digest(self):
        for order in self:
            order.remote_digest = order._get_pay_digest() if order.remote_data else False

    # --- actions

    def action_accept_difference(self):
        """Approve the order as it is at 1688, and as the person saw it: its `remote_digest` comes in the context as
        `ali1688_seen_digest`.
        """
        self.ensure_one()
        self._check_may("read")
        self._accept_difference(self.env.user)
        return True

    # --- business

    def _accept_difference(self, user):
        """Over the limit it must be somebody else than the preparer.

        What is accepted becomes what is approved; another seller or receiver cannot be accepted.
        """
        self.ensure_one()
        if self.state != "blocked" or not self.remote_data:
            raise UserError(self.env._("%s does not wait for a decision about a difference.", self.name))
        if self.env.context.get("ali1688_seen_digest") != self.remote_digest:
            raise UserError(self.env._("%s changed since you looked at it. Look at it again.", self.name))
        if self._get_payee_differences() or self._get_receiver_differences():
            raise UserError(self.env._("Another seller or receiver cannot be accepted. Cancel the order."))
        order_sudo = self.sudo()  # the approval below checks the user's right; users may not write orders
        order_sudo._take_over_remote()
        self.env["purchase.1688.approval"]._grant(self, "place", note=self.env._("as it is at 1688"))
        order_sudo._update_state("placed", {"block_code": False, "block_message": False})
        order_sudo.message_post(
            body=self.env._(
                "%(user)s accepted the order as it is at 1688: %(amount)s.",
                user=user.name,
                amount=f"{self.placed_total:,.2f} {self.currency_id.name}",
            )
        )
        order_sudo._verify()

    def _take_over_remote(self):
        """Make what 1688 has the content that is approved, and what the purchase orders say."""
        self.ensure_one()
        for lines in self.line_ids.grouped(lambda line: line._get_key()).values():
            if any(lines.mapped("difference")):
                lines._take_over_remote()
        self.line_ids._set_requests()
        root = self.split_from_id or self
        root.approved_total = sum((self | self._get_parts()).mapped("placed_total"))
        self.write(
            {
                "preview_total": self.placed_total,
                "preview_freight": self.placed_freight,
                "allow_partial": self.allow_partial or bool(self.line_ids.filtered("failed_code")),
            }
        )
