import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.image import image_process

from ..lib import errors, states, values
from ..scheduled import work_off
from .purchase_1688_messages import in_owner_language
from .purchase_1688_order_prepare import exact
from .purchase_1688_refund import CRON_FOLLOW

FOLLOW_BATCH = 40
EVIDENCE_LIMIT = 5
EVIDENCE_BYTES = 1024 * 1024
LOOK_AGAIN = timedelta(minutes=30)


class Purchase1688Refund(models.Model):
    """Claiming: reasons and limits from 1688, evidence, and the one call.

    How it is found out what became of a call is in ``purchase_1688_refund_look.py``.
    """

    _inherit = "purchase.1688.refund"

    # --- business: opening

    @api.model
    def _open_claim(
        self,
        order,
        counts,
        reason_text,
        description,
        evidence=None,
        goods_received=True,
        with_return=False,
        auto=True,
        rest_of=None,
    ):
        """Open a claim; it is prepared in the background and, with ``auto``, applied for when nothing is in doubt.

        :param order: one ``purchase.1688.order``
        :param dict counts: {order line: quantity in 1688 units}
        :param str reason_text: what is wrong, in our words; matched with the platform's reasons
        :param str description: what the seller reads
        :param evidence: ``ir.attachment`` records with pictures
        :param rest_of: the earlier claim that did not bring back all of the cost; found where nothing is given
        :return: the claim
        """
        order.ensure_one()
        if not states.goods_status(order.state):
            raise UserError(self.env._("%s is not paid, so there is nothing to claim back.", order.name))
        rest_of = rest_of or self._find_rest_of(order, counts)
        self._check_counts(order, counts, rest_of=rest_of)
        claim = self.create(
            {
                "order_id": order.id,
                "rest_of_id": rest_of.id,
                "user_id": order.user_id.id,
                "goods_received": goods_received,
                "with_return": with_return,
                "reason_text": reason_text,
                "description": _fit_description(description or reason_text),
                "auto_apply": auto,
                "line_ids": [
                    fields.Command.create({"order_line_id": line.id, "quantity": quantity})
                    for line, quantity in counts.items()
                ],
            }
        )
        claim.goods_amount = sum(claim.line_ids.mapped("amount"))
        if claim._exceeds_rest():
            claim.goods_amount = float(claim._get_rest(but=claim))
        (rest_of | rest_of.rest_ids)._close_issues("claim_differs")
        claim._take_evidence(evidence)
        claim._dispatch()
        return claim

    def _take_evidence(self, attachments):
        """Keep pictures with the claim: who may read the claim may see them, wherever they came from.

        The caller saw to it that they may be used.
        """
        self.ensure_one()
        attachments = self.env["ir.attachment"].sudo().browse(attachments.ids if attachments else [])
        own = attachments.filtered(lambda it: (it.res_model, it.res_id) == (self._name, self.id))
        copies = [
            attachment.copy({"name": attachment.name, "res_model": self._name, "res_id": self.id})
            for attachment in attachments - own
        ]
        self.evidence_ids = own.union(*copies)

    @api.model
    def _check_counts(self, order, counts, but=None, rest_of=None):
        """Refuse goods of another order, more than was ordered, or goods that another claim holds."""
        if any(line.order_id != order or quantity <= 0 for line, quantity in counts.items()):
            raise UserError(self.env._("Only goods of %s can be claimed here, and a quantity above zero.", order.name))
        free = rest_of._get_free_for_rest(but) if rest_of else self._get_free(order, but)
        for line, quantity in counts.items():
            if exact(quantity, 3) > free.get(line, 0):
                raise UserError(
                    self.env._(
                        "%(goods)s: %(wanted)g claimed, but only %(left)g of %(all)g are free.",
                        goods=line.display_name,
                        wanted=quantity,
                        left=free.get(line, 0),
                        all=line.quantity,
                    )
                )

    def _get_goods_status(self):
        """Where the goods are, in the words of a claim; the warehouse knows better than the platform."""
        self.ensure_one()
        status = states.goods_status(self.order_id.state)
        if status == "shipped" and self.goods_received:
            return "received"
        if status == "completed_received" and not self.goods_received:
            return "completed_not_received"
        return status

    def _get_counts(self):
        """{1688 line: quantity}"""
        counts = {}
        for line in self.line_ids:
            entry = line.order_line_id.remote_entry_id
            counts[entry] = counts.get(entry, 0) + exact(line.quantity, 3)
        return counts

    # --- business: preparing and following in the background

    @api.model
    def _cron_follow(self):
        """Prepare new claims, read open ones, oldest look first, and find what stands in the way of refused ones."""
        now = fields.Datetime.now()
        fresh = [("state", "=", "draft"), ("limits_at", "=", False)]
        fresh += ["|", ("prepare_after", "=", False), ("prepare_after", "<=", now)]
        followed = [("remote_id", "!=", False), ("state", "in", ("applied", "rejected", "to_return", "returning"))]
        followed += ["|", ("looked_at", "=", False), ("looked_at", "<", now - LOOK_AGAIN)]
        hindered = [("state", "=", "refused"), ("conflict_look_at", "<=", now)]
        unfollowed, unfound = type(self)._set_unfollowed, type(self)._set_unfound
        for due, order, work, failed in (
            (fresh, "id", type(self)._prepare_at_gateway, unfollowed),
            (followed, "looked_at NULLS FIRST, id", type(self)._read_at_gateway, unfollowed),
            (hindered, "conflict_look_at, id", type(self)._find_open_at_gateway, unfound),
        ):
            todo = self.search(due, order=order, limit=FOLLOW_BATCH)
            work_off(
                self.env,
                CRON_FOLLOW,
                map(in_owner_language, todo),
                work,
                due=due,
                failed=failed,
                more=len(todo) == FOLLOW_BATCH,
            )

    def _set_unfollowed(self, error):
        """Reading or preparing did not succeed: again in a while."""
        known = isinstance(error, errors.GatewayError)
        self.prepare_after = fields.Datetime.now() + timedelta(minutes=2 if known else 10)
        self.prepare_note = self.env._("1688 could not be read; it will be tried again.")
        if self.remote_id:
            self.looked_at = fields.Datetime.now()

    def _read_at_gateway(self):
        self.env["ir.cron"]._commit_progress()
        snapshot = self.account_id._call(
            "refund.get", refund_id=self.remote_id, purpose="refresh", record=self, background=True
        )
        self._apply_snapshot(snapshot)

    def _prepare_at_gateway(self):
        """Ask 1688 for reasons and limits, upload the evidence, and apply when nothing is in doubt."""
        counts = self._get_counts()
        if not all(counts):
            self.prepare_after = fields.Datetime.now() + timedelta(minutes=2)
            self.order_id._dispatch_refresh()
            return
        status, order_ref = self._get_goods_status(), self.order_id.remote_id
        pictures = self._get_pictures()
        self.env["ir.cron"]._commit_progress()
        reasons = self.account_id._call(
            "refund.reasons",
            order_id=order_ref,
            entry_ids=tuple(counts),
            goods_status=status,
            purpose="claim",
            record=self,
        )
        limits = self.account_id._call(
            "refund.limits", order_id=order_ref, goods_status=status, counts=counts, purpose="claim", record=self
        )
        refs = [
            self.account_id._call("refund.upload_evidence", jpeg=picture, purpose="claim", record=self)
            for picture in pictures
        ]
        self._apply_limits(reasons, limits, refs)
        doubt = self._get_doubt()
        self.prepare_note = doubt
        if doubt:
            self._open_issue("claim", doubt)
        elif self.auto_apply:
            self._apply_for()

    def _get_pictures(self):
        """The evidence as JPEG below the platform's size."""
        pictures = []
        for attachment in self.evidence_ids[:EVIDENCE_LIMIT]:
            for size, quality in ((1600, 85), (1200, 75), (800, 60)):
                data = image_process(attachment.raw, size=(size, size), quality=quality, output_format="JPEG")
                if len(data) < EVIDENCE_BYTES:
                    pictures.append(data)
                    break
        return pictures

    def _apply_limits(self, reasons, limits, refs):
        chosen = _match_reason(reasons, self.reason_text or "", bool(refs))
        self.write(
            {
                "reasons": [
                    {"ref": reason.reason_id, "name": reason.name, "needs_evidence": reason.needs_evidence}
                    for reason in reasons
                ],
                "reason_ref": chosen.reason_id if chosen else False,
                "reason_name": chosen.name if chosen else False,
                "needs_evidence": bool(chosen and chosen.needs_evidence),
                "evidence_refs": refs,
                "max_goods": float(limits.goods or 0),
                "max_freight": float(limits.freight or 0),
                "limits_at": fields.Datetime.now(),
            }
        )
        if self._get_goods_status() == "not_shipped":
            # before shipment the platform takes nothing but the whole
            self.write({"goods_amount": self.max_goods, "freight_amount": self.max_freight})

    def _get_doubt(self):
        """Why a person has to look before this claim is sent, or None."""
        if not self.reason_ref:
            return self.env._("None of 1688's reasons fits by itself. Choose one.")
        if self.needs_evidence and not self.evidence_refs:
            return self.env._("This reason wants pictures. Add some.")
        if self.currency_id.compare_amounts(self.goods_amount, self.max_goods) > 0:
            return self.env._("1688 gives back at most %s for these goods.", f"{self.max_goods:,.2f}")
        if self.currency_id.compare_amounts(self.freight_amount, self.max_freight) > 0:
            return self.env._("1688 gives back at most %s of the freight.", f"{self.max_freight:,.2f}")
        if self._exceeds_rest():
            rest = max(self._get_rest(but=self), 0)
            return self.env._("Only %s of what these goods cost has not come back yet.", f"{rest:,.2f}")
        if not self.amount:
            return self.env._("There is nothing to claim.")
        return None

    def _change(self, counts, vals, evidence):
        """Bring a claim that was not sent up to what a person decided.

        :param dict counts: {order line: quantity in 1688 units}
        :param evidence: all pictures that belong to it now
        """
        self.ensure_one()
        if self.state not in ("draft", "refused"):
            raise UserError(self.env._("%s was sent; it cannot be changed here.", self.name))
        self._check_counts(self.order_id, counts, but=self, rest_of=self.rest_of_id)
        note = self._take_back() and self.env._("It was changed before it was sent. Send it when it is right.")
        if self.state == "refused":
            self._update_state("draft")
        same = {line.order_line_id: line.quantity for line in self.line_ids} == counts
        pictures = set(evidence.ids) - set(self.evidence_ids.ids)
        self._take_evidence(evidence)
        self.write({**vals, "prepare_note": note, "auto_apply": False})
        if not same:
            self.line_ids = [fields.Command.clear()] + [
                fields.Command.create({"order_line_id": line.id, "quantity": quantity})
                for line, quantity in counts.items()
            ]
        if pictures or not same:
            # limits and evidence have to be asked and sent again before it can go out
            self.limits_at = False
            self._dispatch()

    def _take_back(self):
        """End the call that was asked for and not sent yet, together with the change that makes it wrong.

        :return: whether there was one
        :raise UserError: it is on its way already
        """
        self.ensure_one()
        attempt = self.attempt_ids._get_open("refund")
        if not attempt:
            return False
        if not attempt._take_back(self.env._("Taken back by %s", self.env.user.name)):
            raise UserError(self.env._("%s is on its way to 1688 already. Wait for the answer.", self.name))
        return True

    # --- business: sending

    def _apply_for(self):
        """Prepare the one call that applies for this claim."""
        self.ensure_one()
        doubt = (
            self._get_doubt() if self.limits_at else self.env._("1688 was not asked for the limits yet. Wait a moment.")
        )
        if doubt:
            raise UserError(self.env._("%(claim)s: %(doubt)s", claim=self.name, doubt=doubt))
        if self.state == "refused":
            self._update_state("draft")
        if self.state != "draft":
            raise UserError(self.env._("%s was sent already.", self.name))
        self._prepare_attempt("refund", self._build_create_call())

    def _build_create_call(self):
        return self.account_id._build("refund.create", request=self._prepare_request())

    def _prepare_request(self):
        counts = self._get_counts()
        status = self._get_goods_status()
        received = status in ("received", "completed_received")
        return values.RefundRequest(
            order_id=self.order_id.remote_id,
            entry_ids=tuple(sorted(counts)),
            goods_status=status,
            reason_id=self.reason_ref,
            description=_fit_description(self.description),
            goods_amount=exact(self.goods_amount),
            freight_amount=exact(self.freight_amount),
            with_return=self.with_return,
            evidence=tuple(self.evidence_refs or ()),
            counts=counts if received else {},
        )

    def _send_back(self, carrier_code, bill_no):
        """Tell 1688 with which waybill the goods go back."""
        self.ensure_one()
        if self.state != "to_return":
            raise UserError(self.env._("%s does not wait for goods to be sent back.", self.name))
        self.write({"return_carrier_code": carrier_code, "return_bill_no": bill_no})
        stored = self.account_id._build(
            "refund.return_goods", refund_id=self.remote_id, carrier_code=carrier_code, bill_no=bill_no
        )
        self._prepare_attempt("return", stored)

    def _prepare_attempt(self, kind, stored):
        number = len(self.attempt_ids.filtered(lambda attempt: attempt.kind == kind)) + 1
        key = f"{self.order_id.out_order_id or self.order_id.remote_id}/{self.name}/{kind}/{number}"
        return self.env["purchase.1688.attempt"]._prepare(self, kind, stored, amount=self.amount, key=key)

    # --- hooks of purchase.1688.attempt

    def _attempt_before(self, attempt):
        """Nothing to read first: the amounts were asked of 1688 when the claim was prepared."""

    def _attempt_check(self, attempt):
        """Raise UserError unless exactly this call may be sent now."""
        order = self.order_id
        if attempt.kind == "return":
            if self.state != "to_return":
                raise UserError(self.env._("%s does not wait for goods to be sent back.", self.name))
            return
        if self.state not in order._get_start_states(attempt, "draft"):
            raise UserError(self.env._("%s was sent already.", self.name))
        # a change that is being made is waited for: what is compared has to be what stays
        self.env.cr.execute(SQL("SELECT FROM purchase_1688_refund WHERE id = %s FOR UPDATE", self.id))
        self.invalidate_recordset(flush=False)
        if self._build_create_call() != json.loads(attempt.request):
            raise UserError(
                self.env._("%s is not any more what was to be sent. Look at it and send it again.", self.name)
            )
        others = order.refund_ids.filtered(lambda refund: refund != self and refund.state in states.REFUND_OPEN)
        # the order may have been read before a claim brought its money
        back = max(exact(order.refunded_total), sum(exact(claim.refunded_amount) for claim in order.refund_ids))
        free = exact(order.paid_total) - back - sum(exact(claim.amount) for claim in others)
        if exact(self.amount) > free or self._exceeds_rest():
            raise UserError(self.env._("%s claims more than was paid and not claimed yet.", self.name))

    def _attempt_claimed(self, attempt):
        if attempt.kind == "refund":
            self._update_state("requesting")

    def _attempt_apply(self, attempt, value):
        """The platform took it. Idempotent."""
        if attempt.kind == "refund":
            self.remote_id = value.refund_id
            self._update_state("applied", {"applied_at": fields.Datetime.now()})
            self._close_issues("claim", "unknown")
        else:
            self._update_state("returning")
            self._close_issues("claim_return", "unknown")
        self._ask_refresh()

    def _attempt_refused(self, attempt, error):
        code = "" if error.code in ("not_permitted", "given_up") else error.code
        about = self.order_id._describe("refund.create", code, error.message)
        if attempt.kind == "refund":
            if self.state in ("requesting", "unknown"):
                self._update_state("refused")
            self.prepare_note = about.sentence
            self._plan_conflict_look(code)
        self._open_issue("claim", about.sentence, description=about.step)

    def _attempt_not_sent(self, attempt, _error):
        if attempt.kind == "refund":
            self._update_state("draft")

    def _attempt_unknown(self, attempt):
        if attempt.kind == "refund":
            self._update_state("unknown")

    # --- business: books

    def _book(self):
        """Draft the vendor refund where a bill exists; otherwise the noted amount is all there is."""
        self.ensure_one()
        bills = self.line_ids.order_line_id.purchase_line_id.invoice_lines.move_id.filtered(
            lambda move: move.move_type == "in_invoice" and move.state == "posted"
        )
        if self.move_id or not bills:
            return
        bill = bills[0]
        self.move_id = self.env["account.move"].create(
            {
                "move_type": "in_refund",
                "partner_id": bill.partner_id.id,
                "company_id": self.company_id.id,
                "currency_id": self.currency_id.id,
                "invoice_date": fields.Date.to_date(self.refunded_at),
                "invoice_origin": self.name,
                "ref": self.remote_id,
                "reversed_entry_id": bill.id,
                "invoice_line_ids": [fields.Command.create(vals) for vals in self._prepare_credit_lines(bill)],
            }
        )

    def _prepare_credit_lines(self, bill):
        """One line per line of the claim; the last one takes the rounding, so that the sum is what came back."""
        rest = exact(self.refunded_amount)
        claimed = exact(sum(self.line_ids.mapped("amount"))) or 1
        lines = []
        for number, line in enumerate(self.line_ids, start=1):
            share = (exact(self.refunded_amount) * exact(line.amount) / claimed).quantize(rest)
            share = rest if number == len(self.line_ids) else share
            rest -= share
            purchase_line = line.order_line_id.purchase_line_id
            billed = bill.invoice_line_ids.filtered(lambda it, pol=purchase_line: it.purchase_line_id == pol)[:1]
            lines.append(
                {
                    "name": self.env._("%(claim)s: %(goods)s", claim=self.name, goods=line.order_line_id.display_name),
                    "product_id": line.product_id.id,
                    "account_id": billed.account_id.id or bill.invoice_line_ids[:1].account_id.id,
                    "quantity": 1,
                    "price_unit": float(share),
                    "tax_ids": [fields.Command.set(billed.tax_ids.ids)],
                }
            )
        return lines


