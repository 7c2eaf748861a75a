from odoo import api, fields, models
from odoo.tools import SQL

CODES_PER_RECORD = 16
REFUND_DAYS = 3
REFUND_DAYS_RETURN = 10
REFUND_DAYS_WORST = 12
PRICE_TOLERANCE = 0.1
QUOTE_DAYS = 7


class Purchase1688RatingFact(models.Model):
    """One observation of ours about a seller: worth 0 (bad) to 1 (good), on the day on which it was certain.

    Nothing is stored: the facts are read from the orders and claims themselves, so each rating leads to what it rests
    on. Other add-ons add what they see with `_get_selects`.
    """

    _name = "purchase.1688.rating.fact"
    _description = "1688 Observation about a Seller"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "order_id"
    _depends = {
        "purchase.1688.order": [
            "company_id",
            "partner_id",
            "state",
            "paid_at",
            "shipped_at",
            "received_at",
            "closed_at",
            "placed_at",
            "preview_at",
            "paid_total",
            "refunded_total",
        ],
        "purchase.1688.order.line": ["order_id", "unit_price", "remote_price", "preview_price", "quantity"],
        "purchase.1688.refund": ["order_id", "state", "applied_at", "refunded_at", "with_return"],
        "res.company": ["ali1688_rating_ship_hours"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", "Seller", readonly=True)
    code = fields.Selection(
        [
            ("ship", "Shipped in time"),
            ("arrive", "Arrived in time"),
            ("complete", "Nothing short"),
            ("quality", "Goods accepted"),
            ("kept", "Money kept"),
            ("refund", "Paid back quickly"),
            ("price", "Price kept"),
        ],
        "What",
        readonly=True,
    )
    date = fields.Datetime("Observed", readonly=True, help="When it was certain.")
    value = fields.Float("Worth (0 to 1)", digits=(3, 2), aggregator="avg", readonly=True, help="1 is good, 0 is bad.")
    measure = fields.Float(
        "Measured",
        digits=(12, 2),
        aggregator="avg",
        readonly=True,
        help="Hours from payment to dispatch, days after the expected day, share delivered, accepted or kept, "
        "days until the money was back, or the rise of the price as a share.",
    )
    measure_label = fields.Char("What was seen", compute="_compute_measure_label")
    order_id = fields.Many2one("purchase.1688.order", "1688 order", readonly=True)

    @api.depends("code", "measure")
    @api.depends_context("lang")
    def _compute_measure_label(self):
        for fact in self:
            fact.measure_label = fact._describe_measure()

    def _describe_measure(self):
        """What was measured, with its unit."""
        self.ensure_one()
        if self.code == "ship" and not self.order_id.shipped_at:
            return self.env._("not dispatched after %s hours", f"{self.measure:.0f}")
        if self.code == "ship":
            return self.env._("after %s hours", f"{self.measure:.0f}")
        if self.code == "arrive":
            days = f"{abs(self.measure):.1f}"
            return self.env._("%s days late", days) if self.measure > 0 else self.env._("%s days early", days)
        if self.code == "refund":
            return self.env._("after %s days", f"{self.measure:.1f}")
        if self.code == "price":
            return self.env._("%s dearer", f"{self.measure:.1%}") if self.measure > 0 else self.env._("as quoted")
        return f"{self.measure:.0%}"

    @property
    def _table_query(self):
        return SQL(" UNION ALL ").join(SQL("(%s)", select) for select in self._get_selects())

    @api.model
    def _get_selects(self):
        """The queries whose rows together are the facts: SQL with the columns id, company_id, partner_id, code, date,
        value, measure, order_id.

        The id is the number of the record behind it times `CODES_PER_RECORD`, plus a number of its own per query.
        """
        now = fields.Datetime.now()
        return [self._select_ship(now), self._select_kept(), self._select_refund(now), self._select_price()]

    @api.model
    def _select_ship(self, now):
        """Each paid order: dispatched within the promised hours. An order that is overdue counts at once, and also
        when it is closed later: a paid order ends only with its money back, mostly because nothing came.
        """
        return SQL(
            """
            SELECT o.id * %(step)s AS id, o.company_id, o.partner_id, 'ship' AS code,
                   LEAST(seen.until, promise.at) AS date,
                   (seen.until <= promise.at)::int::double precision AS value,
                   (EXTRACT(EPOCH FROM seen.until - o.paid_at) / 3600)::double precision AS measure,
                   o.id AS order_id
              FROM purchase_1688_order o
              JOIN res_company c ON c.id = o.company_id
              CROSS JOIN LATERAL (
                    SELECT o.paid_at + make_interval(hours => COALESCE(c.ali1688_rating_ship_hours, 48)) AS at
              ) promise
              CROSS JOIN LATERAL (
                    SELECT COALESCE(o.shipped_at, CASE o.state WHEN 'paid' THEN %(now)s
                                                               WHEN 'cancelled' THEN o.closed_at END) AS until
              ) seen
             WHERE o.paid_at IS NOT NULL AND (o.shipped_at IS NOT NULL OR seen.until > promise.at)
            """,
            step=CODES_PER_RECORD,
            now=now,
        )

    @api.model
    def _select_kept(self):
        """Each order that came to its end, or was closed because all was paid back for what had been sent: the share
        of the money that was not paid back.
        """
        return SQL(
            """
            SELECT o.id * %(step)s + 1, o.company_id, o.partner_id, 'kept', COALESCE(o.received_at, o.closed_at),
                   1 - LEAST(GREATEST(COALESCE(o.refunded_total, 0) / o.paid_total, 0), 1)::double precision,
                   1 - LEAST(GREATEST(COALESCE(o.refunded_total, 0) / o.paid_total, 0), 1)::double precision,
                   o.id
              FROM purchase_1688_order o
             WHERE o.paid_total > 0
               AND ((o.state IN ('received', 'done') AND o.received_at IS NOT NULL)
                    OR (o.state = 'cancelled' AND o.shipped_at IS NOT NULL AND o.refunded_total > 0
                        AND COALESCE(o.received_at, o.closed_at) IS NOT NULL))
            """,
            step=CODES_PER_RECORD,
        )

    @api.model
    def _select_refund(self, now):
        """Each claim: worth 1 when paid back within some days, 0 from twelve days later on; longer where goods have
        to travel back. One that the seller sits on counts when it can only be 0 any more.
        """
        return SQL(
            """
            SELECT r.id * %(step)s + 2, o.company_id, o.partner_id, 'refund',
                   LEAST(COALESCE(r.refunded_at, %(now)s), r.applied_at + took.allowed + took.worst),
                   LEAST(GREATEST(1 - EXTRACT(EPOCH FROM took.spent - took.allowed)
                         / EXTRACT(EPOCH FROM took.worst), 0), 1)::double precision,
                   (EXTRACT(EPOCH FROM took.spent) / 86400)::double precision,
                   o.id
              FROM purchase_1688_refund r
              JOIN purchase_1688_order o ON o.id = r.order_id
              CROSS JOIN LATERAL (
                    SELECT COALESCE(r.refunded_at, %(now)s) - r.applied_at AS spent,
                           make_interval(days => CASE WHEN r.with_return THEN %(back)s ELSE %(days)s END) AS allowed,
                           make_interval(days => %(worst)s) AS worst
              ) took
             WHERE r.applied_at IS NOT NULL
               AND (r.refunded_at IS NOT NULL
                    OR (r.state IN ('applied', 'rejected') AND took.spent > took.allowed + took.worst))
            """,
            step=CODES_PER_RECORD,
            now=now,
            days=REFUND_DAYS,
            back=REFUND_DAYS_RETURN,
            worst=REFUND_DAYS_WORST,
        )

    @api.model
    def _select_price(self):
        """Each line: what 1688 asked in the end against the quote; cheaper is kept, a tenth dearer is worth 0.

        The quote is the comparison's answer for this quantity if it is not older than a week, else the price with
        which the order was prepared.
        """
        return SQL(
            """
            SELECT l.id * %(step)s + 3, o.company_id, o.partner_id, 'price', COALESCE(o.placed_at, o.preview_at),
                   GREATEST(1 - rise.share / %(tolerance)s, 0)::double precision,
                   rise.share::double precision,
                   o.id
              FROM purchase_1688_order_line l
              JOIN purchase_1688_order o ON o.id = l.order_id
              LEFT JOIN purchase_order_line pol ON pol.id = l.purchase_line_id
              LEFT JOIN purchase_1688_comparison_quote q
                     ON q.id = pol.ali1688_quote_id AND q.partner_id = o.partner_id AND q.quantity = l.quantity
                    AND q.answered_at > COALESCE(o.preview_at, o.placed_at) - make_interval(days => %(quote_days)s)
              CROSS JOIN LATERAL (
                    SELECT COALESCE(NULLIF(q.unit_price, 0), NULLIF(l.unit_price, 0)) AS quoted,
                           COALESCE(NULLIF(l.remote_price, 0), NULLIF(l.preview_price, 0)) AS asked
              ) price
              CROSS JOIN LATERAL (SELECT GREATEST(price.asked / price.quoted - 1, 0) AS share) rise
             WHERE price.asked IS NOT NULL AND price.quoted IS NOT NULL
               AND COALESCE(o.placed_at, o.preview_at) IS NOT NULL
            """,
            step=CODES_PER_RECORD,
            tolerance=PRICE_TOLERANCE,
            quote_days=QUOTE_DAYS,
        )

    # --- actions

    def action_open_order(self):
        """Open the order behind this observation."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "purchase.1688.order",
            "res_id": self.order_id.id,
            "views": [(False, "form")],
        }
