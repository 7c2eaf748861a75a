import hashlib
import json
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models

from ..lib import errors, values
from ..scheduled import work_off
from .purchase_1688_messages import Explanation, explain, in_owner_language

# 1688 takes at most 50 SKUs into one order.
SKUS_PER_ORDER = 50
PREPARE_BATCH = 40
CRON_PREPARE = "purchase_1688.ir_cron_purchase_1688_order_prepare"
RETRY_AFTER = timedelta(minutes=1)
# Codes that the platform also sends when all is well.
SUCCESS_CODES = frozenset({"", "0", "200", "S0000"})


def exact(amount, places=2):
    """The decimal that a float of the database stands for."""
    return Decimal(f"{amount or 0:.{places}f}")


class Purchase1688Order(models.Model):
    """Preparing: the content of an order, its fingerprint, and 1688's preview of it."""

    _inherit = "purchase.1688.order"

    prepare_after = fields.Datetime(copy=False, help="The preview is not asked before.")

    # --- business: content

    def _get_cargo(self):
        """{(offer number, SKU number): quantity in 1688 units} of the lines that are still wanted."""
        self.ensure_one()
        cargo = {}
        for line in self.line_ids.filtered(lambda line: not line.failed_code):
            cargo[line._get_key()] = cargo.get(line._get_key(), Decimal(0)) + exact(line.quantity, 3)
        return cargo

    def _get_content(self):
        """Exactly what a permission to place this order covers, as JSON-able data.

        The purchase order's own lines are part of it: editing them after the approval makes it void.
        """
        self.ensure_one()
        purchase = [
            [
                line.id,
                line.product_id.id,
                f"{line.product_qty:.6f}",
                line.product_uom_id.id,
                line.order_id.partner_id.id,
            ]
            for line in self.line_ids.purchase_line_id.sorted("id")
        ]
        return {
            "account": self.account_id.id,
            "reference": self.out_order_id,
            "payee": self._get_payee(),
            "cargo": sorted([offer, spec, f"{quantity:.3f}"] for (offer, spec), quantity in self._get_cargo().items()),
            "address": self.address_data or {},
            "address_now": self._get_address_vals(self.address_partner_id),
            "message": self.message or "",
            "flow": self.flow or "",
            "trade_type": self.trade_type or "",
            "allow_partial": self.allow_partial,
            "total_fen": values.to_fen(exact(self.preview_total)),
            "purchase": purchase,
        }

    def _get_digest(self):
        """Fingerprint of :meth:`_get_content`."""
        text = json.dumps(self._get_content(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @api.model
    def _get_address_vals(self, partner):
        """The fields of an address value that a contact fills."""
        return {
            "name": partner.name or partner.parent_id.name or "",
            "mobile": partner.phone or partner.parent_id.phone or "",
            "post_code": partner.zip or "",
            "district_code": partner.ali1688_district_code or "",
            "province": partner.state_id.name or "",
            "city": partner.city or "",
            "district": partner.ali1688_area or "",
            "street": " ".join(filter(None, (partner.street, partner.street2)))[:200],
        }

    def _prepare_request(self):
        """The order as a value for the library."""
        self.ensure_one()
        return values.OrderRequest(
            address=values.Address(**(self.address_data or {})),
            lines=tuple(
                values.CargoLine(offer_id=offer, spec_id=spec, quantity=quantity)
                for (offer, spec), quantity in sorted(self._get_cargo().items())
            ),
            out_order_id=self.out_order_id,
            flow=self.flow or "general",
            trade_type=self.trade_type or "",
            message=self.message or "",
        )

    # --- business: the check at 1688

    def _dispatch_prepare(self):
        """Have the preview asked in the background; part of the caller's transaction."""
        if self:
            self._trigger_cron(CRON_PREPARE)

    @api.model
    def _trigger_cron(self, xmlid, at=None):
        # crons belong to the administrator; that one runs is the caller's to say
        self.env.ref(xmlid).sudo()._trigger(at)

    @api.model
    def _cron_prepare(self):
        """Ask 1688 for the preview of what waits for it, oldest first, in bounded batches."""
        due = [
            ("state", "=", "draft"),
            "|",
            ("prepare_after", "=", False),
            ("prepare_after", "<=", fields.Datetime.now()),
        ]
        todo = self.search(due, order="id", limit=PREPARE_BATCH)
        previews = {}
        work_off(
            self.env,
            CRON_PREPARE,
            todo.grouped("account_id").values(),
            lambda orders: previews.update(orders._read_previews()),
            due=due,
            failed=type(self)._set_unprepared,
            more=len(todo) == PREPARE_BATCH,
        )
        work_off(
            self.env,
            CRON_PREPARE,
            self.browse(previews),
            lambda order: in_owner_language(order)._take_preview(*previews[order.id]),
            failed=type(self)._set_unprepared,
        )
        waiting = self.search([("state", "=", "draft"), ("prepare_after", ">", fields.Datetime.now())], limit=1)
        if waiting:
            self._trigger_cron(CRON_PREPARE, waiting.prepare_after)

    def _set_unprepared(self, _error):
        self._retry_prepare(self.env._("The check at 1688 failed; it will be tried again."))

    def _read_previews(self):
        """Resolve the addresses and ask the previews of one account's orders; no transaction while waiting.

        :return: {id: (digest of what was asked about, answer)}
        """
        self._follow_requests()
        self._resolve_addresses()
        ready = self.filtered(lambda order: order.state == "draft" and order.address_data)
        asked = [(order.id, order._get_digest(), order._prepare_request()) for order in ready]
        if not asked:
            return {}
        self.env["ir.cron"]._commit_progress()
        answers = self.account_id._call_many(
            [("trade.preview", {"request": request}) for _id, _digest, request in asked],
            purpose="preview",
            record=self[:1],
        )
        return {number: (digest, answer) for (number, digest, _), answer in zip(asked, answers, strict=True)}

    def _take_preview(self, digest, answer):
        """Apply an answer, unless it is about what is no longer so."""
        if self.state == "draft" and self._get_digest() == digest:
            self._apply_preview(answer)

    def _resolve_addresses(self):
        """Write the address that will be sent; ask 1688 to parse those that have neither code nor city."""
        for partner, orders in self.grouped("address_partner_id").items():
            vals = self._get_address_vals(partner)
            problem = self._get_address_problem(vals)
            if not problem and not (vals["district_code"] or (vals["province"] and vals["city"])):
                vals, problem = self._parse_address(orders, partner, vals)
            if problem:
                orders._block(
                    "address", problem, description=self.env._("Correct the contact's address, then check again.")
                )
            else:
                orders.address_data = vals

    def _get_address_problem(self, vals):
        if not vals["name"]:
            return self.env._("The receiving address has no name.")
        if not vals["mobile"]:
            return self.env._("The receiving address has no telephone number. 1688 wants one for the carrier.")
        if not vals["street"]:
            return self.env._("The receiving address has no street.")
        return None

    def _parse_address(self, orders, partner, vals):
        """Ask 1688 which place a free text means. Returns (values, problem)."""
        text = " ".join(filter(None, (vals["province"], vals["city"], vals["district"], vals["street"])))
        self.env["ir.cron"]._commit_progress()
        answer = orders.account_id._call_many(
            [("account.parse_address", {"text": text})], purpose="address", record=orders[:1]
        )[0]
        if isinstance(answer, errors.GatewayError) or not (answer.district_code or answer.city):
            return vals, self.env._(
                "1688 does not know the address of %s. Give province, city and district.", partner.name
            )
        for name in ("district_code", "province", "city", "district"):
            vals[name] = getattr(answer, name) or vals[name]
        return vals, None

    def _apply_preview(self, answer):
        """Take 1688's answer to the preview: prepared, blocked with a reason, or tried again later."""
        self.ensure_one()
        if isinstance(answer, errors.Refused) and not answer.repeatable:
            self._block_for_code("trade.preview", answer.code, answer.message)
        elif isinstance(answer, errors.GatewayError):
            self._retry_prepare(self.env._("1688 could not be reached for the check; it will be tried again."))
        elif not answer.orderable:
            self._block_for_parts(answer)
        elif None in (answer.total, answer.goods_total, answer.freight):
            self._block("unreadable", self.env._("1688's preview of this order lacks amounts. Nothing was ordered."))
        else:
            self._apply_preview_figures(answer)

    def _apply_preview_figures(self, preview):
        by_key = {(line.offer_id, line.spec_id or ""): line for part in preview.parts for line in part.lines}
        missing = self.line_ids.filtered(lambda line: not line.failed_code and line._get_key() not in by_key)
        if missing:
            names = ", ".join(missing.mapped("display_name"))
            self._block("line_missing", self.env._("1688's preview leaves out: %s.", names))
            return
        cargo = self._get_cargo()
        for line in self.line_ids.filtered(lambda line: not line.failed_code):
            line._apply_preview(by_key[line._get_key()], cargo[line._get_key()])
        trade_types = set.intersection(*(set(part.trade_types) for part in preview.parts))
        offered = [name for name in preview.parts[0].trade_types if name in trade_types]
        self._update_state(
            "prepared",
            {
                "preview_total": float(preview.total),
                "preview_goods": float(preview.goods_total),
                "preview_freight": float(preview.freight),
                "preview_parts": len(preview.parts),
                "preview_at": fields.Datetime.now(),
                "flow": preview.parts[0].flow or "general",
                "trade_type": offered[0] if offered else False,
                "block_code": False,
                "block_message": False,
                "prepare_after": False,
            },
        )
        self._close_issues("blocked")
        self._tell_of_rise()

    def _tell_of_rise(self):
        """Amounts above the quote wait for a person; what only went down asks nothing of anybody."""
        if not self._is_dearer():
            self._close_issues("changed")
            return
        total = sum(change["difference"] for change in self._get_changes())
        amount = f"{abs(total):,.2f} {self.currency_id.name}"
        if total > 0:
            text = self.env._("%s more than quoted. Accept the change or drop the order.", amount)
        else:
            text = self.env._(
                "%s less than quoted in all, but some amounts rose. Accept the change or drop the order.", amount
            )
        self._open_issue("changed", text)

    def _retry_prepare(self, message):
        """Leave the order to be checked again in a while."""
        at = fields.Datetime.now() + RETRY_AFTER
        self.write({"prepare_after": at, "block_message": message})

    def _block_for_parts(self, preview):
        """Say which lines or which part of a preview cannot be ordered, and why."""
        found = []
        by_key = {line._get_key(): line for line in self.line_ids}
        for part in preview.parts:
            for answer in part.lines:
                line = by_key.get((answer.offer_id, answer.spec_id or ""))
                if line and answer.code and answer.code not in SUCCESS_CODES:
                    about = explain(self.env, answer.code, "trade.preview", answer.message)
                    line.write({"block_code": answer.code, "block_message": about.sentence})
                    found.append((about, f"{line.display_name}: {about.sentence}"))
            if not part.orderable and part.code:
                about = explain(self.env, part.code, "trade.preview", part.message)
                found.append((about, about.sentence))
        if not found:
            self._block(
                "no_trade_type",
                self.env._("1688 does not let an app order this. Order it in the browser, or elsewhere."),
            )
            return
        sentences = list(dict.fromkeys(sentence for _about, sentence in found))
        self._block(found[0][0].code, "\n".join(sentences), description=found[0][0].step)

    def _block_for_code(self, call, code, message):
        about = self._describe(call, code, message)
        self._block(code or "refused", f"{about.sentence} {about.step}".strip(), description=about.step)

    @api.model
    def _describe(self, call, code, message):
        """What a refusal means for people; without a code the message is in our own words already."""
        if not code and message:
            return Explanation("", message, "", "other", False)
        return explain(self.env, code, call, message)
