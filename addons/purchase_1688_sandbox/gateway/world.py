"""The world behind the gateway: state file, clock, switches, catalogue, and what happens as time
passes.

Adding an API
-------------
Write a function in any module of ``gateway/apis/`` (all modules there are loaded by themselves)::

    @api("com.alibaba.trade", "alibaba.trade.cancel", write=True, fail="C_message")
    def cancel(world, params):
        order_id = str(params.long("tradeID"))          # gw.ParamMissing if it is not there
        ...
        raise BusinessError("ORDER_NOT_EXIST", "订单不存在")   # written in the envelope ``fail``
        return {"success": True}                        # or envelope.family_a(payload) …

``write=True`` runs it in one transaction of the state file, undone if it raises. Without it the
function must not write (or opens ``world.store.transaction()`` itself). ``params.member_id`` is
the account of the token.

Values on the wire (``gateway/wire.py``)
----------------------------------------
Inside, money is ``int`` fen, ids are ``str``, moments are ``int`` milliseconds since 1970. On the
wire: ``yuan(fen)`` (JSON number), ``yuan_text(fen)`` (text), the int itself where the API speaks
fen, ``wire_id(id)`` (JSON number) or the text, ``aop_date(ms)``, ``china_time(ms)``; ``fen(text)``
reads yuan.

Catalogue and prices
--------------------
``world.catalogue`` is ``gateway.catalogue.build(seed)``: built once per process, never changed,
the same for the same seed. What changes afterwards is kept per offer:
``world.offer_state(offer_id)`` gives ``{"status": text | absent, "price_fen": int | absent,
"stock": {spec_id: int}, "sold": {spec_id: int}}`` (``price_fen``: all prices of the offer are
this; ``stock``: set by hand; ``sold``: taken by orders, to be subtracted from the stock). An offer
without SKUs uses the key "" for its spec_id.

Trade prices a cart by ``pricing.price_cart(world, lines, address, flow="general") ->
list[CartPart]`` with the values of ``gateway/cart.py``: one part for each order that the platform
would make. Lines that cannot be ordered are in their part with a code. Goods of several sellers:
one part with code 500_002 (or 500_003). Creation then subtracts the stock itself
(``world.take_stock``), in the same transaction as the pricing.

Pages
-----
``pages.handle(world, request) -> Response | None`` serves every path besides /openapi and /admin
(``gateway/http.py`` has both classes). The authorise page ends with ``oauth.issue_code(world,
app_key, member_id, redirect_uri) -> code``; the cashier with ``trade.payment.pay(world, order,
channel)`` inside ``world.store.transaction()``.
"""

import contextlib
import json
import random
import threading

from .clock import Clock, real_ms
from .store import Store
from .switches import Switches

APP_KEY = "9990001"
APP_SECRET = "simSecret01"  # noqa: S105 known to everybody, opens nothing
ACCESS_TOKEN = "tok-sim-0001"  # noqa: S105
REFRESH_TOKEN = "rt-sim-0001"  # noqa: S105
ADMIN_TOKEN = "sandbox-admin"  # noqa: S105
MEMBER_ID = "b2b-2200000000001"
LONG = 3650 * 24 * 3600 * 1000

_HANDLERS = {}
_OFFER_WATCHERS = []


def on_time(kind):
    """Register ``f(world, key, payload)`` for the events of this kind on the timeline."""

    def register(function):
        _HANDLERS[kind] = function
        return function

    return register


def on_offer_change(function):
    """Register ``f(world, offer_id, before, after)`` for changes of an offer's state."""
    _OFFER_WATCHERS.append(function)
    return function


