import logging
import threading
from contextlib import contextmanager

from psycopg2 import InterfaceError, OperationalError
from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo import SUPERUSER_ID, api, fields, models
from odoo.modules.registry import Registry
from odoo.tools import ormcache

from ..asking_worker import hand_over, make_pool, task
from ..lib.recent import Recent
from ..lib.together import Together
from ..lib.tray import Tray
from ..transaction import ClosedCursor, own_cursor, own_transaction
from .bus_bus import KEEP
from .purchase_1688_comparison_asking import CLOSING

_logger = logging.getLogger(__name__)

# Outlives requests: a comparison must not hold an HTTP worker.
COORDINATORS = make_pool(16)

# The threads of a process share one processor, and a transaction costs much the same for one comparison as for many:
# what several of them need at the same moment is done in one.
TOGETHER = Together()
# What is shown and what is closed are the same rows: one after the other, or the database refuses one of them. Who has
# waited for long goes on beside the others: they may be held up by somebody else.
WRITING = threading.Lock()
WRITING_SECONDS = 1.0
BUS_EVENT = "purchase_1688/comparison"
#: seconds that an answer waits for others before it is written: for each question that is open, and at most; each time
#: every board that is looked at is read anew
SHOW_SECONDS, MOST_SHOW_SECONDS = 0.03, 0.2
#: seconds that listings which answered wait to be stored, at most, while others are being asked
KEEP_SECONDS = 10.0
#: listings that are stored in one transaction
KEEP_BATCH = 50
# Storing a listing that says nothing new takes a hundred times as long as to note that it was seen. All the same it is
# stored now and then: alarms, and when to look next, change with time, too.
KEPT = Recent(size=5000, seconds=600.0)
#: how often something is written down that lost against another writer, or whose connection was cut
TRIES = 5


class Purchase1688ComparisonThreads(models.AbstractModel):
    """Work on comparisons outside of requests: the threads of this process, and what they do together.

    Threads hold no cursor: each step of their work is a short transaction of its own.
    """

    _name = "purchase.1688.comparison.threads"
    _description = "Work on 1688 Comparisons outside of Requests"

    # --- business: sending out

    def _dispatch_ask(self, pressed, quotes=None):
        """Hook: have the question asked after the commit. Here: by the process that asks.

        :param float pressed: when the person asked, `time.monotonic()`
        :param quotes: those to be asked; if not given all that wait, and all sources where there is no row yet
        """
        place, waiting = self._get_place(), quotes.ids if quotes is not None else None
        due = pressed + self._get_deadline()
        self.env.cr.postcommit.add(lambda: hand_over(ask_comparison, *place, pressed, due, waiting))

    def _get_place(self):
        """Where a thread finds this comparison: database, company, number."""
        return self.env.cr.dbname, self.company_id.id, self.id

    def _dispatch_follow_up(self):
        """Hook: have done after the commit what comes after the answers. Here: by the process that asks."""
        place = self._get_place()
        self.env.cr.postcommit.add(lambda: hand_over(follow_comparison_up, *place))

    # --- business: writing down

    def _write_together(self, name, *arguments):
        """Call the method `name` for this comparison and all others for which it is wanted at this moment.

        The method is called on all of them with {comparison id: arguments}, in one short transaction, and returns
        {comparison id: result}.
        """

        def work(found):
            with _in_turn():
                return self.browse(found)._write_down(lambda comparisons: getattr(comparisons, name)(found))

        return TOGETHER.do((self.env.cr.dbname, self.env.company.id, name), self.id, arguments, work)

    def _write_down(self, work):
        """`work(comparison)` in a short transaction of its own; again, where that came to nothing by no fault of it.

        It lost against another writer, or its connection was cut. Where it was cut at the commit nobody knows whether
        that was done. Then `work` finds its own result, and so all that is written down here has to look first: rows
        are made where there are none, answers written where none is, questions closed and plans kept where they are
        open. What is simply written once more is the same. At worst a search that failed counts as two, or a question
        that was answered before it was asked leaves its plans to the next look.
        """
        for attempt in range(1, TRIES + 1):
            connection = None
            try:
                with own_transaction(self.env, repeatable=True) as env:
                    connection = env.cr.connection
                    return work(self.with_env(env))
            except (OperationalError, InterfaceError) as error:
                lost = isinstance(error, SerializationFailure | LockNotAvailable)
                if attempt == TRIES or not (lost or connection and connection.closed):
                    raise
                reason = "lost against another writer" if lost else "lost the connection"
                _logger.info("comparisons %s %s, once more", self.ids, reason)

    # --- business: telling

    def _notify(self):
        """Tell the boards that look at this comparison, once it is committed."""
        comparisons_sudo = self.sudo().with_context(**{KEEP: True})  # whoever changes it
        for comparison in comparisons_sudo:
            listener = comparisons_sudo.env["res.partner"].browse(self._get_listener_id(comparison.user_id.id))
            listener._bus_send(BUS_EVENT, {"id": comparison.id, "state": comparison.state})

    @api.model
    @ormcache("user_id")
    def _get_listener_id(self, user_id):
        """Whose channel a user listens to; told with each answer, and never another one."""
        return self.env["res.users"].sudo().browse(user_id)._bus_channel().id  # an id for those who ask

    # --- business: what the answers tell of the offers

    @api.model
    def _keep_listings(self, company, listings):
        """What was answered is fresher than what we have of these offers.

        Offers that somebody else writes in this moment are left alone: who does knows the same. Where a listing says
        what this process stored a moment ago, and nobody wrote the offer since, it was only seen again.
        """
        asked = [("company_id", "=", company.id), ("offer_id", "in", [listing.offer_id for listing in listings])]
        offers = self.env["purchase.1688.offer"].with_context(active_test=False).search_fetch(asked, ["offer_id"])
        ours = offers.try_lock_for_update(allow_referencing=True)
        ours.fetch(["write_date"])
        heard = {listing.offer_id: listing for listing in listings}

        def mark(offer):
            return hash(heard[offer.offer_id]), offer.write_date

        same = ours.filtered(lambda offer: KEPT.knows((self.env.cr.dbname, offer.id), mark(offer)))
        new = ours - same
        same.write({"seen_at": fields.Datetime.now()})
        if new:
            listings = [heard[ref] for ref in new.mapped("offer_id")]
            self.env["purchase.1688.collector"]._store(company, listings, look="comparison")
        for offer in ours:
            note = KEPT.renew if offer in same else KEPT.note
            note((self.env.cr.dbname, offer.id), mark(offer))


