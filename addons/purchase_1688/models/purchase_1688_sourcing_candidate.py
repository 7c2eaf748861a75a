from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..lib import links, sourcing
from .purchase_1688_collector import plain
from .purchase_1688_sourcing import COLLECT_AT_ONCE

#: what the details of a listing bring, and what another run that read them lately can lend
DETAIL_FIELDS = (
    *("name", "name_zh", "tiers", "price", "min_qty", "batch_qty", "unit", "mix", "mix_amount", "mix_qty", "stock"),
    *("weight", "sold", "category_name", "seller_ref", "company_name", "partner_id", "ships_from", "on_shelf"),
    *("years", "rating", "repurchase_rate", "on_time_rate", "on_time_told", "dispute_rate", "dispute_told"),
    *("is_factory", "is_powerful", "picture_hash", "detail_at"),
)


class Purchase1688SourcingCandidate(models.Model):
    """One offer that a run found, what is known of it, and the verdict on it. Only the run writes it."""

    _name = "purchase.1688.sourcing.candidate"
    _description = "1688 Sourcing Candidate"
    _order = "sourcing_id desc, state desc, rank, position, id"
    _rec_names_search = ["name", "name_zh", "offer_ref", "company_name"]

    sourcing_id = fields.Many2one("purchase.1688.sourcing", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="sourcing_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="sourcing_id.currency_id")
    position = fields.Integer("Place in the search")
    offer_ref = fields.Char("Offer number", required=True, index=True)
    name = fields.Char()
    name_zh = fields.Char("Name at 1688")
    title = fields.Char("Offer", compute="_compute_title", help="In Chinese for who reads Chinese, else translated.")
    image_url = fields.Char("Picture")
    picture_hash = fields.Char(help="Fingerprint of the picture; “-” where it could not be read.")
    picked = fields.Boolean()

    # --- the goods
    price = fields.Monetary(help="Yuan per 1688 unit for the quantity you need, at least the minimum order.")
    tiers = fields.Json(help="[[from quantity, yuan]], once the details are known.")
    price_label = fields.Char("Prices", compute="_compute_labels")
    min_qty = fields.Float("Minimum order", digits="Product Unit")
    batch_qty = fields.Float("Lot size", digits="Product Unit")
    unit = fields.Char("Sales unit")
    mix = fields.Boolean("Mixed batch", help="The seller waives the minimum when the whole order is large enough.")
    mix_amount = fields.Monetary("Mixed batch from")
    mix_qty = fields.Float("Mixed batch from (pieces)", digits="Product Unit")
    mix_label = fields.Char("Mixes from", compute="_compute_labels")
    stock = fields.Float("Stock at seller", digits="Product Unit")
    weight = fields.Float(digits="Stock Weight", help="Kilograms of one 1688 unit.")
    sold = fields.Integer("Sold in all")
    month_sold = fields.Integer("Sold this month")
    category_name = fields.Char("Category")
    on_shelf = fields.Boolean(default=True)

    # --- the seller
    seller_ref = fields.Char("Seller's open id", index=True)
    company_name = fields.Char("Seller")
    partner_id = fields.Many2one("res.partner", "Known seller", index="btree_not_null")
    ships_from = fields.Char()
    is_factory = fields.Boolean("Factory", help="One of the platform's certified factories.")
    is_powerful = fields.Boolean("Powerful merchant", help="The platform calls the seller 实力商家.")
    years = fields.Integer("TrustPass years")
    rating = fields.Float(digits=(3, 2), help="0 to 5: our own rating of a known seller, else the platform's score.")
    repurchase_rate = fields.Float("Repurchase", digits=(5, 4))
    on_time_rate = fields.Float("On time", digits=(5, 4))
    on_time_told = fields.Boolean()
    dispute_rate = fields.Float("Disputes", digits=(5, 4))
    dispute_told = fields.Boolean()

    # --- reading and judging
    detail = fields.Selection(
        [("todo", "Not read"), ("done", "Read"), ("failed", "Could not be read")],
        "Details",
        default="todo",
        required=True,
    )
    detail_at = fields.Datetime("Details of")
    tries = fields.Integer()
    message = fields.Char("What happened")
    state = fields.Selection(
        [("ready", "Good"), ("duplicate", "Duplicate"), ("excluded", "Left out"), ("blocked", "Never again")],
        default="ready",
        required=True,
        index=True,
    )
    rank = fields.Integer()
    listed = fields.Boolean("On the short list")
    reason_code = fields.Selection(
        [
            ("off_shelf", "Off the shelf"),
            ("sold_out", "Sold out"),
            ("disputes", "Too many disputes"),
            ("on_time", "Ships too late"),
            ("price_low", "Too cheap"),
            ("price_high", "Too dear"),
            ("moq", "Minimum order too high"),
            ("years", "Too few TrustPass years"),
            ("repurchase", "Too few come back"),
            ("region", "Ships from elsewhere"),
            ("unreadable", "Could not be read"),
            ("same_seller", "Listed twice by its seller"),
            ("resold", "Resold by another seller"),
        ],
        "Because",
    )
    reasons = fields.Json()
    reason = fields.Char("Explanation", compute="_compute_reason")
    twin_id = fields.Many2one("purchase.1688.sourcing.candidate", "Same as", ondelete="set null")

    # --- what became of it
    offer_id = fields.Many2one("purchase.1688.offer", "Collected", compute="_compute_offer_id")
    product_tmpl_id = fields.Many2one("product.template", "Product", compute="_compute_offer_id")

    _offer_uniq = models.UniqueIndex("(sourcing_id, offer_ref)", "An offer is a candidate of a run once.")

    # --- computes

    @api.depends("offer_ref", "company_id")
    def _compute_offer_id(self):
        offers = self.env["purchase.1688.offer"].search(
            [("offer_id", "in", self.mapped("offer_ref")), ("company_id", "in", self.company_id.ids)]
        )
        by_number = {(offer.company_id, offer.offer_id): offer for offer in offers}
        none = offers.browse()
        for candidate in self:
            offer = by_number.get((candidate.company_id, candidate.offer_ref), none)
            candidate.offer_id = offer
            candidate.product_tmpl_id = offer.product_tmpl_id or offer.source_ids[:1].product_tmpl_id

    @api.depends("name", "name_zh")
    @api.depends_context("lang")
    def _compute_title(self):
        chinese = (self.env.lang or "").startswith("zh")
        for candidate in self:
            candidate.title = chinese and candidate.name_zh or candidate.name

    @api.depends("tiers", "mix", "mix_amount", "mix_qty")
    def _compute_labels(self):
        for candidate in self:
            candidate.price_label = " · ".join(f"{price:.2f} @{start:g}" for start, price in candidate.tiers or [])
            parts = [f"¥{candidate.mix_amount:g}"] if candidate.mix_amount else []
            if candidate.mix_qty:
                parts.append(self.env._("%g pieces", candidate.mix_qty))
            candidate.mix_label = " / ".join(parts) if candidate.mix else False

    @api.depends("reasons", "state", "twin_id", "message")
    @api.depends_context("lang")
    def _compute_reason(self):
        for candidate in self:
            if candidate.state == "duplicate":
                candidate.reason = candidate._describe_twin()
            elif candidate.state == "excluded":
                candidate.reason = " · ".join(candidate._describe_reason(reason) for reason in candidate.reasons or [])
            else:
                candidate.reason = candidate.message

    def _describe_twin(self):
        seller = self.twin_id.company_name or self.twin_id.offer_ref or ""
        if self.reason_code == "same_seller":
            return self.env._("The seller lists the same goods twice, see offer %s", self.twin_id.offer_ref or "")
        return self.env._("Same picture, title and price as the better one of %s", seller)

    def _describe_reason(self, reason):
        """One sentence with the figure and the limit."""
        code, value, limit = reason
        figures = {"value": self._format_figure(code, value), "limit": self._format_figure(code, limit)}
        sentences = {
            "off_shelf": self.env._("The seller has taken it off the shelf"),
            "sold_out": self.env._("The seller has none left"),
            "disputes": self.env._("Disputes %(value)s are above %(limit)s", **figures),
            "on_time": self.env._("On-time shipping %(value)s is below %(limit)s", **figures),
            "price_low": self.env._("Price %(value)s is below %(limit)s", **figures),
            "price_high": self.env._("Price %(value)s is above %(limit)s", **figures),
            "moq": self.env._("Minimum order %(value)s is above %(limit)s", **figures),
            "years": self.env._("TrustPass years %(value)s are below %(limit)s", **figures),
            "repurchase": self.env._("Repurchase rate %(value)s is below %(limit)s", **figures),
            "region": self.env._("Ships from %(value)s, not from %(limit)s", **figures),
            "unreadable": self.message or "",
        }
        return sentences.get(code, "")

    def _format_figure(self, code, text):
        """A figure of a reason as people read it."""
        if code in ("disputes", "on_time", "repurchase"):
            return _percent(text)
        if code in ("price_low", "price_high"):
            return self.currency_id.format(float(text))
        return _short(text)

    # --- actions

    def action_pick(self):
        """Pick or unpick."""
        self.sourcing_id.check_access("write")
        for candidate in self.sudo():  # candidates are the run's, picking is the buyer's
            candidate.picked = not candidate.picked
        return True

    def action_collect(self):
        """Collect these as products, or as sources of the product that their run is for."""
        product = self.sourcing_id.product_tmpl_id
        if len(self) > COLLECT_AT_ONCE or len(product) > 1:
            return self._collect_by_list(product)
        result = self._collect(product)
        if result["problems"] and not result["offers"]:
            raise UserError("\n".join(problem["message"] for problem in result["problems"]))
        return self._tell_collected(result)

    def action_collect_as(self):
        """Ask for the product that these become sources of."""
        action = self._collect_by_list(self.sourcing_id.product_tmpl_id)
        context = {**action["context"], "ali1688_as_source": True}
        return {**action, "name": self.env._("Add as source of a product"), "context": context}

    def action_refuse(self):
        """Ask why these are never to be seen again."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Never show again"),
            "res_model": "purchase.1688.sourcing.refuse",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_candidate_ids": self.ids},
        }

    def action_open_url(self):
        """Open the offer's page at 1688."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": links.offer_url(self.offer_ref), "target": "new"}

    def action_open_product(self):
        """Open what was collected: the product, or the offer where there is none."""
        self.ensure_one()
        return (self.product_tmpl_id or self.offer_id).get_formview_action()

    def _collect_by_list(self, product):
        """The window that collects lists, in the background where they are long."""
        collect = self.env["purchase.1688.offer.collect"].create(
            {
                "text": "\n".join(self.mapped("offer_ref")),
                "candidate_ids": [Command.set(self.ids)],
                "company_id": self.sourcing_id.company_id[:1].id or self.env.company.id,
                "product_tmpl_id": product.id if len(product) == 1 else False,
            }
        )
        return collect.action_look()

    def _tell_collected(self, result):
        if problems := [problem["message"] for problem in result["problems"]]:
            message = self.env._("Not collected: %s", "; ".join(problems))
        elif self.sourcing_id.product_tmpl_id:
            unsure = sum(not offer["sources"] for offer in result["offers"])
            message = self.env._("%s offers are sources of the product now.", len(result["offers"]) - unsure)
            if unsure:
                told = self.env._("Of %s it is not certain which specification fits: choose it on the product.", unsure)
                message = f"{message} {told}"
        else:
            message = self.env._("%s products are ready, pictures follow.", len(result["offers"]))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if problems else "success",
                "title": self.env._("Collected"),
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # --- business

    def _collect(self, product):
        """Read the listings, then make products or sources; see `collect_candidates` of the run."""
        if not self:
            raise UserError(self.env._("None of these is a candidate of this run."))
        if len(self) > COLLECT_AT_ONCE:
            raise UserError(self.env._("Collect at most %s candidates in one go.", COLLECT_AT_ONCE))
        self.sourcing_id.check_access("write")
        Offer = self.env["purchase.1688.offer"].with_company(self.company_id[:1])
        Offer = self.env["purchase.1688.source.change"]._mark(Offer, "sourcing", self.sourcing_id[:1])
        offers, failed = Offer._collect(Offer._get_account(), self.mapped("offer_ref"), make_products=not product)
        if product:
            offers._add_as_source(product.product_variant_ids)
        by_ref = {candidate.offer_ref: candidate.id for candidate in self}
        self.sudo().picked = False  # candidates are the run's, picking is the buyer's
        self.invalidate_recordset(["offer_id", "product_tmpl_id"])
        return {
            "offers": [
                {
                    "candidate": by_ref[offer.offer_id],
                    "id": offer.id,
                    "offer_id": offer.offer_id,
                    "name": offer.name,
                    "product_tmpl_id": product.id or offer.product_tmpl_id.id,
                    "sources": len(
                        offer.source_ids.filtered(lambda source: not product or source.product_tmpl_id == product)
                    ),
                }
                for offer in offers
            ],
            "problems": [{"candidate": by_ref[ref], "message": message} for ref, message in failed.items()],
        }

    def _block(self, kind, reason):
        """Block these offers, or their sellers, for the whole company. Returns the new entries."""
        if kind not in ("offer", "seller"):
            raise UserError(self.env._("Block an “offer” or a “seller”, nothing else."))
        if not self:
            raise UserError(self.env._("None of these is a candidate of this run."))
        field = {"offer": "offer_ref", "seller": "seller_ref"}[kind]
        names = {candidate[field]: candidate.name if kind == "offer" else candidate.company_name for candidate in self}
        if not all(names):
            raise UserError(
                self.env._(
                    "The seller is known once the details were read. Block the offer, or read the details first."
                )
            )
        self.sourcing_id.check_access("write")
        company = self.company_id[:1]
        Block = self.env["purchase.1688.sourcing.block"]
        known = Block._get_refs(company)[kind]
        made = Block.create(
            [
                {"company_id": company.id, "kind": kind, "ref": ref, "name": name, "reason": plain(reason) or False}
                for ref, name in names.items()
                if ref not in known
            ]
        )
        # Wherever they were found, they are gone now; the runs belong to the company.
        found = Domain(field, "in", list(names))
        if kind == "seller":
            found |= Domain([("seller_ref", "=", False), ("company_name", "in", list(names.values()))])
        same = self.sudo().search(Domain("company_id", "=", company.id) & found)
        same.sourcing_id._judge()
        return made

    def _to_value(self, refs):
        """The candidate as a value for lib/sourcing. `refs`: what is blocked, see `_get_refs` of the blocks."""
        self.ensure_one()
        known = self.detail == "done"
        return sourcing.Candidate(
            key=self.id,
            position=self.position,
            title=self.name_zh or self.name or "",
            picture_url=self.image_url or "",
            picture_hash=(self.picture_hash or "").strip("-"),
            seller=self.seller_ref or self.company_name or "",
            price=_decimal(self.price) if self.price else None,
            min_quantity=_decimal(self.min_qty) if self.min_qty else None,
            stock=_decimal(self.stock) if known else None,
            month_sold=self.month_sold,
            years=self.years or None,
            rating=self.rating or None,
            repurchase=self.repurchase_rate or None,
            on_time=self.on_time_rate if self.on_time_told else None,
            disputes=self.dispute_rate if self.dispute_told else None,
            ships_from=self.ships_from or "",
            on_shelf=self.on_shelf,
            readable=self.detail != "failed",
            blocked=self._is_blocked(refs),
        )

    def _is_blocked(self, refs):
        """Whether nobody wants to see it again. `refs`: see `_get_refs` of the blocks."""
        if self.offer_ref in refs["offer"] or self.seller_ref in refs["seller"]:
            return True
        return not self.seller_ref and self.company_name in refs["name"]

    def _to_plain(self):
        """A row of the short list, for the external API."""
        self.ensure_one()
        return {
            "id": self.id,
            "rank": self.rank,
            "offer_id": self.offer_ref,
            "name": self.name or "",
            "name_zh": self.name_zh or "",
            "url": links.offer_url(self.offer_ref),
            "image_url": self.image_url or "",
            "price": self.price,
            "tiers": self.tiers or [],
            "min_qty": self.min_qty,
            "stock": self.stock if self.detail == "done" else False,
            "weight": self.weight,
            "mix": self.mix_label or "",
            "seller": self.company_name or "",
            "ships_from": self.ships_from or "",
            "years": self.years,
            "rating": self.rating,
            "repurchase_rate": self.repurchase_rate,
            "on_time_rate": self.on_time_rate if self.on_time_told else False,
            "dispute_rate": self.dispute_rate if self.dispute_told else False,
            "detailed": self.detail == "done",
            "offer": self.offer_id.id,
            "product_tmpl_id": self.product_tmpl_id.id,
        }


def _decimal(value):
    """A figure of the database as people read it."""
    return Decimal(str(round(value, 6)))


def _percent(text):
    return f"{float(text) * 100:.3g}\u00a0%" if text else ""


def _short(text):
    try:
        return f"{float(text):.10g}"
    except ValueError:
        return text
