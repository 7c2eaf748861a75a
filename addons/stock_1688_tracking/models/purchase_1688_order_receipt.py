from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.purchase_1688.lib import states
from odoo.addons.purchase_1688.scheduled import work_off

LATE_AFTER = timedelta(days=3)
"""How long after the payment nothing shipped counts as late."""
ALARM_BEFORE = timedelta(days=2)
"""How long before 1688 releases the money by itself uninspected goods raise an alarm."""


class Purchase1688Order(models.Model):
    """From the inspection of the goods to the confirmation at 1688, or to the claim."""

    _inherit = "purchase.1688.order"

    inspection_state = fields.Selection(
        [
            ("none", "Not inspected"),
            ("partial", "Partly inspected"),
            ("claim", "Waits for the claim"),
            ("decide", "Buyer has to decide"),
            ("accepted", "All accepted"),
        ],
        string="Inspection",
        compute="_compute_inspection_state",
        store=True,
    )
    inspected_at = fields.Datetime("Last Inspection", copy=False, readonly=True)
    confirm_asked_at = fields.Datetime(
        copy=False,
        readonly=True,
        help="When the inspection had the receipt confirmed. Never a second time.",
    )
    auto_confirm_at = fields.Datetime(
        "Money Released On",
        compute="_compute_auto_confirm_at",
        help="When 1688 confirms the receipt by itself.",
    )

    @api.depends(
        "line_ids.accepted_qty",
        "line_ids.rejected_qty",
        "line_ids.is_live",
        "line_ids.product_qty",
        "line_ids.quantity",
        "line_ids.remote_amount",
        "line_ids.remote_qty",
        "refund_ids.state",
        "refund_ids.refunded_goods",
        "refund_ids.rest_of_id",
        "refund_ids.line_ids.quantity",
    )
    def _compute_inspection_state(self):
        for order in self:
            lines = order.line_ids.filtered("is_live")
            unsettled = lines.filtered(lambda line: not line._is_settled())
            if order._has_open_claim():
                order.inspection_state = "claim"
            elif lines and not unsettled:
                order.inspection_state = "accepted"
            elif any(line._is_disputed() for line in unsettled):
                order.inspection_state = "decide"
            else:
                order.inspection_state = "partial" if any(lines.mapped("accepted_qty")) else "none"

    @api.depends("shipped_at", "company_id.ali1688_auto_confirm_days")
    def _compute_auto_confirm_at(self):
        for order in self:
            days = order.company_id.ali1688_auto_confirm_days
            order.auto_confirm_at = order.shipped_at and days and order.shipped_at + timedelta(days=days)

    # --- actions

    def action_decide_receipt(self):
        """Ask the buyer why the receipt is confirmed though not all was accepted or paid back."""
        self.ensure_one()
        self._check_may("buy")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Confirm receipt at 1688"),
            "res_model": "purchase.1688.order.release",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    # --- business

    def _confirm_by_hand(self, reason):
        """Money for goods that are not in order is released by a person who says why."""
        for order in self:
            order._check_may_confirm()
            unsettled = order._get_unsettled_text()
            if unsettled and not reason:
                raise UserError(
                    self.env._(
                        "Not all of %(order)s was accepted or paid back: %(goods)s. Give a reason to confirm the "
                        "receipt all the same; it releases the money.",
                        order=order.name,
                        goods=unsettled,
                    )
                )
        # the dock does not ask once more
        self.confirm_asked_at = fields.Datetime.now()
        return super()._confirm_by_hand(reason)

    def _get_unsettled_text(self):
        """Return in words what was neither accepted nor paid back; empty when nothing is open."""
        self.ensure_one()
        return "; ".join(
            self.env._(
                "%(goods)s: %(open)g of %(due)g",
                goods=line.display_name,
                open=line._get_open_qty(),
                due=line._get_due_qty(),
            )
            for line in self.line_ids
            if line.is_live and not line._is_settled()
        )

    def _has_open_claim(self):
        self.ensure_one()
        return any(refund.state in states.REFUND_OPEN for refund in self.refund_ids)

    def _confirm_accepted(self):
        """Confirm the receipt at 1688 of the orders of which everything was accepted, or accepted
        and paid back.

        Called after each inspection, each snapshot and each end of a claim. The confirmation
        releases the money and cannot be undone: it waits for the last piece and for open claims,
        and is asked for once. What becomes of the asking is the business of the order; two who ask
        at the same time meet on ``confirm_asked_at``. Where the money does not cover the goods, the
        buyer is asked.
        """
        ended = self.filtered(lambda order: order.state in ("received", "done", "cancelled"))
        ended.union(self.filtered(lambda order: order.inspection_state == "accepted"))._close_issues("auto_confirm")
        undecided = (self - ended).filtered(lambda order: order.inspection_state == "decide")
        (self - undecided)._close_issues("receipt_open")
        for order in undecided.filtered(lambda order: order.state == "shipped"):
            order._ask_decision()
        for order in self:
            if order.state != "shipped" or order.inspection_state != "accepted" or order.confirm_asked_at:
                continue
            if any(order.line_ids.mapped("accepted_qty")):
                order._ask_confirmation()

    def _ask_confirmation(self):
        """Ask for the confirmation; what stands against it is a person's business, not the dock's."""
        try:
            with self.env.cr.savepoint():
                self.confirm_asked_at = fields.Datetime.now()
                self._confirm_receipt()
        except UserError as error:
            self._open_issue(
                "confirm_refused",
                self.env._("all was accepted, but the receipt could not be confirmed: %s", error),
            )

    def _ask_decision(self):
        """Put it before the buyer that the money does not cover the goods; only a person confirms then."""
        self._open_issue(
            "receipt_open",
            self.env._(
                "goods were rejected or claimed and not fully paid back. The receipt is not confirmed by itself."
            ),
            action_name=self.env._("Decide"),
            action_method="action_decide_receipt",
        )

    def _get_inspection_note(self):
        """Return in words what the order waits for, for the dock and the receipt."""
        self.ensure_one()
        if self.state in ("received", "done"):
            return self.env._("Receipt confirmed at 1688.")
        if self.inspection_state == "accepted":
            return self.env._("All accepted. The receipt is being confirmed at 1688.")
        if self.inspection_state == "claim":
            return self.env._(
                "Money is claimed back. Confirmed at 1688 when the claim has ended and paid for the goods."
            )
        if self.inspection_state == "decide":
            return self.env._("Goods were rejected or claimed and not fully paid back. The buyer decides.")
        if self.inspection_state == "partial":
            return self.env._("Confirmed at 1688 once the rest has arrived and was accepted.")
        return ""

    @api.model
    def _watch_deadlines(self, xmlid):
        """Raise the alarm for goods that nobody inspects or ships, each order by itself.

        Also completes what an inspection left open because the order was not yet known to be
        shipped.

        :param str xmlid: the scheduled action that this is part of
        """
        now = fields.Datetime.now()
        accepted = self.search([("state", "=", "shipped"), ("inspection_state", "=", "accepted")])
        work_off(self.env, xmlid, accepted, type(self)._confirm_accepted)
        for company in self.env["res.company"].search([("ali1688_auto_confirm_days", ">", 0)]):
            limit = now + ALARM_BEFORE - timedelta(days=company.ali1688_auto_confirm_days)
            orders = self.search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "shipped"),
                    ("shipped_at", "<=", limit),
                    ("inspection_state", "!=", "accepted"),
                ]
            )
            work_off(self.env, xmlid, orders, type(self)._warn_of_release)
        late = self.search([("state", "=", "paid"), ("paid_at", "<=", now - LATE_AFTER), ("parcel_ids", "=", False)])
        work_off(self.env, xmlid, late, type(self)._warn_of_late_seller)
        issues = self.env["purchase.1688.issue"].search(
            [("kind", "=", "late_to_ship"), ("state", "=", "open"), ("res_model", "=", self._name)]
        )
        settled = self.browse(issues.mapped("res_id")) - late
        work_off(self.env, xmlid, [settled], lambda orders: issues._close(orders, "late_to_ship"))

    def _warn_of_release(self):
        self._open_issue(
            "auto_confirm",
            self.env._("1688 releases the money of %s soon, and the goods are not all inspected", self.remote_id),
            deadline=self.auto_confirm_at,
        )

    def _warn_of_late_seller(self):
        self._open_issue("late_to_ship", self.env._("paid days ago, and the seller has not shipped."))
