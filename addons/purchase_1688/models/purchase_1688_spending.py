import re

from odoo import api, fields, models
from odoo.tools import SQL

from .. import journal

#: how many lost calls the issue tells of
TOLD = 20


class SetBack(Exception):
    """The journal knows of calls that this database does not: it was set back to an earlier state.

    :ivar known: number of the last call that the database knows
    """

    def __init__(self, known):
        super().__init__(known)
        self.known = known


class Purchase1688Spending(models.Model):
    """How many calls that spend each account has sent, held against the journal outside the database.

    Each claim counts one up in its own transaction; before the call goes out the number is
    written to the journal. So the journal is never ahead of the database, except when the
    database was set back to an earlier state. Then nothing goes out until 1688's order list since
    that state was read, and what the lost database bought stands in front of a person.
    """

    _name = "purchase.1688.spending"
    _description = "1688 Spending Counter"
    _log_access = False

    account_id = fields.Many2one("purchase.1688.account", required=True, readonly=True, ondelete="cascade")
    number = fields.Integer(required=True, readonly=True)
    file = fields.Char(required=True, readonly=True, help="File of the journal: another one in a copy of the database.")

    _account_uniq = models.UniqueIndex("(account_id)", "One counter per account.")

    @api.model
    def _take_number(self, account, entry):
        """Count one call that spends, in the caller's transaction.

        :param dict entry: what the journal shall say about it
        :return: file and line of the journal, to be written before the call goes out
        :raise SetBack: the journal has counted as far or further, or this is a copy of the database that counted
        :raise OSError: the journal cannot be read
        """
        file = self._get_file(account)
        number, counted_in = self._count(account, file, 1)
        if counted_in != file or number <= journal.last(file).get("number", 0):
            raise SetBack(number - 1)
        return file, {"number": number, "at": fields.Datetime.to_string(fields.Datetime.now()), **entry}

    @api.model
    def _catch_up(self, account):
        """Go on counting where the lost database stopped."""
        file = self._get_file(account)
        self._count(account, file, 0)
        self.env.cr.execute(
            "UPDATE purchase_1688_spending SET number = GREATEST(number, %s), file = %s WHERE account_id = %s",
            [journal.last(file).get("number", 0), file, account.id],
        )

    @api.model
    def _describe_lost(self, account, known):
        """The calls after number `known`, newest first, one a line."""
        kinds = dict(self.env["purchase.1688.attempt"]._fields["kind"]._description_selection(self.env))
        lines = []
        for entry in journal.entries(self._get_file(account)):
            if entry.get("number", 0) <= known or len(lines) == TOLD:
                break
            kind, amount = kinds.get(entry.get("kind"), ""), f"{entry.get('amount') or 0:,.2f} CNY"
            lines.append(f"{entry['at']} UTC · {kind} · {amount} · {entry.get('key', '')}")
        return "\n".join(lines)

    @api.model
    def _count(self, account, file, step):
        """Number of the account after counting `step`, and the file that it was counted in before."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO purchase_1688_spending (account_id, number, file) VALUES (%(account)s, %(step)s, %(file)s)
                    ON CONFLICT (account_id)
                    DO UPDATE SET number = purchase_1688_spending.number + %(step)s
                RETURNING number, file
                """,
                account=account.id,
                step=step,
                file=file,
            )
        )
        return self.env.cr.fetchone()

    @api.model
    def _get_file(self, account, what="spent"):
        """Another file in every copy of the database; the same one after it was set back."""
        self.env.cr.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        oid = self.env.cr.fetchone()[0]
        return f"{what}-{re.sub(r'[^A-Za-z0-9_-]', '_', self.env.cr.dbname)}-{oid}-{account.id}.jsonl"
