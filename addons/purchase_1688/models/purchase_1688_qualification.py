from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..lib import states
from ..scheduled import work_off
from .purchase_1688_collector import plain

REFRESH_DAYS = 30
REFRESH_BATCH = 20
REFRESH_BATCHES = 5
WATCH_BATCH = 100
CRON = "purchase_1688.ir_cron_purchase_1688_qualification"
REFRESH_SECONDS = 30.0
ISSUE_KINDS = ("qualification_expiring", "qualification_expired", "seller_renamed")
#: what proves something; a change makes a verification void
FACTS = {"partner_id", "kind", "title", "number", "holder", "issued", "expires", "attachment", "blocking", "active"}
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

    @api.depends("expires", "verified_at", "source")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for paper in self:
            left = (paper.expires - today).days if paper.expires else 0
            paper.days_left = left
            if paper.expires and left < 0:
                paper.state = "expired"
            elif not paper._is_proven():
                paper.state = "unverified"
            elif paper.expires and left <= paper.company_id.ali1688_qualification_days:
                paper.state = "expiring"
            else:
                paper.state = "valid"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        soon = today + timedelta(days=self.env.company.ali1688_qualification_days)
        proven = Domain("source", "=", "platform") | Domain("verified_at", "!=", False)
        expired = Domain("expires", "<", today)
        domains = {
            "expired": expired,
            "unverified": ~proven & ~expired,
            "expiring": proven & Domain("expires", ">=", today) & Domain("expires", "<=", soon),
            "valid": proven & (Domain("expires", "=", False) | Domain("expires", ">", soon)),
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
            self._check_may_change()
            vals = {**vals, "verified_by_id": False, "verified_at": False}
        result = super().write(vals)
        if FACTS & set(vals):
            self._after_change()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_proof(self):
        if any(paper.verified_at or paper.state == "expired" for paper in self):
            raise UserError(self.env._("A paper that was verified or has expired is history. Archive it instead."))
        self.env["purchase.1688.issue"]._close(self, ISSUE_KINDS)

    @api.model
    def _strip(self, vals):
        """Only rules say where a paper comes from and who verified it."""
        return vals if self.env.su else {name: value for name, value in vals.items() if name not in RULED}

    def _check_may_change(self):
        """An expired paper must not be made to last longer, nor a verified one be changed, by who buys there."""
        held = self.filtered(lambda paper: paper.verified_at or paper.state == "expired" or paper.source == "platform")
        if held and not self.env.user.has_group("purchase_1688.group_manager"):
            raise AccessError(
                self.env._(
                    "Only a 1688 manager changes a paper that was verified, has expired, or was told by 1688. "
                    "Enter the new one beside it."
                )
            )

    def _after_change(self):
        """What a change means for the issues and the seller's standing."""
        self._watch()
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
        today = fields.Date.context_today(self)
        papers = self.search([("company_id", "=", company.id), ("partner_id", "in", partners.ids)])
        blocks = {}
        for (_company, partner, *_kind), same in papers.grouped(lambda paper: paper._get_key()).items():
            expired = same.filtered(lambda paper: paper.blocking and paper.expires and paper.expires < today)
            good = same.filtered(lambda paper: paper._is_proven() and (not paper.expires or paper.expires >= today))
            if expired and not good:
                blocks[partner] = blocks.get(partner, self.browse()) | expired.sorted("expires")[-1:]
        return blocks

    # --- business: the watch

    @api.model
    def _cron_watch(self):
        """Warn before papers end and when they have; ask 1688 what it tells about sellers. Once a day."""
        companies = self.env["res.company"].search([("active", "=", True)])
        farthest = max(companies.mapped("ali1688_qualification_days"), default=0)
        soon = fields.Date.context_today(self) + timedelta(days=farthest)
        due = self.search([("expires", "!=", False), ("expires", "<=", soon)])
        batches = [due[start : start + WATCH_BATCH] for start in range(0, len(due), WATCH_BATCH)]
        work_off(self.env, CRON, batches, lambda papers: papers._watch())
        accounts = self.env["purchase.1688.account"].search([("state", "=", "connected")])
        work_off(self.env, CRON, accounts, self._follow_memberships)
        work_off(self.env, CRON, accounts, self._ask_identities)

    def _watch(self):
        """Open and close the issues of these papers, as their ends stand today."""
        today = fields.Date.context_today(self)
        Issue = self.env["purchase.1688.issue"]
        ending, ended, fine = self.browse(), self.browse(), self.browse()
        for paper in self.sudo():
            days = paper.company_id.ali1688_qualification_days
            far = not paper.expires or paper.expires > today + timedelta(days=days)
            if far or not paper.active or paper._is_replaced(today):
                fine |= paper
            elif paper.expires < today:
                ended |= paper
            else:
                ending |= paper
        Issue._close(fine, ISSUE_KINDS[:2])
        Issue._close(ended, ISSUE_KINDS[0])
        Issue._close(ending, ISSUE_KINDS[1])
        for paper in ending:
            Issue._open(paper, "qualification_expiring", **paper._prepare_issue_vals())
        for paper in ended:
            Issue._open(paper, "qualification_expired", **paper._prepare_issue_vals())

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

    # --- business: what the platform tells

    @api.model
    def _follow_memberships(self, account):
        """A membership ends when 1688 says so of the seller's offers, and runs again when one is sold again."""
        company = account.company_id
        groups = self.env["purchase.1688.offer"]._read_group(
            [("company_id", "=", company.id), ("partner_id", "!=", False), ("seen_at", "!=", False)],
            ["partner_id", "status"],
            ["seen_at:max"],
        )
        last = {}
        for partner, status, seen_at in groups:
            last[partner] = max(last.get(partner, (seen_at, "")), (seen_at, status or ""))
        known = self._get_told(company, self.env["res.partner"].union(*last))
        vals_list = []
        for partner, (seen_at, status) in last.items():
            paper, ended = known.get(partner), status.lower() in states.MEMBERSHIP_ENDED
            expires = seen_at.date() - timedelta(days=1) if ended else False
            if ended and not paper:
                vals = self._prepare_membership_vals(company, partner, False, seen_at)
                vals_list.append({**vals, "expires": expires})
            elif paper and bool(paper.expires) != ended:
                paper.write({"expires": expires, "told_at": seen_at})
        self.sudo().create(vals_list)

    @api.model
    def _ask_identities(self, account):
        """Ask 1688 who the sellers are of whom it told nothing for a month; in the background's share of the quota."""
        tried = self.env["res.partner"]
        for _batch in range(REFRESH_BATCHES):
            sellers = self._get_sellers_to_ask(account.company_id, tried)
            if not sellers:
                break
            tried |= sellers
            requests = [("account.seller", {"login_id": seller.ali1688_login_id}) for seller in sellers]
            self.env["ir.cron"]._commit_progress()
            answers = account._call_many(
                requests, purpose="qualification", record=sellers[:1], timeout=REFRESH_SECONDS, background=True
            )
            told = {
                seller: answer
                for seller, answer in zip(sellers, answers, strict=True)
                if not isinstance(answer, Exception)
            }
            if not told:
                break
            self._apply_identities(account.company_id, told)

    @api.model
    def _get_told(self, company, sellers):
        """{seller: the paper that 1688 tells of}."""
        papers = self.sudo().search(
            [("source", "=", "platform"), ("company_id", "=", company.id), ("partner_id", "in", sellers.ids)]
        )
        return {paper.partner_id: paper for paper in papers}

    @api.model
    def _get_sellers_to_ask(self, company, tried):
        """Sellers with a login name, from whom we buy, and of whom 1688 told nothing for a month."""
        fresh = [
            ("source", "=", "platform"),
            ("company_id", "=", company.id),
            ("told_at", ">", fields.Datetime.now() - timedelta(days=REFRESH_DAYS)),
        ]
        known = self.with_context(active_test=False).search(fresh).partner_id
        return self.env["res.partner"].search(
            [
                ("ali1688_is_seller", "=", True),
                ("ali1688_login_id", "!=", False),
                ("company_id", "in", (False, company.id)),
                ("id", "not in", (known | tried).ids),
            ],
            order="id",
            limit=REFRESH_BATCH,
        )

    @api.model
    def _apply_identities(self, company, told):
        """Keep the registered names that 1688 told: {seller: identity}. Another name than before opens an issue."""
        by_seller = self._get_told(company, self.env["res.partner"].union(*told))
        now = fields.Datetime.now()
        vals_list = []
        for seller, identity in told.items():
            holder = plain(identity.company_name)
            paper = by_seller.get(seller)
            if not paper:
                vals_list.append(self._prepare_membership_vals(company, seller, holder, now))
                continue
            if paper.holder and holder and paper.holder != holder:
                paper._open_renamed(holder)
            paper.write({"holder": holder or paper.holder, "told_at": now})
        self.sudo().create(vals_list)

    @api.model
    def _prepare_membership_vals(self, company, seller, holder, now):
        return {
            "company_id": company.id,
            "partner_id": seller.id,
            "kind": "membership",
            "source": "platform",
            "holder": holder,
            "told_at": now,
        }

    def _open_renamed(self, holder):
        name = self.env._(
            "%(seller)s is now registered at 1688 as %(new)s instead of %(old)s",
            seller=self.partner_id.name,
            new=holder,
            old=self.holder,
        )
        self.env["purchase.1688.issue"]._open(self, "seller_renamed", name=name, company_id=self.company_id.id)
