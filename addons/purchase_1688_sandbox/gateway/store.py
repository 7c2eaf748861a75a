"""The state file: SQLite, shared by all threads and processes that serve one world.

Writers take the file's lock at the beginning of a transaction (BEGIN IMMEDIATE), so that what a
transaction has read is still true when it writes: creation of an order, use of a code, a
confirmation and the like are atomic.
"""

import contextlib
import json
import pathlib
import sqlite3
import threading

SCHEMA = (pathlib.Path(__file__).parent / "schema.sql").read_text()


class Store:
    def __init__(self, path):
        self.path = str(path)
        self._local = threading.local()
        self.connection.executescript(SCHEMA)

    @property
    def connection(self):
        """The connection of this thread."""
        found = getattr(self._local, "connection", None)
        if found is None:
            found = sqlite3.connect(self.path, timeout=30, isolation_level=None)
            found.row_factory = sqlite3.Row
            # With a write-ahead log a killed process loses nothing; only a power cut can lose the
            # last moments.
            found.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
            self._local.connection = found
            self._local.depth = 0
        return found

    def close(self):
        """Close the connection of this thread."""
        found = getattr(self._local, "connection", None)
        if found is not None:
            found.close()
            self._local.connection = None

    @contextlib.contextmanager
    def transaction(self):
        """Exclusive for writing, undone by an exception; inside another transaction a part that
        can be undone alone.
        """
        connection = self.connection
        depth = self._local.depth
        begin, undo, end = (
            ("BEGIN IMMEDIATE", "ROLLBACK", "COMMIT")
            if not depth
            else (f"SAVEPOINT s{depth}", f"ROLLBACK TO s{depth}", f"RELEASE s{depth}")
        )
        connection.execute(begin)
        self._local.depth = depth + 1
        try:
            yield
        except BaseException:
            connection.execute(undo)
            if depth:
                connection.execute(end)
            raise
        else:
            connection.execute(end)
        finally:
            self._local.depth = depth

    def run(self, sql, *values):
        return self.connection.execute(sql, values)

    def one(self, sql, *values):
        """The first row, or None."""
        return self.connection.execute(sql, values).fetchone()

    def all(self, sql, *values):
        return self.connection.execute(sql, values).fetchall()

    # --- small things by name

    def meta(self, name, default=None):
        row = self.one("SELECT value FROM meta WHERE name = ?", name)
        return row[0] if row else default

    def set_meta(self, name, value):
        self.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", name, str(value))

    def next_number(self, name):
        """1, 2, 3 … for each name."""
        return self.one(
            "INSERT INTO counter VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 "
            "RETURNING value",
            name,
        )[0]

    # --- things of any kind: uploaded pictures, saved addresses, evidence …

    def item(self, kind, key):
        """The JSON value kept under (kind, key), or None."""
        row = self.one("SELECT data FROM item WHERE kind = ? AND key = ?", kind, key)
        return json.loads(row[0]) if row else None

    def items(self, kind):
        """All JSON values of a kind, by key."""
        rows = self.all("SELECT key, data FROM item WHERE kind = ? ORDER BY key", kind)
        return {row["key"]: json.loads(row["data"]) for row in rows}

    def content(self, kind, key):
        """The bytes kept under (kind, key), or None."""
        row = self.one("SELECT content FROM item WHERE kind = ? AND key = ?", kind, key)
        return row[0] if row else None

    def set_item(self, kind, key, data, content=None):
        self.run(
            "INSERT OR REPLACE INTO item VALUES (?, ?, ?, ?)",
            kind,
            key,
            json.dumps(data, ensure_ascii=False),
            content,
        )

    def clear(self):
        """Forget everything."""
        with self.transaction():
            for row in self.all("SELECT name FROM sqlite_master WHERE type = 'table'"):
                self.run(f"DELETE FROM {row['name']}")  # noqa: S608 its own tables
