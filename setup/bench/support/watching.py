"""What is seen from outside while a server works: its database connections, and the machine's own pace."""

import os
import threading
import time

import psycopg2

from .figures import p50

DRIFT = 1.25


def connect(database):
    """A connection of our own, outside any transaction, by the PG* variables."""
    connection = psycopg2.connect(dbname=database.name, application_name="bench-1688")
    connection.autocommit = True
    return connection


class TransactionWatch:
    """Samples how long transactions of the server's connections are open and do nothing."""

    QUERY = """
        SELECT pid, xact_start, CASE WHEN state LIKE 'idle in transaction%'
               THEN extract(epoch FROM clock_timestamp() - state_change) * 1000 ELSE 0 END, left(query, 120)
          FROM pg_stat_activity
         WHERE datname = current_database() AND application_name <> 'bench-1688'
           AND backend_type = 'client backend' AND xact_start IS NOT NULL AND state <> 'idle'
    """

    def __init__(self, database, pause=0.04):
        self._connection = connect(database)
        self._pause = pause
        self._looking = threading.Event()
        self._over = False
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._seen = set()
        self.samples = 0
        self.longest, self.after = 0.0, ""

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_failure):
        self._over = True
        self._looking.set()
        self._thread.join()
        self._connection.close()

    @property
    def seen(self):
        """How many transactions there were."""
        return len(self._seen)

    @property
    def most(self):
        """Milliseconds that a transaction can have rested at most: from one look to the next it rests unseen."""
        return self.longest + 1000 * self._pause

    def look(self):
        """From now on."""
        self._looking.set()

    def rest(self):
        """Until now."""
        self._looking.clear()

    def _watch(self):
        with self._connection.cursor() as cursor:
            while self._looking.wait() and not self._over:
                cursor.execute(self.QUERY)
                rows = cursor.fetchall()
                self.samples += 1
                self._seen.update(row[:2] for row in rows)
                for _pid, _start, rested, query in rows:
                    if rested > self.longest:
                        self.longest, self.after = float(rested), " ".join(query.split())
                time.sleep(self._pause)


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


def steadily(report, database, name, measure, tries):
    """Run ``measure()`` between two references; again where they differ, for that run is not to be believed."""
    for attempt in range(1, tries + 1):
        before = pace(database)
        result = measure()
        after = pace(database)
        drift = max(max(pair) / min(pair) for pair in zip(before, after, strict=True))
        load = os.getloadavg()[0]
        report.tell(f"references: {drift:.2f} x apart (load {load:.1f})")
        if drift <= DRIFT:
            return result
        report.tell(f"not believed, try {attempt} of {tries}")
    report.doubt(name)
    return result
