import base64
import io
from decimal import Decimal

from PIL import Image

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..lib.errors import GatewayError
from ..lib.values import SearchQuery

PAGE_SIZE = 20
SEARCH_SIDE = 600


class Purchase1688OfferSearch(models.TransientModel):
    """Search 1688 by words or by the picture of a product, then collect what is picked."""

    _name = "purchase.1688.offer.search"
    _description = "Search on 1688"
    _rec_name = "keyword"

    keyword = fields.Char("Search for", help="Chinese or English words.")
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company, required=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    price_min = fields.Monetary("Price from")
    price_max = fields.Monetary("Price to")
    moq_max = fields.Float("Minimum order at most", digits="Product Unit")
    category_ref = fields.Char("Category number")
    sort = fields.Selection(
        [("best", "Best match"), ("price_asc", "Cheapest first"), ("price_desc", "Dearest first")],
        default="best",
        required=True,
    )
    product_tmpl_id = fields.Many2one("product.template", "Add as source of")
    image_ref = fields.Char()
    by_picture = fields.Boolean(compute="_compute_by_picture")
    page = fields.Integer(default=0)
    page_count = fields.Integer()
    result_count = fields.Integer("Found")
    hidden_count = fields.Integer("Left out by minimum order")
    searched = fields.Boolean()
    line_ids = fields.One2many("purchase.1688.offer.search.line", "search_id", "Results")
    picked_count = fields.Integer(compute="_compute_picked_count")

    def _compute_currency_id(self):
        self.currency_id = self.env["purchase.1688.offer"]._get_yuan()

    @api.depends("image_ref")
    def _compute_by_picture(self):
        for search in self:
            search.by_picture = bool(search.image_ref)

    @api.depends("line_ids.picked")
    def _compute_picked_count(self):
        for search in self:
            search.picked_count = len(search.line_ids.filtered("picked"))

    # --- actions

    def action_search(self):
        """Ask for the first page."""
        self.ensure_one()
        if not (self.keyword or "").strip():
            raise UserError(self.env._("Type what you are looking for."))
        return self._show_page(1, image_ref=False)

    def action_search_picture(self):
        """Ask for offers that look like the product."""
        self.ensure_one()
        if not self.product_tmpl_id.image_1920:
            raise UserError(self.env._("The product has no picture to search with. Search by words instead."))
        answer = self._ask("product.upload_image", data=self._get_picture())
        return self._show_page(1, image_ref=answer)

    def action_more(self):
        """Add the next page to the results."""
        self.ensure_one()
        return self._show_page(self.page + 1, image_ref=self.image_ref)

    def action_collect(self):
        """Collect what is picked, as products or as sources of the product."""
        self.ensure_one()
        picked = self.line_ids.filtered("picked")
        if not picked:
            raise UserError(self.env._("Pick at least one offer."))
        return self._collect(picked)

    def _collect(self, lines):
        collect = self.env["purchase.1688.offer.collect"].create(
            {
                "text": "\n".join(lines.mapped("offer_ref")),
                "company_id": self.company_id.id,
                "product_tmpl_id": self.product_tmpl_id.id,
            }
        )
        return collect.action_look()

    # --- business

    def _show_page(self, page, image_ref):
        """Read a page first, then write the results."""
        if image_ref:
            answer = self._ask("product.search_image", image_id=image_ref, page=page, page_size=PAGE_SIZE)
        else:
            answer = self._ask("product.search", query=self._prepare_query(page))
        offers = [offer for offer in answer.offers if not self._is_hidden(offer)]
        commands = [] if page > 1 else [Command.clear()]
        known = set(self.line_ids.mapped("offer_ref")) if page > 1 else set()
        commands += [
            Command.create(self._prepare_line_vals(offer, page)) for offer in offers if offer.offer_id not in known
        ]
        self.write(
            {
                "line_ids": commands,
                "page": page,
                "page_count": answer.pages,
                "result_count": answer.total,
                "hidden_count": (self.hidden_count if page > 1 else 0) + len(answer.offers) - len(offers),
                "searched": True,
                "image_ref": image_ref,
            }
        )
        return True  # callers of the external API need an answer

    def _ask(self, name, **kwargs):
        account = self.env["purchase.1688.offer"].with_company(self.company_id)._get_account()
        try:
            return account._call(name, purpose="search", **kwargs)
        except GatewayError as error:
            raise UserError(self.env["purchase.1688.offer"]._describe_failure(error)) from error

    def _prepare_query(self, page):
        account = self.env["purchase.1688.offer"].with_company(self.company_id)._get_account()
        key, _sep, direction = self.sort.partition("_")
        return SearchQuery(
            keyword=self.keyword.strip(),
            page=page,
            page_size=PAGE_SIZE,
            language=account.language,
            sort=(key, direction) if direction else None,
            price_min=Decimal(str(self.price_min)) if self.price_min else None,
            price_max=Decimal(str(self.price_max)) if self.price_max else None,
            category_id=(self.category_ref or "").strip(),
        )

    def _is_hidden(self, offer):
        return bool(self.moq_max and offer.min_quantity and float(offer.min_quantity) > self.moq_max)

    @api.model
    def _prepare_line_vals(self, offer, page):
        plain = self.env["purchase.1688.collector"]._plain
        return {
            "offer_ref": offer.offer_id,
            "sequence": page,
            "name": plain(offer.title_translated or offer.title),
            "name_zh": plain(offer.title),
            "company_name": plain(offer.company_name),
            "image_url": offer.image_url,
            "price": float(offer.price or 0),
            "min_qty": float(offer.min_quantity or 0),
            "month_sold": offer.month_sold or 0,
            "repurchase_rate": float(offer.repurchase_share or 0),
            "score": float(offer.scores.service or 0),
            "years": offer.scores.years or 0,
        }

    def _get_picture(self):
        """The product's picture as a small JPEG."""
        with Image.open(io.BytesIO(base64.b64decode(self.product_tmpl_id.image_1920))) as picture:
            picture.thumbnail((SEARCH_SIDE, SEARCH_SIDE))
            small = io.BytesIO()
            picture.convert("RGB").save(small, "JPEG", quality=85)
        return small.getvalue()
