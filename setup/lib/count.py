"""Figures of one part of a test run, "passed failed skipped".

They come from a JUnit report, from a log of Odoo's own runner, or from the parts of the run.
"""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

RESULT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")


def of_junit(path):
    """A report that is missing (pytest died) or empty (it found no test) is one failure."""
    if not path.exists():
        return 0, 1, 0
    suites = list(ElementTree.parse(path).getroot().iter("testsuite"))
    total, failures, errors, skipped = (
        sum(int(suite.get(key, 0)) for suite in suites) for key in ("tests", "failures", "errors", "skipped")
    )
    failed = min(failures + errors, total)
    return (total - failed - skipped, failed, skipped) if total else (0, 1, 0)


def of_log(path):
    """Odoo logs its result once per run of tests; a run of none is a failure."""
    found = [tuple(map(int, match)) for match in RESULT.findall(path.read_text(errors="replace"))]
    failed = sum(failures + errors for failures, errors, _total in found)
    total = sum(row[2] for row in found)
    return (max(total - failed, 0), failed, 0) if total else (0, 1, 0)


def of_counts(folder):
    """Sum of all parts."""
    rows = [tuple(map(int, path.read_text().split())) for path in sorted(folder.glob("*.counts"))]
    return tuple(map(sum, zip(*rows, strict=True))) if rows else (0, 0, 0)


if __name__ == "__main__":
    kind, place = sys.argv[1:]
    print(*{"junit": of_junit, "log": of_log, "sum": of_counts}[kind](Path(place)))
