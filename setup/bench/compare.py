"""What a buyer waits for when sellers are asked, and what others notice of it: P1, P2, P3, P6, a basket."""

import argparse
import multiprocessing
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from support.asking import BareClient
from support.figures import Report, p50, p95
from support.people import Session, World
from support.places import Database, Gateway, Server
from support.watching import TransactionWatch, connect, steadily

DEADLINE = 2.0
AT_ONCE = 8
WORKERS = 2
DRIPPING_COMPARISONS = 100
REST_SECONDS = 5.0
#: how often a buyer looks whether the answers are in; many who look share the machine with what they wait for
POLL_SECONDS, POLL_SECONDS_AT_ONCE = 0.002, 0.02
#: between two comparisons of one buyer: what comes after the answers is over
PAUSE_SECONDS = 0.5
#: rounds of eight before a measurement: every worker is warm then, its connections are open, and the collection of
#: garbage after its start is over, which takes 0.3 s once
WARMING_ROUNDS = 4
#: rounds of eight in one measurement
ROUNDS_AT_ONCE = 6
#: pairs of "alone" and "beside", one after the other: what is compared are the medians of their ratios
PAIRS = 5
#: rounds of eight in each of them
ROUNDS_BESIDE = 4
#: a basket on the default call budget
BASKET_LINES, BASKET_SOURCES, BASKET_QUOTA = 50, 5, 100
MINUTE = 60.0

# Goals of the suite, and by how much they may be missed before the exit status says so.
GOAL_WALL, MARGIN_WALL = 1.02, 0.02
#: where all answer: what the request may take and the last answer until it is on the screen, P3 and section 2
GOAL_BESIDE_MS, MARGIN_BESIDE_MS = 50.0 + 100.0, 10.0
GOAL_MANY, MARGIN_MANY = 1.1, 0.1
GOAL_HELD_MS, MARGIN_HELD_MS = 50.0, 10.0
GOAL_OTHERS, MARGIN_OTHERS = 1.2, 0.1
#: a transaction that does nothing for as long as the quickest seller takes waits for the network
QUICKEST_MS = 200.0


@dataclass(frozen=True)
class Case:
    """How the five sellers behave: four answer after their delays, the fifth as said."""

    name: str
    fifth: tuple
    answers: int
    slowest: float
    delays: tuple = (0.2, 0.4, 0.6, 0.9)

    @property
    def limit(self):
        """Seconds that cannot be beaten."""
        return min(self.slowest, DEADLINE)

    def faults(self, sources):
        """For the gateway: [(offer id, kind, seconds)]."""
        offers = [offer for offer, _sku in sources]
        slow = [(offer, "delay", seconds) for offer, seconds in zip(offers, self.delays, strict=False)]
        return [*slow, (offers[-1], *self.fifth)]


CASES = (
    Case("all", ("delay", 1.2), 5, 1.2),
    Case("straggler", ("delay", 5.0), 4, DEADLINE),
    Case("dripping", ("drip", 0.5), 4, DEADLINE),
    Case("silent", ("delay", 60.0), 4, DEADLINE),
    Case("dead", ("drop_before", 0.0), 4, 0.9),
)


class Buyer:
    """Somebody who compares, and the clock beside him."""

    def __init__(self, server, request):
        self.request = request
        self._session = Session(server, "bench_buyer")
        self._database = connect(server.database)

    def compare(self, limit, watch=None, poll=POLL_SECONDS):
        """One comparison; returns (seconds until finished, seconds that the request was held, comparison id).

        A watch looks at what happens between the request and the end.
        """
        began = time.perf_counter()
        number = self._session.call("purchase.order", "compare_on_1688", [self.request])["comparison_id"]
        held = time.perf_counter() - began
        if watch:
            watch.look()
        time.sleep(max(0.97 * limit - held, 0))
        while self.ask("SELECT state FROM purchase_1688_comparison WHERE id = %s", number) == [("asking",)]:
            time.sleep(poll)
        if watch:
            watch.rest()
        return time.perf_counter() - began, held, number

    def ask(self, query, *values):
        """What the database says now."""
        with self._database.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()

    def close(self):
        """Go home."""
        self._session.close()
        self._database.close()


