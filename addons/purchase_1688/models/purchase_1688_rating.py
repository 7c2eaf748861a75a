from datetime import timedelta

from babel.dates import format_skeleton
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import babel_locale_parse, get_lang

from ..lib import rating
from ..lib.values import SellerScores
from ..scheduled import work_off
from .purchase_1688_collector import SCORE_FIELDS

CRON = "purchase_1688.ir_cron_purchase_1688_rating"
BATCH = 200
DUE_AT_ONCE = 50_000
STATES = [
    ("preferred", "Preferred"),
    ("usable", "Usable"),
    ("excluded", "Excluded"),
    ("unrated", "Not rated"),
]


class Purchase1688Rating(models.Model):
    """A seller's rating in a company at the end of a month, or now for the present one.

    Made each night from the platform's figures and our own facts of the last months; past months stay as they were.
    """

    _name = "purchase.1688.rating"
    _description = "1688 Seller Rating"
    _order = "month desc, value desc, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", "Seller", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    month_label = fields.Char("Month rated", compute="_compute_month_label")
    is_current = fields.Boolean("Latest", readonly=True)
    value = fields.Float("Rating", digits=(3, 2), aggregator="avg", readonly=True, help="0 to 5; 0: not rated.")
    state = fields.Selection(STATES, required=True, readonly=True, help="By the figures alone.")
    samples = fields.Integer("Observations", readonly=True, help="Our own, in all parts.")
    known = fields.Float(
        "Share known",
        aggregator="avg",
        readonly=True,
        help="Of the weights. The rest counts as 3.5 where what is known is better, and not at all where it is worse.",
    )
    rated_at = fields.Datetime("Rated", readonly=True)
    part_ids = fields.One2many("purchase.1688.rating.part", "rating_id", "Parts", readonly=True)

    _current = models.Index("(partner_id, company_id) WHERE is_current")
    _month_uniq = models.UniqueIndex("(company_id, partner_id, month)", "A seller has one rating a month.")

    # --- computes

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_month_label(self):
        locale = babel_locale_parse(get_lang(self.env).code)
        for record in self:
            record.month_label = record.month and format_skeleton("yMMM", record.month, locale=locale)

    # --- actions

    def action_open_seller(self):
        """Open the seller's card."""
        self.ensure_one()
        return self.partner_id.get_formview_action()

    # --- business: rating

    @api.model
    def _rate(self, company, partners):
        """Rate the sellers for a company, now; a constant number of queries, however many there are.

        :return: {partner: the present month's rating}
        """
        ratings_sudo = self.sudo()  # nobody writes ratings but this
        weights = self.env["purchase.1688.rating.weight"].sudo()._get_weights(company)
        scores = self._get_scores(partners)
        own = ratings_sudo._get_own(company, partners)
        results = {
            partner: rating.rate(scores[partner.id], own.get(partner.id, {}), weights, company.ali1688_rating_prior)
            for partner in partners
        }
        stored = ratings_sudo._store(company, results)
        self._publish(company, results)
        ratings_sudo._tell_excluded(company, stored)
        return {partner: record.with_env(self.env) for partner, (record, _before) in stored.items()}

    @api.model
    def _get_scores(self, partners):
        """{partner id: SellerScores}. Read as they are stored: Odoo's 0 may be "never told", which is no figure."""
        partners.flush_recordset(list(SCORE_FIELDS))
        columns = SQL(", ").join(map(SQL.identifier, SCORE_FIELDS))
        rows = self.env.execute_query_dict(
            SQL("SELECT id, %s FROM res_partner WHERE id = ANY(%s)", columns, partners.ids)
        )
        return {row["id"]: SellerScores(**{ours: row[name] for name, ours in SCORE_FIELDS.items()}) for row in rows}

    @api.model
    def _get_own(self, company, partners):
        """{partner id: {code: Own}} of the months that the company looks at; one query."""
        since = fields.Datetime.now() - relativedelta(months=company.ali1688_rating_months)
        groups = self.env["purchase.1688.rating.fact"]._read_group(
            [("company_id", "=", company.id), ("partner_id", "in", partners.ids), ("date", ">=", since)],
            ["partner_id", "code"],
            ["value:sum", "__count"],
        )
        own = {}
        for partner, code, good, samples in groups:
            own.setdefault(partner.id, {})[code] = rating.Own(good, samples)
        return own

    @api.model
    def _store(self, company, results):
        """Write the present month's ratings.

        :return: {partner: (rating record, the state it had before or None)}
        """
        month = fields.Date.today().replace(day=1)
        partner_ids = [partner.id for partner in results]
        domain = [("company_id", "=", company.id), ("partner_id", "in", partner_ids)]
        known = {
            record.partner_id: record
            for record in self.search([*domain, "|", ("is_current", "=", True), ("month", "=", month)], order="month")
        }
        before = {partner: record.state for partner, record in known.items()}
        outdated = self.union(*(record for record in known.values() if record.month != month and record.is_current))
        outdated.is_current = False
        missing = [partner for partner in results if partner not in known or known[partner].month != month]
        created = self.create([self._prepare_vals(company, partner, month, results[partner]) for partner in missing])
        for record in self.union(*known.values()) - outdated:
            vals = self._prepare_vals(company, record.partner_id, month, results[record.partner_id])
            record.write(
                {name: vals[name] for name in ("value", "state", "samples", "known", "rated_at", "is_current")}
            )
        records = {record.partner_id: record for record in (self.union(*known.values()) - outdated) | created}
        self._store_parts({records[partner]: result.parts for partner, result in results.items()})
        return {partner: (record, before.get(partner)) for partner, record in records.items()}

    @api.model
    def _prepare_vals(self, company, partner, month, result):
        return {
            "company_id": company.id,
            "partner_id": partner.id,
            "month": month,
            "is_current": True,
            "value": result.value or 0.0,
            "state": company._ali1688_judge(result.value, result.samples),
            "samples": result.samples,
            "known": result.known,
            "rated_at": fields.Datetime.now(),
        }

    @api.model
    def _store_parts(self, parts):
        """Replace the parts of the ratings {rating: (lib parts)} where they differ."""
        Part = self.env["purchase.1688.rating.part"]
        ratings = self.union(*parts)
        there = Part.search([("rating_id", "in", ratings.ids)]).grouped("rating_id")
        surplus, vals_list = Part, []
        for record, wanted in parts.items():
            old = there.get(record, Part)
            new = [self._prepare_part_vals(record, part) for part in wanted]
            if sorted(map(_part_key, new)) != sorted(map(_part_key, old)):
                surplus |= old
                vals_list += new
        surplus.unlink()
        Part.create(vals_list)

    @api.model
    def _prepare_part_vals(self, record, part):
        return {
            "rating_id": record.id,
            "code": part.code,
            "value": part.value,
            "weight": part.weight,
            "samples": part.samples,
            "own_value": part.own or 0.0,
            "platform_value": part.platform or 0.0,
            "told": part.told,
        }

    @api.model
    def _publish(self, company, results):
        """Put the numbers on the contacts, for sorting and searching.

        One statement: being rated is no change of the contact, so it leaves no trace on it and runs none of the
        contact's rules.
        """
        values = [(partner.id, result.value or 0.0) for partner, result in results.items()]
        if not values:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE res_partner p
                   SET ali1688_rating = COALESCE(p.ali1688_rating, '{}'::jsonb)
                                        || jsonb_build_object(%(company)s::text, v.value)
                  FROM (VALUES %(values)s) AS v(id, value)
                 WHERE p.id = v.id
                   AND COALESCE((p.ali1688_rating ->> %(company)s::text)::double precision, 0) != v.value
                """,
                company=str(company.id),
                values=SQL(", ").join(SQL("(%s, %s::double precision)", *pair) for pair in values),
            )
        )
        partners = self.env["res.partner"].union(*results)
        partners.invalidate_recordset(
            ["ali1688_rating", "ali1688_rating_state", "ali1688_rating_reason", "ali1688_order_block"], flush=False
        )

    @api.model
    def _tell_excluded(self, company, stored):
        """Open an issue where a seller is below the floor, fallen or at first sight; close it where one came back."""
        Issue = self.env["purchase.1688.issue"]
        fallen = self.env["res.partner"].union(
            *(
                partner
                for partner, (record, before) in stored.items()
                if record.state == "excluded" and before != "excluded" and partner.ali1688_offer_count
            )
        )
        concerned = self.env["purchase.1688.source"]._describe_sellers(company, fallen) if fallen else {}
        for partner in fallen:
            record, before = stored[partner]
            words = {"seller": partner.name, "value": f"{record.value:.2f}"}
            if before:
                name = self.env._("%(seller)s fell to %(value)s and is not chosen automatically any more", **words)
            else:
                name = self.env._("%(seller)s is rated %(value)s and is not chosen automatically", **words)
            vals = {"name": name, "company_id": company.id, "description": concerned.get(partner)}
            Issue._open(record, "seller_excluded", **vals)
        back = [partner.id for partner, (record, _before) in stored.items() if record.state != "excluded"]
        if back:
            ratings = self.search([("company_id", "=", company.id), ("partner_id", "in", back)])
            Issue._close(ratings, "seller_excluded", self.env._("The rating is above the floor again."))

    # --- business: keeping up

    @api.model
    def _cron_rate(self):
        """Rate who was not rated today, and whose figures changed since."""
        companies = self.env["purchase.1688.account"].search([("active", "=", True)]).company_id
        work_off(self.env, CRON, companies, self.env["purchase.1688.rating.override"]._tell_ended)
        for company in companies:
            due = self._get_due(company)
            batches = [due[start : start + BATCH] for start in range(0, len(due), BATCH)]
            work_off(self.env, CRON, batches, self.with_company(company)._rate_batch)

    @api.model
    def _rate_batch(self, sellers):
        self._rate(self.env.company, sellers)

    @api.model
    def _get_due(self, company, limit=DUE_AT_ONCE):
        """Sellers whose rating in `company` is not of today, or older than their figures; those that wait longest
        first."""
        self.flush_model(["rated_at", "is_current"])
        self.env["res.partner"].flush_model(["ali1688_is_seller", "ali1688_figures_at", "company_id"])
        midnight = fields.Datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id
                  FROM res_partner p
                  LEFT JOIN purchase_1688_rating r
                         ON r.partner_id = p.id AND r.company_id = %(company)s AND r.is_current
                 WHERE p.ali1688_is_seller AND p.active AND (p.company_id IS NULL OR p.company_id = %(company)s)
                   AND (r.id IS NULL OR r.rated_at < %(midnight)s OR r.rated_at < p.ali1688_figures_at)
                 ORDER BY r.rated_at NULLS FIRST, p.id
                 LIMIT %(limit)s
                """,
                company=company.id,
                midnight=midnight,
                limit=limit,
            )
        )
        return self.env["res.partner"].browse([row[0] for row in rows])

    @api.model
    def _dispatch(self):
        """Have the scheduler rate what is due; part of the caller's transaction."""
        self.env["purchase.1688.order"]._trigger_cron(CRON)

    @api.model
    def _get_current(self, company, partners):
        """{partner: its latest rating in a company}; one query."""
        domain = Domain("company_id", "=", company.id) & Domain("is_current", "=", True)
        return {record.partner_id: record for record in self.search(domain & Domain("partner_id", "in", partners.ids))}

    @api.autovacuum
    def _gc_old_ratings(self):
        """Five years of history are enough for any chart."""
        self.search([("month", "<", fields.Date.today() - timedelta(days=5 * 366))], limit=10000).unlink()


def _part_key(part):
    """What tells whether a part has to be written again; values as Odoo stores them."""
    return (
        part["code"],
        f"{part['value']:.2f}",
        f"{part['weight']:.1f}",
        part["samples"],
        f"{part['own_value']:.2f}",
        f"{part['platform_value']:.2f}",
        part["told"],
    )
