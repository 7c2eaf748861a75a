import logging

from odoo import api, fields, models

from odoo.addons.purchase_1688.lib.errors import GatewayError
from odoo.addons.purchase_1688.scheduled import work_off

from ..lib import planner
from ..lib.moments import naive

_logger = logging.getLogger(__name__)

BATCH = 50
"""Orders asked about in one go: answers are kept and committed together."""
TIMEOUT = 30.0
"""Seconds that one batch may take in all."""
MINUTES_PER_RUN = 5
"""How often the scheduler comes by; see the cron."""
TRACKED_STATES = ("paid", "shipped", "received")
CRON_LOOK = "stock_1688_tracking.ir_cron_stock_1688_parcel_look"
QUOTA_CODE = "own_quota"
"""Our own budget was used up: nobody was asked, so nobody failed to answer."""


class Purchase1688Order(models.Model):
    _inherit = "purchase.1688.order"

    parcel_ids = fields.Many2many(
        "stock.1688.parcel",
        "stock_1688_parcel_order_rel",
        "order_id",
        "parcel_id",
        "Parcels",
        copy=False,
        readonly=True,
    )
    parcel_count = fields.Integer(compute="_compute_parcel_count")
    parcel_journey = fields.Json("Journey", compute="_compute_parcel_journey")
    shipped_at = fields.Datetime("Shipped On", copy=False, readonly=True, help="When everything was dispatched.")
    tracking_looked_at = fields.Datetime(copy=False, readonly=True, help="Last answer about the parcels.")
    tracking_tried_at = fields.Datetime(copy=False, readonly=True)
    tracking_status_at = fields.Datetime(copy=False, readonly=True, help="Last time the parcels themselves were read.")
    tracking_next_look_at = fields.Datetime(copy=False, readonly=True, index="btree_not_null")
    tracking_misses = fields.Integer(copy=False, readonly=True)
    tracking_asked = fields.Boolean(copy=False, readonly=True, help="A message or a person asked for a look.")

    @api.depends("parcel_ids")
    def _compute_parcel_count(self):
        for order in self:
            order.parcel_count = len(order.parcel_ids)

    @api.depends("parcel_ids.timeline")
    def _compute_parcel_journey(self):
        for order in self:
            order.parcel_journey = [parcel._describe() for parcel in order.parcel_ids]

    # --- actions

    def action_view_parcels(self):
        """Open the parcels of the orders."""
        action = self.env["ir.actions.actions"]._for_xml_id("stock_1688_tracking.stock_1688_parcel_action")
        return action | {"domain": [("order_ids", "in", self.ids)], "context": {}}

    # --- hooks

    def _after_snapshot(self, snapshot):
        """A snapshot tells *that* the order moved; what its parcels do is asked for separately."""
        res = super()._after_snapshot(snapshot)
        if snapshot.shipped_at and not self.shipped_at:
            self.shipped_at = naive(snapshot.shipped_at)
        partly = any(line.logistics_status in (2, 5) for line in snapshot.lines)
        if self.state in TRACKED_STATES and (partly or snapshot.parcels or self.state != "paid"):
            self._follow(snapshot)
        elif self.state in ("done", "cancelled"):
            self.tracking_next_look_at = False
        self._confirm_accepted()
        return res

    def _follow(self, snapshot):
        """Start to follow the parcels, or look again because the order changed since the last
        look.
        """
        modified_at = naive(snapshot.modified_at)
        if not self.tracking_looked_at or (modified_at and modified_at > self.tracking_looked_at):
            self._ask_tracking()

    # --- business: looking

    def _ask_tracking(self):
        """Have the scheduler look at the parcels of these orders as soon as it can."""
        orders = self.filtered(lambda order: order.remote_id and order.state in TRACKED_STATES)
        if orders:
            orders.write({"tracking_asked": True, "tracking_next_look_at": fields.Datetime.now()})
            self.env.ref(CRON_LOOK)._trigger()

    @api.model
    def _cron_look_at_parcels(self):
        """Ask about what is due: batch by batch, oldest promise first, inside the background
        share of the quota.
        """
        accounts = self.env["purchase.1688.account"].search([("state", "=", "connected")])
        work_off(self.env, CRON_LOOK, accounts, self._check_capacity)
        due = self._choose_due(accounts)
        batches = [due[start : start + BATCH] for start in range(0, len(due), BATCH)]
        work_off(
            self.env,
            CRON_LOOK,
            batches,
            type(self)._look,
            failed=lambda order, _error: order._schedule_next(fields.Datetime.now(), {}, {order: None}),
        )

    @api.model
    def _choose_due(self, accounts):
        now = fields.Datetime.now()
        chosen = self.browse()
        for account in accounts:
            orders = self.search(
                [
                    ("account_id", "=", account.id),
                    ("tracking_next_look_at", "<=", now),
                    ("remote_id", "!=", False),
                    ("state", "in", TRACKED_STATES),
                ],
                order="tracking_next_look_at",
                limit=10 * BATCH,
            )
            looks = account.quota_per_minute * planner.BACKGROUND_SHARE * MINUTES_PER_RUN / planner.CALLS_PER_LOOK
            watches = planner.choose(orders._get_watches().values(), now, max(int(looks), 1))
            chosen += self.browse([watch.key for watch in watches])
        return chosen

    @api.model
    def _check_capacity(self, account):
        """Warn before the quota is too small for what is on its way."""
        domain = [("account_id", "=", account.id), ("tracking_next_look_at", "!=", False)]
        load = planner.load(self.search_count(domain), account.quota_per_minute)
        if load >= planner.WARN_LOAD:
            name = self.env._("Tracking needs %s %% of its share of the 1688 quota", round(load * 100))
            self.env["purchase.1688.issue"]._open(account, "tracking_capacity", name=name)
        else:
            self.env["purchase.1688.issue"]._close(account, "tracking_capacity")

    def _get_watches(self):
        watches = {}
        for order in self:
            open_parcels = order.parcel_ids.filtered(lambda parcel: not parcel.is_closed)
            news = [parcel.last_event_at or parcel.shipped_at for parcel in open_parcels]
            expected = [parcel.expected_date for parcel in open_parcels if parcel.expected_date]
            watches[order] = planner.Watch(
                key=order.id,
                looked_at=order.tracking_looked_at or None,
                tried_at=order.tracking_tried_at or None,
                misses=order.tracking_misses,
                news_at=max(filter(None, news), default=order.shipped_at or order.paid_at or None),
                expected_at=fields.Datetime.to_datetime(min(expected)) if expected else None,
            )
        return watches

    def _look(self):
        """Ask 1688 about the parcels of these orders and apply what it says. Reads only."""
        for account, orders in self.grouped("account_id").items():
            orders._look_with(account)

    def _look_with(self, account):
        now = fields.Datetime.now()
        traces = self._read_logistics(account, "logistics.traces")
        moved = self.env["stock.1688.parcel"]._get_moved(self, traces)
        to_read = self.filtered(
            lambda order: planner.wants_status(
                order.tracking_status_at or None,
                now,
                moved=order in moved,
                asked=order.tracking_asked,
            )
        )
        parcels = to_read._read_logistics(account, "logistics.parcels")
        answers = {order: (parcels.get(order), traces.get(order)) for order in self}
        self.env["stock.1688.parcel"]._apply_reads(account, answers)
        self._schedule_next(now, parcels, traces)

    def _read_logistics(self, account, name):
        """Return {order: answer, or the error}; orders for which the budget did not suffice are
        missing.
        """
        if not self:
            return {}
        requests = [(name, {"order_id": order.remote_id}) for order in self]
        results = account._call_many(requests, purpose="tracking", record=self[:1], timeout=TIMEOUT, background=True)
        answers = {}
        for order, result in zip(self, results, strict=True):
            if isinstance(result, GatewayError):
                _logger.info("%s of 1688 order %s: no answer (%s)", name, order.name, result)
            if getattr(result, "code", None) != QUOTA_CODE:
                answers[order] = result
        return answers

    def _schedule_next(self, now, parcels, traces):
        """Write when to look next. Without an answer the next look backs off; without a question
        nothing changes.
        """
        answered = self.filtered(lambda order: _is_answer(traces.get(order)))
        failed = self.filtered(lambda order: order in traces) - answered
        answered.write({"tracking_looked_at": now, "tracking_tried_at": now, "tracking_misses": 0})
        for misses, orders in failed.grouped("tracking_misses").items():
            orders.write({"tracking_tried_at": now, "tracking_misses": misses + 1})
        known = self.filtered(lambda order: _is_answer(parcels.get(order)))
        known.write({"tracking_status_at": now, "tracking_asked": False})
        watches = (answered | failed)._get_watches()
        for order, watch in watches.items():
            finished = order in answered and not order.tracking_asked and order._is_tracking_finished()
            order.tracking_next_look_at = not finished and planner.next_look(watch, now)

    def _is_tracking_finished(self):
        """Whether nothing more can come from the carriers: all is dispatched, and every parcel
        is closed.
        """
        self.ensure_one()
        return self.state != "paid" and bool(self.parcel_ids) and all(self.parcel_ids.mapped("is_closed"))


def _is_answer(result):
    return result is not None and not isinstance(result, GatewayError)
