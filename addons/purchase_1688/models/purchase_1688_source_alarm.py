from odoo import api, fields, models
from odoo.tools import SQL

from ..lib import history
from .purchase_1688_issue_watch import KINDS

DESCRIBED = 10
"""Sources that an issue names one by one."""


class Purchase1688Source(models.Model):
    """Which source comes next, and who is told."""

    _inherit = "purchase.1688.source"

    price_history = fields.Json("Price history", compute="_compute_price_history")
    health_note = fields.Char("How it is", compute="_compute_health_note")

    # --- computes

    @api.depends("sku_id")
    def _compute_price_history(self):
        points = self.sku_id._get_price_history()
        for source in self:
            source.price_history = points.get(source.sku_id) or False

    @api.depends("health", "sku_id.stock", "offer_id.price_move", "offer_id.price_moved_at", "offer_id.min_qty")
    def _compute_health_note(self):
        for source in self:
            source.health_note = source._describe_health()

    def _describe_health(self):
        """How the source is, in one sentence."""
        self.ensure_one()
        offer = self.offer_id
        if self.health == "off":
            return self.env._("The seller took the offer down")
        if self.health == "gone":
            return self.env._("The seller no longer sells this specification")
        if self.health == "short":
            return self.env._("The seller has none left")
        if self.sku_id.stock < offer.min_qty:
            return self.env._("Less in stock than the smallest order")
        if offer.price_move_label:
            return self.env._("Price %s", offer.price_move_label)
        return self.env._("In stock, price as before")

    # --- actions

    def action_make_first(self):
        """Buy from this source first; what was open about the ones it replaces is settled."""
        self.ensure_one()
        self.check_access("write")
        others = self.product_id.ali1688_source_ids - self
        ranked = self + others.sorted(lambda source: (source.sequence, source.id))
        self._write_each(
            [(source, {"sequence": rank}) for rank, source in enumerate(ranked, start=1) if source.sequence != rank]
        )
        reason = self.env._("%s was made the first source", self.display_name)
        replaced = others.offer_id - others.offer_id._get_first_sources().offer_id
        self.env["purchase.1688.issue"]._close(replaced, KINDS, reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_choose_source(self):
        """Show all sources of these products, to make another one first or to compare."""
        action = self.env["ir.actions.act_window"]._for_xml_id("purchase_1688.purchase_1688_source_choose_action")
        return {**action, "domain": [("product_id", "in", self.product_id.ids)]}

    def action_compare_products(self):
        """Compare the sources of these products."""
        return self.product_id.action_ali1688_compare()

    # --- business

    def _get_unit_price(self):
        """Yuan per product unit at the smallest order."""
        self.ensure_one()
        return self.sku_id._get_entry_price() / self.units_per_pack

    def _format_price(self, price):
        """A price in yuan as people read it."""
        return self.offer_id.currency_id.format(price)

    def _get_next_best(self):
        """{source: the cheapest healthy other source of its product that may be chosen without a person, or none}."""
        healthy = self.product_id.ali1688_source_ids.filtered(lambda other: other.health == "healthy" and other.price)
        ranked = healthy._filter_choosable().sorted(lambda other: (other._get_unit_price(), other.sequence, other.id))
        return {
            source: ranked.filtered(
                lambda other, source=source: (
                    other != source and other.product_id == source.product_id and other.company_id == source.company_id
                )
            )[:1]
            for source in self
        }

    def _filter_choosable(self):
        """Those that may be chosen without a person: neither barred by their seller's standing nor "never again"."""
        barred = set()
        for company, sources in self.grouped("company_id").items():
            refs = self.env["purchase.1688.sourcing.block"]._get_refs(company)
            choice = sources.partner_id._ali1688_automatic_choice(company)
            barred |= {
                source
                for source in sources
                if not choice.get(source.partner_id, (True, ""))[0]
                or source.offer_id.offer_id in refs["offer"]
                or source.partner_id.ali1688_open_id in refs["seller"]
            }
        return self.filtered(lambda source: source not in barred)

    def _get_buyers(self):
        """{source: (user in charge, number of the order line that says so)}: who ordered the product last, else the
        seller's buyer or the company's fallback (number 0).
        """
        self.env["purchase.order"].flush_model(["user_id", "company_id"])
        self.env["purchase.order.line"].flush_model(["product_id", "order_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (line.product_id, purchase.company_id)
                       line.product_id, purchase.company_id, purchase.user_id, line.id
                  FROM purchase_order_line AS line
                  JOIN purchase_order AS purchase ON purchase.id = line.order_id
                  JOIN res_users AS buyer ON buyer.id = purchase.user_id AND buyer.active
                 WHERE line.product_id = ANY(%s)
                 ORDER BY line.product_id, purchase.company_id, line.id DESC
                """,
                self.product_id.ids,
            )
        )
        last = {(product, company): (user, line) for product, company, user, line in rows}
        users, found = self.env["res.users"], {}
        for source in self:
            user, line = last.get((source.product_id.id, source.company_id.id), (False, 0))
            other = source.partner_id.buyer_id or source.company_id.ali1688_fallback_user_id
            found[source] = (users.browse(user) if user else other, line)
        return found

    def _describe_next_best(self, best):
        """The proposal in one sentence, with what it costs."""
        self.ensure_one()
        if not best:
            return self.env._("No other healthy source is known. Search for similar offers from the product.")
        facts = {
            "seller": best.partner_id.name,
            "price": best._format_price(best._get_unit_price()),
            "unit": self.product_id.uom_id.name,
            "now": self._format_price(self._get_unit_price()),
        }
        if self.health == "healthy" and self._get_unit_price() <= best._get_unit_price():
            return self.env._(
                "At %(now)s per %(unit)s it is the cheapest; next best: %(seller)s for %(price)s.", **facts
            )
        return self.env._("Next best: %(seller)s for %(price)s per %(unit)s (now %(now)s).", **facts)

    # --- business: alarms

    def _get_alarm_move(self):
        """By which part the price is away from the settled one."""
        self.ensure_one()
        return history.movement(self.sku_id.alarm_price, self.sku_id._get_entry_price())

    def _is_alarming(self):
        """Whether the price is further away than the company bears."""
        self.ensure_one()
        limit = self.company_id.ali1688_price_alarm / 100
        return self.active and self.sku_id.active and abs(self._get_alarm_move()) > limit + 1e-9

    @api.model
    def _describe_sellers(self, company, sellers):
        """{seller: what is bought there, each with the source that is proposed instead}; constant queries.

        Some products are named; a seller from whom nothing is bought is missing.
        """
        sources = self.search([("company_id", "=", company.id), ("partner_id", "in", sellers.ids)])
        concerned = sources.grouped("partner_id")
        best = self.union(*(those[:DESCRIBED] for those in concerned.values()))._get_next_best()
        return {seller: those._describe_each(self._describe_concerned, best) for seller, those in concerned.items()}

    def _describe_each(self, describe, best=None):
        """A line from ``describe(source, next best)`` for each of the first sources, and how many there are more.

        :param best: as of `_get_next_best`, where that is known
        """
        best = self[:DESCRIBED]._get_next_best() if best is None else best
        lines = [describe(source, best[source]) for source in self[:DESCRIBED]]
        if len(self) > DESCRIBED:
            lines.append(self.env._("… and %s more", len(self) - DESCRIBED))
        return "\n".join(lines)

    @api.model
    def _describe_concerned(self, source, best):
        return f"{source.product_id.display_name}: {source._describe_next_best(best)}"

    def _describe_alarm_line(self, kind, best):
        """What happened to this source, and what is proposed; in one line."""
        self.ensure_one()
        facts = {"product": self.product_id.display_name, "seller": self.partner_id.name or ""}
        if kind == "watch_off":
            what = self.env._("%(product)s: %(seller)s took the offer down.", **facts)
        elif kind == "watch_gone":
            what = self.env._("%(product)s: %(seller)s no longer sells it.", **facts)
        elif kind == "watch_short":
            what = self.env._("%(product)s: %(seller)s has none left.", **facts)
        else:
            what = self.env._(
                "%(product)s: %(old)s → %(new)s per 1688 unit at %(seller)s.",
                old=self._format_price(self.sku_id.alarm_price),
                new=self._format_price(self.sku_id._get_entry_price()),
                **facts,
            )
        return f"{what} {self._describe_next_best(best)}"
