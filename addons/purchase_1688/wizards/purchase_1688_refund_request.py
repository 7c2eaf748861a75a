from odoo import api, fields, models
from odoo.exceptions import UserError


class Purchase1688RefundRequest(models.TransientModel):
    """Claim money back for an order, change a claim that was not sent, or give the waybill of a return."""

    _name = "purchase.1688.refund.request"
    _description = "Claim Money Back"

    order_id = fields.Many2one("purchase.1688.order", "1688 order", required=True)
    currency_id = fields.Many2one(related="order_id.currency_id")
    refund_id = fields.Many2one("purchase.1688.refund", "Claim")
    first_id = fields.Many2one("purchase.1688.refund", help="The claim that the buyer wants the rest of.")
    rest_of_id = fields.Many2one("purchase.1688.refund", "Rest of", compute="_compute_rest_of_id")
    state = fields.Selection(related="refund_id.state")
    line_ids = fields.One2many("purchase.1688.refund.request.line", "request_id", "Goods")
    reason_text = fields.Selection(
        [
            ("damaged", "Damaged"),
            ("quality", "Bad quality"),
            ("wrong", "Wrong goods"),
            ("missing", "Missing"),
            ("not_received", "Not received"),
            ("unwanted", "Not needed any more"),
            ("other", "Something else"),
        ],
        "What is wrong",
        default="damaged",
    )
    reason_ref = fields.Selection(selection="_selection_reason_ref", string="Reason at 1688")
    description = fields.Char("What the seller reads", size=150)
    goods_received = fields.Boolean("We have the goods", default=True)
    with_return = fields.Boolean("Send the goods back")
    evidence_ids = fields.Many2many("ir.attachment", string="Pictures")
    goods_amount = fields.Monetary("Amount for the goods", compute="_compute_goods_amount", store=True, readonly=False)
    freight_amount = fields.Monetary("Amount for freight")
    max_goods = fields.Monetary("At most for goods", compute="_compute_max_goods")
    max_freight = fields.Monetary(related="refund_id.max_freight")
    return_carrier_code = fields.Char("Carrier code")
    return_bill_no = fields.Char("Waybill")

    @api.model
    def _selection_reason_ref(self):
        refund = self.env["purchase.1688.refund"].browse(self.env.context.get("default_refund_id"))
        return [(reason["ref"], reason["name"]) for reason in refund.exists().reasons or []]

    @api.model
    def default_get(self, fields_list):
        vals = super().default_get(fields_list)
        refund = self.env["purchase.1688.refund"].browse(vals.get("refund_id"))
        order = self.env["purchase.1688.order"].browse(vals.get("order_id"))
        if refund:
            vals.update(
                description=refund.description,
                goods_received=refund.goods_received,
                with_return=refund.with_return,
                evidence_ids=[fields.Command.set(refund.evidence_ids.ids)],
                freight_amount=refund.freight_amount,
                reason_ref=refund.reason_ref,
            )
        first = self.env["purchase.1688.refund"].browse(vals.get("first_id"))
        if first:
            vals.update(
                description=first.description,
                goods_received=first.goods_received,
                evidence_ids=[fields.Command.set(first.evidence_ids.ids)],
            )
        claimed = {line.order_line_id: line.quantity for line in (refund or first).line_ids}
        lines = order.line_ids.filtered(lambda line: line.is_live and (not (refund or first) or line in claimed))
        vals["line_ids"] = [
            fields.Command.create({"order_line_id": line.id, "quantity": claimed.get(line, 0.0)}) for line in lines
        ]
        return vals

    @api.depends("refund_id", "first_id", "order_id", "line_ids.quantity")
    def _compute_rest_of_id(self):
        """The claim that the buyer came from, or the one that holds these goods already."""
        model = self.env["purchase.1688.refund"]
        for request in self:
            if request.refund_id or request.first_id:
                request.rest_of_id = request.refund_id.rest_of_id or request.first_id
            else:
                request.rest_of_id = model._find_rest_of(request.order_id, request._get_counts())

    @api.depends("line_ids.quantity", "rest_of_id")
    def _compute_max_goods(self):
        """What the goods cost, less what came back for them; what 1688 says where it was asked for just these."""
        for request in self:
            refund = request.refund_id
            asked = refund.limits_at and request._is_unchanged()
            most = refund.max_goods if asked else sum(request.line_ids.mapped("amount"))
            if request.rest_of_id:
                most = min(most, max(float(request.rest_of_id._get_rest(but=refund)), 0))
            request.max_goods = most

    @api.depends("line_ids.quantity", "rest_of_id")
    def _compute_goods_amount(self):
        for request in self:
            wanted = request.refund_id.goods_amount if request._is_unchanged() else request.max_goods
            request.goods_amount = min(wanted, request.max_goods)

    def _get_counts(self):
        """{order line: quantity in 1688 units} that is claimed."""
        return {line.order_line_id: line.quantity for line in self.line_ids if line.quantity > 0}

    def _is_unchanged(self):
        """Whether the goods are those of the claim that is changed."""
        claimed = {line.order_line_id: line.quantity for line in self.refund_id.line_ids}
        return bool(self.refund_id) and self._get_counts() == claimed

    def action_request(self):
        """Open the claim, or bring the one at hand up to date; it is sent when nothing is in doubt."""
        self.ensure_one()
        self.order_id.check_access("read")
        self.refund_id._check_may_claim()
        self.evidence_ids.check_access("read")
        # users may not write orders and claims themselves; the rights were checked above
        counts = {line.sudo(): quantity for line, quantity in self._get_counts().items()}
        if not counts:
            raise UserError(self.env._("Say how many pieces the claim is about."))
        labels = dict(self._fields["reason_text"]._description_selection(self.env))
        refund = self.refund_id.sudo()
        if refund:
            refund._change(counts, self._prepare_change_vals(), self.evidence_ids.sudo())
        else:
            refund = self.order_id.sudo()._open_claim(
                counts,
                self.reason_text,
                self.description or labels.get(self.reason_text),
                self.evidence_ids.sudo(),
                goods_received=self.goods_received,
                with_return=self.with_return,
                rest_of=self.rest_of_id.sudo(),
            )
            refund.write({"goods_amount": self.goods_amount, "freight_amount": self.freight_amount})
        return {
            "type": "ir.actions.act_window",
            "res_model": "purchase.1688.refund",
            "res_id": refund.id,
            "views": [(False, "form")],
        }

    def action_send_back(self):
        """Give 1688 the waybill of the return."""
        self.ensure_one()
        self.refund_id._check_may_claim()
        if not self.return_carrier_code or not self.return_bill_no:
            raise UserError(self.env._("Give the carrier's code and the waybill."))
        # rights were checked above; users may not write claims themselves
        self.refund_id.sudo()._send_back(self.return_carrier_code, self.return_bill_no)
        return {"type": "ir.actions.act_window_close"}

    def _prepare_change_vals(self):
        reasons = {reason["ref"]: reason for reason in self.refund_id.reasons or []}
        reason = reasons.get(self.reason_ref) or {}
        return {
            "description": self.description,
            "goods_received": self.goods_received,
            "with_return": self.with_return,
            "goods_amount": self.goods_amount,
            "freight_amount": self.freight_amount,
            "reason_ref": reason.get("ref"),
            "reason_name": reason.get("name"),
            "needs_evidence": bool(reason.get("needs_evidence")),
        }
