"""Collect what many bring, and deal with it together when there is time: nobody waits for it."""

import os
import threading
import time

#: seconds until it is looked again whether there is time
LOOK_AGAIN = 0.2


class Tray:
    """What is put here is handed over a moment later, in a thread of its own: `work(place, {name: value})`.

    Of two values of one name the newer one counts. While `busy()` says so it waits, but no longer than `patience`
    seconds after the first value was put. After a fork the child begins with an empty tray.

    :param pause: returns the seconds between two looks whether there is time, and before the first one
    """

    def __init__(self, work, busy, patience, pause=lambda: LOOK_AGAIN):
        self._work, self._busy, self._patience, self._pause = work, busy, patience, pause
        self._reset()
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self):
        self._lock = threading.Lock()
        self._places = {}

    def put(self, place, values):
        """Leave `values`, {name: value}, at `place`. What `work` raises is its own matter."""
        with self._lock:
            waiting = place in self._places
            self._places.setdefault(place, {}).update(values)
        if not waiting:
            self._look_at(place, time.monotonic() + self._patience)

    def _look_at(self, place, latest):
        timer = threading.Timer(self._pause(), self._hand_over, (place, latest))
        timer.daemon = True
        timer.start()

    def _hand_over(self, place, latest):
        if self._busy() and time.monotonic() < latest:
            self._look_at(place, latest)
            return
        with self._lock:
            values = self._places.pop(place)
        self._work(place, values)
