import json
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..scheduled import work_off
from .purchase_1688_attempt_steps import digest
from .purchase_1688_doorway import MONEY_SECONDS
from .purchase_1688_messages import in_owner_language

#: a call that did not come back after this many seconds is unknown
STALE_SECONDS = 4 * MONEY_SECONDS
#: how many attempts one run of a cron looks at
BATCH = 200
#: states that are not the end
OPEN_STATES = ("ready", "calling", "answered", "unknown")
CRON_RUN = "purchase_1688.ir_cron_purchase_1688_attempt_run"
CRON_RECONCILE = "purchase_1688.ir_cron_purchase_1688_attempt_reconcile"
GROUP_MANAGER = "purchase_1688.group_manager"


class Purchase1688Attempt(models.Model):
    """One call that spends or commits: prepared, claimed, called, recorded, applied.

    Each step is a short transaction of its own, so that Odoo's repeating of a request, a
    second worker and a killed process find out from the row how far it came. At most one
    call goes out per claim; the machine never sends again when the outcome is unknown.

    The record that it is for has the hooks ``_attempt_check``, ``_attempt_claimed``,
    ``_attempt_apply``, ``_attempt_refused``, ``_attempt_not_sent``, ``_attempt_unknown`` and
    ``_attempt_reconcile``, for spending ``_approval_values``, and ``_attempt_describe_refusal``
    where looking may find that a call did not happen and never will.
    """

    _name = "purchase.1688.attempt"
    _description = "1688 Attempt"
    _inherit = ["purchase.1688.attempt.steps", "purchase.1688.attempt.look"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="Key", required=True, readonly=True, copy=False)
    kind = fields.Selection(
        [
            ("create", "Place order"),
            ("pay", "Pay"),
            ("cancel", "Cancel order"),
            ("confirm", "Confirm receipt"),
            ("refund", "Ask for a refund"),
            ("return", "Send goods back"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    account_id = fields.Many2one(
        "purchase.1688.account", required=True, readonly=True, check_company=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    res_model = fields.Char(string="Record model", required=True, readonly=True)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model", required=True, readonly=True)
    record_name = fields.Char(string="About", compute="_compute_record_name")
    request = fields.Text(required=True, readonly=True, groups="purchase_1688.group_admin")
    digest = fields.Char(
        required=True,
        readonly=True,
        help="Fingerprint of the exact request; compared again before sending.",
    )
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        readonly=True,
        default=lambda self: self.env.ref("base.CNY"),
    )
    approval_id = fields.Many2one("purchase.1688.approval", readonly=True, check_company=True, ondelete="restrict")
    user_id = fields.Many2one(
        "res.users",
        string="Asked by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    state = fields.Selection(
        [
            ("ready", "To be sent"),
            ("calling", "Being sent"),
            ("answered", "Answered"),
            ("unknown", "Outcome unknown"),
            ("done", "Done"),
            ("refused", "Refused by 1688"),
            ("cancelled", "Not sent"),
        ],
        required=True,
        readonly=True,
        default="ready",
        index=True,
    )
    answer = fields.Text(readonly=True, groups="purchase_1688.group_admin")
    late_answer = fields.Text(
        readonly=True,
        groups="purchase_1688.group_admin",
        help="Answer to an earlier sending, which came after a person had it sent again.",
    )
    unlogged = fields.Text(
        readonly=True,
        groups="purchase_1688.group_admin",
        help="Lines that the audit trail could not take at once; they are appended as soon as it can.",
    )
    http_status = fields.Integer(string="HTTP status", readonly=True)
    error_code = fields.Char(readonly=True)
    error_message = fields.Char(readonly=True)
    claimed_at = fields.Datetime(readonly=True)
    recorded_at = fields.Datetime(readonly=True)
    applied_at = fields.Datetime(readonly=True)
    tries = fields.Integer(readonly=True, help="How often it was claimed. A sender records under its own number only.")
    failures = fields.Integer(
        readonly=True, help="How often in a row sending or working in the answer did not succeed."
    )
    token_renewed = fields.Boolean(readonly=True, help="The token was renewed for it: once only.")
    next_look_at = fields.Datetime(readonly=True, index=True, default=fields.Datetime.now)
    looks = fields.Integer(readonly=True, help="How often 1688 was read to find out what became of it.")
    absences = fields.Integer(readonly=True, help="How many of these looks did not find it.")

    _key_uniq = models.UniqueIndex("(name)", "This was asked for already.")
    _open_uniq = models.UniqueIndex(
        "(kind, res_model, res_id) WHERE state IN ('ready', 'calling', 'answered', 'unknown')",
        "The same is already under way for this record.",
    )
    _record_idx = models.Index("(res_model, res_id)")
    _unlogged_idx = models.Index("(id) WHERE unlogged IS NOT NULL")

    @api.depends("res_model", "res_id")
    def _compute_record_name(self):
        for attempt in self:
            record = attempt._get_record()
            attempt.record_name = record.sudo().display_name if record else False  # a name only

    @api.depends("kind", "record_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for attempt in self:
            attempt.display_name = f"{labels.get(attempt.kind, '')} {attempt.record_name or ''}".strip()

    # --- CRUD

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Attempts are part of the history and cannot be deleted."))

    # --- actions

    def action_open_record(self):
        """Open what this attempt is for."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    def action_look(self):
        """Read 1688 now to find out what became of it."""
        self.ensure_one()
        self.check_access("read")
        self.sudo()._look()  # the outcome is written by the machine
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_resolve(self):
        """Decide on an unknown outcome."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide"),
            "res_model": "purchase.1688.attempt.resolve",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_attempt_id": self.id},
        }

    def action_cancel(self):
        """Take back what has not been sent yet."""
        self.ensure_one()
        self.check_access("read")
        if not (self.user_id == self.env.user or self.env.user.has_group(GROUP_MANAGER)):
            raise AccessError(self.env._("Only who asked for it, or a manager, takes it back."))
        text = self.env._("Taken back by %s", self.env.user.name)
        if not self.sudo()._stop_unsent(text):  # written by methods only
            raise UserError(self.env._("It is on its way already."))
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # --- business: prepare

    @api.model
    def _prepare(self, record, kind, stored_call, amount=0, approval=None, key=None):
        """Ask for a call, in the caller's transaction: it happens only if that commits.

        :param record: what the call is for (one record, with account, company and the hooks)
        :param stored_call: from the account's ``_build``
        :param amount: yuan that this spends
        :param approval: the permission; spending without one is refused when it is sent
        :param key: unique text; made from kind and record where nothing is given
        :return: the attempt
        """
        record.ensure_one()
        mine = [("kind", "=", kind), ("res_model", "=", record._name), ("res_id", "=", record.id)]
        attempts_sudo = self.sudo()  # users have no right to make attempts
        before = attempts_sudo.search(mine)
        if before._get_open(kind):
            raise UserError(self.env._("The same is already under way for this record."))
        request = json.dumps(stored_call, ensure_ascii=False, sort_keys=True)
        attempt = attempts_sudo.create(
            {
                "name": key or f"{kind}-{record._name}-{record.id}-{len(before) + 1}",
                "kind": kind,
                "account_id": record.account_id.id,
                "company_id": record.company_id.id,
                "res_model": record._name,
                "res_id": record.id,
                "request": request,
                "digest": digest(request),
                "amount": amount,
                "approval_id": approval.id if approval else False,
                "user_id": self.env.uid,
            }
        )
        attempt._dispatch()
        return attempt

    def _dispatch(self):
        """Hook: have `_run` called soon after the caller's transaction. Base: the cron."""
        self.env.ref(CRON_RUN).sudo()._trigger()  # users may not trigger crons

    # --- crons

    @api.model
    def _cron_run(self):
        """Drive every attempt to its end, from whatever step it was left in."""
        work_off(self.env, CRON_RUN, self._find_lost(), type(self)._expire)
        now = fields.Datetime.now()
        todo = self.search(
            [("state", "in", ("answered", "ready")), ("next_look_at", "<=", now)],
            order="state, next_look_at, id",  # answers first: they are money spent already
            limit=BATCH,
        )
        work_off(self.env, CRON_RUN, todo, type(self)._run, failed=type(self)._set_failed, more=len(todo) == BATCH)
        work_off(self.env, CRON_RUN, self.search([("unlogged", "!=", False)], limit=BATCH), type(self)._log_late)

    @api.model
    def _cron_reconcile(self):
        """Read 1688 about every attempt whose outcome is unknown and whose next look is due."""
        now = fields.Datetime.now()
        todo = self.search(
            [("state", "=", "unknown"), ("next_look_at", "<=", now)],
            order="next_look_at, id",
            limit=BATCH,
        )
        failed, more = type(self)._set_failed, len(todo) == BATCH
        work_off(self.env, CRON_RECONCILE, todo, type(self)._look, failed=failed, more=more)

    def _set_failed(self, _error):
        """What was not foreseen happened with this attempt: later again."""
        self._note_failure(self.env._("See the log of the server."))

    @api.model
    def _find_lost(self):
        """What is calling for too long lost its process: nobody knows what became of it."""
        limit = fields.Datetime.now() - timedelta(seconds=STALE_SECONDS)
        return self.search([("state", "=", "calling"), ("claimed_at", "<", limit)])

    # --- helpers

    def _get_open(self, kind):
        """Those of one kind that did not come to their end."""
        return self.filtered(lambda attempt: attempt.kind == kind and attempt.state in OPEN_STATES)

    def _get_record(self):
        self.ensure_one()
        if self.res_model not in self.env:
            return None
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record:
            return None
        # what was sent by itself is nobody's: who reads of it is whom the record belongs to
        by_itself = self.user_id.id == SUPERUSER_ID and "user_id" in record._fields and record.user_id
        lang = in_owner_language(record if by_itself else self).env.lang
        return record.with_context(lang=lang).with_company(self.company_id)

    def _issue_vals(self):
        return {
            "company_id": self.company_id.id,
            "user_id": self.user_id.id,
            "amount": self.amount,
            "description": self.error_message or "",
            "action_method": "action_resolve" if self.state == "unknown" else "",
        }
