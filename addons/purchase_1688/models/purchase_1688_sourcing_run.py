import base64
import logging
import math
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from psycopg2 import InterfaceError, OperationalError

from odoo import SUPERUSER_ID, api, fields, models
from odoo.modules.registry import Registry
from odoo.tools import SQL

from ..asking_worker import hand_over, make_pool, task
from ..lib import sourcing
from ..lib.errors import NotAuthorised, RateLimited, Refused
from ..lib.fingerprint import fingerprint
from ..lib.values import SearchQuery
from ..scheduled import LATER, work_off
from ..transaction import own_transaction
from .purchase_1688_collector import plain
from .purchase_1688_quota import SOURCING

_logger = logging.getLogger(__name__)

# Outlives requests, and is not the pool of comparisons: a run takes minutes.
RUNNERS = make_pool(6)

PAGE_SIZE = 50
PAGES_AT_ONCE = 5
MOST_PAGES = 40
#: candidates asked for side by side: few enough that a comparison in between finds free threads
BATCH = 20
CALL_SECONDS = 15.0
PICTURE_BATCH = 40
PICTURE_SECONDS = 6.0
#: a run whose process says nothing for so long is anybody's
LEASE_SECONDS = 45
#: how often a run that waits for the call budget looks whether it was stopped
BEAT_SECONDS = 2.0
CRON = "purchase_1688.ir_cron_purchase_1688_sourcing"
CRON_SECONDS = 10.0
RUNS_AT_ONCE = 5
TRIES = 3
BREAKS = 5
MISSES = 3


@dataclass(frozen=True)
class Step:
    """What to do next, as plain values: nothing is read from the database while the network is waited for.

    `kind`: image, pages, details (with `requests` and what each is `about`), pictures (with `urls`), wait, over.
    """

    kind: str
    account_id: int = 0
    requests: tuple = ()
    about: tuple = ()
    urls: tuple = ()
    hosts: frozenset = frozenset()


@dataclass
class Memory:
    """What a worker remembers between its steps."""

    end: float
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    not_before: float = 0.0
    misses: int = 0
    #: whether there may be pictures to fetch while the budget has no room
    pictures: bool = True

    @property
    def waits(self):
        """Seconds until the next call has a chance."""
        return max(self.not_before - time.monotonic(), 0.0)


