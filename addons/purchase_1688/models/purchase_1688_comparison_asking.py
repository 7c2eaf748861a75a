import logging
import math
import threading
import time
from dataclasses import dataclass, field

from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo import SUPERUSER_ID, api, fields, models
from odoo.modules.registry import Registry

from ..lib import gather
from ..lib.asking import Question
from ..lib.tray import Tray
from ..scheduled import work_off
from ..transaction import own_transaction
from .purchase_1688_quota import BACKGROUND

_logger = logging.getLogger(__name__)

# Outlives requests and belongs to the process: a comparison must not hold an HTTP worker.
COORDINATORS = gather.Pool(size=16)

#: seconds that a process may be silent beyond what it announced before others take over
ORPHAN_SECONDS = 30
ORPHANS_AT_ONCE = 20
BUS_EVENT = "purchase_1688/comparison"
# However long the request took, the sellers get this share of the deadline.
LEAST_SHARE = 0.8
#: seconds that listings which answered wait to be stored, at most, while others are being asked
KEEP_SECONDS = 10.0
#: listings that are stored in one transaction
KEEP_BATCH = 50
#: seconds that ranking and writing down take: the deadline is when the buyer sees the result
FINISH_SECONDS = 0.05
#: seconds between two waves at least, and that all waves of a question may take at most
WAVE_PAUSE = 5.0
LONGEST = 1800.0
#: how often something is written down again that lost against another writer
TRIES = 5
CRON = "purchase_1688.ir_cron_purchase_1688_comparison_orphans"


@dataclass
class Asking:
    """A question on its way out, with all that the asking needs to know: it reads nothing any more.

    `seconds` is the deadline of a wave, counted from `pressed` (`time.monotonic()`), when the person asked; `until`
    that of the whole question, where it takes several waves. `run` counts the processes that have taken it up.
    """

    question: Question
    company_id: int
    account_id: int
    user_id: int
    seconds: float
    pressed: float
    run: int = 0
    wave: int = 1
    until: float = 0.0
    calls_per_minute: int = 100
    background: bool = field(default=False)

    @property
    def left(self):
        """Seconds that the sellers of this wave have."""
        if self.background:
            return self.seconds
        elapsed = time.monotonic() - self.pressed
        return max(self.seconds - elapsed - FINISH_SECONDS, LEAST_SHARE * self.seconds)

    def estimate(self):
        """Seconds until all that was held back is in, about."""
        waves = math.ceil(self.question.held / max(self.calls_per_minute, 1))
        return max(self.question.pause, WAVE_PAUSE) + 60.0 * (waves - 1) + self.seconds

    def plan_wave(self):
        """Seconds until the next wave goes out, or None where nothing was held back or the time is over.

        The waves after the first are background work: others who ask in between are served first.
        """
        if not self.question.held:
            return None
        now = time.monotonic()
        self.until = self.until or now + min(2 * self.estimate() + 60.0, LONGEST)
        pause = max(self.question.pause, WAVE_PAUSE)
        if now + pause >= self.until:
            return None
        self.wave += 1
        self.background = True
        return pause


