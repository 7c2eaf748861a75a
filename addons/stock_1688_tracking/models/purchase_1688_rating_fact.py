from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.purchase_1688.models.purchase_1688_rating_fact import CODES_PER_RECORD


class Purchase1688RatingFact(models.Model):
    """What the dock sees of a seller: parcels in time, nothing short, nothing rejected."""

    _inherit = "purchase.1688.rating.fact"
    _depends = {
        "stock.1688.parcel": ["company_id", "order_ids", "state", "expected_date", "signed_at"],
        "stock.1688.inspection": ["order_id", "accepted_qty", "rejected_qty", "date"],
        "purchase.1688.order.line": ["accepted_qty", "rejected_qty", "product_qty", "product_uom_id", "is_live"],
        "purchase.order.line": ["date_planned"],
    }

    @api.model
    def _get_selects(self):
        now = fields.Datetime.now()
        return [*super()._get_selects(), self._select_arrive(now), self._select_complete(), self._select_quality()]

    @api.model
    def _select_arrive(self, now):
        """Each parcel: signed for by the end of the expected day in China, else of the day that the purchase order
        planned. Parcels with goods of several sellers tell nothing about one of them.
        """
        return SQL(
            """
            SELECT p.id * %(step)s + 4, o.company_id, o.partner_id, 'arrive',
                   LEAST(COALESCE(p.signed_at, %(now)s), due.at),
                   (COALESCE(p.signed_at, %(now)s) <= due.at)::int::double precision,
                   (EXTRACT(EPOCH FROM COALESCE(p.signed_at, %(now)s) - due.at) / 86400)::double precision,
                   o.id
              FROM purchase_1688_order o
              JOIN stock_1688_parcel_order_rel rel ON rel.order_id = o.id
              JOIN stock_1688_parcel p ON p.id = rel.parcel_id
              CROSS JOIN LATERAL (
                    SELECT (COALESCE(
                               p.expected_date,
                               (SELECT MIN(pol.date_planned)::date
                                  FROM purchase_1688_order_line l
                                  JOIN purchase_order_line pol ON pol.id = l.purchase_line_id
                                 WHERE l.order_id = o.id)
                           ) + TIME '16:00')::timestamp AS at
              ) due
             WHERE due.at IS NOT NULL
               AND (p.signed_at IS NOT NULL OR (p.state NOT IN ('cancelled', 'returned') AND due.at < %(now)s))
               AND NOT EXISTS (
                    SELECT 1
                      FROM stock_1688_parcel_order_rel other
                      JOIN purchase_1688_order o2 ON o2.id = other.order_id
                     WHERE other.parcel_id = p.id AND (o2.partner_id != o.partner_id OR o2.id < o.id)
               )
            """,
            step=CODES_PER_RECORD,
            now=now,
        )

    @api.model
    def _select_complete(self):
        """Each line of an order that came to its end and was inspected: the share of the quantity that arrived."""
        return SQL(
            """
            SELECT l.id * %(step)s + 5, o.company_id, o.partner_id, 'complete', o.received_at,
                   LEAST(found.share, 1)::double precision, found.share::double precision, o.id
              FROM purchase_1688_order_line l
              JOIN purchase_1688_order o ON o.id = l.order_id
              JOIN product_product product ON product.id = l.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN uom_uom own ON own.id = template.uom_id
              JOIN uom_uom ordered ON ordered.id = l.product_uom_id
              CROSS JOIN LATERAL (
                    SELECT (COALESCE(l.accepted_qty, 0) + COALESCE(l.rejected_qty, 0))
                           / NULLIF(l.product_qty * ordered.factor / own.factor, 0) AS share
              ) found
             WHERE l.is_live AND found.share IS NOT NULL
               AND o.state IN ('received', 'done') AND o.received_at IS NOT NULL
               AND EXISTS (SELECT 1 FROM stock_1688_inspection i WHERE i.order_id = o.id)
            """,
            step=CODES_PER_RECORD,
        )

    @api.model
    def _select_quality(self):
        """Each inspection: the share of what arrived that was accepted."""
        return SQL(
            """
            SELECT i.id * %(step)s + 6, o.company_id, o.partner_id, 'quality', i.date,
                   (i.accepted_qty / (i.accepted_qty + i.rejected_qty))::double precision,
                   (i.accepted_qty / (i.accepted_qty + i.rejected_qty))::double precision,
                   o.id
              FROM stock_1688_inspection i
              JOIN purchase_1688_order o ON o.id = i.order_id
             WHERE i.accepted_qty + i.rejected_qty > 0
            """,
            step=CODES_PER_RECORD,
        )
