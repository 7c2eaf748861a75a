import math
import time
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..lib.errors import RateLimited
from ..transaction import own_transaction

#: seconds that are counted together; a slot's number is the seconds since 1970 divided by it
SLOT = 0.5
#: slots that a call counts in: more than a minute whenever in its slot it was granted, and
#: half a second more, since calls do not arrive as evenly as they are sent
WINDOW = 122
#: seconds ahead that can be reserved; within them nothing that was reserved ages out again
HORIZON = 60.0
#: share of the quota that each may fill: background work leaves room for long work that a person
#: looks at (a sourcing run), that leaves room for a question of people in between, and people
#: leave the last calls of a minute to those that spend
BACKGROUND, SOURCING, PEOPLE, MONEY = 0.7, 0.85, 0.98, 1.0
#: shortest pause between two questions of somebody who waits, in seconds
PAUSE = 0.05
#: Locks the row, looks at the clock, takes what fits. Nobody is let in before those who
#: reserved ahead: so the windows that a new call could overfill all end in its own slot or
#: later, where calls only age out. `tally` always ends with `slot`, `used` is its sum.
TAKE = """
CREATE OR REPLACE FUNCTION purchase_1688_quota_take(
    the_account integer, wanted integer, share float8, ahead float8,
    seconds float8, slots integer, clock float8,
    OUT delays float8[], OUT wait float8
) AS $$
DECLARE
    tally integer[]; used integer; most integer; fits integer;
    moment float8; present bigint; slot bigint; latest bigint;
    kept_tally integer[]; kept_slot bigint;
BEGIN
    INSERT INTO purchase_1688_quota (account_id, newest, counts)
    SELECT the_account, 0, '{}'
     WHERE NOT EXISTS (SELECT 1 FROM purchase_1688_quota WHERE account_id = the_account)
        ON CONFLICT DO NOTHING;
    SELECT quota.newest, quota.counts, GREATEST(FLOOR(account.quota_per_minute * share + 1e-9), 1)
      INTO latest, tally, most
      FROM purchase_1688_quota AS quota JOIN purchase_1688_account AS account ON account.id = quota.account_id
     WHERE quota.account_id = the_account
       FOR UPDATE OF quota;
    moment := COALESCE(clock, EXTRACT(EPOCH FROM clock_timestamp()));
    present := FLOOR(moment / seconds);
    IF latest > present + slots THEN  -- the clock was set back: nobody waits until it has caught up
        latest := present;
    END IF;
    slot := GREATEST(present, latest);
    tally := array_fill(0, ARRAY[slots]) || tally || array_fill(0, ARRAY[LEAST(slot - latest, slots)::integer]);
    tally := tally[cardinality(tally) - slots + 1 :];
    used := (SELECT SUM(number) FROM unnest(tally) AS number);
    delays := '{}';
    wait := 0;
    LOOP
        fits := LEAST(wanted - cardinality(delays), most - used);
        IF fits > 0 AND slot * seconds > moment + ahead THEN
            wait := slot * seconds - moment;
        ELSIF fits > 0 THEN
            tally[slots] := tally[slots] + fits;
            used := used + fits;
            delays := delays || array_fill(GREATEST(slot * seconds - moment, 0), ARRAY[fits]);
            kept_tally := tally;
            kept_slot := slot;
        END IF;
        EXIT WHEN wait > 0 OR cardinality(delays) = wanted;
        slot := slot + 1;
        used := used - tally[1];
        tally := tally[2:] || 0;
    END LOOP;
    UPDATE purchase_1688_quota AS quota
       SET newest = kept_slot, counts = kept_tally::text
     WHERE quota.account_id = the_account AND kept_slot IS NOT NULL;
END $$ LANGUAGE plpgsql
"""


class Grant(NamedTuple):
    """What was granted: for each call the seconds to wait before sending it.

    `wait` is the number of seconds until the first call that was not granted has a chance.
    """

    delays: list
    wait: float


class Purchase1688Quota(models.Model):
    """The call budget of one account: one row, shared by all processes and hosts.

    A sliding minute: the row counts the calls of the last minute by half seconds, those that
    were reserved ahead included. An idle account may use all of its minute at once, and no
    sixty seconds ever see more than the quota.
    """

    _name = "purchase.1688.quota"
    _description = "1688 Call Budget"
    _log_access = False

    account_id = fields.Many2one("purchase.1688.account", required=True, readonly=True, ondelete="cascade")
    newest = fields.Float(readonly=True, help="Number of the newest slot with calls, in half seconds since 1970.")
    counts = fields.Text(readonly=True, help="Calls per slot, the newest slot last, as an array of the database.")

    _account_uniq = models.UniqueIndex("(account_id)", "One call budget per account.")

    def init(self):
        self.env.cr.execute(TAKE)

    @api.model
    def _reserve(self, account, count, share=PEOPLE, patience=0.0):
        """Take up to `count` calls from the budget, in one statement of a transaction of its own.

        :param float share: of the quota that may be filled: BACKGROUND, SOURCING, PEOPLE or MONEY
        :param float patience: seconds that the caller can wait for the last call; background
            work and sourcing never reserve ahead, so that people do not queue behind them
        :rtype: Grant
        """
        with own_transaction(self.env) as env:
            return self._reserve_here(env.cr, account, count, share, patience)

    @api.model
    def _reserve_here(self, cr, account, count, share, patience):
        """`_reserve` in the transaction of `cr`; nobody else is granted anything until it ends."""
        ahead = 0.0 if share < PEOPLE else min(max(patience, 0.0), HORIZON)
        query = SQL(
            "SELECT delays, wait FROM purchase_1688_quota_take(%s, %s, %s, %s, %s, %s, %s)",
            account.id,
            count,
            share,
            ahead,
            SLOT,
            WINDOW,
            self._clock(),
        )
        cr.execute(query)
        return Grant(*cr.fetchone())

    @api.model
    def _clock(self):
        """Hook for tests with a clock of their own; None is the database's, which all share."""
        return None

    @api.model
    def _acquire(self, account, count, share=PEOPLE, timeout=10.0):
        """Wait until `count` calls may go out.

        :raise RateLimited: they cannot within `timeout` seconds; nothing was sent
        """
        deadline = time.monotonic() + timeout
        left = count
        while True:
            grant = self._reserve(account, left, share, deadline - time.monotonic())
            left -= len(grant.delays)
            if grant.delays:
                time.sleep(grant.delays[-1])
            if not left:
                return
            if time.monotonic() + grant.wait > deadline:
                raise used_up(grant)
            time.sleep(max(grant.wait, PAUSE))

    @api.model
    def _used_share(self, account):
        """How much of the present minute's quota is used or reserved, 0 to 1."""
        quota_sudo = self.sudo().search([("account_id", "=", account.id)])  # a number for a bar
        counts = [int(number) for number in (quota_sudo.counts or "{}").strip("{}").split(",") if number]
        oldest = quota_sudo.newest - len(counts) + 1
        begin = math.floor(time.time() / SLOT) - WINDOW + 1
        return min(sum(counts[max(int(begin - oldest), 0) :]) / account.quota_per_minute, 1.0)


def used_up(grant):
    """The error for a call that was not granted."""
    return RateLimited("Our own call budget is used up.", code="own_quota", retry_after=grant.wait)
