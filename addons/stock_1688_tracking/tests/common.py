from datetime import timedelta, timezone
from unittest.mock import patch

from odoo import fields
from odoo.tests import TransactionCase, new_test_user

from odoo.addons.purchase_1688.lib.values import Parcel, Trace, TraceStep

NOW = fields.Datetime.to_datetime("2026-03-02 12:00:00")
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 64


def at(hours, minutes=0):
    """An aware moment so many hours after a fixed one."""
    return (NOW + timedelta(hours=hours, minutes=minutes)).replace(tzinfo=timezone.utc)


def parcel(number="YT9981234567", status="TRANSPORT", entries=(), logistics_id=None, **values):
    """A parcel as the library reads it."""
    return Parcel(
        logistics_id=f"LP{number}" if logistics_id is None else logistics_id,
        bill_no=number,
        entry_ids=tuple(entries),
        status=status,
        carrier_code="YTO",
        carrier_name="圆通速递",
        **values,
    )


def trace(number, *steps, logistics_id=None):
    """A trace as the library reads it; steps are (hours, text)."""
    return Trace(
        logistics_id=f"LP{number}" if logistics_id is None else logistics_id,
        bill_no=number,
        steps=tuple(TraceStep(at=at(hours), text=text) for hours, text in steps),
    )


class TrackingCommon(TransactionCase):
    """A seller, two products, a confirmed purchase order and its order at 1688, shipped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.account = cls.env["purchase.1688.account"].create({"name": "Test account", "app_key": "1", "sandbox": True})
        cls.account.state = "connected"
        cls.buyer = new_test_user(cls.env, "tracking_buyer", "purchase_1688.group_buyer")
        cls.worker = new_test_user(cls.env, "tracking_worker", "stock_1688_tracking.group_warehouse")
        cls.seller = cls.env["res.partner"].create({"name": "Hangzhou A"})
        cls.shirt, cls.cap = cls.env["product.product"].create(
            [
                {"name": "T-shirt", "is_storable": True, "barcode": "6901234567892"},
                {"name": "Cap", "is_storable": True, "default_code": "CAP-1"},
            ]
        )
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.env.company.id)], limit=1)
        cls.purchase, cls.order = cls._create_order({cls.shirt: 50, cls.cap: 30}, "4100001")
        cls.picking = cls.purchase.picking_ids
        cls.Parcel = cls.env["stock.1688.parcel"]
        cls.Dock = cls.env["stock.1688.dock"].with_user(cls.worker)

    @classmethod
    def _create_order(cls, quantities, number, state="shipped"):
        """Return a confirmed purchase order and its order at 1688."""
        purchase = cls.env["purchase.order"].create(
            {
                "partner_id": cls.seller.id,
                "user_id": cls.buyer.id,
                "order_line": [
                    fields.Command.create({"product_id": product.id, "product_qty": quantity, "price_unit": 10})
                    for product, quantity in quantities.items()
                ],
            }
        )
        order = cls.env["purchase.1688.order"].create(
            {
                "account_id": cls.account.id,
                "company_id": cls.env.company.id,
                "partner_id": cls.seller.id,
                "user_id": cls.buyer.id,
                "address_partner_id": cls.env.company.partner_id.id,
                "state": state,
                "remote_id": number,
                "placed_total": 800,
                "paid_total": 800,
                "shipped_at": fields.Datetime.now(),
                "line_ids": [
                    fields.Command.create(
                        {
                            "purchase_line_id": line.id,
                            "product_id": line.product_id.id,
                            "product_qty": line.product_qty,
                            "product_uom_id": line.product_uom_id.id,
                            "offer_ref": f"6{line.id}",
                            "name": line.product_id.name,
                            "quantity": line.product_qty,
                            "unit_price": 10,
                            "remote_entry_id": f"{number}{index}",
                            "remote_qty": line.product_qty,
                            "remote_amount": line.product_qty * 10,
                        }
                    )
                    for index, line in enumerate(purchase.order_line)
                ],
            }
        )
        purchase.button_confirm()
        return purchase, order

    def _watch(self):
        """Run the scheduled watch as the server does."""
        with self.enter_registry_test_mode():
            self.env.flush_all()
            self.env.ref("stock_1688_tracking.ir_cron_stock_1688_parcel_watch").method_direct_trigger()
            self.env.invalidate_all()

    def _apply(self, parcels=(), traces=(), order=None):
        answers = {order or self.order: (tuple(parcels), tuple(traces))}
        return self.Parcel._apply_reads(self.account, answers)

    def _scan(self, code, picking=None):
        return self.Dock.scan(code, picking.id if picking else False)

    def _accept(self, picking=None, rejected=None, counted=None, **values):
        """Accept a receipt at the dock; ``rejected`` and ``counted`` are {product: quantity}."""
        picking = picking or self.picking
        lines = []
        for move in picking.move_ids:
            bad = (rejected or {}).get(move.product_id, 0)
            line = {
                "move_id": move.id,
                "counted": (counted or {}).get(move.product_id, move.product_qty),
                "rejected": bad,
                "reason": "quality" if bad else "",
                **(values if bad else {}),
            }
            lines.append(line)
        return self.Dock.accept(picking.id, lines)

    def _catch_confirmations(self):
        """Record for which orders the receipt is confirmed at 1688, instead of preparing it."""
        confirmed = []
        Order = type(self.env["purchase.1688.order"])
        patcher = patch.object(Order, "_confirm_receipt", lambda orders: confirmed.extend(orders.ids))
        patcher.start()
        self.addCleanup(patcher.stop)
        return confirmed
