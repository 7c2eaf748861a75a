from collections import namedtuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

from .purchase_1688_collector import SCORE_FIELDS

#: what only the platform and the rating itself tell
TOLD = {*SCORE_FIELDS, "ali1688_medal", "ali1688_rating", "ali1688_figures_at"}

#: Where a seller stands. state: see `ali1688_rating_state`; allowed: may be chosen automatically; reason: one sentence,
#: empty where there is nothing to say; block: why ordering asks for a manager's decision, or empty
Standing = namedtuple("Standing", "state allowed reason block")


class ResPartner(models.Model):
    """How a seller is rated here, and what follows from it."""

    _inherit = "res.partner"

    ali1688_rating = fields.Float(
        "Rating",
        digits=(3, 2),
        company_dependent=True,
        copy=False,
        readonly=True,
        help="0 to 5, from 1688's figures and our own history; 0: not rated.",
    )
    ali1688_rating_state = fields.Selection(
        [
            ("preferred", "Preferred"),
            ("usable", "Usable"),
            ("excluded", "Excluded"),
            ("overridden", "Decided by a manager"),
            ("unrated", "Not rated"),
        ],
        "Standing",
        compute="_compute_ali1688_rating_state",
        search="_search_ali1688_rating_state",
        help="Excluded sellers are not chosen automatically; they stay visible and can be chosen by hand.",
    )
    ali1688_rating_reason = fields.Char("Why", compute="_compute_ali1688_rating_state")
    ali1688_order_block = fields.Char("Why not to order", compute="_compute_ali1688_rating_state")
    ali1688_asked_at = fields.Datetime(
        "1688 asked who it is", company_dependent=True, copy=False, readonly=True, help="Whether it answered or not."
    )
    ali1688_figures_at = fields.Datetime("Figures changed", copy=False, readonly=True)
    ali1688_rating_ids = fields.One2many("purchase.1688.rating", "partner_id", "Ratings", readonly=True)
    ali1688_override_ids = fields.One2many("purchase.1688.rating.override", "partner_id", "Decisions", readonly=True)
    ali1688_qualification_ids = fields.One2many("purchase.1688.qualification", "partner_id", "Qualifications")
    ali1688_fact_count = fields.Integer("Observations", compute="_compute_ali1688_fact_count")

    # --- computes

    @api.depends("ali1688_rating", "ali1688_is_seller")
    @api.depends_context("company", "lang")
    def _compute_ali1688_rating_state(self):
        sellers = self.filtered("ali1688_is_seller")
        standings = sellers._ali1688_get_standings(self.env.company)
        for partner in self:
            standing = standings.get(partner, Standing(False, True, "", ""))
            partner.ali1688_rating_state = standing.state
            partner.ali1688_rating_reason = standing.reason
            partner.ali1688_order_block = standing.block

    def _search_ali1688_rating_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        sellers = self.with_context(active_test=False).search([("ali1688_is_seller", "=", True)])
        standings = sellers._ali1688_get_standings(self.env.company)
        found = Domain("id", "in", [seller.id for seller, standing in standings.items() if standing.state in value])
        return found | Domain("ali1688_is_seller", "=", False) if False in value else found

    @api.depends_context("company")
    def _compute_ali1688_fact_count(self):
        counts = dict(
            self.env["purchase.1688.rating.fact"]._read_group(
                [("partner_id", "in", self.ids), ("company_id", "=", self.env.company.id)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.ali1688_fact_count = counts.get(partner, 0)

    # --- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._ali1688_check_told({name for name, value in vals.items() if value})
        partners = super().create(vals_list)
        partners._ali1688_note_figures(set().union(*vals_list))
        return partners

    def write(self, vals):
        self._ali1688_check_told(set(vals))
        result = super().write(vals)
        self._ali1688_note_figures(set(vals))
        return result

    @api.model
    def _ali1688_check_told(self, names):
        """Nobody improves a seller by hand."""
        if not self.env.su and names & TOLD:
            raise AccessError(
                self.env._("Figures and rating of a seller come from 1688 and from what happened. Decide against them.")
            )

    def _ali1688_note_figures(self, names):  # pylint: disable=missing-return
        """Other figures make the rating out of date; the scheduler makes a new one at once."""
        if names & SCORE_FIELDS.keys():
            # pylint: disable-next=super-method-mismatch
            super().write({"ali1688_figures_at": fields.Datetime.now()})
            self.env["purchase.1688.rating"]._dispatch()

    # --- actions

    def action_ali1688_rate(self):
        """Rate these sellers now instead of tonight."""
        self._ali1688_check_may_look()
        sellers = self.filtered("ali1688_is_seller")
        if not sellers:
            raise UserError(self.env._("Only sellers on 1688 are rated."))
        self.env["purchase.1688.rating"]._rate(self.env.company, sellers)
        return True

    def action_ali1688_decide(self):
        """Decide about the seller against its rating or its papers."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("purchase_1688.purchase_1688_rating_override_new_action")
        return {**action, "context": {"default_partner_id": self.id}}

    def action_ali1688_facts(self):
        """List what the ratings of these sellers rest on."""
        action = self.env["ir.actions.act_window"]._for_xml_id("purchase_1688.purchase_1688_rating_fact_action")
        return {**action, "domain": [("partner_id", "in", self.ids)]}

    def action_ali1688_qualifications(self):
        """List the papers of the seller."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("purchase_1688.purchase_1688_qualification_action")
        return {**action, "domain": [("partner_id", "=", self.id)], "context": {"default_partner_id": self.id}}

    def action_ali1688_print_card(self):
        """Print the seller card."""
        return self.env.ref("purchase_1688.purchase_1688_seller_card_report").report_action(self)

    # --- business: what follows from the rating

    def _ali1688_check_may_look(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("purchase.group_purchase_user"):
            raise AccessError(self.env._("Ratings are for people who purchase."))

    def _ali1688_automatic_choice(self, company):
        """Whether these sellers may be chosen without a person: {partner: (allowed, reason)}; constant queries.

        The reason is a sentence for people, also where a manager's decision is why a seller is allowed.
        """
        standings = self._ali1688_get_standings(company)
        return {partner: (standing.allowed, standing.reason) for partner, standing in standings.items()}

    def _ali1688_get_standings(self, company):
        """{partner: `Standing`} in a company, from its latest rating, decisions and papers; three queries."""
        # how a seller stands is known to all who see it on an order; what it rests on is not
        env = self.sudo().env
        company.sudo().fetch(company._ali1688_get_judge_fields())
        ratings = env["purchase.1688.rating"]._get_current(company, self)
        active = env["purchase.1688.rating.override"]._get_active(self, company)
        blocks = env["purchase.1688.qualification"]._get_blocks(company, self)
        ids = {partner._origin.id: partner for partner in self}
        ratings = {ids[partner.id]: record for partner, record in ratings.items()}
        active = {ids[partner.id]: kinds for (partner, _company), kinds in active.items()}
        blocks = {ids[partner.id]: papers for partner, papers in blocks.items()}
        return {
            partner: partner._ali1688_stand(
                company, ratings.get(partner), active.get(partner, {}), blocks.get(partner, ())
            )
            for partner in self
        }

    def _ali1688_stand(self, company, record, decisions, expired):
        """One seller's `Standing`; the strongest reason is the one that is told."""
        rated = record and record.state != "unrated"
        state = company._ali1688_judge(record.value if rated else None, record.samples if rated else 0)
        block = ""
        if expired and "qualification" not in decisions:
            block = self.env._(
                "%(paper)s ended on %(date)s",
                paper=expired[0].display_name,
                date=format_date(self.env, expired[0].expires),
            )
        if "exclude" in decisions:
            return Standing("excluded", False, self._ali1688_quote(decisions["exclude"]), block)
        if block:
            return Standing("excluded", False, block, block)
        if state == "excluded" and "rating" in decisions:
            return Standing("overridden", True, self._ali1688_quote(decisions["rating"]), "")
        if state == "excluded":
            reason = self.env._(
                "rated %(value)s, below %(floor)s",
                value=f"{record.value:.2f}",
                floor=f"{company.ali1688_rating_excluded:.2f}",
            )
            return Standing("excluded", False, reason, "")
        if expired:
            return Standing("overridden", True, self._ali1688_quote(decisions["qualification"]), "")
        return Standing(state, True, "", "")

    def _ali1688_quote(self, override):
        """A manager's decision in one sentence."""
        return self.env._(
            "%(user)s decided until %(date)s: %(reason)s",
            user=override.user_id.name,
            date=format_date(self.env, override.date_end),
            reason=override.reason.strip(),
        )
