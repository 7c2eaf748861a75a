import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

#: what applying changes of a request and of its lines, and undoing gives back
ORDER_FIELDS = ("partner_id", "currency_id", "fiscal_position_id", "payment_term_id", "user_id", "partner_ref")
LINE_FIELDS = (
    "order_id",
    "name",
    "date_planned",
    "product_qty",
    "product_uom_id",
    "price_unit",
    "technical_price_unit",
    "discount",
    "tax_ids",
    "ali1688_source_id",
    "ali1688_quote_id",
    "ali1688_freight_partner_id",
)
#: what tells that somebody has worked on a line since
SEEN_FIELDS = ("product_id", "product_qty", "product_uom_id", "price_unit", "discount", "ali1688_source_id")
DIGITS = 6


class Purchase1688ComparisonUndoing(models.AbstractModel):
    """The way back from applied requests for quotation to what they were, as long as nothing is ordered."""

    _name = "purchase.1688.comparison.undoing"
    _description = "Undoing an Applied 1688 Comparison"

    undo_data = fields.Json(readonly=True, copy=False, help="What the requests were before this was applied.")

    can_undo = fields.Boolean(compute="_compute_can_undo")

    @api.depends("state", "undo_data")
    def _compute_can_undo(self):
        for comparison in self:
            comparison.can_undo = comparison.state == "applied" and bool(comparison.undo_data)

    def action_undo(self):
        """Undo the applying and open the board."""
        self.ensure_one()
        self.undo_apply()
        return self.action_open_board()

    def undo_apply(self):
        """Give the requests back their seller, lines, prices, quantities and freight, and remove those that were made.

        Orders on 1688 that were only prepared are dropped. Refused once something was approved or sent there, or a
        request was confirmed or changed since.

        :return: {"purchase_orders": [{"id", "name", "partner", "total"}]}: the requests that are left
        """
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        self._check_can_undo()
        data = self.undo_data
        self._drop_prepared(data)
        made = self.env["purchase.order"].browse(data["made"])
        # requests that nothing was written to are left alone
        kept = self.env["purchase.order"].browse([int(key) for key in data["seen"]]) - made
        self._restore_orders(kept, data)
        self._restore_lines(data)
        self._restore_charges(kept, data)
        self._end_undo(made, data)
        self._remove_made(made)
        kept._ali1688_ungroup()
        return {"purchase_orders": self._describe_requests(kept)}

    # --- business: keeping what was

    def _keep_before(self, demands):
        """What the requests and lines are now, before they are changed."""
        # a request that none of the choices is for is left alone, with its charges
        lines = demands.purchase_line_id
        orders = lines.order_id
        charges = orders.order_line.filtered("ali1688_freight_partner_id")
        return {
            "orders": self._read_plain(orders, ORDER_FIELDS),
            "lines": self._read_plain(lines, LINE_FIELDS),
            "charges": list(self._read_plain(charges, (*LINE_FIELDS, "product_id", "sequence")).values()),
        }

    def _keep_after(self, before, orders):
        """What to give back, and how to tell whether somebody has changed the requests since."""
        known = {int(key) for key in before["orders"]}
        made = orders.filtered(lambda order: order.id not in known)
        made_lines = self.demand_ids.filtered(
            lambda demand: demand.purchase_line_id and str(demand.purchase_line_id.id) not in before["lines"]
        )
        return {**before, "made": made.ids, "made_for": made_lines.ids, "seen": self._see(orders)}

    def _read_plain(self, records, names):
        """{id: {field: value}} as plain data that `write` takes back."""
        plain = {}
        for record in records:
            vals = record._convert_to_write({name: record[name] for name in names})
            plain[str(record.id)] = {
                name: fields.Datetime.to_string(value) if record._fields[name].type == "datetime" else value
                for name, value in vals.items()
            }
        return plain

    def _see(self, orders):
        """Requests as plain data, to tell whether they have been changed; sending or printing one is no change."""
        return {
            str(order.id): {
                "partner": order.partner_id.id,
                "lines": {
                    str(line.id): [
                        round(value, DIGITS) if isinstance(value, float) else value
                        for value in line._convert_to_write({name: line[name] for name in SEEN_FIELDS}).values()
                    ]
                    for line in order.order_line
                },
            }
            for order in orders
        }

    # --- business: whether

    def _check_can_undo(self):
        if self.state != "applied" or not self.undo_data:
            raise UserError(self.env._("%s was not applied: there is nothing to undo.", self.name))
        seen = self.undo_data["seen"]
        orders = self.env["purchase.order"].browse([int(key) for key in seen]).exists()
        if len(orders) < len(seen):
            raise UserError(self.env._("One of the requests was deleted since; undoing would lose goods."))
        orders.lock_for_update()
        closed = orders.filtered(lambda order: order.state not in ("draft", "sent"))
        if closed:
            raise UserError(
                self.env._(
                    "%s was confirmed or cancelled since: undo is no longer possible.",
                    ", ".join(closed.mapped("name")),
                )
            )
        ordered = self._get_ordered(orders)
        if ordered:
            raise UserError(
                self.env._(
                    "%s was approved or sent to 1688 already. Cancel it first: undo would hide what was ordered.",
                    ", ".join(ordered.mapped("display_name")),
                )
            )
        now = self._see(orders)
        changed = orders.filtered(lambda order: now[str(order.id)] != seen[str(order.id)])
        if changed:
            raise UserError(
                self.env._(
                    "%s was changed since it was applied; undo would lose that. Change it by hand instead.",
                    ", ".join(changed.mapped("name")),
                )
            )

    def _get_orders(self, lines):
        """Orders on 1688 with these lines, locked."""
        # whoever ordered
        lines_sudo = self.env["purchase.1688.order.line"].sudo().search([("purchase_line_id", "in", lines.ids)])
        lines_sudo.order_id.lock_for_update()
        return lines_sudo.order_id

    def _get_ordered(self, orders):
        """Orders on 1688 of these requests, but those that were only prepared, or cancelled before they were sent."""
        return self._get_orders(orders.order_line).filtered(
            lambda order: order.remote_id or not (order.state == "cancelled" or order._can_drop())
        )

    # --- business: giving back

    def _drop_prepared(self, data):
        """Orders on 1688 that nobody approved go, and hold no line that goes as well."""
        requests = self.env["purchase.order"].browse([int(key) for key in data["seen"]])
        prepared = self._get_orders(requests.order_line)
        prepared._drop()
        new_lines = self.demand_ids.browse(data["made_for"]).purchase_line_id
        prepared.line_ids.filtered(lambda line: line.purchase_line_id in new_lines).purchase_line_id = False

    def _restore_orders(self, kept, data):
        for order in kept:
            order.write(data["orders"][str(order.id)])
        kept.flush_recordset()

    def _restore_lines(self, data):
        """Only what the applying changed: each further field costs Odoo queries of its own."""
        lines = self.env["purchase.order.line"].browse(map(int, data["lines"]))
        now = json.loads(json.dumps(self._read_plain(lines, LINE_FIELDS)))
        for line in lines:
            key = str(line.id)
            line.write({name: value for name, value in data["lines"][key].items() if now[key][name] != value})

    def _restore_charges(self, kept, data):
        """Freight and fees of the applying go, those from before come back."""
        lines = kept.order_line.filtered("ali1688_freight_partner_id")
        lines.unlink()
        kept.order_line.create(data["charges"])

    def _remove_made(self, made):
        made.order_line.filtered("ali1688_freight_partner_id").unlink()
        made.button_cancel()
        made.unlink()

    def _end_undo(self, made, data):
        """The comparison is open again; the freeze is ours to lift."""
        own = self.sudo()
        own.write(
            {
                "state": "done",
                "applied_at": False,
                "applied_by_id": False,
                "undo_data": False,
                "purchase_ids": [Command.unlink(order.id) for order in made],
            }
        )
        own.demand_ids.browse(data["made_for"]).write({"purchase_line_id": False})
        own.demand_ids._clear_savings()
        own.demand_ids._keep_applied({})
        if own._has_follow_up():
            # plans were still being worked out when it was applied
            own._expect_follow_up()
            own._dispatch_follow_up()
        own.message_post(body=self.env._("Applying was undone by %s.", self.env.user.name))
