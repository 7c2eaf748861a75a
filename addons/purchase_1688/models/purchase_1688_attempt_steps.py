import hashlib
import json
import logging
import time
from dataclasses import dataclass, field
from datetime import timedelta

from psycopg2 import InterfaceError, OperationalError

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import journal
from ..lib import audit
from ..lib.errors import (
    GatewayError,
    NotAuthorised,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Refused,
)
from ..transaction import has_writes, own_transaction
from .purchase_1688_approval import NEEDED
from .purchase_1688_messages import sentence
from .purchase_1688_spending import SetBack

_logger = logging.getLogger(__name__)

#: seconds to wait after the n-th failure in a row
BACKOFF = (30, 60, 120, 300, 600, 1800)
#: failures in a row after which a person is told
PATIENCE = 3
#: seconds from one look at 1688 to the next while the outcome is unknown
LOOKS = (20, 40, 120, 240, 480, 3600)
#: pauses between tries to record an answer, in seconds: losing it would be worse
RECORD_PAUSES = (0.0, 0.2, 1.0, 3.0)
#: issues that end with the attempt
ISSUE_KINDS = ("attempt_unknown", "attempt_unreadable", "attempt_absent", "attempt_stuck", "attempt_apply")


class _Wait(Exception):
    """It may not go out now, but perhaps later."""


@dataclass(frozen=True)
class _Claim:
    """What the sender needs, taken along from the claim: it reads no database."""

    number: int
    note: tuple
    account_id: int
    stored: dict
    purpose: str
    res_model: str
    res_id: int
    #: what the audit trail could not take of it
    unlogged: list = field(default_factory=list)


