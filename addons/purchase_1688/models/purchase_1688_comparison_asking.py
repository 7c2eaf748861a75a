import math
import threading
import time
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.http import request
from odoo.tools import real_time

from ..lib.asking import Question
from ..lib.pace import Pace, Piece
from ..scheduled import work_off
from .purchase_1688_quota import BACKGROUND

#: seconds that a process may be silent beyond what it announced before others take over
ORPHAN_SECONDS = 30
ORPHANS_AT_ONCE = 20
# However long the request took, the sellers get this share of the deadline.
LEAST_SHARE = 0.65
# Ranking and writing down take this long: the deadline is when the buyer sees the result.
CLOSING = Pace(least=0.03)
#: seconds between two waves at least, and that all waves of a question may take at most
WAVE_PAUSE = 5.0
LONGEST = 1800.0
CRON = "purchase_1688.ir_cron_purchase_1688_comparison_orphans"
#: what tells whether a question is still this process's, and whom to tell of it
OURS = ("run", "state", "user_id")


@dataclass
class Asking:
    """A question on its way out, with all that the asking needs to know: it reads nothing any more.

    `seconds` is the deadline of a wave, counted from `pressed` (`time.monotonic()`), when the person asked; `until`
    that of the whole question, where it takes several waves. `run` counts the processes that have taken it up.
    `closed`: all answers are in; `closing`: how that was announced; `follow_up`: something is left to be done then.
    `barred`: {id: reason} of those of the `sellers` that only people choose, once it is known.
    """

    question: Question
    company_id: int
    account_id: int
    user_id: int
    seconds: float
    pressed: float
    sellers: list
    run: int = 0
    wave: int = 1
    until: float = 0.0
    calls_per_minute: int = 100
    background: bool = False
    closed: bool = False
    closing: Piece | None = None
    barred: dict | None = None
    follow_up: bool = False

    def begin_wave(self):
        """Seconds that the sellers of this wave have."""
        if self.background:
            self.closing = CLOSING.announce(time.monotonic() + self.seconds)
            return self.seconds
        self.closing = self.closing or CLOSING.announce(self.pressed + self.seconds)
        end = self.closing.due - CLOSING.seconds(self.closing)
        return max(end - time.monotonic(), LEAST_SHARE * self.seconds)

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

    # --- business: reading

    @api.model
    def _get_pressed(self):
        """When the person asked, as of `time.monotonic()`: the request has waited for others before it had its turn."""
        began = getattr(threading.current_thread(), "perf_t0", None) if request else None
        return time.monotonic() - (real_time() - began if began else 0.0)

    def _get_deadline(self):
        """Seconds that sellers have to answer in one wave."""
        return self.company_id.ali1688_comparison_deadline or self.deadline_seconds

    def _prepare_asking(self, pressed, quotes):
        """The question as plain values, with what was last seen of each offer; first choices of all lines go first."""
        self.ensure_one()
        quotes = quotes.filtered(lambda quote: quote.state == "asking")
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
            self._get_deadline(),
            pressed,
            self.quote_ids.partner_id.ids,
            run=self.run,
            wave=self.wave,
            until=time.monotonic() + self.deadline_seconds - self._age(self.asked_at) if waves else 0.0,
            calls_per_minute=int(self.account_id.quota_per_minute * BACKGROUND),
            background=waves,
        )

    # --- business: asking

    def _ask(self, asking=None, show=None):
        """Ask the sources and write down what comes.

        Each step is a short transaction of its own; none is open while the network is waited for. What is in while
        others are still waited for is shown as soon as it is there, and written down for good at the end.

        :param asking: the question as it was read; else it is read here
        :param show: called with {quote id: outcome} of what is in while others are still waited for
        :return: seconds until the next wave can go out with the same `asking`, or None when all is settled
        """
        self.ensure_one()
        asking = asking or self._write_together("_read_askings", None, None)
        question, outcomes, wave = asking.question, {}, asking.question.to_send()
        news = []

        def hear(index, answer):
            settled = question.hear(wave[index], answer)  # an answer may be one of two that are needed
            outcomes.update({outcome.quote: outcome for outcome in settled})
            news.extend(settled)

        def record():
            if question.finished and not asking.closed:
                self._record(asking, outcomes)
            elif news and show and not asking.closed:
                news.clear()
                show(dict(outcomes))

        seconds = asking.begin_wave()
        if wave:
            # the trail says who asked
            account = self.env["purchase.1688.account"].browse(asking.account_id).with_user(asking.user_id).sudo()
            account._call_many(
                [question.requests[index] for index in wave],
                purpose="compare",
                record=self,
                timeout=seconds,
                background=asking.background,
                on_go=question.begin,
                on_answer=hear,
                on_pause=record,
                idle=True,
            )
        if asking.closed or not question.requests:
            return None
        pause = asking.plan_wave()
        if pause and self._write_down(lambda comparison: comparison._announce_wave(asking, outcomes, pause)):
            return pause
        outcomes.update({outcome.quote: outcome for outcome in question.close()})
        self._record(asking, outcomes)
        return None

    def _read_askings(self, found):
        """The questions as they stand: rows for all sources, and what is already known has been filled in.

        :param found: {comparison id: (when the person asked, `time.monotonic()`, or None for now; ids of the answers to
            ask for, or None for all that wait)}; all of one company
        :return: {comparison id: `Asking`}
        """
        self.fetch(["account_id", "asked_at", "company_id", "deadline_seconds", "district_code", *OURS, "wave"])
        self.company_id.fetch(["ali1688_answer_minutes", "ali1688_comparison_deadline"])
        self.account_id.fetch(["language", "quota_per_minute"])
        self.filtered(lambda comparison: found[comparison.id][1] is None and not comparison.quote_ids)._create_quotes()
        self._read_for_asks()
        return {comparison.id: comparison._read_asking(*found[comparison.id]) for comparison in self}

    def _read_for_asks(self):
        """Read what the questions take, and no more: a partner alone has eighty columns, and somebody waits."""
        quotes = self.quote_ids.filtered(lambda quote: quote.state == "asking")
        quotes.demand_id.fetch(["product_qty", "taken_qty"])
        quotes.offer_id.fetch(["offer_id", "min_qty", "batch_qty"])
        quotes.sku_id.fetch(["sku_ref"])
        quotes.partner_id.fetch(quotes.partner_id._ali1688_get_agreed_fields())

    def _read_asking(self, pressed, waiting):
        pressed = pressed or time.monotonic()
        if waiting is not None:
            return self._prepare_asking(pressed, self.quote_ids.browse(waiting))
        self._use_kept_answers()
        asking = self._prepare_asking(pressed, self.quote_ids)
        if not asking.question.requests and self.state == "asking":
            self._finish(0.0)
            asking.follow_up = self._has_follow_up()
        self._notify()
        return asking

    def _announce_wave(self, asking, outcomes, pause):
        """Write what is in and when the next wave goes out; False where another process took the question over."""
        if not self._is_ours(asking):
            return False
        self.quote_ids._apply_outcomes(outcomes)
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
        """Write all that was settled, those that were shown already included, and close the question."""
        began, asking.closed = time.monotonic(), True
        asking.follow_up = self._write_together("_close", asking, outcomes)
        CLOSING.note(asking.closing, time.monotonic() - began)

    def _close(self, found):
        """Write what was settled and close the questions.

        :param found: {comparison id: (`Asking`, {quote id: outcome})}; all of one company
        :return: {comparison id: whether something is left to be done}
        """
        self._read_for_places()
        ours = self.filtered(lambda comparison: comparison._is_ours(found[comparison.id][0]))
        barred = self._read_barred([found[comparison.id][0] for comparison in ours])
        for comparison in ours:
            asking, outcomes = found[comparison.id]
            comparison.quote_ids._apply_outcomes(outcomes)
            if comparison.state == "asking":
                comparison._finish(time.monotonic() - asking.pressed, barred)
            else:
                comparison._renew_places(barred)
        ours._notify()
        return {comparison.id: comparison._has_follow_up() for comparison in ours}

    @api.model
    def _show_outcomes(self, found):
        """Write answers of several questions that are in while others are still waited for.

        :param found: {comparison id: (`Asking`, {quote id: outcome})}
        """
        comparisons = self.browse(found)
        # it comes often, and takes little of what these have
        comparisons.fetch(["company_id", *OURS])
        ours = comparisons.filtered(lambda comparison: comparison._is_ours(found[comparison.id][0]))
        outcomes = {}
        for comparison in ours:
            outcomes.update(found[comparison.id][1])
        quotes = self.env["purchase.1688.comparison.quote"].browse(outcomes)
        quotes.fetch(["comparison_id", "demand_id", "is_short", "quantity", "state"])
        quotes = quotes.filtered(lambda quote: quote.state == "asking")  # the others were shown before
        quotes.demand_id.fetch(["product_qty"])
        self._read_for_amounts()
        quotes._apply_outcomes(outcomes)
        ours._notify()
        # there is time for it now, and none when all answers are in
        self._read_barred([found[comparison.id][0] for comparison in ours])

    @api.model
    def _read_barred(self, askings):
        """The sellers of these questions that only people choose, as of `_get_barred`.

        What was read is not read again, but for questions in the background: they take long enough for it to change.

        :param askings: of one company
        """
        sellers = self.env["res.partner"]
        unread = [asking for asking in askings if asking.barred is None or asking.background]
        standing = sellers.union(*(sellers.browse(asking.sellers) for asking in unread))
        barred = self._judge(standing, self.env["res.company"].browse(unread[0].company_id)) if unread else {}
        for asking in unread:
            asking.barred = {seller.id: reason for seller, reason in barred.items() if seller.id in asking.sellers}
        return {sellers.browse(seller): reason for asking in askings for seller, reason in asking.barred.items()}

    def _read_for_places(self):
        """Read what places and plans take, and no more: these models have many columns, and somebody waits."""
        self.fetch(["alive_until", "company_id", "max_parcels", "plans_state", "seller_caps", *OURS])
        self.company_id.fetch(self.company_id._ali1688_get_judge_fields())
        self.quote_ids.fetch(self.quote_ids._get_place_fields())
        self.quote_ids.source_id.fetch(["sequence"])
        self.quote_ids.partner_id.fetch(["ali1688_rating", "ali1688_score"])
        self.demand_ids.fetch(self.demand_ids._get_place_fields())
        self._read_for_amounts()

    @api.model
    def _read_for_amounts(self):
        """Read what an amount is rounded and written with, and no more."""
        self.env["purchase.1688.offer"]._get_yuan().fetch(["decimal_places", "rounding"])

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
        if self.state == "applied":
            self.alive_until = False
            return
        if not self.quote_ids:
            self._create_quotes()
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
        self._expect_follow_up()
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

    def _follow_up(self):
        """What takes longer than a person wants to wait: the plans, and similar offers where no source is left."""
        self._solve_plans()
        pause = self._search_similar()
        self._write_down(lambda comparison: comparison._end_follow_up(pause))

    def _end_follow_up(self, pause):
        """Nothing is left to be done, or it can be tried again after so many seconds, or others take it up."""
        left = self.state == "done" and self._has_follow_up()
        waiting = self.quote_ids.filtered(lambda quote: quote.state == "asking")
        if not waiting and not left:
            self.alive_until = False
        elif not waiting and pause:
            self.alive_until = fields.Datetime.add(fields.Datetime.now(), seconds=math.ceil(pause))
            self.env.ref(CRON).sudo()._trigger(at=self.alive_until)  # users may not trigger crons
        self._notify()
