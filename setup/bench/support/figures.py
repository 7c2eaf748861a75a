"""Figures, goals and what is told of them."""

import json
import statistics


def quantile(values, share):
    """The value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def p50(values):
    """The middle one."""
    return statistics.median(values)


def p95(values):
    """What 95 of 100 do not exceed."""
    return quantile(values, 0.95)


class Report:
    """Lines for people while it runs, one line of JSON for machines at the end."""

    def __init__(self):
        self._figures = {}
        self._missed = []
        self._doubtful = []

    def title(self, text):
        """What comes next."""
        print(f"\n{text}", flush=True)

    def tell(self, text):
        """Something to read."""
        print(f"  {text}", flush=True)

    def keep(self, name, **figures):
        """Figures for the line of JSON."""
        self._figures.setdefault(name, {}).update(
            {key: round(value, 4) if isinstance(value, float) else value for key, value in figures.items()}
        )

    def goal(self, name, what, value, goal, margin=0.0):
        """Hold a figure against its goal; it counts as missed beyond the margin."""
        met = value <= goal + margin
        verdict = "met" if value <= goal else "within the margin" if met else "MISSED"
        self.tell(f"{name}: {what} {value:.3f}, goal <= {goal:g} (margin {margin:g}): {verdict}")
        self.keep(name, **{what: value, f"{what}_goal": goal, f"{what}_met": met})
        if not met:
            self._missed.append(f"{name} {what}")

    def doubt(self, name):
        """A block whose references never agreed."""
        self._doubtful.append(name)

    def close(self):
        """Print the line of JSON; returns the exit status."""
        ok = not self._missed
        print(json.dumps({"ok": ok, "missed": self._missed, "unsteady": self._doubtful, "figures": self._figures}))
        return 0 if ok else 1
