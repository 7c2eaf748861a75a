from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ..lib import history
from .purchase_1688_price import POINTS_LIMIT

SPARK_POINTS = 30


class Purchase1688Sku(models.Model):
    """What the SKU cost before."""

    _inherit = "purchase.1688.sku"

    noted = fields.Boolean(readonly=True, copy=False, help="The price history knows this SKU.")
    noted_stock = fields.Float(
        digits="Product Unit", readonly=True, copy=False, help="Stock that the price history told last."
    )
    alarm_price = fields.Monetary(
        "Settled price",
        readonly=True,
        copy=False,
        help="Price that the alarm measures from: as collected, or as it was when the last alarm was settled.",
    )
    price_history = fields.Json("Price history", compute="_compute_price_history")

    def _compute_price_history(self):
        points = self._get_price_history(SPARK_POINTS)
        for sku in self:
            sku.price_history = points.get(sku) or False

    # --- actions

    def action_open_price_history(self):
        """The price history of these SKUs, with the tiers that they share."""
        action = self.env["ir.actions.act_window"]._for_xml_id("purchase_1688.purchase_1688_price_action")
        shared = self.filtered(lambda sku: sku.offer_id.quote_type != "1").offer_id
        domain = ["|", ("sku_id", "in", self.ids), "&", ("offer_id", "in", shared.ids), ("sku_id", "=", False)]
        return {**action, "domain": domain, "context": {"search_default_prices": 1, "fill_temporal": False}}

    def get_price_history(self, limit=100):
        """What these SKUs cost over time, for the external API.

        :param int limit: most points per SKU, the newest ones
        :return: [{"sku_id", "name", "currency", "points": [{"date", "price"}]}], points oldest first; prices in
            yuan per 1688 unit at the smallest order
        """
        self.check_access("read")
        limit = min(max(int(limit), 1), POINTS_LIMIT)
        points = self._read_price_points(limit)
        return [
            {
                "sku_id": sku.id,
                "name": sku.display_name,
                "currency": "CNY",
                "points": [
                    {"date": fields.Datetime.to_string(date), "price": price} for date, price in points.get(sku.id, ())
                ],
            }
            for sku in self
        ]

    # --- business

    def _get_price_history(self, limit=30):
        """{sku: [prices, oldest first]}, at most `limit` each; one query. SKUs that never told a price are left out."""
        points = self._read_price_points(limit)
        return {sku: [price for _date, price in points[sku.id]] for sku in self if sku.id in points}

    def _read_price_points(self, limit):
        """{SKU id: [(date, price)]}: its own prices and those of the tier that its smallest order pays."""
        ids = [sku_id for sku_id in self.ids if sku_id]
        if not ids or not self.env["purchase.1688.price"].has_access("read"):
            return {}
        self.env["purchase.1688.price"].flush_model()
        self.flush_model(["offer_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT sku.id, line.date, line.price
                  FROM purchase_1688_sku AS sku
                 CROSS JOIN LATERAL (
                    SELECT date, price, id FROM (
                        (SELECT date, price, id FROM purchase_1688_price
                          WHERE sku_id = sku.id AND is_price AND price > 0 ORDER BY date DESC, id DESC LIMIT %(limit)s)
                        UNION ALL
                        (SELECT date, price, id FROM purchase_1688_price
                          WHERE offer_id = sku.offer_id AND sku_id IS NULL AND is_price AND is_entry AND price > 0
                          ORDER BY date DESC, id DESC LIMIT %(limit)s)
                    ) AS both_kinds
                     ORDER BY date DESC, id DESC LIMIT %(limit)s
                 ) AS line
                 WHERE sku.id = ANY(%(ids)s)
                 ORDER BY sku.id, line.date, line.id
                """,
                limit=limit,
                ids=ids,
            )
        )
        points = defaultdict(list)
        for sku_id, date, price in rows:
            # the first sight of a SKU tells its price beside the tier's
            if not points[sku_id] or points[sku_id][-1] != (date, price):
                points[sku_id].append((date, price))
        return dict(points)

    def _take(self):
        """The SKU for lib/history."""
        self.ensure_one()
        return history.Spec(
            price=self._get_entry_price(),
            stock=self.stock,
            listed=self.active,
            noted=self.noted_stock if self.noted else None,
        )

    def _get_entry_price(self):
        """Yuan per 1688 unit at the smallest quantity that can be ordered."""
        self.ensure_one()
        return self._get_price(self.offer_id.min_qty)

    @api.model
    def _describe_price(self, price):
        return f"{price:,.2f}"
