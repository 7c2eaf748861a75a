from dataclasses import replace
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import format_list

from ..lib import costing

PERCENT = Decimal(100)


def plain_number(amount):
    """A decimal without trailing zeros: 10, 16.5."""
    return f"{amount.normalize():f}"


class Purchase1688ComparisonQuote(models.Model):
    """How a landed cost adds up, in sentences, and what it is in the company's own money."""

    _inherit = "purchase.1688.comparison.quote"

    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Own currency")
    company_total = fields.Monetary(
        "Landed cost in own currency",
        compute="_compute_company_total",
        currency_field="company_currency_id",
        help="At the rate of the day of the answer.",
    )

    @api.depends("total", "answered_at", "company_id.currency_id")
    def _compute_company_total(self):
        today = fields.Date.context_today(self)
        days = self.grouped(lambda quote: (quote.company_id, fields.Date.to_date(quote.answered_at) or today))
        for (company, day), quotes in days.items():
            own = company.currency_id or quotes.currency_id[:1]
            rate = self.env["res.currency"]._get_conversion_rate(quotes.currency_id[:1], own, company, day)
            for quote in quotes:
                total = costing.in_currency(Decimal(str(quote.total)), Decimal(str(rate)), Decimal(str(own.rounding)))
                quote.company_total = float(total)

    def _get_cost_details(self):
        """What else a buyer asks about this cost.

        :return: {"own_currency": {"name", "total"} where it is not yuan, "without_invoice": yuan where that is less};
            False where there is nothing to say
        """
        self.ensure_one()
        own, without = False, False
        if self.quantity and self.company_currency_id != self.currency_id:
            own = {"name": self.company_currency_id.name, "total": self._get_company_total()}
        answer = self._get_terms() if self.quantity else None
        if answer and answer.surcharge:
            bare = costing.cost(replace(answer, invoice=False), self._get_need())
            without = float(bare.total)
        return {"own_currency": own, "without_invoice": without}

    def _get_company_total(self):
        """`company_total` of what is taken."""
        day = fields.Date.to_date(self.answered_at) or fields.Date.context_today(self)
        total = self._get_figures()["total"]
        return self.currency_id._convert(total, self.company_currency_id, self.company_id, day)

    def _describe_steps(self, steps):
        """[{"label", "amount"}]: a sum that a buyer can add up."""
        return [{"label": self._describe_step(step), "amount": float(step.amount)} for step in steps]

    @api.model
    def _describe_step(self, step):
        numbers = {
            key: plain_number(value) if isinstance(value, Decimal) else value for key, value in step.numbers.items()
        }
        if step.kind == "goods":
            return self._describe_goods(numbers)
        if step.kind.startswith("freight_"):
            return self._describe_freight(step.kind, numbers)
        if step.kind == "promotion":
            return self._describe_promotion(step.numbers["from_amount"], numbers)
        share = {"share": plain_number(step.numbers["rate"] * PERCENT), "base": numbers["base"]}
        if step.kind == "discount":
            return self.env._("Agreed discount %(share)s %% of %(base)s", **share)
        if step.kind == "tax":
            return self.env._("Invoice surcharge %(share)s %% of %(base)s", **share)
        return self.env._("Service fee %(share)s %% of %(base)s", **share)

    @api.model
    def _describe_goods(self, numbers):
        product = self.env._(
            "%(quantity)s × %(unit_price)s", quantity=numbers["quantity"], unit_price=numbers["unit_price"]
        )
        notes = []
        if numbers.get("list_price"):
            notes.append(self.env._("promotion, list price %s", numbers["list_price"]))
        if numbers.get("raised"):
            notes.append(self._get_raised_labels()[numbers["raised"]])
        if not notes:
            return product
        return self.env._("%(product)s (%(notes)s)", product=product, notes=format_list(self.env, notes))

    @api.model
    def _get_raised_labels(self):
        """Why more is ordered than needed."""
        return {
            "pack": self.env._("whole packs"),
            "batch": self.env._("sold in lots"),
            "min": self.env._("the least that is sold"),
        }

    @api.model
    def _describe_freight(self, kind, numbers):
        if kind == "freight_free":
            if "free_amount" in numbers:
                return self.env._("Freight: free from %s yuan of goods", numbers["free_amount"])
            if "free_count" in numbers:
                return self.env._("Freight: free from %s pcs", numbers["free_count"])
            return self.env._("Freight: free")
        if kind == "freight_quoted":
            return self.env._("Freight, as 1688 says for %s", numbers["quantity"])
        if kind == "freight_fixed":
            return self.env._("Freight")
        if kind == "freight_piece":
            return self.env._(
                "Freight: first %(first_unit)s pcs %(first_fee)s, "
                "each further %(next_unit)s pcs %(next_fee)s (× %(times)s)",
                **numbers,
            )
        if kind == "freight_weight":
            return self.env._(
                "Freight for %(units)s g: first %(first_unit)s g %(first_fee)s, "
                "each further %(next_unit)s g %(next_fee)s (× %(times)s)",
                **numbers,
            )
        if kind == "freight_volume":
            return self.env._(
                "Freight for %(units)s cm³: first %(first_unit)s cm³ %(first_fee)s, "
                "each further %(next_unit)s cm³ %(next_fee)s (× %(times)s)",
                **numbers,
            )
        return self.env._("Freight: not known")

    @api.model
    def _describe_promotion(self, from_amount, numbers):
        label = self._get_promotion_labels()[numbers["kind"]]
        if not from_amount:
            return label
        return self.env._("%(promotion)s from %(from_amount)s", promotion=label, from_amount=numbers["from_amount"])

    @api.model
    def _get_promotion_labels(self):
        return {
            "shop": self.env._("Shop discount"),
            "platform": self.env._("Platform discount"),
            "red_packet": self.env._("Red packet"),
        }
