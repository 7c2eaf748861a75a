"""What keeping 10,000 mapped offers fresh takes of the quota and of the machine, and whom it disturbs."""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from support import watched
from support.figures import Report, p50, p95
from support.places import ADDONS_PATH, PYTHON, ROOT, STATE, Database

HOURS, WARM_UP = 36, 2
OFFERS, QUOTA = 10_000, 100
#: what people ask in an hour, ten calls at a time: a busy office, and one that never rests
CROWDS = (0, 600, 1200, 2000)
#: part of the listings whose changes 1688 tells of
TOLD = 0.8
GOAL_AGE_HOURS, GOAL_HOT_HOURS = 24.0, 3.0
GOAL_PLAN_MS, GOAL_STORE_QUERIES = 250.0, 10.0
HOUR = timedelta(hours=1)


def planner():
    """The library's planner, without Odoo."""
    path = ROOT / "addons" / "purchase_1688" / "lib" / "watch.py"
    spec = importlib.util.spec_from_file_location("watch1688", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def simulate(report, plan, name, crowd=0, hot=0.1, told=0.0, quota=QUOTA, offers=OFFERS, watching=True):
    """One market for a day and a half; returns the outcome."""
    market = watched.listings(plan, offers, hot=hot, told=told)
    people = watched.people(HOURS, per_hour=crowd) if crowd else ()
    outcome = watched.Market(plan, market, quota=quota, people=people, failing=0.005).run(
        HOURS, watching=watching, warm_up=WARM_UP
    )
    if not watching:
        return outcome
    hot_ages = [age / HOUR for item in market if watched.is_hot(item) for age in outcome.ages[item.key]]
    looks = sum(outcome.looks.values())
    load = plan.load(sum(item.rate for item in market), quota)
    report.tell(
        f"{name}: load {load:.2f}, {looks / HOURS / 60:.1f} looks a minute, most {outcome.most_in_a_minute} in one; "
        f"age when seen again: hot p50 {p50(hot_ages):.1f} h, p95 {p95(hot_ages):.1f} h, worst of all "
        f"{outcome.worst_age / HOUR:.1f} h; people: {outcome.asked} calls, {outcome.waited} had to wait"
    )
    report.keep(
        name,
        load=load,
        looks_per_minute=looks / HOURS / 60,
        most_in_a_minute=outcome.most_in_a_minute,
        hot_p95_hours=p95(hot_ages),
        worst_hours=outcome.worst_age / HOUR,
        waited=outcome.waited,
    )
    report.goal(name, "share", outcome.most_in_a_minute / plan.per_minute(quota), 1.0)
    report.goal(name, "worst_age_hours", outcome.worst_age / HOUR, GOAL_AGE_HOURS)
    return outcome


def quota_part(report, plan):
    """The planner on a stepped clock."""
    report.title(f"{OFFERS} offers, {QUOTA} calls a minute, {HOURS} hours by the minute")
    for crowd in CROWDS:
        name = f"people {crowd}/h"
        outcome = simulate(report, plan, name, crowd)
        if crowd:
            alone = simulate(report, plan, name, crowd, watching=False, offers=1)
            report.tell(f"  without the watch {alone.waited} of {alone.asked} calls had to wait")
            report.keep(name, waited_alone=alone.waited)
            if crowd == CROWDS[1]:
                report.goal(name, "waited_more", outcome.waited - alone.waited, 0)
    told = simulate(report, plan, "told by messages", told=TOLD)
    hot = simulate(report, plan, "half of them hot", hot=0.5)
    report.tell(f"  messages save {1 - sum(told.looks.values()) / sum(hot.looks.values()):.0%} of that market's looks")


def machine_part(report):
    """The same number of offers in a real database: what planning and storing cost."""
    report.title(f"{OFFERS} mapped offers in PostgreSQL")
    database = Database("watch")
    script = Path(__file__).parent / "support" / "watch_store.py"
    words = [PYTHON, "-m", "odoo", "shell", "-d", database.name, f"--addons-path={ADDONS_PATH}"]
    words += [f"--data-dir={STATE / 'data'}", "--log-level=error", f"--db_host={os.environ.get('PGHOST', '127.0.0.1')}"]
    done = subprocess.run(
        words,
        input=script.read_text(),
        env={**os.environ, "WATCH_OFFERS": str(OFFERS)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd="/",
    )
    figures = json.loads(next(line for line in done.stdout.splitlines() if line.startswith('{"watch"')))["watch"]
    for name, value in figures.items():
        report.tell(f"{name.replace('_', ' ')}: {value:g}")
    report.keep("machine", **figures)
    report.goal("machine", "plan_ms", figures["plan_ms"], GOAL_PLAN_MS, GOAL_PLAN_MS)
    report.goal("machine", "queries_per_offer_stored", figures["queries_per_offer"], GOAL_STORE_QUERIES)


def main():
    """Measure; the exit status tells whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quota-only", action="store_true", help="the planner alone, without a database")
    options = parser.parse_args()
    report = Report()
    quota_part(report, planner())
    if not options.quota_only:
        machine_part(report)
    return report.close()


if __name__ == "__main__":
    sys.exit(main())
