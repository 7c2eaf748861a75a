from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.misc import split_every

from ..lib import links
from ..lib.errors import RateLimited
from ..scheduled import LATER, work_off

AT_ONCE = 8
BATCH, LIMIT = 20, 400
MAX_LINES = 1000
MAX_PAIRS = 200
CRON_COLLECT = "purchase_1688.ir_cron_purchase_1688_collect"


class Purchase1688OfferCollect(models.TransientModel):
    """Collect offers from pasted addresses, numbers and lists. Short lists at once, long ones in the background."""

    _name = "purchase.1688.offer.collect"
    _description = "Collect 1688 Offers"

    text = fields.Text("Addresses or offer numbers", help="Anything you can paste: one or more per line.")
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company, required=True)
    product_tmpl_id = fields.Many2one(
        "product.template",
        "Add as source of",
        help="Map the offers to this product instead of making new ones.",
    )
    candidate_ids = fields.Many2many(
        "purchase.1688.sourcing.candidate",
        "purchase_1688_offer_collect_candidate_rel",
        string="Candidates",
        readonly=True,
        help="Where the offers were found, with what is known of them before they are read.",
    )
    line_ids = fields.One2many("purchase.1688.offer.collect.line", "collect_id", "What was found")
    pair_ids = fields.One2many(
        "purchase.1688.offer.collect.pair",
        "collect_id",
        "To choose",
        help="Variants for which it is not certain which SKU they are.",
    )
    state = fields.Selection([("draft", "Paste"), ("running", "Collecting"), ("done", "Done")], default="draft")
    done_count = fields.Integer(compute="_compute_counts")
    total_count = fields.Integer(compute="_compute_counts")
    failed_count = fields.Integer(compute="_compute_counts")

    @api.depends("line_ids.state")
    def _compute_counts(self):
        for collect in self:
            states = collect.line_ids.mapped("state")
            collect.total_count = len(states)
            collect.done_count = len(states) - states.count("todo")
            collect.failed_count = states.count("failed")

    # --- actions

    def action_collect(self):
        """Read the text and collect; the first offers at once, the rest by the scheduled action."""
        self.ensure_one()
        Offer = self.env["purchase.1688.offer"].with_company(self.company_id)
        account = Offer._get_account()
        parsed = links.parse(self.text, Offer._get_hosts(account))
        if not parsed.links and not parsed.problems:
            raise UserError(self.env._("Paste the address or the number of an offer first."))
        if len(parsed.links) > MAX_LINES:
            raise UserError(self.env._("Collect at most %s offers in one go.", MAX_LINES))
        ids = [link.offer_id for link in parsed.links]
        # Read before anything is written: no transaction with changes waits for the network.
        found, failed = self.env["purchase.1688.collector"]._read_offers(account, ids[:AT_ONCE])
        self.line_ids = [
            Command.clear(),
            *(
                Command.create({"number": link.line, "text": link.offer_id, "sku_ref": link.sku_id})
                for link in parsed.links
            ),
            *(Command.create(self._prepare_problem(problem)) for problem in parsed.problems),
        ]
        self._store_answers(self.line_ids.filtered(lambda line: line.text in ids[:AT_ONCE]), account, found, failed)
        self.state = "running" if "todo" in self.line_ids.mapped("state") else "done"
        if self.state == "running":
            # Only a system cron may be triggered; the buyer merely wants his list collected.
            self.env.ref(CRON_COLLECT).sudo()._trigger()
        return self._reopen()

    def action_look(self):
        """Show how far it is."""
        return self._reopen()

    def action_open_products(self):
        """Open the products of what was collected."""
        self.ensure_one()
        templates = self.line_ids.offer_id.product_tmpl_id | self.product_tmpl_id
        if len(templates) == 1:
            return templates.get_formview_action()
        action = self.env["ir.actions.act_window"]._for_xml_id("product.product_template_action_all")
        return {**action, "domain": [("id", "in", templates.ids)]}

    def action_pair(self):
        """Make the SKUs that were chosen sources of their variants."""
        self.ensure_one()
        chosen = self.pair_ids.filtered("sku_id")
        if not chosen:
            raise UserError(self.env._("Choose the SKU of at least one variant first."))
        if any(pair.units_per_pack <= 0 for pair in chosen):
            raise UserError(self.env._("One 1688 unit must hold some of our units."))
        self._add_pairs(chosen)
        return self._reopen()

    def _add_pairs(self, chosen):
        """Sources of what was chosen; the lines tell so."""
        sources = self.env["purchase.1688.source"].create(
            [
                {
                    "product_id": pair.product_id.id,
                    "sku_id": pair.sku_id.id,
                    "units_per_pack": pair.units_per_pack,
                    "sequence": rank,
                }
                for pair, rank in self._get_ranks(chosen)
            ]
        )
        for line in self.line_ids.filtered(lambda line: line.offer_id in sources.offer_id):
            line.message = self._describe_result(line.offer_id)
        chosen.unlink()

    @api.model
    def _get_ranks(self, pairs):
        """(pair, rank): each one behind the sources that its variant has."""
        ranks = {p: max(p.ali1688_source_ids.mapped("sequence"), default=0) for p in pairs.product_id}
        for pair in pairs:
            ranks[pair.product_id] += 1
            yield pair, ranks[pair.product_id]

    def action_restart(self):
        """Start with an empty list again."""
        nothing = dict.fromkeys(("candidate_ids", "line_ids", "pair_ids"), [Command.clear()])
        self.write({"state": "draft", "text": False, **nothing})
        return self._reopen()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Collect offers"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "large"},
        }

    # --- business

    def _prepare_problem(self, problem):
        described = self.env["purchase.1688.offer"]._describe_problem(problem)
        return {
            "number": problem.line,
            "text": problem.text,
            "state": "failed",
            "message": described["message"],
        }

    def _store_answers(self, lines, account, found, failed):
        """Write what was read: offers, products or sources, and what to say about each line."""
        self.ensure_one()
        Offer = self.env["purchase.1688.offer"]
        offers = (
            self.env["purchase.1688.collector"]._store(account.company_id, list(found.values())) if found else Offer
        )
        if self.product_tmpl_id:
            offers._add_as_source(self.product_tmpl_id.product_variant_ids)
            self._ask_for_pairs(offers)
        else:
            self.env["purchase.1688.collector"]._make_products(offers)
        offers._trigger_pictures()
        by_number = {offer.offer_id: offer for offer in offers}
        for line in lines:
            offer = by_number.get(line.text)
            if offer:
                line.write({"state": "done", "offer_id": offer.id, "message": self._describe_result(offer)})
            elif line.text in failed:
                line.write({"state": "failed", "message": Offer._describe_failure(failed[line.text])})

    def _ask_for_pairs(self, offers):
        """A line for each variant that is not certainly one of the SKUs of an offer."""
        variants = self.product_tmpl_id.product_variant_ids
        mapped = {(source.offer_id, source.product_id) for source in offers.source_ids}
        alone = len(variants) == 1  # the address may say which SKU, and there is nothing to mix it up with
        named = {line.text: line.sku_ref for line in self.line_ids if alone and line.sku_ref}
        vals_list = []
        for offer in offers:
            ref = named.get(offer.offer_id)
            sku = offer.sku_ids.filtered(lambda sku, ref=ref: ref and sku.active and sku.sku_ref == ref)
            vals_list += [
                {"collect_id": self.id, "offer_id": offer.id, "product_id": product.id, "sku_id": sku.id}
                for product in variants
                if (offer, product) not in mapped
            ]
        pairs = self.env["purchase.1688.offer.collect.pair"].create(vals_list[:MAX_PAIRS])
        self._add_pairs(pairs.filtered("sku_id"))

    def _describe_result(self, offer):
        if not self.product_tmpl_id:
            return self.env._("%s specifications", offer.sku_count)
        mapped = offer.source_ids.filtered(lambda source: source.product_tmpl_id == self.product_tmpl_id)
        if mapped:
            return self.env._("Source of %s variants", len(mapped.product_id))
        return self.env._("Collected, but it is not certain which specification fits. Choose it below.")

    @api.model
    def _cron_collect(self):
        """Work on long lists, some offers at a time; each batch is kept at once."""
        Line = self.env["purchase.1688.offer.collect.line"]
        waiting = [("state", "=", "todo"), ("collect_id.state", "=", "running")]
        lines = Line.search(waiting, order="id", limit=LIMIT)
        batches = [
            Line.browse(ids)
            for mine in lines.grouped("collect_id").values()
            for ids in split_every(BATCH, mine.ids)
        ]
        work_off(
            self.env,
            CRON_COLLECT,
            batches,
            lambda batch: batch.collect_id._collect_batch(batch),
            due=waiting,
            failed=lambda line, _error: line.collect_id._set_line_failed(line),
            more=len(lines) == LIMIT,
        )
        if Line.search_count(waiting, limit=1):  # the quota let nothing through
            self.env.ref(CRON_COLLECT)._trigger(fields.Datetime.now() + LATER)

    def _set_line_failed(self, line):
        text = self.env._("This offer could not be stored. The server log says why.")
        line.write({"state": "failed", "message": text})
        self._finish_if_done()

    def _collect_batch(self, lines):
        user = self.create_uid
        collect = self.with_user(user).with_company(self.company_id).with_context(lang=user.lang)
        account = collect.env["purchase.1688.offer"]._get_account()
        ids = lines.mapped("text")
        self.env["ir.cron"]._commit_progress()  # nothing stays open while the network is asked
        found, failed = collect.env["purchase.1688.collector"]._read_offers(account, ids, background=True)
        full = {number for number, error in failed.items() if isinstance(error, RateLimited)}
        settled = lines.filtered(lambda line: line.text not in full)
        collect._store_answers(settled.with_env(collect.env), account, found, failed)
        # Whatever was not said about a line: it is not asked a second time.
        settled.filtered(lambda line: line.state == "todo").write({"state": "failed"})
        self._finish_if_done()

    def _finish_if_done(self):
        """Close the list when each line was worked on, and tell whose it is."""
        if "todo" in self.line_ids.mapped("state"):
            return
        self.state = "done"
        user = self.create_uid
        texts = self.with_context(lang=user.lang).env
        user._bus_send(
            "simple_notification",
            {
                "type": "success",
                "title": texts._("Offers collected"),
                "message": texts._(
                    "%(done)s collected, %(failed)s not.",
                    done=self.total_count - self.failed_count,
                    failed=self.failed_count,
                ),
            },
        )
