"""What was done a moment ago and need not be done again."""

import threading
import time


class Recent:
    """Marks of what was done last, by key; each is forgotten after a while, and the oldest where there are many.

    :param int size: most keys that are remembered
    :param float seconds: how long a mark counts
    """

    def __init__(self, size, seconds):
        self._size, self._seconds = size, seconds
        self._lock = threading.Lock()
        self._marks = {}

    def knows(self, key, mark):
        """Whether this very `mark` was noted for `key`, and still counts."""
        known, until = self._marks.get(key, (None, 0.0))
        return known == mark and time.monotonic() < until

    def note(self, key, mark):
        """It was done now."""
        self._put(key, mark, time.monotonic() + self._seconds)

    def renew(self, key, mark):
        """The mark is another one now; it does not count for longer than the one before."""
        self._put(key, mark, self._marks.get(key, (None, 0.0))[1])

    def _put(self, key, mark, until):
        with self._lock:
            self._marks.pop(key, None)
            self._marks[key] = mark, until
            while len(self._marks) > self._size:
                del self._marks[next(iter(self._marks))]
