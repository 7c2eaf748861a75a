from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .purchase_1688_issue_watch import PRICE_KINDS

MOVE_DAYS = 30
"""A price move is shown for so long."""


class Purchase1688Offer(models.Model):
    """Who is told when a mapped offer changes. Events open issues, states close them."""

    _inherit = "purchase.1688.offer"

    price_move = fields.Float("Last price change", readonly=True, copy=False, aggregator=None, help="0.1: 10 % more.")
    price_moved_at = fields.Datetime("Price changed", readonly=True, copy=False)
    price_move_label = fields.Char("Price change", compute="_compute_price_move_label")
    is_short = fields.Boolean("Short", compute="_compute_is_short", search="_search_is_short")

    # --- computes

    @api.depends("price_move", "price_moved_at")
    def _compute_price_move_label(self):
        since = fields.Datetime.now() - timedelta(days=MOVE_DAYS)
        for offer in self:
            recent = offer.price_move and offer.price_moved_at and offer.price_moved_at > since
            offer.price_move_label = _percent(offer.price_move) if recent else False

    @api.depends("source_ids.health")
    def _compute_is_short(self):
        for offer in self:
            offer.is_short = "short" in offer.source_ids.mapped("health")

    @api.model
    def _search_is_short(self, operator, value):
        if operator != "in":
            return NotImplemented
        short = Domain("source_ids.health", "=", "short")
        return short if True in value else ~short

    # --- actions

    def action_choose_source(self):
        """Show all sources of the products that are bought here, to make another one first or to compare."""
        return self.source_ids.action_choose_source()

    def action_open_price_history(self):
        """The price history of these offers."""
        action = self.env["ir.actions.act_window"]._for_xml_id("purchase_1688.purchase_1688_price_action")
        # a day without a line is a day with the price of before, not with none
        return {**action, "domain": [("offer_id", "in", self.ids)], "context": {"fill_temporal": False}}

    # --- business

    def _mark_moves(self, lines):
        """Keep the last price move of each offer: the largest one of this look."""
        moves = {}
        for line in lines:
            if line.move and line.is_entry and abs(line.move) > abs(moves.get(line.offer_id, 0.0)):
                moves[line.offer_id] = line.move
        for offer, move in moves.items():
            offer.write({"price_move": move, "price_moved_at": fields.Datetime.now()})

    def _settle_prices(self):
        """The present prices are those that alarms measure from."""
        for sku in self.sku_ids:
            price = sku._get_entry_price()
            if sku.alarm_price != price:
                sku.alarm_price = price

    def _raise_alarms(self, lines):
        """Open issues for what `lines` tell, close those whose matter is over.

        One query where nothing happened; issues are rare.
        """
        self._begin_to_measure(lines)
        watched = self.env["purchase.1688.issue"]._get_watched(self)
        states = self._get_states() if lines or watched else {}
        raised = self._get_raised(lines)
        alarms = {key: sources for key, sources in states.items() if key in raised}
        over = self.env["purchase.1688.issue"].union(*(watched[key] for key in watched if not states.get(key)))
        if over:
            over._set_closed(self.env._("1688 shows that it is over."))
        buyers = self.source_ids._get_buyers() if alarms else {}
        for (kind, offer), concerned in alarms.items():
            buyer, _line = max((buyers[source] for source in concerned), key=lambda found: found[1])
            spoken = offer.with_context(lang=buyer.lang) if buyer.lang else offer
            self.env["purchase.1688.issue"]._open(
                offer,
                kind,
                user_id=buyer.id,
                action_method="action_choose_source",
                **spoken._describe_alarm(kind, concerned.with_env(spoken.env)),
            )

    def _begin_to_measure(self, lines):
        """SKUs that no alarm knew yet are measured from the price before this look, else from the present one."""
        moved = {line.sku_id or line.offer_id: line.old_price for line in lines if line.is_entry and line.old_price}
        for sku in self.sku_ids:
            if not sku.alarm_price:
                sku.alarm_price = moved.get(sku) or moved.get(sku.offer_id) or sku._get_entry_price()

    def _get_states(self):
        """{(kind, offer): the sources that are in such a state now}, for those that have any."""
        states, first = {}, self._get_first_sources()
        for source in self.source_ids.filtered("active"):
            offer, kinds = source.offer_id, []
            if not offer.on_shelf:
                kinds.append("watch_off")
            elif not source.sku_id.active:
                kinds.append("watch_gone")
            else:
                if source.health == "short" and source in first:
                    kinds.append("watch_short")
                if source._is_alarming():
                    kinds.append(PRICE_KINDS[source._get_alarm_move() < 0])
            for kind in kinds:
                states[kind, offer] = states.get((kind, offer), source.browse()) | source
        return states

    @api.model
    def _get_raised(self, lines):
        """{(kind, offer)} that these lines of history may tell a person about."""
        kinds = {"off": "watch_off", "gone": "watch_gone", "short": "watch_short"}
        raised = {(kinds[line.change], line.offer_id) for line in lines if line.change in kinds}
        priced = lines.filtered("is_price").offer_id
        return raised | {(kind, offer) for offer in priced for kind in PRICE_KINDS}

    def _describe_alarm(self, kind, sources):
        """Name and description of an issue about these sources."""
        self.ensure_one()
        description = sources._describe_each(lambda source, best: source._describe_alarm_line(kind, best))
        if kind not in PRICE_KINDS:
            return {"description": description}
        worst = max(sources, key=lambda source: abs(source._get_alarm_move()))
        percent = f"{abs(worst._get_alarm_move()) * 100:.1f}"
        if kind == "watch_price_up":
            name = self.env._("A source became dearer by %s %%", percent)
        else:
            name = self.env._("A source became cheaper by %s %%", percent)
        return {"name": name, "description": description}


def _percent(move):
    """A price move for a badge."""
    return f"{'▲' if move > 0 else '▼'} {abs(move) * 100:.1f} %"
