import logging
import time
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..lib import watch
from ..lib.errors import Refused
from ..scheduled import CONFLICTS, work_off

_logger = logging.getLogger(__name__)

CRON_WATCH = "purchase_1688.ir_cron_purchase_1688_offer_watch"
BATCH = 20
"""Listings asked about in one go: answers are kept and committed together."""
TIMEOUT = 20.0
"""Seconds that one batch may take in all."""
RUN_SECONDS = 40
"""Seconds after which a run starts no further batch; the scheduler comes by every minute."""
PATIENCE = 12
"""Longest wait of a run until calls of the minute before have aged out."""
MINUTE = timedelta(seconds=61)
"""Calls of so long count as the last minute's: times are kept in whole seconds."""
STORE_TRIES = 3
FOLLOW_PART = 0.2
"""Part of the watch's calls that may go into following, once per listing."""
FOLLOW_AGAIN = timedelta(days=1)
COMPARED_DAYS, ORDERED_DAYS, CHANGED_DAYS, TOLD_DAYS = 30, 90, 30, 3
QUOTA_CODE = "own_quota"
"""Our own budget was used up: nobody was asked, so nobody failed to answer."""
NO_LISTING_CODE = "404"
PRODUCT_TOPICS = ("PRODUCT_", "FENXIAO_PRICE")


