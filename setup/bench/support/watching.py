"""What is seen from outside while a server works: its database connections, and the machine's own pace."""

import os
import threading
import time

import psycopg2

from .figures import p50

DRIFT = 1.25
TRIES = 3


def connect(database):
    """A connection of our own, outside any transaction, by the PG* variables."""
    connection = psycopg2.connect(dbname=database.name, application_name="bench-1688")
    connection.autocommit = True
    return connection


class TransactionWatch:
    """Samples how long the server's connections have had a transaction open."""

    QUERY = """
        SELECT pid, xact_start, extract(epoch FROM clock_timestamp() - xact_start) * 1000
          FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> 'bench-1688'
           AND xact_start IS NOT NULL AND state <> 'idle'
    """

    def __init__(self, database, pause=0.01):
        self._connection = connect(database)
        self._pause = pause
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.samples = 0
        self.ages = {}

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_failure):
        self._over.set()
        self._thread.join()
        self._connection.close()

    @property
    def longest(self):
        """Milliseconds of the transaction that was open longest, as far as samples saw."""
        return max(self.ages.values(), default=0.0)

    def _watch(self):
        with self._connection.cursor() as cursor:
            while not self._over.wait(self._pause):
                cursor.execute(self.QUERY)
                self.samples += 1
                for pid, start, age in cursor.fetchall():
                    key = (pid, start)
                    self.ages[key] = max(self.ages.get(key, 0.0), float(age))


def pace(database):
    """Seconds of two fixed works: a loop of the processor, and a thousand round trips to the database."""
    loops, trips = [], []
    with connect(database) as connection, connection.cursor() as cursor:
        for _round in range(5):
            began = time.perf_counter()
            sum(number * number for number in range(400_000))
            loops.append(time.perf_counter() - began)
            began = time.perf_counter()
            for _trip in range(200):
                cursor.execute("SELECT 1")
            trips.append(time.perf_counter() - began)
    connection.close()
    return p50(loops), p50(trips)


def steadily(report, database, name, measure):
    """Run ``measure()`` between two references; again where they differ, for that run is not to be believed."""
    for attempt in range(1, TRIES + 1):
        before = pace(database)
        result = measure()
        after = pace(database)
        drift = max(max(pair) / min(pair) for pair in zip(before, after, strict=True))
        load = os.getloadavg()[0]
        report.tell(f"references: {drift:.2f} x apart (load {load:.1f})")
        if drift <= DRIFT:
            return result
        report.tell(f"not believed, try {attempt} of {TRIES}")
    report.doubt(name)
    return result
