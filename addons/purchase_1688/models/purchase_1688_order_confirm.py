from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..lib import states

# States that a run passes through after the person pressed the button, and where it ends for the screen.
RUNNING = ("approved", "placing", "placed")


class Purchase1688Order(models.Model):
    """Confirming: one or two hundred orders in one screen, and the permission that it leaves behind."""

    _inherit = "purchase.1688.order"

    # --- actions

    def action_confirm_screen(self):
        """Open the confirm screen on these orders."""
        action = self.env["ir.actions.actions"]._for_xml_id("purchase_1688.purchase_1688_order_confirm_action")
        return {**action, "context": {"ali1688_order_ids": self.ids}, "params": {"order_ids": self.ids}}

    @api.model
    def get_confirm_board(self, order_ids=None):
        """All that the confirm screen shows, as plain data.

        :param list order_ids: the orders to show; without it, all that wait for the user's confirmation.
        :return: ``{"orders": [...], "user": {...}, "currency": ...}``; amounts in yuan as numbers, ids as numbers.
        """
        orders = self.browse(order_ids or []).exists()._filtered_access("read")
        orders |= self._get_family(orders)
        if order_ids is None:
            orders = self.search(self._get_confirm_domain(), limit=200)
        orders._check_may("read")
        currency = self.env.ref("base.CNY")
        user = self.env.user
        return {
            "orders": [
                order._prepare_board_row() for order in orders.sorted(lambda o: (o.partner_id.name or "", o.id))
            ],
            "user": {
                "can_buy": user.has_group("purchase_1688.group_buyer"),
                "can_approve": user.has_group("purchase_1688.group_approver"),
            },
            "currency": {"name": currency.name, "symbol": currency.symbol},
        }

    @api.model
    def confirm_orders(self, confirmations, pay_after=True):
        """Give the permission to place orders, for exactly what the person saw.

        :param list confirmations: ``[{"id": order id, "digest": digest seen, "total": yuan seen}]``
        :param bool pay_after: ask for the payment's approval as soon as an order is verified.
        :return: ``{"placed": [ids], "asked": [ids], "refused": [{"id":, "reason":}]}``. *asked*: over the
            user's limit, now waiting for a second person.
        """
        result = {"placed": [], "asked": [], "refused": []}
        seen = {entry["id"]: entry for entry in confirmations}
        orders = self.browse(seen).exists()
        orders._check_may("read")
        # the rights were checked on the line above, and each order's content is checked below; users may not
        # write orders themselves
        locked_sudo = orders.sudo().try_lock_for_update()
        for order_sudo in orders.sudo():
            if order_sudo not in locked_sudo:
                reason = self.env._("Somebody else is working on this order right now.")
            else:
                reason = order_sudo._get_confirm_refusal(seen[order_sudo.id])
            if reason:
                result["refused"].append({"id": order_sudo.id, "reason": reason})
                continue
            order_sudo.pay_after = pay_after
            result["placed" if order_sudo._confirm_as_user(self.env.user) else "asked"].append(order_sudo.id)
        return result

    @api.model
    def accept_changes(self, order_id, digest):
        """Accept what changed between the quote and 1688's own figures, as the person saw it."""
        order = self.browse(order_id).exists()
        order._check_may("buy")
        # checked above; users may not write orders themselves
        order_sudo = order.sudo()
        if order_sudo.state != "prepared" or order_sudo._get_digest() != digest:
            raise UserError(self.env._("This order changed in the meantime. Look at it again."))
        order_sudo._accept_preview(self.env.user)
        return order._prepare_board_row()

    @api.model
    def accept_all_changes(self, seen):
        """The same for many orders at once.

        :param list seen: ``[{"id": order id, "digest": digest seen}]``
        :return: the rows of the orders, as :meth:`get_confirm_board` gives them
        """
        return [self.accept_changes(entry["id"], entry["digest"]) for entry in seen]

    @api.model
    def drop_orders(self, order_ids):
        """Take orders that were not sent out of the way; their purchase order lines are free again."""
        orders = self.browse(order_ids).exists()
        orders._check_may("buy")
        # checked above; users may not write orders themselves
        return orders.sudo()._drop().ids

    @api.model
    def set_message(self, order_id, message):
        """Set the message to the seller (at most 500 characters) of an order that was not sent."""
        order = self.browse(order_id).exists()
        order._check_may("buy")
        message = (message or "").strip()
        if len(message) > 500:
            raise UserError(
                self.env._("A message to the seller may have 500 characters, this one has %s.", len(message))
            )
        # checked above; users may not write orders themselves
        order_sudo = order.sudo()
        if order_sudo.state not in states.ORDER_EDITABLE or order_sudo.remote_id:
            raise UserError(self.env._("This order was sent or approved already; its content stands."))
        order_sudo.message = message
        return order._prepare_board_row()

    @api.model
    def set_allow_partial(self, order_ids, value):
        """Say before approval whether the rest of an order may go on when 1688 leaves goods out."""
        orders = self.browse(order_ids).exists()
        orders._check_may("buy")
        # checked above; users may not write orders themselves
        orders.sudo().filtered(lambda order: order.state == "prepared").allow_partial = bool(value)
        return [order._prepare_board_row() for order in orders]

    @api.model
    def check_again(self, order_ids):
        """Ask 1688 for the preview of these orders again."""
        orders = self.browse(order_ids).exists()
        orders._check_may("buy")
        # checked above; users may not write orders themselves
        orders_sudo = orders.sudo().filtered(lambda order: order.state in states.ORDER_EDITABLE and not order.remote_id)
        orders_sudo._reset_to_draft()
        return orders_sudo.ids

    # --- business: the permission

    def _get_confirm_refusal(self, seen):
        """Why an order may not be confirmed as it was seen, or None."""
        self.ensure_one()
        if self.state != "prepared":
            label = dict(self._fields["state"]._description_selection(self.env))[self.state]
            return self.env._("It is not waiting for a confirmation (%s).", label)
        if seen.get("digest") != self._get_digest():
            return self.env._("Its content changed since you looked at it.")
        if self.currency_id.compare_amounts(float(seen.get("total") or 0), self.preview_total):
            return self.env._("Its amount changed since you looked at it.")
        if self._is_dearer() and not self.changes_accepted_by_id:
            return self.env._("It became dearer since the quote. Accept the change or drop it.")
        return self._get_stale_refusal()

    def _get_stale_refusal(self):
        """Why a preview cannot be relied on any more, or None."""
        changed = self._get_request_refusal()
        if changed:
            return changed
        if self.preview_at and self.preview_at > fields.Datetime.now() - timedelta(hours=24):
            return None
        return self.env._("1688's figures are more than a day old. Check again.")

    def _confirm_as_user(self, user):
        """Approve and send, or ask a second person. Returns whether it was approved."""
        self.ensure_one()
        approver = user.has_group("purchase_1688.group_approver")
        if self.over_limit and not (approver and user not in (self.user_id | self.approval_requested_by_id)):
            self._ask_second_person(user)
            return False
        if not self.over_limit and not (approver or user.has_group("purchase_1688.group_buyer")):
            raise UserError(self.env._("You may look at orders, but not confirm them."))
        self._approve(user)
        return True

    def _ask_second_person(self, user):
        self.ensure_one()
        if not user.has_groups("purchase_1688.group_buyer,purchase_1688.group_approver"):
            raise UserError(self.env._("You may look at orders, but not confirm them."))
        if not self.approval_requested_by_id:
            self.write({"approval_requested_by_id": user.id, "approval_requested_at": fields.Datetime.now()})
        self._open_issue(
            "approval",
            self.env._("%(name)s: %(amount)s is over the limit and needs a second person.", **self._get_words()),
            user_id=False,
        )

    def _approve(self, user):
        """Leave the append-only permission and the one call that it permits, in one transaction."""
        self.ensure_one()
        self.account_id._check_may_spend()
        self.write({"approved_total": self.preview_total, "approved_digest": self._get_digest()})
        approval = self.env["purchase.1688.approval"].with_user(user)._grant(self.with_user(user), "place")
        self._update_state("approved")
        self._close_issues("approval", "blocked")
        self._prepare_create_attempt(approval)

    def _get_words(self):
        """Name, seller and amount for sentences."""
        self.ensure_one()
        return {
            "name": self.name,
            "seller": self.partner_id.display_name,
            "amount": f"{self.total:,.2f} {self.currency_id.name}",
        }

    def _drop(self):
        """Cancel orders that were never sent. Returns those that were dropped."""
        dropped = self.filtered(lambda order: order._can_drop())
        moved = dropped._update_state("cancelled", {"close_reason": self.env._("dropped before it was sent")})
        moved._close_issues("approval", "blocked", "changed")
        return moved

    def _can_drop(self):
        """Whether nothing of this order was sent, nor is about to be."""
        self.ensure_one()
        return not self.remote_id and self.state in states.ORDER_EDITABLE

    def _reset_to_draft(self):
        """Back to the check at 1688; whatever was accepted or asked for is void."""
        void = {
            "changes_accepted_by_id": False,
            "approval_requested_by_id": False,
            "approval_requested_at": False,
            "approved_total": 0,
            "approved_digest": False,
            "block_code": False,
            "block_message": False,
        }
        reset = self._update_state("draft", void)
        reset._close_issues("approval", "blocked", "changed")
        (reset | self.filtered(lambda order: order.state == "draft"))._dispatch_prepare()
        return reset

    # --- business: the board

    @api.model
    def _get_confirm_domain(self):
        """What waits for the user on the confirm screen, and what of his is running."""
        recent = fields.Datetime.now() - timedelta(hours=12)
        mine = Domain("user_id", "=", self.env.uid)
        waiting = Domain("state", "in", ("draft", "prepared"))
        stopped = Domain("state", "=", "blocked") & Domain("remote_id", "=", False)
        running = Domain("state", "in", ("approved", "placing", "unknown"))
        fresh = Domain("state", "in", ("placed", "verified")) & Domain("placed_at", ">=", recent) & mine
        domain = waiting | stopped | running | fresh
        if not self.env.user.has_groups("purchase_1688.group_approver,purchase_1688.group_manager"):
            return domain & mine
        return domain

    @api.model
    def _get_family(self, orders):
        """The orders that 1688 made out of these by splitting."""
        return self.search([("split_from_id", "in", orders.ids)]) if orders else self.browse()

    def _prepare_board_row(self):
        self.ensure_one()
        changes = self._get_changes()
        return {
            "id": self.id,
            "name": self.name,
            "seller": self.partner_id.display_name,
            "seller_id": self.partner_id.id,
            "purchases": [{"id": po.id, "name": po.name} for po in self.purchase_ids],
            "lines": [line._prepare_board_line() for line in self.line_ids],
            "state": self.state,
            "state_label": dict(self._fields["state"]._description_selection(self.env))[self.state],
            "quote_total": self.quote_total,
            "total": self.total,
            "freight": self.placed_freight if self.remote_id else self.preview_freight,
            "parts": self.preview_parts,
            "changes": changes,
            "dearer": self._is_dearer(),
            "changes_accepted": bool(self.changes_accepted_by_id),
            "address": self.address_partner_id.display_name,
            "address_text": self.address_text or "",
            "message": self.message or "",
            "allow_partial": self.allow_partial,
            "over_limit": self.over_limit,
            "own": self.env.user in (self.user_id | self.approval_requested_by_id),
            "asked_by": self.approval_requested_by_id.name or "",
            "digest": self._get_digest(),
            "stale": (self._get_stale_refusal() or "") if self.state == "prepared" else "",
            "reason": self.block_message or "",
            "code": self.block_code or "",
            "remote_id": self.remote_id or "",
            "remote_url": self._get_remote_url() if self.remote_id else "",
            "payment": self.payment_ids[:1].display_name or "",
        }

    def _get_changes(self):
        """What 1688's preview says otherwise than the quote: a list of plain dicts with yuan amounts."""
        self.ensure_one()
        if not self.preview_at:
            return []
        changes = [change for line in self.line_ids for change in line._get_changes()]
        difference = self.currency_id.round(self.preview_freight - self.quote_freight)
        if difference:
            changes.append(
                {
                    "kind": "freight",
                    "line_id": False,
                    "label": self.env._("freight"),
                    "before": self.quote_freight,
                    "after": self.preview_freight,
                    "difference": difference,
                }
            )
        rest = self.currency_id.round(
            self.preview_total - self.quote_total - sum(change["difference"] for change in changes)
        )
        if rest:
            changes.append(
                {
                    "kind": "discount" if rest < 0 else "fee",
                    "line_id": False,
                    "label": self.env._("discount") if rest < 0 else self.env._("other charges"),
                    "before": 0,
                    "after": rest,
                    "difference": rest,
                }
            )
        return changes

    def _is_dearer(self):
        """Whether any amount is above its quote: a person has to accept that. What went down is good news."""
        return any(change["difference"] > 0 for change in self._get_changes())

    def _accept_preview(self, user):
        """A person agrees to 1688's figures; what was quoted stays beside them."""
        self.ensure_one()
        self.changes_accepted_by_id = user
        self._close_issues("changed")
        self.message_post(
            body=self.env._(
                "%(user)s accepted the change since the quote; it now costs %(amount)s.",
                user=user.name,
                amount=f"{self.preview_total:,.2f} {self.currency_id.name}",
            )
        )
