import json
import logging
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..lib.errors import OutcomeUnknown, Refused
from ..transaction import own_transaction
from .purchase_1688_attempt_steps import LOOKS, later

_logger = logging.getLogger(__name__)

#: "not found" counts after this many looks and this many seconds since the call: lists lag behind
MIN_ABSENCES = 3
GRACE_SECONDS = 300
#: kinds that cost money once more when they are done once more
SPENDING = ("create", "pay", "refund")
#: a person is told of an outcome that is still unknown after this many looks
PATIENT_LOOKS = 5


class _Overtaken(Exception):
    """The outcome was recorded by somebody else in the meantime."""


class Purchase1688AttemptLook(models.AbstractModel):
    """What became of a call without an answer: found out by reading 1688, decided by a person.

    The machine never sends such a call again. It looks at growing distances, also after a
    person was told, since the platform may do the work late.
    """

    _name = "purchase.1688.attempt.look"
    _description = "1688 Attempt: Unknown Outcome"

    # --- business: looking

    def _expire(self):
        """The process that called is gone (or very slow): the outcome is unknown."""
        with own_transaction(self.env) as env:
            attempt = self.with_env(env).sudo()  # whoever runs it
            error = OutcomeUnknown("The process that called did not come back.", code="lost")
            lost = attempt._move(("calling",), attempt._unknown_vals(error))
            attempt._tell(lost, "_attempt_unknown")
            if lost:
                attempt._complete_audit()

    def _complete_audit(self):
        """Note the row of the audit trail that the process of the present sending did not live to write."""
        mine = [("res_model", "=", self.res_model), ("res_id", "=", self.res_id)]
        mine.append(("purpose", "=", self._get_purpose()))
        if not self.env["purchase.1688.call"].search_count(mine, limit=1):
            lost = self.account_id._get_lost_call(json.loads(self.request))
            self._note_unlogged(self._get_purpose(), [lost])

    def _look(self):
        """Read 1688 once about this attempt and keep what was found."""
        self.ensure_one()
        try:
            with own_transaction(self.env) as env:
                found = self.with_env(env).sudo()._look_here()  # whoever runs it
        except _Overtaken:
            return
        except Exception:
            _logger.exception("Attempt %s: the look at 1688 failed", self.id)
            found = None
        if found not in ("done", "refused"):
            with own_transaction(self.env) as env:
                self.with_env(env).sudo()._note_look(found == "absent")  # whoever runs it
        self.invalidate_recordset(flush=False)

    def _look_here(self):
        """The record reads, and applies what it finds, in the transaction that ends the attempt.

        :return: "done", "refused" (it did not happen, and never will), "absent" or None (still unknown)
        """
        if self.state != "unknown":
            raise _Overtaken()
        record = self._get_record()
        found = record._attempt_reconcile(self) if record else None
        if found in ("done", "refused"):
            if not self._move(("unknown",), {"state": found}):
                raise _Overtaken()
            self._finish(found)
        if found == "refused":
            self.write({"error_message": record._attempt_describe_refusal(self)})
        return found

    def _note_look(self, absent):
        """Count the look, set the next one, and tell a person when it is time."""
        if self.state != "unknown":
            return
        looks, absences = self.looks + 1, self.absences + 1 if absent else 0
        if fields.Datetime.now() < self.claimed_at + timedelta(seconds=GRACE_SECONDS):
            absences = min(absences, MIN_ABSENCES - 1)  # the one that decides comes after the grace
        vals = {"looks": looks, "absences": absences, "next_look_at": later(LOOKS, looks + 1)}
        if not self._move(("unknown",), vals):
            return
        issues = self.env["purchase.1688.issue"]
        if self._is_surely_absent():
            issues._close(self, ["attempt_unknown", "attempt_unreadable"])
            issues._open(self, "attempt_absent", **self._issue_vals())
        elif looks >= PATIENT_LOOKS:
            issues._open(self, "attempt_unknown", **self._issue_vals())

    def _is_surely_absent(self):
        """Whether 1688 was read often and late enough to say that nothing was done."""
        return self.state == "unknown" and self.absences >= MIN_ABSENCES

    # --- business: deciding

    def _check_may_decide(self):
        """Only approvers and managers decide on an unknown outcome, and only in their companies."""
        self.check_access("read")
        user = self.env.user
        if not user.has_groups("purchase_1688.group_approver,purchase_1688.group_manager"):
            raise AccessError(self.env._("Approvers and managers decide on calls with an unknown outcome."))

    def _get_too_early(self):
        """In words, when somebody can say that it was not done."""
        return self.env._(
            "It is too early to say that it was not done: 1688's lists lag behind. It is looked up "
            "%(looks)s times over at least %(minutes)s minutes first.",
            looks=MIN_ABSENCES,
            minutes=GRACE_SECONDS // 60,
        )

    def _may_give_up(self):
        """Whether a person may close it as not done: what costs money when it is done twice only if surely absent."""
        return self.kind not in SPENDING or self._is_surely_absent()

    def _send_again(self):
        """Send the same request again, with the same reference, because a person says so.

        Only when 1688 was read often and late enough without finding it.
        """
        self.ensure_one()
        self._check_may_decide()
        if not self._is_surely_absent():
            raise UserError(self._get_too_early())
        attempt_sudo = self.sudo()  # attempts are written by methods only
        vals = {"state": "ready", "looks": 0, "absences": 0, "failures": 0}
        vals["next_look_at"] = fields.Datetime.now()
        if not attempt_sudo._move(("unknown",), vals):
            raise UserError(self.env._("The outcome has become known in the meantime."))
        self.env["purchase.1688.issue"]._close(self, ["attempt_unknown", "attempt_absent"], self.env._("Sent again"))
        attempt_sudo._dispatch()

    def _give_up(self, reason):
        """Close the attempt as not done, because a person says so: the same may be asked for anew from then on.

        :param reason: how the person knows; it is kept
        """
        self.ensure_one()
        self._check_may_decide()
        if not self._may_give_up():
            raise UserError(self._get_too_early())
        attempt_sudo = self.sudo()  # attempts are written by methods only
        error = Refused(reason, code="given_up")
        if not attempt_sudo._move(("unknown",), {"state": "refused"}):
            raise UserError(self.env._("The outcome has become known in the meantime."))
        attempt_sudo._finish("refused", error)
        attempt_sudo.write({"error_message": reason})
        record = attempt_sudo._get_record()
        if record:
            record._attempt_refused(attempt_sudo, error)
