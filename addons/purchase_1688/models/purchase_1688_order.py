import hashlib
import logging
import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime

from ..lib import states

_logger = logging.getLogger(__name__)

STATE_LABELS = [
    ("draft", "Checking"),
    ("prepared", "To confirm"),
    ("approved", "Approved"),
    ("placing", "Placing"),
    ("placed", "Placed"),
    ("verified", "Verified"),
    ("paying", "Paying"),
    ("paid", "Paid"),
    ("shipped", "Shipped"),
    ("received", "Received"),
    ("done", "Done"),
    ("blocked", "Needs a person"),
    ("unknown", "Outcome unknown"),
    ("cancelled", "Cancelled"),
]


class Purchase1688Order(models.Model):
    """One order at 1688, from the first check of its content to the goods or the money back.

    Amounts are yuan. Nobody writes these records over RPC: they are born and moved by methods that check
    who asks. The rest of the model is in the files ``purchase_1688_order_*.py`` beside this one.
    """

    _name = "purchase.1688.order"
    _description = "1688 Order"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _rec_names_search = ["name", "remote_id", "out_order_id"]
    _mail_post_access = "read"

    name = fields.Char("Reference", required=True, copy=False, readonly=True, index=True)
    account_id = fields.Many2one(
        "purchase.1688.account", required=True, check_company=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Seller", required=True, check_company=True, ondelete="restrict", index=True
    )
    user_id = fields.Many2one("res.users", "Prepared by", required=True, index=True, default=lambda self: self.env.user)
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.ref("base.CNY"), ondelete="restrict"
    )
    state = fields.Selection(STATE_LABELS, required=True, default="draft", index=True, tracking=True)
    block_code = fields.Char("Reason code", copy=False, readonly=True)
    block_message = fields.Text("Reason", copy=False, readonly=True)

    out_order_id = fields.Char("Our number at 1688", copy=False, readonly=True)
    remote_id = fields.Char("1688 number", copy=False, readonly=True, index="btree_not_null", tracking=True)
    remote_status = fields.Char("Status at 1688", copy=False, readonly=True)
    remote_modified_at = fields.Datetime("Changed at 1688", copy=False, readonly=True)
    looked_at = fields.Datetime("Last look", copy=False, readonly=True)
    close_reason = fields.Char(copy=False, readonly=True)
    closed_at = fields.Datetime("Closed at 1688 on", copy=False, readonly=True)
    split_from_id = fields.Many2one(
        "purchase.1688.order",
        "Split from",
        copy=False,
        readonly=True,
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    split_ids = fields.One2many("purchase.1688.order", "split_from_id", "Split into", readonly=True)
    split_family = fields.Boolean("Split by 1688", compute="_compute_split_family")

    line_ids = fields.One2many("purchase.1688.order.line", "order_id", "Lines", copy=False)
    line_count = fields.Integer("SKUs", compute="_compute_line_figures")
    purchase_ids = fields.Many2many(
        "purchase.order",
        "purchase_1688_order_purchase_order_rel",
        "ali1688_order_id",
        "purchase_id",
        string="Purchase orders",
        compute="_compute_purchase_ids",
        store=True,
    )
    purchase_count = fields.Integer(compute="_compute_line_figures")
    purchase_names = fields.Char("Ordered for", compute="_compute_line_figures")
    has_difference = fields.Boolean("Differs from what was approved", compute="_compute_line_figures")

    quote_freight = fields.Monetary("Freight quoted")
    quote_discount = fields.Monetary(
        "Promotions quoted", help="What promotions take off; 1688 knows of them by itself."
    )
    quote_total = fields.Monetary(
        "Quoted",
        compute="_compute_quote_total",
        store=True,
        help="What 1688 should ask. It does not know of an agreed discount: the seller gives it before the payment.",
    )
    total = fields.Monetary(
        "Amount",
        compute="_compute_total",
        store=True,
        help="What is at stake: placed, else approved, checked or quoted.",
    )
    preview_goods = fields.Monetary("Goods checked", copy=False)
    preview_freight = fields.Monetary("Freight checked", copy=False)
    preview_total = fields.Monetary("Checked", copy=False, help="What 1688 says the order costs, freight included.")
    preview_at = fields.Datetime("Checked on", copy=False)
    preview_parts = fields.Integer("Orders that 1688 will make", copy=False)
    flow = fields.Char(copy=False)
    trade_type = fields.Char(copy=False)
    changes_accepted_by_id = fields.Many2one("res.users", "Changes accepted by", copy=False)
    approved_total = fields.Monetary("Approved", copy=False)
    approved_digest = fields.Char(copy=False)
    approval_requested_by_id = fields.Many2one("res.users", "Approval asked by", copy=False)
    approval_requested_at = fields.Datetime("Approval asked on", copy=False)
    allow_partial = fields.Boolean(
        "Keep the rest if some goods fail",
        copy=False,
        help="Part of what is approved. Without it, an order of which 1688 left out goods stops before payment.",
    )
    pay_after = fields.Boolean("Ask for payment once verified", default=True, copy=False)
    placed_total = fields.Monetary("Placed", copy=False)
    placed_freight = fields.Monetary("Freight placed", copy=False)
    placed_at = fields.Datetime("Placed on", copy=False)
    shipped_at = fields.Datetime("Shipped on", copy=False)
    received_at = fields.Datetime("Received on", copy=False, help="When the receipt was confirmed at 1688.")
    pay_before = fields.Datetime("To be paid before", copy=False)
    verified_at = fields.Datetime("Verified on", copy=False)
    verified_total = fields.Monetary("Verified", copy=False, help="What may be paid; the seller cannot raise it later.")
    paid_total = fields.Monetary("Paid", copy=False)
    paid_at = fields.Datetime("Paid on", copy=False)
    refunded_total = fields.Monetary("Refunded", copy=False)

    address_partner_id = fields.Many2one(
        "res.partner", "Ship to", required=True, check_company=True, ondelete="restrict"
    )
    address_data = fields.Json("Address as sent", copy=False)
    address_text = fields.Text("Address", compute="_compute_address_text")
    remote_data = fields.Json("Order at 1688", copy=False)
    message = fields.Text("Message to the seller", copy=False)

    attempt_ids = fields.One2many(
        "purchase.1688.attempt", "res_id", "Calls", domain=[("res_model", "=", "purchase.1688.order")], readonly=True
    )
    approval_ids = fields.One2many(
        "purchase.1688.approval",
        "res_id",
        "Approvals",
        domain=[("res_model", "=", "purchase.1688.order")],
        readonly=True,
    )
    payment_line_ids = fields.One2many("purchase.1688.payment.line", "order_id", "Payment lines", readonly=True)
    payment_ids = fields.Many2many("purchase.1688.payment", string="Payments", compute="_compute_payment_ids")
    payment_count = fields.Integer(compute="_compute_payment_ids")
    refund_ids = fields.One2many("purchase.1688.refund", "order_id", "Claims", readonly=True)
    refund_count = fields.Integer(compute="_compute_refund_count")
    issue_ids = fields.One2many(
        "purchase.1688.issue", "res_id", "To do", domain=[("res_model", "=", "purchase.1688.order")], readonly=True
    )
    banner_kind = fields.Selection(
        [("info", "Information"), ("warning", "Warning"), ("danger", "Danger")], compute="_compute_banner"
    )
    banner = fields.Text(compute="_compute_banner")
    over_limit = fields.Boolean("Over the limit", compute="_compute_over_limit")

    _out_order_id_uniq = models.UniqueIndex("(out_order_id)", "This number was already given to another order.")
    _remote_id_uniq = models.UniqueIndex(
        "(account_id, remote_id) WHERE remote_id IS NOT NULL", "This 1688 order is already known."
    )

    # --- computes

    @api.depends("line_ids.purchase_line_id.order_id")
    def _compute_purchase_ids(self):
        for order in self:
            order.purchase_ids = order.line_ids.purchase_line_id.order_id

    @api.depends("line_ids.difference", "purchase_ids")
    def _compute_line_figures(self):
        for order in self:
            order.line_count = len(order.line_ids)
            order.purchase_count = len(order.purchase_ids)
            order.purchase_names = ", ".join(order.purchase_ids.mapped("name"))
            order.has_difference = any(order.line_ids.mapped("difference"))

    @api.depends("line_ids.quantity", "line_ids.unit_price", "line_ids.failed_code", "quote_freight", "quote_discount")
    def _compute_quote_total(self):
        for order in self:
            lines = order.line_ids.filtered(lambda line: not line.failed_code)
            order.quote_total = sum(lines.mapped("amount")) + order.quote_freight - order.quote_discount

    @api.depends("placed_total", "approved_total", "preview_total", "quote_total")
    def _compute_total(self):
        for order in self:
            order.total = order.placed_total or order.approved_total or order.preview_total or order.quote_total

    @api.depends("split_from_id", "split_ids")
    def _compute_split_family(self):
        for order in self:
            order.split_family = bool(order.split_from_id or order.split_ids)

    @api.depends("payment_line_ids.payment_id")
    def _compute_payment_ids(self):
        for order in self:
            order.payment_ids = order.payment_line_ids.payment_id
            order.payment_count = len(order.payment_ids)

    @api.depends("refund_ids")
    def _compute_refund_count(self):
        for order in self:
            order.refund_count = len(order.refund_ids)

    @api.depends("address_data", "address_partner_id")
    def _compute_address_text(self):
        for order in self:
            data = order.address_data
            if not data:
                order.address_text = order.address_partner_id.contact_address
                continue
            place = (data.get(key) for key in ("province", "city", "district", "town", "street"))
            who = (data.get(key) for key in ("name", "mobile", "phone"))
            order.address_text = f"{' '.join(filter(None, place))}\n{' '.join(filter(None, who))}"

    @api.depends("total", "company_id.ali1688_approval_limit")
    def _compute_over_limit(self):
        for order in self:
            order.over_limit = order._is_over_limit(order.total)

    @api.depends("state", "block_code", "block_message", "looked_at", "approval_requested_at", "remote_status")
    def _compute_banner(self):
        for order in self:
            order.banner_kind, order.banner = order._get_banner()

    # --- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"]
        vals_list = [dict(vals) for vals in vals_list]  # the caller's own stay as they are
        for vals in vals_list:
            # numbering is the same for everybody and not the caller's to read
            vals.setdefault("name", sequence.sudo().next_by_code("purchase.1688.order"))
            if "out_order_id" not in vals:
                # a database that was set back gives the same name again, but never the same number
                vals["out_order_id"] = f"{self._get_reference_prefix()}{vals['name']}-{secrets.token_hex(3)}"
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if any(order.remote_id or order.attempt_ids for order in self):
            raise UserError(self.env._("An order that was sent to 1688 is kept. Cancel it instead."))

    # --- actions

    def action_open_at_1688(self):
        """Open the order's page at 1688 (for the person who is logged in there)."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self._get_remote_url(), "target": "new"}

    def action_refresh(self):
        """Read the orders at 1688 now."""
        self._check_may("read")
        # reading the platform changes figures that users may not write themselves
        orders_sudo = self.sudo().filtered("remote_id")
        orders_sudo._ask_refresh()
        return self._notify_soon(self.env._("1688 is being asked; the page will show what it says."))

    def action_check_again(self):
        """Ask 1688 for the preview again."""
        self.check_again(self.ids)
        return self._notify_soon(self.env._("1688 is being asked; the page will show what it says."))

    def action_request_payment(self):
        """Ask an approver for the payment of verified orders."""
        self._check_may("buy")
        # the right was checked; users may not write payments themselves
        payments = self.sudo()._request_payment()
        if not payments:
            raise UserError(self.env._("None of these orders waits for a payment."))
        action = self.env["ir.actions.actions"]._for_xml_id("purchase_1688.purchase_1688_payment_action")
        action.update(domain=[("id", "in", payments.ids)], context={})
        if len(payments) == 1:
            action.update(views=[(False, "form")], res_id=payments.id)
        return action

    def action_claim(self):
        """Open the wizard that claims money back."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("purchase_1688.purchase_1688_refund_request_action")
        return {**action, "context": {"default_order_id": self.id}}

    def action_cancel(self):
        """Open the wizard that cancels."""
        action = self.env["ir.actions.actions"]._for_xml_id("purchase_1688.purchase_1688_order_cancel_action")
        return {**action, "context": {"active_model": self._name, "active_ids": self.ids}}

    def action_view_purchases(self):
        """Open the purchase orders that this order is for."""
        self.ensure_one()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Purchase orders"),
            "res_model": "purchase.order",
            "view_mode": "list,form",
            "domain": [("id", "in", self.purchase_ids.ids)],
        }
        if len(self.purchase_ids) == 1:
            action.update(view_mode="form", res_id=self.purchase_ids.id)
        return action

    def action_view_payments(self):
        """Open the payments that hold this order."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("purchase_1688.purchase_1688_payment_action")
        action.update(domain=[("line_ids.order_id", "=", self.id)], context={})
        if len(self.payment_ids) == 1:
            action.update(views=[(False, "form")], res_id=self.payment_ids.id)
        return action

    def action_view_refunds(self):
        """List the claims of this order."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("purchase_1688.purchase_1688_refund_action")
        return {**action, "domain": [("order_id", "=", self.id)], "context": {}}

    def action_view_family(self):
        """List all orders that 1688 made of what was one order here."""
        self.ensure_one()
        root = self.split_from_id or self
        action = self.env["ir.actions.actions"]._for_xml_id("purchase_1688.purchase_1688_order_action")
        return {**action, "domain": [("id", "in", (root | root.split_ids).ids)], "context": {}}

    def action_view_attempts(self):
        """List the calls that were made for this order."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("purchase_1688.purchase_1688_attempt_action")
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        return {**action, "domain": domain, "context": {}}

    # --- business: rights, states, blocks

    def _check_may(self, what):
        """Raise unless the user may ``what`` ("read", "buy", "approve") these orders; record rules included."""
        self.check_access("read")
        groups = {
            "read": "purchase_1688.group_buyer,purchase_1688.group_approver,purchase_1688.group_manager",
            "buy": "purchase_1688.group_buyer",
            "approve": "purchase_1688.group_approver",
        }
        if not self.env.su and not self.env.user.has_groups(groups[what]):
            raise AccessError(
                {
                    "read": self.env._("Only people who buy on 1688 may do this."),
                    "buy": self.env._("Only a 1688 buyer may do this."),
                    "approve": self.env._("Only a 1688 approver may do this."),
                }[what]
            )

    def _update_state(self, target, vals=None):
        """The only writer of ``state``.

        :param str target: the state to go to.
        :param dict vals: what else changes with it.
        :return: the orders that really moved; being there already is not a move.
        """
        moved = self.filtered(lambda order: states.allowed("order", order.state, target))
        for order in (self - moved).filtered(lambda order: order.state != target):
            _logger.warning("1688 order %s: no way from %s to %s", order.name, order.state, target)
        if moved:
            moved.write({**(vals or {}), "state": target})
        return moved

    def _block(self, code, message, kind="blocked", **issue_vals):
        """Stop the orders before money, say why, and put it in front of a person."""
        for order in self:
            order._update_state("blocked", {"block_code": code, "block_message": message})
            if order.state == "blocked":
                order.write({"block_code": code, "block_message": message})
            order._open_issue(kind, message, **issue_vals)

    def _open_issue(self, kind, message, **vals):
        self.ensure_one()
        return self.env["purchase.1688.issue"]._open(
            self,
            kind,
            **{"name": f"{self.name}: {message}", "amount": self.total, "user_id": self.user_id.id, **vals},
        )

    def _close_issues(self, *kinds):
        self.env["purchase.1688.issue"]._close(self, kinds)

    def _is_over_limit(self, amount):
        """Whether an order of ``amount`` yuan needs a second person in its company (limit 0: always)."""
        return self.currency_id.compare_amounts(amount, self.company_id.ali1688_approval_limit) > 0

    def _notify_soon(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # --- business: names

    @api.model
    def _get_reference_prefix(self):
        """What every number of ours at 1688 starts with in this database.

        Two databases never share it, so an order made by a copy or by another system is told apart.
        """
        # the database's identity is not a secret, but users may not read parameters
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return f"o{hashlib.sha256(uuid.encode()).hexdigest()[:12]}-"

    def _get_remote_url(self):
        self.ensure_one()
        return f"https://trade.1688.com/order/new_step_order_detail.htm?orderId={self.remote_id}"

    def _get_banner(self):
        """What a person should know now: (kind, sentence), or (False, False) when all is well."""
        self.ensure_one()
        if self.state == "unknown":
            return "danger", self.env._(
                "1688 did not answer. We are checking whether it happened; do not order or pay again by other ways. "
                "Last look: %s.",
                format_datetime(self.env, self.looked_at) if self.looked_at else self.env._("not yet"),
            )
        if self.state == "blocked":
            return "warning", self.block_message or self.env._("Somebody has to look at this order.")
        if self.state == "prepared" and self.approval_requested_at:
            return "info", self.env._(
                "%(amount)s is over the limit. A second person has to approve it; %(user)s asked for it.",
                amount=self.currency_id.format(self.total),
                user=self.approval_requested_by_id.name,
            )
        if self.state in ("placing", "paying"):
            return "info", self.env._("1688 is being called. This page may be left.")
        if self.state == "draft" and self.block_message:
            return "info", self.block_message
        if self.state == "cancelled" and self.close_reason:
            return "info", self.env._("This order is closed. %s", self.close_reason)
        return False, False

    # --- hooks for the warehouse

    def _open_claim(self, counts, reason_text, description, evidence=None, goods_received=True, **options):
        """Open a claim for goods of this order; see ``purchase.1688.refund._open_claim``."""
        self.ensure_one()
        return self.env["purchase.1688.refund"]._open_claim(
            self, counts, reason_text, description, evidence, goods_received, **options
        )
