"""How long 200 candidates take at 100 calls a minute, what each costs, and what a comparison waits meanwhile: B2."""

import argparse
import math
import signal
import sys
import time

from support.figures import Report
from support.people import Session, World
from support.places import Database, Gateway, Server
from support.watching import TransactionWatch, connect

KEYWORD = "数据线"
PER_MINUTE = 100
#: seconds that a listing takes, as over a real line
LISTING_SECONDS = 0.2
LISTING_API = "product.search.queryProductDetail"
DEADLINE = 2.0
PATIENCE = 300
POLL_SECONDS = 0.5
#: when comparisons are put, in seconds after the start: the run has used up its share of the minute then
QUESTIONS_AT = (8.0, 75.0)

GOAL_SECONDS = 150.0
GOAL_CALLS = 1.05
GOAL_FIRST, MARGIN_FIRST = 2.0, 1.0
GOAL_QUESTION, MARGIN_QUESTION = 1.1, 0.4
SOURCES = 5


class Bench:
    """One run in real time, on a database and a gateway of its own."""

    def __init__(self, wanted):
        self.wanted = wanted
        self.report = Report()
        self.gateway = Gateway()
        self.database = Database("sourcing")

    def run(self):
        """Measure; returns the exit status."""
        self.server = Server(self.database, 0)
        self.world = World(self.server, self.gateway, DEADLINE)
        self.requests = self.world.make_requests(1 + len(QUESTIONS_AT))
        self.buyer, self.sql = Session(self.server, "bench_buyer"), connect(self.database)
        fault = {"api": LISTING_API, "kind": "delay", "times": None, "seconds": LISTING_SECONDS}
        self.gateway.admin("POST", "faults", fault)
        self._prepare_quota()
        self.report.title(f"{self.wanted} candidates at {PER_MINUTE} calls a minute")
        self._ask("SELECT 1")
        alone = self._compare(self.requests[0])
        self.report.tell(f"a comparison alone: {alone[0]:.2f} s, {alone[1]} of {SOURCES} answers")
        self._ask("DELETE FROM purchase_1688_quota")
        with TransactionWatch(self.database) as watch:
            progress, walls, questions = self._source(watch)
        self._tell(progress, walls, watch)
        self._tell_questions(alone, questions)
        for line in self.server.complaints():
            self.report.tell(line)
        self.server.stop()
        return self.report.close()

    def _prepare_quota(self):
        """The quota of the platform by default; what the setting up has used is forgotten before the run."""
        admin = Session(self.server, "admin", "admin")
        accounts = admin.call("purchase.1688.account", "search", [])
        admin.call("purchase.1688.account", "write", accounts, {"quota_per_minute": PER_MINUTE})
        admin.close()

    def _ask(self, query, *values):
        with self.sql.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def _source(self, watch):
        """(progress at the end, {what: seconds}, comparisons meanwhile)."""
        began = time.perf_counter()
        values = {"keyword": KEYWORD, "wanted_count": self.wanted, "on_time_min": 0.0, "disputes_max": 1.0}
        run = self.buyer.call("purchase.1688.sourcing", "start_sourcing", values)["id"]
        walls, questions, waiting = {"held": time.perf_counter() - began}, [], list(QUESTIONS_AT)
        watch.look()
        while True:
            progress = self.buyer.call("purchase.1688.sourcing", "get_progress", [run])
            seconds = time.perf_counter() - began
            if progress["found"]:
                walls.setdefault("first", seconds)
            if progress["state"] != "running":
                walls["done"] = seconds
                self.best = self.buyer.call("purchase.1688.sourcing", "get_shortlist", [run])
                return progress, walls, questions
            if seconds > PATIENCE:
                raise SystemExit(f"error: still {progress['state']} after {PATIENCE} s: {progress}")
            if waiting and seconds > waiting[0]:
                waiting.pop(0)
                questions.append(self._compare(self.requests[1 + len(questions)]))
            time.sleep(POLL_SECONDS if "first" in walls else 0.05)

    def _compare(self, request):
        """(seconds until the answers are in, answers) of a buyer's comparison."""
        began = time.perf_counter()
        number = self.buyer.call("purchase.order", "compare_on_1688", [request])["comparison_id"]
        while self._ask("SELECT state FROM purchase_1688_comparison WHERE id = %s", number) == [("asking",)]:
            time.sleep(0.02)
        seconds = time.perf_counter() - began
        rows = self._ask("SELECT state FROM purchase_1688_comparison_quote WHERE comparison_id = %s", number)
        return seconds, sum(state in ("answered", "short") for (state,) in rows)

    def _tell(self, progress, walls, watch):
        calls, counts = progress["calls"], progress["counts"]
        limit = (math.ceil(calls / PER_MINUTE) - 1) * 60.0
        each = calls / max(progress["found"], 1)
        self.report.tell(
            f"{progress['state']}: {progress['found']} found, {progress['detailed']} read, {counts['duplicate']}"
            f" duplicates, {counts['excluded']} left out, {counts['ready']} good, {len(self.best)} on the short list"
        )
        self.report.tell(f"{calls} calls = {each:.3f} a candidate; the quota alone takes {limit:.0f} s for them")
        self.report.tell(
            f"request {1000 * walls['held']:.0f} ms, first candidates after {walls['first']:.2f} s,"
            f" done after {walls['done']:.1f} s = {walls['done'] / max(limit, 1):.2f} x limit"
        )
        self.report.tell(f"{watch.seen} transactions, the longest at rest for {watch.longest:.0f} ms")
        name = f"{self.wanted} candidates"
        self.report.keep(name, calls=calls, limit=limit, held_ms=1000 * walls["held"], longest_at_rest_ms=watch.longest)
        self.report.goal(name, "missing", self.wanted - progress["found"] + 10 - len(self.best), 0)
        self.report.goal(name, "seconds", walls["done"], GOAL_SECONDS * self.wanted / 200)
        self.report.goal(name, "calls_each", each, GOAL_CALLS)
        self.report.goal(name, "first_seconds", walls["first"], GOAL_FIRST, MARGIN_FIRST)

    def _tell_questions(self, alone, questions):
        for seconds, answers in questions:
            self.report.tell(f"a comparison meanwhile: {seconds:.2f} s, {answers} of {SOURCES} answers")
        name = "comparison meanwhile"
        self.report.goal(name, "not_asked", sum(SOURCES - answers for _seconds, answers in questions), 0)
        worst = max((seconds for seconds, _answers in questions), default=0.0)
        self.report.goal(name, "ratio", worst / alone[0], GOAL_QUESTION, MARGIN_QUESTION)


def main():
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wanted", type=int, default=200, help="candidates (200)")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(143))  # what was started is stopped then, too
    sys.exit(Bench(options.wanted).run())


if __name__ == "__main__":
    main()
