from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import split_every

from ..lib.errors import RateLimited
from ..scheduled import LATER, work_off

CRON_READ = "purchase_1688.ir_cron_purchase_1688_source_import"
BUS_EVENT = "purchase_1688/source_import"
BATCH, LIMIT = 20, 400
#: how often an offer is asked for when 1688 is out of reach, or when something of ours goes wrong
MAX_TRIES = 4


class Purchase1688SourceImportReading(models.AbstractModel):
    """Reading the offers of a long list in the background, and planning when all are there."""

    _name = "purchase.1688.source.import.reading"
    _description = "Import of 1688 Sources: Reading Offers"

    # --- external API

    def get_progress(self):
        """How far reading the offers of a list is.

        :return: {"id", "state", "offers", "read": of them, "failed": of those that were read}
        """
        self.ensure_one()
        self.check_access("read")
        groups = self.env["purchase.1688.source.import.offer"]._read_group(
            [("import_id", "=", self.id)], ["state"], ["__count"]
        )
        counts = dict(groups)
        offers = sum(counts.values())
        return {
            "id": self.id,
            "state": self.state,
            "offers": offers,
            "read": offers - counts.get("waiting", 0),
            "failed": counts.get("failed", 0),
        }

    # --- business: planning

    def _plan(self):
        """Decide on all rows and keep what is new about them; returns the decisions."""
        self.ensure_one()
        mapper = self.env["purchase.1688.source.mapper"].with_company(self.company_id)
        rows = self.row_ids.sorted("number")
        wishes = mapper._make_wishes([row._get_row() for row in rows], self.company_id)
        listings = self.offer_ids._get_specs(self.company_id)
        decisions = mapper._decide(wishes, listings, self.company_id)
        names = {spec.key: spec for specs in listings.values() if not isinstance(specs, str) for spec in specs}
        rows.sudo()._keep(wishes, decisions, names, mapper)  # only the steps write there
        return decisions

    def _go_on(self):
        """Plan when all offers are there; else have them read."""
        self.ensure_one()
        if "waiting" in self.offer_ids.mapped("state"):
            # only a system cron may be triggered; the buyer merely wants his list read
            self.env.ref(CRON_READ).sudo()._trigger()
        else:
            self._plan()
            self._set(state="ready")

    # --- business: reading

    @api.model
    def _cron_read(self):
        """Read offers for long lists, some at a time; each batch is kept, and what a dead process left goes on."""
        waiting = [("state", "=", "waiting"), ("import_id.state", "=", "reading")]
        Offer = self.env["purchase.1688.source.import.offer"]
        offers = Offer.search(waiting, order="tries, id", limit=LIMIT)
        batches = [
            Offer.browse(ids) for mine in offers.grouped("import_id").values() for ids in split_every(BATCH, mine.ids)
        ]
        work_off(
            self.env,
            CRON_READ,
            batches,
            lambda batch: batch.import_id._read_batch(batch),
            due=waiting,
            failed=lambda offer, error: offer._give_back(str(error) if isinstance(error, UserError) else None),
            more=len(offers) == LIMIT,
        )
        there = [("state", "=", "reading"), ("offer_ids", "not any", [("state", "=", "waiting")])]
        work_off(
            self.env,
            CRON_READ,
            list(self.search(there, limit=LIMIT)),
            type(self)._finish_reading,
            due=there,
            failed=lambda record, _error: record._set(state="columns"),
        )
        if Offer.search_count(waiting, limit=1):  # no quota or no net at the moment
            self.env.ref(CRON_READ)._trigger(fields.Datetime.now() + LATER)

    def _as_person(self):
        """The import as the person in whose hand it is: it is read and planned with that person's rights."""
        user = self.user_id
        return self.with_user(user).with_company(self.company_id).with_context(lang=user.lang)

    def _read_batch(self, offers):
        """Ask for some offers; what the quota or the net holds back is left to a later run."""
        mine = self._as_person()
        account = mine.env["purchase.1688.offer"]._get_account()
        numbers = offers.mapped("number")
        self.env["ir.cron"]._commit_progress()  # nothing stays open while the network is asked
        found, failed = mine.env["purchase.1688.collector"]._read_offers(account, numbers, background=True)
        refused = {number: error for number, error in failed.items() if not isinstance(error, RateLimited)}
        offers.with_env(mine.env).exists().sudo()._keep({}, found, refused)  # only the steps write there
        self._tell_progress()

    def _tell_progress(self):
        """The screen of the person who waits follows at once; others look now and then."""
        self.user_id._bus_send(BUS_EVENT, self.get_progress())

    def _finish_reading(self):
        """Plan the list, since its offers are all there, and tell who waits."""
        mine = self._as_person()
        mine._go_on()
        self._tell_progress()
        self.user_id._bus_send(
            "simple_notification",
            {
                "type": "success",
                "title": mine.env._("Preview of %s is ready", mine.name),
                "message": mine.env._("Open it under Purchase ▸ 1688 ▸ Source ▸ Imports."),
            },
        )