class Purchase1688Offer(models.Model):
    """How mapped offers are kept fresh: who is looked at next, inside the watch's share of the quota."""

    _inherit = "purchase.1688.offer"

    is_mapped = fields.Boolean(
        "Watched", compute="_compute_is_mapped", store=True, help="It is the source of a product, so it is kept fresh."
    )
    watch_next_at = fields.Datetime("Next look", readonly=True, copy=False)
    watch_tried_at = fields.Datetime(readonly=True, copy=False, help="Last question of the watch, answered or not.")
    watch_misses = fields.Integer(readonly=True, copy=False, help="Questions in a row that stayed without an answer.")
    watch_asked_at = fields.Datetime(readonly=True, copy=False, help="When 1688 told that it changed.")
    watch_rate = fields.Float(
        "Looks a day", readonly=True, copy=False, default=watch.REST_RATE, aggregator="sum", digits=(6, 1)
    )
    watch_followed_id = fields.Many2one(
        "purchase.1688.account", "Followed by", readonly=True, copy=False, ondelete="set null", index="btree_not_null"
    )
    watch_followed_at = fields.Datetime(readonly=True, copy=False, help="When following was last asked for.")

    _watch_idx = models.Index("(company_id) WHERE is_mapped")
    _tried_idx = models.Index("(company_id, watch_tried_at) WHERE watch_tried_at IS NOT NULL")

    @api.depends("source_ids.active", "active")
    def _compute_is_mapped(self):
        mapped = self.env["purchase.1688.source"]._read_group(
            [("offer_id", "in", self.ids), ("active", "=", True)], ["offer_id"], []
        )
        ids = {offer.id for (offer,) in mapped}
        for offer in self:
            offer.is_mapped = offer.active and offer.id in ids

    # --- actions

    @api.model
    def get_watch_status(self):
        """How the company's mapped offers are kept fresh: plain figures, for screens and the external API.

        :return: False without an account; else {"account", "connected", "offers": mapped, "due": due now, "late":
            older than the bound, "failing", "followed", "told", "oldest_hours", "p95_hours", "bound_hours",
            "calls_per_minute": the share, "calls_last_minute", "quota_per_minute", "looks_wanted_per_day",
            "looks_possible_per_day", "load": 1.0 is full, "most_offers", "changes": {change: number in 7 days}}
        """
        self.check_access("read")
        account_sudo = self.env.company.ali1688_account_id.sudo()  # figures only
        if not account_sudo:
            return False
        since = fields.Datetime.now() - timedelta(days=7)
        counts = self.env["purchase.1688.price"]._read_group(
            [("company_id", "=", self.env.company.id), ("date", ">", since)], ["change"], ["offer_id:count_distinct"]
        )
        return {**account_sudo._get_watch_status(), "changes": dict(counts)}

    def get_price_history(self, limit=100):
        """What the SKUs of these offers cost over time, as `get_price_history` of the SKUs tells it."""
        return self.sku_ids.get_price_history(limit)

    # --- business: the scheduled action

    @api.model
    def _cron_watch(self):
        """Look at what is due, the most valuable first, inside the watch's share of each account's quota."""
        accounts = self.env["purchase.1688.account"]._get_watching()
        work_off(self.env, CRON_WATCH, list(accounts), self._follow_some)
        deadline = time.monotonic() + RUN_SECONDS
        for account in accounts:
            offers, tried = self.with_company(account.company_id), set()
            while offers._watch_once(account, deadline, tried):
                continue
        work_off(self.env, CRON_WATCH, list(accounts), type(accounts)._check_watch_capacity)

    @api.model
    def _watch_once(self, account, deadline, tried):
        """Look at one batch; False when there is nothing more to do in this run.

        :param tried: ids of those that this run had its turn with; it grows
        """
        now = fields.Datetime.now()
        due = [item for item in self._get_due(account) if item.key not in tried]
        calls, wait = self._get_watch_allowance(account, due)
        left = deadline - time.monotonic()
        if due and not calls and wait <= min(PATIENCE, left):
            self.env["ir.cron"]._commit_progress()
            time.sleep(wait)
            return True
        chosen = [item.key for item in watch.choose(due, now, min(calls, BATCH))]
        if not chosen or left <= 0:
            return False
        tried.update(chosen)
        ready = [("is_mapped", "=", True), "|", ("watch_next_at", "=", False), ("watch_next_at", "<=", now)]
        work_off(self.env, CRON_WATCH, [self.browse(chosen)], type(self)._look, due=ready, failed=type(self)._note_miss)
        return True

    @api.model
    def _get_watch_allowance(self, account, due=()):
        """(calls that the watch may make now, seconds until its oldest call of the last minute is over)."""
        self.flush_model(["watch_tried_at", "watch_followed_at"])
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT tried FROM (
                    SELECT watch_tried_at AS tried FROM purchase_1688_offer
                     WHERE company_id = %(company)s AND watch_tried_at > %(since)s
                     UNION ALL
                    SELECT watch_followed_at FROM purchase_1688_offer
                     WHERE company_id = %(company)s AND watch_followed_at > %(since)s
                ) AS calls ORDER BY tried
                """,
                company=account.company_id.id,
                since=now - MINUTE,
            )
        )
        quota = account.quota_per_minute
        used = self.env["purchase.1688.quota"]._used_share(account) * quota
        calls = watch.allowance(len(rows), used, quota, watch.is_pressing(due, now))
        wait = (rows[0][0] + MINUTE - now).total_seconds() if rows else MINUTE.total_seconds()
        return calls, max(wait, 0.5)

    @api.model
    def _get_due(self, account):
        """What is due, for the planner; one query."""
        self.flush_model(["is_mapped", "watch_next_at", "watch_rate", "seen_at", "watch_asked_at", "watch_misses"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, seen_at, watch_tried_at, COALESCE(watch_misses, 0), watch_asked_at IS NOT NULL,
                       COALESCE(watch_rate, %s)
                  FROM purchase_1688_offer
                 WHERE company_id = %s AND is_mapped
                   AND COALESCE(watch_next_at, seen_at + %s, '-infinity') <= %s
                """,
                watch.REST_RATE,
                account.company_id.id,
                watch.FIRST_LOOK,
                fields.Datetime.now(),
            )
        )
        return [watch.Watch(*row) for row in rows]

    def _look(self):
        """Read these listings and store what was read; the offers of one company."""
        account, began = self.company_id.ali1688_account_id, fields.Datetime.now()
        offers = self.env["purchase.1688.source.change"]._mark(self, "watch")
        by_number = {offer.offer_id: offer for offer in offers}
        self.env["ir.cron"]._commit_progress()  # no transaction stays open while the network is asked
        found, failed = self.env["purchase.1688.collector"]._read_offers(
            account, list(by_number), background=True, purpose="watch", timeout=TIMEOUT
        )
        offers._store_looked_at(account, list(found.values()), began)
        for number, error in failed.items():
            if error.code == QUOTA_CODE:
                continue  # nobody was asked: it is due as before
            if isinstance(error, Refused) and error.code == NO_LISTING_CODE:
                offers._store_missing(by_number[number])
            else:
                by_number[number]._note_miss(error)

    def _store_looked_at(self, account, listings, began, tries=STORE_TRIES):
        """Store listings together; after a conflict again without asking again, after another error each alone."""
        if not listings:
            return
        collector = self.env["purchase.1688.collector"].with_context(ali1688_looked_since=began)
        try:
            collector._store(account.company_id, listings, look="watch")
            self.env["ir.cron"]._commit_progress()
        except CONFLICTS:
            self.env.cr.rollback()
            if tries == 1:
                raise
            self._store_looked_at(account, listings, began, tries - 1)
        except Exception as error:
            self.env.cr.rollback()
            if len(listings) == 1:
                _logger.exception("1688 watch: listing %s could not be stored", listings[0].offer_id)
                self.filtered(lambda offer: offer.offer_id == listings[0].offer_id)._note_miss(error)
                self.env["ir.cron"]._commit_progress()
                return
            for listing in listings:
                self._store_looked_at(account, [listing], began)

    def _note_miss(self, _error):
        """It did not answer, or not so that it could be stored: it backs off."""
        now = fields.Datetime.now()
        for offer in self:
            misses = offer.watch_misses + 1
            offer.write(
                {"watch_tried_at": now, "watch_misses": misses, "watch_next_at": now + watch.retry_delay(misses)}
            )

    @api.model
    def _store_missing(self, offers):
        """1688 does not know these listings any more: taken down for good."""
        history = self.env["purchase.1688.price"]
        before = history._take(offers)
        offers.write({"on_shelf": False, "status": "deleted", "seen_at": fields.Datetime.now()})
        lines = history._note(before, offers, "watch")
        offers.source_ids._sync_vendor_lines()
        offers.with_context(ali1688_looked_since=fields.Datetime.now())._after_look(lines)

    # --- business: planning

    def _after_look(self, lines):
        """Plan the next look and raise alarms, whoever looked; `lines` is the history that the look made."""
        self._mark_moves(lines)
        mapped = self.filtered("is_mapped")
        if mapped:
            mapped._plan_look()
            mapped._raise_alarms(lines)

    def _plan_look(self):
        """Set when to look next; a constant number of queries."""
        now = fields.Datetime.now()
        # set by the watch itself only: when it began to ask
        since = self.env.context.get("ali1688_looked_since")
        for offer, use in self._get_uses().items():
            asked = offer.watch_asked_at if since and offer.watch_asked_at and offer.watch_asked_at >= since else False
            item = watch.Watch(
                key=offer.id,
                looked_at=offer.seen_at,
                tried_at=now if since else offer.watch_tried_at or None,
                asked=bool(asked),
                rate=watch.rate(use),
            )
            vals = {
                "watch_rate": item.rate,
                "watch_misses": 0,
                "watch_asked_at": asked,
                "watch_tried_at": item.tried_at,
                "watch_next_at": watch.next_look(item, now).replace(microsecond=0),
            }
            self.env["purchase.1688.collector"]._write_changed(offer, vals)

    def _get_uses(self):
        """{offer: `watch.Use`}: what each is looked at for."""
        now = fields.Datetime.now()
        mine = ("offer_id", "in", self.ids)
        compared = self.env["purchase.1688.comparison.quote"]._read_group(
            [mine, ("create_date", ">", now - timedelta(days=COMPARED_DAYS))],
            ["offer_id"],
            ["comparison_id:count_distinct"],
        )
        changed = self.env["purchase.1688.price"]._read_group(
            [
                mine,
                ("date", ">", now - timedelta(days=CHANGED_DAYS)),
                ("change", "not in", ("first", "stock", "no_tier")),
            ],
            ["offer_id"],
            ["__count"],
        )
        compared, changed, ordered = dict(compared), dict(changed), self._get_ordered(now)
        first, told = self._get_first_sources().offer_id, self._get_told(now)
        return {
            offer: watch.Use(
                compared=compared.get(offer, 0),
                ordered=ordered[offer][0],
                value=ordered[offer][1],
                first=offer in first,
                changes=changed.get(offer, 0),
                told=offer in told,
                on_shelf=offer.on_shelf,
            )
            for offer in self
        }

    def _get_ordered(self, now):
        """{offer: (order lines of late, their amount in yuan)}."""
        rows = self.env["purchase.1688.order.line"]._read_group(
            [
                ("sku_id.offer_id", "in", self.ids),
                ("create_date", ">", now - timedelta(days=ORDERED_DAYS)),
                ("state", "!=", "cancelled"),
            ],
            ["sku_id"],
            ["__count", "amount:sum"],
        )
        found = defaultdict(lambda: (0, 0.0))
        for sku, count, amount in rows:
            had = found[sku.offer_id]
            found[sku.offer_id] = (had[0] + count, had[1] + amount)
        return found

    def _get_first_sources(self):
        """The sources of these offers that are the first of their product: what Odoo buys from by itself."""
        Source = self.env["purchase.1688.source"]
        Source.flush_model(["product_id", "sequence", "active", "offer_id", "company_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT source.id
                  FROM purchase_1688_source AS source
                 WHERE source.offer_id = ANY(%s) AND source.active
                   AND NOT EXISTS (
                       SELECT 1 FROM purchase_1688_source AS other
                        WHERE other.product_id = source.product_id AND other.active
                          AND other.company_id = source.company_id
                          AND (other.sequence, other.id) < (source.sequence, source.id))
                """,
                self.ids,
            )
        )
        return Source.browse([number for (number,) in rows])

    def _get_told(self, now):
        """Those of these offers that 1688 tells of: followed, by an account that messages reach."""
        accounts = self.watch_followed_id
        if not accounts:
            return self.browse()
        events_sudo = self.env["purchase.1688.event"].sudo()  # whether there are any
        topics = events_sudo._read_group(
            [("account_id", "in", accounts.ids), ("received_at", ">", now - timedelta(days=TOLD_DAYS))],
            ["account_id", "type"],
            [],
        )
        heard = {account for account, topic in topics if topic.startswith(PRODUCT_TOPICS)}
        return self.filtered(lambda offer: offer.watch_followed_id in heard)

    def _watch_soon(self):
        """1688 told that these changed: they are due at once."""
        mapped = self.filtered("is_mapped")
        if not mapped:
            return
        now = fields.Datetime.now()
        for offer in mapped:
            next_at = max(now, (offer.watch_tried_at or now) + watch.GAP) if offer.watch_tried_at else now
            if offer.watch_misses and offer.watch_next_at:
                next_at = offer.watch_next_at
            offer.write({"watch_asked_at": now, "watch_next_at": next_at})
        self.env.ref(CRON_WATCH).sudo()._trigger()  # whoever was told

    # --- business: following

    @api.model
    def _follow_some(self, account):
        """Ask 1688 to tell of changes of what is mapped, and not to tell of the rest.

        One call per offer and account, spread over many runs.
        """
        now = fields.Datetime.now()
        part = max(int(watch.per_minute(account.quota_per_minute) * FOLLOW_PART), 1)
        looks = min(self._get_watch_allowance(account)[0], part, BATCH)
        if not looks or (account.watch_follow_after and account.watch_follow_after > now):
            return
        again = ["|", ("watch_followed_at", "=", False), ("watch_followed_at", "<", now - FOLLOW_AGAIN)]
        mine = ("company_id", "=", account.company_id.id)
        wanted = self.search(
            [mine, ("is_mapped", "=", True), ("watch_followed_id", "!=", account.id), *again], limit=looks
        )
        surplus = self.with_context(active_test=False).search(
            [mine, ("is_mapped", "=", False), ("watch_followed_id", "=", account.id), *again],
            limit=looks - len(wanted),
        )
        offers = wanted | surplus
        if not offers:
            return
        requests = [("product.follow", {"offer_id": number}) for number in wanted.mapped("offer_id")]
        requests += [("product.unfollow", {"offer_id": number}) for number in surplus.mapped("offer_id")]
        self.env["ir.cron"]._commit_progress()
        answers = account._call_many(requests, purpose="follow", timeout=TIMEOUT, background=True)
        self._keep_following(account, wanted, surplus, answers)

    @api.model
    def _keep_following(self, account, wanted, surplus, answers):
        """Write what came of it; where the app may not follow at all, it is not asked again for a day."""
        now = fields.Datetime.now()
        asked = self.browse()
        done = self.browse()
        refused = 0
        for offer, answer in zip([*wanted, *surplus], answers, strict=True):
            if getattr(answer, "code", "") == QUOTA_CODE:
                continue
            asked |= offer
            if not isinstance(answer, Exception):
                done |= offer
            refused += isinstance(answer, Refused) and answer.code.startswith("gw.")
        asked.write({"watch_followed_at": now})
        (done & wanted).write({"watch_followed_id": account.id})
        (done & surplus).write({"watch_followed_id": False})
        if asked and refused == len(asked):
            account.sudo().watch_follow_after = now + FOLLOW_AGAIN  # a note of the watch, not a setting
