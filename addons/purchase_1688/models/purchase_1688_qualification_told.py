import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..lib import states
from ..lib.china import day_in_china
from ..scheduled import RUN_SECONDS
from .purchase_1688_collector import plain

REFRESH_DAYS = 30
#: a seller of whom 1688 told nothing when it was asked comes last, and not before
RETRY_DAYS = 7
REFRESH_BATCH = 20
REFRESH_BATCHES = 5
REFRESH_SECONDS = 15.0


class Purchase1688Qualification(models.Model):
    """What 1688 tells about a seller: whether its membership runs, and under which name it is registered."""

    _inherit = "purchase.1688.qualification"

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
            expires = day_in_china(seen_at) - timedelta(days=1) if ended else False
            if ended and not paper:
                vals = self._prepare_membership_vals(company, partner, False, seen_at)
                vals_list.append({**vals, "expires": expires})
            elif paper and bool(paper.expires) != ended:
                paper.write({"expires": expires, "told_at": seen_at})
        self.sudo().create(vals_list)

    @api.model
    def _ask_identities(self, account):
        """Ask 1688 who the sellers are of whom it told nothing for a month; in the background's share of the quota.

        Who was asked is noted, told or not, so that sellers who are gone do not stand before the others each night.
        """
        end = time.monotonic() + RUN_SECONDS
        for _batch in range(REFRESH_BATCHES):
            sellers = self._get_sellers_to_ask(account.company_id)
            if not sellers or time.monotonic() > end:
                break
            requests = [("account.seller", {"login_id": seller.ali1688_login_id}) for seller in sellers]
            self.env["ir.cron"]._commit_progress()
            answers = account._call_many(
                requests, purpose="qualification", record=sellers[:1], timeout=REFRESH_SECONDS, background=True
            )
            answered = dict(zip(sellers, answers, strict=True))
            # a question that was never looked at is nobody's fault
            asked = [seller for seller, answer in answered.items() if not getattr(answer, "repeatable", False)]
            if not asked:
                break
            sellers.union(*asked).ali1688_asked_at = fields.Datetime.now()
            told = {seller: answer for seller, answer in answered.items() if not isinstance(answer, Exception)}
            self._apply_identities(account.company_id, told)

    @api.model
    def _get_told(self, company, sellers):
        """{seller: the paper that 1688 tells of}, one that was archived too: there is only one."""
        papers = (
            self.sudo()
            .with_context(active_test=False)
            .search([("source", "=", "platform"), ("company_id", "=", company.id), ("partner_id", "in", sellers.ids)])
        )
        return {paper.partner_id: paper for paper in papers}

    @api.model
    def _get_sellers_to_ask(self, company):
        """Sellers with a login name, from whom we buy, and of whom 1688 told nothing for a month; those that were not
        asked for the longest time first.
        """
        now = fields.Datetime.now()
        fresh = [
            ("source", "=", "platform"),
            ("company_id", "=", company.id),
            ("told_at", ">", now - timedelta(days=REFRESH_DAYS)),
        ]
        known = self.with_context(active_test=False).search(fresh).partner_id
        sources = self.env["purchase.1688.source"]._search([("company_id", "=", company.id)])
        orders = self.env["purchase.1688.order"]._search([("company_id", "=", company.id), ("placed_at", "!=", False)])
        bought = [Domain("id", "in", query.subselect("partner_id")) for query in (sources, orders)]
        domain = Domain.OR(bought) & Domain(
            [
                ("ali1688_is_seller", "=", True),
                ("ali1688_login_id", "!=", False),
                ("company_id", "in", (False, company.id)),
                ("id", "not in", known.ids),
                "|",
                ("ali1688_asked_at", "=", False),
                ("ali1688_asked_at", "<", now - timedelta(days=RETRY_DAYS)),
            ]
        )
        sellers = self.env["res.partner"].with_company(company)
        return sellers.search(domain, order="ali1688_asked_at NULLS FIRST, id", limit=REFRESH_BATCH)

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
