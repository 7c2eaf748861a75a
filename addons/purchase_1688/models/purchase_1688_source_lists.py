from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib import headings
from .purchase_1688_source_mapper import Row

MAX_ROWS = 1000
#: offers that one call reads; longer lists go through an import, which reads in the background
MAX_UNKNOWN = 20
#: action of a decision → where the answer counts it
ANSWERED = {"create": "created", "update": "updated", "restore": "restored", "none": "unchanged", "skip": "skipped"}
MAX_EXPORT = 20000


class Purchase1688Source(models.Model):
    """Whole lists of mappings in and out, as plain data."""

    _inherit = "purchase.1688.source"

    # --- business: in

    @api.model
    def import_mappings(self, rows, options=None):
        """Map products to SKUs by a list of rows; for callers of the external API. All rows or none, unless `partial`.

        A row names the product by one or more of `product_id`, `default_code`, `barcode`, `product` (any of these or
        the name) and `product_name`; the offer by `offer` (address or number); the SKU, where the offer has several and
        the product's own values do not tell, by `sku_ref`, `spec_id`, `cargo_number` or `sku_text`. It may tell
        `units_per_pack`, `rank` and `price` (yuan per unit, to compare with), and `row`, its number in the answer.

        :param rows: list of dicts with these keys
        :param options: {"dry_run": only tell what would happen, "partial": import the good rows and leave the others}
        :return: {"dry_run", "imported": whether anything was written, "created", "updated", "restored", "unchanged",
            "skipped", "errors": [{"row", "message"}], "rows": [{"row", "action", "product_id", "source_id",
            "message"}]}; `source_id` is 0 where there is none
        """
        self.check_access("create")
        options = self._check_options(options)
        company = self.env.company
        rows = [self._read_api_row(number, row) for number, row in enumerate(self._check_rows(rows), start=1)]
        mapper = self.env["purchase.1688.source.mapper"]
        specs, listings = self._get_api_listings(rows, company)
        decisions = mapper._decide(mapper._make_wishes(rows, company), specs, company)
        errors = [decision for decision in decisions if decision.action == "error"]
        doing = not options["dry_run"] and (options["partial"] or not errors)
        made = mapper._apply(decisions, listings, company) if doing else {}
        return {
            "dry_run": options["dry_run"],
            "imported": bool(made),
            **{key: sum(one.action == action for one in decisions) for action, key in ANSWERED.items()},
            "errors": [{"row": one.number, "message": mapper._describe(one)} for one in errors],
            "rows": [
                {
                    "row": one.number,
                    "action": one.action,
                    "product_id": one.product,
                    "source_id": made[one.number].id if one.number in made else 0,
                    "message": mapper._describe(one),
                }
                for one in decisions
            ],
        }

    @api.model
    def _check_options(self, options):
        options = options or {}
        wrong = set(options) - {"dry_run", "partial"}
        if wrong:
            raise UserError(self.env._("There is no option “%s”: use dry_run or partial.", sorted(wrong)[0]))
        return {"dry_run": bool(options.get("dry_run")), "partial": bool(options.get("partial"))}

    @api.model
    def _check_rows(self, rows):
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise UserError(self.env._("Rows are a list of objects, each with an offer and a product."))
        if len(rows) > MAX_ROWS:
            raise UserError(self.env._("Import at most %s rows in one call.", MAX_ROWS))
        return rows

    @api.model
    def _read_api_row(self, number, row):
        wrong = set(row) - {*headings.MEANINGS, "row"}
        if wrong:
            raise UserError(
                self.env._("Row %(row)s has the unknown key “%(key)s”.", row=number, key=str(sorted(wrong, key=str)[0]))
            )
        if any(value and not isinstance(value, (str, int, float)) for value in row.values()):
            raise UserError(self.env._("Row %s: values are texts and numbers.", number))
        given = row.get("row") or number
        if not isinstance(given, int):
            raise UserError(self.env._("Row %s: “row” is a whole number.", number))
        cells = {key: f"{value:g}" if isinstance(value, float) else str(value) for key, value in row.items() if value}
        cells.pop("row", None)
        return Row(given, {key: text.strip()[:4000] for key, text in cells.items() if text.strip()})

    @api.model
    def _get_api_listings(self, rows, company):
        """({offer number: specs or sentence}, [(offer value, when it was read)]); nothing has been written yet."""
        mapper, Offer = self.env["purchase.1688.source.mapper"], self.env["purchase.1688.offer"]
        numbers = mapper._get_offer_numbers(rows, company)
        specs = mapper._get_stored_specs(numbers, company)
        unknown = [number for number in numbers if number not in specs]
        if len(unknown) > MAX_UNKNOWN:
            raise UserError(
                self.env._(
                    "%(count)s offers of this list are not collected yet; one call reads %(limit)s at most. Call it "
                    "several times, or import a file on the screen.",
                    count=len(unknown),
                    limit=MAX_UNKNOWN,
                )
            )
        if not unknown:
            return specs, []
        found, failed = self.env["purchase.1688.collector"]._read_offers(Offer._get_account(), unknown)
        read = {number: mapper._get_read_specs(listing) for number, listing in found.items()}
        sentences = {number: Offer._describe_failure(error) for number, error in failed.items()}
        return {**specs, **read, **sentences}, [(listing, fields.Datetime.now()) for listing in found.values()]

    # --- business: out

    @api.model
    def export_mappings(self, domain=None):
        """The sources as a list that `import_mappings` and the import screen take again.

        :param domain: which sources; all of the companies at hand without one
        :return: {"columns": [heading], "rows": [[text]]}
        """
        sources = self.search(domain or [], limit=MAX_EXPORT + 1)
        if len(sources) > MAX_EXPORT:
            raise UserError(self.env._("These are more than %s sources. Choose fewer.", MAX_EXPORT))
        return sources._export_rows()

    def _export_rows(self):
        chinese = (self.env.lang or "").startswith("zh")
        columns = [words[chinese] for words in headings.OWN.values()]
        return {"columns": columns, "rows": [list(source._export_row().values()) for source in self]}

    def _export_row(self):
        """The texts of one source, by meaning, in the order of the headings."""
        product, sku = self.product_id, self.sku_id
        texts = {
            "default_code": product.default_code,
            "barcode": product.barcode,
            "product_name": product.name,
            "offer": self.offer_id.url,
            "sku_ref": sku.sku_ref,
            "spec_id": sku.spec_id,
            "sku_text": sku.name,
            "cargo_number": sku.cargo_number,
            "units_per_pack": f"{self.units_per_pack:g}",
            "rank": str(self.sequence),
            "price": f"{self.price / self.units_per_pack:.4f}" if self.price else "",
            "product_id": str(product.id),
        }
        return {meaning: texts[meaning] or "" for meaning in headings.OWN}

    def action_export(self):
        """Ask for the kind of file, for these sources or all."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Export sources"),
            "res_model": "purchase.1688.source.export",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_source_ids": self.ids},
        }

    def action_import_list(self):
        """Start an import."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import sources"),
            "res_model": "purchase.1688.source.import",
            "views": [(False, "form")],
            "target": "current",
        }
