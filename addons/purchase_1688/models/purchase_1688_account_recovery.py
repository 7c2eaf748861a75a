import logging
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ..transaction import own_transaction

_logger = logging.getLogger(__name__)

#: how far the order list is read back where it was never read
LONG_AGO = timedelta(days=30)
CRON_SWEEP = "purchase_1688.ir_cron_purchase_1688_order_sweep"


class Purchase1688Account(models.Model):
    """After the database was set back: nothing is spent until it is known what the lost one bought."""

    _inherit = "purchase.1688.account"

    set_back_at = fields.Datetime(
        string="Set back",
        readonly=True,
        copy=False,
        help="When it was noticed that the database had been set back to an earlier state. "
        "Nothing is spent until the order list of 1688 since then was read.",
    )

    def _check_may_spend(self):  # pylint: disable=missing-return
        super()._check_may_spend()
        if self.set_back_at:
            raise UserError(
                self.env._(
                    "The database was set back to an earlier state. Spending with account %s waits until it is "
                    "known what was bought since then.",
                    self.display_name,
                )
            )

    def action_resume_spending(self):
        """Also after the database was set back, once the order list was read."""
        self.check_access("write")
        for account in self.sudo().filtered("set_back_at"):  # written by methods only
            if not account._has_read_since():
                raise UserError(
                    self.env._(
                        "1688's order list was not read yet since the database was set back. It is read every "
                        "quarter of an hour; the account has to be connected for that."
                    )
                )
            account._end_set_back(self.env._("%s let spending go on", self.env.user.name))
        return super().action_resume_spending()

    def _note_set_back(self, known):
        """Stop spending, in a transaction of its own: the journal knows more than this database.

        :param int known: number of the last call that this database knows
        """
        with own_transaction(self.env) as env:
            account = self.with_env(env).sudo()  # whoever runs it
            if not account.set_back_at:
                lost = env["purchase.1688.spending"]._describe_lost(account, known)
                account._set_back(
                    env._("Sent by the lost database:\n%s", lost)
                    if lost
                    else env._("It is the copy of another database, which may have bought more since.")
                )

    def _set_back(self, what):
        _logger.error("Account %s: the database was set back; spending waits. %s", self.id, what)
        account_sudo = self.sudo()  # written by methods only
        now = fields.Datetime.now()
        # Whole seconds: from where to read must not look like having read since, in the very second of the alarm.
        since = min(self.orders_read_until or max(self.create_date, now - LONG_AGO), now)
        account_sudo.write({"set_back_at": now, "orders_read_until": since})
        self.env["purchase.1688.issue"]._open(account_sudo, "set_back", description=what)
        self.env.ref(CRON_SWEEP).sudo()._trigger()  # the machine's, whoever noticed it

    def _has_read_since(self):
        return bool(self.orders_read_until) and self.orders_read_until > self.set_back_at

    def _look_after_set_back(self):
        """The order list was read: go on, unless it holds orders that this database does not know, or may not."""
        if not self.set_back_at or not self._has_read_since():
            return
        orphans = self.env["purchase.1688.issue"].search_count(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("state", "=", "open"),
                "|",
                ("kind", "=like", "orphan:%"),
                ("kind", "=like", "unreadable:%"),
            ]
        )
        if orphans:
            name = self.env._("Spending waits: look at %s orders at 1688 that Odoo does not know", orphans)
            self.env["purchase.1688.issue"]._open(self, "set_back", name=name)
        else:
            self._end_set_back(self.env._("1688's order list holds nothing that Odoo does not know"))

    def _end_set_back(self, reason):
        self.env["purchase.1688.spending"]._catch_up(self)
        self.set_back_at = False
        self.env["purchase.1688.issue"]._close(self, ["set_back"], reason)
