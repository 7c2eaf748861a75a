import hashlib
import json
import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import split_every

from ..lib import errors, states, values
from ..scheduled import work_off
from ..transaction import has_writes, own_transaction
from .purchase_1688_messages import in_owner_language
from .purchase_1688_order_prepare import exact
from .purchase_1688_payment_line import TO_PAY

_logger = logging.getLogger(__name__)

# A cashier link takes 100 orders, 30 where cross-border payment is involved: the smaller one always works.
ORDERS_PER_LINK = 30
LINK_BATCH = 20
CRON_LINKS = "purchase_1688.ir_cron_purchase_1688_payment_link"


class Purchase1688Payment(models.Model):
    """One wish to pay for one or many verified orders, and what became of it. Amounts are yuan.

    A verified order is held by at most one live payment; its approval covers exactly these orders and amounts.
    """

    _name = "purchase.1688.payment"
    _description = "1688 Payment"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char("Reference", required=True, copy=False, readonly=True)
    account_id = fields.Many2one("purchase.1688.account", required=True, check_company=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, default=lambda self: self.env.ref("base.CNY"))
    user_id = fields.Many2one("res.users", "Asked by", required=True, default=lambda self: self.env.user, index=True)
    approver_id = fields.Many2one("res.users", "Approved by", copy=False)
    state = fields.Selection(
        [
            ("requested", "To approve"),
            ("approved", "Approved"),
            ("paying", "Paying"),
            ("partial", "Partly paid"),
            ("paid", "Paid"),
            ("refused", "Refused"),
            ("unknown", "Outcome unknown"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="requested",
        index=True,
        tracking=True,
    )
    router = fields.Selection(
        [("protocol", "Without password"), ("cashier", "Cashier page")],
        required=True,
        default="protocol",
        help="Without password: 1688 debits by agreement. Cashier page: a person pays in the browser.",
    )
    line_ids = fields.One2many("purchase.1688.payment.line", "payment_id", "Orders")
    order_ids = fields.Many2many("purchase.1688.order", string="1688 orders", compute="_compute_figures")
    order_count = fields.Integer(compute="_compute_figures")
    seller_names = fields.Char("Sellers", compute="_compute_figures")
    amount = fields.Monetary(compute="_compute_amount", store=True)
    paid_amount = fields.Monetary("Paid", compute="_compute_amount", store=True)
    paid_at = fields.Datetime("Paid on", copy=False)
    pay_url = fields.Char("Cashier link", copy=False, groups="purchase_1688.group_approver")
    pay_url_at = fields.Datetime(copy=False)
    note = fields.Text(copy=False)
    digest = fields.Char(compute="_compute_digest")
    can_approve = fields.Boolean(compute="_compute_can_approve")
    can_retry = fields.Boolean(compute="_compute_can_retry")
    approval_ids = fields.Many2many("purchase.1688.approval", string="Approvals", compute="_compute_figures")

    # --- computes

    @api.depends("line_ids.order_id")
    def _compute_figures(self):
        for payment in self:
            payment.order_ids = payment.line_ids.order_id
            payment.approval_ids = payment.line_ids.order_id.approval_ids.filtered(lambda it: it.kind == "pay")
            payment.order_count = len(payment.line_ids)
            payment.seller_names = ", ".join(dict.fromkeys(payment.line_ids.order_id.partner_id.mapped("name")))

    @api.depends("line_ids.amount", "line_ids.paid_amount", "line_ids.state")
    def _compute_amount(self):
        for payment in self:
            payment.amount = sum(payment.line_ids.mapped("amount"))
            payment.paid_amount = sum(payment.line_ids.mapped("paid_amount"))

    @api.depends("line_ids.order_id", "line_ids.amount")
    def _compute_digest(self):
        for payment in self:
            payment.digest = payment._get_digest()

    @api.depends("state", "line_ids.order_id.user_id")
    @api.depends_context("uid")
    def _compute_can_approve(self):
        for payment in self:
            payment.can_approve = payment.state == "requested" and not payment._get_approve_refusal(self.env.user)

    @api.depends("state", "line_ids.state")
    def _compute_can_retry(self):
        for payment in self:
            payment.can_retry = payment.state != "unknown" and "refused" in payment.line_ids.mapped("state")

    # --- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"]
        for vals in vals_list:
            # numbering is the same for everybody and not the caller's to read
            vals.setdefault("name", sequence.sudo().next_by_code("purchase.1688.payment"))
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Payments are cancelled, not deleted: they are part of the history."))

    # --- actions

    def action_approve(self):
        """Approve and pay without password what the person sees (its fingerprint comes in the context)."""
        return self._approve_as_user("protocol")

    def action_approve_cashier(self):
        """Approve, and get the link of the cashier page where a person pays."""
        return self._approve_as_user("cashier")

    def action_open_cashier(self):
        """Open 1688's cashier page; only what was approved is on it, as it is at 1688 in this moment."""
        self.ensure_one()
        self._check_is_approver()
        self._check_has_link()
        if has_writes(self.env.cr):
            raise RuntimeError("the orders are read at 1688 before anything is written")
        # checked above; users may write neither payments nor orders themselves
        self.account_id.sudo()._check_may_spend()
        answers = self.sudo()._get_to_pay().order_id._read_at_gateway(background=False)
        with own_transaction(self.env, repeatable=True) as env:  # what was read stays, whether it opens or not
            url, reasons = self.with_env(env).sudo()._open_cashier(answers)
        if reasons:
            raise UserError("\n".join(reasons))
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

    def action_retry(self):
        """Approve and pay again what was refused."""
        self.ensure_one()
        self._check_is_approver()
        refusal = self._get_approve_refusal(self.env.user)
        if refusal:
            raise UserError(refusal)
        # checked above; users may not write payments themselves
        payment_sudo = self.sudo()
        refused_sudo = payment_sudo.line_ids.filtered(lambda line: line.state == "refused")
        if not refused_sudo:
            raise UserError(self.env._("Nothing of %s was refused.", self.name))
        payment_sudo._check_lines_payable(refused_sudo)
        refused_sudo._set_waiting()
        refused_sudo._close_order_issues()
        payment_sudo._dispatch_payment(refused_sudo)
        return True

    def action_cancel(self):
        """Take back a wish to pay, as far as nothing was sent."""
        for payment in self:
            payment._check_is_payer_or_asker()
            # checked above; users may not write payments themselves
            payment.sudo()._cancel()
        return True

    def action_view_orders(self):
        """List the orders of this payment."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("purchase_1688.purchase_1688_order_action")
        return {**action, "domain": [("id", "in", self.line_ids.order_id.ids)], "context": {}}

    # --- business: rights

    def _check_is_approver(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("purchase_1688.group_approver"):
            raise AccessError(self.env._("Only a 1688 approver may pay."))

    def _check_is_payer_or_asker(self):
        self.check_access("read")
        if self.env.user != self.user_id:
            self._check_is_approver()

    def _get_approve_refusal(self, user):
        """Why ``user`` may not approve this payment, or None."""
        self.ensure_one()
        if not user.has_group("purchase_1688.group_approver"):
            return self.env._("Only a 1688 approver may approve a payment.")
        if user in self._get_counted().order_id.user_id | self.user_id:
            return self.env._("Who prepared an order does not approve its payment. Somebody else has to.")
        return None

    # --- business: the permission

    def _get_counted(self):
        """The lines that are still to be paid, or were."""
        return self.line_ids.filtered(lambda line: line.state != "released")

    def _get_to_pay(self):
        """The lines that are still to be paid by the approval that they have, or wait for."""
        return self.line_ids.filtered(lambda line: line.state in TO_PAY)

    def _get_content(self):
        """Exactly what a permission to pay covers, as JSON-able data.

        Orders that were taken out after the approval stay in it: taking out allows nothing new.
        """
        self.ensure_one()
        return {
            "payment": self.name,
            "account": self.account_id.id,
            "orders": sorted(
                [
                    line.order_id.id,
                    line.order_id.remote_id or "",
                    line.order_id.partner_id.ali1688_member_id or line.order_id.partner_id.ali1688_open_id or "",
                    values.to_fen(exact(line.amount)),
                ]
                for line in self.line_ids
            ),
        }

    def _get_digest(self):
        """Fingerprint of :meth:`_get_content`."""
        return hashlib.sha256(json.dumps(self._get_content(), sort_keys=True).encode()).hexdigest()

    def _approve_as_user(self, router):
        for payment in self:
            payment._check_is_approver()
            # checked above and below; users may not write payments themselves
            payment_sudo = payment.sudo()
            payment_sudo.lock_for_update()
            payment_sudo._check_seen(self.env.context)
            refusal = payment_sudo._get_approve_refusal(self.env.user)
            if refusal:
                raise UserError(refusal)
            payment_sudo._approve(self.env.user, router)
        return self.env["purchase.1688.order"]._notify_soon(self.env._("The payment goes out now."))

    def _check_seen(self, context):
        """The person must have seen what is approved now; a list or a call from outside passes it as well."""
        self.ensure_one()
        if self.state != "requested":
            raise UserError(self.env._("%s does not wait for an approval.", self.name))
        seen = context.get("ali1688_seen_digest")
        seen = seen.get(str(self.id)) if isinstance(seen, dict) else seen
        if seen != self._get_digest():
            raise UserError(self.env._("%s changed since you looked at it. Look at it again.", self.name))

    def _approve(self, user, router):
        self.ensure_one()
        lines = self._get_to_pay()
        self._check_lines_payable(lines)
        self._update_state("approved", {"approver_id": user.id, "router": router, "note": False})
        self._sync_state()  # some of it may be paid already
        self._dispatch_payment(lines)

    def _ask_again(self):
        """The approval does not hold any more: what is not paid yet waits for a new one."""
        self.ensure_one()
        self.line_ids._get_free()._set_waiting()._close_order_issues()
        self._update_state("requested", {"approver_id": False, "pay_url": False, "pay_url_at": False})
        self._open_approval_issue()

    def _check_lines_payable(self, lines):
        """Only what was read back and verified, for exactly its verified amount."""
        self.account_id._check_may_spend()
        for line in lines:
            order = line.order_id
            if order.state != "verified" or self.currency_id.compare_amounts(order.verified_total, line.amount):
                raise UserError(self.env._("%s is not verified for this amount any more.", order.name))

    def _dispatch_payment(self, lines):
        """Leave the permission of the present user for each order, and send it on its way.

        One attempt per order without password, or one cashier link for all.
        """
        approvals = self.env["purchase.1688.approval"]
        for line in lines:
            approval = approvals._grant(line.order_id, "pay")
            if self.router == "protocol":
                line.order_id._prepare_pay_attempt(line, approval)
        self._void_link()

    def _cancel(self):
        self.ensure_one()
        free = self.line_ids._get_free()
        if (self._get_counted() - free).filtered(lambda line: line.state != "paid"):
            raise UserError(self.env._("%s is being paid. Wait until its outcome is known.", self.name))
        if self.line_ids.order_id.attempt_ids._get_open("pay"):
            raise UserError(self.env._("%s is on its way to 1688.", self.name))
        free._set_state("released")
        self._sync_state()

    # --- business: states

    def _update_state(self, target, vals=None):
        """The only writer of ``state``. Returns the payments that really moved."""
        moved = self.filtered(lambda payment: states.allowed("payment", payment.state, target))
        for payment in (self - moved).filtered(lambda payment: payment.state != target):
            _logger.warning("1688 payment %s: no way from %s to %s", payment.name, payment.state, target)
        waited = moved.filtered(lambda payment: payment.state == "requested")
        if moved:
            moved.write({**(vals or {}), "state": target})
        if waited:
            self.env["purchase.1688.issue"]._close(waited, ["payment_approval"])
        return moved

    def _sync_state(self):
        """Bring the state in line with the lines."""
        for payment in self:
            target = states.payment_target(payment.state, set(payment._get_counted().mapped("state")))
            if target:
                vals = {"paid_at": fields.Datetime.now()} if target == "paid" else {}
                payment._update_state(target, vals)

    # --- business: asking

    @api.model
    def _request(self, orders):
        """Ask for the payment of verified orders; what waits for approval of the same buyer grows instead.

        No payment has more orders than one page of the cashier takes.
        """
        payments = self.browse()
        for (account, user), group in orders.grouped(lambda order: (order.account_id, order.user_id)).items():
            waiting = [("state", "=", "requested"), ("account_id", "=", account.id), ("user_id", "=", user.id)]
            payment = self.search(waiting, limit=1)
            for part in split_every(ORDERS_PER_LINK, group.ids, orders.browse):
                if not payment or len(payment.line_ids) + len(part) > ORDERS_PER_LINK:
                    vals = {"account_id": account.id, "company_id": account.company_id.id, "user_id": user.id}
                    payment = self.create(vals)
                payment._add(part)
                payments |= payment
        return payments

    def _add(self, orders):
        self.env["purchase.1688.payment.line"].create(
            [{"payment_id": self.id, "order_id": order.id, "amount": order.verified_total} for order in orders]
        )
        self._open_approval_issue()

    def _open_approval_issue(self):
        self.ensure_one()
        lines = self._get_to_pay()
        amount = sum(lines.mapped("amount"))
        self.env["purchase.1688.issue"]._open(
            self,
            "payment_approval",
            name=self.env._(
                "%(name)s: %(amount)s for %(count)s orders waits for approval",
                name=self.name,
                amount=f"{amount:,.2f} {self.currency_id.name}",
                count=len(lines),
            ),
            amount=amount,
            user_id=False,
        )

    # --- business: the cashier

    def _void_link(self):
        """The cashier page is not the right one any more; another one is fetched for what is left to pay."""
        payments = self.filtered(lambda payment: payment.router == "cashier")
        if payments:
            # written also where it is empty: a link that is being fetched meanwhile meets this write
            payments.write({"pay_url": False, "pay_url_at": False})
            self.env["purchase.1688.order"]._trigger_cron(CRON_LINKS)

    def _check_has_link(self):
        if self.state not in ("approved", "paying", "partial") or not self.pay_url:
            raise UserError(self.env._("There is no cashier page for this payment now."))

    def _open_cashier(self, answers):
        """Take in what 1688 said just now, and open the page if all on it is still as it was approved.

        :param answers: see ``_read_at_gateway`` of the orders; what it could not read is not opened
        :return: (address, why it is not opened: sentences)
        """
        self.lock_for_update()
        self._check_has_link()
        lines, url = self._get_to_pay(), self.pay_url
        for order, snapshot in answers:
            in_owner_language(order.with_env(self.env))._apply_snapshot(snapshot)
        reasons = self._check_page(lines)
        if not reasons:
            lines._set_calling()
        return url, reasons

    def _check_page(self, lines):
        """Why ``lines`` must not stand on a cashier page together now, as sentences.

        Where it is only the approval that does not hold any more, the payment goes back to wait for a new one.
        """
        hindered = {line: line._get_hindrance() for line in lines}
        lapsed = {line: line._get_lapse() for line in lines if not hindered[line]}
        reasons = [
            f"{line.order_id.name}: {reason}"
            for found in (hindered, lapsed)
            for line, reason in found.items()
            if reason
        ]
        if any(lapsed.values()):
            self._ask_again()
            reasons.append(self.env._("%s waits for approval again.", self.name))
        return reasons

    @api.model
    def _get_link_domain(self):
        """Payments that need a cashier link."""
        return [
            ("state", "in", ("approved", "paying", "partial")),
            ("router", "=", "cashier"),
            ("pay_url", "=", False),
            ("line_ids.state", "in", TO_PAY),
        ]

    @api.model
    def _cron_pay_links(self):
        """Fetch the cashier links of approved payments; a link by itself moves no money."""
        due = self._get_link_domain()
        todo = self.search(due, limit=LINK_BATCH, order="write_date, id")  # what failed goes to the end
        work_off(self.env, CRON_LINKS, todo, type(self)._fetch_pay_link, due=due, failed=type(self)._set_without_link)

    def _set_without_link(self, _error):
        self.note = self.env._("The cashier link could not be fetched; it will be tried again.")

    def _fetch_pay_link(self):
        """Fetch the link for exactly what is still to be paid, once all of it was read and is as it was approved."""
        self.ensure_one()
        progress = self.env["ir.cron"]._commit_progress
        self.account_id._check_may_spend()
        progress()  # no transaction stays open while the network is asked
        self._get_to_pay().order_id._refresh(background=False)
        lines = self._get_to_pay()
        reasons = self._check_page(lines)
        if reasons or not lines:
            self.note = "\n".join(reasons)
            return
        remote_ids = tuple(lines.order_id.mapped("remote_id"))
        progress()
        try:
            link = self.account_id._call("payment.pay_link", order_ids=remote_ids, purpose="pay_link", record=self)
        except errors.Refused as error:
            lines._set_refused(error.message or error.code)
            return
        except errors.GatewayError as error:
            self.note = self.env._("1688 gave no cashier link: %s", error.message)
            return
        if self._get_to_pay() == lines and self.filtered_domain(self._get_link_domain()):
            self._take_link(link, lines)

    def _take_link(self, link, lines):
        """Keep a link that was fetched for ``lines``."""
        failed = lines.filtered(lambda line: line.order_id.remote_id in link.failed_order_ids)
        failed._set_refused(self.env._("1688 does not take it on this cashier page."))
        if lines - failed:
            self.write({"pay_url": link.url, "pay_url_at": fields.Datetime.now(), "note": False})
