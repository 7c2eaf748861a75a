from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ..lib.china import day_in_china
from ..scheduled import work_off

WATCH_BATCH = 100
CRON = "purchase_1688.ir_cron_purchase_1688_qualification"
ISSUE_KINDS = ("qualification_expiring", "qualification_expired", "seller_renamed")
#: what proves something; a change makes a verification void
FACTS = {"partner_id", "kind", "title", "number", "holder", "issued", "expires", "attachment", "blocking", "active"}
#: for so long who entered a paper may correct it
CORRECTION = timedelta(days=1)
#: what only the rules write
RULED = {"source", "verified_by_id", "verified_at", "told_at", "company_id"}


class Purchase1688Qualification(models.Model):
    """A paper that a seller has: business licence, production permit, membership; with its end.

    The platform tells who a seller is and whether his membership runs; licences and permits are entered by hand.
    """

    _name = "purchase.1688.qualification"
    _description = "1688 Seller Qualification"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "partner_id, kind, expires desc, id desc"
    _rec_names_search = ["number", "title", "holder", "partner_id.name"]

    partner_id = fields.Many2one(
        "res.partner",
        "Seller",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("ali1688_is_seller", "=", True)],
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("licence", "Business licence"),
            ("permit", "Production permit"),
            ("membership", "Membership at 1688"),
            ("other", "Other"),
        ],
        required=True,
        default="licence",
        tracking=True,
    )
    title = fields.Char("What it is", help="For permits and others, e.g. CCC certificate of the charger.")
    number = fields.Char(tracking=True, help="Of a business licence: the unified social credit code (18 signs).")
    holder = fields.Char("In the name of", tracking=True, help="As it is written there, in Chinese.")
    issued = fields.Date(tracking=True)
    expires = fields.Date(tracking=True, index="btree_not_null", help="Last day; empty: without an end.")
    attachment = fields.Binary("Copy", attachment=True, copy=False)
    attachment_name = fields.Char()
    blocking = fields.Boolean(
        "Blocks the seller",
        default=True,
        tracking=True,
        help="After the end the seller leaves automatic choice, and ordering asks for a manager's decision.",
    )
    source = fields.Selection(
        [("entered", "Entered"), ("platform", "Told by 1688")],
        "Origin",
        required=True,
        readonly=True,
        default="entered",
    )
    verified_by_id = fields.Many2one("res.users", "Verified by", readonly=True, copy=False, ondelete="restrict")
    verified_at = fields.Datetime("Verified", readonly=True, copy=False)
    told_at = fields.Datetime("Told by 1688", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("valid", "Valid"),
            ("unverified", "To be verified"),
            ("expiring", "Ends soon"),
            ("expired", "Expired"),
        ],
        compute="_compute_state",
        search="_search_state",
    )
    days_left = fields.Integer(compute="_compute_state")

    _order_of_days = models.Constraint(
        "CHECK(issued IS NULL OR expires IS NULL OR issued <= expires)", "It cannot end before it was issued."
    )
    _membership_uniq = models.UniqueIndex(
        "(partner_id, company_id) WHERE source = 'platform'", "1688 tells of a seller's membership once."
    )

    # --- computes

    @api.depends("expires", "verified_at", "source", "company_id")
    def _compute_state(self):
        today = day_in_china(fields.Datetime.now())
        for paper in self:
            left = (paper.expires - today).days if paper.expires else 0
            paper.days_left = left
            if paper.expires and left < 0:
                paper.state = "expired"
            elif paper.expires and left <= paper.company_id.ali1688_qualification_days:
                paper.state = "expiring"
            else:
                paper.state = "valid" if paper._is_proven() else "unverified"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = day_in_china(fields.Datetime.now())
        proven = Domain("source", "=", "platform") | Domain("verified_at", "!=", False)
        # a paper is held against the days of its own company
        companies = self.env["res.company"]._read_group([], ["ali1688_qualification_days"], ["id:array_agg"])
        soon = Domain.OR(
            Domain("company_id", "in", ids) & Domain("expires", "<=", today + timedelta(days=days))
            for days, ids in companies
        )
        domains = {
            "expired": Domain("expires", "<", today),
            "expiring": soon & Domain("expires", ">=", today),
            "unverified": ~proven & (Domain("expires", "=", False) | ~soon),
            "valid": proven & (Domain("expires", "=", False) | ~soon),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    @api.depends("kind", "title", "number")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for paper in self:
            paper.display_name = " ".join(filter(None, (paper.title or labels.get(paper.kind), paper.number)))

    @api.constrains("number", "kind")
    def _check_number(self):
        for paper in self:
            if paper.kind == "licence" and paper.source == "entered" and len((paper.number or "").strip()) < 6:
                raise ValidationError(self.env._("A business licence has a number; enter it as it is written there."))

    # --- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        papers = super().create([self._strip(vals) for vals in vals_list])
        papers._after_change()
        return papers

    def write(self, vals):
        vals = self._strip(vals)
        if not self.env.su and FACTS & set(vals):
            self._check_may_change(vals)
            vals = {**vals, "verified_by_id": False, "verified_at": False}
        result = super().write(vals)
        if FACTS & set(vals):
            self._after_change()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_proof(self):
        if any(paper.verified_at or paper.state == "expired" for paper in self):
            raise UserError(self.env._("A paper that was verified or has expired is history. Archive it instead."))
        self._check_may_change({"active": False})
        self.env["purchase.1688.issue"]._close(self, ISSUE_KINDS)

    @api.model
    def _strip(self, vals):
        """Only rules say where a paper comes from and who verified it."""
        return vals if self.env.su else {name: value for name, value in vals.items() if name not in RULED}

    def _check_may_change(self, vals):
        """Who buys there does not make a paper weigh less.

        One that was verified, has expired or was told by 1688 is a manager's. Another one may be completed by anybody,
        but only who entered it may make it weigh less, as a correction, and not for long.
        """
        if self.env.su or self.env.user.has_group("purchase_1688.group_manager"):
            return
        if self.filtered(lambda paper: paper.verified_at or paper.state == "expired" or paper.source == "platform"):
            raise AccessError(
                self.env._(
                    "Only a 1688 manager changes a paper that was verified, has expired, or was told by 1688. "
                    "Enter the new one beside it."
                )
            )
        since = fields.Datetime.now() - CORRECTION
        if self.filtered(
            lambda paper: paper._weighs_less(vals) and (paper.create_uid != self.env.user or paper.create_date < since)
        ):
            raise AccessError(
                self.env._(
                    "Only a 1688 manager makes a paper last longer, block less, or go away. Who entered it may correct "
                    "it for a day. Enter the new one beside it."
                )
            )

    def _weighs_less(self, vals):
        """Whether the paper would end later, block no more, or be another paper."""
        self.ensure_one()
        later = fields.Date.to_date(vals["expires"]) if "expires" in vals else self.expires
        return (
            bool(self.expires and (not later or later > self.expires))
            or any(name in vals and self[name] and not vals[name] for name in ("blocking", "active"))
            or ("partner_id" in vals and vals["partner_id"] != self.partner_id.id)
            or any(name in vals and (vals[name] or False) != self[name] for name in ("kind", "title"))
        )

    def _after_change(self):
        """What a change means for the issues of the seller's papers, which replace each other, and its standing."""
        self._watch_sellers(self.partner_id, self.company_id)
        self.partner_id.invalidate_recordset(
            ["ali1688_rating_state", "ali1688_rating_reason", "ali1688_order_block"], flush=False
        )

    # --- actions

    def action_verify(self):
        """Say that these papers were seen and are right."""
        if not self.env.su and not self.env.user.has_group("purchase_1688.group_manager"):
            raise AccessError(self.env._("Only a 1688 manager verifies papers."))
        self.check_access("write")
        expired = self.filtered(lambda paper: paper.state == "expired")
        if expired:
            raise UserError(self.env._("%s has expired; ask the seller for the new one.", expired[0].display_name))
        # the right was checked; see `write`
        self.sudo().write({"verified_by_id": self.env.uid, "verified_at": fields.Datetime.now()})
        self._after_change()
        return True

    def verify_papers(self):
        """Say that these papers were seen and are right. For 1688 managers.

        :return: the papers as in `get_seller_card` of res.partner
        """
        self.action_verify()
        return self._describe()

    # --- business: what counts

    def _is_proven(self):
        """Whether the paper lifts a block: told by 1688, or seen by a manager."""
        self.ensure_one()
        return self.source == "platform" or bool(self.verified_at)

    @api.model
    def _get_blocks(self, company, partners):
        """{partner: expired papers that block it} in a company; one query.

        A kind of paper (with the same title) blocks while its last one has expired; a newer one lifts that once it is
        proven.
        """
        today = day_in_china(fields.Datetime.now())
        papers = self.search([("company_id", "=", company.id), ("partner_id", "in", partners.ids)])
        blocks = {}
        for (_company, partner, *_kind), same in papers.grouped(lambda paper: paper._get_key()).items():
            expired = same.filtered(lambda paper: paper.blocking and paper.expires and paper.expires < today)
            good = same.filtered(lambda paper: paper._is_proven() and (not paper.expires or paper.expires >= today))
            if expired and not good:
                blocks[partner] = blocks.get(partner, self.browse()) | expired.sorted("expires")[-1:]
        return blocks

    def _describe(self):
        """These papers as plain data, see `get_seller_card` of res.partner."""
        states = dict(self._fields["state"]._description_selection(self.env))
        sources = dict(self._fields["source"]._description_selection(self.env))
        return [
            {
                "id": paper.id,
                "name": paper.display_name,
                "holder": paper.holder or "",
                "expires": format_date(self.env, paper.expires) if paper.expires else "",
                "days_left": paper.days_left if paper.expires else False,
                "state": paper.state,
                "state_label": states[paper.state],
                "source": sources[paper.source],
                "has_copy": bool(paper.with_context(bin_size=True).attachment),
                # who verified it is part of the paper, also for those who may not see users
                "verified_by": paper.sudo().verified_by_id.name or "",
            }
            for paper in self
        ]

    # --- business: the watch

    @api.model
    def _cron_watch(self):
        """Warn before papers end and when they have; ask 1688 what it tells about sellers. Once a day."""
        companies = self.env["res.company"].search([("active", "=", True)])
        farthest = max(companies.mapped("ali1688_qualification_days"), default=0)
        soon = day_in_china(fields.Datetime.now()) + timedelta(days=farthest)
        due = self.search([("expires", "!=", False), ("expires", "<=", soon)])
        batches = [due[start : start + WATCH_BATCH] for start in range(0, len(due), WATCH_BATCH)]
        work_off(self.env, CRON, batches, lambda papers: papers._watch())
        accounts = self.env["purchase.1688.account"].search([("state", "=", "connected")])
        work_off(self.env, CRON, accounts, self._follow_memberships)
        work_off(self.env, CRON, accounts, self._ask_identities)

    @api.model
    def _watch_sellers(self, sellers, companies):
        """Bring the issues of all papers of these sellers up to date."""
        domain = [("partner_id", "in", sellers.ids), ("company_id", "in", companies.ids)]
        # who may decide or enter need not see all papers
        self.sudo().with_context(active_test=False).search(domain)._watch()

    def _watch(self):
        """Open and close the issues of these papers, as their ends and the decisions about them stand today."""
        today = day_in_china(fields.Datetime.now())
        Issue = self.env["purchase.1688.issue"]
        # what was decided counts, whoever happens to be the user
        decided = self.env["purchase.1688.rating.override"].sudo()._get_active(self.partner_id, self.company_id)
        ending, ended, fine = self.browse(), self.browse(), self.browse()
        for paper in self.sudo():
            days = paper.company_id.ali1688_qualification_days
            far = not paper.expires or paper.expires > today + timedelta(days=days)
            if far or not paper.active or paper._is_replaced(today):
                fine |= paper
            elif paper.expires < today:
                overruled = "qualification" in decided.get((paper.partner_id, paper.company_id), {})
                fine, ended = (fine | paper, ended) if overruled else (fine, ended | paper)
            else:
                ending |= paper
        Issue._close(fine, ISSUE_KINDS[:2])
        Issue._close(ended, ISSUE_KINDS[0])
        Issue._close(ending, ISSUE_KINDS[1])
        for paper in ending:
            Issue._open(paper, "qualification_expiring", **paper._prepare_issue_vals())
        for company, papers in ended.grouped("company_id").items():
            concerned = self.env["purchase.1688.source"].sudo()._describe_sellers(company, papers.partner_id)
            for paper in papers:
                vals = {**paper._prepare_issue_vals(), "description": concerned.get(paper.partner_id)}
                Issue._open(paper, "qualification_expired", **vals)

    def _is_replaced(self, today):
        """Whether a newer proven paper of the same kind is there already."""
        self.ensure_one()
        return any(
            paper._get_key() == self._get_key()
            and paper._is_proven()
            and (not paper.expires or paper.expires > max(self.expires or today, today))
            for paper in self.partner_id.ali1688_qualification_ids - self
        )

    def _get_key(self):
        """What tells which papers replace each other."""
        self.ensure_one()
        return (self.company_id, self.partner_id, self.kind, self.title or "")

    def _prepare_issue_vals(self):
        self.ensure_one()
        words = {
            "seller": self.partner_id.name,
            "paper": self.display_name,
            "date": fields.Date.to_string(self.expires),
        }
        if self.state == "expired":
            name = self.env._("%(seller)s: %(paper)s ended on %(date)s", **words)
        else:
            name = self.env._("%(seller)s: %(paper)s ends on %(date)s", **words)
        return {"name": name, "company_id": self.company_id.id, "deadline": fields.Datetime.to_datetime(self.expires)}
