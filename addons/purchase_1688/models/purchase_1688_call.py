import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..lib import audit
from ..transaction import own_transaction
from .purchase_1688_secret import EVERY

#: columns that a row's hash covers, in this order; new ones go to the end
COVERED = (
    "account_id",
    "company_id",
    "sequence",
    "name",
    "api_name",
    "purpose",
    "res_model",
    "res_id",
    "user_id",
    "params",
    "answer",
    "started_at",
    "duration_ms",
    "outcome",
    "http_status",
    "code",
    "size",
)
INSERT = f"INSERT INTO purchase_1688_call ({', '.join(COVERED)}, hash) VALUES %s"  # noqa: S608
#: what was purged by the policy may go: the chain says first where it begins from then on
PURGE_ONLY = """
CREATE OR REPLACE FUNCTION purchase_1688_call_purge() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.sequence <= (
        SELECT begin_sequence FROM purchase_1688_call_chain WHERE account_id = OLD.account_id
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Rows of % are append-only.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$ LANGUAGE plpgsql;
DROP TRIGGER IF EXISTS append_only_rows ON purchase_1688_call;
CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON purchase_1688_call
    FOR EACH ROW EXECUTE FUNCTION purchase_1688_call_purge();
"""
#: rows read at a time while verifying
PAGE = 20000


