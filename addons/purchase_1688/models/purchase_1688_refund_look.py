import logging
from datetime import timedelta

from odoo import fields, models

from ..lib import errors
from .purchase_1688_order_prepare import exact
from .purchase_1688_order_sync import naive

_logger = logging.getLogger(__name__)

#: how far the platform's clock may be behind ours
CLOCK_SKEW = timedelta(minutes=10)


class Purchase1688Refund(models.Model):
    """Finding out by reading what became of a call about a claim."""

    _inherit = "purchase.1688.refund"

    def _attempt_reconcile(self, attempt):
        """Find out by reading what became of a call: 'done', 'absent', or None."""
        try:
            if attempt.kind == "return":
                return self._reconcile_return()
            found, is_whole = self._read_claims_of_order()
        except errors.GatewayError as error:
            _logger.info("1688 claim %s: reading for reconciliation failed: %s", self.name, error)
            return None
        others = self._get_unknown_claims(attempt, found)
        mine = [snapshot for snapshot in others if self._is_mine(snapshot)]
        if len(mine) == 1:
            self.remote_id = mine[0].refund_id
            self._update_state("applied", {"applied_at": fields.Datetime.now()})
            self._apply_snapshot(mine[0])
            return "done"
        # one that may be ours, but was changed or stands beside its like, is for a person to tell
        return None if others or not is_whole else "absent"

    def _reconcile_return(self):
        snapshot = self.account_id._call("refund.get", refund_id=self.remote_id, purpose="reconcile", record=self)
        self._apply_snapshot(snapshot)
        return "absent" if self.state == "to_return" else "done"

    def _read_claims_of_order(self):
        """Read all claims that 1688 has for the order, also those after the sale and those that ended.

        :return: (snapshots, whether these are surely all)
        """

        def read(name, **options):
            return self.account_id._call(
                name, order_id=self.order_id.remote_id, purpose="reconcile", record=self, **options
            )

        try:
            page = read("refund.history")
        except errors.RateLimited:
            raise
        except errors.Refused:
            # a sub-account is told of claims in the sale only, and not of those that were closed
            return read("refund.of_order") + read("refund.of_order", kind="successful"), False
        return page.refunds, page.is_whole

    def _get_unknown_claims(self, attempt, found):
        """Of the claims ``found`` those that nobody here knows and that may have come of ``attempt``."""
        known = set(self.order_id.refund_ids.mapped("remote_id"))
        lines = set(self._get_counts())
        # the beginning of the attempt, not of its last sending: an earlier one may have been done late
        began = attempt.create_date - CLOCK_SKEW
        return [
            snapshot
            for snapshot in found
            if snapshot.refund_id not in known
            # a gateway that ignores the filter must not make us adopt somebody else's
            and snapshot.order_id in ("", self.order_id.remote_id)
            and not (snapshot.applied_at and naive(snapshot.applied_at) < began)
            and (not snapshot.entry_ids or lines & set(snapshot.entry_ids))
        ]

    def _is_mine(self, snapshot):
        """Whether 1688 has exactly what this claim asks for."""
        return (
            snapshot.applied_at is not None
            and snapshot.goods_amount == exact(self.goods_amount)
            and (snapshot.freight_amount or 0) == exact(self.freight_amount)
            and snapshot.reason_id in ("", self.reason_ref)
            and set(snapshot.entry_ids) in (set(), set(self._get_counts()))
        )
