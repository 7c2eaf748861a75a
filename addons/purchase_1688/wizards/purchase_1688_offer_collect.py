from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.misc import split_every

from ..lib import links
from ..scheduled import work_off

AT_ONCE = 8
BATCH, LIMIT = 20, 400
MAX_LINES = 1000
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
    line_ids = fields.One2many("purchase.1688.offer.collect.line", "collect_id", "What was found")
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
            *(Command.create({"number": link.line, "text": link.offer_id}) for link in parsed.links),
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

    def action_restart(self):
        """Start with an empty list again."""
        self.write({"state": "draft", "text": False, "line_ids": [Command.clear()]})
        return self._reopen()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Collect offers"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
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

    def _describe_result(self, offer):
        if not self.product_tmpl_id:
            return self.env._("%s specifications", offer.sku_count)
        mapped = offer.source_ids.filtered(lambda source: source.product_tmpl_id == self.product_tmpl_id)
        if mapped:
            return self.env._("Source of %s variants", len(mapped.product_id))
        return self.env._("Collected, but it is not certain which specification fits. Choose it on the product.")

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
        collect._store_answers(lines.with_env(collect.env), account, found, failed)
        # Whatever was not said about a line: it is not asked a second time.
        lines.filtered(lambda line: line.state == "todo").write({"state": "failed"})
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