class Purchase1688ComparisonAsking(models.AbstractModel):
    """How the sources of a comparison are asked: outside of requests, and in waves where the call budget is short."""

    _name = "purchase.1688.comparison.asking"
    _description = "Asking of a 1688 Comparison"

    # --- business: sending out

    def _dispatch_ask(self, pressed, quotes=None):
        """Hook: have the question asked after the commit. Here: by a pool of this process.

        :param float pressed: when the person asked, `time.monotonic()`
        :param quotes: those to be asked, all that wait if not given
        """
        dbname, number = self.env.cr.dbname, self.id
        reads_itself = quotes is None and self.company_id.ali1688_answer_minutes
        # buyers may not read all of the account
        asking = None if reads_itself else self.sudo()._prepare_asking(pressed, quotes)

        @self.env.cr.postcommit.add
        def ask():
            COORDINATORS.submit(lambda: _ask_in_thread(dbname, number, asking))

    def _prepare_asking(self, pressed, quotes=None):
        """The question as plain values, with what was last seen of each offer; first choices of all lines go first."""
        self.ensure_one()
        quotes = (self.quote_ids if quotes is None else quotes).filtered(lambda quote: quote.state == "asking")
        # Only what is needed: a partner alone has eighty columns, and somebody waits.
        quotes.offer_id.fetch(["offer_id", "min_qty", "batch_qty"])
        quotes.sku_id.fetch(["sku_ref"])
        quotes.partner_id.fetch(quotes.partner_id._ali1688_get_agreed_fields())
        places, seen = {}, {}
        for quote in quotes:
            places[quote] = seen[quote.demand_id] = seen.get(quote.demand_id, 0) + 1
        asks = [quote._prepare_ask() for quote in sorted(quotes, key=places.get)]
        waves = self.wave > 1
        return Asking(
            Question(asks, self.district_code, self.account_id.language),
            self.company_id.id,
            self.account_id.id,
            self.user_id.id,
            self.company_id.ali1688_comparison_deadline or self.deadline_seconds,
            pressed,
            run=self.run,
            wave=self.wave,
            until=time.monotonic() + self.deadline_seconds - self._age(self.asked_at) if waves else 0.0,
            calls_per_minute=int(self.account_id.quota_per_minute * BACKGROUND),
            background=waves,
        )

    # --- business: asking

    def _ask(self, asking=None):
        """Ask the sources and write down what comes; answers that come together are written together.

        Each step is a short transaction of its own; none is open while the network is waited for.

        :param asking: the question as prepared in the request; else it is read here
        :return: seconds until the next wave can go out with the same `asking`, or None when all is settled
        """
        self.ensure_one()
        asking = asking or self._write_down(lambda comparison: comparison._read_asking())
        question, outcomes, wave = asking.question, [], asking.question.to_send()

        def hear(index, answer):
            outcomes.extend(question.hear(wave[index], answer))

        def record():
            self._record(asking, outcomes)
            outcomes.clear()

        question.begin()
        if wave:
            # the trail says who asked
            account = self.env["purchase.1688.account"].browse(asking.account_id).with_user(asking.user_id).sudo()
            account._call_many(
                [question.requests[index] for index in wave],
                purpose="compare",
                record=self,
                timeout=asking.left,
                background=asking.background,
                on_answer=hear,
                on_pause=record,
                idle=True,
            )
        pause = asking.plan_wave()
        if pause and self._write_down(lambda comparison: comparison._announce_wave(asking, pause)):
            return pause
        outcomes.extend(question.close())
        record()
        return None

    def _read_asking(self):
        """The question as it stands, after what is already known has been filled in."""
        self._use_kept_answers()
        asking = self._prepare_asking(time.monotonic())
        if not asking.question.requests and self.state == "asking":
            self._finish(0.0)
            self._notify()
        return asking

    def _announce_wave(self, asking, pause):
        """Say when the next wave goes out; False where another process has taken the question over."""
        if not self._is_ours(asking):
            return False
        now = fields.Datetime.now()
        alive_until = fields.Datetime.add(now, seconds=math.ceil(pause + asking.seconds + ORPHAN_SECONDS))
        age = self._age(self.asked_at)
        self.write(
            {
                "wave": asking.wave,
                "calls_to_go": asking.question.held,
                "wave_at": fields.Datetime.add(now, seconds=math.ceil(pause)),
                "alive_until": alive_until,
                "deadline_seconds": age + asking.until - time.monotonic(),
            }
        )
        # should this process die, the rest is asked from there on
        self.env.ref(CRON).sudo()._trigger(at=alive_until)
        self._notify()
        return True

    def _is_ours(self, asking):
        """Whether what this process hears is still waited for."""
        return self.state != "applied" and self.run == asking.run

    def _record(self, asking, outcomes):
        """Write what was settled; the last one closes the question. Boards are told."""
        if outcomes:
            self._write_down(lambda comparison: comparison._take_outcomes(asking, outcomes))

    def _take_outcomes(self, asking, outcomes):
        quotes = self.env["purchase.1688.comparison.quote"].browse([outcome.quote for outcome in outcomes])
        finished = asking.question.finished
        if not finished:
            # it comes often, and writing one answer takes little of what these have
            self.fetch(["run", "state", "user_id"])
            quotes.fetch(["comparison_id", "demand_id", "is_short", "state", "terms"])
            quotes.demand_id.fetch(["product_qty"])
        if not self._is_ours(asking):
            return
        quotes._apply_outcomes(outcomes)
        if finished:
            if self.state == "asking":
                self._finish(time.monotonic() - asking.pressed)
            else:
                self._renew_places()
        self._notify()

    def _write_down(self, work):
        """`work(comparison)` in a short transaction of its own; again, where it lost against another writer."""
        for attempt in range(1, TRIES + 1):
            try:
                with own_transaction(self.env, repeatable=True) as env:
                    return work(self.with_env(env))
            except (SerializationFailure, LockNotAvailable):
                if attempt == TRIES:
                    raise
                _logger.info("comparison %s lost against another writer, once more", self.id)

    # --- business: what the answers tell of the offers

    @api.model
    def _keep_listings(self, company, listings):
        """What was answered is fresher than what we have of these offers.

        Offers that somebody else writes in this moment are left alone: who does knows the same.
        """
        asked = [("company_id", "=", company.id), ("offer_id", "in", [listing.offer_id for listing in listings])]
        offers = self.env["purchase.1688.offer"].with_context(active_test=False).search(asked)
        ours = set(offers.try_lock_for_update(allow_referencing=True).mapped("offer_id"))
        mine = [listing for listing in listings if listing.offer_id in ours]
        if mine:
            self.env["purchase.1688.collector"]._store(company, mine, look="comparison")

    # --- business: progress

    def _get_progress(self):
        """How far the asking is; see `get_board`."""
        asked = len(self.quote_ids)
        to_go = len(self.quote_ids.filtered(lambda quote: quote.state == "asking"))
        next_wave_in = max(-self._since(self.wave_at), 0.0) if self.wave_at else False
        left = 0.0
        if to_go:
            left = max(self.deadline_seconds - self._age(self.asked_at), 0.0)
        if to_go and self.calls_to_go:
            # whoever may see the board may know how long it takes
            per_minute = self.account_id.sudo().quota_per_minute * BACKGROUND
            waves = math.ceil(self.calls_to_go / max(per_minute, 1.0))
            left = min(left, (next_wave_in or 0.0) + 60.0 * (waves - 1) + self.company_id.ali1688_comparison_deadline)
        return {
            "asked": asked,
            "answered": asked - to_go,
            "to_go": to_go,
            "calls_to_go": self.calls_to_go,
            "wave": self.wave,
            "next_wave_in": next_wave_in,
            "seconds_left": left,
        }

    @api.model
    def _since(self, moment):
        """Seconds since `moment`; below zero where it is still to come."""
        return (fields.Datetime.now() - moment).total_seconds()

    # --- business: what a dead process left

    def _look_after(self):
        """Whoever looks takes up what a dead process left."""
        if self.alive_until and self.alive_until < fields.Datetime.now():
            self._take_up_orphans([("id", "=", self.id)])

    @api.model
    def _take_up_orphans(self, domain=()):
        """Go on with comparisons whose process died, or close them where their time is over."""
        # whoever looks: what the dead process left is nobody's any more
        silent = self.sudo().search(
            [("alive_until", "<", fields.Datetime.now()), *domain], limit=ORPHANS_AT_ONCE, order="alive_until"
        )
        for orphan in silent.try_lock_for_update():
            orphan._take_up()

    def _take_up(self):
        waiting = self.quote_ids.filtered(lambda quote: quote.state == "asking")
        if waiting and self._age(self.asked_at) < self.deadline_seconds:
            self.write({"run": self.run + 1, "alive_until": self._get_alive_until()})
            self._dispatch_ask(time.monotonic())
            return
        if self.state == "asking":
            self._finish(self.deadline_seconds)
        elif waiting:
            waiting._give_up_waiting()
            self._renew_places()
        self._dispatch_follow_up()
        self._notify()

    def _get_alive_until(self, seconds=None):
        """When others may take over, unless this process is heard of again."""
        seconds = (self.deadline_seconds if seconds is None else seconds) + ORPHAN_SECONDS
        return fields.Datetime.add(fields.Datetime.now(), seconds=math.ceil(seconds))

    @api.model
    def _cron_close_orphans(self):
        domain = [("alive_until", "<", fields.Datetime.now())]
        orphans = self.search(domain, limit=ORPHANS_AT_ONCE, order="alive_until")
        more = len(orphans) == ORPHANS_AT_ONCE
        work_off(self.env, CRON, orphans, type(self)._take_up, due=domain, failed=type(self)._leave, more=more)

    def _leave(self, _error):
        """It can neither go on nor be closed as others are: whoever looks sees what came in."""
        vals = {"state": "done", "finished_at": fields.Datetime.now()} if self.state == "asking" else {}
        self.write({**vals, "alive_until": False})

    # --- business: after the answers

    def _dispatch_follow_up(self):
        """Hook: have done after the commit what comes after the answers. Here: by a pool of this process."""
        dbname, number = self.env.cr.dbname, self.id

        @self.env.cr.postcommit.add
        def follow_up():
            COORDINATORS.submit(lambda: _follow_up_in_thread(dbname, number))

    def _follow_up(self):
        """What takes longer than a person wants to wait: the plans, and similar offers where no source is left."""
        self._solve_plans()
        self._search_similar()
        self._write_down(lambda comparison: comparison._end_follow_up())

    def _end_follow_up(self):
        if not self.quote_ids.filtered(lambda quote: quote.state == "asking"):
            self.alive_until = False
        self._notify()

    def _notify(self):
        """Tell the boards that look at this comparison."""
        for comparison in self:
            comparison.user_id._bus_send(BUS_EVENT, {"id": comparison.id, "state": comparison.state})