def _fit_description(text):
    """2 to 150 characters, as the platform wants them."""
    text = " ".join((text or "").split())[:150]
    return text if len(text) >= 2 else (text + " .")[:150]


def _match_reason(reasons, text, has_evidence):
    """The platform's reason that fits our words, or None when none or several do."""
    wanted = text.strip().lower()
    exact_ones = [reason for reason in reasons if reason.name.strip().lower() == wanted]
    if exact_ones:
        return exact_ones[0]
    close = [
        reason for reason in reasons if wanted and (wanted in reason.name.lower() or reason.name.lower() in wanted)
    ]
    if len(close) == 1:
        return close[0]
    words = [word for ours, theirs in REASON_WORDS.items() if ours in wanted for word in theirs]
    fitting = [reason for word in words for reason in reasons if word in reason.name]
    fitting = [reason for reason in fitting if has_evidence or not reason.needs_evidence] or fitting
    return fitting[0] if fitting else None


# Our own reasons (as the dock gives them) and the words by which the platform's are known.
REASON_WORDS = {
    "damaged": ("破损", "损坏", "质量"),
    "quality": ("质量", "破损"),
    "wrong": ("发错", "不符", "错发"),
    "missing": ("少发", "漏发", "少件", "缺"),
    "not_received": ("未收到", "未按约定", "没有收到"),
    "unwanted": ("不想", "不需要", "拍错"),
    "other": ("其他", "其它"),
}
