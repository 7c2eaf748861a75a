from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..lib.china import day_in_china

LONGEST = timedelta(days=366)
#: a decision that ended is told about for so long, should the scheduler stand still
TOLD_FOR = timedelta(days=14)


class Purchase1688RatingOverride(models.Model):
    """What a named person decided about a seller against the figures: who, when, why, until when.

    Append-only. A decision ends with its date, or with a newer one that takes it back.
    """

    _name = "purchase.1688.rating.override"
    _description = "1688 Rating Override"
    _order = "id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        "Seller",
        required=True,
        ondelete="restrict",
        index=True,
        domain=[("ali1688_is_seller", "=", True)],
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [
            ("rating", "Use in spite of the rating"),
            ("qualification", "Use in spite of an expired qualification"),
            ("exclude", "Never choose automatically"),
            ("withdraw", "Take all decisions back"),
        ],
        "Decision",
        required=True,
        default="rating",
    )
    reason = fields.Text(required=True, help="Read by everybody who buys from this seller.")
    user_id = fields.Many2one(
        "res.users", "Decided by", required=True, readonly=True, ondelete="restrict", default=lambda self: self.env.user
    )
    date = fields.Datetime("Decided on", required=True, readonly=True, default=fields.Datetime.now)
    date_end = fields.Date("Until", help="The last day on which it holds; at most a year from now.")
    is_active = fields.Boolean("In force", compute="_compute_is_active")

    _end_given = models.Constraint(
        "CHECK(kind = 'withdraw' OR date_end IS NOT NULL)", "Say until when the decision holds."
    )

    # --- computes

    @api.depends("kind", "date_end")
    def _compute_is_active(self):
        # which decision holds is the same for everybody who may see it
        active = self.sudo()._get_active(self.partner_id, self.company_id)
        records = {override for kinds in active.values() for override in kinds.values()}
        for override in self:
            override.is_active = override._origin.sudo() in records

    @api.constrains("reason", "date_end", "kind")
    def _check_sense(self):
        today = day_in_china(fields.Datetime.now())
        for override in self:
            if len((override.reason or "").strip()) < 5:
                raise ValidationError(self.env._("Give the reason in words: everybody who buys there will read it."))
            if override.kind != "withdraw" and not today <= override.date_end <= today + LONGEST:
                raise ValidationError(self.env._("A decision holds at least until today, and at most for a year."))

    # --- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """Who decides, when and for which company is not the caller's to say."""
        if not self.env.su and not self.env.user.has_group("purchase_1688.group_manager"):
            raise AccessError(self.env._("Only a 1688 manager decides about a seller against its rating."))
        signed = [
            {
                **vals,
                "user_id": self.env.uid,
                "company_id": self.env.company.id,
                "date": fields.Datetime.now(),
                "date_end": vals.get("date_end") if vals.get("kind", "rating") != "withdraw" else False,
            }
            for vals in vals_list
        ]
        overrides = super().create(signed)
        for override in overrides:
            override._tell()
        return overrides

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("A decision stays as it was made. Take it back with a new one."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Decisions about sellers are part of the history and stay."))

    # --- actions

    def action_decide_again(self):
        """Decide about the same seller once more."""
        self.ensure_one()
        return self.partner_id.action_ali1688_decide()

    # --- business

    def _tell(self):
        """Say it in the seller's chatter, and settle what waited for it."""
        self.ensure_one()
        label = dict(self._fields["kind"]._description_selection(self.env))[self.kind]
        body = self.env._("%(decision)s. %(reason)s", decision=label, reason=self.reason)
        if self.date_end:
            body = self.env._(
                "%(decision)s until %(date)s. %(reason)s",
                decision=label,
                date=fields.Date.to_string(self.date_end),
                reason=self.reason,
            )
        # a manager who may not write contacts may decide about sellers
        self.sudo().partner_id.message_post(body=body, author_id=self.user_id.partner_id.id)
        self.partner_id.invalidate_recordset(
            ["ali1688_rating_state", "ali1688_rating_reason", "ali1688_order_block"], flush=False
        )
        Issue = self.env["purchase.1688.issue"]
        # decisions are read by all who purchase; whoever decides settles what waited for it
        same = self.sudo().search([("partner_id", "=", self.partner_id.id), ("company_id", "=", self.company_id.id)])
        same.invalidate_recordset(["is_active"], flush=False)
        Issue._close(same - self, "decision_ended", self.reason)
        if self.kind == "rating":
            ratings = (
                self.env["purchase.1688.rating"]
                .sudo()
                .search([("partner_id", "=", self.partner_id.id), ("company_id", "=", self.company_id.id)])
            )
            Issue._close(ratings, "seller_excluded", self.reason)
        self.env["purchase.1688.qualification"]._watch_sellers(self.partner_id, self.company_id)

    @api.model
    def _tell_ended(self, company):
        """Open an issue for each decision that ended of itself; once, and not for those of long ago."""
        today = day_in_china(fields.Datetime.now())
        ended = self.search(
            [("company_id", "=", company.id), ("date_end", "<", today), ("date_end", ">=", today - TOLD_FOR)]
        )
        issues = self.env["purchase.1688.issue"].search(
            [("kind", "=", "decision_ended"), ("res_model", "=", self._name), ("res_id", "in", ended.ids)]
        )
        untold = set(ended.ids) - set(issues.mapped("res_id"))
        later = {}
        for override in self.search([("company_id", "=", company.id), ("partner_id", "in", ended.partner_id.ids)]):
            # newest first: a later one took its place, or took it back
            seen = later.setdefault(override.partner_id, set())
            if override.id in untold and not seen & {override.kind, "withdraw"}:
                override._open_ended()
            seen.add(override.kind)

    def _open_ended(self):
        self.ensure_one()
        name = self.env._(
            "%(seller)s: “%(decision)s” ended on %(date)s",
            seller=self.partner_id.name,
            decision=dict(self._fields["kind"]._description_selection(self.env))[self.kind],
            date=fields.Date.to_string(self.date_end),
        )
        self.env["purchase.1688.issue"]._open(self, "decision_ended", name=name, action_method="action_decide_again")

    @api.model
    def _get_active(self, partners, companies):
        """{(partner, company): {kind: override}} of the decisions in force; one query."""
        today = day_in_china(fields.Datetime.now())
        domain = [
            ("partner_id", "in", partners.ids),
            ("company_id", "in", companies.ids),
            "|",
            ("kind", "=", "withdraw"),
            ("date_end", ">=", today),
        ]
        active = {}
        for override in self.search(domain, order="id"):
            key = (override.partner_id, override.company_id)
            if override.kind == "withdraw":
                active.pop(key, None)
            else:
                active.setdefault(key, {})[override.kind] = override
        return active
