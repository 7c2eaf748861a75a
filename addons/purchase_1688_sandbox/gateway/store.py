"""The state file: SQLite, shared by all threads and processes that serve one world.

Writers take the file's lock at the beginning of a transaction (BEGIN IMMEDIATE), so that what a transaction has read
is still true when it writes: creation of an order, use of a code, a confirmation and the like are atomic.
"""

import contextlib
import json
import sqlite3
import threading

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS switch (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS fault (
    id INTEGER PRIMARY KEY, spec TEXT NOT NULL, skip INTEGER NOT NULL, times INTEGER, hits INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS timeline (
    id INTEGER PRIMARY KEY, due_at INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, payload TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS timeline_due ON timeline (due_at, id);
CREATE INDEX IF NOT EXISTS timeline_key ON timeline (key);
CREATE TABLE IF NOT EXISTS call (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, api TEXT NOT NULL, params TEXT NOT NULL, status INTEGER NOT NULL,
    code TEXT NOT NULL, fault TEXT NOT NULL, duration_ms REAL NOT NULL);
CREATE TABLE IF NOT EXISTS app (
    app_key TEXT PRIMARY KEY, app_secret TEXT NOT NULL, member_id TEXT NOT NULL, redirect_domain TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS buyer (member_id TEXT PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS code (
    code TEXT PRIMARY KEY, app_key TEXT NOT NULL, member_id TEXT NOT NULL, redirect_uri TEXT NOT NULL,
    expires_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS token (
    access_token TEXT PRIMARY KEY, app_key TEXT NOT NULL, member_id TEXT NOT NULL, expires_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS refresh_token (
    refresh_token TEXT PRIMARY KEY, app_key TEXT NOT NULL, member_id TEXT NOT NULL, expires_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS trade_order (
    order_id TEXT PRIMARY KEY, out_order_id TEXT NOT NULL, buyer_id TEXT NOT NULL, seller_id TEXT NOT NULL,
    status TEXT NOT NULL, created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, data TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS trade_order_out ON trade_order (buyer_id, out_order_id);
CREATE INDEX IF NOT EXISTS trade_order_modified ON trade_order (buyer_id, modified_at);
CREATE TABLE IF NOT EXISTS creation (
    id INTEGER PRIMARY KEY, buyer_id TEXT NOT NULL, out_order_id TEXT NOT NULL, answer TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS creation_out ON creation (buyer_id, out_order_id);
CREATE TABLE IF NOT EXISTS parcel (
    logistics_id TEXT PRIMARY KEY, order_id TEXT NOT NULL, bill_no TEXT NOT NULL, data TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS parcel_order ON parcel (order_id);
CREATE INDEX IF NOT EXISTS parcel_bill ON parcel (bill_no);
CREATE TABLE IF NOT EXISTS refund (
    refund_id TEXT PRIMARY KEY, order_id TEXT NOT NULL, status TEXT NOT NULL, applied_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL, data TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS refund_order ON refund (order_id);
CREATE TABLE IF NOT EXISTS payment (
    id INTEGER PRIMARY KEY, order_id TEXT NOT NULL, amount_fen INTEGER NOT NULL, channel TEXT NOT NULL,
    request_id TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS confirmation (
    id INTEGER PRIMARY KEY, order_id TEXT NOT NULL, entry_ids TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS cancellation (
    id INTEGER PRIMARY KEY, order_id TEXT NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS offer_state (offer_id TEXT PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS item (
    kind TEXT NOT NULL, key TEXT NOT NULL, data TEXT NOT NULL, content BLOB, PRIMARY KEY (kind, key));
CREATE TABLE IF NOT EXISTS message (
    msg_id INTEGER PRIMARY KEY, topic TEXT NOT NULL, user_info TEXT NOT NULL, born_at INTEGER NOT NULL,
    body TEXT NOT NULL, confirmed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS delivery (
    id INTEGER PRIMARY KEY, msg_id INTEGER NOT NULL, due_real INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL, last TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (state, due_real);
"""


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
            # With a write-ahead log a killed process loses nothing; only a power cut can lose the last moments.
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
        """Exclusive for writing, undone by an exception; inside another transaction a part that can be undone alone."""
        connection = self.connection
        depth = self._local.depth
        begin, undo, end = ("BEGIN IMMEDIATE", "ROLLBACK", "COMMIT") if not depth else (
            f"SAVEPOINT s{depth}", f"ROLLBACK TO s{depth}", f"RELEASE s{depth}")
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
        return self.one("INSERT INTO counter VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 "
                        "RETURNING value", name)[0]

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
        self.run("INSERT OR REPLACE INTO item VALUES (?, ?, ?, ?)",
                 kind, key, json.dumps(data, ensure_ascii=False), content)

    def clear(self):
        """Forget everything."""
        with self.transaction():
            for row in self.all("SELECT name FROM sqlite_master WHERE type = 'table'"):
                self.run(f"DELETE FROM {row['name']}")
