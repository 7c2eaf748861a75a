"""What all plans of one basket have in common: its demands and limits, and its programme, which is built once."""

import time
from functools import cached_property

from .basket_model import Model, TimeIsUp, is_allowed, weights_of
from .basket_stock import with_one_stock
from .costing_alone import Alone


class Ground:
    """A basket that plans are looked for in, until `end` by the monotonic clock."""

    def __init__(self, demands, limits, end):
        self.demands, self.limits, self.end = with_one_stock(demands), limits, end
        self.weights = weights_of(self.demands, limits)
        self.lessons = []
        self._models = {}

    @property
    def seconds(self):
        """What is left of the time."""
        return max(self.end - time.monotonic(), 0.0)

    def alone(self, unused=()):
        """{row: (index, our units)} of the sources that are cheapest alone, without some sellers."""
        chosen = {}
        for row, offers in self._offers.items():
            for *_standing, index, seller, units in offers:
                if seller not in unused:
                    chosen[row] = index, units
                    break
        return chosen

    @cached_property
    def _offers(self):
        """{row: what each source does for the need alone}: complete ones first, the cheapest ones first."""
        offers = {}
        for row, demand in enumerate(self.demands):
            for index, option in enumerate(demand.options):
                if is_allowed(demand, option, self.limits):
                    alone = Alone(option.terms)
                    quantity = alone.quantity(demand.need)
                    units = quantity * option.terms.pack
                    offers.setdefault(row, []).append((*alone.standing(quantity), index, option.terms.seller, units))
        return {row: sorted(mine) for row, mine in offers.items()}

    def model(self, lean=False):
        """The programme without any goal, see `Model`; None where time is up before it is built."""
        learned, model = self._models.get(lean, (None, None))
        if learned != len(self.lessons) and not (lean and model):
            learned, model = len(self.lessons), None
            if self.seconds:
                try:
                    model = Model(self.demands, self.limits, self.lessons, lean, self.end)
                except TimeIsUp:
                    self.end = time.monotonic()
            self._models[lean] = learned, model
        if model:
            model.program.shrink(model.size)
        return model
