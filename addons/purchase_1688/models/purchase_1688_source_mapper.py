from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from odoo import api, models

from ..lib import links, mapping

PRODUCT_MEANINGS = ("product_id", "default_code", "barcode", "product", "product_name")
NAMING = ("default_code", "barcode", "product")


@dataclass(frozen=True)
class Row:
    """One row of a list: texts by meaning, and what a person has chosen by hand (0, "" and None: nothing)."""

    number: int
    cells: dict
    product_id: int = 0
    sku_key: str = ""
    pack: float = 0.0
    rank: int | None = None
    skipped: bool = False


class Purchase1688SourceMapper(models.AbstractModel):
    """From rows of a list to sources: find the products, decide, say it in sentences, do it.

    Looks everything up for all rows at once: the number of queries does not grow with the rows.
    """

    _name = "purchase.1688.source.mapper"
    _description = "Mapper of Lists to 1688 Sources"

    # --- business: rows to wishes

    @api.model
    def _make_wishes(self, rows, company):
        """What each `Row` asks for, as far as it can be told without the offers."""
        accounts = company.ali1688_account_id
        hosts = self.env["purchase.1688.offer"]._get_hosts(accounts)
        find = self._get_finder(rows, company)
        return [self._make_wish(row, find, hosts) for row in rows]

    def _make_wish(self, row, find, hosts):
        cells = row.cells
        link, problem, facts = self._read_offer_cell(cells.get("offer", ""), hosts)
        products = (row.product_id,) if row.product_id else ()
        if not products:
            products, product_problem, product_facts = find(cells)
            if product_problem:
                problem, facts = product_problem, product_facts
        named = {name: cells.get(name, "") for name in ("sku_ref", "spec_id", "sku_text", "cargo_number")}
        named["sku_ref"] = named["sku_ref"] or (link.sku_id if link else "")
        numbers = {}
        for name, most in (("units_per_pack", mapping.MAX_PACK), ("rank", mapping.MAX_RANK), ("price", None)):
            numbers[name] = mapping.read_number(cells.get(name, ""), most)
            if cells.get(name) and numbers[name] is None and name != "price":
                problem, facts = problem or f"bad_{name}", facts or {"text": cells[name]}
        if mapping.is_shortened(named["sku_ref"]):
            problem, facts = problem or "shortened", facts or {"text": named["sku_ref"]}
        pack = Decimal(str(row.pack)) if row.pack else numbers["units_per_pack"]
        if pack is not None:
            pack = round(pack, self.env["decimal.precision"].precision_get("Product Unit"))  # as it will be stored
        if pack is not None and pack <= 0:
            problem, facts = problem or "bad_units_per_pack", facts or {"text": cells.get("units_per_pack", "")}
        rank = row.rank if row.rank is not None else numbers["rank"]
        return mapping.Wish(
            row.number,
            products=products,
            offer=link.offer_id if link else "",
            sku_key=row.sku_key,
            **named,
            pack=pack,
            rank=None if rank is None else int(rank),
            price=numbers["price"],
            skipped=row.skipped,
            problem=problem,
            facts=facts,
        )

    @api.model
    def _read_offer_cell(self, text, hosts):
        """(link or None, problem, facts) of the cell that names the offer."""
        if not text:
            return None, "no_offer", {}
        if mapping.is_shortened(text):
            return None, "shortened", {"text": text}
        parsed = links.parse(text, hosts)
        if len(parsed.links) == 1:
            return parsed.links[0], "", {}
        if parsed.links:
            return None, "several_offers", {}
        sentence = self.env["purchase.1688.offer"]._describe_problem(parsed.problems[0])["message"]
        return None, "bad_offer", {"reason": sentence}

    @api.model
    def _get_offer_numbers(self, rows, company):
        """Numbers of the offers that rows name, each once, in their order."""
        hosts = self.env["purchase.1688.offer"]._get_hosts(company.ali1688_account_id)
        found = (self._read_offer_cell(row.cells.get("offer", ""), hosts)[0] for row in rows)
        return list(dict.fromkeys(link.offer_id for link in found if link))

    # --- business: finding products

    def _get_finder(self, rows, company):
        """A function from cells to (product ids, problem, facts), with all products of the rows looked up."""
        texts = {name: {row.cells[name] for row in rows if row.cells.get(name)} for name in PRODUCT_MEANINGS}
        ids = {int(text) for text in texts["product_id"] if text.isdecimal() and len(text) < 10}
        bracketed = {self._split_label(text)[0] for text in texts["product"]} - {""}
        Product = self.env["product.product"].with_context(active_test=False)
        ours = [("company_id", "in", (False, company.id))]
        books = {
            "product_id": {str(product.id): {product.id} for product in Product.search([("id", "in", ids), *ours])},
            "default_code": self._index(
                Product, "default_code", texts["default_code"] | texts["product"] | bracketed, ours
            ),
            "barcode": self._index(Product, "barcode", texts["barcode"] | texts["product"], ours),
            "product_name": self._index_names(texts["product_name"] | texts["product"], ours),
        }
        candidates = {product for book in books.values() for found in book.values() for product in found}
        archived = set(Product.search([("id", "in", candidates), ("active", "=", False)]).ids)

        def find(cells):
            return self._find_products(cells, books, archived)

        return find

    @api.model
    def _index(self, Product, name, texts, domain):
        book = defaultdict(set)
        for product in Product.search_fetch([(name, "in", sorted(texts)), *domain], [name]) if texts else ():
            book[product[name]].add(product.id)
        return book

    @api.model
    def _index_names(self, texts, domain):
        """{name in any of the languages at hand: product ids}."""
        book = defaultdict(set)
        if not texts:
            return book
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        for code in sorted(installed & {"en_US", "zh_CN", self.env.lang}):
            Template = self.env["product.template"].with_context(lang=code, active_test=False)
            for template in Template.search([("name", "in", sorted(texts)), *domain]):
                book[template.name].update(template.product_variant_ids.ids)
        return book

    @api.model
    def _split_label(self, text):
        """("REF", "Name") of "[REF] Name"."""
        if not text.startswith("[") or "]" not in text:
            return "", text
        code, _bracket, name = text[1:].partition("]")
        return code.strip(), name.strip()

    @api.model
    def _find_products(self, cells, books, archived):
        if not any(cells.get(name) for name in PRODUCT_MEANINGS):
            return (), "no_product", {}
        given = [name for name in ("product_id", *NAMING) if cells.get(name)] or ["product_name"]
        left = None
        for name in given:
            text = cells[name]
            if name in ("barcode", "default_code") and mapping.is_shortened(text):
                return (), "shortened", {"text": text}
            found = self._look_up(name, text, books)
            if not found:
                return (), "product_unknown", {"text": text}
            left = found if left is None else left & found
        if not left:
            return (), "product_contradiction", {"texts": " / ".join(cells[name] for name in given)}
        living = left - archived
        if not living:
            return (), "product_archived", {"text": cells[given[0]]}
        return tuple(sorted(living)), "", {}

    @api.model
    def _look_up(self, name, text, books):
        if name != "product":
            return books[name].get(text, set())
        code, label = self._split_label(text)
        for book, key in (("default_code", text), ("barcode", text), ("default_code", code), ("product_name", label)):
            if key and books[book].get(key):
                return books[book][key]
        return set()

    # --- business: deciding

    @api.model
    def _decide(self, wishes, listings, company):
        """The decisions on `wishes`, see lib/mapping.

        :param listings: {offer number: specs or a sentence why it could not be read}
        """
        products = self.env["product.product"].browse({one for wish in wishes for one in wish.products})
        siblings = products.product_tmpl_id.product_variant_ids | products
        families = siblings.grouped("product_tmpl_id")
        sources = (
            self.env["purchase.1688.source"]
            .with_context(active_test=False)
            .search([("product_id", "in", products.ids), ("company_id", "=", company.id)])
        )
        return mapping.decide(
            wishes,
            listings,
            {variant.key: variant for variant in self.env["purchase.1688.source"]._prepare_variants(siblings)},
            {product.id: tuple(families[product.product_tmpl_id].ids) for product in siblings},
            {
                (source.product_id.id, source.sku_id._get_key()): mapping.Existing(
                    source.active, Decimal(str(source.units_per_pack)), source.sequence
                )
                for source in sources
            },
        )

    @api.model
    def _get_stored_specs(self, numbers, company):
        """{offer number: specs} of the offers that are collected already."""
        offers = (
            self.env["purchase.1688.offer"]
            .with_context(active_test=False)
            .search([("offer_id", "in", list(numbers)), ("company_id", "=", company.id)])
        )
        skus = offers.sku_ids.filtered("active").grouped("offer_id")
        return {offer.offer_id: tuple(sku._get_spec() for sku in skus.get(offer, ())) for offer in offers}

    @api.model
    def _get_read_specs(self, listing):
        """The specs of an offer value that is not stored."""
        tiers = [tier.price for tier in listing.tiers]
        return tuple(
            mapping.Spec(
                f"{listing.offer_id}:{vals['sku_ref']}",
                vals["sku_ref"],
                vals["spec_id"],
                vals.get("cargo_number", ""),
                tuple(
                    tuple(filter(None, (attribute["value"], attribute["value_zh"])))
                    for attribute in vals["attributes"]
                ),
                Decimal(str(vals["price"])) if vals["price"] else next(iter(tiers), None),
            )
            for vals in self.env["purchase.1688.collector"]._prepare_skus(listing)
        )

    # --- business: doing it

    @api.model
    def _apply(self, decisions, listings, company, record=None):
        """Make and change the sources; the offers of `listings` that they need are stored first. One transaction.

        :param listings: [(offer value, when it was read)], to be stored where they are needed
        :param record: the import, for the history
        :return: {row number: source}
        """
        doing = [decision for decision in decisions if decision.action in ("create", "update", "restore")]
        self._store_offers(doing, listings, company)
        Source = self.env["purchase.1688.source"]._with_origin("import", record).with_context(active_test=False)
        skus = self._get_skus(doing, company)
        products = {decision.product for decision in doing}
        there = Source.search([("product_id", "in", list(products)), ("company_id", "=", company.id)])
        known = {(source.product_id.id, source.sku_id.id): source for source in there}
        ranks = defaultdict(int)
        for source in there.filtered("active"):
            ranks[source.product_id.id] = max(ranks[source.product_id.id], source.sequence)
        made, to_create, changes = {}, {}, []
        for decision in doing:
            sku = skus[decision.sku_key]
            source = known.get((decision.product, sku.id))
            vals = {"units_per_pack": float(decision.pack)}
            if decision.rank is not None:
                vals["sequence"] = decision.rank
            if source:
                made[decision.number] = source
                changes.append((source, {**vals, "active": True}))
            else:
                ranks[decision.product] += 1
                to_create[decision.number] = {
                    "sequence": ranks[decision.product],
                    **vals,
                    "product_id": decision.product,
                    "sku_id": sku.id,
                }
        if changes:
            Source._write_each(changes)
        created = Source.create(list(to_create.values()))
        return {**made, **dict(zip(to_create, created, strict=True))}

    def _store_offers(self, decisions, listings, company):
        """Store the offers that are needed, once; whoever collected one in the meantime was as good."""
        needed = {decision.sku_key.partition(":")[0] for decision in decisions}
        stored = self._get_stored_specs(needed, company)
        new = [pair for pair in listings if pair[0].offer_id in needed and pair[0].offer_id not in stored]
        if not new:
            return
        offers = self.env["purchase.1688.collector"]._store(company, [listing for listing, _read_at in new])
        for offer, (_listing, read_at) in zip(offers.sudo(), new, strict=True):  # who collects may not write it
            offer.seen_at = read_at
        offers._trigger_pictures()

    def _get_skus(self, decisions, company):
        numbers = {decision.sku_key.partition(":")[0] for decision in decisions}
        skus = self.env["purchase.1688.sku"].search(
            [("offer_id.offer_id", "in", list(numbers)), ("company_id", "=", company.id)]
        )
        return {sku._get_key(): sku for sku in skus}

    # --- business: saying it

    @api.model
    def _describe(self, decision):
        """What a person reads about a decision: why not, or what changes and what looks odd."""
        sentences = [self._describe_code(decision)] if decision.code else []
        if decision.action in ("update", "restore"):
            sentences.append(self._describe_change(decision))
        for code, facts in decision.warnings:
            if code == "price":
                sentences.append(
                    self.env._(
                        "The list says %(listed)s, 1688 asks %(asked)s per unit of ours: check the pack size.",
                        listed=f"{facts['listed']:.2f}",
                        asked=f"{facts['asked']:.2f}",
                    )
                )
        return " ".join(filter(None, sentences))

    @api.model
    def _describe_change(self, decision):
        parts, old, new = [], float(decision.facts["pack"]), float(decision.pack)
        if old != new:
            parts.append(self.env._("Pack %(old)s → %(new)s.", old=f"{old:g}", new=f"{new:g}"))
        if decision.rank != decision.facts["rank"]:
            parts.append(self.env._("Rank %(old)s → %(new)s.", old=decision.facts["rank"], new=decision.rank))
        return " ".join(parts)

    @api.model
    def _describe_code(self, decision):
        # pylint: disable=prefer-env-translation  # it is the environment's, under a shorter name
        facts = defaultdict(str, decision.facts)
        _ = self.env._
        sentences = {
            "skipped": lambda: _("Left out by hand."),
            "repeated": lambda: _("The same as row %s.", facts["row"]),
            "contradicts": lambda: _("Row %s maps the same product to the same SKU, but differently.", facts["row"]),
            "no_product": lambda: _("No product: this row has no reference, barcode or name."),
            "product_unknown": lambda: _(
                "No product has the reference, barcode or name “%s”. Choose it here.", facts["text"]
            ),
            "product_archived": lambda: _("The product “%s” is archived.", facts["text"]),
            "product_contradiction": lambda: _("“%s” are different products. Choose the right one.", facts["texts"]),
            "product_several": lambda: _("%s products fit. Choose one.", facts["count"]),
            "no_offer": lambda: _("No offer: this row has no address and no number of an offer."),
            "several_offers": lambda: _("This row names several offers: give each one a row of its own."),
            "bad_offer": lambda: facts["reason"],
            "offer_failed": lambda: facts["reason"],
            "shortened": lambda: _(
                "“%s” was shortened by a spreadsheet program. Format the column as text and fill it in again.",
                facts["text"],
            ),
            "bad_units_per_pack": lambda: _(
                "“%s” is no pack size: write a number above 0, with a point.", facts["text"]
            ),
            "bad_rank": lambda: _("“%s” is no rank: write a whole number.", facts["text"]),
            "sku_not_there": lambda: _("The offer has no SKU “%s” (any more). Choose one.", facts["text"]),
            "text_fits_none": lambda: _("No SKU of the offer is “%s”. Choose one.", facts["text"]),
            "sku_contradiction": lambda: _("The SKU ids of this row name different SKUs. Choose one."),
            "sku_several": lambda: _("%s SKUs fit. Choose one.", facts["count"]),
        }
        return sentences[decision.code]()
