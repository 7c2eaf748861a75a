from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..lib import costing


class Purchase1688ComparisonApplying(models.AbstractModel):
    """The way from chosen answers to requests for quotation."""

    _name = "purchase.1688.comparison.applying"
    _description = "Applying a 1688 Comparison"

    def action_apply(self):
        """Ask for confirmation of what will be written; see `apply_plan`."""
        self.ensure_one()
        self._check_can_apply()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Apply the plan"),
            "res_model": "purchase.1688.comparison.apply",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_comparison_id": self.id},
        }

    def apply_plan(self):
        """Write the chosen sellers, SKUs, quantities, prices and freight to the requests; afterwards all is frozen.

        A request whose lines go to several sellers becomes one request per seller; needs without a request get one.

        :return: {"purchase_orders": [{"id", "name", "partner", "total"}]}
        """
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        self._check_can_apply()
        self._end_asking()
        before = self._keep_before(self.demand_ids.filtered("chosen_quote_id"))
        orders = self.env["purchase.order"]
        for order in [*self.purchase_ids, self.env["purchase.order"]]:
            demands = self.demand_ids.filtered(
                lambda demand, order=order: demand.chosen_quote_id and demand.purchase_line_id.order_id == order
            )
            if demands:
                orders |= self._apply_to_order(order, demands)
        shares = self.demand_ids._get_shares()
        self.demand_ids._keep_applied(shares)
        self._write_lines(shares)
        self._apply_charges(orders)
        self.demand_ids._store_savings(shares)
        self.sudo().write(  # may write was checked
            {
                "undo_data": self._keep_after(before, orders),
                "state": "applied",
                "applied_at": fields.Datetime.now(),
                "applied_by_id": self.env.uid,
                "purchase_ids": [Command.link(order.id) for order in orders],
            }
        )
        return {"purchase_orders": self._describe_requests(orders)}

    @api.model
    def _describe_requests(self, orders):
        return [
            {"id": order.id, "name": order.name, "partner": order.partner_id.name, "total": order.amount_total}
            for order in orders
        ]

    def _check_can_apply(self):
        self._check_not_frozen()
        if self.state == "asking":
            raise UserError(self.env._("The answers are not in yet. Wait a moment."))
        if not self.demand_ids.chosen_quote_id:
            raise UserError(self.env._("Nothing is chosen yet. Choose a seller for at least one line."))
        waiting = self.demand_ids.chosen_quote_id.filtered(lambda quote: quote.state == "asking")
        if waiting:
            raise UserError(
                self.env._(
                    "%s is being asked again. Wait for the answer, or choose another source.",
                    ", ".join(waiting.partner_id.mapped("name")),
                )
            )
        unreasoned = self.demand_ids._needs_reason()
        if unreasoned:
            raise UserError(
                self.env._(
                    "Say why the first place was not chosen for: %s",
                    ", ".join(unreasoned.product_id.mapped("display_name")),
                )
            )
        changed = self.demand_ids.filtered(lambda demand: demand.chosen_quote_id and not demand._is_still_requested())
        if changed:
            raise UserError(
                self.env._(
                    "The request says something else by now about: %s. Ask again, or leave these lines out.",
                    ", ".join(changed.product_id.mapped("display_name")),
                )
            )
        locked = self.purchase_ids.filtered(lambda order: order.state not in ("draft", "sent"))
        if locked:
            raise UserError(self.env._("%s is no request for quotation any more.", ", ".join(locked.mapped("name"))))

    def _describe_short_goods(self):
        """Which chosen goods the seller has less of than is taken, in words, a sentence for each SKU."""
        self.ensure_one()
        _costs, lines = self.demand_ids._get_costs()
        return [self._describe_short(*shortage) for shortage in self.demand_ids._get_shortages(lines)]

    @api.model
    def _describe_short(self, demands, stock, quantity):
        numbers = {
            "goods": ", ".join(demands.product_id.mapped("display_name")),
            "seller": demands[0].chosen_quote_id.partner_id.name,
            "stock": f"{stock.normalize():f}",
            "wanted": f"{quantity.normalize():f}",
        }
        if len(demands) > 1:
            return self.env._(
                "%(goods)s: %(seller)s has only %(stock)s in stock, but %(wanted)s are taken together.", **numbers
            )
        return self.env._("%(goods)s: %(seller)s has only %(stock)s in stock, but %(wanted)s are taken.", **numbers)

    def _end_asking(self):
        """Nobody waits any longer for what is asked again and was not chosen: the older answers stay."""
        self.quote_ids.filtered(lambda quote: quote.state == "asking").sudo()._give_up_waiting()
        self.sudo().write({"alive_until": False, "wave_at": False, "calls_to_go": 0})  # may write was checked

    # --- business: requests

    def _apply_to_order(self, order, demands):
        """Give the demands of one request to their sellers; returns the requests that result."""
        shares = demands.grouped(lambda demand: demand.chosen_quote_id.partner_id)
        if not order:
            return order.union(*(self._create_request(partner, mine) for partner, mine in shares.items()))
        keeper = self._get_keeper(order, shares)
        result = order
        for partner, mine in shares.items():
            request = order if partner == keeper else self._split_off(order, partner, mine)
            if request == order and order.partner_id != partner:
                self._set_seller(order, partner)
            result |= request
        if len(result) > 1:
            self._tell_split(order, result)
            result._ali1688_group()
        return result

    def _get_keeper(self, order, shares):
        """Whose lines stay on the request: its own vendor's where other goods remain, else the largest share's."""
        moved = {line for mine in shares.values() for line in mine.purchase_line_id}
        rest = order.order_line.filtered(
            lambda line: not line.display_type and not line.ali1688_freight_partner_id and line not in moved
        )
        if order.partner_id in shares or rest:
            return order.partner_id
        return max(shares, key=lambda partner: sum(shares[partner].chosen_quote_id.mapped("total")))

    def _split_off(self, order, partner, demands):
        """A request of its own for this seller; the lines move, so that what they are needed for stays linked."""
        request = order.copy(
            {
                "partner_id": partner.id,
                "order_line": [],
                "origin": ", ".join(filter(None, [order.origin, order.name])),
                "partner_ref": False,
                "ali1688_split_from_id": (order.ali1688_split_from_id or order).id,
            }
        )
        self._set_seller(request, partner)
        demands.purchase_line_id.write({"order_id": request.id})
        return request

    def _create_request(self, partner, demands):
        request = self.env["purchase.order"].create(
            {"partner_id": partner.id, "company_id": self.company_id.id, "origin": self.name}
        )
        self._set_seller(request, partner)
        lines = self.env["purchase.order.line"].create(
            [
                {"order_id": request.id, "product_id": demand.product_id.id, "product_qty": demand.product_qty}
                for demand in demands
            ]
        )
        for demand, line in zip(demands, lines, strict=True):
            demand._update({"purchase_line_id": line.id})
        return request

    def _set_seller(self, order, partner):
        """Another vendor brings his currency, terms and fiscal position along, as in the form."""
        order.partner_id = partner
        order.onchange_partner_id()

    def _write_lines(self, shares):
        """Give each line its share of what its seller sends together, which is what the plan counts with."""
        for demand, share in shares.items():
            quote, line = demand.chosen_quote_id, demand.purchase_line_id
            # A price other than the "technical" one counts as agreed: Odoo leaves it alone when the quantity changes.
            line.write(
                {
                    **demand._get_line_values(line, share),
                    "ali1688_source_id": quote.source_id.id,
                    "ali1688_quote_id": quote.id,
                    "discount": 0.0,
                    "technical_price_unit": 0.0,
                }
            )

    def _tell_split(self, order, requests):
        for request in requests:
            others = Markup(", ").join(
                Markup("%s (%s)") % (other._get_html_link(other.name), other.partner_id.name)
                for other in requests - request
            )
            request.message_post(
                body=self.env._(
                    "Split by %(comparison)s over %(count)s sellers; see also %(others)s.",
                    comparison=self.name,
                    count=len(requests),
                    others=others,
                )
            )

    # --- business: freight, fees and promotions

    def _apply_charges(self, orders):
        """Put what the seller charges, or takes off, for all goods together on the requests as service lines: billed,
        never received.
        """
        costs = costing.cost_by_seller(self.demand_ids._get_wanted())
        for partner, requests in orders.grouped("partner_id").items():
            cost = costs.get(str(partner.id))
            if cost:
                # One parcel for all of them: the first request carries it.
                off = cost.discount - sum(line.discount for line in cost.lines)
                requests[0]._ali1688_set_charges(float(cost.freight or 0), float(cost.tax + cost.service), float(off))
                for request in requests[1:]:
                    request._ali1688_set_charges(0.0, 0.0)
