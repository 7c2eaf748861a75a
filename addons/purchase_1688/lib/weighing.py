"""Which answer suits somebody who weighs cost, days and rating against each other."""

#: which way is better
_SIGNS = {"cost": 1, "days": 1, "score": -1}


def weigh(rows, weights):
    """Penalties of `rows` [{"cost", "days", "score"}], from 0 (best in all that counts) to 1 (worst in all).

    Each criterion runs from the best of the rows to the worst; what is unknown (None) counts as the worst.
    Without any weight the cost alone counts.
    """
    weights = {name: max(float(weights.get(name) or 0), 0.0) for name in _SIGNS}
    if not any(weights.values()):
        weights["cost"] = 1.0
    penalties = {name: _spread([row.get(name) for row in rows], sign) for name, sign in _SIGNS.items()}
    whole = sum(weights.values())
    return [
        sum(weight * penalties[name][index] for name, weight in weights.items()) / whole for index in range(len(rows))
    ]


def _spread(figures, sign):
    """Where each figure stands between the best (0) and the worst (1)."""
    known = [sign * float(figure) for figure in figures if figure is not None]
    best, worst = min(known, default=0.0), max(known, default=0.0)
    width = worst - best
    return [1.0 if figure is None else (sign * float(figure) - best) / width if width else 0.0 for figure in figures]
