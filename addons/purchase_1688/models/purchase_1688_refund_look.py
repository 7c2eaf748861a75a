import logging
from datetime import timedelta

from odoo import fields, models

from ..lib import errors, states
from .purchase_1688_order_prepare import exact
from .purchase_1688_order_sync import naive

_logger = logging.getLogger(__name__)

#: how far the platform's clock may be behind ours
CLOCK_SKEW = timedelta(minutes=10)
#: how long the platform's lists may not show yet what is there
LIST_LAG = timedelta(minutes=10)
#: what the platform says where another claim is open
CONFLICT = "5010"
#: a claim that cannot be read for so long is left to a person
CONFLICT_LOOKS_END = timedelta(days=1)


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
        # the beginning of the attempt, not of its last sending: an earlier one may have been done late
        began = attempt.create_date - CLOCK_SKEW
        others = [
            snapshot
            for snapshot in self._get_unknown_claims(found)
            if not (snapshot.applied_at and naive(snapshot.applied_at) < began)
        ]
        mine = [snapshot for snapshot in others if self._is_mine(snapshot)]
        if len(mine) == 1:
            self._follow_found(mine[0])
            return "done"
        # one that may be ours, but was changed or stands beside its like, is for a person to tell
        return None if others or not is_whole else "absent"

    def _follow_found(self, snapshot):
        """This claim is the one that 1688 has as ``snapshot``."""
        self.remote_id = snapshot.refund_id
        self._update_state("applied", {"applied_at": fields.Datetime.now()})
        self._apply_snapshot(snapshot)

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

    def _get_claims_for_goods(self, found):
        """Of the claims ``found`` those that are about goods of this one."""
        lines = set(self._get_counts())
        return [
            snapshot
            for snapshot in found
            # a gateway that ignores the filter must not make us adopt somebody else's
            if snapshot.order_id in ("", self.order_id.remote_id)
            and (not snapshot.entry_ids or lines & set(snapshot.entry_ids))
        ]

    def _get_unknown_claims(self, found):
        """Of the claims ``found`` those that are about goods of this one, and that nobody here knows."""
        known = set(self.order_id.refund_ids.mapped("remote_id"))
        return [snapshot for snapshot in self._get_claims_for_goods(found) if snapshot.refund_id not in known]

    def _is_mine(self, snapshot):
        """Whether 1688 has exactly what this claim asks for."""
        return (
            snapshot.applied_at is not None
            and snapshot.goods_amount == exact(self.goods_amount)
            and (snapshot.freight_amount or 0) == exact(self.freight_amount)
            and snapshot.reason_id in ("", self.reason_ref)
            and set(snapshot.entry_ids) in (set(), set(self._get_counts()))
        )

    # --- business: which claim stands in the way

    def _plan_conflict_look(self, code):
        """After a refusal with ``code``: have the claims of the order read where it says that one is open already."""
        conflict = code == CONFLICT and self.state == "refused"
        # not here: the answer is worked in by a transaction that may be repeated
        self.conflict_look_at = fields.Datetime.now() if conflict else False
        if conflict:
            self._dispatch()

    def _find_open_at_gateway(self):
        """Read which claim 1688 means: follow it where it is this one, else tell a person. Nothing is sent."""
        self.env["ir.cron"]._commit_progress()
        found, _is_whole = self._read_claims_of_order()
        if self.state != "refused":
            return
        self.conflict_look_at = False
        standing = [snapshot for snapshot in self._get_claims_for_goods(found) if not _has_ended(snapshot)]
        unknown = self._get_unknown_claims(standing)
        if len(unknown) == 1 and self._is_mine(unknown[0]):
            self._close_issues("claim")
            self._follow_found(unknown[0])
            self.message_post(
                body=self.env._("1688 had this claim already, as %s. It is followed.", unknown[0].refund_id)
            )
        elif standing:
            self._tell_conflict(unknown or standing, known=not unknown)
        else:
            self._note_no_conflict()

    def _tell_conflict(self, snapshots, known):
        """Put before a person which claims are open at 1688 for these goods.

        :param bool known: they are followed here already
        """
        about = "; ".join(self._describe_snapshot(snapshot) for snapshot in snapshots)
        sentence = self.env._("1688 has another claim open for these goods: %s.", about)
        if known:
            step = self.env._("It is followed here, too. Wait for its end, then send this one again, or drop this one.")
        else:
            step = self.env._(
                "If it asks for the same, drop this one and follow that one at 1688. Otherwise end it at 1688, then "
                "send this one again."
            )
        self._set_conflict_note(sentence, step)

    def _describe_snapshot(self, snapshot):
        """Number, amounts and goods of a claim at 1688, for people."""
        lines = self.order_id.line_ids.filtered(lambda line: line.remote_entry_id in snapshot.entry_ids)
        unknown = self.env._("not told")
        return self.env._(
            "%(number)s, %(goods)s for the goods and %(freight)s for freight (%(lines)s)",
            number=snapshot.refund_id,
            goods=unknown if snapshot.goods_amount is None else f"{snapshot.goods_amount:,.2f}",
            freight=unknown if snapshot.freight_amount is None else f"{snapshot.freight_amount:,.2f}",
            lines=", ".join(lines.mapped("display_name")) or unknown,
        )

    def _note_no_conflict(self):
        """1688 shows no open claim for these goods: perhaps not yet, so it is read once more before that is told."""
        refused_at = self._get_refused_at()
        if refused_at and fields.Datetime.now() < refused_at + LIST_LAG:
            self.conflict_look_at = refused_at + LIST_LAG
            return
        self._set_conflict_note(
            self.env._("1688 has no open claim for these goods, so the state of the order allows none now."),
            self.env._("Look at the order, then change the claim, send it again, or drop it."),
        )
        self.order_id._ask_refresh()

    def _set_conflict_note(self, sentence, step):
        self.prepare_note = f"{sentence} {step}"
        self._open_issue("claim", sentence, description=step)

    def _get_refused_at(self):
        return self.attempt_ids.filtered(lambda attempt: attempt.kind == "refund").sorted("id")[-1:].applied_at

    def _set_unfound(self, _error):
        """The claims of the order could not be read: again in a while, and not for ever."""
        refused_at, now = self._get_refused_at(), fields.Datetime.now()
        again = refused_at and now < refused_at + CONFLICT_LOOKS_END
        self.conflict_look_at = now + LIST_LAG if again else False


def _has_ended(snapshot):
    """Whether a claim at 1688 is over; what it says in words that nobody knows may still be open."""
    return states.REFUND_REMOTE.get((snapshot.status or "").lower()) in ("refunded", "closed")