class Purchase1688Call(models.Model):
    """One call to 1688 in the audit trail: masked, append-only, chained by hashes per account.

    A row is written after its call. A process that is killed in between leaves no row of a read,
    which changed nothing anywhere. Of a call that spends or commits it leaves the attempt:
    claimed, with its exact request and the number of the try, in a transaction before the first
    byte went out; nobody can delete it, and when it expires the missing row is appended as
    *unknown, lost* (``_expire`` of the attempt). A row that could not be written right after such a call is
    kept with the attempt, and appended as soon as that is possible (``_log_late``). So each such call
    has its request (the claim) and its outcome (a row), also when nobody lived to see it.
    """

    _name = "purchase.1688.call"
    _description = "1688 Call"
    _order = "id desc"
    _log_access = False

    account_id = fields.Many2one("purchase.1688.account", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict", index=True)
    sequence = fields.Integer(string="No.", required=True, readonly=True, aggregator=None)
    name = fields.Char(string="Call", required=True, readonly=True, index=True)
    api_name = fields.Char(string="API", readonly=True)
    purpose = fields.Char(readonly=True)
    res_model = fields.Char(string="Record model", readonly=True)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model", readonly=True)
    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict")
    params = fields.Text(string="Parameters", readonly=True)
    answer = fields.Text(readonly=True)
    started_at = fields.Datetime(required=True, readonly=True, index=True)
    duration_ms = fields.Integer(string="Duration (ms)", readonly=True, aggregator="avg")
    outcome = fields.Selection(
        [
            ("answered", "Answered"),
            ("refused", "Refused"),
            ("not_sent", "Not sent"),
            ("unknown", "Unknown"),
        ],
        required=True,
        readonly=True,
    )
    http_status = fields.Integer(string="HTTP status", readonly=True, aggregator=None)
    code = fields.Char(readonly=True)
    size = fields.Integer(string="Answer (bytes)", readonly=True)
    hash = fields.Char(required=True, readonly=True)

    _chain_uniq = models.UniqueIndex("(account_id, sequence)", "Numbers of the audit trail are unique per account.")
    _record_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")

    def init(self):
        make_append_only(self.env.cr, self._table)
        self.env.cr.execute(PURGE_ONLY)

    # --- CRUD

    def write(self, vals):
        if vals:
            raise UserError(self.env._("The audit trail cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The audit trail cannot be changed."))

    # --- actions

    def action_verify(self):
        """Check the trails of the accounts of these rows, or of all accounts, and tell."""
        self.browse().check_access("read")
        accounts = self.account_id or self.env["purchase.1688.account"].search(EVERY)
        return self._verify_notification(accounts)

    @api.model
    def _verify_notification(self, accounts):
        sentences = [self._verify_sentence(account) for account in accounts]
        damaged = any(wrong for wrong, text in sentences)
        whole, broken = (
            self.env._("The audit trail is whole"),
            self.env._("The audit trail is damaged"),
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": broken if damaged else whole,
                "message": "\n".join(text for wrong, text in sentences if wrong or not damaged),
                "type": "danger" if damaged else "success",
                "sticky": damaged,
            },
        }

    def _verify_sentence(self, account):
        count, finding = self._verify(account)
        if finding is None:
            return False, self.env._(
                "%(account)s: %(count)s calls, none changed or missing.",
                account=account.display_name,
                count=count,
            )
        names = {"account": account.display_name, "no": finding.sequence}
        sentences = {
            "changed": self.env._("%(account)s: call no. %(no)s was changed.", **names),
            "missing": self.env._("%(account)s: call no. %(no)s is missing.", **names),
            "cut": self.env._("%(account)s: the calls from no. %(no)s on are missing.", **names),
            "head": self.env._("%(account)s: the end, call no. %(no)s, was changed.", **names),
            "anchor": self.env._(
                "%(account)s: call no. %(no)s is not the one that was noted outside the database.", **names
            ),
            "begin": self.env._("%(account)s: the calls up to no. %(no)s were not removed by the policy.", **names),
        }
        return True, sentences[finding.kind]

    # --- business

    @api.model
    def _append(self, account, calls, purpose, record=None):
        """Append `calls` (of the client) to the trail of `account`, in a transaction of its own.

        :param record: what the calls were made for (one record), if anything
        """
        if not calls:
            return
        with own_transaction(self.env) as env:
            self._append_here(env, account, calls, purpose, record)

    @api.model
    def _append_here(self, env, account, calls, purpose, record=None):
        """Append in the transaction of `env`; nobody else appends to this trail until it ends."""
        about = (record._name, record.id) if record else (None, None)
        sequence, previous, company_id = self._lock_head(env.cr, account.id)
        shared = (account.id, company_id)
        rows = []
        for call in calls:
            sequence += 1
            values = (
                *shared,
                sequence,
                *(audit.clean(text) for text in (call.name, call.api, purpose)),
                *about,
                self.env.uid,
                audit.clean(json.dumps(call.params, ensure_ascii=False, sort_keys=True)),
                audit.clean(call.answer),
                call.started_at.replace(tzinfo=None, microsecond=0),
                int(call.duration_ms),
                call.outcome,
                call.http_status or 0,
                audit.clean(call.code or None),
                call.bytes or 0,
            )
            previous = audit.row_hash(previous, audit.row_text(values))
            rows.append((*values, previous))
        env.cr.execute_values(INSERT, rows)
        env.cr.execute(
            "UPDATE purchase_1688_call_chain SET sequence = %s, hash = %s WHERE account_id = %s",
            [sequence, previous, account.id],
        )

    @api.model
    def _lock_head(self, cr, account_id):
        """Number and hash of the newest row, locked until the end of the transaction, and the account's company."""
        query = (
            "SELECT head.sequence, head.hash, account.company_id FROM purchase_1688_call_chain AS head"
            " JOIN purchase_1688_account AS account ON account.id = head.account_id"
            " WHERE head.account_id = %s FOR UPDATE OF head"
        )
        cr.execute(query, [account_id])
        if not cr.rowcount:
            cr.execute(
                "INSERT INTO purchase_1688_call_chain (account_id, sequence, hash)"
                " VALUES (%s, 0, %s) ON CONFLICT DO NOTHING",
                [account_id, audit.GENESIS],
            )
            cr.execute(query, [account_id])
        return cr.fetchone()

    @api.model
    def _verify(self, account):
        """Walk the trail of `account` from the first row that was not purged.

        :return: (number of calls that are whole, first finding or None)
        """
        cr = self.env.cr
        begin = self._get_begin(account)
        text = SQL(", ").join(SQL("COALESCE(%s::text, '')", SQL.identifier(name)) for name in COVERED)
        verifier = audit.Verifier(*begin, anchors=self._get_anchors(account))
        last = begin[0]
        while True:
            cr.execute(
                SQL(
                    "SELECT sequence, hash, concat_ws(%s, %s) FROM purchase_1688_call"
                    " WHERE account_id = %s AND sequence > %s ORDER BY sequence LIMIT %s",
                    audit.SEPARATOR,
                    text,
                    account.id,
                    last,
                    PAGE,
                )
            )
            rows = cr.fetchall()
            if not rows or not verifier.feed(rows):
                break
            last = rows[-1][0]
        cr.execute(
            "SELECT sequence, hash FROM purchase_1688_call_chain WHERE account_id = %s",
            [account.id],
        )
        head = cr.fetchone() or (0, audit.GENESIS)
        finding = verifier.close(*head)
        if finding is None and begin[0] and not self._is_purge_logged(account, *begin):
            finding = audit.Finding(begin[0], "begin")
        return verifier.sequence - begin[0], finding


def make_append_only(cr, table):
    """Let the database itself refuse to change, delete or empty the rows of `table`."""
    cr.execute(
        """
        CREATE OR REPLACE FUNCTION purchase_1688_append_only() RETURNS trigger AS $$
        BEGIN
            RAISE EXCEPTION 'Rows of % are append-only.', TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation';
        END $$ LANGUAGE plpgsql
        """
    )
    name = SQL.identifier(table)
    cr.execute(SQL("DROP TRIGGER IF EXISTS append_only_rows ON %s", name))
    cr.execute(SQL("DROP TRIGGER IF EXISTS append_only_table ON %s", name))
    cr.execute(
        SQL(
            "CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON %s"
            " FOR EACH ROW EXECUTE FUNCTION purchase_1688_append_only()",
            name,
        )
    )
    cr.execute(
        SQL(
            "CREATE TRIGGER append_only_table BEFORE TRUNCATE ON %s"
            " FOR EACH STATEMENT EXECUTE FUNCTION purchase_1688_append_only()",
            name,
        )
    )