class Purchase1688Sourcing(models.Model):
    """Working on a run: steps of short transactions, and no transaction while the network is waited for.

    One worker at a time holds the run by a lease; a worker that dies leaves what was written, and the scheduled action
    goes on from there.
    """

    _inherit = "purchase.1688.sourcing"

    # --- business: who works

    def _dispatch_run(self):
        """Hook: have the run worked on after the commit. Here: by the process that asks."""
        dbname, number = self.env.cr.dbname, self.id
        self.lease_token = False
        # The thread begins in a moment; the scheduled action leaves it the time to.
        self.lease_until = fields.Datetime.now() + timedelta(seconds=LEASE_SECONDS)
        self.env.cr.postcommit.add(lambda: hand_over(work_on_sourcing, dbname, number))

    @api.model
    def _cron_continue(self):
        """Go on with runs whose process died, some seconds each."""
        left = [("state", "=", "running"), ("lease_until", "<", fields.Datetime.now())]
        runs = self.search(left, limit=RUNS_AT_ONCE, order="lease_until")
        more = len(runs) == RUNS_AT_ONCE
        work_off(self.env, CRON, runs, type(self)._continue, due=left, failed=type(self)._note_break, more=more)

    def _continue(self):
        self.env["ir.cron"]._commit_progress()  # nothing stays open while the network is waited for
        self._work(CRON_SECONDS)

    def _note_break(self, _error):
        """A run that breaks is left alone for a while; one that breaks again and again is given up with a sentence."""
        self.breaks += 1
        if self.breaks < BREAKS:
            self.write({"lease_token": False, "lease_until": fields.Datetime.now() + LATER})
        else:
            env = self._with_buyer().env
            self._fail(env._("The run broke off again and again. Continue it, or ask the administrator."))

    def _take(self, token):
        """Take or prolong the lease; False when the run is not running or somebody else's."""
        self.env.flush_all()
        now = fields.Datetime.now()
        # Who has lost the run still writes down what was answered: after the other one, and on top of what that wrote.
        self.env.cr.execute(SQL("SELECT FROM purchase_1688_sourcing WHERE id = %s FOR UPDATE", self.id))
        self.env.cr.execute(
            SQL(
                "UPDATE purchase_1688_sourcing SET lease_token = %(token)s, lease_until = %(until)s"
                " WHERE id = %(id)s AND state = 'running'"
                " AND (lease_token IS NULL OR lease_token = %(token)s OR lease_until < %(now)s) RETURNING id",
                token=token,
                until=now + timedelta(seconds=LEASE_SECONDS),
                id=self.id,
                now=now,
            )
        )
        self.invalidate_recordset()
        return bool(self.env.cr.fetchone())

    def _release(self):
        """Leave the run to whoever comes next."""
        self.write({"lease_token": False, "lease_until": fields.Datetime.now()})

    def _hold(self, token, work, always=False):
        """Do `work(run)` in a short transaction that holds the run; None when it is not ours any more.

        :param always: what was answered is written down even then
        """
        for left in reversed(range(TRIES)):
            try:
                with own_transaction(self.env) as env:
                    run = self.with_env(env)
                    mine = run._take(token)
                    result = work(run) if mine or always and run.exists() else None
                return result if mine else None
            except (OperationalError, InterfaceError):  # lost against another writer, or the connection
                if not left:
                    raise
                time.sleep(0.2)
        return None

    # --- business: the steps

    def _work(self, seconds=math.inf):
        """Work until the run is over, stopped or somebody else's, or for about so many seconds."""
        self.ensure_one()
        memory = Memory(time.monotonic() + seconds)
        while step := self._hold(memory.token, lambda run: run._next_step(memory.waits, memory.pictures)):
            if step.kind == "over":
                return
            if time.monotonic() + (BEAT_SECONDS if step.kind == "wait" else 0) > memory.end:
                self._hold(memory.token, lambda run: run._release())
                return
            if step.kind == "wait":
                memory.pictures = False
                time.sleep(min(memory.waits, BEAT_SECONDS))
            elif step.kind == "pictures":
                prints = self._fetch_prints(step)
                self._hold(memory.token, lambda run, found=prints: run._apply_prints(found), always=True)
            else:
                self._ask_step(step, memory)

    def _ask_step(self, step, memory):
        """Make the calls of a step and write down what was answered."""
        account = self.env["purchase.1688.account"].browse(step.account_id)
        answers = account._call_many(
            step.requests, purpose="sourcing", record=self, timeout=CALL_SECONDS, share=SOURCING, idle=True
        )
        wait = max((answer.retry_after or 5.0 for answer in answers if isinstance(answer, RateLimited)), default=0.0)
        memory.not_before = time.monotonic() + wait
        memory.pictures = True
        failures = [answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, Refused)]
        memory.misses = memory.misses + 1 if len(failures) == len(answers) else 0
        give_up = memory.misses >= MISSES or any(isinstance(answer, NotAuthorised) for answer in answers)
        memory.misses = 0 if give_up else memory.misses
        sent = sum(getattr(answer, "code", "") != "own_quota" for answer in answers)
        self._hold(memory.token, lambda run: run._apply(step, answers, sent, wait, give_up), always=True)

    def _next_step(self, waits, pictures=True):
        """What to do next, from what is written down."""
        self.ensure_one()
        if waits:
            return pictures and self._next_pictures() or Step("wait")
        step = self._next_search() or (self.enrich and (self._next_details() or self._next_pictures()))
        if step:
            return step
        self._finish()
        return Step("over")

    def _next_search(self):
        if self.picture and not self.image_ref:
            request = ("product.upload_image", {"data": base64.b64decode(self.picture)})
            return Step("image", self.account_id.id, (request,), ("image",))
        known = self.searches or {}
        names = [name for name, wanted in (("words", self._has_words()), ("picture", self.image_ref)) if wanted]
        searches = {name: (known.get(name, {}).get("last"), known.get(name, {}).get("read", ())) for name in names}
        missing = self.wanted_count - len(self.candidate_ids)
        pages = sourcing.next_pages(searches, missing, PAGE_SIZE)[:PAGES_AT_ONCE]
        if not pages:
            return None
        return Step("pages", self.account_id.id, tuple(self._prepare_page(*page) for page in pages), tuple(pages))

    def _has_words(self):
        """A category alone is searched without words, but not beside a picture."""
        return bool(self.keyword or not self.picture)

    def _prepare_page(self, search, page):
        narrowed = {
            "price_min": Decimal(str(self.price_min)) if self.price_min else None,
            "price_max": Decimal(str(self.price_max)) if self.price_max else None,
            "category_id": self.category_id.ref or "",
        }
        language = self.account_id.language
        if search == "picture":
            paged = {"image_id": self.image_ref, "page": page, "page_size": PAGE_SIZE, "language": language}
            return "product.search_image", paged | narrowed
        query = SearchQuery(keyword=self.keyword or "", page=page, page_size=PAGE_SIZE, language=language, **narrowed)
        return "product.search", {"query": query}

    def _next_details(self):
        """The best ones first, so that the short list is soon a good one; who is out by the search is not asked."""
        todo = self.candidate_ids.search(
            [("sourcing_id", "=", self.id), ("detail", "=", "todo"), ("state", "=", "ready")],
            order="rank, position, id",
            limit=BATCH,
        )
        if not todo:
            return None
        language = self.account_id.language
        requests = tuple(
            ("product.detail", {"offer_id": candidate.offer_ref, "language": language}) for candidate in todo
        )
        return Step("details", self.account_id.id, requests, tuple(todo.ids))

    def _next_pictures(self):
        """Pictures of candidates that may be one listing at two sellers: only these are worth the download."""
        if not self.enrich:
            return None
        refs = {"offer": (), "seller": (), "name": ()}
        good = self.candidate_ids.filtered(lambda candidate: candidate.state in ("ready", "duplicate"))
        doubtful = sourcing.doubtful([candidate._to_value(refs) for candidate in good])
        todo = good.filtered(
            lambda candidate: candidate.id in doubtful and candidate.image_url and not candidate.picture_hash
        )[:PICTURE_BATCH]
        if not todo:
            return None
        hosts = frozenset(self.env["purchase.1688.offer"]._get_hosts(self.account_id))
        urls = tuple(todo.mapped("image_url"))
        return Step("pictures", self.account_id.id, about=tuple(todo.ids), urls=urls, hosts=hosts)

    def _fetch_prints(self, step):
        """{candidate id: fingerprint of its picture, “-” where there is none}."""
        account = self.env["purchase.1688.account"].browse(step.account_id)
        found = account._fetch_pictures(list(dict.fromkeys(step.urls)), step.hosts, PICTURE_SECONDS)
        prints = {url: fingerprint(data) for url, data in found.items() if data}
        return {number: prints.get(url) or "-" for number, url in zip(step.about, step.urls, strict=True)}

    # --- business: writing down what was answered

    def _apply(self, step, answers, sent, wait, give_up):
        """Write down the answers of a step; the screens of the buyer are told."""
        self.ensure_one()
        self.call_count += sent
        waits = wait and self.state == "running"
        self.resume_at = fields.Datetime.now() + timedelta(seconds=wait) if waits else False
        getattr(self, f"_apply_{step.kind}")(step, answers)
        if give_up and step.kind == "pages" and self.candidate_ids:
            self._leave_pages(step.about)
        elif give_up and self.state == "running":
            failures = [answer for answer in answers if isinstance(answer, Exception)]
            self._fail(self._with_buyer().env["purchase.1688.offer"]._describe_failure(failures[-1]))
        self._judge()
        return True

    def _apply_image(self, _step, answers):
        (answer,) = answers
        if not isinstance(answer, Exception):
            self.image_ref = answer
        elif isinstance(answer, Refused) and not answer.repeatable:
            self._fail(self._with_buyer().env["purchase.1688.offer"]._describe_failure(answer))

    def _apply_pages(self, step, answers):
        searches = {name: dict(known) for name, known in (self.searches or {}).items()}
        for (search, number), answer in zip(step.about, answers, strict=True):
            known = searches.setdefault(search, {"last": None, "read": [], "total": 0})
            if not isinstance(answer, Exception):
                known["total"] = answer.total
                known["last"] = min(answer.pages, MOST_PAGES)
                # another worker may have read it meanwhile, where the run was stopped and continued
                if self._add_candidates(search, number, answer.offers) and number not in known["read"]:
                    known["read"] = [*known["read"], number]
                    self.pages_read += 1
            elif isinstance(answer, Refused) and not answer.repeatable:
                if known["last"] is None:
                    self._fail(self._with_buyer().env["purchase.1688.offer"]._describe_failure(answer))
                known["read"] = [*known["read"], number]
        self.searches = searches
        self.offered_count = sum(known["total"] for known in searches.values())

    def _leave_pages(self, pages):
        """Pages that cannot be read are no reason to lose what was found on others."""
        searches = {name: dict(known) for name, known in (self.searches or {}).items()}
        for search, number in pages:
            known = searches[search]
            known["last"] = known["last"] or 0
            known["read"] = [*known["read"], number]
        self.searches = searches

    def _add_candidates(self, search, page, offers):
        """New candidates of a page; False if only a part of the page was wanted."""
        have = set(self.candidate_ids.mapped("offer_ref"))
        new = [offer for offer in {offer.offer_id: offer for offer in offers}.values() if offer.offer_id not in have]
        room = max(self.wanted_count - len(have), 0)
        hosts = self.env["purchase.1688.offer"]._get_hosts(self.account_id)
        first = (page - 1) * PAGE_SIZE * 2 + (search == "picture")
        made = self.candidate_ids.create(
            [
                self._prepare_candidate(offer, hosts) | {"position": first + 2 * place}
                for place, offer in enumerate(new[:room])
            ]
        )
        self._borrow(made)
        self._recognise_sellers(made.filtered(lambda candidate: not candidate.seller_ref))
        return len(new) <= room

    def _apply_details(self, step, answers):
        candidates = self.candidate_ids.browse(step.about).exists()
        by_id = {candidate.id: candidate for candidate in candidates}
        partners = self._find_partners([answer for answer in answers if not isinstance(answer, Exception)])
        for number, answer in zip(step.about, answers, strict=True):
            candidate = by_id.get(number)
            if not candidate or candidate.detail == "done":
                continue
            if not isinstance(answer, Exception):
                candidate.write(self._prepare_details(answer, partners))
            elif isinstance(answer, RateLimited):
                continue
            elif isinstance(answer, Refused) or candidate.tries + 1 >= TRIES:
                described = self._with_buyer().env["purchase.1688.offer"]._describe_failure(answer)
                candidate.write({"detail": "failed", "message": described})
            else:
                candidate.tries += 1

    def _apply_prints(self, prints):
        for candidate in self.candidate_ids.browse(prints).exists():
            candidate.picture_hash = prints[candidate.id]
        self._judge()
        return True

    def _finish(self):
        self.write(
            {
                "state": "done",
                "finished_at": fields.Datetime.now(),
                "resume_at": False,
                "lease_token": False,
                "lease_until": False,
                "message": self._describe_end(),
            }
        )
        self._judge()

    def _describe_end(self):
        """What the buyer has to know of a run that is over, or False."""
        env = self._with_buyer().env
        if not self.candidate_ids:
            return env._("Nothing was found. Try fewer or other words, or a wider price range.")
        good = self.candidate_ids.filtered(lambda candidate: candidate.state == "ready")
        unknown = good.filtered(lambda candidate: not candidate.seller_ref and not candidate.company_name)
        blocked = self.env["purchase.1688.sourcing.block"]._get_refs(self.company_id)["seller"]
        if self.enrich or not unknown or not blocked:
            return False
        return env._(
            "The search does not tell who sells %s of these offers. Sellers that you blocked may be among them:"
            " press Look deeper to read who they are and leave those out.",
            len(unknown),
        )

    def _fail(self, message):
        self.write(
            {
                "state": "failed",
                "message": plain(message),
                "finished_at": fields.Datetime.now(),
                "resume_at": False,
                "lease_token": False,
                "lease_until": False,
            }
        )
        self._notify()

    def _with_buyer(self):
        """The run in the language of its buyer, who reads what is written into it."""
        return self.with_context(lang=self.user_id.lang)


@task
def work_on_sourcing(dbname, number):
    """Have a run worked on."""
    RUNNERS.submit(lambda: _run_in_thread(dbname, number))


def _run_in_thread(dbname, number):
    """Entry of a worker thread; what it leaves is continued by the scheduled action."""
    threading.current_thread().dbname = dbname
    try:
        with Registry(dbname).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
        env["purchase.1688.sourcing"].browse(number)._work()
    except Exception:
        _logger.exception("sourcing run %s broke off; the scheduled action goes on with it", number)
