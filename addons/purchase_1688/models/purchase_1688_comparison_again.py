from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class Purchase1688ComparisonAgain(models.AbstractModel):
    """Answers that are asked for again, and answers of other questions that are used instead of asking."""

    _name = "purchase.1688.comparison.again"
    _description = "Asking Again for a 1688 Comparison"

    def ask_source(self, quote_id):
        """Ask one source again. Its row gets the new answer; the older one is kept beside it.

        Where nobody answers, the older answer stays and says so.

        :return: the cell as in `get_board`, waiting
        """
        self.ensure_one()
        quote = self._get_own_quote(quote_id)
        self._ask_quotes(quote)
        return quote._get_board_cell(self._get_board_facts())

    def ask_line(self, demand_id):
        """Ask all sources of one line again, as `ask_source` does.

        :return: the line as in `get_board`
        """
        self.ensure_one()
        demand = self._get_own_demand(demand_id)
        self._ask_quotes(demand.quote_ids.filtered(lambda quote: quote.state != "asking"))
        return demand._get_board_line(self._get_board_facts())

    def ask_again(self):
        """Put the whole question once more, as a comparison of its own; this one stays as it is.

        :return: {"comparison_id"}; wait for the answers with `action_wait`
        """
        self.ensure_one()
        return {"comparison_id": self._repeat().id}

    def action_ask_again(self):
        """Put the same question once more and open its board; the old answers stay as they are."""
        self.ensure_one()
        return self._repeat().action_open_board()

    # --- business: asking again

    def _repeat(self):
        needs = [(demand.product_id, demand.product_qty, demand.purchase_line_id) for demand in self.demand_ids]
        return self.with_company(self.company_id)._start(needs, repeat_of=self)

    def _ask_quotes(self, quotes):
        """Have these answers asked for again, after the commit."""
        self.check_access("write")
        self._check_not_frozen()
        self._check_can_ask(quotes)
        own = self.sudo()  # may write was checked
        quotes = quotes.sudo()
        quotes._keep_older()
        quotes.write({"state": "asking", "error_code": False, "error_message": False})
        seconds = self._get_deadline()
        alive_until = max(self.alive_until or fields.Datetime.now(), self._get_alive_until(seconds))
        own.write({"alive_until": alive_until})
        own._dispatch_ask(self._get_pressed(), quotes)

    def _check_can_ask(self, quotes):
        if self.state == "asking":
            raise UserError(self.env._("The answers are not in yet. Wait a moment."))
        waiting = quotes.filtered(lambda quote: quote.state == "asking" and quote.rank)
        if waiting:
            raise UserError(
                self.env._("%s is being asked already. Wait a moment.", ", ".join(waiting.partner_id.mapped("name")))
            )
        lost = quotes.filtered(lambda quote: not quote.offer_id or not quote.sku_id)
        if lost:
            raise UserError(
                self.env._(
                    "The offer of %s was removed here and cannot be asked again. Collect it anew.",
                    ", ".join(lost.partner_id.mapped("name")),
                )
            )

    def _renew_places(self, barred=None):
        """Answers are in: rank. Lines follow the first place, but where a person decided otherwise.

        Each line has its own first place here; the plans, which look at all lines together, follow, but where there is
        one line only.

        :param barred: as of `_get_barred`, where that is known
        """
        self.ensure_one()
        demands = self.demand_ids
        demands._rank()
        barred = self._get_barred() if barred is None else barred
        for demand in demands:
            best = demand._get_first_places(barred)[:1]
            vals = {"best_quote_id": best.id}
            if not demand._is_decision_kept():
                vals |= {"chosen_quote_id": best.id, "reason": False, "reason_note": False, "taken_qty": 0.0}
                vals["decided"] = False
            demand._update(vals)
        demands.filtered("hint").hint = False
        self.plans_state = "solving" if self.quote_ids.filtered("quantity") else "none"
        if self.plans_state == "solving" and len(demands) == 1:
            self._solve_one_line(barred)
        else:
            self.total = self._get_chosen_total()
        self._expect_proposals()
        self._expect_follow_up()

    def _expect_follow_up(self):
        """Others take up what is left to be done, should this process not come to it."""
        if self._has_follow_up():
            self.alive_until = self._get_alive_until(0.0)
        elif not self.quote_ids.filtered(lambda quote: quote.state == "asking"):
            self.alive_until = False

    def _has_follow_up(self):
        """Whether plans, or similar offers, are still to be worked out."""
        searching = self.demand_ids.filtered(lambda demand: demand.proposals_state == "searching")
        return self.plans_state == "solving" or bool(searching)

    # --- business: kept answers

    def _use_kept_answers(self):
        """Where the company allows it, take answers that are fresh enough from other questions instead of asking."""
        self.ensure_one()
        minutes = self.company_id.ali1688_answer_minutes
        waiting = self.quote_ids.filtered(lambda quote: quote.state == "asking" and not quote.answered_at)
        if not minutes or not waiting:
            return
        kept = self._find_kept_answers(waiting, minutes)
        waiting.filtered(lambda quote: quote.source_id in kept)._apply_kept(kept)

    def _find_kept_answers(self, quotes, minutes):
        """{source: newest answer} of the last minutes, for the same destination."""
        model = self.env[quotes._name]
        model.flush_model(["source_id", "answered_at", "terms", "comparison_id", "company_id", "kept_from_id"])
        since = fields.Datetime.subtract(fields.Datetime.now(), minutes=minutes)
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (quote.source_id) quote.id
                     FROM purchase_1688_comparison_quote AS quote
                     JOIN purchase_1688_comparison AS comparison ON comparison.id = quote.comparison_id
                    WHERE quote.source_id IN %s AND quote.company_id = %s AND quote.answered_at >= %s
                      AND quote.terms IS NOT NULL AND quote.kept_from_id IS NULL
                      AND quote.comparison_id != %s AND COALESCE(comparison.district_code, '') = %s
                 ORDER BY quote.source_id, quote.answered_at DESC""",
                tuple(quotes.source_id.ids) or (0,),
                self.company_id.id,
                since,
                self.id,
                self.district_code or "",
            )
        )
        return {quote.source_id: quote for quote in model.browse([row[0] for row in rows])}