@contextmanager
def _in_turn():
    mine = WRITING.acquire(timeout=WRITING_SECONDS)
    try:
        yield
    finally:
        if mine:
            WRITING.release()


@task
def ask_comparison(dbname, company_id, comparison_id, pressed, due, waiting):
    """Have the sources of a comparison asked.

    :param float pressed: when the person asked, `time.monotonic()`, which is one clock for all processes of a machine
    :param float due: when the answers are to be on the screen
    :param waiting: ids of the answers to ask for, or None for all
    """
    place = dbname, company_id, comparison_id
    closing = CLOSING.announce(due)  # those who are read before it have to reckon with it

    def read(comparison):
        asking = comparison._write_together("_read_askings", pressed, waiting)
        asking.closing = closing
        return asking

    COORDINATORS.submit(lambda: _ask_in_thread(place, read))


@task
def follow_comparison_up(*place):
    """Have done what comes after the answers of a comparison."""
    COORDINATORS.submit(lambda: _follow_up_in_thread(place))


def _ask_in_thread(place, read):
    """Entry of a coordinator thread: whatever happens, the comparison does not stay open.

    :param read: gives the `Asking` of a comparison
    """
    try:
        comparison = _browse(*place)
        asking = read(comparison)
        pause = comparison._ask(asking, lambda outcomes: ANSWERS.put(place[:2], {place[-1]: (asking, outcomes)}))
        if pause:
            # a timer of its own: a question that waits for its next wave takes nobody's place
            timer = threading.Timer(
                pause, lambda: COORDINATORS.submit(lambda: _ask_in_thread(place, lambda _comparison: asking))
            )
            timer.daemon = True
            timer.start()
            return
        listings = {listing.offer_id: listing for listing in asking.question.listings}
        if listings:
            LISTINGS.put(place[:2], listings)
        if asking.follow_up:
            comparison._follow_up()
    except Exception:
        _logger.exception("comparison %s broke off; the next look takes it up", place[-1])


def _follow_up_in_thread(place):
    try:
        _browse(*place)._follow_up()
    except Exception:
        _logger.exception("the plans of comparison %s broke off; the next look takes them up", place[-1])


def _show_in_thread(place, found):
    """Show what is in; where another one writes at this moment the end of the question shows it."""
    found = {number: (asking, outcomes) for number, (asking, outcomes) in found.items() if not asking.closed}
    if not found:  # the end has shown it
        return
    try:
        with _in_turn(), _begin(*place, repeatable=True) as comparisons:
            comparisons._show_outcomes(found)
    except (SerializationFailure, LockNotAvailable):
        _logger.info("answers of comparisons %s could not be shown before the others", list(found))
    except Exception:
        _logger.exception("answers of comparisons %s could not be shown before the others", list(found))


def _get_show_pause():
    """The more are asking, the more of what comes is worth to be written together."""
    return min(SHOW_SECONDS * COORDINATORS.working, MOST_SHOW_SECONDS)


def _keep_in_thread(place, found):
    """Store listings, some at a time; where that fails, the offers stay as they were last seen."""
    listings = list(found.values())
    try:
        for start in range(0, len(listings), KEEP_BATCH):
            with _begin(*place) as comparisons:
                comparisons._keep_listings(comparisons.env.company, listings[start : start + KEEP_BATCH])
    except Exception:
        _logger.exception("the listings that sellers answered with could not be stored")


def _browse(dbname, company_id, comparison_id):
    """The comparison, for steps each of which opens a transaction of its own."""
    threading.current_thread().dbname = dbname
    return _comparisons(ClosedCursor(dbname), company_id).browse(comparison_id)


@contextmanager
def _begin(dbname, company_id, repeatable=False):
    """No comparison yet, in a short transaction of its own."""
    threading.current_thread().dbname = dbname
    with own_cursor(Registry(dbname), repeatable=repeatable) as cr:
        yield _comparisons(cr, company_id)


def _comparisons(cr, company_id):
    # The machine has neither time zone nor company of its own, and leaves no trace in a chatter: nothing of that is
    # looked up for each step.
    context = {"tz": "UTC", "allowed_company_ids": [company_id], "tracking_disable": True}
    return api.Environment(cr, SUPERUSER_ID, context)["purchase.1688.comparison"]


# Storing costs more than all else, and buyers wait for answers, not for it: what many heard of one offer is stored
# once. It cannot grow without bound, since the call budget bounds the answers.
LISTINGS = Tray(_keep_in_thread, lambda: COORDINATORS.working > 0, KEEP_SECONDS)

# Answers of one moment are written together, whichever question they belong to: a buyer does not see the difference.
ANSWERS = Tray(_show_in_thread, lambda: False, patience=0.0, pause=_get_show_pause)