class Purchase1688AttemptSteps(models.AbstractModel):
    """The way of an attempt: claim, call, record, apply. Each a short transaction of its own."""

    _name = "purchase.1688.attempt.steps"
    _description = "1688 Attempt: Steps"

    # --- business: claim, call, record

    def _run(self):
        """Take this attempt as far as it goes. May be called by anything, at any time, twice.

        Works in transactions of its own only; the caller's must not have written anything.
        """
        self.ensure_one()
        if has_writes(self.env.cr):
            raise RuntimeError("an attempt is sent after the transaction that asked for it")
        for _turn in (1, 2):  # the second one after a renewal of the token
            claim = self._claim() if self._read_before() else None
            if claim:
                self._record(claim, self._send(claim))
            if not self._apply():
                break
        self.invalidate_recordset(flush=False)

    def _read_before(self):
        """Let the record read 1688 first, where what is sent rests on how things are there now.

        :return: False when that was not possible: nothing is sent blindly
        """
        try:
            with own_transaction(self.env) as env:
                attempt = self.with_env(env).sudo()  # whoever runs it
                record = attempt._get_record() if attempt.state == "ready" else None
                if record:
                    record._attempt_before(attempt)
        except (GatewayError, UserError) as error:
            self._postpone(str(error))
            return False
        return True

    def _claim(self):
        """Take a ready attempt, if it may be sent now and nobody else took it.

        :return: the claim, or None
        """
        try:
            with own_transaction(self.env) as env:
                return self.with_env(env).sudo()._claim_here()  # whoever runs it
        except (OperationalError, InterfaceError) as error:
            _logger.info("Attempt %s not claimed: %s", self.id, error)
        except SetBack as error:
            self.account_id._note_set_back(error.known)
            self._postpone(self.env._("The database was set back to an earlier state."))
        except OSError as error:
            self._postpone(self._journal_sentence(error))
        except _Wait as error:
            self._postpone(str(error))
        except UserError as error:
            self._stop_unsent(str(error))
        return None

    def _claim_here(self):
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                UPDATE purchase_1688_attempt
                   SET state = 'calling', claimed_at = %s, tries = COALESCE(tries, 0) + 1
                 WHERE id = %s AND state = 'ready'
                """,
                now,
                self.id,
            )
        )
        if not self.env.cr.rowcount:
            return None
        record = self._get_record()
        self._check_may_send(record)
        record._attempt_claimed(self)
        entry = {"kind": self.kind, "key": self.name, "amount": self.amount}
        return _Claim(
            number=self.tries,
            note=self.env["purchase.1688.spending"]._take_number(self.account_id, entry),
            account_id=self.account_id.id,
            stored=json.loads(self.request),
            purpose=self._get_purpose(),
            res_model=self.res_model,
            res_id=self.res_id,
        )

    def _check_may_send(self, record):
        """Everything that must hold in this very moment."""
        try:
            self.account_id._check_may_spend()
        except UserError as error:
            raise _Wait(str(error)) from error
        if not record:
            raise UserError(self.env._("What this was for does not exist any more."))
        if digest(self.request) != self.digest:
            raise UserError(self.env._("The stored request was changed."))
        if self.kind in NEEDED:
            self.approval_id._check_covers(self, record)
        record._attempt_check(self)

    def _send(self, claim):
        """Note outside the database that it goes out, then make the call; no transaction is open.

        :return: the reply, or the `GatewayError`
        """
        account = self.env["purchase.1688.account"].browse(claim.account_id)
        about = self.env[claim.res_model].browse(claim.res_id)
        try:
            journal.append(*claim.note)
        except OSError as error:
            return NotSent(self._journal_sentence(error), code="no_journal")
        try:
            return account._send(claim.stored, purpose=claim.purpose, record=about, unlogged=claim.unlogged)
        except GatewayError as error:
            return error
        except Exception as error:
            _logger.exception("Attempt %s: the sender failed", self.id)
            return OutcomeUnknown(str(error), code="failed")

    def _journal_sentence(self, error):
        return self.env._(
            "The journal of what is spent cannot be used (%(reason)s). Make room in, or give access to, %(folder)s; "
            "nothing is sent until then.",
            reason=error.strerror or str(error),
            folder=journal.folder(),
        )

    def _record(self, claim, outcome):
        """Keep what came back, whatever it takes: an answer that is lost costs a person's time."""
        for pause in RECORD_PAUSES:
            time.sleep(pause)
            try:
                with own_transaction(self.env) as env:
                    self.with_env(env).sudo()._record_here(claim, outcome)  # whoever runs it
                return
            except (OperationalError, InterfaceError):
                _logger.warning("Attempt %s: not recorded, trying again", self.id, exc_info=True)
        _logger.error("Attempt %s: the outcome could not be recorded: %r", self.id, outcome)

    def _record_here(self, claim, outcome):
        self._note_unlogged(claim.purpose, claim.unlogged)
        if isinstance(outcome, NotSent):
            moved = self._move(("calling", "unknown"), self._failure_vals(outcome), claim)
            self._tell(moved, "_attempt_not_sent", outcome)
        elif isinstance(outcome, GatewayError):
            moved = self._move(("calling",), self._unknown_vals(outcome), claim)
            self._tell(moved, "_attempt_unknown")
        else:
            text = outcome.text.replace("\x00", "")
            vals = {
                "state": "answered",
                "answer": text,
                "http_status": outcome.http_status,
                "recorded_at": fields.Datetime.now(),
                "next_look_at": fields.Datetime.now(),
            }
            if not self._move(("calling", "unknown"), vals, claim):
                self._keep_late_answer(claim, text)

    def _move(self, sources, vals, claim=None):
        """Compare-and-set: write `vals` if the state is one of `sources` (and the claim ours)."""
        assignments = SQL(", ").join(SQL("%s = %s", SQL.identifier(name), value) for name, value in vals.items())
        mine = SQL("AND tries = %s", claim.number) if claim else SQL()
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE purchase_1688_attempt SET %s WHERE id = %s AND state IN %s %s",
                assignments,
                self.id,
                tuple(sources),
                mine,
            )
        )
        self.invalidate_recordset(flush=False)
        return bool(self.env.cr.rowcount)

    def _failure_vals(self, error):
        """Back to ready: it was surely not done, and is tried again later."""
        failures = self.failures + 1
        return {
            "state": "ready",
            "failures": failures,
            "next_look_at": later(BACKOFF, failures),
            "error_code": error.code,
            "error_message": sentence(self.env, error, self._call_name()),
        }

    def _unknown_vals(self, error):
        return {
            "state": "unknown",
            "looks": 0,
            "absences": 0,
            "next_look_at": later(LOOKS, 1),
            "error_code": error.code,
            "error_message": sentence(self.env, error, self._call_name()),
        }

    def _tell(self, moved, hook, *args):
        """Tell the record, unless it fails: what is recorded stays recorded."""
        if not moved:
            return
        issues = self.env["purchase.1688.issue"]
        if hook == "_attempt_not_sent" and self.failures >= PATIENCE:
            issues._open(self, "attempt_stuck", **self._issue_vals())
        try:
            with self.env.cr.savepoint():
                getattr(self._get_record(), hook)(self, *args)
        except Exception:
            _logger.exception("Attempt %s: %s failed", self.id, hook)
            issues._open(self, "attempt_apply", **self._issue_vals())

    def _note_unlogged(self, purpose, calls):
        """Keep what the audit trail could not take, in the transaction that records how the sending ended."""
        lines = "".join(json.dumps([purpose, call.to_dict()]) + "\n" for call in calls)
        if lines:
            self.flush_recordset()
            self.env.cr.execute(
                "UPDATE purchase_1688_attempt SET unlogged = COALESCE(unlogged, '') || %s WHERE id = %s",
                [lines, self.id],
            )
            self.invalidate_recordset(flush=False)

    def _log_late(self):
        """Append to the audit trail what it could not take in time; together with that the note of it goes."""
        with own_transaction(self.env) as env:
            env.cr.execute("SELECT unlogged FROM purchase_1688_attempt WHERE id = %s FOR UPDATE", [self.id])
            lines = (env.cr.fetchone()[0] or "").splitlines()
            attempt = self.with_env(env).sudo()  # whoever runs it
            about = env[attempt.res_model].browse(attempt.res_id)
            for line in lines:
                purpose, call = json.loads(line)
                calls = [audit.stored_record(call)]
                env["purchase.1688.call"]._append_here(env, attempt.account_id, calls, purpose, about)
            attempt.unlogged = False

    def _keep_late_answer(self, claim, text):
        """The outcome was settled without this answer: it may tell of an effect of its own."""
        self.write({"late_answer": text})
        if self.tries != claim.number or self.state != "done":
            self.env["purchase.1688.issue"]._open(self, "attempt_late", **self._issue_vals())

    # --- business: apply

    def _apply(self):
        """Work the stored answer in; repeatable, since the answer stays.

        :return: True when it is ready again at once, after a renewal of the token
        """
        for _try in (1, 2, 3):
            try:
                with own_transaction(self.env, repeatable=True) as env:
                    again = self.with_env(env).sudo()._apply_here()  # whoever runs it
                break
            except OperationalError:
                _logger.info("Attempt %s: conflict while applying, again", self.id, exc_info=True)
            except Exception as error:
                _logger.exception("Attempt %s: the answer could not be worked in", self.id)
                self._note_failure(error)
                return False
        else:
            return False
        if again:
            account = self.env["purchase.1688.account"].browse(again)
            return bool(account._renew_token(account._read_credentials().access_token))
        return False

    def _apply_here(self):
        """One transaction: the answer's effect and the end of the attempt, together.

        :return: the account's id when its token has to be renewed, else None
        """
        self.env.cr.execute(
            "SELECT id FROM purchase_1688_attempt WHERE id = %s AND state = 'answered' FOR UPDATE",
            [self.id],
        )
        if not self.env.cr.rowcount:
            return None
        record = self._get_record()
        try:
            value = self.account_id._decode(self._call_name(), self.answer, self.http_status)
        except RateLimited as error:
            self.write(self._failure_vals(error))
            record._attempt_not_sent(self, error)
        except NotAuthorised as error:
            if self.token_renewed:
                self._finish("refused", error)
                record._attempt_refused(self, error)
                return None
            self.write({**self._failure_vals(error), "token_renewed": True})
            record._attempt_not_sent(self, error)
            return self.account_id.id
        except Refused as error:
            self._finish("refused", error)
            record._attempt_refused(self, error)
        except GatewayError as error:
            self.write(self._unknown_vals(error))
            record._attempt_unknown(self)
        else:
            record._attempt_apply(self, value)
            self._finish("done")
        return None

    def _finish(self, state, error=None):
        """Write the end of the attempt and close its issues."""
        vals = {"state": state, "applied_at": fields.Datetime.now(), "next_look_at": False}
        vals["error_code"] = error.code if error else False
        vals["error_message"] = sentence(self.env, error, self._call_name()) if error else False
        self.write(vals)
        self.env["purchase.1688.issue"]._close(self, ISSUE_KINDS)

    def _note_failure(self, error):
        """Working in did not succeed: later again, and a person after some times."""
        with own_transaction(self.env) as env:
            attempt = self.with_env(env).sudo()  # whoever runs it
            attempt.failures += 1
            attempt.next_look_at = later(BACKOFF, attempt.failures)
            attempt.error_message = str(error)
            if attempt.failures >= PATIENCE:
                env["purchase.1688.issue"]._open(attempt, "attempt_apply", **attempt._issue_vals())

    def _postpone(self, text):
        """It may not go out now: stays ready, is tried again later."""
        with own_transaction(self.env) as env:
            attempt = self.with_env(env).sudo()  # whoever runs it
            vals = attempt._failure_vals(NotSent(text, code="not_permitted"))
            vals["error_message"] = text
            if attempt._move(("ready",), vals) and attempt.failures >= PATIENCE:
                env["purchase.1688.issue"]._open(attempt, "attempt_stuck", **attempt._issue_vals())

    def _stop_unsent(self, text):
        """End an attempt that was not sent and will not be, and tell its record.

        :return: False when it is on its way already
        """
        with own_transaction(self.env) as env:
            return self.with_env(env).sudo()._stop_unsent_here(text)  # whoever runs it

    def _stop_unsent_here(self, text):
        """The same in the present transaction."""
        if not self._take_back(text):
            return False
        record = self._get_record()
        if record:
            record._attempt_refused(self, Refused(text, code="not_permitted"))
        return True

    def _take_back(self, text):
        """End an attempt that was not sent, together with the change of its record that makes it wrong.

        In the transaction of that change: whoever takes the call at this moment wins or loses both.

        :return: False when it is on its way already
        """
        if not self._move(("ready",), {"state": "cancelled"}):
            return False
        self._finish("cancelled")
        self.write({"error_code": "not_permitted", "error_message": text})
        return True

    # --- helpers

    def _get_purpose(self):
        """What the audit trail says about the present sending; another text for each."""
        return f"{self.kind} {self.name}" + (f" · {self.tries}" if self.tries > 1 else "")

    def _call_name(self):
        return json.loads(self.sudo().request)["name"]  # users may not read the request


def digest(request):
    """Fingerprint of a stored request."""
    return hashlib.sha256(request.encode()).hexdigest()


def later(pauses, count):
    """The moment after the `count`-th pause."""
    seconds = pauses[min(max(count, 1), len(pauses)) - 1]
    return fields.Datetime.now() + timedelta(seconds=seconds)
