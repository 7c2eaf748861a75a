"""A pool of connections for a process that makes many short transactions."""

import time

from odoo.sql_db import Connection, ConnectionPool, connection_info_for
from odoo.tools import config

#: seconds that a connection which was given back is lent again as it is
TRUSTED_SECONDS = 5.0


class KeptPool(ConnectionPool):
    """Odoo's pool, which lends again as it is what was given back a moment ago.

    Odoo's has a connection reset each time. PostgreSQL then forgets how it checks foreign keys and what it knows of
    functions, and finds it out anew in every transaction: a third of its work where sellers are asked. Transactions
    here leave nothing behind that would have to be reset: what they set is local to them.
    """

    def __init__(self):
        super().__init__(int(config["db_maxconn"]))
        self._broke_at = 0.0

    def cursor(self, dbname):
        """A cursor on a database."""
        return Connection(self, *connection_info_for(dbname)).cursor()

    def borrow(self, connection_info):
        """A connection: one that has just been used, else what Odoo's pool would lend."""
        with self._lock:
            # Nobody gives back what broke: Odoo's pool finds it, still lent, and forgets it. What cut it, say a restart
            # of PostgreSQL, has cut the others, too: those that rest now are looked at before they are lent.
            if any(connection.closed for connection in self._connections):
                self._broke_at = time.time()
            for connection in self._connections:
                if self._is_fresh(connection) and self._dsn_equals(connection.dsn, connection_info):
                    connection._pool_in_use = True
                    return connection
        return super().borrow(connection_info)

    def _is_fresh(self, connection):
        if connection._pool_in_use or connection.closed:
            return False
        return connection._pool_last_used > max(self._broke_at, time.time() - TRUSTED_SECONDS)
