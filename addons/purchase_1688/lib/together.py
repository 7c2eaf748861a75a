"""Do in one go what several threads want done at the same moment: one works, the others wait for their results."""

import os
import threading

#: most that is done in one go
MOST = 20
#: seconds until nobody waits any longer
PATIENCE = 60.0


class Together:
    """A meeting place. Who comes first works at once, for himself alone; who comes meanwhile is served together next.

    So nobody waits for others who may never come, and the more there is to do the less each one costs. Where one of
    several makes the work fail, it is done again for each alone: it only fails for him. After a fork the child begins
    with nobody in it.
    """

    def __init__(self):
        self._reset()
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self):
        self._lock = threading.Lock()
        self._lines = {}

    def do(self, place, key, value, work):
        """The result for `key` of ``work({key: value, …})``, together with all who wait at `place`.

        :param work: returns {key: result}; that of any of those who wait is called, so all must mean the same
        :raise TimeoutError: it was not done in a minute; whatever `work` raises for this key alone
        """
        mine = _Entry(key, value)
        with self._lock:
            first = place not in self._lines
            self._lines.setdefault(place, []).append(mine)
        if not first and not mine.turn.wait(PATIENCE):
            self._leave(place, mine)
        if not mine.done:
            self._serve(place, work)
        if mine.error:
            raise mine.error
        return mine.result

    def _serve(self, place, work):
        """Work for those who wait, then let the next one work."""
        with self._lock:
            served = self._take(place)
        try:
            _work(served, work)
        finally:
            with self._lock:
                waiting = self._lines[place]
                if waiting:
                    waiting[0].turn.set()
                else:
                    del self._lines[place]
            for entry in served:
                entry.turn.set()

    def _take(self, place):
        """Those to be served now: the first ones, but of one key only one."""
        served = {}
        for entry in self._lines[place]:
            if len(served) < MOST:
                served.setdefault(entry.key, entry)
        self._lines[place] = [entry for entry in self._lines[place] if served.get(entry.key) is not entry]
        return list(served.values())

    def _leave(self, place, mine):
        with self._lock:
            if mine.turn.is_set():  # in the last moment
                return
            if mine in self._lines[place]:
                self._lines[place].remove(mine)
        raise TimeoutError("it was not done in time")


class _Entry:
    """What one thread wants, and what became of it."""

    def __init__(self, key, value):
        self.key, self.value = key, value
        self.turn = threading.Event()
        self.done = False
        self.result = self.error = None


def _work(entries, work):
    try:
        results = work({entry.key: entry.value for entry in entries})
    except Exception as error:  # noqa: BLE001 - whatever the work raises is told to who wanted it
        if len(entries) > 1:
            for entry in entries:
                _work([entry], work)
            return
        entries[0].error, entries[0].done = error, True
        return
    for entry in entries:
        entry.result, entry.done = results.get(entry.key), True
