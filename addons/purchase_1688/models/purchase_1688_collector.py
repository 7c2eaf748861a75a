import re
import unicodedata

from odoo import api, fields, models

NAME_LENGTH = 250
VALUE_LENGTH = 120
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")

SCORE_FIELDS = {
    "ali1688_years": "years",
    "ali1688_score": "service",
    "ali1688_logistics_score": "logistics",
    "ali1688_dispute_score": "disputes",
    "ali1688_offer_score": "goods",
    "ali1688_after_sales_score": "after_sales",
    "ali1688_consulting_score": "consulting",
    "ali1688_repurchase_rate": "repurchase_share",
    "ali1688_collected_48h_rate": "collected_48h_share",
    "ali1688_quality_refund_rate": "quality_refund_share",
}


def plain(text, limit=NAME_LENGTH):
    """Text from outside as one line of plain text: no control or direction marks, bounded."""
    text = unicodedata.normalize("NFC", text or "")
    return " ".join(_CONTROL.sub(" ", text).split())[:limit]


class Purchase1688Collector(models.AbstractModel):
    """Turns listings into records: read everything first, then write in one go.

    Runs with superuser rights after checking that the user may collect: products and contacts are made on the
    buyer's behalf, as Odoo makes vendor lines on behalf of who confirms an order.
    """

    _name = "purchase.1688.collector"
    _description = "Collector of 1688 Offers"

    # --- reading

    @api.model
    def _read_offers(self, account, offer_ids, background=False, purpose="collect", timeout=None):
        """Ask for the listings; nothing may have been written yet in this transaction.

        :return: ({offer id: offer value}, {offer id: GatewayError})
        """
        requests = [("product.detail", {"offer_id": offer_id, "language": account.language}) for offer_id in offer_ids]
        answers = account._call_many(requests, purpose=purpose, record=None, background=background, timeout=timeout)
        found, failed = {}, {}
        for offer_id, answer in zip(offer_ids, answers, strict=True):
            (failed if isinstance(answer, Exception) else found)[offer_id] = answer
        return found, failed

    # --- storing listings

    @api.model
    def _store(self, company, listings, look="collect"):
        """Create or update the offers of a company from `listings`; vendor lines and price history follow.

        A listing that says what is known already only tells that it was seen; who collects has vendor lines brought
        in step all the same.

        :param look: who saw them: collect, comparison or watch
        :return: offers, in the order of `listings`
        """
        self.env["purchase.1688.offer"].check_access("create")
        collector = self.sudo().with_company(company)  # see the class
        history = collector.env["purchase.1688.price"]
        known = collector._find_offers(company, listings)
        before = history._take(known)
        offers, changed = collector._store_offers(company, listings, collector._store_sellers(listings), known)
        changed |= collector._store_tiers(offers, listings)
        changed |= collector._store_skus(offers, listings)
        lines = history._note(before, changed, look)
        (offers if look == "collect" else changed).source_ids._sync_vendor_lines()
        offers._after_look(lines)
        return offers.with_env(self.env)

    @api.model
    def _find_offers(self, company, listings):
        Offer = self.env["purchase.1688.offer"].with_context(active_test=False, lang="en_US")
        numbers = [listing.offer_id for listing in listings]
        return Offer.search([("company_id", "=", company.id), ("offer_id", "in", numbers)])

    def _store_sellers(self, listings):
        """{seller open id: partner}; figures are brought up to date."""
        Partner = self.env["res.partner"].with_context(active_test=False)
        by_open_id = {listing.seller_open_id: listing for listing in listings if listing.seller_open_id}
        partners = Partner.search([("ali1688_open_id", "in", list(by_open_id))])
        known = {partner.ali1688_open_id: partner for partner in partners}
        missing = [open_id for open_id in by_open_id if open_id not in known]
        created = Partner.create([self._prepare_seller_vals(by_open_id[open_id]) for open_id in missing])
        for open_id, partner in known.items():
            self._write_changed(partner, self._prepare_seller_figures(by_open_id[open_id]))
        return {**known, **dict(zip(missing, created, strict=True))}

    @api.model
    def _prepare_seller_vals(self, listing):
        return {
            "name": plain(listing.company_name) or listing.seller_open_id,
            "is_company": True,
            "supplier_rank": 1,
            "country_id": self.env.ref("base.cn").id,
            "ali1688_open_id": listing.seller_open_id,
            # Requests to this seller are in yuan from the start, so that no rate stands between quote and order.
            "property_purchase_currency_id": self._get_active_yuan().id,
            **self._prepare_seller_figures(listing),
        }

    @api.model
    def _prepare_seller_figures(self, listing):
        figures = {}
        for name, attribute in SCORE_FIELDS.items():
            value = getattr(listing.scores, attribute)
            if value is not None:
                figures[name] = float(value)
        if listing.scores.medal_level.isdecimal():
            figures["ali1688_medal"] = int(listing.scores.medal_level[:3])
        if listing.mix is not None:
            figures["ali1688_mix"] = listing.mix.enabled
            figures["ali1688_mix_amount"] = float(listing.mix.amount or 0)
            figures["ali1688_mix_qty"] = float(listing.mix.quantity or 0)
        return figures

    @api.model
    def _get_active_yuan(self):
        yuan = self.env["purchase.1688.offer"]._get_yuan()
        if not yuan.active:
            yuan.sudo().active = True  # buyers may not set up currencies
        return yuan

    def _store_offers(self, company, listings, partners, present):
        """(offers in the order of `listings`, those of them that are new or changed)."""
        Offer = changed = present.browse()
        known = {offer.offer_id: offer for offer in present}
        vals_list = []
        for listing in listings:
            vals = self._prepare_offer_vals(listing, partners)
            offer = known.get(listing.offer_id)
            if offer:
                vals["pictures_pending"] = not offer.image_1920 or offer.image_url != vals["image_url"]
                if self._write_changed(offer, vals):
                    changed |= offer
            else:
                vals_list.append(
                    {
                        **vals,
                        "offer_id": listing.offer_id,
                        "company_id": company.id,
                        "pictures_pending": True,
                    }
                )
        for offer in Offer.create(vals_list):
            known[offer.offer_id] = offer
            changed |= offer
        offers = Offer.concat(*(known[listing.offer_id] for listing in listings))
        offers.write({"seen_at": fields.Datetime.now()})
        self._translate(offers, "name", [plain(listing.title) for listing in listings])
        return offers, changed

    @api.model
    def _prepare_offer_vals(self, listing, partners):
        mix = listing.mix if listing.mix and listing.mix.enabled else None
        partner = partners.get(listing.seller_open_id)
        return {
            "active": True,
            "name": plain(listing.title_translated) or plain(listing.title) or listing.offer_id,
            "name_zh": plain(listing.title),
            "partner_id": partner.id if partner else False,
            "category_ref": listing.category_id,
            "category_name": plain(listing.category_name),
            "status": plain(listing.status, 60),
            "on_shelf": listing.status in ("published", ""),
            "quote_type": self._get_quote_type(listing),
            "unit": plain(listing.unit_translated or listing.unit, 40),
            "min_qty": float(listing.min_quantity or 1),
            "batch_qty": float(listing.batch or 1),
            "mix": bool(mix),
            "mix_amount": float(mix.amount or 0) if mix else 0.0,
            "mix_qty": float(mix.quantity or 0) if mix else 0.0,
            "stock": float(listing.stock or 0),
            "sold": listing.sold or 0,
            "weight": float(listing.weight or 0),
            "image_url": listing.images[0] if listing.images else False,
            "image_urls": list(listing.images[:10]),
        }

    @api.model
    def _get_quote_type(self, listing):
        if listing.quote_type in (0, 1, 2):
            return str(listing.quote_type)
        if not listing.skus:
            return "0"
        return "2" if listing.tiers else "1"

    def _store_tiers(self, offers, listings):
        """Bring the price tiers in step; returns the offers whose tiers changed."""
        to_create, surplus, changed = [], self.env["purchase.1688.offer.tier"], offers.browse()
        for offer, listing in zip(offers, listings, strict=True):
            wanted = {float(tier.min_quantity): float(tier.price) for tier in listing.tiers}
            for tier in offer.tier_ids:
                price = wanted.pop(tier.start_qty, None)
                if price is None:
                    surplus |= tier
                elif self._write_changed(tier, {"price": price}):
                    changed |= offer
            if wanted:
                changed |= offer
            to_create += [{"offer_id": offer.id, "start_qty": start, "price": price} for start, price in wanted.items()]
        changed |= surplus.offer_id
        surplus.unlink()
        self.env["purchase.1688.offer.tier"].create(to_create)
        return changed

    def _store_skus(self, offers, listings):
        """Bring the SKUs in step; returns the offers whose SKUs changed."""
        changed = offers.browse()
        Sku = self.env["purchase.1688.sku"].with_context(active_test=False, lang="en_US")
        known = {(sku.offer_id.id, sku.sku_ref or ""): sku for sku in Sku.search([("offer_id", "in", offers.ids)])}
        to_create = []
        for offer, listing in zip(offers, listings, strict=True):
            for sequence, vals in enumerate(self._prepare_skus(listing)):
                sku = known.pop((offer.id, vals["sku_ref"]), None)
                if sku is None:
                    to_create.append({**vals, "offer_id": offer.id, "sequence": sequence})
                if sku is None or self._write_changed(sku, {**vals, "active": True, "sequence": sequence}):
                    changed |= offer
        # A SKU that is no longer listed keeps its history; its sources turn red.
        gone = Sku.concat(*known.values()).filtered("active")
        changed |= gone.offer_id
        gone.write({"active": False, "stock": 0.0})
        Sku.create(to_create)
        Sku.flush_model(["name"])  # before it is read in another language
        offers.invalidate_recordset(["sku_ids"])
        skus = offers.sku_ids
        self._translate(skus, "name", [sku._join_values("value_zh") for sku in skus])
        return changed

    @api.model
    def _prepare_skus(self, listing):
        """Values of the SKUs; an offer without specifications has one SKU without an id."""
        if not listing.skus:
            return [
                {
                    "sku_ref": "",
                    "spec_id": "",
                    "attributes": [],
                    "price": 0.0,
                    "stock": float(listing.stock or 0),
                }
            ]
        seen, skus = set(), []
        for sku in listing.skus:
            if sku.sku_id not in seen:
                seen.add(sku.sku_id)
                skus.append(self._prepare_sku_vals(listing, sku))
        return skus

    @api.model
    def _prepare_sku_vals(self, listing, sku):
        price = sku.price if sku.price is not None else next((tier.price for tier in listing.tiers), 0)
        return {
            "sku_ref": sku.sku_id,
            "spec_id": sku.spec_id,
            "cargo_number": plain(sku.article_number, 60),
            "attributes": [
                {
                    "name": plain(attribute.name_translated or attribute.name, VALUE_LENGTH),
                    "name_zh": plain(attribute.name, VALUE_LENGTH),
                    "value": plain(attribute.value_translated or attribute.value, VALUE_LENGTH),
                    "value_zh": plain(attribute.value, VALUE_LENGTH),
                }
                for attribute in sku.attributes
                if plain(attribute.name) and plain(attribute.value)
            ],
            "price": float(price),
            "stock": float(sku.stock or 0),
            "weight": float(sku.weight or 0),
            "image_url": sku.image_url or False,
        }

    # --- helpers

    @api.model
    def _plain(self, text, limit=NAME_LENGTH):
        """Text from outside as one line of plain text."""
        return plain(text, limit)

    @api.model
    def _translate(self, records, field_name, texts):
        """Write the Chinese text of a translated field, where Chinese is installed."""
        if "zh_CN" not in dict(self.env["res.lang"].get_installed()):
            return
        for record, text in zip(records.with_context(lang="zh_CN"), texts, strict=True):
            if text and record[field_name] != text:
                record[field_name] = text

    @api.model
    def _write_changed(self, record, vals):
        """Write only what differs: an unchanged listing costs no update. Returns whether something did."""
        changed = {}
        for name, value in vals.items():
            field = record._fields[name]
            old = record[name].id if field.type == "many2one" else record[name]
            if field.type in ("float", "monetary"):
                if abs(old - value) > 1e-9:
                    changed[name] = value
            elif (old or False) != (value or False):
                changed[name] = value
        if changed:
            record.write(changed)
        return bool(changed)
