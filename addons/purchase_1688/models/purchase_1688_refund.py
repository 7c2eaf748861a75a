import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..lib import states
from .purchase_1688_order_prepare import exact
from .purchase_1688_order_sync import naive

_logger = logging.getLogger(__name__)

CRON_FOLLOW = "purchase_1688.ir_cron_purchase_1688_refund_follow"


class Purchase1688Refund(models.Model):
    """One claim for money back, from the wish to the money. Amounts are yuan, quantities 1688 units.

    How it is prepared and sent is in ``purchase_1688_refund_claim.py``.
    """

    _name = "purchase.1688.refund"
    _description = "1688 Claim"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _rec_names_search = ["name", "remote_id", "order_id.remote_id"]
    _mail_post_access = "read"

    name = fields.Char("Reference", required=True, copy=False, readonly=True)
    order_id = fields.Many2one("purchase.1688.order", "1688 order", required=True, ondelete="restrict", index=True)
    account_id = fields.Many2one(related="order_id.account_id", store=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="order_id.partner_id", store=True)
    currency_id = fields.Many2one(related="order_id.currency_id")
    user_id = fields.Many2one("res.users", "Owner", required=True, default=lambda self: self.env.user, index=True)
    state = fields.Selection(
        [
            ("draft", "To apply for"),
            ("requesting", "Being sent"),
            ("applied", "Seller has to answer"),
            ("rejected", "Rejected by the seller"),
            ("to_return", "Goods to send back"),
            ("returning", "Goods on their way back"),
            ("refunded", "Refunded"),
            ("closed", "Closed without refund"),
            ("refused", "Refused by 1688"),
            ("unknown", "Outcome unknown"),
        ],
        required=True,
        default="draft",
        index=True,
        tracking=True,
    )
    with_return = fields.Boolean("Send the goods back")
    goods_received = fields.Boolean("Goods were received")
    line_ids = fields.One2many("purchase.1688.refund.line", "refund_id", "Goods")
    reason_text = fields.Char("Reason given", help="In our own words; the fitting reason of 1688 is found by it.")
    reason_label = fields.Char("What is wrong", compute="_compute_reason_label")
    reasons = fields.Json("Reasons that 1688 offers", copy=False)
    reason_ref = fields.Char("Reason number", copy=False)
    reason_name = fields.Char("Reason at 1688", copy=False)
    needs_evidence = fields.Boolean(copy=False)
    description = fields.Char(size=150, help="What the seller reads; 2 to 150 characters.")
    evidence_ids = fields.Many2many("ir.attachment", help="Pictures; at most five are sent.")
    evidence_refs = fields.Json("Evidence at 1688", copy=False)
    goods_amount = fields.Monetary("Amount for the goods")
    freight_amount = fields.Monetary("Amount for freight")
    amount = fields.Monetary("Claimed", compute="_compute_amount", store=True)
    max_goods = fields.Monetary("At most for goods", copy=False)
    max_freight = fields.Monetary("At most for freight", copy=False)
    limits_at = fields.Datetime("Asked 1688 on", copy=False)
    auto_apply = fields.Boolean("Apply without asking again", copy=False)
    prepare_note = fields.Text(copy=False)
    prepare_after = fields.Datetime(copy=False)
    conflict_look_at = fields.Datetime(
        copy=False, help="When 1688 is read to find out which claim stands in the way of this one."
    )

    remote_id = fields.Char("1688 number", copy=False, readonly=True, index="btree_not_null")
    remote_status = fields.Char("Status at 1688", copy=False, readonly=True)
    remote_modified_at = fields.Datetime("Changed at 1688", copy=False, readonly=True)
    looked_at = fields.Datetime("Last look", copy=False)
    applied_at = fields.Datetime("Applied on", copy=False)
    answer_before = fields.Datetime("Next deadline", copy=False)
    reject_reason = fields.Char("Seller's words", copy=False)
    return_address = fields.Text("Send back to", copy=False)
    return_carrier_code = fields.Char("Return carrier", copy=False)
    return_bill_no = fields.Char("Return waybill", copy=False)
    refunded_amount = fields.Monetary("Refunded", copy=False)
    refunded_goods = fields.Monetary(
        "Refunded for the goods", copy=False, help="What came back without freight; nothing where 1688 does not say."
    )
    refunded_at = fields.Datetime("Refunded on", copy=False)
    move_id = fields.Many2one("account.move", "Credit note", copy=False, readonly=True, check_company=True)
    attempt_ids = fields.One2many(
        "purchase.1688.attempt", "res_id", "Calls", domain=[("res_model", "=", "purchase.1688.refund")], readonly=True
    )

    _remote_id_uniq = models.UniqueIndex(
        "(account_id, remote_id) WHERE remote_id IS NOT NULL", "This claim is already known."
    )

    @api.depends("reason_text")
    @api.depends_context("lang")
    def _compute_reason_label(self):
        """What was picked from our list is a key; what somebody wrote is what it is."""
        reasons = self.env["purchase.1688.refund.request"]._fields["reason_text"]
        labels = dict(reasons._description_selection(self.env))
        for refund in self:
            refund.reason_label = labels.get(refund.reason_text, refund.reason_text)

    @api.depends("goods_amount", "freight_amount")
    def _compute_amount(self):
        for refund in self:
            refund.amount = refund.goods_amount + refund.freight_amount

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"]
        for vals in vals_list:
            # numbering is the same for everybody and not the caller's to read
            vals.setdefault("name", sequence.sudo().next_by_code("purchase.1688.refund"))
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Claims are closed, not deleted: they are part of the history."))

    # --- actions

    def action_apply(self):
        """Send the claim to 1688."""
        for refund in self:
            refund._check_may_claim()
            # checked above; users may not write claims themselves
            refund.sudo()._apply_for()
        return True

    def action_edit(self):
        """Open the wizard that changes a claim before it is sent, or corrects a rejected one."""
        self.ensure_one()
        self._check_may_claim()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Claim"),
            "res_model": "purchase.1688.refund.request",
            "view_mode": "form",
            "target": "new",
            "context": {"default_refund_id": self.id, "default_order_id": self.order_id.id},
        }

    def action_refresh(self):
        """Read the claims at 1688 now."""
        self.check_access("read")
        # reading the platform changes figures that users may not write themselves
        self.sudo()._ask_refresh()
        return self.env["purchase.1688.order"]._notify_soon(self.env._("1688 is being asked."))

    def action_drop(self):
        """Close a claim that was not sent."""
        for refund in self:
            refund._check_may_claim()
            if refund.state not in ("draft", "refused"):
                raise UserError(self.env._("%s was sent. It ends at 1688.", refund.name))
            # checked above; users may not write claims themselves
            refund.sudo()._take_back()
            refund.sudo()._update_state("closed")
        self.env["purchase.1688.issue"]._close(self, ["claim", "claim_rejected", "unknown"])
        return True

    def action_view_order(self):
        """Open the order of this claim."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "purchase.1688.order",
            "res_id": self.order_id.id,
            "views": [(False, "form")],
        }

    # --- business: rights and states

    def _check_may_claim(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("purchase_1688.group_buyer"):
            raise AccessError(self.env._("Only a 1688 buyer may claim money back."))

    def _update_state(self, target, vals=None):
        """The only writer of ``state``. Returns the claims that really moved."""
        moved = self.filtered(lambda refund: states.allowed("refund", refund.state, target))
        for refund in (self - moved).filtered(lambda refund: refund.state != target):
            _logger.warning("1688 claim %s: no way from %s to %s", refund.name, refund.state, target)
        if moved:
            moved.write({**(vals or {}), "state": target})
        return moved

    def _open_issue(self, kind, message, **vals):
        self.ensure_one()
        return self.env["purchase.1688.issue"]._open(
            self, kind, **{"name": f"{self.name}: {message}", "amount": self.amount, **vals}
        )

    def _close_issues(self, *kinds):
        self.env["purchase.1688.issue"]._close(self, kinds)

    # --- business: following

    def _dispatch(self):
        """Have claims prepared and followed in the background; part of the caller's transaction."""
        if self:
            self.env["purchase.1688.order"]._trigger_cron(CRON_FOLLOW)

    def _ask_refresh(self):
        """Have the claims read in the background, now; part of the caller's transaction."""
        self.filtered("looked_at").looked_at = False
        self._dispatch()

    def _apply_snapshot(self, snapshot):
        """Bring the claim up to what ``snapshot`` says. Idempotent; an older snapshot changes nothing."""
        self.ensure_one()
        modified_at = naive(snapshot.modified_at)
        if self.remote_modified_at and modified_at and modified_at < self.remote_modified_at:
            return False
        vals = {
            "remote_status": snapshot.status,
            "remote_modified_at": modified_at or self.remote_modified_at,
            "looked_at": fields.Datetime.now(),
            "answer_before": naive(snapshot.answer_before),
            "reject_reason": snapshot.reject_reason or self.reject_reason,
            "applied_at": naive(snapshot.applied_at) or self.applied_at,
            "return_address": _address_text(snapshot.return_address) or self.return_address,
            "return_bill_no": snapshot.bill_no or self.return_bill_no,
        }
        self.write({name: value for name, value in vals.items() if self[name] != value})
        target = states.refund_target(self.state, snapshot.status)
        if target:
            self._follow(target, snapshot)
        self._after_snapshot(snapshot)
        return True

    def _follow(self, target, snapshot):
        moved = self._update_state(target)
        moved._close_issues("unknown", "claim", "claim_rejected", "claim_return")
        if not moved:
            return
        if target == "rejected":
            words = self.reject_reason or self.env._("no reason was given")
            self._open_issue("claim_rejected", self.env._("the seller rejected the claim: %s", words))
        elif target == "to_return":
            self._open_issue("claim_return", self.env._("the seller agreed; send the goods back and give the waybill."))
        elif target == "refunded":
            self._set_refunded(snapshot)
        elif target == "closed":
            self._open_issue("claim_closed", self.env._("the claim was closed without a refund."))
        self.order_id._ask_refresh()

    def _set_refunded(self, snapshot):
        told = [amount for amount in (snapshot.refunded, snapshot.refunded_freight) if amount is not None]
        amount = sum(told) if told else exact(self.amount)
        self.write(
            {
                "refunded_amount": float(amount),
                "refunded_goods": float(snapshot.refunded or 0),
                "refunded_at": naive(snapshot.completed_at) or fields.Datetime.now(),
            }
        )
        if snapshot.refunded is None:
            self._open_issue("claim_differs", self.env._("1688 does not say how much came back for the goods."))
        elif amount != exact(self.amount):
            step = {"action_name": self.env._("Claim the rest"), "action_method": "action_claim_rest"}
            self._open_issue(
                "claim_differs",
                self.env._(
                    "%(got)s came back, %(asked)s was claimed.", got=f"{amount:,.2f}", asked=f"{self.amount:,.2f}"
                ),
                **(step if self.rest_amount else {}),
            )
        self._book()

    def _covers_goods(self):
        """Whether the money for the goods of this claim came back, whatever was claimed for them; to the fen.

        By this claim or together with the others for the same goods.
        """
        self.ensure_one()
        paid = self._get_family().filtered(lambda claim: claim.state == "refunded")
        return self in paid and sum(exact(claim.refunded_goods) for claim in paid) >= self._get_cost()

    # --- hooks

    def _after_snapshot(self, snapshot):
        """Hook for what else follows from the news of a claim (returns, quarantine)."""


def _address_text(address):
    """A place in one text, or an empty one."""
    place = filter(None, (address.province, address.city, address.district, address.town, address.area, address.street))
    return "\n".join(filter(None, (" ".join(place), address.name, address.mobile or address.phone)))
