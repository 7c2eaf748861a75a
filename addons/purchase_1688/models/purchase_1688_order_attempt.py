import hashlib
import json
import logging
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ..lib import errors, states, values
from .purchase_1688_messages import explain
from .purchase_1688_order_prepare import exact

_logger = logging.getLogger(__name__)

# A look this young is good enough to pay by.
FRESH = timedelta(minutes=2)
CANCEL_AGAIN = timedelta(seconds=12)


class Purchase1688Order(models.Model):
    """The calls that spend or commit: placing, paying, cancelling, confirming receipt.

    Everything here runs through ``purchase.1688.attempt``; the hooks are called by it. What may be sent is
    decided at the moment of sending from the approval record, never from a state.
    """

    _inherit = "purchase.1688.order"

    # --- actions

    def action_confirm_receipt(self, reason=None):
        """Tell 1688 that all goods were received; this releases the money to the seller.

        :param str reason: why it is confirmed; wanted where not all goods are known to be in order, and kept
        """
        self._check_may("buy")
        # checked above; attempts are written by methods only
        self.sudo()._confirm_by_hand((reason or "").strip())
        return self._notify_soon(self.env._("1688 is being told that the goods were received."))

    # --- business: asking for a call

    def _prepare_attempt(self, kind, stored, amount=0.0, approval=None):
        """One call for this order; a second one of the same kind cannot be under way at the same time."""
        self.ensure_one()
        # all attempts count, also those that the user may not see
        number = len(self.sudo().attempt_ids.filtered(lambda attempt: attempt.kind == kind)) + 1
        # what 1688 split off has no number of ours
        key = f"{self.out_order_id or self.remote_id}/{self.id}/{kind}/{number}"
        return self.env["purchase.1688.attempt"]._prepare(
            self, kind, stored, amount=amount, approval=approval, key=key
        )

    def _prepare_create_attempt(self, approval):
        self.ensure_one()
        stored = self._build_create_call()
        return self._prepare_attempt("create", stored, amount=self.approved_total, approval=approval)

    def _build_create_call(self):
        return self.account_id._build(
            "trade.create_order", request=self._prepare_request(), api=self.account_id.order_api
        )

    def _prepare_pay_attempt(self, line, approval):
        self.ensure_one()
        stored = self.account_id._build(
            "payment.pay",
            order_id=self.remote_id,
            amount=exact(line.amount),
            request_id=f"{self.out_order_id}-{line.id}",
        )
        return self._prepare_attempt("pay", stored, amount=line.amount, approval=approval)

    def _cancel_at_1688(self, reason, remark=""):
        """Ask 1688 to close unpaid orders.

        :param str reason: see ``trade.cancel`` in ``lib/endpoints/trade.py``
        """
        for order in self:
            if not order._can_cancel():
                raise UserError(order._get_cancel_refusal())
            text = order.env._("The order is being cancelled.")
            order.payment_line_ids._release(text)
            for attempt in order.attempt_ids.filtered(lambda it: it.kind == "pay" and it.state == "ready"):
                if not attempt._stop_unsent_here(text):
                    raise UserError(order.env._("%s is being paid. Wait until its outcome is known.", order.name))
            stored = order.account_id._build(
                "trade.cancel", order_id=order.remote_id, reason=reason, remark=remark or ""
            )
            order._prepare_attempt("cancel", stored)

    def _can_cancel(self):
        self.ensure_one()
        return bool(self.remote_id) and self.state in ("placed", "verified", "blocked")

    def _get_cancel_refusal(self):
        """In words, why this order cannot be cancelled at 1688."""
        if self.state in ("paid", "shipped", "received", "done"):
            return self.env._("%s is paid. Money comes back by a claim, not by cancelling.", self.name)
        if self.state in ("placing", "paying", "unknown", "approved"):
            return self.env._("%s is being worked on at 1688. Wait until its outcome is known.", self.name)
        if self.state == "cancelled":
            return self.env._("%s is cancelled already.", self.name)
        return self.env._("%s is not at 1688; drop it instead.", self.name)

    def _confirm_by_hand(self, reason):
        """Confirm receipt because a person says so; a reason is kept with the order."""
        for order in self.filtered(lambda order: reason):
            order.message_post(body=order.env._("Receipt confirmed by hand: %s", reason))
        return self._confirm_receipt()

    def _confirm_receipt(self):
        """Confirm receipt of all goods at 1688. Cannot be undone: it releases the money.

        :return: the attempts
        """
        attempts = self.env["purchase.1688.attempt"]
        for order in self:
            refs = sorted(set(order.line_ids.filtered("remote_entry_id").mapped("remote_entry_id")))
            if not refs:
                raise UserError(order.env._("1688 has no line of %s that could be confirmed.", order.name))
            order._check_may_confirm()
            stored = order.account_id._build("receipt.confirm", order_id=order.remote_id, entry_ids=tuple(refs))
            attempts |= order._prepare_attempt("confirm", stored, amount=order.paid_total)
        return attempts

    # --- hooks of purchase.1688.approval

    def _approval_values(self, kind):
        """What a permission to place or pay this order would cover now."""
        self.ensure_one()
        return {
            "amount": self.preview_total if kind == "place" else self.verified_total,
            "payee": self._get_payee(),
            "address_digest": _fingerprint([self.address_data, self._get_address_vals(self.address_partner_id)]),
            "digest": self._get_digest() if kind == "place" else self._get_pay_digest(),
            "prepared_by": self.user_id,
        }

    def _get_pay_digest(self):
        """Fingerprint of what is paid for: the order as it was read back at 1688."""
        self.ensure_one()
        content = {
            "account": self.account_id.id,
            "order": self.remote_id,
            "payee": self._get_payee(),
            "total_fen": values.to_fen(exact(self.placed_total)),
            "lines": sorted(
                [line["offer_id"], line["spec_id"], line["quantity"], line["amount"]]
                for line in (self.remote_data or {}).get("lines", ())
            ),
        }
        return _fingerprint(content)

    def _get_payee(self):
        return (
            self.partner_id.ali1688_member_id
            or self.partner_id.ali1688_open_id
            or self.partner_id.ali1688_login_id
            or ""
        )

    # --- hooks of purchase.1688.attempt

    def _attempt_check(self, attempt):
        """Raise UserError unless exactly this call may be sent now; its approval was checked before."""
        self.ensure_one()
        getattr(self, f"_attempt_check_{attempt.kind}")(attempt)

    def _attempt_check_create(self, attempt):
        if self.remote_id or self.state not in self._get_start_states(attempt, "approved"):
            raise UserError(self.env._("%s is not approved, or was placed already.", self.name))
        if self.currency_id.compare_amounts(self.preview_total, self.approved_total):
            raise UserError(self.env._("The amount of %s is not the approved one.", self.name))
        if self._build_create_call() != json.loads(attempt.request):
            raise UserError(self.env._("%s is not any more what was approved.", self.name))
        self._check_purchase_not_cancelled()

    def _attempt_check_pay(self, attempt):
        line = self.payment_line_ids.filtered("is_live")
        if len(line) != 1 or self.state not in self._get_start_states(attempt, "verified"):
            raise UserError(self.env._("%s is not verified and approved for payment.", self.name))
        for amount in (self.verified_total, self.placed_total, attempt.amount):
            if self.currency_id.compare_amounts(amount, line.amount):
                raise UserError(self.env._("%s costs otherwise than was approved for payment.", self.name))
        if self.remote_status not in states.ORDER_UNPAID:
            raise UserError(self.env._("%s does not wait for payment at 1688 any more.", self.name))
        if not self.looked_at or self.looked_at < fields.Datetime.now() - FRESH:
            raise UserError(self.env._("%s was not read right before paying; nothing was paid.", self.name))
        self._check_purchase_not_cancelled()

    def _get_start_states(self, attempt, state):
        """States from which a call may start: a person may have it sent again once its outcome was unknown."""
        return (state, "unknown") if attempt.looks or attempt.tries > 1 else (state,)

    def _attempt_before(self, attempt):
        """Read the order once more right before paying; no transaction is open yet.

        Raises GatewayError when it cannot be read: nothing is paid blindly.
        """
        if attempt.kind != "pay":
            return
        snapshot = self.account_id._call("trade.order", order_id=self.remote_id, purpose="before_pay", record=self)
        self._apply_snapshot(snapshot)

    def _attempt_check_cancel(self, _attempt):
        if not self._can_cancel():
            raise UserError(self._get_cancel_refusal())

    def _attempt_check_confirm(self, _attempt):
        self._check_may_confirm()

    def _check_may_confirm(self):
        """Raise UserError unless the receipt may be confirmed now."""
        self.ensure_one()
        if self.state != "shipped":
            raise UserError(self.env._("%s is not on its way or was confirmed already.", self.name))
        if self.refund_ids.filtered(lambda refund: refund.state in states.REFUND_OPEN):
            raise UserError(self.env._("%s has an open claim; confirming now would release the money.", self.name))

    def _attempt_claimed(self, attempt):
        """The call is about to be made."""
        if attempt.kind == "create":
            self._update_state("placing")
        elif attempt.kind == "pay":
            self._update_state("paying")
            self.payment_line_ids.filtered("is_live")._set_calling()

    def _attempt_apply(self, attempt, value):
        """The platform said yes. Idempotent."""
        self.ensure_one()
        if attempt.kind == "create":
            self._apply_created(value)
        elif attempt.kind == "pay":
            self.payment_line_ids.filtered("is_live").channel = value.channel
        elif attempt.kind == "cancel":
            self._update_state("cancelled", {"close_reason": self.env._("cancelled by us")})
            self._close_issues("blocked", "price_changed", "verify", "unknown", "second_order")
        elif attempt.kind == "confirm":
            # at once, not when it is read again: until then a second press would confirm a second time
            self._update_state("received", {"received_at": fields.Datetime.now()})
            self._close_issues("confirm_refused")
        self._ask_refresh()

    def _apply_created(self, created):
        failed = {(cargo.offer_id, cargo.spec_id or ""): cargo for cargo in created.failed}
        for line in self.line_ids:
            cargo = failed.get(line._get_key())
            if cargo:
                message = explain(self.env, cargo.code, "trade.create_order", cargo.message).sentence
                line.write({"failed_code": cargo.code or "failed", "block_code": cargo.code, "block_message": message})
        if not created.parts:
            self._block_for_code("trade.create_order", created.code, created.message)
            return
        self._adopt(created.order_ids)

    def _adopt(self, remote_ids):
        """Take in the orders that 1688 made for this one: the first is this record, others stand beside it."""
        self.ensure_one()
        known = self | self.split_ids
        for remote_id in remote_ids:
            if remote_id in known.mapped("remote_id"):
                continue
            if not self.remote_id:
                self.remote_id = remote_id
                self._update_state("placed", {"placed_at": fields.Datetime.now(), "looked_at": False})
                self._close_issues("unknown", "blocked")
            else:
                known |= self._create_sibling(remote_id)
        if self.remote_id and self.state in ("placing", "unknown"):
            # known already when the answer came again: nothing but the state was missing
            self._update_state("placed")
        known._dispatch_refresh()

    def _create_sibling(self, remote_id):
        """A further order that 1688 made out of this one; its lines come over when it is read."""
        self.ensure_one()
        sibling = self.create(
            {
                "name": f"{self.name}-{len(self.split_ids) + 2}",
                "out_order_id": False,
                "split_from_id": self.id,
                "remote_id": remote_id,
                "account_id": self.account_id.id,
                "company_id": self.company_id.id,
                "partner_id": self.partner_id.id,
                "user_id": self.user_id.id,
                "address_partner_id": self.address_partner_id.id,
                "address_data": self.address_data,
                "message": self.message,
                "allow_partial": self.allow_partial,
                "pay_after": self.pay_after,
                "approved_digest": self.approved_digest,
                "placed_at": fields.Datetime.now(),
                "state": "placed",
            }
        )
        return sibling

    def _attempt_refused(self, attempt, error):
        """The platform, or our own check right before sending, said no; nothing happened."""
        self.ensure_one()
        code, message = error.code, error.message
        if code in ("not_permitted", "given_up"):
            # our own words, or those of the person who decided, say it best
            code = ""
        if attempt.kind == "create":
            self._block_for_code("trade.create_order", code, message)
        elif attempt.kind == "pay":
            self._refuse_payment(code, message)
        elif attempt.kind == "cancel":
            if code == "CLOSE_ORDER_TOO_FAST":
                self._cancel_later(attempt)
                return
            self._open_issue("cancel_refused", self._describe("trade.cancel", code, message).sentence)
        else:
            self._open_issue("confirm_refused", self._describe("receipt.confirm", code, message).sentence)

    def _cancel_later(self, attempt):
        """1688 does not close an order in its first ten seconds: the same again, a little later."""
        attempt.flush_recordset()  # its end has to be in the database before the next one begins
        again = self._prepare_attempt("cancel", json.loads(attempt.request))
        again.next_look_at = fields.Datetime.now() + CANCEL_AGAIN
        again.user_id = attempt.user_id

    def _refuse_payment(self, code, message):
        """Nothing was paid. An order that left the payment meanwhile has its own issue already."""
        if self.state in ("paying", "unknown"):
            self._update_state("verified")
        # an order that was paid in another way before ours went out has nothing to complain of
        line = self.payment_line_ids.filtered(lambda line: line.is_live and line.state != "paid")
        if line:
            about = self._describe("payment.pay", code, message)
            line._set_refused(about.sentence)
            self._open_issue("pay_refused", about.sentence, description=about.step)

    def _attempt_not_sent(self, attempt, _error):
        """Surely not sent: back to where the call started from."""
        if attempt.kind == "create":
            self._update_state("approved")
        elif attempt.kind == "pay":
            self._update_state("verified")
            self.payment_line_ids.filtered("is_live")._set_waiting()

    def _attempt_unknown(self, attempt):
        """Nobody knows whether it happened: stop everything, and say so."""
        if attempt.kind in ("create", "pay"):
            self._update_state("unknown")
            self.payment_line_ids.filtered("is_live")._set_unknown()

    def _attempt_reconcile(self, attempt):
        """Find out by reading what became of a call.

        :return: 'done' (it happened, and was applied), 'refused' (it did not, and never will), 'absent' (not there
            at this look), None (could not read, or not understood)
        """
        self.ensure_one()
        try:
            if attempt.kind == "create":
                return self._reconcile_create(attempt)
            snapshot = self.account_id._call("trade.order", order_id=self.remote_id, purpose="reconcile", record=self)
        except errors.GatewayError as error:
            _logger.info("1688 order %s: reading for reconciliation failed: %s", self.name, error)
            return None
        if snapshot.status not in states.ORDER_REMOTE:
            # kept as received; a word that we do not know proves neither
            self._apply_snapshot(snapshot)
            return None
        return getattr(self, f"_reconcile_{attempt.kind}")(snapshot)

    def _attempt_describe_refusal(self, _attempt):
        """Why a call did not happen and never will, in words, where `_attempt_reconcile` says so: of payments only."""
        return self.env._("1688 closed the order; nothing was paid.")

    def _reconcile_create(self, attempt):
        """Look for our number on the buyer's order list; adopt all that is found under it."""
        page = self.account_id._call(
            "trade.orders", query=values.OrderQuery(out_order_id=self.out_order_id), purpose="reconcile", record=self
        )
        self.looked_at = fields.Datetime.now()
        # a gateway that ignores the filter must not make us adopt somebody else's order
        found = [row.order_id for row in page.rows if row.order_id and row.out_order_id == self.out_order_id]
        if found:
            self._adopt(sorted(found))
            return "done"
        doubtful = [row for row in page.unreadable if row.out_order_id in ("", self.out_order_id)]
        if doubtful:
            self._tell_of_doubt(attempt, doubtful)
        # only a list that was read to its end, and understood, says that something is not on it
        return None if doubtful or page.total > len(page.rows) else "absent"

    def _tell_of_doubt(self, attempt, rows):
        """What was to be placed may be one of these ``rows`` of the list, which make no sense: a person has to look."""
        numbers = ", ".join(row.order_id or "?" for row in rows)
        text = self.env._("Look at 1688 whether order %s is this one: its row on the list cannot be read.", numbers)
        vals = {**attempt._issue_vals(), "description": text}
        self.env["purchase.1688.issue"]._open(attempt, "attempt_unreadable", **vals)

    def _reconcile_pay(self, snapshot):
        """Done if it was paid, refused if 1688 closed it unpaid."""
        found = states.ORDER_REMOTE[snapshot.status]
        if found == "placed":
            self.looked_at = fields.Datetime.now()
            return "absent"
        if not self._apply_snapshot(snapshot):
            return None
        return "done" if found != "cancelled" or self._was_paid() else "refused"

    def _reconcile_cancel(self, snapshot):
        if states.ORDER_REMOTE.get(snapshot.status) == "cancelled":
            self._apply_snapshot(snapshot)
            return "done"
        return "absent"

    def _reconcile_confirm(self, snapshot):
        if states.ORDER_REMOTE.get(snapshot.status) in ("received", "done"):
            self._apply_snapshot(snapshot)
            return "done"
        return "absent"


def _fingerprint(content):
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
