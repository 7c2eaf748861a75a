"""How every scheduled action works: each thing by itself, and none stops the others."""

import logging
import time
from datetime import timedelta

from psycopg2 import IntegrityError, OperationalError

from odoo import fields
from odoo.exceptions import ConcurrencyError, UserError

from .lib.errors import GatewayError

_logger = logging.getLogger(__name__)

#: seconds that one run takes before it makes room for others
RUN_SECONDS = 20
#: how often something is begun that loses against another writer; then it is left to a later run
TRIES = 3
#: when that later run comes
LATER = timedelta(minutes=1)
#: somebody else wrote at the same time; the last one only if it goes away by beginning again
CONFLICTS = (OperationalError, ConcurrencyError, IntegrityError)


def work_off(env, xmlid, items, work, *, due=None, failed=None, more=False):
    """Have ``work(item)`` done for each of `items`, every one in a transaction of its own.

    What somebody else holds is passed over. What loses against another writer is begun again
    at once, some times, and then left to a later run. Of several records that fail together
    each is tried alone; one that fails alone is logged, marked by `failed`, and passed over.
    At the end of its time the rest is left to the next run, which is asked for at once.

    :param env: environment of the scheduled action
    :param str xmlid: the scheduled action
    :param items: recordsets; the records of one are worked on together
    :param work: called with an item. It may be called again, so it commits (with
        ``_commit_progress``) only before it waits for the network
    :param due: domain: items are locked, and what is locked or no longer fits is left out
    :param failed: called with one record and the exception; it writes what keeps the record
        from coming first again
    :param bool more: there is more to do than `items`
    """
    progress = env["ir.cron"]._commit_progress
    end = time.monotonic() + RUN_SECONDS
    waiting, lost = [item for item in items if item], False
    progress(remaining=len(waiting))
    while waiting and time.monotonic() < end:
        item = waiting.pop(0)
        error = _begin(item, work, due)
        if isinstance(error, OperationalError | ConcurrencyError):
            _logger.info("%s: %s lost against another writer, later again", xmlid, item)
            lost = True
        elif error and len(item) > 1:
            waiting[:0] = list(item)
        elif error:
            _set_aside(xmlid, item, error, failed)
        progress(1, remaining=len(waiting))
    if waiting or more:
        env.ref(xmlid)._trigger()
    elif lost:
        env.ref(xmlid)._trigger(fields.Datetime.now() + LATER)
    # what is left comes with the trigger, after other scheduled actions had their turn
    progress(remaining=0)


def _begin(item, work, due):
    """Do the work with one item, again after a conflict. Returns the exception that it ended with, or None."""
    for _try in range(TRIES):
        try:
            claimed = item
            if due is not None:
                claimed = item.try_lock_for_update(allow_referencing=True).filtered_domain(due)
            if claimed:
                work(claimed)
                item.env.flush_all()
            return None
        except CONFLICTS as error:
            item.env.cr.rollback()
            outcome = error
        except Exception as error:  # noqa: BLE001 it is looked at by the caller
            item.env.cr.rollback()
            return error
    return outcome


def _set_aside(xmlid, record, error, failed):
    """Log why a record failed and have it marked; a mark that fails too stops nobody either."""
    expected = isinstance(error, GatewayError | UserError)
    _logger.log(
        logging.INFO if expected else logging.ERROR,
        "%s: %s failed: %s",
        xmlid,
        record,
        error,
        exc_info=None if expected else error,
    )
    if failed is None:
        return
    trouble = _begin(record, lambda one: failed(one, error), None)
    if trouble:
        _logger.error("%s: %s could not be marked as failed", xmlid, record, exc_info=trouble)
