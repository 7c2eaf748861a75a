from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..lib import planner, stages

TIMELINE_LENGTH = 40
"""Scans shown at most on one parcel's timeline; the list of scans has them all."""


class Stock1688Parcel(models.Model):
    _name = "stock.1688.parcel"
    _description = "1688 Parcel"
    _order = "is_closed, expected_date, id desc"
    _rec_names_search = ["name", "waybill_ids.number", "logistics_id"]
    _check_company_auto = True

    name = fields.Char(
        "Waybill",
        required=True,
        readonly=True,
        help="The number under which the parcel travels now.",
    )
    waybill_ids = fields.One2many("stock.1688.waybill", "parcel_id", "Waybill Numbers", readonly=True)
    former_numbers = fields.Char(compute="_compute_former_numbers")
    account_id = fields.Many2one("purchase.1688.account", required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    logistics_id = fields.Char("Logistics Number", readonly=True, help="How 1688 names the parcel.")
    carrier_code = fields.Char(readonly=True)
    carrier_name = fields.Char("Carrier", readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting for the carrier"),
            ("accepted", "Picked up"),
            ("transit", "On the way"),
            ("delivering", "Out for delivery"),
            ("signed", "Signed for"),
            ("problem", "Delivery problem"),
            ("returned", "Sent back"),
            ("cancelled", "Cancelled"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    remote_status = fields.Char("Status at 1688", readonly=True, help="As received.")
    order_ids = fields.Many2many(
        "purchase.1688.order",
        "stock_1688_parcel_order_rel",
        "parcel_id",
        "order_id",
        "1688 Orders",
        readonly=True,
        check_company=True,
        groups="purchase.group_purchase_user",
    )
    order_names = fields.Char("Orders", compute="_compute_order_names", compute_sudo=True)
    line_ids = fields.One2many("stock.1688.parcel.line", "parcel_id", "Content", readonly=True)
    picking_ids = fields.Many2many(
        "stock.picking",
        "stock_1688_parcel_picking_rel",
        "parcel_id",
        "picking_id",
        "Receipts",
        compute="_compute_picking_ids",
        store=True,
    )
    event_ids = fields.One2many("stock.1688.parcel.event", "parcel_id", "Scans", readonly=True)
    shipped_at = fields.Datetime("Dispatched", readonly=True)
    expected_date = fields.Date("Expected", readonly=True)
    last_event_at = fields.Datetime("Last Scan", readonly=True)
    last_event_text = fields.Char("Last Scan Text", readonly=True)
    signed_at = fields.Datetime("Signed For", readonly=True)
    scanned_at = fields.Datetime("At the Dock", readonly=True, help="When the warehouse scanned the waybill first.")
    received_at = fields.Datetime("Received", readonly=True, help="When its goods were inspected.")
    is_closed = fields.Boolean("Closed", compute="_compute_is_closed", store=True, index=True)
    looked_at = fields.Datetime("Last Looked At", readonly=True, help="When 1688 last answered about this parcel.")
    next_look_at = fields.Datetime("Next Look", compute="_compute_schedule", compute_sudo=True)
    misses = fields.Integer(
        "Failed Looks",
        compute="_compute_schedule",
        compute_sudo=True,
        help="Questions in a row without an answer.",
    )
    age = fields.Float("Age of the News (h)", compute="_compute_age", digits=(8, 1))
    is_stale = fields.Boolean("Older Than Two Hours", compute="_compute_age", search="_search_is_stale")
    is_stuck = fields.Boolean("No Scan for Days", compute="_compute_age")
    timeline = fields.Json(compute="_compute_timeline")

    _logistics_uniq = models.UniqueIndex(
        "(account_id, logistics_id) WHERE logistics_id IS NOT NULL", "1688 names a parcel once."
    )

    # --- computes

    @api.depends("waybill_ids.number", "waybill_ids.is_current")
    def _compute_former_numbers(self):
        for parcel in self:
            former = parcel.waybill_ids.filtered(lambda waybill: not waybill.is_current)
            parcel.former_numbers = ", ".join(former.mapped("number"))

    @api.depends("order_ids.remote_id", "order_ids.name")
    def _compute_order_names(self):
        for parcel in self:
            parcel.order_names = ", ".join(order.remote_id or order.name for order in parcel.order_ids)

    @api.depends("order_ids.line_ids.purchase_line_id.move_ids.picking_id")
    def _compute_picking_ids(self):
        for parcel in self:
            moves = parcel.order_ids.line_ids.purchase_line_id.move_ids
            parcel.picking_ids = moves.filtered(lambda move: not move.origin_returned_move_id).picking_id

    @api.depends("state", "received_at")
    def _compute_is_closed(self):
        for parcel in self:
            parcel.is_closed = parcel.state in stages.CLOSED or bool(parcel.received_at)

    @api.depends("order_ids.tracking_next_look_at", "order_ids.tracking_misses")
    def _compute_schedule(self):
        for parcel in self:
            orders = parcel.order_ids
            looks = orders.filtered("tracking_next_look_at").mapped("tracking_next_look_at")
            parcel.next_look_at = min(looks, default=False)
            parcel.misses = max(orders.mapped("tracking_misses"), default=0)

    @api.depends("looked_at", "is_closed", "last_event_at", "shipped_at")
    def _compute_age(self):
        now = fields.Datetime.now()
        for parcel in self:
            looked_at = parcel.looked_at or parcel.create_date or now
            parcel.age = max((now - looked_at).total_seconds(), 0) / 3600
            parcel.is_stale = not parcel.is_closed and now - looked_at > planner.PROMISE
            news_at = parcel.last_event_at or parcel.shipped_at
            parcel.is_stuck = not parcel.is_closed and bool(news_at) and now - news_at > parcel._stuck_after()

    def _search_is_stale(self, operator, value):
        if operator != "in":
            return NotImplemented
        limit = fields.Datetime.now() - planner.PROMISE
        return Domain("is_closed", "=", False) & (Domain("looked_at", "<", limit) | Domain("looked_at", "=", False))

    @api.depends("event_ids", "state", "looked_at", "is_closed")
    def _compute_timeline(self):
        for parcel in self:
            parcel.timeline = parcel._describe()

    # --- actions

    def action_look_now(self):
        """Ask 1688 about the parcels as soon as possible, before the clock says so."""
        self.check_access("read")
        # the warehouse may ask for news without any right on the orders themselves
        self.sudo().order_ids._ask_tracking()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("1688 is being asked. The news will be here in a moment."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_dock(self):
        """Open the dock on this parcel."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("stock_1688_tracking.stock_1688_dock_action")
        return {**action, "params": {"code": self.name}}

    def action_view_receipts(self):
        """Open the receipts that wait for this parcel or took it in."""
        action = self.env["ir.actions.actions"]._for_xml_id("stock.action_picking_tree_incoming")
        action |= {"domain": [("id", "in", self.picking_ids.ids)], "context": {}}
        if len(self.picking_ids) == 1:
            action |= {"views": [(False, "form")], "res_id": self.picking_ids.id}
        return action

    # --- what people see

    def _describe(self):
        """Return the parcel as plain data for the strip, the timeline and the dock."""
        self.ensure_one()
        labels = dict(self._fields["state"]._description_selection(self.env))
        reached = stages.WAY.index(self.state) if self.state in stages.WAY else -1
        return {
            "id": self.id,
            "name": self.name,
            "former": self.former_numbers or "",
            "carrier": self.carrier_name or self.carrier_code or "",
            "state": self.state,
            "label": labels[self.state],
            "alarm": self.state in stages.ALARMING,
            "stages": [
                {"key": key, "label": labels[key], "done": index < reached, "now": index == reached}
                for index, key in enumerate(stages.WAY)
            ],
            "since": fields.Datetime.to_string(self.last_event_at or self.shipped_at) or "",
            "text": self.last_event_text or "",
            "expected": fields.Date.to_string(self.expected_date) or "",
            "looked_at": fields.Datetime.to_string(self.looked_at) or "",
            "stale": self.is_stale,
            "stuck": self.is_stuck,
            "closed": self.is_closed,
            "received": bool(self.received_at),
            "events": [
                {
                    "id": event.id,
                    "time": fields.Datetime.to_string(event.time),
                    "text": event.text,
                    "stage": event.status or "",
                }
                for event in self.event_ids[:TIMELINE_LENGTH]
            ],
        }

    def _stuck_after(self):
        """Return after how much silence the parcel counts as stuck; longer before the carrier
        has it.
        """
        return timedelta(days=2 if self.state == "delivering" else 4)

    def _get_people(self):
        """Return whom news of this parcel concerns: who receives it, and who bought it."""
        self.ensure_one()
        open_pickings = self.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        return (open_pickings.user_id | self.sudo().order_ids.user_id).filtered("active")

    def _set_received(self):
        """Close the parcels: their goods were counted."""
        opened = self.filtered(lambda parcel: not parcel.received_at)
        opened.received_at = fields.Datetime.now()
        self.env["purchase.1688.issue"]._close(opened, ["parcel_exception", "parcel_stuck"])
