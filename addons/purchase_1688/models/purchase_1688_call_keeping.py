import base64
import csv
import hashlib
import io
import json
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import journal
from ..lib import audit
from ..scheduled import work_off
from ..transaction import own_transaction
from .purchase_1688_call import COVERED
from .purchase_1688_secret import EVERY

_logger = logging.getLogger(__name__)

CRON_KEEP = "purchase_1688.ir_cron_purchase_1688_call_keep"
#: rows that go in one transaction
PURGE_BATCH = 5000
#: most rows of one export
EXPORT_ROWS = 20_000
#: a spreadsheet takes what begins with these for a formula
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Purchase1688Call(models.Model):
    """Keeping the audit trail: anchored outside the database, removed by policy, exported, and all that logged."""

    _inherit = "purchase.1688.call"

    # --- business: once a day

    @api.model
    def _cron_keep(self):
        """Note the end of each trail outside the database, then remove what the policy lets go."""
        accounts = self.env["purchase.1688.account"].search(EVERY)
        work_off(self.env, CRON_KEEP, accounts, self._anchor)
        work_off(self.env, CRON_KEEP, accounts.filtered("audit_keep_days"), self._purge)

    @api.model
    def _anchor(self, account):
        """Note number and hash of the newest row in the journal and in the server's log."""
        chain_sudo = self.env["purchase.1688.call.chain"].sudo().search([("account_id", "=", account.id)])
        if not chain_sudo.sequence or journal.last(self._get_anchor_file(account)).get("hash") == chain_sudo.hash:
            return
        at = fields.Datetime.to_string(fields.Datetime.now())
        entry = {"at": at, "sequence": chain_sudo.sequence, "hash": chain_sudo.hash}
        journal.append(self._get_anchor_file(account), entry)
        _logger.info("1688 audit trail of account %s at call %s: %s", account.id, entry["sequence"], entry["hash"])

    @api.model
    def _get_anchors(self, account):
        """{number: hash} as noted outside the database by the hosts that share this one's journal."""
        try:
            return {entry["sequence"]: entry["hash"] for entry in journal.entries(self._get_anchor_file(account))}
        except OSError as error:
            raise UserError(self.env._("The anchors of the audit trail cannot be read: %s", error)) from error

    @api.model
    def _get_anchor_file(self, account):
        return self.env["purchase.1688.spending"]._get_file(account, "audit")

    # --- business: removing by policy

    @api.model
    def _purge(self, account):
        """Remove the rows of `account` that are older than its policy keeps them.

        First the trail says, in a row of its own, up to where rows go and with which hash the rest
        begins; only then the database lets them go. So the rest verifies as the whole did.
        """
        limit = fields.Datetime.now() - timedelta(days=account.audit_keep_days)
        self._move_begin(account, limit)
        while self._delete_purged(account):
            self.env["ir.cron"]._commit_progress()

    @api.model
    def _move_begin(self, account, limit):
        """Let the trail begin at the oldest row that is kept, and say so in the trail."""
        with own_transaction(self.env) as env:
            head, _hash, _company = self._lock_head(env.cr, account.id)
            before = self.with_env(env)._get_begin(account)[0]
            env.cr.execute(
                "SELECT COALESCE(MIN(sequence) - 1, %s) FROM purchase_1688_call"
                " WHERE account_id = %s AND sequence > %s AND (started_at >= %s OR sequence = %s)",
                [head, account.id, before, limit, head],
            )
            last = env.cr.fetchone()[0]
            if last <= before:
                return
            env.cr.execute(
                """
                UPDATE purchase_1688_call_chain AS chain SET begin_sequence = call.sequence, begin_hash = call.hash
                  FROM purchase_1688_call AS call
                 WHERE chain.account_id = %s AND call.account_id = chain.account_id AND call.sequence = %s
                RETURNING chain.begin_hash
                """,
                [account.id, last],
            )
            params = {"up_to": last, "hash": env.cr.fetchone()[0], "calls": last - before}
            params["keep_days"] = account.audit_keep_days
            self._append_here(env, account, [audit.own_record("audit.purge", params)], "audit policy")

    @api.model
    def _delete_purged(self, account):
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM purchase_1688_call WHERE id IN (
                    SELECT call.id
                      FROM purchase_1688_call AS call
                      JOIN purchase_1688_call_chain AS chain ON chain.account_id = call.account_id
                     WHERE call.account_id = %s AND call.sequence <= chain.begin_sequence
                     LIMIT %s)
                """,
                account.id,
                PURGE_BATCH,
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _get_begin(self, account):
        """Number and hash of the last row that was removed by the policy."""
        self.env.cr.execute(
            "SELECT begin_sequence, begin_hash FROM purchase_1688_call_chain"
            " WHERE account_id = %s AND begin_sequence > 0",
            [account.id],
        )
        return self.env.cr.fetchone() or (0, audit.GENESIS)

    @api.model
    def _is_purge_logged(self, account, sequence, begin):
        """Whether a row of the trail says that it begins there."""
        rows_sudo = self.sudo().search([("account_id", "=", account.id), ("name", "=", "audit.purge")], limit=1)
        params = json.loads(rows_sudo.params or "{}")
        return (params.get("up_to"), params.get("hash")) == (sequence, begin)

    # --- business: exporting

    def action_export(self):
        """Download these calls, or the newest of all, as a file for a spreadsheet."""
        exported = (self or self.search([], limit=EXPORT_ROWS)).export_csv()
        attachment_sudo = self.env["ir.attachment"].sudo()  # shown to who made it only
        attachment = attachment_sudo.create(
            {
                "name": exported["name"],
                "datas": base64.b64encode(exported["csv"].encode("utf-8-sig")),
                "mimetype": "text/csv",
            }
        )
        return {"type": "ir.actions.act_url", "url": f"/web/content/{attachment.id}?download=true", "target": "self"}

    def export_csv(self):
        """These calls as CSV, oldest first, masked as they are stored; that it was done is logged.

        Each row has the hash that the trail has, over all columns before it (see ``lib/audit.py``).

        :return: ``{"name": file name, "csv": text, "count": rows, "sha256": of the text}``
        """
        self.check_access("read")
        if len(self) > EXPORT_ROWS:
            raise UserError(self.env._("Export at most %s calls in one go: choose a shorter time.", EXPORT_ROWS))
        names = [*COVERED, "hash"]
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(names)
        for account_calls in self.sorted(lambda call: (call.account_id.id, call.sequence)).read(names, load=None):
            writer.writerow([_neutral(account_calls[name]) for name in names])
        csv_text = text.getvalue()
        digest = hashlib.sha256(csv_text.encode()).hexdigest()
        self._log_export({"as": "csv", "sha256": digest})
        name = f"audit-1688-{fields.Datetime.now():%Y%m%d-%H%M%S}.csv"
        return {"name": name, "csv": csv_text, "count": len(self), "sha256": digest}

    def export_data(self, fields_to_export):
        """Odoo's own export is logged too."""
        exported = super().export_data(fields_to_export)
        self._log_export({"as": "table", "fields": fields_to_export})
        return exported

    def _log_export(self, how):
        """A row in the trail of each account: who took how many calls out, and which."""
        for account, calls in self.grouped("account_id").items():
            numbers = calls.mapped("sequence")
            params = {**how, "calls": len(calls), "from": min(numbers), "to": max(numbers)}
            self._append(account, [audit.own_record("audit.export", params)], "export")


def _neutral(value):
    """A cell that no spreadsheet takes for a formula."""
    if value is None or value is False:
        return ""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
