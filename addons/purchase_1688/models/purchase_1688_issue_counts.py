from odoo import api, models
from odoo.fields import Domain

#: menu item -> method that counts what waits there for the present user
COUNTED = {
    "purchase_1688.purchase_1688_todo_menu": "_count_todo",
    "purchase_1688.purchase_1688_comparison_menu": "_count_answers",
    "purchase_1688.purchase_1688_order_confirm_menu": "_count_to_confirm",
    "purchase_1688.purchase_1688_payment_menu": "_count_to_pay",
}
ROLES = "purchase_1688.group_buyer,purchase_1688.group_approver,purchase_1688.group_manager,purchase_1688.group_admin"


class Purchase1688Issue(models.Model):
    """What waits for a person, as numbers beside the menu items."""

    _inherit = "purchase.1688.issue"

    @api.model
    @api.readonly
    def get_menu_counts(self):
        """How much waits for the present user, per menu item.

        :return: {xmlid of the menu item: number}; {} for who has no role at 1688
        """
        if not self.env.user.has_groups(ROLES):
            return {}
        return {menu: getattr(self, method)() for menu, method in self._get_counted().items()}

    @api.model
    def _get_counted(self):
        """Hook: further menu items with a number."""
        return dict(COUNTED)

    @api.model
    def _count_todo(self):
        mine = Domain("user_id", "in", (self.env.uid, False))
        return self.search_count(Domain("state", "=", "open") & mine)

    @api.model
    def _count_answers(self):
        domain = [("state", "=", "done"), ("user_id", "=", self.env.uid)]
        return self.env["purchase.1688.comparison"].search_count(domain)

    @api.model
    def _count_to_confirm(self):
        """Orders that wait for this user: his own, and those over the limit where he is the second person."""
        orders = self.env["purchase.1688.order"]
        user = self.env.user
        domain = Domain.FALSE
        if user.has_group("purchase_1688.group_buyer"):
            domain |= Domain("user_id", "=", user.id) & Domain("approval_requested_by_id", "=", False)
        if user.has_group("purchase_1688.group_approver"):
            asked = Domain("approval_requested_by_id", "not in", (False, user.id))
            domain |= asked & Domain("user_id", "!=", user.id)
        return orders.search_count(Domain("state", "=", "prepared") & domain)

    @api.model
    def _count_to_pay(self):
        if not self.env.user.has_group("purchase_1688.group_approver"):
            return 0
        domain = [("state", "=", "requested"), ("user_id", "!=", self.env.uid)]
        return self.env["purchase.1688.payment"].search_count(domain)
