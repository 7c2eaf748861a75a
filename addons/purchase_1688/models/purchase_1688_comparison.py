import time

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..transaction import has_writes, own_transaction

#: seconds, where the company says none
DEADLINE = 2.0
WAIT_LIMIT = 30.0
WAIT_STEP = 0.05
#: what the choices of all lines save: against the next best, the list price, the first quote and the last price paid
SAVINGS = ("saving", "saving_list", "saving_first", "saving_last")


class Purchase1688Comparison(models.Model):
    """One question to all sources of some products: who is cheapest for this quantity, now?"""

    _name = "purchase.1688.comparison"
    _description = "1688 Comparison"
    _inherit = [
        "mail.thread",
        "purchase.1688.comparison.board",
        "purchase.1688.comparison.threads",
        "purchase.1688.comparison.asking",
        "purchase.1688.comparison.again",
        "purchase.1688.comparison.plans",
        "purchase.1688.comparison.proposing",
        "purchase.1688.comparison.applying",
        "purchase.1688.comparison.undoing",
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
    deadline_seconds = fields.Float(
        "Deadline (s)", readonly=True, digits=(6, 2), help="Longer where the call budget makes several waves of it."
    )
    wave = fields.Integer(default=1, readonly=True, copy=False, help="How often calls have gone out for it.")
    wave_at = fields.Datetime("Next wave", readonly=True, copy=False)
    calls_to_go = fields.Integer(readonly=True, copy=False, help="Calls that the budget has not let out yet.")
    run = fields.Integer(readonly=True, copy=False, help="How often another process has taken the asking up.")
    alive_until = fields.Datetime(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Until when a process that works on it wants to be heard of; then others take it up.",
    )
    district_code = fields.Char("Delivered to", readonly=True, help="Division code that freight was asked for.")
    repeat_of_id = fields.Many2one("purchase.1688.comparison", "Asked again", readonly=True)
    origin_id = fields.Many2one("purchase.1688.comparison", "First asked", readonly=True, copy=False)
    purchase_ids = fields.Many2many("purchase.order", string="Requests for quotation", readonly=True, copy=False)
    purchase_names = fields.Char("For", compute="_compute_purchase_names")
    demand_ids = fields.One2many("purchase.1688.comparison.demand", "comparison_id", "Lines")
    quote_ids = fields.One2many("purchase.1688.comparison.quote", "comparison_id", "Answers")
    quote_count = fields.Integer("Asked", compute="_compute_counts")
    answer_count = fields.Integer("Answers in", compute="_compute_counts")
    late_count = fields.Integer("Late", compute="_compute_counts")
    total = fields.Monetary("Chosen plan", readonly=True, copy=False)
    saving = fields.Monetary(compute="_compute_saving", store=True, help="Against the next best answers.")
    saving_list = fields.Monetary("Saving (list)", compute="_compute_saving", store=True)
    saving_first = fields.Monetary("Saving (first quote)", compute="_compute_saving", store=True)
    saving_last = fields.Monetary("Saving (last price)", compute="_compute_saving", store=True)

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

    @api.depends(*(f"demand_ids.{name}" for name in SAVINGS))
    def _compute_saving(self):
        for comparison in self:
            for name in SAVINGS:
                comparison[name] = sum(comparison.demand_ids.mapped(name))

    # --- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code("purchase.1688.comparison") or "/"
        return super().create(vals_list)

    def write(self, vals):
        # What was asked and chosen is written by the methods here, each with its checks, and by nobody else.
        if not self.env.su and any(not name.startswith("message_") for name in vals):
            raise AccessError(self.env._("A comparison is changed on its board only."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Comparisons are kept: they show why something was bought where."))

    def _check_not_frozen(self):
        frozen = self.filtered(lambda comparison: comparison.state == "applied")
        if frozen:
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

    def action_wait(self, timeout=10.0):
        """Wait until answers and plans are in, at most `timeout` seconds (30 at most); for callers of the external API.

        The transaction ends before the waiting starts, and each look is a short one of its own.

        :return: {"id", "state", "finished", "answers", "late", "board"}
        """
        self.ensure_one()
        self.check_access("read")
        end = time.monotonic() + min(max(float(timeout), 0.0), WAIT_LIMIT)
        if not self._is_settled() and not has_writes(self.env.cr):
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
            return self.with_env(env)._is_settled()

    def _is_settled(self):
        return self.state != "asking" and self.plans_state != "solving"

    # --- business: starting

    @api.model
    def _start(self, needs, repeat_of=None):
        """Create a comparison for `needs` [(product, quantity in its unit, purchase line)] and have it asked.

        Returns at once; the sources are looked up and asked after the commit, outside of the request.
        """
        self.check_access("write")
        account = self.env["purchase.1688.offer"]._get_account()
        # of all that an account has, what the asking needs; buyers may not read the rest
        account.sudo().fetch(["company_id", "language", "quota_per_minute"])
        company = account.company_id
        orders = self.env["purchase.order"].union(*(line.order_id for _product, _qty, line in needs if line))
        deadline = company.ali1688_comparison_deadline or DEADLINE
        # No message that says it was created: that costs as much as everything else.
        # Rows of a comparison are the machine's; that who asks may do so was checked.
        made = self.sudo().with_context(tracking_disable=True).create(
            {
                "company_id": company.id,
                "account_id": account.id,
                "deadline_seconds": deadline,
                "alive_until": self._get_alive_until(deadline),
                "district_code": self._get_district_code(orders, company),
                "repeat_of_id": repeat_of.id if repeat_of else False,
                # nothing is saved yet: not to be worked out and written once more
                **dict.fromkeys(SAVINGS, 0.0),
                "origin_id": (repeat_of.origin_id or repeat_of).id if repeat_of else False,
                "purchase_ids": [fields.Command.set(orders.ids)],
                "demand_ids": [
                    fields.Command.create(
                        {
                            "sequence": sequence,
                            # as of the comparison: not to be worked out and written once more
                            "company_id": company.id,
                            "product_id": product.id,
                            "product_qty": quantity,
                            "purchase_line_id": line.id,
                        }
                    )
                    for sequence, (product, quantity, line) in enumerate(needs)
                ],
            }
        )
        made._dispatch_ask(self._get_pressed())
        return made.with_env(self.env)

    @api.model
    def _get_district_code(self, orders, company):
        addresses = [order._ali1688_get_address_partner() for order in orders]
        addresses = self.env["res.partner"].union(*addresses, company.partner_id)
        addresses.fetch(["ali1688_district_code"])
        return next(filter(None, addresses.mapped("ali1688_district_code")), False)

    def _create_quotes(self):
        """One row for every source of every line, before anybody is asked."""
        self.demand_ids.fetch(["comparison_id", "product_id", "product_qty", "taken_qty"])
        sources = self.env["purchase.1688.source"].search_fetch(
            [
                ("product_id", "in", self.demand_ids.product_id.ids),
                ("company_id", "in", self.company_id.ids),
            ],
            ["offer_id", "partner_id", "product_id", "sku_id", "units_per_pack"],
            order="sequence, id",  # of one product; that of products costs more than all else
        )
        by_product = sources.grouped("product_id")
        model = self.env["purchase.1688.comparison.quote"]
        model.create(
            [
                model._prepare_source_vals(demand, source)
                for demand in self.demand_ids
                for source in by_product.get(demand.product_id, sources.browse())
            ]
        )

    def _finish(self, seconds, barred=None):
        """Close the question: what has no answer is late, the rest is ranked; the plans follow.

        :param barred: as of `_get_barred`, where that is known
        """
        self.ensure_one()
        self.quote_ids.filtered(lambda quote: quote.state == "asking")._give_up_waiting()
        self.write(
            {
                "state": "done",
                "finished_at": fields.Datetime.now(),
                "seconds": seconds,
                "wave_at": False,
                "calls_to_go": 0,
            }
        )
        self._renew_places(barred)
