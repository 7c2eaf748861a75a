import base64
import io
import logging
from urllib.parse import urlsplit

from PIL import Image

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import split_every

from ..lib import links
from ..scheduled import work_off

_logger = logging.getLogger(__name__)

PICTURE_BATCH = 10
PICTURE_LIMIT = 200
CRON_PICTURES = "purchase_1688.ir_cron_purchase_1688_pictures"
PICTURE_SECONDS = 20.0
PICTURE_TRIES = 5
PICTURE_PIXELS = 40_000_000
PICTURE_SIDE = 1024
COLLECT_AT_ONCE = 20


class Purchase1688Offer(models.Model):
    """A listing at 1688 as last seen."""

    _name = "purchase.1688.offer"
    _description = "1688 Offer"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "seen_at desc, id desc"
    _rec_names_search = ["name", "name_zh", "offer_id"]
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    name_zh = fields.Char("Name at 1688")
    offer_id = fields.Char("Offer number", required=True, index=True, readonly=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one("res.partner", "Seller", index=True, check_company=True)
    product_tmpl_id = fields.Many2one(
        "product.template",
        "Collected as",
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
        copy=False,
    )
    category_ref = fields.Char("Category number")
    category_name = fields.Char("Category")
    status = fields.Char("Status at 1688", help="As the platform writes it.")
    on_shelf = fields.Boolean(default=True, tracking=True)
    quote_type = fields.Selection(
        [("0", "By quantity"), ("1", "By SKU"), ("2", "SKUs, by quantity")],
        "Priced",
        default="0",
        required=True,
    )
    unit = fields.Char("Sales unit")
    min_qty = fields.Float(
        "Minimum order",
        digits="Product Unit",
        default=1.0,
        help="In 1688 units, all SKUs together.",
    )
    batch_qty = fields.Float("Lot size", digits="Product Unit", default=1.0, help="Quantities must be multiples of it.")
    mix = fields.Boolean("Mixed batch", help="The seller waives the minimum when the whole order is large enough.")
    mix_amount = fields.Monetary("Mixed batch from")
    mix_qty = fields.Float("Mixed batch from (pieces)", digits="Product Unit")
    price = fields.Monetary("Price from", compute="_compute_price", store=True)
    stock = fields.Float("Stock at seller", digits="Product Unit")
    sold = fields.Integer()
    weight = fields.Float(digits="Stock Weight", help="Kilograms of one 1688 unit.")
    url = fields.Char("Page", compute="_compute_url")
    image_url = fields.Char()
    image_urls = fields.Json()
    image_1920 = fields.Image("Picture", max_width=1024, max_height=1024)
    image_128 = fields.Image("Small picture", related="image_1920", max_width=128, max_height=128, store=True)
    pictures_pending = fields.Boolean(index="btree_not_null", copy=False)
    pictures_tries = fields.Integer(copy=False)
    seen_at = fields.Datetime("Seen", readonly=True)
    tier_ids = fields.One2many("purchase.1688.offer.tier", "offer_id", "Price tiers")
    sku_ids = fields.One2many("purchase.1688.sku", "offer_id", "SKUs")
    source_ids = fields.One2many("purchase.1688.source", "offer_id", "Sources")
    sku_count = fields.Integer(compute="_compute_counts")
    source_count = fields.Integer(compute="_compute_counts")

    _offer_uniq = models.UniqueIndex("(company_id, offer_id)", "This offer is already collected.")

    # --- computes

    @api.depends("company_id")
    def _compute_currency_id(self):
        self.currency_id = self._get_yuan()

    @api.depends("tier_ids.price", "sku_ids.price", "sku_ids.active")
    def _compute_price(self):
        for offer in self:
            prices = offer.tier_ids.mapped("price") + [price for price in offer.sku_ids.mapped("price") if price]
            offer.price = min(prices, default=0.0)

    @api.depends("offer_id")
    def _compute_url(self):
        for offer in self:
            offer.url = f"https://detail.1688.com/offer/{offer.offer_id}.html" if offer.offer_id else False

    @api.depends("sku_ids", "source_ids")
    def _compute_counts(self):
        for offer in self:
            offer.sku_count = len(offer.sku_ids)
            offer.source_count = len(offer.source_ids)

    @api.model
    def _get_yuan(self):
        # asked for with each amount: the id is cached, that it exists need not be looked up
        return self.env["res.currency"].browse(self.env["ir.model.data"]._xmlid_to_res_id("base.CNY", True))

    # --- actions

    @api.model
    def collect_offers(self, text, make_products=True):
        """Collect the offers that a pasted text names, for callers of the external API.

        :param text: addresses and ids, one or more per line
        :return: {"offers": [{"id", "offer_id", "name", "product_tmpl_id", "product_ids"}],
            "problems": [{"line", "text", "message"}]}
        """
        account = self._get_account()
        parsed = links.parse(text, self._get_hosts(account))
        problems = [self._describe_problem(problem) for problem in parsed.problems]
        if len(parsed.links) > COLLECT_AT_ONCE:
            raise UserError(self.env._("Collect at most %s offers in one call.", COLLECT_AT_ONCE))
        offers, failed = self._collect(account, [link.offer_id for link in parsed.links], make_products=make_products)
        lines = {link.offer_id: link.line for link in parsed.links}
        problems += [
            {"line": lines[offer_id], "text": offer_id, "message": message} for offer_id, message in failed.items()
        ]
        return {
            "offers": [
                {
                    "id": offer.id,
                    "offer_id": offer.offer_id,
                    "name": offer.name,
                    "product_tmpl_id": offer.product_tmpl_id.id,
                    "product_ids": offer.source_ids.product_id.ids,
                }
                for offer in offers
            ],
            "problems": sorted(problems, key=lambda problem: problem["line"]),
        }

    def action_refresh(self):
        """Ask 1688 again for these offers; products, vendor lines and pictures follow."""
        for company, offers in self.grouped("company_id").items():
            account = offers.with_company(company)._get_account()
            _offers, failed = self._collect(account, offers.mapped("offer_id"), make_products=False)
            if failed and len(failed) == len(offers):
                raise UserError("\n".join(f"{offer_id}: {message}" for offer_id, message in failed.items()))
        return True

    def action_make_products(self):
        """Make the products of offers that have none; complete the others."""
        templates = self.env["purchase.1688.collector"]._make_products(self)
        self._trigger_pictures()
        action = self.env["ir.actions.act_window"]._for_xml_id("product.product_template_action_all")
        if len(templates) == 1:
            return templates.get_formview_action()
        return {**action, "domain": [("id", "in", templates.ids)]}

    def action_open_url(self):
        """Open the offer's page at 1688."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.url, "target": "new"}

    def action_open_product(self):
        """Open the product made of this offer."""
        self.ensure_one()
        return self.product_tmpl_id.get_formview_action()

    def action_open_sources(self):
        """List the sources of this offer, archived ones too."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("purchase_1688.purchase_1688_source_action")
        return {**action, "domain": [("offer_id", "=", self.id)], "context": {"active_test": False}}

    # --- business: collecting

    @api.model
    def _get_account(self):
        """The account of the current company, or a sentence that says what to do."""
        account = self.env.company.ali1688_account_id
        if not account:
            raise UserError(
                self.env._(
                    "%s has no 1688 account yet. An administrator connects one under Purchase ▸ 1688 ▸ Configuration.",
                    self.env.company.name,
                )
            )
        return account

    @api.model
    def _collect(self, account, offer_ids, make_products=True, background=False):
        """Read listings and store them. Nothing may have been written in this transaction before.

        :return: (offers, {offer id: sentence that says why not})
        """
        collector = self.env["purchase.1688.collector"]
        found, failed = collector._read_offers(account, list(dict.fromkeys(offer_ids)), background=background)
        offers = collector._store(account.company_id, list(found.values())) if found else self.browse()
        if make_products and offers:
            collector._make_products(offers)
        offers._trigger_pictures()
        return offers, {offer_id: self._describe_failure(error) for offer_id, error in failed.items()}

    @api.model
    def _describe_failure(self, error):
        """One sentence for a buyer about a listing that could not be read."""
        if error.sent is False:
            return self.env._("1688 could not be reached. Try again in a moment.")
        if error.sent is None:
            return self.env._("1688 did not answer in time. Try again in a moment.")
        return self.env._("1688 refused: %s", error.message or error.code)

    @api.model
    def _describe_problem(self, problem):
        sentences = {
            "not_1688": self.env._("This address is not on 1688.com."),
            "short_link": self.env._("Short links cannot be read here. Open it and paste the address of the offer."),
            "shop_page": self.env._("This is a shop, not an offer. Paste the address of one of its offers."),
            "search_page": self.env._("This is a search, not an offer. Use Source ▸ Search, or paste an offer."),
            "no_offer": self.env._("There is no offer number in this address."),
            "nothing": self.env._("There is no offer address or number in this line."),
            "too_many": self.env._("Lines beyond the first %s were left out.", links.MAX_LINES),
        }
        return {"line": problem.line, "text": problem.text, "message": sentences[problem.code]}

    # --- business: mapping to products that exist

    def _add_as_source(self, products):
        """Make the SKUs sources of existing variants, where that is certain.

        :param products: product.product of one template (all variants to be served)
        :return: sources made
        """
        self.check_access("write")
        Source = self.env["purchase.1688.source"]._with_origin("collect")
        sources = Source
        for offer in self:
            pairs = Source._match(offer.sku_ids.filtered("active"), products)
            known = set(offer.with_context(active_test=False).source_ids.mapped(lambda s: (s.product_id, s.sku_id)))
            ranks = {product: max(product.ali1688_source_ids.mapped("sequence"), default=0) for product in products}
            sources |= Source.create(
                [
                    {"product_id": product.id, "sku_id": sku.id, "sequence": ranks[product] + 1}
                    for product, sku in pairs.items()
                    if (product, sku) not in known
                ]
            )
        return sources

    # --- business: pictures

    def _trigger_pictures(self):
        if any(self.mapped("pictures_pending")):
            # Only a system cron may be triggered; the buyer merely asks for pictures of what he collected.
            self.env.ref(CRON_PICTURES).sudo()._trigger()

    @api.model
    def _cron_fetch_pictures(self):
        """Download pictures of collected offers, some offers at a time; each batch is kept at once."""
        waiting = [("pictures_pending", "=", True), ("pictures_tries", "<", PICTURE_TRIES)]
        offers = self.search(waiting, limit=PICTURE_LIMIT, order="pictures_tries, id")
        work_off(
            self.env,
            CRON_PICTURES,
            [
                self.browse(ids)
                for group in offers.grouped("company_id").values()
                for ids in split_every(PICTURE_BATCH, group.ids)
            ],
            type(self)._fetch_pictures,
            due=waiting,
            failed=type(self)._count_picture_try,
            more=len(offers) == PICTURE_LIMIT,
        )

    def _fetch_pictures(self):
        """Download what these offers lack, and keep it."""
        wanted = self._get_wanted_pictures()
        account_sudo = self.company_id.ali1688_account_id.sudo()  # the background has no user with rights on it
        hosts = self._get_hosts(account_sudo)
        self.env["ir.cron"]._commit_progress()  # no transaction stays open while the network is asked
        found = account_sudo._fetch_pictures(wanted, hosts, PICTURE_SECONDS)
        self.exists()._store_pictures({url: self._reencode(data) for url, data in found.items()})

    def _count_picture_try(self, _error):
        self.pictures_tries += 1

    @api.model
    def _get_hosts(self, accounts):
        """Hosts of offers and pictures besides the marketplace's own: those of the accounts' gateways."""
        # a host is no secret, and the background has no user with rights on accounts
        return {urlsplit(account.gateway_url or "").netloc for account in accounts.sudo()}

    def _get_wanted_pictures(self):
        """Addresses of pictures that are not here yet, the offers' own ones first."""
        offers = self.filtered("pictures_pending").mapped("image_url")
        skus = self.sku_ids.filtered(lambda sku: not sku.image_512).mapped("image_url")
        return list(dict.fromkeys(url for url in [*offers, *skus] if url))

    @api.model
    def _reencode(self, data):
        """A JPEG of bounded size made from the pixels, so that nothing else of the file gets in; False if unusable."""
        try:
            with Image.open(io.BytesIO(data), formats=self._get_picture_formats()) as picture:
                if picture.width * picture.height > PICTURE_PIXELS:
                    return False
                picture.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
                clean = io.BytesIO()
                picture.convert("RGB").save(clean, "JPEG", quality=88)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            _logger.info("picture left out: %s", error)
            return False
        return base64.b64encode(clean.getvalue())

    @api.model
    def _get_picture_formats(self):
        """Formats that shops use and this machine can read."""
        Image.init()
        return [name for name in ("JPEG", "PNG", "WEBP", "GIF") if name in Image.OPEN]

    def _store_pictures(self, images):
        """Put the downloaded pictures on offers, SKUs and, where these have none, on the products."""
        for offer in self:
            image = images.get(offer.image_url)
            if image:
                offer.image_1920 = image
            template = offer.product_tmpl_id
            if image and template and not template.image_1920:
                template.image_1920 = image
            for sku in offer.sku_ids:
                picture = images.get(sku.image_url)
                if picture:
                    sku.image_512 = picture
                    own = sku.source_ids.product_id.filtered(
                        lambda p, template=template: p.product_tmpl_id == template and not p.image_variant_1920
                    )
                    if template.product_variant_count > 1:
                        own.image_variant_1920 = picture
            asked = offer._get_wanted_pictures()
            left = [url for url in asked if url not in images]
            stuck = left and not any(images.get(url) for url in [offer.image_url, *offer.sku_ids.mapped("image_url")])
            offer.write(
                {
                    "pictures_pending": bool(left),
                    "pictures_tries": offer.pictures_tries + 1 if stuck else 0,
                }
            )
