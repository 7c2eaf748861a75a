from odoo import api, fields, models
from odoo.exceptions import UserError

ACTIVITY_ARRIVED = "stock_1688_tracking.mail_activity_type_arrived"


class StockPicking(models.Model):
    _inherit = "stock.picking"

    ali1688_parcel_ids = fields.Many2many(
        "stock.1688.parcel",
        "stock_1688_parcel_picking_rel",
        "picking_id",
        "parcel_id",
        "Parcels",
        copy=False,
        readonly=True,
    )
    ali1688_parcel_count = fields.Integer("Parcel Count", compute="_compute_ali1688_parcels")
    ali1688_parcels = fields.Json("Journey", compute="_compute_ali1688_parcels")
    ali1688_is_from_1688 = fields.Boolean("From 1688", compute="_compute_ali1688_orders")
    ali1688_note = fields.Text("1688 Status", compute="_compute_ali1688_orders")
    ali1688_inspection_ids = fields.One2many("stock.1688.inspection", "picking_id", "Inspections", readonly=True)
    ali1688_inspection_count = fields.Integer("Inspection Count", compute="_compute_ali1688_inspection_count")

    # --- computes

    @api.depends("ali1688_parcel_ids.timeline")
    def _compute_ali1688_parcels(self):
        for picking in self:
            picking.ali1688_parcel_count = len(picking.ali1688_parcel_ids)
            picking.ali1688_parcels = [parcel._describe() for parcel in picking.ali1688_parcel_ids]

    @api.depends("move_ids.purchase_line_id.ali1688_order_line_ids.order_id.inspection_state")
    def _compute_ali1688_orders(self):
        for picking in self:
            orders = picking._get_ali1688_orders()
            picking.ali1688_is_from_1688 = bool(orders)
            notes = [(order, order._get_inspection_note()) for order in orders]
            picking.ali1688_note = "\n".join(
                f"{order.remote_id or order.name}: {note}" for order, note in notes if note
            )

    @api.depends("ali1688_inspection_ids")
    def _compute_ali1688_inspection_count(self):
        for picking in self:
            picking.ali1688_inspection_count = len(picking.ali1688_inspection_ids)

    # --- actions

    def action_ali1688_dock(self):
        """Open the dock on this receipt."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("stock_1688_tracking.stock_1688_dock_action")
        return action | {"params": {"picking_id": self.id}}

    def action_ali1688_view_parcels(self):
        """Open the parcels of the receipts."""
        action = self.env["ir.actions.actions"]._for_xml_id("stock_1688_tracking.stock_1688_parcel_action")
        return action | {"domain": [("id", "in", self.ali1688_parcel_ids.ids)], "context": {}}

    def action_ali1688_view_inspections(self):
        """Open what was found in the receipts."""
        action = self.env["ir.actions.actions"]._for_xml_id("stock_1688_tracking.stock_1688_inspection_action")
        return action | {"domain": [("picking_id", "in", self.ids)], "context": {}}

    def action_ali1688_look_now(self):
        """Ask 1688 for news of the parcels of these receipts."""
        return self.ali1688_parcel_ids.action_look_now()

    # --- business: reading

    def _get_ali1688_order_lines(self):
        """Return the lines at 1688 that the receipts wait for, for whoever works at the dock."""
        # the warehouse has no right on orders; it sees numbers and states here, never amounts
        return self.sudo().move_ids.purchase_line_id.ali1688_order_line_ids.filtered("is_live")

    def _get_ali1688_orders(self):
        return self._get_ali1688_order_lines().order_id

    def _get_ali1688_uninspected(self):
        """Return the lines from 1688 that were received in Odoo but that nobody has inspected."""
        from_1688 = self.sudo()._get_ali1688_order_lines().purchase_line_id.move_ids.sudo(False)
        return (self.move_ids & from_1688) - self.ali1688_inspection_ids.move_id

    def _schedule_arrived(self, user, summary):
        """Ask ``user`` to receive and inspect; one open activity per person and receipt is
        enough.
        """
        self.ensure_one()
        activity_type = self.env.ref(ACTIVITY_ARRIVED)
        if not self.activity_ids.filtered(lambda done: done.activity_type_id == activity_type and done.user_id == user):
            self.activity_schedule(ACTIVITY_ARRIVED, summary=summary, user_id=user.id)

    # --- business: accepting

    def _ali1688_accept(self, findings, parcels):
        """Receive what was counted, put aside what was rejected, and confirm or claim at 1688.

        :param findings: list of dicts: move, counted and rejected (in the unit of the product),
        reason, note, photos (attachments)
        :param parcels: the parcels that were opened for this
        :return: the inspections
        """
        self.ensure_one()
        self.lock_for_update()
        self._ali1688_check_findings(findings)
        was_done = self.state == "done"
        inspections = (
            self.env["stock.1688.inspection"]
            .sudo()
            .create([self._prepare_inspection_vals(finding) for finding in findings if finding["counted"]])
        )
        if was_done:
            self._ali1688_quarantine_received(findings)
        else:
            self._ali1688_fill_moves(findings)
            self._ali1688_validate()
        complete = not self.backorder_ids.filtered(lambda picking: picking.state != "cancel")
        parcels |= self.ali1688_parcel_ids if complete else self.ali1688_parcel_ids.browse()
        parcels.sudo()._set_received()
        self.sudo().activity_feedback([ACTIVITY_ARRIVED])
        inspections._open_claims()
        # written each time, so that two inspections of one order at once meet here and
        # the later one starts again
        inspections.order_id.inspected_at = fields.Datetime.now()
        inspections.order_id._confirm_accepted()
        return inspections.sudo(False)

    def _ali1688_check_findings(self, findings):
        """Refuse what cannot be: nothing counted, more rejected than counted, a second
        inspection.
        """
        if self.state not in ("assigned", "confirmed", "done"):
            raise UserError(self.env._("%s cannot be received in its present state. Open it to see why.", self.name))
        if not any(finding["counted"] for finding in findings):
            raise UserError(self.env._("Nothing was counted. If nothing is there, press Problem instead."))
        inspected = self.ali1688_inspection_ids.move_id
        for finding in findings:
            name = finding["move"].product_id.display_name
            if finding["counted"] < 0 or not 0 <= finding["rejected"] <= finding["counted"]:
                raise UserError(
                    self.env._(
                        "%s: rejected cannot be more than counted, and neither can be below zero.",
                        name,
                    )
                )
            if finding["rejected"] and not finding["reason"]:
                raise UserError(self.env._("%s: say why goods are rejected.", name))
            if finding["move"] in inspected:
                raise UserError(self.env._("%s was inspected already.", name))

    def _prepare_inspection_vals(self, finding):
        move = finding["move"]
        order_line = move.sudo().purchase_line_id.ali1688_order_line_ids.filtered("is_live")[:1]
        return {
            "picking_id": self.id,
            "move_id": move.id,
            "company_id": self.company_id.id,
            "product_id": move.product_id.id,
            "order_line_id": order_line.id,
            "expected_qty": move.product_qty,
            "accepted_qty": finding["counted"] - finding["rejected"],
            "rejected_qty": finding["rejected"],
            "reason": finding["reason"] if finding["rejected"] else False,
            "note": finding["note"],
            "photo_ids": [fields.Command.set(finding["photos"].ids)],
            "user_id": self.env.uid,
        }

    def _ali1688_fill_moves(self, findings):
        """Write the counted quantities; rejected goods get a line of their own towards the
        quarantine.

        A line of its own keeps Odoo's figures right: received quantities count it, push rules of
        the stock do not touch it, and a return starts from where the goods are.
        """
        self.move_ids.filtered(lambda move: move.state not in ("done", "cancel")).write(
            {"quantity": 0, "picked": False}
        )
        for finding in findings:
            move, rejected = finding["move"], finding["rejected"]
            accepted = finding["counted"] - rejected
            if rejected and (accepted or move.product_id.uom_id.compare(rejected, move.product_qty) < 0):
                self._ali1688_split_off(move, rejected)
            elif rejected:
                move.location_dest_id = self.picking_type_id.warehouse_id._get_quarantine_location()
                accepted = rejected
            if accepted:
                move.quantity = move.product_id.uom_id._compute_quantity(accepted, move.product_uom)
                move.picked = True

    def _ali1688_split_off(self, move, rejected):
        quarantine = self.picking_type_id.warehouse_id._get_quarantine_location()
        vals = {"picking_id": self.id, "location_dest_id": quarantine.id}
        apart = self.env["stock.move"].create([vals_move | vals for vals_move in move._split(rejected)])
        apart._action_confirm(merge=False)
        apart.quantity = apart.product_id.uom_id._compute_quantity(rejected, apart.product_uom)
        apart.picked = True

    def _ali1688_validate(self):
        result = self.with_context(skip_backorder=True, skip_sms=True).button_validate()
        if self.state != "done":
            message = result.get("name") if isinstance(result, dict) else ""
            raise UserError(
                self.env._(
                    "%(receipt)s needs more than the dock can give: %(what)s",
                    receipt=self.name,
                    what=message,
                )
            )

    def _ali1688_quarantine_received(self, findings):
        """Move what was rejected after the receipt had been validated into the quarantine."""
        rejected = [finding for finding in findings if finding["rejected"]]
        if not rejected:
            return
        warehouse = self.picking_type_id.warehouse_id
        quarantine = warehouse._get_quarantine_location()
        transfer = self.create(
            {
                "picking_type_id": warehouse.int_type_id.id,
                "location_id": self.location_dest_id.id,
                "location_dest_id": quarantine.id,
                "origin": self.name,
                "move_ids": [
                    fields.Command.create(
                        {
                            "product_id": finding["move"].product_id.id,
                            "product_uom": finding["move"].product_id.uom_id.id,
                            "product_uom_qty": finding["rejected"],
                            "location_id": finding["move"].location_dest_id.id,
                            "location_dest_id": quarantine.id,
                        }
                    )
                    for finding in rejected
                ],
            }
        )
        transfer.action_confirm()
        transfer.action_assign()
        transfer.move_ids.picked = True
        transfer._ali1688_validate()
