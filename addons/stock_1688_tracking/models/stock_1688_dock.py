import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..lib import stages
from .stock_1688_inspection import REASONS

OPEN_STATES = ("assigned", "confirmed", "waiting")
MAX_PHOTO_BYTES = 1_000_000
"""What 1688 takes as evidence; the dock makes its pictures smaller before sending them."""
MAX_PHOTOS = 5
LIST_LENGTH = 40


class Stock1688Dock(models.AbstractModel):
    """What the dock screen asks the server: one call per scan, with a number of queries that
    does not grow.
    """

    _name = "stock.1688.dock"
    _description = "1688 Dock"

    # --- what the screen calls

    @api.model
    def start(self):
        """Return what the empty screen shows: parcels that wait for inspection, and the shelf."""
        self._check_warehouse()
        domain = [
            ("received_at", "=", False),
            "|",
            ("state", "=", "signed"),
            ("scanned_at", "!=", False),
            ("company_id", "in", self.env.companies.ids),
        ]
        waiting = self.env["stock.1688.parcel"].search(domain, order="signed_at, id", limit=LIST_LENGTH)
        shelf_domain = [("state", "=", "waiting"), ("company_id", "in", self.env.companies.ids)]
        shelf = self.env["stock.1688.shelf"].search(shelf_domain, limit=LIST_LENGTH)
        labels = dict(self.env["stock.1688.inspection"]._fields["reason"]._description_selection(self.env))
        return {
            "waiting": [
                {
                    "id": parcel.id,
                    "name": parcel.name,
                    "carrier": parcel.carrier_name or "",
                    "orders": parcel.order_names,
                    "since": fields.Datetime.to_string(parcel.signed_at or parcel.scanned_at) or "",
                    "here": bool(parcel.scanned_at),
                }
                for parcel in waiting
            ],
            "shelf": [
                {
                    "id": item.id,
                    "number": item.number,
                    "since": fields.Datetime.to_string(item.scanned_at),
                }
                for item in shelf
            ],
            "reasons": [[key, labels[key]] for key, _label in REASONS],
        }

    @api.model
    def scan(self, code, picking_id=False):
        """Find out what was scanned: an item of the open receipt, a waybill, an order or receipt
        number, an item.

        :param picking_id: the receipt that is open on the screen
        :return: dict with ``kind`` (item, receipt, received, shelf, unknown), ``message`` and what
        belongs to it
        """
        self._check_warehouse()
        code = (code or "").strip()
        if not code:
            return self._answer("unknown", self.env._("Nothing was scanned."))
        products = self._find_products(code)
        picking = self.env["stock.picking"].browse(picking_id).exists()
        if move := picking.move_ids.filtered(lambda move: move.product_id in products)[:1]:
            return self._answer("item", move.product_id.display_name, move_id=move.id, code=code)
        if parcel := self._find_parcel(code):
            return self._answer_parcel(code, parcel)
        if pickings := self._find_pickings(code, products):
            return self._answer_receipt(code, pickings)
        if stages.looks_like_waybill(code) and not products:
            item = self.env["stock.1688.shelf"]._put(code)
            message = self.env._("Unknown waybill. Put it on the shelf: it will be found when its order is known.")
            return self._answer("shelf", message, code=code, undo={"shelf": item.id})
        return self._answer("unknown", self.env._("Nobody knows %s.", code), code=code)

    @api.model
    def open_receipt(self, picking_id):
        """Return a receipt as the screen shows it, opened by hand and not by a scan."""
        self._check_warehouse()
        picking = self.env["stock.picking"].browse(picking_id).exists()
        return self._answer_receipt(picking.name, picking)

    @api.model
    def undo(self, undo):
        """Take back what a scan has left: the mark *at the dock*, or the place on the shelf."""
        self._check_warehouse()
        if item_id := undo.get("shelf"):
            self.env["stock.1688.shelf"].browse(item_id).exists().action_clear()
        if parcel_id := undo.get("parcel"):
            # the warehouse marks arrivals, all else of a parcel comes from 1688
            parcel_sudo = self.env["stock.1688.parcel"].browse(parcel_id).exists().sudo()
            parcel_sudo.filtered(lambda parcel: not parcel.received_at).scanned_at = False
        return True

    @api.model
    def accept(self, picking_id, lines, parcel_ids=()):
        """Receive what was counted and inspected.

        :param lines: list of dicts: move_id, counted, rejected (in the unit of the product),
        reason, note, photos (base64 of JPEG pictures)
        :param parcel_ids: the parcels that were scanned for this receipt
        :return: dict with ``message`` and ``notes`` on what happens at 1688 now
        """
        self._check_warehouse()
        picking = self._get_picking(picking_id)
        moves = {move.id: move for move in picking.move_ids}
        if unknown := [line for line in lines if line.get("move_id") not in moves]:
            raise UserError(self.env._("%s lines do not belong to this receipt. Scan it again.", len(unknown)))
        findings = [self._read_finding(picking, moves[line["move_id"]], line) for line in lines]
        parcels = self.env["stock.1688.parcel"].browse(parcel_ids).exists() & picking.ali1688_parcel_ids
        picking._ali1688_accept(findings, parcels)
        return {
            "message": self.env._("%s received.", picking.name),
            "notes": [
                {
                    "order": order.remote_id or order.name,
                    "text": order._get_inspection_note(),
                    "state": order.inspection_state,
                }
                for order in picking._get_ali1688_orders()
            ],
            "backorder": picking.backorder_ids[:1].name or "",
        }

    @api.model
    def report_problem(self, picking_id, note, photos=()):
        """Put the receipt in front of the buyer; nothing is received, confirmed or claimed."""
        self._check_warehouse()
        if not (note or "").strip():
            raise UserError(self.env._("Say in a few words what the problem is."))
        picking = self._get_picking(picking_id)
        attachments = self._create_photos(picking, photos)
        picking.message_post(body=self.env._("Problem at the dock: %s", note), attachment_ids=attachments.ids)
        orders = picking._get_ali1688_orders()
        self.env["purchase.1688.issue"]._open(
            picking,
            "dock_problem",
            name=self.env._("%(receipt)s: %(note)s", receipt=picking.name, note=note),
            user_id=orders[:1].user_id.id or picking.user_id.id,
            amount=sum(orders.mapped("placed_total")),
        )
        return {"message": self.env._("The buyer has been told. Leave the goods aside.")}

    # --- finding

    def _check_warehouse(self):
        if not self.env.user.has_group("stock_1688_tracking.group_warehouse"):
            raise AccessError(self.env._("The dock is for people of the group 1688 Warehouse."))

    def _get_picking(self, picking_id):
        picking = self.env["stock.picking"].browse(picking_id).exists()
        if not picking:
            raise UserError(self.env._("This receipt is gone. Scan again."))
        picking.check_access("write")
        return picking

    def _find_products(self, code):
        Product = self.env["product.product"]
        return Product.search(
            [
                "|",
                "|",
                ("barcode", "=", code),
                ("default_code", "=", code),
                ("product_uom_ids.barcode", "=", code),
            ]
        )

    def _find_parcel(self, code):
        found = self.env["stock.1688.waybill"]._find_parcels([code])
        return found.get(stages.normalise(code), self.env["stock.1688.parcel"])

    def _find_pickings(self, code, products):
        """Return receipts by the number of the receipt, purchase order or 1688 order, else those
        that wait for an item.
        """
        numbers = [code, code.upper()]
        # the warehouse has no right on orders at 1688; it may know their numbers
        orders_sudo = (
            self.env["purchase.1688.order"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.env.companies.ids),
                    "|",
                    "|",
                    ("remote_id", "in", numbers),
                    ("name", "in", numbers),
                    ("out_order_id", "in", [*numbers, code.lower()]),
                ]
            )
        )
        domain = Domain("name", "in", numbers) | Domain("purchase_id.name", "in", numbers)
        domain |= Domain("purchase_id", "in", orders_sudo.purchase_ids.ids)
        picking_domain = Domain("picking_type_code", "=", "incoming") & Domain("state", "in", [*OPEN_STATES, "done"])
        pickings = self.env["stock.picking"].search(picking_domain & domain, order="state, id", limit=LIST_LENGTH)
        if not pickings and products:
            waiting = [
                ("picking_type_code", "=", "incoming"),
                ("state", "in", OPEN_STATES),
                ("move_ids.product_id", "in", products.ids),
            ]
            pickings = self.env["stock.picking"].search(waiting, order="scheduled_date, id", limit=LIST_LENGTH)
        return pickings

    # --- answering

    def _answer(self, kind, message, **values):
        return {"kind": kind, "message": message, **values}

    def _answer_parcel(self, code, parcel):
        undo = {}
        if not parcel.scanned_at:
            # the warehouse marks arrivals, all else of a parcel comes from 1688
            parcel.sudo().scanned_at = fields.Datetime.now()
            undo = {"parcel": parcel.id}
        answer = self._answer_receipt(code, parcel.picking_ids, parcel)
        return {**answer, "undo": undo, "code": code}

    def _answer_receipt(self, code, pickings, parcel=None):
        parcel = parcel or self.env["stock.1688.parcel"]
        opened = pickings.filtered(lambda picking: picking.state in OPEN_STATES)
        late = (pickings - opened).filtered(
            lambda picking: picking.state == "done" and picking._get_ali1688_uninspected()
        )
        chosen = (opened or late)[:1]
        if not chosen:
            if not pickings:
                message = self.env._("This parcel has no receipt yet. Leave it aside.")
            else:
                message = self.env._("%s was received already.", ", ".join(pickings.mapped("name")))
            return self._answer("received", message, code=code, parcel=parcel._describe() if parcel else False)
        others = (opened | late) - chosen
        return self._answer(
            "receipt",
            f"{chosen.name} · {chosen.partner_id.display_name}",
            code=code,
            receipt=self._describe_receipt(chosen, parcel),
            others=[{"id": picking.id, "name": picking.name} for picking in others],
        )

    def _describe_receipt(self, picking, parcel):
        orders = picking._get_ali1688_orders()
        moves = picking.move_ids.filtered(lambda move: move.state != "cancel")
        if picking.state == "done":
            moves &= picking._get_ali1688_uninspected()
        content = self._get_content(parcel)
        return {
            "id": picking.id,
            "name": picking.name,
            "partner": picking.partner_id.display_name or "",
            "done": picking.state == "done",
            "orders": [order.remote_id or order.name for order in orders],
            "notes": picking.ali1688_note or "",
            "parcel_id": parcel.id,
            "parcels": picking.ali1688_parcels or [],
            "lines": [self._describe_move(move, content) for move in moves],
        }

    def _get_content(self, parcel):
        """Return {1688 order line: quantity} of the parcel, empty while its content is not
        known.
        """
        lines_sudo = parcel.sudo().line_ids
        if not lines_sudo or not all(lines_sudo.mapped("product_qty")):
            return {}
        return {line.order_line_id: line.product_qty for line in lines_sudo}

    def _describe_move(self, move, content):
        expected = move.product_qty
        if content:
            order_lines = move.sudo().purchase_line_id.ali1688_order_line_ids
            expected = min(expected, sum(content.get(line, 0.0) for line in order_lines))
        return {
            "id": move.id,
            "product_id": move.product_id.id,
            "name": move.product_id.display_name,
            "barcode": move.product_id.barcode or "",
            "unit": move.product_id.uom_id.name,
            "image": f"/web/image/product.product/{move.product_id.id}/image_512",
            "ordered": move.product_qty,
            "expected": expected,
        }

    # --- reading what people enter

    def _read_finding(self, picking, move, line):
        try:
            counted, rejected = float(line.get("counted") or 0), float(line.get("rejected") or 0)
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("%s: the quantity is not a number.", move.product_id.display_name)) from error
        reason = line.get("reason") or False
        if reason and reason not in dict(REASONS):
            raise UserError(self.env._("This reason is not on the list."))
        uom = move.product_id.uom_id
        return {
            "move": move,
            "counted": uom.round(counted),
            "rejected": uom.round(rejected),
            "reason": reason,
            "note": (line.get("note") or "").strip()[:500] or False,
            "photos": self._create_photos(picking, line.get("photos") or ()),
        }

    def _create_photos(self, picking, photos):
        """Keep JPEG pictures as attachments of the receipt, under names of our own."""
        if len(photos) > MAX_PHOTOS:
            raise UserError(self.env._("At most %s photos can be kept for one line.", MAX_PHOTOS))
        vals_list = []
        for number, photo in enumerate(photos, start=1):
            try:
                content = base64.b64decode(photo, validate=True)
            except (binascii.Error, ValueError, TypeError) as error:
                raise UserError(self.env._("A photo could not be read. Take it again.")) from error
            if not content.startswith(b"\xff\xd8\xff") or len(content) >= MAX_PHOTO_BYTES:
                raise UserError(self.env._("A photo must be a JPEG picture below 1 MB."))
            vals_list.append(
                {
                    "name": f"{picking.name.replace('/', '-')}-{number}.jpg",
                    "raw": content,
                    "mimetype": "image/jpeg",
                    "res_model": "stock.picking",
                    "res_id": picking.id,
                }
            )
        return self.env["ir.attachment"].create(vals_list)
