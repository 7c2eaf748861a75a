import base64

from odoo import fields, models
from odoo.exceptions import UserError

#: for so many lines of a comparison similar offers are searched for at a time; a line costs two calls (picture and
#: search), one where it has no picture: ten at most, of the background's budget
LINES_AT_ONCE = 5
#: so many are shown for each line
OFFERS_A_LINE = 5
PAGE_SIZE = 20
SEARCH_SECONDS = 20.0


class Purchase1688ComparisonProposing(models.AbstractModel):
    """Where no source of a line has enough, similar offers are searched for once the answers are in."""

    _name = "purchase.1688.comparison.proposing"
    _description = "Similar Offers of a 1688 Comparison"

    def take_proposal(self, proposal_id, sku_id=False):
        """Collect a similar offer, make it a source of the line's product and ask it.

        :param sku_id: which SKU (id of purchase.1688.sku) the product is, where its attributes do not tell
        :return: {"offer_id", "source_ids", "quote_ids", "skus": [{"id", "name"}] to choose from where nothing is
            certain, "message"}
        """
        self.ensure_one()
        self.check_access("write")
        self._check_not_frozen()
        proposal = self.demand_ids.proposal_ids.filtered(lambda proposal: proposal.id == proposal_id)
        if not proposal:
            raise UserError(self.env._("This similar offer belongs to another comparison."))
        offer = proposal.offer_id or self._collect_proposal(proposal)
        product = proposal.demand_id.product_id
        sku = offer.sku_ids.filtered(lambda sku: sku.active and (sku.id == sku_id or len(offer.sku_ids) == 1))
        if sku:
            sources = self.env["purchase.1688.source"].search(
                [("product_id", "=", product.id), ("sku_id", "=", sku.id)]
            ) or self.env["purchase.1688.source"].create({"product_id": product.id, "sku_id": sku.id, "sequence": 100})
        else:
            sources = offer._add_as_source(product)
        quotes = self._ask_new_sources(sources) if sources else self.env["purchase.1688.comparison.quote"]
        return {
            "offer_id": offer.id,
            "source_ids": sources.ids,
            "quote_ids": quotes.ids,
            "skus": [] if sources else [{"id": one.id, "name": one.name or ""} for one in offer.sku_ids if one.active],
            "message": self.env._("It is a source now and is being asked.")
            if sources
            else self.env._("Its specifications do not tell which one is %s. Choose one.", product.display_name),
        }

    def _collect_proposal(self, proposal):
        Offer = self.env["purchase.1688.offer"].with_company(self.company_id)
        offers, failed = Offer._collect(Offer._get_account(), [proposal.offer_ref], make_products=False)
        if failed:
            raise UserError(next(iter(failed.values())))
        proposal.sudo().offer_id = offers  # may write was checked
        return offers

    def _ask_new_sources(self, sources):
        """Rows for sources that came later, and the question to them."""
        model = self.env["purchase.1688.comparison.quote"].sudo()  # may write was checked
        known = {(quote.demand_id, quote.source_id) for quote in self.quote_ids}
        quotes = model.create(
            [
                model._prepare_source_vals(demand, source)
                for source in sources
                for demand in self.demand_ids
                if demand.product_id == source.product_id and (demand, source) not in known
            ]
        )
        if quotes:
            self._ask_quotes(quotes)
        return quotes.with_env(self.env)

    # --- business: searching

    def _expect_proposals(self):
        """Mark the lines that no source can serve, and no longer those that one can."""
        served = self.demand_ids.filtered(lambda demand: demand._get_complete_answers())
        lost = self.demand_ids - served
        given_up = lost.filtered(lambda demand: demand.proposals_state == "ready" and demand.proposals_problem)
        (lost.filtered(lambda demand: demand.proposals_state == "none") | given_up)._set_search("searching")
        served.filtered(lambda demand: demand.proposals_state == "searching")._set_search("none")

    def _search_similar(self):
        """Search for similar offers, for some lines at a time, until all are searched for or a search fails.

        :return: seconds until those that are left can be searched for, or 0
        """
        while wanted := self._write_down(lambda comparison: comparison._prepare_search()):
            pages = self._search_lines(*wanted)
            pause = self._write_down(lambda comparison, found=pages: comparison._store_proposals(found))
            if pause:
                return pause
        return 0.0

    def _search_lines(self, account_id, language, lines):
        """Search by picture, else by name; no transaction is open meanwhile.

        :return: {demand id: page, or the error}
        """
        options = {"purpose": "propose", "record": self, "timeout": SEARCH_SECONDS, "background": True}
        account = self.env["purchase.1688.account"].browse(account_id)
        pictured = [demand for demand, (picture, _query) in lines.items() if picture]
        uploads = [("product.upload_image", {"data": lines[demand][0]}) for demand in pictured]
        try:
            answers = account._call_many(uploads, **options) if uploads else []
            images = {
                demand: answer
                for demand, answer in zip(pictured, answers, strict=True)
                if not isinstance(answer, Exception)
            }
            searches = [
                (
                    "product.search_image",
                    {"image_id": images[demand], "page_size": PAGE_SIZE, "language": language},
                )
                if demand in images
                else ("product.search", {"query": query})
                for demand, (_picture, query) in lines.items()
            ]
            return dict(zip(lines, account._call_many(searches, **options), strict=True))
        except UserError as error:  # the account cannot be used
            return dict.fromkeys(lines, error)

    def _prepare_search(self):
        """(account id, language, {demand id: (picture or None, query)}), or None when nothing is to be searched for.

        What failed least often goes first.
        """
        demands = self.demand_ids.filtered(lambda demand: demand.proposals_state == "searching")
        account = self.account_id
        if self.state == "applied" or not account:
            demands._set_search("none")
            return None
        if not demands:
            return None
        # others leave it to this process meanwhile
        self.alive_until = max(self.alive_until or fields.Datetime.now(), self._get_alive_until(2 * SEARCH_SECONDS))
        lines = {
            demand.id: (demand._get_search_picture(), demand._get_search_query())
            for demand in demands.sorted("proposals_tries")[:LINES_AT_ONCE]
        }
        return account.id, account.language, lines

    def _store_proposals(self, pages):
        """Keep the best of what was found for each line.

        :return: seconds until what failed can be tried again, or 0
        """
        if self.state == "applied":
            return 0.0
        proposals = self.env["purchase.1688.comparison.proposal"]
        hosts = self.env["purchase.1688.offer"]._get_hosts(self.account_id)
        rows = [row for page in pages.values() if not isinstance(page, Exception) for row in page.offers]
        barred = self._get_barred_offers(rows)
        vals_list, pause = [], 0.0
        # another process may have been faster
        demands = self.demand_ids.filtered(lambda demand: demand.proposals_state == "searching")
        for demand in demands.filtered(lambda demand: demand.id in pages):
            page = pages[demand.id]
            if isinstance(page, Exception):
                pause = max(pause, demand._note_failed_search(page))
                continue
            known = barred | set(demand.quote_ids.offer_id.mapped("offer_id"))
            found = [row for row in page.offers if row.offer_id not in known]
            vals_list += [
                proposals._prepare_vals(demand.id, row, place, hosts) for place, row in enumerate(found[:OFFERS_A_LINE])
            ]
            demand._set_search("ready")
        proposals.create(vals_list)
        return pause

    def _get_barred_offers(self, rows):
        """Numbers of the offers found that nobody should be led to: of which, or of whose seller, somebody said
        "never again", or whose seller is not chosen automatically.

        A search by words tells sellers by their registered names, one by picture not at all; then only the sellers of
        offers that were collected once are known.
        """
        company = self.company_id
        # what is blocked is blocked for the whole company; a seller that another company deals with is the same seller
        env = self.sudo().with_context(active_test=False).env
        refs = env["purchase.1688.sourcing.block"]._get_refs(company)
        names = {row.offer_id: self.env["purchase.1688.collector"]._plain(row.company_name) for row in rows}
        named = [("name", "in", list(filter(None, names.values())))]
        offers = env["purchase.1688.offer"].search([("company_id", "=", company.id), ("offer_id", "in", list(names))])
        sellers = offers.partner_id | env["res.partner"].search([("ali1688_is_seller", "=", True), *named])
        out = set(self._judge(sellers, company)) | {one for one in sellers if one.ali1688_open_id in refs["seller"]}
        blocks = env["purchase.1688.sourcing.block"].search(
            [("company_id", "=", company.id), ("kind", "=", "seller"), *named]
        )
        barred = {seller.name for seller in out} | set(blocks.mapped("name"))
        barred_offers = refs["offer"] | {offer.offer_id for offer in offers if offer.partner_id in out}
        return barred_offers | {offer for offer, name in names.items() if name in barred}


def read_picture(offers, image):
    """The bytes of a small JPEG of an image field, or None."""
    clean = image and offers._reencode(base64.b64decode(image))
    return base64.b64decode(clean) if clean else None
