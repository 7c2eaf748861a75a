from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .purchase_1688_messages import describe_kind

ACTIVITY_TYPE = "purchase_1688.mail_activity_type_purchase_1688_issue"
BUS_COUNTS = "purchase_1688/counts"
#: fields that only the rules write
RULED = {
    "state",
    "kind",
    "res_model",
    "res_id",
    "company_id",
    "amount",
    "action_method",
    "closed_at",
    "closed_by_id",
    "close_reason",
}


class Purchase1688Issue(models.Model):
    """One thing that a person must look at: what, whose, until when, how much money, what next."""

    _name = "purchase.1688.issue"
    _description = "1688 Issue"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state desc, deadline, id"

    name = fields.Char(string="What", required=True)
    kind = fields.Char(required=True, index=True, help="Which rule opened it; the same rule closes it again.")
    description = fields.Text()
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        default="open",
        required=True,
        index=True,
        tracking=True,
    )
    res_model = fields.Char(string="Record model", index=True)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model", index=True)
    record_name = fields.Char(string="About", compute="_compute_record_name")
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    user_id = fields.Many2one("res.users", string="Owner", index=True, tracking=True)
    deadline = fields.Datetime(string="Due", index=True, tracking=True)
    amount = fields.Monetary(string="Money at risk")
    currency_id = fields.Many2one("res.currency", default=lambda self: self.env.ref("base.CNY"), required=True)
    action_name = fields.Char(string="Next step")
    action_method = fields.Char(help="Button method of the record that does the next step; empty opens the record.")
    closed_at = fields.Datetime(readonly=True)
    closed_by_id = fields.Many2one("res.users", readonly=True)
    close_reason = fields.Char(readonly=True)

    _open_uniq = models.UniqueIndex(
        "(kind, res_model, res_id) WHERE state = 'open'",
        "There is already an open issue of this kind for this record.",
    )

    @api.depends("res_model", "res_id")
    def _compute_record_name(self):
        for issue in self:
            record = issue._get_record()
            issue.record_name = record.sudo().display_name if record else False  # a name only

    # --- CRUD

    def write(self, vals):
        """By hand only what organises the work; the rest is for the rules."""
        if not self.env.su and RULED & set(vals):
            raise AccessError(self.env._("Close issues with a reason; rules change the rest."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Issues are closed, not deleted: they are part of the history."))

    # --- actions

    def action_next_step(self):
        """Do the next step on the record as the present user; without one, open the record."""
        self.ensure_one()
        record = self._get_record()
        if not record:
            raise UserError(self.env._("The record of this issue is gone. Close the issue with a reason."))
        record.check_access("read")
        method = self.action_method
        if method and method.startswith("action_") and hasattr(record, method):
            return getattr(record, method)() or True
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }

    def action_close(self):
        """Ask for the reason, then close."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Close with a reason"),
            "res_model": "purchase.1688.issue.close",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_issue_ids": self.ids},
        }

    # --- business

    def _get_record(self):
        self.ensure_one()
        if not self.res_model or not self.res_id or self.res_model not in self.env:
            return None
        return self.env[self.res_model].browse(self.res_id).exists()

    @api.model
    def _open(self, record, kind, **vals):
        """Open the issue ``kind`` for ``record``, or bring the one that is open up to date.

        :param record: the record that a person must look at (one)
        :param vals: fields of the issue; the table of kinds and the record give what is missing
        :return: the open issue
        """
        record.ensure_one()
        issues_sudo = self.sudo()  # issues are opened by rules, whoever happens to be the user
        issue = issues_sudo.search(
            [
                ("kind", "=", kind),
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("state", "=", "open"),
            ]
        )
        if issue:
            news = ("name", "description", "amount")
            changed = {name: vals[name] for name in news if vals.get(name) and issue[name] != vals[name]}
            if changed:
                issue.write(changed)
            if "name" in changed:
                issue.activity_search([ACTIVITY_TYPE]).summary = issue.name
            return issue
        issue = issues_sudo.create(self._prepare_open_vals(record, kind, vals))
        issue._schedule_activity()
        issue._tell_owner()
        return issue

    @api.model
    def _prepare_open_vals(self, record, kind, vals):
        company = record.company_id if "company_id" in record._fields and record.company_id else self.env.company
        owner = record.user_id if "user_id" in record._fields and record.user_id else company.ali1688_fallback_user_id
        title, action_name = describe_kind(self.with_context(lang=owner.lang or self.env.lang).env, kind)
        return {
            "name": title or kind,
            "action_name": action_name,
            "kind": kind,
            "res_model": record._name,
            "res_id": record.id,
            "company_id": company.id,
            "user_id": owner.id,
            "deadline": fields.Datetime.now() + timedelta(days=1),
            **vals,
        }

    def _schedule_activity(self):
        self.ensure_one()
        if self.user_id:
            deadline = fields.Date.to_date(self.deadline) or fields.Date.context_today(self)
            self.activity_schedule(ACTIVITY_TYPE, date_deadline=deadline, summary=self.name, user_id=self.user_id.id)

    def _tell_owner(self):
        """The number beside the menu item changes without a click."""
        for owner in self.user_id:
            owner._bus_send(BUS_COUNTS, {})

    @api.model
    def _close(self, record, kinds, reason=None):
        """Close what the rules `kinds` (text or list) had opened for `record` (any number)."""
        kinds = [kinds] if isinstance(kinds, str) else list(kinds)
        domain = [
            ("kind", "in", kinds),
            ("res_model", "=", record._name),
            ("res_id", "in", record.ids),
            ("state", "=", "open"),
        ]
        issues = self.sudo().search(domain)  # rules close issues whoever happens to be the user
        issues._set_closed(reason or self.env._("Settled"))
        return issues

    def _set_closed(self, reason):
        issues_sudo = self.sudo()  # see `write`
        issues_sudo.write(
            {
                "state": "closed",
                "closed_at": fields.Datetime.now(),
                "closed_by_id": self.env.uid,
                "close_reason": reason,
            }
        )
        issues_sudo.activity_feedback([ACTIVITY_TYPE], feedback=reason)
        issues_sudo._tell_owner()
