import json
import time
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ..lib import pictures, sourcing
from ..transaction import has_writes, own_transaction
from .purchase_1688_collector import plain
from .purchase_1688_quota import SOURCING
from .purchase_1688_sourcing_candidate import DETAIL_FIELDS

BUS_EVENT = "purchase_1688/sourcing"
#: rows of each reason that a screen shows at once
SHOWN_PER_REASON = 12
WAIT_LIMIT = 30.0
WAIT_STEP = 0.1


class Purchase1688Sourcing(models.Model):
    """What is known of candidates, the verdict on them, and what is told of it."""

    _inherit = "purchase.1688.sourcing"

    # --- external API: looking

    def get_progress(self):
        """How far a run is, as plain data.

        :return: {"id", "name", "state", "message", "found", "wanted", "offered", "pages", "detailed", "to_read",
            "enrich", "calls", "reused", "seconds", "seconds_left", "waits",
            "counts" {"ready", "duplicate", "excluded", "blocked", "failed", "listed"}}
        """
        self.check_access("read")
        if not self:
            return {}
        self.ensure_one()
        states = self._count_by("state").get(self.id, {})
        details = self._count_by("detail").get(self.id, {})
        ready = self._count_by("detail", [("state", "=", "ready")]).get(self.id, {})
        to_read = ready.get("todo", 0) if self.enrich else 0
        now = fields.Datetime.now()
        counts = {state: states.get(state, 0) for state in ("ready", "duplicate", "excluded", "blocked")}
        return {
            "id": self.id,
            "name": self.name,
            "state": self.state,
            "message": self.message or "",
            "found": sum(states.values()),
            "wanted": self.wanted_count,
            "offered": self.offered_count,
            "pages": self.pages_read,
            "detailed": details.get("done", 0),
            "to_read": to_read,
            "enrich": self.enrich,
            "calls": self.call_count,
            "reused": self.reused_count,
            "seconds": self._get_seconds(),
            "seconds_left": self._get_seconds_left(to_read) if self.state == "running" else 0.0,
            "waits": max((self.resume_at - now).total_seconds(), 0.0) if self.resume_at else 0.0,
            "counts": counts
            | {"failed": details.get("failed", 0), "listed": min(counts["ready"], self.shortlist_size)},
        }

    def _get_seconds(self):
        """How long it has worked, all stretches from a start to a stop together."""
        if not self.started_at:
            return 0.0
        end = self.finished_at or fields.Datetime.now()
        return self.earlier_seconds + (end - self.started_at).total_seconds()

    def _get_seconds_left(self, to_read):
        """About how long the calls that are still to be made will take at the account's quota."""
        account_sudo = self.account_id.sudo()  # a number for a bar
        per_minute = account_sudo.quota_per_minute * SOURCING
        used = self.env["purchase.1688.quota"]._used_share(account_sudo) * account_sudo.quota_per_minute
        wait = max((self.resume_at - fields.Datetime.now()).total_seconds(), 0.0) if self.resume_at else 0.0
        pages = max(self.wanted_count - len(self.candidate_ids), 0) // 50 if not self.searches else 0
        calls = to_read + pages
        return max(sourcing.seconds_for(calls, per_minute, max(per_minute - used, 0), wait), calls * 0.04)

    def wait_done(self, timeout=10.0):
        """Wait until a run is over, at most `timeout` seconds (30 at most); for callers of the external API.

        The transaction ends before the waiting starts, and each look is a short one of its own.

        :return: see `get_progress`
        """
        self.ensure_one()
        self.check_access("read")
        end = time.monotonic() + min(max(float(timeout), 0.0), WAIT_LIMIT)
        if self.state == "running" and not has_writes(self.env.cr):
            # Nothing was written, so nothing is lost: the transaction ends, and none is open while waiting.
            self.env.cr.rollback()
            while self._look_running() and time.monotonic() < end:
                time.sleep(WAIT_STEP)
            self.env.invalidate_all(flush=False)
        return self.get_progress()

    def _look_running(self):
        with own_transaction(self.env) as env:
            return self.with_env(env).state == "running"

    def get_shortlist(self, limit=0):
        """The best candidates in their order.

        :param int limit: how many; 0 is the short list, at most 1,000
        :return: [{"id", "rank", "offer_id", "name", "name_zh", "url", "image_url", "price", "tiers", "min_qty",
            "stock", "weight", "mix", "seller", "ships_from", "years", "rating", "repurchase_rate", "on_time_rate",
            "dispute_rate", "detailed", "offer", "product_tmpl_id"}]; a figure that is not told is False
        """
        self.ensure_one()
        ready = [("sourcing_id", "=", self.id), ("state", "=", "ready")]
        best = self.candidate_ids.search(ready, order="rank, id", limit=min(limit or self.shortlist_size, 1000))
        return [candidate._to_plain() for candidate in best]

    def get_left_out(self, limit=SHOWN_PER_REASON):
        """Who is not on the list and why, by reason, the most frequent first.

        :param int limit: candidates told of each reason, at most 100
        :return: [{"code", "label", "state", "count", "candidates": [{"id", "offer_id", "name", "image_url", "reason",
            "seller", "price"}]}]
        """
        self.ensure_one()
        Candidate = self.candidate_ids
        out = [("sourcing_id", "=", self.id), ("state", "in", ("excluded", "duplicate"))]
        labels = dict(Candidate._fields["reason_code"]._description_selection(self.env))
        groups = []
        for code, state, count, candidates in Candidate._read_group(
            out, ["reason_code", "state"], ["__count", "id:recordset"], order="__count DESC, reason_code"
        ):
            shown = candidates[: min(max(limit, 0), 100)]
            groups.append(
                {
                    "code": code or "",
                    "label": labels.get(code, ""),
                    "state": state,
                    "count": count,
                    "candidates": [
                        {
                            "id": candidate.id,
                            "offer_id": candidate.offer_ref,
                            "name": candidate.title or "",
                            "image_url": candidate.image_url or "",
                            "reason": candidate.reason or "",
                            "seller": candidate.company_name or "",
                            "price": candidate.price,
                        }
                        for candidate in shown
                    ],
                }
            )
        return groups

    def _notify(self):
        """Tell the screens of the buyer how far it is."""
        for run in self:
            run.user_id._bus_send(BUS_EVENT, run.get_progress())

    # --- business: the verdict

    def _judge(self):
        """Say anew who is out, who is a duplicate and in which order the rest comes; in one statement for all."""
        for run in self:
            candidates = run.sudo().candidate_ids  # the run's own, whoever changes a limit
            run._price_candidates(candidates)
            refs = run.env["purchase.1688.sourcing.block"]._get_refs(run.company_id)
            values = [candidate._to_value(refs) for candidate in candidates]
            verdicts = sourcing.judge(values, run._get_limits(), run.rule_ids._to_rules())
            rows = [run._prepare_verdict(candidate, verdicts[candidate.id]) for candidate in candidates]
            run._write_verdicts(
                [row for row, candidate in zip(rows, candidates, strict=True) if _differs(row, candidate)]
            )
            run._notify()

    def _price_candidates(self, candidates):
        """The price of each for the quantity that is needed."""
        for candidate in candidates:
            if candidate.tiers:
                needed = max(self.quantity, candidate.min_qty)
                reached = [price for start, price in candidate.tiers if start <= needed] or [candidate.tiers[0][1]]
                if candidate.price != reached[-1]:
                    candidate.price = reached[-1]

    def _prepare_verdict(self, candidate, verdict):
        return {
            "id": candidate.id,
            "state": verdict.state,
            "rank": verdict.rank,
            "listed": 0 < verdict.rank <= self.shortlist_size,
            "reason_code": verdict.reasons[0].code if verdict.reasons else verdict.fold or None,
            "reasons": [[reason.code, reason.value, reason.limit] for reason in verdict.reasons],
            "twin_id": verdict.twin,
        }

    def _write_verdicts(self, rows):
        if not rows:
            return
        Candidate = self.env["purchase.1688.sourcing.candidate"]
        Candidate.flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE purchase_1688_sourcing_candidate AS candidate
                   SET state = row.state, rank = row.rank, listed = row.listed, reason_code = row.reason_code,
                       reasons = row.reasons, twin_id = row.twin_id
                  FROM jsonb_to_recordset(%s::jsonb) AS row(id integer, state text, rank integer, listed boolean,
                       reason_code text, reasons jsonb, twin_id integer)
                 WHERE candidate.id = row.id
                """,
                json.dumps(rows),
            )
        )
        Candidate.invalidate_model(["state", "rank", "listed", "reason_code", "reasons", "reason", "twin_id"])
        self.invalidate_recordset(["shortlist_ids", "found_count", "ready_count", "unread_count"])

    # --- business: what is known of a candidate

    def _prepare_candidate(self, offer, hosts):
        """Values of a candidate from one row of a search."""
        allowed = offer.image_url and pictures.is_allowed(offer.image_url, hosts)
        return {
            "sourcing_id": self.id,
            "offer_ref": offer.offer_id,
            "name": plain(offer.title_translated or offer.title) or offer.offer_id,
            "name_zh": plain(offer.title),
            "company_name": plain(offer.company_name),
            "image_url": offer.image_url if allowed else False,
            "price": float(offer.price or 0),
            "min_qty": float(offer.min_quantity or 0),
            "month_sold": offer.month_sold or 0,
            "is_factory": offer.is_factory,
            "is_powerful": offer.is_powerful,
            "repurchase_rate": float(offer.repurchase_share or 0),
            **_figures(offer.scores),
        }

    def _prepare_details(self, listing, partners):
        """Values that the details of a listing bring."""
        mix = listing.mix if listing.mix and listing.mix.enabled else None
        partner = partners.get(listing.seller_open_id)
        first = listing.min_quantity or 1
        sku_prices = [sku.price for sku in listing.skus if sku.price]
        tiers = [[float(tier.min_quantity), float(tier.price)] for tier in listing.tiers]
        if sku_prices and (listing.quote_type == 1 or not tiers):
            tiers = [[float(first), float(min(sku_prices))]]
        vals = {
            "name": plain(listing.title_translated or listing.title) or listing.offer_id,
            "name_zh": plain(listing.title),
            "company_name": plain(listing.company_name),
            "seller_ref": listing.seller_open_id,
            "partner_id": partner.id if partner else False,
            "ships_from": plain(listing.ships_from, 60),
            "tiers": tiers,
            "min_qty": float(first),
            "batch_qty": float(listing.batch or 1),
            "unit": plain(listing.unit_translated or listing.unit, 40),
            "mix": bool(mix),
            "mix_amount": float(mix.amount or 0) if mix else 0.0,
            "mix_qty": float(mix.quantity or 0) if mix else 0.0,
            "stock": float(listing.stock or 0),
            "sold": listing.sold or 0,
            "weight": float(listing.weight or 0),
            "category_name": plain(listing.category_name, 60),
            "on_shelf": listing.status in ("published", ""),
            "detail": "done",
            "detail_at": fields.Datetime.now(),
            "message": False,
            **_figures(listing.scores),
        }
        rating = partner and self._get_rating(partner)
        return vals | ({"rating": rating} if rating else {})

    def _get_rating(self, partner):
        """Hook: our own rating of a seller that we know, 0 to 5; 0 where there is none and the platform's counts."""
        return partner.with_company(self.company_id).ali1688_rating or 0.0

    def _find_partners(self, listings):
        """{open id: contact} of sellers that we know."""
        refs = [listing.seller_open_id for listing in listings if listing.seller_open_id]
        found = self.env["res.partner"].with_context(active_test=False).search([("ali1688_open_id", "in", refs)])
        return {partner.ali1688_open_id: partner for partner in found}

    def _borrow(self, candidates):
        """What was read of these offers lately is not asked again: by another run, or when they were collected."""
        limit = fields.Datetime.now() - timedelta(hours=self.company_id.ali1688_sourcing_max_age)
        numbers = [("company_id", "=", self.company_id.id), ("offer_ref", "in", candidates.mapped("offer_ref"))]
        others = candidates.search([*numbers, ("detail", "=", "done"), ("detail_at", ">=", limit)], order="detail_at")
        lent = dict(zip(others.mapped("offer_ref"), others.read(DETAIL_FIELDS, load=None), strict=True))
        numbers = [("company_id", "=", self.company_id.id), ("offer_id", "in", candidates.mapped("offer_ref"))]
        for offer in self.env["purchase.1688.offer"].search([*numbers, ("seen_at", ">=", limit)]):
            # A stored listing does not say where it ships from.
            if not self.state_ids and offer.offer_id not in lent:
                lent[offer.offer_id] = offer._prepare_candidate_details()
        for candidate in candidates:
            vals = lent.get(candidate.offer_ref)
            if vals:
                vals.pop("id", None)
                candidate.write({**vals, "detail": "done"})
        self.reused_count += len(lent)

    def _recognise_sellers(self, candidates):
        """Who sells these, where it was read before: a search does not tell, and an offer never changes its seller."""
        company, numbers = self.company_id.id, candidates.mapped("offer_ref")
        read = [("company_id", "=", company), ("offer_ref", "in", numbers), ("seller_ref", "!=", False)]
        known = {
            ref: (seller, name)
            for ref, seller, name in candidates._read_group(read, ["offer_ref", "seller_ref", "company_name"])
        }
        offers = self.env["purchase.1688.offer"].with_context(active_test=False)  # archived ones tell it too
        for offer in offers.search([("company_id", "=", company), ("offer_id", "in", numbers)]):
            if seller := offer.partner_id.ali1688_open_id:
                known[offer.offer_id] = seller, offer.partner_id.name
        for candidate in candidates.filtered(lambda candidate: candidate.offer_ref in known):
            candidate.seller_ref, candidate.company_name = known[candidate.offer_ref]


def _figures(scores):
    """Values of a candidate from a seller's figures; what is not told now keeps what was told before."""
    vals = {}
    if scores.years is not None:
        vals["years"] = scores.years
    if scores.overall is not None:
        vals["rating"] = float(scores.overall)
    if scores.repurchase_share is not None:
        vals["repurchase_rate"] = float(scores.repurchase_share)
    if scores.on_time_share is not None:
        vals |= {"on_time_rate": float(scores.on_time_share), "on_time_told": True}
    if scores.dispute_share is not None:
        vals |= {"dispute_rate": float(scores.dispute_share), "dispute_told": True}
    return vals


def _differs(row, candidate):
    return (
        (row["state"], row["rank"], row["listed"]) != (candidate.state, candidate.rank, candidate.listed)
        or (row["reason_code"] or False) != candidate.reason_code
        or row["reasons"] != (candidate.reasons or [])
        or (row["twin_id"] or False) != candidate.twin_id.id
    )
