import logging
from datetime import UTC, timedelta

from odoo import api, fields, models

from ..lib import values
from ..scheduled import CONFLICTS, work_off
from .purchase_1688_order_sync import naive

_logger = logging.getLogger(__name__)


class Purchase1688Order(models.Model):
    """Sweeping: the buyer's order list by modification time, for news that nobody brought and for strangers."""

    _inherit = "purchase.1688.order"

    @api.model
    def _cron_sweep(self):
        """Read the buyers' order lists by modification time and deal with what we did not know."""
        # the sweep is the machine's, over all companies
        accounts = self.env["purchase.1688.account"].sudo().search([("state", "=", "connected")])
        work_off(self.env, "purchase_1688.ir_cron_purchase_1688_order_sweep", accounts, self._sweep_account)

    @api.model
    def _sweep_account(self, account):
        """Apply the news of an account's order list since the last sweep, with an overlap.

        The time is moved on only when all pages were read: what a failure cut off is read again.
        """
        started = fields.Datetime.now()
        since = account.orders_read_until or started - timedelta(days=3)
        since -= timedelta(minutes=30)
        page = 1
        while True:
            query = values.OrderQuery(page=page, modified_from=since.replace(tzinfo=UTC))
            self.env["ir.cron"]._commit_progress()
            answer = account._call("trade.orders", query=query, purpose="sweep", background=True)
            self._apply_list(account, answer.orders)
            if page * query.page_size >= answer.total or not answer.orders or page >= 100:
                break
            page += 1
        account.orders_read_until = started
        account._look_after_set_back()

    @api.model
    def _apply_list(self, account, snapshots):
        """Orders on the list that changed are read in full; unknown ones with our number are adopted."""
        known = self.search([("account_id", "=", account.id), ("remote_id", "in", [s.order_id for s in snapshots])])
        by_id = {order.remote_id: order for order in known}
        stale = self.browse()
        for snapshot in snapshots:
            order = by_id.get(snapshot.order_id)
            if order and (not order.remote_modified_at or naive(snapshot.modified_at) != order.remote_modified_at):
                stale |= order
            elif not order and snapshot.out_order_id.startswith(self._get_reference_prefix()):
                stale |= self._adopt_alone(account, snapshot)
        stale._ask_refresh()

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
        """Put an order that Odoo does not know in front of a person; once: who closed it knows why."""
        issues, kind = self.env["purchase.1688.issue"], f"orphan:{snapshot.order_id}"
        mine = [("kind", "=", kind), ("res_model", "=", account._name), ("res_id", "=", account.id)]
        if issues.sudo().search_count(mine, limit=1):  # whoever runs it
            return
        issues._open(
            account,
            kind,
            name=self.env._(
                "1688 has order %(number)s with our reference %(reference)s, but Odoo does not know it.",
                number=snapshot.order_id,
                reference=snapshot.out_order_id,
            ),
            amount=float(snapshot.total or 0),
        )

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
