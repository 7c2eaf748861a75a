"""The clock of the world: runs with real time times ``speed``, and can be stepped. Kept in the
state file.

All moments are milliseconds since 1970 (UTC).
"""

import time


def real_ms():
    return int(time.time() * 1000)


class Clock:
    def __init__(self, store):
        self._store = store

    def start(self, now_ms, speed):
        self._save(now_ms, speed)

    def now(self):
        anchor, world, speed = self._load()
        return int(world + (real_ms() - anchor) * speed)

    @property
    def speed(self):
        return self._load()[2]

    def set_speed(self, speed):
        with self._store.transaction():
            self._save(self.now(), float(speed))

    def advance(self, milliseconds):
        """Step by so much (also back, which the platform's clock may do as any clock)."""
        with self._store.transaction():
            self._save(self.now() + int(milliseconds), self.speed)

    def _load(self):
        anchor, world, speed = self._store.meta("clock", "0 0 1").split()
        return int(anchor), int(world), float(speed)

    def _save(self, now_ms, speed):
        self._store.set_meta("clock", f"{real_ms()} {int(now_ms)} {speed}")