def _ask_in_thread(dbname, comparison_id, asking):
    """Entry of a coordinator thread: whatever happens, the comparison does not stay open."""
    try:
        comparison = _browse(dbname, comparison_id)
        asking = asking or comparison._write_down(lambda found: found._read_asking())
        pause = comparison._ask(asking)
        if pause:
            # a timer of its own: a question that waits for its next wave takes nobody's place
            timer = threading.Timer(
                pause, lambda: COORDINATORS.submit(lambda: _ask_in_thread(dbname, comparison_id, asking))
            )
            timer.daemon = True
            timer.start()
            return
        listings = {listing.offer_id: listing for listing in asking.question.listings}
        if listings:
            LISTINGS.put((dbname, asking.company_id), listings)
        comparison._follow_up()
    except Exception:
        _logger.exception("comparison %s broke off; the next look takes it up", comparison_id)


def _follow_up_in_thread(dbname, comparison_id):
    try:
        _browse(dbname, comparison_id)._follow_up()
    except Exception:
        _logger.exception("the plans of comparison %s broke off; the next look takes them up", comparison_id)


def _keep_in_thread(place, found):
    """Store listings, some at a time; where that fails, the offers stay as they were last seen."""
    dbname, company_id = place
    listings = list(found.values())
    try:
        comparisons = _browse(dbname)
        for start in range(0, len(listings), KEEP_BATCH):
            with own_transaction(comparisons.env) as env:
                company = env["res.company"].browse(company_id)
                comparisons.with_env(env)._keep_listings(company, listings[start : start + KEEP_BATCH])
    except Exception:
        _logger.exception("the listings that sellers answered with could not be stored")


def _browse(dbname, comparison_id=()):
    """The comparison on a cursor that is closed: each step opens one of its own."""
    threading.current_thread().dbname = dbname
    with Registry(dbname).cursor() as cr:
        # the machine has no time zone of its own: nobody's is read for each step
        env = api.Environment(cr, SUPERUSER_ID, {"tz": "UTC"})
    return env["purchase.1688.comparison"].browse(comparison_id)


# Storing costs more than all else, and buyers wait for answers, not for it: what many heard of one offer is stored
# once. It cannot grow without bound, since the call budget bounds the answers.
LISTINGS = Tray(_keep_in_thread, lambda: COORDINATORS.busy, KEEP_SECONDS)
