import logging
from datetime import UTC, timedelta

from odoo import api, fields, models

from ..lib import values
from ..scheduled import CONFLICTS, work_off
from .purchase_1688_order_sync import naive

_logger = logging.getLogger(__name__)

CRON_SWEEP = "purchase_1688.ir_cron_purchase_1688_order_sweep"
#: how far before the end of the last sweep the next one begins
OVERLAP = timedelta(minutes=30)
#: orders that one run reads, where it can read fewer by reading less far, and its pages in any case
RUN_ORDERS = 2000
RUN_PAGES = 100


class Purchase1688Order(models.Model):
    """Sweeping: the buyer's order list by modification time, for news that nobody brought and for strangers."""

    _inherit = "purchase.1688.order"

    @api.model
    def _cron_sweep(self):
        """Read the buyers' order lists by modification time and deal with what we did not know."""
        # the sweep is the machine's, over all companies
        accounts = self.env["purchase.1688.account"].sudo().search([("state", "=", "connected")])
        work_off(self.env, CRON_SWEEP, accounts, self._sweep_account)

    @api.model
    def _sweep_account(self, account):
        """Apply the news of an account's order list since the last sweep, with an overlap.

        The time is moved on only as far as the list was read: what a failure cut off is read again.
        """
        started = fields.Datetime.now()
        since = (account.orders_read_until or started - timedelta(days=3)) - OVERLAP
        until = self._read_list(account, since, started)
        if not until:
            self.env["purchase.1688.issue"]._open(account, "order_list")
            return
        account.orders_read_until = until
        if until < started:
            self._trigger_cron(CRON_SWEEP)
            return
        self.env["purchase.1688.issue"]._close(account, "order_list")
        account._look_after_set_back()

    @api.model
    def _read_list(self, account, since, now):
        """Apply what was modified from `since` on; of a list that is too long for one run only its older part.

        :return: up to when all was read; None when 1688 listed less than it counts
        """
        until, page, read = now, 1, 0
        while True:
            # an open end: what changes meanwhile stays on the list, so that no page moves up under us
            limit = until.replace(tzinfo=UTC) if until < now else None
            query = values.OrderQuery(page=page, modified_from=since.replace(tzinfo=UTC), modified_to=limit)
            self.env["ir.cron"]._commit_progress()
            answer = account._call("trade.orders", query=query, purpose="sweep", background=True)
            if page == 1 and answer.total > RUN_ORDERS and until - since > 4 * OVERLAP:
                until = (since + (until - since) / 2).replace(microsecond=0)
                continue
            self._apply_list(account, answer)
            read += len(answer.rows)  # not the size that was asked for: the platform may give smaller pages
            if read >= answer.total:
                return until
            if not answer.rows or page >= RUN_PAGES:
                return None
            page += 1

    @api.model
    def _apply_list(self, account, page):
        """Orders on the list that changed are read in full; unknown ones with our number are adopted.

        So are those whose row makes no sense but for its numbers. Where these are missing a person has to look.
        """
        numbers = [row.order_id for row in page.rows if row.order_id]
        known = self.search([("account_id", "=", account.id), ("remote_id", "in", numbers)])
        by_id = {order.remote_id: order for order in known}
        stale = self.browse()
        for row in page.rows:
            order = by_id.get(row.order_id)
            if order and (not order.remote_modified_at or naive(row.modified_at) != order.remote_modified_at):
                stale |= order
            elif not order and row.order_id and row.out_order_id.startswith(self._get_reference_prefix()):
                stale |= self._adopt_alone(account, row)
        stale._ask_refresh()
        self.env["purchase.1688.issue"]._close(account, [f"unreadable:{row.order_id}" for row in page.orders])
        for row in page.unreadable:
            if row.order_id not in by_id and not (row.order_id and row.out_order_id):
                self._tell_of_unreadable(account, row)

    @api.model
    def _adopt_alone(self, account, snapshot):
        """Take a stranger in; one that cannot be taken in stops neither the others nor the next sweep."""
        try:
            with self.env.cr.savepoint():
                return self._adopt_stranger(account, snapshot)
        except CONFLICTS:
            raise
        except Exception:
            _logger.exception("1688 order %s could not be taken in", snapshot.order_id)
            self._tell_of_orphan(account, snapshot)
            return self.browse()

    @api.model
    def _adopt_stranger(self, account, snapshot):
        """An order at 1688 with a number of ours that we do not know: take it in, and tell a person."""
        owner = self.search([("account_id", "=", account.id), ("out_order_id", "=", snapshot.out_order_id)])
        if not owner:
            self._tell_of_orphan(account, snapshot)
            return self.browse()
        if owner.state in ("placing", "unknown") and not owner.remote_id:
            # its own attempt will find it by the same number, and is the one to say so
            return self.browse()
        if owner.remote_id or owner.state == "cancelled":
            return owner._adopt_second(snapshot)
        owner._adopt([snapshot.order_id])
        return owner

    @api.model
    def _tell_of_orphan(self, account, snapshot):
        """Put an order that Odoo does not know in front of a person."""
        text = self.env._(
            "1688 has order %(number)s with our reference %(reference)s, but Odoo does not know it.",
            number=snapshot.order_id,
            reference=snapshot.out_order_id,
        )
        self._tell_once(account, f"orphan:{snapshot.order_id}", text, float(snapshot.total or 0))

    @api.model
    def _tell_of_unreadable(self, account, row):
        """Put an order of which nobody can tell whether it is ours in front of a person."""
        number = row.order_id or row.out_order_id
        text = self.env._("1688's order list has order %s, but not so that Odoo could read whose it is.", number or "?")
        if number:
            self._tell_once(account, f"unreadable:{number}", text)
        else:
            self.env["purchase.1688.issue"]._open(account, "unreadable:?", name=text)

    @api.model
    def _tell_once(self, account, kind, text, amount=0.0):
        """Tell of an order at 1688; once: who closed it knows why."""
        issues = self.env["purchase.1688.issue"]
        mine = [("kind", "=", kind), ("res_model", "=", account._name), ("res_id", "=", account.id)]
        if not issues.sudo().search_count(mine, limit=1):  # whoever runs it
            issues._open(account, kind, name=text, amount=amount)

    def _adopt_second(self, snapshot):
        """The platform has one more order under this number. It is kept apart, unpaid, for a person."""
        order = self._create_sibling(snapshot.order_id)
        order._block(
            "second_order",
            self.env._(
                "1688 has this order and %s under the same reference. Cancel one of them.",
                self.remote_id or self.name,
            ),
            kind="second_order",
        )
        return order
