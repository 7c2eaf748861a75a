from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

from .purchase_1688_call import make_append_only

#: how long a permission holds
VALID_HOURS = 24
#: kind of attempt -> kind of approval that it needs
NEEDED = {"create": "place", "pay": "pay"}
#: what an approval fixes, apart from the record and the kind
FIXED = ("amount", "payee", "address_digest", "digest")


class Purchase1688Approval(models.Model):
    """The permission to spend: who allowed which amount to whom, for exactly what, until when.

    Append-only. The record is of any model with a company, an account and the hook
    ``_approval_values(kind)``, which says what would be approved now: amount (yuan),
    payee (member ids), address_digest, digest (fingerprint of everything that counts) and
    prepared_by (user). It is asked when the approval is granted and again in the moment of
    sending; any difference stops the call.
    """

    _name = "purchase.1688.approval"
    _description = "1688 Approval"
    _order = "id desc"
    _check_company_auto = True
    _log_access = False

    kind = fields.Selection([("place", "Place the order"), ("pay", "Pay")], required=True, readonly=True)
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True, readonly=True, index=True
    )
    record_name = fields.Char(string="For", compute="_compute_record_name")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    account_id = fields.Many2one(
        "purchase.1688.account", required=True, readonly=True, check_company=True, ondelete="restrict"
    )
    user_id = fields.Many2one("res.users", string="Approved by", required=True, readonly=True, ondelete="restrict")
    prepared_by_id = fields.Many2one(
        "res.users", string="Prepared by", required=True, readonly=True, ondelete="restrict"
    )
    amount = fields.Monetary(required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True, ondelete="restrict")
    payee = fields.Char(required=True, readonly=True, help="Member id of the seller(s).")
    address_digest = fields.Char(readonly=True)
    digest = fields.Char(required=True, readonly=True, help="Fingerprint of exactly what was approved.")
    granted_at = fields.Datetime(required=True, readonly=True)
    valid_until = fields.Datetime(required=True, readonly=True)
    note = fields.Char(readonly=True)

    def init(self):
        make_append_only(self.env.cr, self._table)

    @api.depends("kind", "user_id", "granted_at")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for approval in self:
            approval.display_name = f"{kinds.get(approval.kind)} – {approval.user_id.name}"

    @api.depends("res_model", "res_id")
    def _compute_record_name(self):
        for approval in self:
            model = self.env.get(approval.res_model)
            record = model.browse(approval.res_id).exists() if model is not None else None
            approval.record_name = record.sudo().display_name if record else False  # a name only

    # --- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """Only who may approve makes an approval, and the record says what is approved."""
        return super().create([self._prepare_vals(vals) for vals in vals_list])

    def write(self, vals):
        if vals:
            raise UserError(self.env._("Approvals cannot be changed. Approve again instead."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Approvals cannot be deleted."))

    # --- business

    @api.model
    def _grant(self, record, kind, note=None):
        """Approve `record` as the present user.

        :param kind: ``place`` or ``pay``
        :raise AccessError: the user may not approve this
        """
        record.ensure_one()
        record.check_access("read")
        vals = {"kind": kind, "res_model": record._name, "res_id": record.id, "note": note}
        return self.sudo().create(vals)  # checked in create; nobody has the right directly

    @api.model
    def _prepare_vals(self, vals):
        kind = vals["kind"]
        record_sudo = self.env[vals["res_model"]].sudo().browse(vals["res_id"])  # read above
        values = record_sudo._approval_values(kind)
        user = self.env.user
        self._check_may_approve(user, kind, values, record_sudo.company_id)
        now = fields.Datetime.now()
        return {
            "kind": kind,
            "res_model": record_sudo._name,
            "res_id": record_sudo.id,
            "company_id": record_sudo.company_id.id,
            "account_id": record_sudo.account_id.id,
            "user_id": user.id,
            "prepared_by_id": values["prepared_by"].id,
            "currency_id": self.env.ref("base.CNY").id,
            "granted_at": now,
            "valid_until": now + timedelta(hours=VALID_HOURS),
            "note": vals.get("note"),
            **{name: values.get(name) for name in FIXED},
        }

    @api.model
    def _check_may_approve(self, user, kind, values, company):
        """Refuse users without the right, and a second signature by the same person."""
        if user.id == SUPERUSER_ID or not user.active:
            raise AccessError(self.env._("Only a person can approve."))
        if company not in user.company_ids:
            raise AccessError(self.env._("%s does not work for this company.", user.name))
        approver = user.has_group("purchase_1688.group_approver")
        above = values["amount"] > company.ali1688_approval_limit
        if kind == "pay" and not approver:
            raise AccessError(self.env._("Payments are approved by an approver."))
        if not approver and not user.has_group("purchase_1688.group_buyer"):
            raise AccessError(self.env._("Orders are approved by a buyer or an approver."))
        if not above:
            return
        if not approver:
            raise AccessError(
                self.env._(
                    "%(amount).2f CNY is above the limit of %(limit).2f CNY: an approver has to approve it.",
                    amount=values["amount"],
                    limit=company.ali1688_approval_limit,
                )
            )
        if user == values["prepared_by"]:
            raise AccessError(
                self.env._(
                    "%(amount).2f CNY is above the limit of %(limit).2f CNY: somebody else than "
                    "the person who prepared it has to approve.",
                    amount=values["amount"],
                    limit=company.ali1688_approval_limit,
                )
            )

    @api.model
    def _find_valid(self, record, kind, digest):
        """The newest approval of `record` that holds now and was not used, or an empty one."""
        approvals_sudo = self.sudo().search(  # whoever prepares the call
            [
                ("kind", "=", kind),
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("digest", "=", digest),
                ("valid_until", ">", fields.Datetime.now()),
            ]
        )
        return approvals_sudo.filtered(lambda approval: not approval._get_uses())[:1]

    def _get_uses(self):
        """Attempts that used this approval: one that was sent, or is about to be."""
        domain = [("approval_id", "=", self.id), ("state", "not in", ("refused", "cancelled"))]
        return self.env["purchase.1688.attempt"].sudo().search(domain)  # of whomever

    def _check_covers(self, attempt, record):
        """Refuse `attempt` unless this approval allows exactly it, now.

        :raise UserError: with the reason
        """
        self._check_allows(record, NEEDED[attempt.kind], attempt.account_id, attempt.amount)
        if self._get_uses() - attempt:
            raise UserError(self.env._("The approval was used already."))

    def _check_allows(self, record, kind, account, amount):
        """Refuse to spend `amount` (yuan) of `account` on `record` unless this approval allows exactly that, now.

        :param kind: ``place`` or ``pay``
        :raise UserError: with the reason
        """
        if not self:
            raise UserError(self.env._("Nobody has approved this."))
        values = record._approval_values(kind)
        if self.kind != kind or (self.res_model, self.res_id) != (record._name, record.id):
            raise UserError(self.env._("The approval is for something else."))
        if self.valid_until <= fields.Datetime.now():
            raise UserError(self.env._("The approval has run out. Approve again."))
        if self.account_id != account or record.account_id != account:
            raise UserError(self.env._("The account has changed since the approval."))
        if self.currency_id.compare_amounts(amount, self.amount) != 0:
            raise UserError(self.env._("The amount is not the one that was approved."))
        if self.currency_id.compare_amounts(values["amount"], self.amount) != 0:
            raise UserError(self.env._("The amount has changed since the approval."))
        for name in FIXED[1:]:
            if (values.get(name) or "") != (self[name] or ""):
                raise UserError(self.env._("Goods, seller or address have changed since the approval."))
        self._check_may_approve(self.user_id, kind, values, self.company_id)
