from odoo import api, fields, models

from ..lib import frozen
from ..lib.values import Offer
from .purchase_1688_source_import_reading import MAX_TRIES


class Purchase1688SourceImportOffer(models.Model):
    """An offer that a list names. What was read waits here: it is collected only when the list is imported."""

    _name = "purchase.1688.source.import.offer"
    _description = "Offer in an Import of 1688 Sources"
    _rec_name = "number"

    import_id = fields.Many2one("purchase.1688.source.import", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="import_id.company_id", store=True)
    number = fields.Char("Offer number", required=True, readonly=True)
    state = fields.Selection(
        [("waiting", "To be read"), ("known", "Collected"), ("read", "Will be collected"), ("failed", "Not readable")],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    name = fields.Char(readonly=True)
    message = fields.Char(readonly=True)
    listing = fields.Json(readonly=True, prefetch=False)  # long, and seldom wanted
    read_at = fields.Datetime("Read", readonly=True)
    tries = fields.Integer(readonly=True)
    sku_ids = fields.One2many("purchase.1688.source.import.sku", "import_offer_id", "SKUs")

    _number_uniq = models.UniqueIndex("(import_id, number)", "An offer is read once per import.")

    # --- business

    def _keep(self, known, found, failed):
        """Keep what is known or was read, with the SKUs to choose from.

        :param known: {number: specs} of offers that are collected
        :param found: {number: offer value} just read
        :param failed: {number: error}
        """
        mapper = self.env["purchase.1688.source.mapper"]
        specs, names = {}, self._get_names(known)
        for offer in self:
            if offer.number in known:
                offer.write({"state": "known", "name": names[offer.number]})
                specs[offer] = known[offer.number]
            elif offer.number in found:
                listing = found[offer.number]
                title = self.env["purchase.1688.collector"]._plain(listing.title_translated or listing.title)
                vals = {"state": "read", "listing": frozen.dump(listing), "name": title, "message": False}
                offer.write({**vals, "read_at": fields.Datetime.now()})
                specs[offer] = mapper._get_read_specs(listing)
            elif offer.number in failed:
                offer._note_failure(failed[offer.number])
        self.env["purchase.1688.source.import.sku"].create(
            [
                {"import_offer_id": offer.id, "key": spec.key, "name": self._describe_spec(spec)}
                for offer, many in specs.items()
                for spec in many
            ]
        )

    @api.model
    def _get_names(self, numbers):
        company = self.import_id.company_id
        domain = [("offer_id", "in", list(numbers)), ("company_id", "=", company.id)]
        offers = self.env["purchase.1688.offer"].with_context(active_test=False).search(domain)
        return {offer.offer_id: offer.name for offer in offers}

    @api.model
    def _describe_spec(self, spec):
        """Red / L · 红色 / L, or the ids where there is nothing to tell it by."""
        told = [values for values in spec.values if values]
        ways = (" / ".join(values[min(way, len(values) - 1)] for values in told) for way in (0, 1))
        text = " · ".join(dict.fromkeys(filter(None, ways)))
        return text or spec.cargo_number or spec.sku_ref or self.env._("The only one")

    def _note_failure(self, error):
        """Ask once more where nothing was sent; else say why."""
        sentence = self.env["purchase.1688.offer"]._describe_failure(error)
        if error.repeatable or error.sent is None:  # reading may be repeated
            self._give_back(sentence)
        else:
            self._fail(sentence)

    def _give_back(self, sentence=None):
        """A try went wrong: later again, but not for ever."""
        sentence = sentence or self.env._("This offer could not be read. The server log says why.")
        for offer in self.sudo():
            offer.tries += 1
            if offer.tries >= MAX_TRIES:
                offer._fail(sentence)

    def _fail(self, sentence):
        self.sudo().write({"state": "failed", "message": sentence})

    def _get_specs(self, company):
        """{number: specs, or the sentence why there are none}; what is waited for is left out."""
        mapper = self.env["purchase.1688.source.mapper"]
        listings = {offer.number: offer.message or "" for offer in self if offer.state == "failed"}
        for offer in self:
            if offer.state == "read":
                listings[offer.number] = mapper._get_read_specs(frozen.load(Offer, offer.listing))
        # what is collected is fresher, whoever collected it since
        return {**listings, **mapper._get_stored_specs(self.mapped("number"), company)}

    def _get_listings(self):
        """[(offer value, when it was read)]."""
        return [(frozen.load(Offer, offer.listing), offer.read_at) for offer in self if offer.state == "read"]
