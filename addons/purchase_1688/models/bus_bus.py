import contextlib
import logging
import os
import threading

from psycopg2 import InterfaceError, OperationalError
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from odoo import models, sql_db
from odoo.tools import SQL, OrderedSet

from odoo.addons.bus.models.bus import ODOO_NOTIFY_FUNCTION, get_notify_payloads

#: who has this in the context tells often, and keeps a connection for it
KEEP = "ali1688_keep_connection"


class KeptConnection:
    """Wakes the websockets up over a connection that stays open.

    The bus opens one for each message, to a database where Odoo's pool keeps none. With a password that takes longer
    than everything else about an answer: 12 ms, and the pool lends to nobody meanwhile.
    """

    def __init__(self):
        self._reset()
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self):
        self._lock, self._cursor = threading.Lock(), None

    def notify(self, channels):
        """Tell that there is news for `channels`; once more over a new connection, where the old one was lost."""
        payloads = get_notify_payloads(list(channels))
        with self._lock:
            try:
                self._send(payloads)
            except (OperationalError, InterfaceError):
                if self._cursor is None:
                    raise
                self._forget()
                self._send(payloads)

    def _send(self, payloads):
        if self._cursor is None:
            self._cursor = sql_db.db_connect("postgres").cursor()
            self._cursor.connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        for payload in payloads:
            query = SQL("SELECT %s('imbus', %s)", SQL.identifier(ODOO_NOTIFY_FUNCTION), payload)
            self._cursor.execute(query, log_exceptions=False)

    def _forget(self):
        with contextlib.suppress(OperationalError, InterfaceError):
            self._cursor.close()
        self._cursor = None


_CONNECTION = KeptConnection()
_logger = logging.getLogger(__name__)


class BusBus(models.Model):
    _inherit = "bus.bus"

    def _ensure_hooks(self):
        data = self.env.cr.postcommit.data
        if self.env.context.get(KEEP) and "bus.bus.channels" not in data:
            data["bus.bus.channels"] = OrderedSet()
            self.env.cr.postcommit.add(lambda: _notify(data.pop("bus.bus.channels")))
        return super()._ensure_hooks()


def _notify(channels):
    """What was committed stays so: screens that were not woken up find it when they look again by themselves."""
    try:
        _CONNECTION.notify(channels)
    except (OperationalError, InterfaceError):
        _logger.warning("screens could not be told of news", exc_info=True)
