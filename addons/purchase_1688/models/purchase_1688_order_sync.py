import logging
from datetime import UTC, timedelta
from decimal import Decimal

from odoo import api, fields, models

from ..lib import errors, states
from ..scheduled import work_off
from .purchase_1688_messages import in_owner_language
from .purchase_1688_order_prepare import exact

_logger = logging.getLogger(__name__)

REFRESH_BATCH = 40
CRON_REFRESH = "purchase_1688.ir_cron_purchase_1688_order_refresh"
# How long a look stays good for an order that waits for the seller, and for one that waits for us.
LOOK_AGAIN = {"placed": timedelta(minutes=2), "verified": timedelta(minutes=30), "paying": timedelta(minutes=1)}
LOOK_AGAIN_LATER = timedelta(hours=2)


def naive(moment):
    """An aware moment as Odoo stores it, or False."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else False


class Purchase1688Order(models.Model):
    """Keeping up: reading orders back, holding them against what was approved, and finding strangers."""

    _inherit = "purchase.1688.order"

    # --- business: reading

    def _dispatch_refresh(self):
        """Have the orders read in the background; part of the caller's transaction."""
        if self:
            self._trigger_cron(CRON_REFRESH)

    def _ask_refresh(self):
        """Have the orders read in the background, now; part of the caller's transaction."""
        self.filtered("looked_at").looked_at = False
        self._dispatch_refresh()

    def _refresh(self, background=True):
        """Read the orders at 1688 and apply what it says. The caller has no writes pending.

        :return: the orders that could be read
        """
        answers = self._read_at_gateway(background)
        for order, snapshot in answers:
            in_owner_language(order)._apply_snapshot(snapshot)
        return self.browse().union(*(order for order, _snapshot in answers))

    def _read_at_gateway(self, background=True):
        """Ask 1688 for these orders, side by side.

        :return: [(order, snapshot)] of those that could be read
        """
        read = []
        for account, orders in self.filtered("remote_id").grouped("account_id").items():
            answers = account._call_many(
                [("trade.order", {"order_id": order.remote_id}) for order in orders],
                purpose="refresh",
                record=orders[:1],
                background=background,
            )
            for order, answer in zip(orders, answers, strict=True):
                if isinstance(answer, errors.GatewayError):
                    _logger.info("1688 order %s could not be read: %s", order.name, answer)
                else:
                    read.append((order, answer))
        return read

    @api.model
    def _cron_refresh(self):
        """Read the open orders whose last look is too old, those that wait for us first."""
        due = self._get_refresh_domain()
        todo = self.search(due, order="looked_at NULLS FIRST, id", limit=REFRESH_BATCH)
        snapshots = {}
        work_off(
            self.env,
            CRON_REFRESH,
            todo.grouped("account_id").values(),
            lambda orders: snapshots.update(orders._look_at()),
            due=due,
            more=len(todo) == REFRESH_BATCH,
        )
        work_off(
            self.env,
            CRON_REFRESH,
            self.browse(snapshots),
            lambda order: in_owner_language(order)._apply_snapshot(snapshots[order.id]),
        )

    def _look_at(self):
        """Note that these orders are being looked at, and read them.

        Noted first: an order whose news cannot be applied must not be the first one again in the next pass.

        :return: {id: snapshot} of those that could be read
        """
        self.looked_at = fields.Datetime.now()
        self.env["ir.cron"]._commit_progress()
        return {order.id: snapshot for order, snapshot in self._read_at_gateway()}

    @api.model
    def _get_refresh_domain(self):
        now = fields.Datetime.now()
        # what is asked for; of those that are done too, since money may come back after the end
        rules = [[("state", "in", (*states.ORDER_OPEN_REMOTE, "done")), ("looked_at", "=", False)]]
        for state in states.ORDER_OPEN_REMOTE:
            before = now - LOOK_AGAIN.get(state, LOOK_AGAIN_LATER)
            rules.append([("state", "=", state), ("looked_at", "<", before)])
        return fields.Domain("remote_id", "!=", False) & fields.Domain.OR(rules)

    # --- business: applying

    def _apply_snapshot(self, snapshot):
        """Bring the order up to what ``snapshot`` says. Idempotent; an older snapshot changes nothing.

        :param snapshot: ``values.OrderSnapshot`` of this order
        :return: whether it was applied
        """
        self.ensure_one()
        modified_at = naive(snapshot.modified_at)
        if self.remote_modified_at and modified_at and modified_at < self.remote_modified_at:
            return False
        self._write_snapshot(snapshot, modified_at)
        self._follow_status(snapshot)
        if snapshot.lines:
            self._allocate_lines()
            self._write_remote_lines()
            self._verify()
        self._check_paid()
        self._after_snapshot(snapshot)
        return True

    def _write_snapshot(self, snapshot, modified_at):
        vals = {
            "remote_status": snapshot.status,
            "looked_at": fields.Datetime.now(),
            "remote_data": _store_snapshot(snapshot) if snapshot.lines else self.remote_data,
            "remote_modified_at": modified_at or self.remote_modified_at,
            "paid_at": naive(snapshot.paid_at) or self.paid_at,
            "shipped_at": naive(snapshot.shipped_at) or self.shipped_at,
            "received_at": naive(snapshot.confirmed_at or snapshot.received_at) or self.received_at,
            "pay_before": naive(snapshot.pay_before) or self.pay_before,
            "close_reason": self._get_close_reason(snapshot) or self.close_reason,
        }
        for name, amount in (
            ("placed_total", snapshot.total),
            ("placed_freight", snapshot.freight),
            ("refunded_total", snapshot.refunded),
        ):
            if amount is not None:
                vals[name] = float(amount)
        self.write({name: value for name, value in vals.items() if self[name] != value})

    def _get_close_reason(self, snapshot):
        """Why 1688 closed the order, in words; nothing while it is open."""
        if states.ORDER_REMOTE.get((snapshot.status or "").lower()) != "cancelled":
            return False
        if self._covers_goods(snapshot.refunded):
            return self.env._("All of its goods were refunded.")
        sentences = {
            "by_buyer": self.env._("The buyer cancelled."),
            "no_goods": self.env._("The seller has no goods."),
            "not_paid": self.env._("It was not paid in time."),
        }
        sentence = sentences.get(states.closed_because(snapshot.close_reason))
        return " ".join(filter(None, (sentence, snapshot.close_remark)))

    def _get_remote_lines(self):
        """{(offer number, SKU number): [the platform's lines, as stored]}"""
        self.ensure_one()
        found = {}
        for entry in (self.remote_data or {}).get("lines", ()):
            found.setdefault((entry["offer_id"], entry["spec_id"]), []).append(entry)
        return found

    def _allocate_lines(self):
        """After a split: take over from the siblings the lines whose goods are in this order at 1688."""
        self.ensure_one()
        if not self.split_family:
            return
        root = self.split_from_id or self
        here = self._get_remote_lines()
        for other in (root | root.split_ids) - self:
            there = other._get_remote_lines()
            moving = other.line_ids.filtered(
                lambda line, there=there: line._get_key() in here and line._get_key() not in there
            )
            if moving:
                moving.order_id = self

    def _write_remote_lines(self):
        """Put the platform's lines beside ours; several lines of ours may share one of theirs."""
        remote = self._get_remote_lines()
        for key, lines in self.line_ids.grouped(lambda line: line._get_key()).items():
            entries = remote.get(key, ())
            vals = {
                "remote_entry_id": entries[0]["entry_id"] if entries else False,
                "remote_name": entries[0]["name"] if entries else False,
                "remote_status": entries[0]["status"] if entries else False,
                "remote_price": float(entries[0]["unit_price"] or 0) if entries else 0.0,
                "remote_qty": float(_total(entries, "quantity")),
                "remote_amount": float(_total(entries, "amount")),
            }
            if any(line[name] != value for line in lines for name, value in vals.items()):
                lines.write(vals)

    def _follow_status(self, snapshot):
        """Move forward as far as the platform's status asks for."""
        target = states.order_target(self.state, snapshot.status)
        if not target or (target == "placed" and self._is_call_open()):
            return
        before = self.state
        closed = {"closed_at": self.remote_modified_at or fields.Datetime.now()} if target == "cancelled" else {}
        moved = self._update_state(target, closed)
        if target == "cancelled":
            moved._after_closed(before)
        elif before == "unknown":
            moved._close_issues("unknown")

    def _is_call_open(self):
        """Whether a call is out of which nobody knows what became of it: that 1688 waits for money proves nothing."""
        return bool(self.attempt_ids.filtered(lambda attempt: attempt.state in ("calling", "answered", "unknown")))

    def _after_closed(self, before):
        """1688 closed the order: say so, and let a payment that waits for it know."""
        for order in self:
            order._check_paid()  # first: what was paid before it was closed stays paid
            order.payment_line_ids._release(order.env._("The order was closed at 1688."), closed=True)
            order._close_issues("blocked", "price_changed", "verify", "approval", "unknown")
            reason = order.close_reason or order.env._("No reason was given.")
            order.message_post(body=order.env._("1688 closed this order. %s", reason))
            if not order._was_cancelled_by_us() and not order._is_refunded():
                order._open_issue(
                    "closed", order.env._("the seller or 1688 closed it; its goods are not on their way.")
                )

    def _was_cancelled_by_us(self):
        return any(attempt.kind == "cancel" and attempt.state != "refused" for attempt in self.attempt_ids)

    def _is_refunded(self):
        """Whether the money is back, so that nobody waits for the goods."""
        self.ensure_one()
        return self._covers_goods(self.refunded_total)

    def _covers_goods(self, amount):
        """Whether ``amount`` (yuan) pays back all goods; freight may stay with the seller."""
        goods = exact(self.paid_total) - exact(self.placed_freight)
        return bool(amount) and goods > 0 and exact(amount) >= goods

    # --- business: verifying

    def _verify(self):
        """Hold the orders of a family against what was approved; any difference stops before payment.

        1688 may have made several orders out of one. Until all of them were read, none is verified.
        """
        self.ensure_one()
        root, family = self.split_from_id or self, self._get_parts()
        unread = family.filtered(lambda order: not order.remote_data)
        if unread:
            unread._dispatch_refresh()
            return
        problems = {order: order._get_differences() for order in family}
        together = root._get_family_difference(family)
        for order in family.filtered(lambda order: order.state in ("placed", "verified")):
            if order._is_being_cancelled():
                continue
            found = problems[order] + together
            if found:
                order._stop_before_payment(found)
            elif order.state == "placed":
                order._set_verified()

    def _get_parts(self):
        """The orders at 1688 that what was approved consists of: neither closed ones, nor a second one that was never
        asked for, about which a person has to decide.
        """
        root = self.split_from_id or self
        return (root | root.split_ids).filtered(
            lambda order: order.state != "cancelled" and order.block_code != "second_order"
        )

    def _stop_before_payment(self, problems):
        kind = "price_changed" if self.state == "verified" else "verify"
        self.payment_line_ids._release(self.env._("The order is not at 1688 as it was approved."))
        message = self.env._("1688 has this order otherwise than it was approved: %s.", "; ".join(problems))
        self._block(kind, message, kind=kind)

    def _get_differences(self):
        """Differences between the order at 1688 and what was approved, in words; also noted on the lines."""
        remote = self._get_remote_lines()
        problems = []
        for key, lines in self.line_ids.grouped(lambda line: line._get_key()).items():
            text = lines._get_difference(remote.pop(key, ()))
            lines.filtered(lambda line, text=text: (line.difference or "") != text).difference = text
            if text:
                problems.append(f"{lines[0].display_name}: {text}")
        for entries in remote.values():
            name = entries[0]["name"] or entries[0]["offer_id"]
            problems.append(self.env._("%s was not ordered by us", name))
        problems += self._get_request_differences()
        return problems + self._get_payee_differences() + self._get_receiver_differences()

    def _get_payee_differences(self):
        there = (self.remote_data or {}).get("seller_member_id")
        here = self.partner_id.ali1688_member_id
        if there and here and there != here:
            return [self.env._("another seller (%s)", there)]
        return []

    def _get_receiver_differences(self):
        receiver = (self.remote_data or {}).get("receiver") or {}
        data = self.address_data or {}
        problems = []
        if receiver.get("name") and receiver["name"] != data.get("name"):
            problems.append(self.env._("receiver %s", receiver["name"]))
        if receiver.get("mobile") and receiver["mobile"] != data.get("mobile"):
            problems.append(self.env._("telephone %s", receiver["mobile"]))
        place = "".join(filter(None, (receiver.get("area"), receiver.get("street")))).replace(" ", "")
        if place and (data.get("street") or "").replace(" ", "") not in place:
            problems.append(self.env._("address %s", place))
        return problems

    def _get_family_difference(self, family):
        """What is wrong with the money of the orders that came out of this one, as a list of at most one sentence."""
        here = exact(self.approved_total)
        there = sum(exact(order.placed_total) for order in family)
        left_out = family.line_ids.filtered("failed_code")
        if there == here or (left_out and self.allow_partial and there < here):
            return []
        return [self.env._("%(there)s to pay instead of %(here)s", there=f"{there:,.2f}", here=f"{here:,.2f}")]

    def _set_verified(self):
        for order in self:
            order._update_state(
                "verified",
                {
                    "verified_at": fields.Datetime.now(),
                    "verified_total": order.placed_total,
                    "block_code": False,
                    "block_message": False,
                },
            )
        self._close_issues("verify", "price_changed", "blocked", "unknown")
        self.line_ids._tell_left_out()
        self.purchase_ids._ali1688_confirm_placed()
        self.filtered("pay_after")._request_payment()

    def _request_payment(self):
        """Ask for the payment of those that are verified and in no payment yet."""
        ready = self.filtered(
            lambda order: order.state == "verified" and not order.payment_line_ids.filtered("is_live")
        )
        return self.env["purchase.1688.payment"]._request(ready)

    # --- business: money that moved

    def _was_paid(self):
        """Whether money went to the seller, also if the order was closed since."""
        self.ensure_one()
        if self.state == "cancelled":
            return bool(self.paid_total or self.paid_at or self.refunded_total)
        return self.state in ("paid", "shipped", "received", "done")

    def _check_paid(self):
        """Once paid: note how much, and hold it against what was approved for payment."""
        if self.paid_total or not self._was_paid():
            return
        self.paid_total = self.placed_total
        line = self.payment_line_ids.filtered("is_live")
        approved = line.payment_id.state not in (False, "requested")
        voucher_no = (self.remote_data or {}).get("payment_no")
        line._set_paid(self.placed_total, self.paid_at or fields.Datetime.now(), voucher_no)
        if not approved:
            self._open_issue("paid_outside", self.env._("paid at 1688 without an approval in Odoo."))
        elif self.currency_id.compare_amounts(line.amount, self.paid_total):
            self._open_issue(
                "paid_differs",
                self.env._(
                    "%(paid)s was paid, %(approved)s was approved.",
                    paid=f"{self.paid_total:,.2f}",
                    approved=f"{line.amount:,.2f}",
                ),
            )
        self._close_issues("price_changed", "verify", "unknown", "pay_refused")

    # --- hooks

    def _after_snapshot(self, snapshot):
        """Hook for what else follows from a snapshot (parcels, receipts)."""


def _total(entries, name):
    return sum((Decimal(entry[name]) for entry in entries if entry[name] is not None), Decimal(0))


def _text(number):
    return None if number is None else str(number)


def _store_snapshot(snapshot):
    """What verification needs of a snapshot, as JSON; money and quantities as exact text."""
    receiver = snapshot.receiver
    return {
        "seller_member_id": snapshot.seller_member_id,
        "payment_no": snapshot.payment_no,
        "receiver": {name: getattr(receiver, name) for name in ("name", "mobile", "phone", "area", "street")},
        "lines": [
            {
                "entry_id": line.entry_id,
                "offer_id": line.offer_id,
                "spec_id": line.spec_id or "",
                "name": line.name,
                "status": line.status,
                "quantity": _text(line.quantity),
                "unit_price": _text(line.unit_price),
                "amount": _text(line.amount),
            }
            for line in snapshot.lines
        ],
    }
