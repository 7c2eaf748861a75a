from odoo import api, fields, models

from ..lib import rating

#: parts of a rating, for selections; the codes are those of the library
PARTS = [
    ("service", "Service score"),
    ("goods", "Goods score"),
    ("consulting", "Consulting score"),
    ("repurchase", "Buyers who come back"),
    ("years", "TrustPass years"),
    ("ship", "Ships in time"),
    ("arrive", "Arrives in time"),
    ("complete", "Delivers all"),
    ("quality", "Goods accepted"),
    ("kept", "Money kept"),
    ("refund", "Pays back quickly"),
    ("price", "Keeps the quoted price"),
]


class Purchase1688RatingWeight(models.Model):
    """What a part of the rating counts in a company: a row per part, made with the company."""

    _name = "purchase.1688.rating.weight"
    _description = "1688 Rating Weight"
    _order = "company_id, sequence, id"
    _rec_name = "code"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    code = fields.Selection(PARTS, "Part", required=True, readonly=True)
    name = fields.Char("Our name for it", translate=True, help="Shown instead of the part's own name.")
    explanation = fields.Char("How it is measured", compute="_compute_explanation")
    weight = fields.Float(
        "Weighting",
        required=True,
        digits=(5, 1),
        help="What the part counts against the others; 0 shows it without counting it.",
    )
    share = fields.Float(compute="_compute_share", help="Of the total, when all parts are known.")

    _code_uniq = models.UniqueIndex("(company_id, code)", "This part has its weight already.")
    _weight_positive = models.Constraint("CHECK(weight >= 0)", "A weight cannot be below zero; 0 does not count it.")

    # --- computes

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_explanation(self):
        texts = self._get_explanations()
        for row in self:
            row.explanation = texts.get(row.code)

    @api.depends("weight", "company_id")
    def _compute_share(self):
        domain = [("company_id", "in", self.company_id.ids)]
        totals = dict(self._read_group(domain, ["company_id"], ["weight:sum"]))
        for row in self:
            total = totals.get(row.company_id)
            row.share = row.weight / total if total else 0.0

    @api.depends("code", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["code"]._description_selection(self.env))
        for row in self:
            row.display_name = row.name or labels.get(row.code)

    @api.model
    def _get_explanations(self):
        return {
            "service": self.env._("1688's composite service score."),
            "goods": self.env._("1688's score for goods being as described."),
            "consulting": self.env._("1688's score for answering buyers."),
            "repurchase": self.env._("Share of buyers who buy again; half of them is worth 5."),
            "years": self.env._("Years of TrustPass membership: 3.4 in the first year, 5 from the fifth year on."),
            "ship": self.env._(
                "Orders dispatched within the promised hours; beside it, parcels collected within 48 hours."
            ),
            "arrive": self.env._("Parcels signed for by the expected day; beside it, 1688's logistics score."),
            "complete": self.env._("Ordered quantity that arrived at all. 1688 tells nothing of the kind."),
            "quality": self.env._("Share of inspected goods that was accepted; beside it, refunds for quality."),
            "kept": self.env._("Share of the money that was not paid back; beside it, 1688's dispute score."),
            "refund": self.env._("How soon claims were paid back; beside it, 1688's after-sales score."),
            "price": self.env._("Price at ordering against the quote. 1688 tells nothing of the kind."),
        }

    # --- business

    @api.model
    def _ensure_rows(self, companies=None):
        """Give the companies (all, without `companies`) the rows that they lack, with the default weights."""
        companies = companies or self.env["res.company"].search([("active", "=", True)])
        there = {(row.company_id.id, row.code) for row in self.search([("company_id", "in", companies.ids)])}
        self.create(
            [
                {"company_id": company.id, "code": code, "weight": kind.weight, "sequence": 10 * place}
                for company in companies
                for place, (code, kind) in enumerate(rating.KINDS.items(), start=1)
                if (company.id, code) not in there
            ]
        )

    @api.model
    def _get_weights(self, company):
        """{code: weight} of a company."""
        rows = self.search_fetch([("company_id", "=", company.id)], ["code", "weight"])
        return {row.code: row.weight for row in rows}

    @api.model
    def _get_labels(self, company):
        """{code: name for people} of a company."""
        labels = dict(self._fields["code"]._description_selection(self.env))
        rows = self.search_fetch([("company_id", "=", company.id), ("name", "!=", False)], ["code", "name"])
        return {**labels, **{row.code: row.name for row in rows}}
