import logging
import threading
import time
from dataclasses import dataclass

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.modules.registry import Registry

from ..lib import gather
from ..lib.asking import Question
from ..transaction import has_writes, own_transaction

_logger = logging.getLogger(__name__)

# Outlives requests and belongs to the process: a comparison must not hold an HTTP worker.
COORDINATORS = gather.Pool(size=16)

ORPHAN_SECONDS = 30
WAIT_LIMIT = 30.0
WAIT_STEP = 0.05
BUS_EVENT = "purchase_1688/comparison"
# However long the request took, the sellers get this share of the deadline.
LEAST_SHARE = 0.8


@dataclass(frozen=True)
class Asking:
    """A question on its way out, with all that the asking needs to know: it reads nothing any more.

    `seconds` is the deadline, counted from `pressed` (`time.monotonic()`), when the person asked.
    """

    question: Question
    account_id: int
    seconds: float
    pressed: float

    @property
    def left(self):
        """Seconds that the sellers have."""
        return max(self.seconds - (time.monotonic() - self.pressed), LEAST_SHARE * self.seconds)


class Purchase1688Comparison(models.Model):
    """One question to all sources of some products: who is cheapest for this quantity, now?"""

    _name = "purchase.1688.comparison"
    _description = "1688 Comparison"
    _inherit = [
        "mail.thread",
        "purchase.1688.comparison.board",
        "purchase.1688.comparison.applying",
    ]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True, default="/", copy=False)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    account_id = fields.Many2one("purchase.1688.account", readonly=True, check_company=True)
    user_id = fields.Many2one("res.users", "Asked by", readonly=True, default=lambda self: self.env.user)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    state = fields.Selection(
        [("asking", "Asking"), ("done", "Answers in"), ("applied", "Applied")],
        default="asking",
        required=True,
        readonly=True,
        index=True,
        copy=False,
    )
    asked_at = fields.Datetime(readonly=True, copy=False, default=fields.Datetime.now)
    finished_at = fields.Datetime(readonly=True, copy=False)
    seconds = fields.Float("Took (s)", digits=(8, 3), readonly=True, copy=False)
    applied_at = fields.Datetime(readonly=True, copy=False)
    applied_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    deadline_seconds = fields.Float("Deadline (s)", readonly=True, digits=(6, 2))
    district_code = fields.Char("Delivered to", readonly=True, help="Division code that freight was asked for.")
    repeat_of_id = fields.Many2one("purchase.1688.comparison", "Asked again", readonly=True)
    purchase_ids = fields.Many2many("purchase.order", string="Requests for quotation", readonly=True, copy=False)
    purchase_names = fields.Char("For", compute="_compute_purchase_names")
    demand_ids = fields.One2many("purchase.1688.comparison.demand", "comparison_id", "Lines")
    quote_ids = fields.One2many("purchase.1688.comparison.quote", "comparison_id", "Answers")
    quote_count = fields.Integer("Asked", compute="_compute_counts")
    answer_count = fields.Integer("Answers in", compute="_compute_counts")
    late_count = fields.Integer("Late", compute="_compute_counts")
    total = fields.Monetary("Chosen plan", readonly=True, copy=False)
    saving = fields.Monetary(compute="_compute_saving", store=True, help="Against the next best answers.")

    # --- computes

    def _compute_currency_id(self):
        self.currency_id = self.env["purchase.1688.offer"]._get_yuan()

    @api.depends("purchase_ids")
    def _compute_purchase_names(self):
        for comparison in self:
            comparison.purchase_names = ", ".join(comparison.purchase_ids.mapped("name"))

    @api.depends("quote_ids.state")
    def _compute_counts(self):
        counts = {
            (comparison.id, state): count
            for comparison, state, count in self.env["purchase.1688.comparison.quote"]._read_group(
                [("comparison_id", "in", self.ids)], ["comparison_id", "state"], ["__count"]
            )
        }
        for comparison in self:
            mine = {state: count for (comparison_id, state), count in counts.items() if comparison_id == comparison.id}
            comparison.quote_count = sum(mine.values())
            comparison.answer_count = mine.get("answered", 0) + mine.get("short", 0)
            comparison.late_count = mine.get("late", 0)

    @api.depends("demand_ids.saving")
    def _compute_saving(self):
        for comparison in self:
            comparison.saving = sum(comparison.demand_ids.mapped("saving"))

    # --- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code("purchase.1688.comparison") or "/"
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Comparisons are kept: they show why something was bought where."))

    def _check_not_frozen(self):
        frozen = self.filtered(lambda comparison: comparison.state == "applied")
        if frozen and not self.env.context.get("ali1688_applying"):
            raise UserError(
                self.env._(
                    "%s was applied and cannot be changed any more. Ask again instead.",
                    frozen[0].display_name,
                )
            )

    # --- actions

    def action_open_board(self):
        """Open the board of this comparison."""
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id("purchase_1688.purchase_1688_comparison_board_action")
        return {**action, "params": {"comparison_id": self.id}, "context": {"active_id": self.id}}

    def action_ask_again(self):
        """Put the same question once more; the old answers stay as they are."""
        self.ensure_one()
        needs = [(demand.product_id, demand.product_qty, demand.purchase_line_id) for demand in self.demand_ids]
        return self.with_company(self.company_id)._start(needs, repeat_of=self).action_open_board()

    def action_wait(self, timeout=10.0):
        """Wait until the answers are in, at most `timeout` seconds (30 at most); for callers of the external API.

        The transaction ends before the waiting starts, and each look is a short one of its own.

        :return: {"id", "state", "finished", "answers", "late", "board"}
        """
        self.ensure_one()
        self.check_access("read")
        end = time.monotonic() + min(max(float(timeout), 0.0), WAIT_LIMIT)
        if self.state == "asking" and not has_writes(self.env.cr):
            # Nothing was written, so nothing is lost: the transaction ends, and none is open while waiting.
            self.env.cr.rollback()
            while not self._look_finished() and time.monotonic() < end:
                time.sleep(WAIT_STEP)
            self.env.invalidate_all(flush=False)
        return {
            "id": self.id,
            "state": self.state,
            "finished": self.state != "asking",
            "answers": self.answer_count,
            "late": self.late_count,
            "board": self.get_board(),
        }

    def _look_finished(self):
        with own_transaction(self.env) as env:
            return self.with_env(env).state != "asking"

    # --- business: starting

    @api.model
    def _start(self, needs, repeat_of=None):
        """Create a comparison for `needs` [(product, quantity in its unit, purchase line)] and have it asked.

        Returns at once; the asking happens after the commit, outside of the request.
        """
        pressed = time.monotonic()
        account = self.env["purchase.1688.offer"]._get_account()
        company = account.company_id
        orders = self.env["purchase.order"].union(*(line.order_id for _product, _qty, line in needs if line))
        # No message that says it was created: that costs as much as everything else.
        made = self.with_context(tracking_disable=True).create(
            {
                "company_id": company.id,
                "account_id": account.id,
                "deadline_seconds": company.ali1688_comparison_deadline or 2.0,
                "district_code": self._get_district_code(orders, company),
                "repeat_of_id": repeat_of.id if repeat_of else False,
                "purchase_ids": [fields.Command.set(orders.ids)],
                "demand_ids": [
                    fields.Command.create(
                        {
                            "sequence": sequence,
                            "product_id": product.id,
                            "product_qty": quantity,
                            "purchase_line_id": line.id,
                        }
                    )
                    for sequence, (product, quantity, line) in enumerate(needs)
                ],
            }
        )
        comparison = made.with_env(self.env)
        comparison._create_quotes()
        if comparison.quote_ids:
            comparison._dispatch_ask(pressed)
        else:
            comparison._finish(0.0)
        return comparison

    @api.model
    def _get_district_code(self, orders, company):
        addresses = [order._ali1688_get_address_partner() for order in orders]
        addresses = self.env["res.partner"].union(*addresses, company.partner_id)
        addresses.fetch(["ali1688_district_code"])
        return next(filter(None, addresses.mapped("ali1688_district_code")), False)

    def _create_quotes(self):
        """One row for every source of every line, before anybody is asked."""
        sources = self.env["purchase.1688.source"].search(
            [
                ("product_id", "in", self.demand_ids.product_id.ids),
                ("company_id", "=", self.company_id.id),
            ]
        )
        by_product = sources.grouped("product_id")
        self.env["purchase.1688.comparison.quote"].create(
            [
                {
                    "demand_id": demand.id,
                    "source_id": source.id,
                    "offer_id": source.offer_id.id,
                    "sku_id": source.sku_id.id,
                    "partner_id": source.partner_id.id,
                    "units_per_pack": source.units_per_pack,
                }
                for demand in self.demand_ids
                for source in by_product.get(demand.product_id, sources.browse())
            ]
        )

    # --- business: asking

    def _dispatch_ask(self, pressed):
        """Hook: have the question asked after the commit. Here: by a pool of this process.

        :param float pressed: when the person asked, `time.monotonic()`
        """
        dbname, number = self.env.cr.dbname, self.id
        asking = self.sudo()._prepare_asking(pressed)  # buyers may not read all of the account

        @self.env.cr.postcommit.add
        def ask():
            COORDINATORS.submit(lambda: _ask_in_thread(dbname, number, asking))

    def _ask(self, asking=None):
        """Ask all sources and write down what comes; answers that come together are written together.

        Each step is a short transaction of its own; none is open while the network is waited for.

        :param asking: the question as prepared in the request; else it is read here
        """
        self.ensure_one()
        if asking is None:
            with own_transaction(self.env, repeatable=True) as env:
                asking = self.with_env(env)._prepare_asking(time.monotonic())
        question, outcomes = asking.question, []

        def hear(index, answer):
            outcomes.extend(question.hear(index, answer))

        def record():
            self._record(question, outcomes, asking.pressed)
            outcomes.clear()

        question.begin()
        self.env["purchase.1688.account"].browse(asking.account_id)._call_many(
            question.requests,
            purpose="compare",
            record=self,
            timeout=asking.left,
            on_answer=hear,
            on_pause=record,
            idle=True,
        )
        outcomes.extend(question.close())
        record()
        if question.listings:
            self._keep_listings(question.listings)

    def _record(self, question, outcomes, pressed):
        """Write what was settled; the last one closes the question. Boards are told."""
        if not outcomes:
            return
        with own_transaction(self.env, repeatable=True) as env:
            comparison = self.with_env(env)
            comparison.quote_ids._apply_outcomes(outcomes)
            if question.finished:
                comparison._finish(time.monotonic() - pressed)
            comparison._notify()

    def _keep_listings(self, listings):
        """What was answered is fresher than what we have of these offers.

        Offers that another comparison writes in this moment are left to it: it knows the same.
        """
        with own_transaction(self.env) as env:
            company = self.with_env(env).company_id
            asked = [("company_id", "=", company.id), ("offer_id", "in", [listing.offer_id for listing in listings])]
            offers = env["purchase.1688.offer"].with_context(active_test=False).search(asked)
            ours = set(offers.try_lock_for_update(allow_referencing=True).mapped("offer_id"))
            mine = [listing for listing in listings if listing.offer_id in ours]
            if mine:
                env["purchase.1688.collector"]._store(company, mine)

    def _prepare_asking(self, pressed):
        """The question as plain values, with what was last seen of each offer."""
        self.ensure_one()
        quotes = self.quote_ids.filtered(lambda quote: quote.state == "asking")
        # Only what is needed: a partner alone has eighty columns, and somebody waits.
        quotes.offer_id.fetch(["offer_id", "min_qty", "batch_qty"])
        quotes.sku_id.fetch(["sku_ref"])
        quotes.partner_id.fetch(["ali1688_tax_rate", "ali1688_service_rate"])
        return Asking(
            Question([quote._prepare_ask() for quote in quotes], self.district_code, self.account_id.language),
            self.account_id.id,
            self.deadline_seconds,
            pressed,
        )

    def _finish(self, seconds):
        """Close the question: what has no answer is late; rank the rest and propose a plan."""
        self.ensure_one()
        self.quote_ids.filtered(lambda quote: quote.state == "asking").write({"state": "late"})
        self.write({"state": "done", "finished_at": fields.Datetime.now(), "seconds": seconds})
        self.demand_ids._rank()
        self._propose()

    def _notify(self):
        """Tell the boards that look at this comparison."""
        for comparison in self:
            comparison.user_id._bus_send(BUS_EVENT, {"id": comparison.id, "state": comparison.state})

    @api.model
    def _close_orphans(self, domain=()):
        """Close comparisons whose process died while asking."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), seconds=ORPHAN_SECONDS)
        # whoever looks: what the dead process left is nobody's any more
        orphans = self.sudo().search([("state", "=", "asking"), ("asked_at", "<", limit), *domain])
        for orphan in orphans.try_lock_for_update():
            orphan._finish(orphan.deadline_seconds)
            orphan._notify()

    @api.model
    def _cron_close_orphans(self):
        self._close_orphans()

    # --- hooks

    def _propose(self):
        """Choose the best plan that we can find for all lines; hook for better solvers."""
        self.ensure_one()
        self.demand_ids._choose_plan()
        self.total = self._get_plan()["total"]


def _ask_in_thread(dbname, comparison_id, asking):
    """Entry of a coordinator thread: whatever happens, the comparison does not stay open."""
    threading.current_thread().dbname = dbname
    try:
        registry = Registry(dbname)
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
        env["purchase.1688.comparison"].browse(comparison_id)._ask(asking)
    except Exception:
        _logger.exception("comparison %s broke off; the next look closes it", comparison_id)