class World:
    def __init__(self, path, seed=1, speed=1.0, now_ms=None, base_url="http://127.0.0.1"):
        self.store = Store(path)
        self.switches = Switches(self.store)
        self.clock = Clock(self.store)
        self.base_url = base_url
        self._local = threading.local()
        self._catalogue = (None, None)
        with self.store.transaction():
            if self.store.meta("seed") is None:
                self._begin(seed, now_ms or real_ms(), speed)

    # --- beginning

    def _begin(self, seed, now_ms, speed):
        self.store.set_meta("seed", int(seed))
        self.clock.start(now_ms, speed)
        self.store.run("INSERT INTO app VALUES (?, ?, ?, '')", APP_KEY, APP_SECRET, MEMBER_ID)
        self.store.run(
            "INSERT INTO buyer VALUES (?, ?)",
            MEMBER_ID,
            json.dumps(
                {
                    "login_id": "sim_buyer",
                    "ali_id": MEMBER_ID.removeprefix("b2b-"),
                    "company": "示例采购有限公司",
                }
            ),
        )
        # As issued in the console of the platform, to be pasted into a client; it does not end
        # with the clock.
        self.store.run(
            "INSERT INTO token VALUES (?, ?, ?, ?)", ACCESS_TOKEN, APP_KEY, MEMBER_ID, now_ms + LONG
        )
        self.store.run(
            "INSERT INTO refresh_token VALUES (?, ?, ?, ?)",
            REFRESH_TOKEN,
            APP_KEY,
            MEMBER_ID,
            now_ms + LONG,
        )

    def reset(self, seed=None, now_ms=None, speed=1.0):
        """A new world in the same file. Switches go back to their defaults; the push address is
        kept.
        """
        push_url = self.switches["push_url"]
        with self.store.transaction():
            seed = self.seed if seed is None else seed
            self.store.clear()
            self._begin(seed, now_ms or real_ms(), speed)
            if push_url:
                self.switches.set({"push_url": push_url})

    # --- time and chance

    @property
    def seed(self):
        return int(self.store.meta("seed"))

    def now(self):
        """Milliseconds since 1970 by the clock of the world; inside an event of the timeline, its
        own moment.
        """
        moment = getattr(self._local, "moment", None)
        return self.clock.now() if moment is None else moment

    def chance(self, *names):
        """A source of random numbers that is the same for the same seed and names."""
        return random.Random("/".join(map(str, (self.seed, *names))))

    def schedule(self, delay_seconds, kind, key, **payload):
        """Let an event happen later; ``key`` (an order, a refund) is what ``unschedule`` knows it
        by.
        """
        self.store.run(
            "INSERT INTO timeline (due_at, kind, key, payload) VALUES (?, ?, ?, ?)",
            self.now() + int(delay_seconds * 1000),
            kind,
            key,
            json.dumps(payload),
        )

    def unschedule(self, key, *kinds):
        for kind in kinds:
            self.store.run("DELETE FROM timeline WHERE key = ? AND kind = ?", key, kind)

    def catch_up(self):
        """Let everything happen that is due by now, each event at its own moment and in order."""
        if not self._next_due(self.clock.now()):
            return
        while True:
            with self.store.transaction():
                event = self._next_due(self.clock.now())
                if event is None:
                    return
                self.store.run("DELETE FROM timeline WHERE id = ?", event["id"])
                with self._moment(event["due_at"]):
                    _HANDLERS[event["kind"]](self, event["key"], json.loads(event["payload"]))

    def _next_due(self, now):
        return self.store.one(
            "SELECT * FROM timeline WHERE due_at <= ? ORDER BY due_at, id LIMIT 1", now
        )

    @contextlib.contextmanager
    def _moment(self, moment):
        self._local.moment = moment
        try:
            yield
        finally:
            self._local.moment = None

    # --- catalogue

    @property
    def catalogue(self):
        seed = self.seed
        known, catalogue = self._catalogue
        if known != seed:
            from . import catalogue as package

            catalogue = package.build(seed)
            self._catalogue = (seed, catalogue)
        return catalogue

    def warm_up(self):
        """Make the catalogue now, not in the first search of a client."""
        return self.catalogue

    def offer_state(self, offer_id):
        row = self.store.one("SELECT data FROM offer_state WHERE offer_id = ?", str(offer_id))
        state = json.loads(row[0]) if row else {}
        return {"stock": {}, "sold": {}, **state}

    def set_offer_state(self, offer_id, state):
        before = self.offer_state(offer_id)
        self.store.run(
            "INSERT OR REPLACE INTO offer_state VALUES (?, ?)", str(offer_id), json.dumps(state)
        )
        for watcher in _OFFER_WATCHERS:
            watcher(self, str(offer_id), before, self.offer_state(offer_id))

    def take_stock(self, offer_id, spec_id, quantity):
        """Subtract from the stock (add, if negative). The caller has checked it, in the same
        transaction.
        """
        state = self.offer_state(offer_id)
        key = spec_id or ""
        state["sold"][key] = state["sold"].get(key, 0) + int(quantity)
        self.set_offer_state(offer_id, state)
