from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..lib import history

#: days that every line is kept; older ones are thinned out to the extremes of each day
KEEP_DAYS = 90
PURGE_AT_ONCE = 20_000
#: most points that a caller of the external API gets per SKU
POINTS_LIMIT = 1000

CHANGES = [
    ("first", "First seen"),
    ("up", "Price up"),
    ("down", "Price down"),
    ("no_tier", "Tier gone"),
    ("stock", "Stock moved"),
    ("short", "Out of stock"),
    ("restocked", "In stock again"),
    ("gone", "SKU gone"),
    ("back", "SKU back"),
    ("off", "Off the shelf"),
    ("on", "On the shelf again"),
]
LOOKS = [
    ("watch", "Watch"),
    ("push", "Watch, after a message"),
    ("comparison", "Comparison"),
    ("collect", "Collected"),
]


class Purchase1688Price(models.Model):
    """One change of one SKU, price tier or listing. Lines are added and never changed.

    Where all SKUs of an offer share its price tiers, the tiers' lines (without a SKU) tell of prices.
    """

    _name = "purchase.1688.price"
    _description = "1688 Price History"
    _order = "date desc, id desc"
    _rec_name = "about"
    _log_access = False

    offer_id = fields.Many2one("purchase.1688.offer", required=True, readonly=True, ondelete="cascade")
    sku_id = fields.Many2one(
        "purchase.1688.sku", "SKU", readonly=True, ondelete="cascade", help="Empty for price tiers and the offer."
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    partner_id = fields.Many2one(related="offer_id.partner_id", string="Seller")
    date = fields.Datetime("When", required=True, readonly=True, index=True)
    change = fields.Selection(CHANGES, "What changed", required=True, readonly=True)
    look = fields.Selection(LOOKS, "Seen by", required=True, readonly=True)
    about = fields.Char("Specification or tier", compute="_compute_about")
    start_qty = fields.Float("From", digits="Product Unit", readonly=True, help="Quantity at which a tier starts.")
    is_price = fields.Boolean("New price", readonly=True, help="The price is another one than before.")
    is_entry = fields.Boolean(readonly=True, help="It is what the smallest order pays.")
    old_price = fields.Monetary("Price before", readonly=True, aggregator=None)
    price = fields.Monetary(readonly=True, aggregator="avg", help="Yuan per 1688 unit.")
    move = fields.Float("Price moved by", readonly=True, aggregator=None, help="0.1: ten percent more than before.")
    old_stock = fields.Float("Stock before", digits="Product Unit", readonly=True, aggregator=None)
    stock = fields.Float("Stock at seller", digits="Product Unit", readonly=True, aggregator="avg")

    _sku_idx = models.Index("(sku_id, date) WHERE sku_id IS NOT NULL")
    _offer_idx = models.Index("(offer_id, date)")

    @api.depends("sku_id.name", "start_qty")
    def _compute_about(self):
        for line in self:
            if line.sku_id:
                line.about = line.sku_id.name or line.sku_id.offer_id.name
            else:
                line.about = self.env._("from %s", f"{line.start_qty:g}") if line.start_qty else False

    # --- CRUD

    def write(self, vals):  # pylint: disable=method-required-super
        """History is added to, not changed."""
        raise UserError(self.env._("The price history is only added to: nobody changes it."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The price history is only added to: nobody deletes it."))

    # --- business: writing

    @api.model
    def _take(self, offers):
        """What is known of these offers now: {offer: `history.Seen`}; read before and after storing."""
        offers = offers.with_context(active_test=False)
        return {
            offer: history.Seen(
                on_shelf=offer.on_shelf,
                by_spec=offer.quote_type == "1",
                tiers={tier.start_qty: tier.price for tier in offer.tier_ids} if offer.quote_type != "1" else {},
                specs={sku.id: sku._take() for sku in offer.sku_ids},
            )
            for offer in offers
        }

    @api.model
    def _note(self, before, offers, look):
        """Write down what changed since `before`; a constant number of queries however many offers.

        :param before: as from `_take`; offers that are not in it are new
        :param look: which look saw it
        :return: lines
        """
        after, vals_list, now = self._take(offers), [], fields.Datetime.now()
        for offer, seen in after.items():
            entry = min(seen.tiers, default=0.0)
            vals_list += [
                self._prepare_line(offer, change, entry, look, now)
                for change in history.changes(before.get(offer), seen)
            ]
        lines = self.create(vals_list)
        lines._mark_stock()
        return lines

    @api.model
    def _prepare_line(self, offer, change, entry, look, now):
        moved = change.new is not None and (change.old is None or abs(change.new - change.old) > 1e-6)
        return {
            "offer_id": offer.id,
            "sku_id": change.spec,
            "company_id": offer.company_id.id,
            "currency_id": offer.currency_id.id,
            "date": now,
            "change": change.kind,
            "look": "push" if look == "watch" and offer.watch_asked_at else look,
            "start_qty": change.start,
            "is_price": change.kind == "first" or moved,
            "is_entry": bool(change.spec) or change.start == entry,
            "old_price": change.old or 0.0,
            "price": change.new or 0.0,
            "move": history.movement(change.old, change.new) if change.old and change.new else 0.0,
            "old_stock": change.old_stock or 0.0,
            "stock": change.stock or 0.0,
        }

    def _mark_stock(self):
        """The SKUs know which stock was told last: smaller moves add up from there."""
        told = self.filtered("sku_id")
        if told:
            told.sku_id.flush_recordset()
            rows = SQL(", ").join(SQL("(%s, %s)", line.sku_id.id, line.stock) for line in told)
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE purchase_1688_sku AS sku SET noted_stock = told.stock, noted = true
                      FROM (VALUES %s) AS told (id, stock) WHERE sku.id = told.id
                    """,
                    rows,
                )
            )
            told.sku_id.invalidate_recordset(["noted_stock", "noted"])

    # --- business: purging

    @api.autovacuum
    def _gc_thin_out(self):
        """Of old lines keep the extremes of each day, and all that is not about prices or stock alone."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM purchase_1688_price WHERE id IN (
                    SELECT id FROM (
                        SELECT id, row_number() OVER lowest AS low, row_number() OVER highest AS high
                          FROM purchase_1688_price
                         WHERE date < %s AND change IN ('up', 'down', 'stock')
                        WINDOW lowest AS (PARTITION BY offer_id, sku_id, start_qty, date::date ORDER BY price, id),
                               highest AS (PARTITION BY offer_id, sku_id, start_qty, date::date
                                               ORDER BY price DESC, id)
                    ) AS ranked
                     WHERE low > 1 AND high > 1
                     LIMIT %s
                )
                """,
                fields.Datetime.now() - timedelta(days=KEEP_DAYS),
                PURGE_AT_ONCE,
            )
        )
        self.env.invalidate_all(flush=False)
        return self.env.cr.rowcount, self.env.cr.rowcount == PURGE_AT_ONCE