class Bench:
    """All measurements, on one database and one gateway."""

    def __init__(self, repeat, tries, only):
        self.repeat, self.tries, self.only = repeat, tries, only
        self.report = Report()
        self.gateway = Gateway()
        self.database = Database("compare")
        self.server = None
        self.buyers = []
        self.wrong = 0

    def run(self):
        """Threads first, then forked workers; returns the exit status."""
        self.report.title("A server with threads")
        self._start(0)
        self.world = World(self.server, self.gateway, DEADLINE)
        self.requests = self.world.make_requests(AT_ONCE)
        self._log_in()
        self.bare = BareClient(self.gateway, self.world.sources)
        for case in CASES:
            self._measure(f"P1 threads, {case.name}", self._wall, case)
        self._measure(f"P1 threads, {AT_ONCE} at once", self._many)
        self._measure("P2 threads left", self._threads_left)
        self._measure(f"C1 {BASKET_LINES} lines", self._basket)
        self._stop()
        self.report.title(f"A server with {WORKERS} forked workers")
        self._start(WORKERS)
        self._log_in()
        for case in CASES[:2]:
            self._measure(f"P1 prefork, {case.name}", self._wall, case)
        self._measure(f"P1 prefork, {AT_ONCE} at once", self._many)
        self._measure("P3 request", self._held)
        self._measure("P3 others", self._others)
        self._stop()
        return self.report.close()

    def _measure(self, name, block, *arguments):
        """One block, if it was asked for."""
        if self.only in name:
            self.report.title(f"{name}: {block.__doc__}")
            block(name, *arguments)

    def _steadily(self, name, measure):
        return steadily(self.report, self.database, name, measure, self.tries)

    def _start(self, workers):
        self.server = Server(self.database, workers)

    def _log_in(self):
        """Those who compare at once; before anything is measured, since a password takes a worker most of a second."""
        self.buyers = [Buyer(self.server, request) for request in self.requests]

    def _stop(self):
        for buyer in self.buyers:
            buyer.close()
        for line in self.server.complaints():
            self.report.tell(line)
        self.server.stop()

    # --- P1: how long the buyer waits

    def _wall(self, name, case):
        """how long one buyer waits"""
        self.gateway.behave(case.faults(self.world.sources))
        walls, helds, insides, floors, watch = self._steadily(name, lambda: self._measure_case(case))
        floor = max(p50(floors), case.limit) if case.slowest < DEADLINE else DEADLINE
        limit = case.limit
        self.report.tell(f"limit {limit:.3f} s; floor (bare client) {floor:.3f} s = {floor / limit:.3f} x limit")
        inside = p95(insides) / floor
        self.report.tell(f"the asking: p50 {p50(insides):.3f} s, p95 {p95(insides):.3f} s = {inside:.3f} x floor")
        self.report.tell(
            f"request to finish: p50 {p50(walls):.3f} s = {p50(walls) / floor:.3f} x floor, p95 {p95(walls):.3f} s;"
            f" the request itself p50 {1000 * p50(helds):.0f} ms"
        )
        self.report.keep(
            name,
            limit=case.limit,
            floor=floor,
            wall_p50=p50(walls),
            wall_p95=p95(walls),
            ratio_p50=p50(walls) / floor,
            inside_p95_ratio=inside,
        )
        self.report.goal(name, "wrong_answers", self.wrong, 0)
        self.report.goal(name, "asking_p95", inside, GOAL_WALL, MARGIN_WALL)
        if case.slowest < DEADLINE:
            beside = 1000 * (p95(walls) - floor)
            self.report.goal(name, "beside_p95_ms", beside, GOAL_BESIDE_MS, MARGIN_BESIDE_MS)
        else:
            # the deadline is the buyer's: it counts from the click until the places are known
            self.report.goal(name, "deadline_p95", p95(walls) / DEADLINE, GOAL_WALL, MARGIN_WALL)
        self._transactions(name, watch)

    def _measure_case(self, case):
        buyer = Buyer(self.server, self.requests[0])
        self.wrong = 0
        left_out = () if case.slowest > 1 and case.answers == 5 else (self.world.sources[-1][0],)
        self._at_once(case, WARMING_ROUNDS)
        time.sleep(PAUSE_SECONDS)
        floors = [self.bare.ask(left_out) for _round in range(3)]
        walls, helds, insides = [], [], []
        with TransactionWatch(self.database) as watch:
            for _round in range(self.repeat):
                wall, held, number = buyer.compare(case.limit, watch)
                walls.append(wall)
                helds.append(held)
                insides.append(self._check(buyer, number, case))
                time.sleep(PAUSE_SECONDS)
        floors += [self.bare.ask(left_out) for _round in range(3)]
        buyer.close()
        return walls, helds, insides, floors, watch

    def _check(self, buyer, number, case):
        """The answers are those that can be; returns the seconds that the asking took."""
        query = "SELECT state, seconds FROM purchase_1688_comparison_quote WHERE comparison_id = %s"
        rows = buyer.ask(query, number)
        states = sorted(state for state, _seconds in rows)
        fifth = {"all": "answered", "dead": "failed"}.get(case.name, "late")
        expected = sorted(["answered"] * 4 + [fifth])
        if states != expected:
            self.report.tell(f"comparison {number}: the sellers are {', '.join(states)}")
            self.wrong += 1
        return max(float(seconds or 0) for _state, seconds in rows)

    # --- P6: no transaction while the network is waited for

    def _transactions(self, name, watch):
        name = name.replace("P1", "P6")
        self.report.tell(
            f"{watch.samples} looks while sellers were waited for: {watch.seen} transactions,"
            f" the longest seen at rest for {watch.longest:.0f} ms after {watch.after}"
        )
        self.report.keep(name, longest_at_rest_ms=watch.longest)
        self.report.goal(name, "open_during_call_ms", watch.most if watch.most >= QUICKEST_MS else 0.0, 0)

    # --- eight at once

    def _many(self, name):
        """how long each waits when many compare"""
        case = CASES[1]
        self.gateway.behave(case.faults(self.world.sources))
        self._at_once(case, WARMING_ROUNDS)
        walls, _helds, numbers = self._steadily(name, lambda: self._at_once(case, ROUNDS_AT_ONCE))
        ratio = p95(walls) / case.limit
        self.report.tell(f"p50 {p50(walls):.3f} s, p95 {p95(walls):.3f} s, limit {case.limit:.3f} s")
        self.report.keep(name, wall_p50=p50(walls), wall_p95=p95(walls), ratio_p50=p50(walls) / case.limit)
        self.report.goal(name, "lost_answers", case.answers * len(numbers) - self._count_answers(numbers), 0)
        self.report.goal(name, "ratio_p95", ratio, GOAL_MANY, MARGIN_MANY)

    def _at_once(self, case, rounds, spread=0.0):
        """Buyers compare again and again; returns all walls, held times and comparison ids.

        :param spread: seconds over which they begin; else all of them press the button in one moment, time after time
        """

        def work(number):
            time.sleep(number * spread / AT_ONCE)
            return [self.buyers[number].compare(case.limit, poll=POLL_SECONDS_AT_ONCE) for _round in range(rounds)]

        with ThreadPoolExecutor(AT_ONCE) as pool:
            done = [one for many in pool.map(work, range(AT_ONCE)) for one in many]
        return tuple(map(list, zip(*done, strict=True)))

    def _ask_barely(self, case, rounds, spread):
        """The same sellers are asked as often at the same moments, but without Odoo: the least that it can cost."""
        clients = [BareClient(self.gateway, self.world.sources) for _number in range(AT_ONCE)]

        def work(number):
            time.sleep(number * spread / AT_ONCE)
            for _round in range(rounds):
                end = time.monotonic() + case.limit
                clients[number].ask((self.world.sources[-1][0],))
                time.sleep(max(end - time.monotonic(), 0))

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(work, range(AT_ONCE)))

    def _count_answers(self, numbers):
        """Answers that came in time, of these comparisons."""
        query = (
            "SELECT count(*) FROM purchase_1688_comparison_quote WHERE comparison_id = ANY(%s) AND state = 'answered'"
        )
        connection = connect(self.database)
        with connection.cursor() as cursor:
            cursor.execute(query, [numbers])
            (answers,) = cursor.fetchone()
        connection.close()
        return answers

    # --- C1: a basket inside the call budget

    def _basket(self, name):
        """a request of many lines with five sources each, on the default call budget"""
        self.gateway.behave(())
        request = self.world.make_basket(BASKET_LINES, BASKET_SOURCES)
        time.sleep(MINUTE)  # what collecting called has left the window
        self.world.set_quota(self.server, BASKET_QUOTA)
        buyer = Buyer(self.server, request)
        wall, held, number = buyer.compare(0)
        ((quotes, offers, late),) = buyer.ask(
            "SELECT count(*), count(DISTINCT offer_id), count(*) FILTER (WHERE state = 'late')"
            " FROM purchase_1688_comparison_quote WHERE comparison_id = %s",
            number,
        )
        time.sleep(PAUSE_SECONDS)  # the audit trail is written after the answers
        times = [
            moment.timestamp()
            for (moment,) in buyer.ask(
                "SELECT started_at FROM purchase_1688_call WHERE purpose = 'compare' AND res_id = %s ORDER BY 1", number
            )
        ]
        ((waves, lines),) = buyer.ask(
            "SELECT wave, (SELECT count(*) FROM purchase_1688_comparison_demand WHERE comparison_id = comparison.id)"
            " FROM purchase_1688_comparison AS comparison WHERE id = %s",
            number,
        )
        busiest = max((sum(begin <= other < begin + MINUTE for other in times) for begin in times), default=0)
        self.report.tell(
            f"{lines} lines, {quotes} answers of {offers} offers: {len(times)} calls in {waves} waves and {wall:.1f} s,"
            f" {2 * quotes} calls if each SKU was asked; the busiest minute {busiest} of {BASKET_QUOTA};"
            f" the request {1000 * held:.0f} ms"
        )
        self.report.keep(name, answers=quotes, calls=len(times), waves=waves, wall=wall, held_ms=1000 * held)
        self.report.goal(name, "late", late, 0)
        self.report.goal(name, "calls_per_offer", len(times) / max(offers, 1), 2)
        self.report.goal(name, "busiest_minute", busiest, BASKET_QUOTA)
        self.world.set_quota(self.server, 600000)
        buyer.close()

    # --- P2: nothing is left behind

    def _threads_left(self, name):
        """threads that are left after many comparisons with a dripping seller"""
        case = next(case for case in CASES if case.name == "dripping")
        time.sleep(REST_SECONDS)
        before = self.server.threads()
        self.gateway.behave(case.faults(self.world.sources))
        self._at_once(case, -(-DRIPPING_COMPARISONS // AT_ONCE))
        during = self.server.threads()
        time.sleep(REST_SECONDS)
        after = self.server.threads()
        self.report.tell(f"{before} threads before, {during} at the end, {after} after {REST_SECONDS:g} s")
        self.report.goal(name, "left", max(after - before, 0), 0)

    # --- P3: what the request holds, and what others notice

    def _held(self, name):
        """how long a worker is held by the request that starts a comparison"""
        self.gateway.behave(())
        helds = self._steadily(name, self._measure_held)
        floor = self._empty_request()
        self.report.tell(
            f"p50 {1000 * p50(helds):.1f} ms, p95 {1000 * p95(helds):.1f} ms; an empty request {1000 * floor:.1f} ms"
        )
        self.report.keep(name, p50_ms=1000 * p50(helds), floor_ms=1000 * floor)
        self.report.goal(name, "p95_ms", 1000 * p95(helds), GOAL_HELD_MS, MARGIN_HELD_MS)

    def _measure_held(self):
        buyer = Buyer(self.server, self.requests[0])
        helds = []
        for _round in range(4 * self.repeat):
            helds.append(buyer.compare(0)[1])
            time.sleep(PAUSE_SECONDS)
        buyer.close()
        return helds[self.repeat :]

    def _empty_request(self):
        session = Session(self.server, "bench_other")
        times = [session.timed("res.users", "has_access", [], "read")[1] for _round in range(40)]
        session.close()
        return p50(times[10:])

    def _others(self, name):
        """what another user notices while eight compare, one begins after the other, on few workers"""
        case = CASES[1]
        self.gateway.stand_back()  # it would disturb them otherwise, and not what asks it
        self.gateway.behave(case.faults(self.world.sources))
        self._at_once(case, WARMING_ROUNDS)
        rounds = self._steadily(name, lambda: [self._measure_others(case) for _pair in range(PAIRS)])
        for place, words in enumerate(("alone", "beside bare clients", "beside comparisons")):
            times = [one for found in rounds for one in found[place]]
            self.report.tell(
                f"{words}: p50 {1000 * p50(times):.1f} ms, p95 {1000 * p95(times):.1f} ms of {len(times)} requests"
            )
        p95s = [tuple(map(p95, found)) for found in rounds]
        floor = p50([bare / alone for alone, bare, _beside in p95s])
        ratios = [beside / alone for alone, _bare, beside in p95s]
        over = p50([beside / bare for _alone, bare, beside in p95s])
        self.report.tell(
            f"p95 beside bare clients {floor:.3f} x alone; beside comparisons {p50(ratios):.3f} x alone"
            f" ({min(ratios):.3f} to {max(ratios):.3f}), {over:.3f} x beside bare clients"
        )
        self.report.keep(name, floor_ratio=floor, over_floor=over, ratios=ratios)
        self.report.goal(name, "ratio_p95", p50(ratios), GOAL_OTHERS, MARGIN_OTHERS)

    def _measure_others(self, case):
        """(times alone, beside bare clients, beside comparisons), one after the other.

        Whether eight press the button in one moment is another question, see `_many`.
        """
        alone = self._someone_else(lambda: time.sleep(ROUNDS_BESIDE * DEADLINE))
        bare = self._someone_else(lambda: self._ask_barely(case, ROUNDS_BESIDE, DEADLINE))
        return alone, bare, self._someone_else(lambda: self._at_once(case, ROUNDS_BESIDE, DEADLINE))

    def _someone_else(self, meanwhile):
        """Times of another user's requests, from a process of his own, while ``meanwhile()`` runs."""
        over = multiprocessing.Event()
        here, there = multiprocessing.Pipe()
        arguments = (self.server, over, there)
        process = multiprocessing.Process(target=_browse, args=arguments, daemon=True)
        process.start()
        here.recv()
        meanwhile()
        over.set()
        times = here.recv()
        process.join()
        return times


def _browse(server, over, pipe):
    """Another user reads a list, looks at it for a moment, and reads on."""
    session = Session(server, "bench_other")
    arguments = ("res.partner", "search_read", [], ["name", "email", "city"])
    for _warming in range(20):
        session.call(*arguments, limit=20)
    pipe.send("ready")
    times = []
    while not over.is_set():
        times.append(session.timed(*arguments, limit=20)[1])
        time.sleep(0.02)
    pipe.send(times)


def main():
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=20, help="comparisons per case (20)")
    parser.add_argument("--tries", type=int, default=3, help="how often a block is tried while the machine drifts (3)")
    parser.add_argument("--only", default="", help="only blocks with this in their name, e.g. P3 or straggler")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(143))  # what was started is stopped then, too
    sys.exit(Bench(options.repeat, options.tries, options.only).run())


if __name__ == "__main__":
    main()
