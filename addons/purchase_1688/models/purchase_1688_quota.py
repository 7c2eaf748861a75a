import time

from odoo import api, fields, models
from odoo.tools import SQL

from ..lib.errors import RateLimited
from ..transaction import own_transaction

#: share of the quota that is used: a crash may give the last few tokens twice
USABLE = 0.98
#: share of the quota that may go out at once
BURST = 0.2
#: share of the burst that background work may use; the rest waits for people
BACKGROUND_BURST = 0.4
#: seconds between two questions of a background worker
PATIENCE = 1.0


class Purchase1688Quota(models.Model):
    """The call budget of one account: one number in one row, shared by all processes and hosts.

    Generic cell rate algorithm: the row keeps the theoretical arrival time of the next
    call. A burst B and a rate r let B + 60 r calls through in the worst minute, so both
    are chosen such that this stays below the quota per minute.
    """

    _name = "purchase.1688.quota"
    _description = "1688 Call Budget"
    _log_access = False

    account_id = fields.Many2one("purchase.1688.account", required=True, readonly=True, ondelete="cascade")
    arrival = fields.Float(
        readonly=True,
        help="Theoretical arrival time of the next call, in seconds since 1970: the further "
        "ahead, the more of the budget is used.",
    )

    _account_uniq = models.UniqueIndex("(account_id)", "One call budget per account.")

    @api.model
    def _reserve(self, account, count, background=False, patience=0.0):
        """Take up to `count` calls from the budget, in one statement of a transaction of its own.

        Interactive calls may reserve ahead as far as they can wait; background calls never
        reserve ahead and have a smaller burst, so that people do not queue behind them.

        :param float patience: seconds that the caller can wait for the last call
        :return: for each call granted, the seconds to wait before sending it
        """
        with own_transaction(self.env) as env:
            interval, burst = self._rhythm(account.with_env(env).quota_per_minute)
            tolerance = burst * interval * (BACKGROUND_BURST if background else 1.0)
            horizon = tolerance + (0.0 if background else max(patience, 0.0))
            statement = self._reserve_statement(account.id, count, interval, horizon)
            env.cr.execute("SET LOCAL synchronous_commit TO off")
            env.cr.execute(statement)
            if not env.cr.rowcount:  # the first call ever of this account
                env.cr.execute(
                    "INSERT INTO purchase_1688_quota (account_id, arrival) VALUES (%s, 0) ON CONFLICT DO NOTHING",
                    [account.id],
                )
                env.cr.execute(statement)
            base, now, granted = env.cr.fetchone()
        return [max(base + (i + 1) * interval - now - tolerance, 0.0) for i in range(granted)]

    @api.model
    def _reserve_statement(self, account_id, count, interval, horizon):
        """Lock the row, look at the clock, take what fits: one statement."""
        return SQL(
            """
            WITH locked AS (
                SELECT arrival FROM purchase_1688_quota WHERE account_id = %(account)s FOR UPDATE
            ), bases AS (
                SELECT now, GREATEST(arrival, now) AS base
                  FROM (SELECT arrival, EXTRACT(EPOCH FROM clock_timestamp())::float8 AS now
                          FROM locked OFFSET 0) AS clock
            ), grants AS (
                SELECT now, base, LEAST(%(count)s, GREATEST(0, FLOOR(
                       (now + %(horizon)s - base) / %(interval)s + 1e-9)))::int AS granted
                  FROM bases
            )
            UPDATE purchase_1688_quota AS quota
               SET arrival = base + granted * %(interval)s
              FROM grants
             WHERE quota.account_id = %(account)s
            RETURNING base, now, granted
            """,
            account=account_id,
            count=count,
            interval=interval,
            horizon=horizon,
        )

    @api.model
    def _rhythm(self, per_minute):
        """Seconds between calls, and how many may go out at once, for a quota per minute."""
        usable = max(per_minute * USABLE, 2.0)
        burst = max(int(usable * BURST), 1)
        return 60.0 / (usable - burst), burst

    @api.model
    def _acquire(self, account, count, background=False, timeout=10.0):
        """Wait until `count` calls may go out.

        :raise RateLimited: they cannot within `timeout` seconds; nothing was sent
        """
        deadline = time.monotonic() + timeout
        left = count
        while left > 0:
            patience = deadline - time.monotonic()
            delays = self._reserve(account, left, background, patience)
            left -= len(delays)
            if delays:
                time.sleep(delays[-1])
            elif not background or patience <= 0:
                raise RateLimited("Our own call budget is used up.", code="own_quota")
            else:
                time.sleep(min(PATIENCE, max(patience, 0.01)))

    @api.model
    def _used_share(self, account):
        """How much of the burst is in use now, 0 to 1."""
        quota_sudo = self.sudo().search([("account_id", "=", account.id)])  # a number for a bar
        interval, burst = self._rhythm(account.quota_per_minute)
        ahead = (quota_sudo.arrival or 0.0) - time.time()
        return min(max(ahead / (burst * interval), 0.0), 1.0)
