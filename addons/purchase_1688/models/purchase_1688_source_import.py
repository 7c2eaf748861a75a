import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..lib import headings, sheet
from .purchase_1688_source_mapper import Row

#: offers that are read while the person waits; longer lists are read in the background
AT_ONCE = 8
SAMPLES = 3
KEEP_DAYS = 90
#: (field with the number, action) as counted on top of the preview
COUNTED = (
    ("create_count", "create"),
    ("update_count", "update"),
    ("restore_count", "restore"),
    ("none_count", "none"),
    ("skip_count", "skip"),
    ("error_count", "error"),
)


class Purchase1688SourceImport(models.Model):
    """A list of mappings on its way in: file, columns, preview, import. Nothing is mapped before the last step."""

    _name = "purchase.1688.source.import"
    _description = "Import of 1688 Sources"
    _inherit = ["purchase.1688.source.import.reading"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [
            ("draft", "List"),
            ("columns", "Columns"),
            ("reading", "Reading offers"),
            ("ready", "Preview"),
            ("done", "Imported"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
    )
    data = fields.Binary("File", attachment=True, help="CSV or Excel (.xlsx), 10 MB and 5,000 rows at most.")
    filename = fields.Char()
    text = fields.Text("Or paste here", help="Rows copied from a spreadsheet, or one offer per line.")
    encoding = fields.Selection(
        [
            ("utf-8", "UTF-8"),
            ("gb18030", "GBK / GB18030 (Chinese)"),
            ("utf-16", "UTF-16"),
            ("big5", "Big5 (traditional Chinese)"),
            ("cp1252", "Western European"),
        ],
        "Letters",
        help="Found out by itself. Choose it if letters look wrong in the columns below.",
    )
    has_headings = fields.Boolean("The first row has headings", default=True)
    profile_id = fields.Many2one(
        "purchase.1688.source.import.profile",
        "Columns as in",
        check_company=True,
        help="Columns that were chosen and saved before, for lists from the same system.",
    )
    profile_name = fields.Char("Save these columns as", help="Name them after the system that the list comes from.")
    column_ids = fields.One2many("purchase.1688.source.import.column", "import_id", "Columns")
    row_ids = fields.One2many("purchase.1688.source.import.row", "import_id", "Rows")
    error_ids = fields.One2many(
        "purchase.1688.source.import.row", "import_id", "Rows to look at", domain=[("action", "=", "error")]
    )
    offer_ids = fields.One2many("purchase.1688.source.import.offer", "import_id", "Offers")
    create_count = fields.Integer("New", compute="_compute_counts")
    update_count = fields.Integer("Changed", compute="_compute_counts")
    restore_count = fields.Integer("Restored", compute="_compute_counts")
    none_count = fields.Integer("As they are", compute="_compute_counts")
    skip_count = fields.Integer("Left out", compute="_compute_counts")
    error_count = fields.Integer("To look at", compute="_compute_counts")
    offer_count = fields.Integer("Offers in all", compute="_compute_offer_counts")
    read_count = fields.Integer("Offers read", compute="_compute_offer_counts")
    user_id = fields.Many2one(
        "res.users",
        "In hand of",
        required=True,
        readonly=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        help="Who asked for the preview last: it is read with this person's rights, who is told when it is ready.",
    )
    may_change = fields.Boolean(compute="_compute_may_change")
    imported_at = fields.Datetime("Imported", readonly=True)
    imported_count = fields.Integer("Imported rows", readonly=True)

    # --- computes

    @api.depends("filename")
    def _compute_name(self):
        for record in self:
            record.name = record.filename or self.env._("Pasted list")

    @api.depends("row_ids.action")
    def _compute_counts(self):
        groups = self.env["purchase.1688.source.import.row"]._read_group(
            [("import_id", "in", self.ids)], ["import_id", "action"], ["__count"]
        )
        counts = {(record.id, action): count for record, action, count in groups}
        for record in self:
            for name, action in COUNTED:
                record[name] = counts.get((record.id, action), 0)

    @api.depends("offer_ids.state")
    def _compute_offer_counts(self):
        groups = self.env["purchase.1688.source.import.offer"]._read_group(
            [("import_id", "in", self.ids)], ["import_id", "state"], ["__count"]
        )
        for record in self:
            mine = {state: count for about, state, count in groups if about == record}
            record.offer_count = sum(mine.values())
            record.read_count = record.offer_count - mine.get("waiting", 0)

    @api.depends_context("uid")
    def _compute_may_change(self):
        allowed = self._filtered_access("write")
        for record in self:
            record.may_change = record in allowed

    @api.onchange("profile_id")
    def _onchange_profile_id(self):
        if self.profile_id:
            meanings = self.profile_id._get_meanings([column.heading for column in self.column_ids])
            for column, meaning in zip(self.column_ids, meanings, strict=True):
                column.meaning = meaning

    # --- CRUD

    def write(self, vals):
        """The steps are taken by the buttons; a list that was imported stays as it is."""
        self.check_access("write")
        if vals.keys() & {"state", "company_id", "imported_at", "imported_count", "create_uid", "user_id"}:
            raise UserError(self.env._("The steps of an import follow each other by its buttons."))
        turned = self.filtered(lambda record: record.has_headings != vals.get("has_headings", record.has_headings))
        res = super().write(vals)
        for record in turned.filtered("column_ids"):
            record._show_samples()
        return res

    @api.model_create_multi
    def create(self, vals_list):
        fixed = {"state", "user_id", "imported_at", "imported_count", "row_ids", "error_ids", "offer_ids", "column_ids"}
        return super().create([{key: vals[key] for key in vals if key not in fixed} for vals in vals_list])

    def _set(self, **vals):
        """Write what only the steps may write."""
        return super(Purchase1688SourceImport, self.sudo()).write(vals)  # pylint: disable=super-method-mismatch

    @api.ondelete(at_uninstall=False)
    def _unlink_except_imported(self):
        if any(record.state == "done" for record in self):
            raise UserError(self.env._("What was imported stays on record."))

    @api.autovacuum
    def _gc_lists(self):
        """Contents of old lists go; that they were imported, when and by whom stays."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=KEEP_DAYS)
        self.search([("create_date", "<", limit), ("state", "!=", "done")], limit=100).unlink()
        kept = self.search([("create_date", "<", limit), ("state", "=", "done"), ("row_ids", "!=", False)], limit=20)
        kept.row_ids.unlink()
        kept.offer_ids.unlink()
        kept._set(data=False, text=False)

    # --- actions

    def action_read(self):
        """Read the list and guess what its columns are."""
        self.ensure_one()
        self._check_state("draft", "columns")
        rows = [cells for _number, cells in self._read_sheet().rows[: SAMPLES + 2]]
        hosts = self.env["purchase.1688.offer"]._get_hosts(self.company_id.ali1688_account_id)
        has_headings, meanings = headings.guess(rows, hosts)
        titles = rows[0] if has_headings else [""] * len(rows[0])
        profile = self.env["purchase.1688.source.import.profile"]._find(self.company_id, titles)
        samples = rows[1:] if has_headings else rows
        self._set(
            state="columns",
            has_headings=has_headings,
            profile_id=profile.id,
            column_ids=[
                Command.clear(),
                *(
                    Command.create(
                        {
                            "position": index,
                            "heading": title,
                            "meaning": meaning,
                            **{f"sample_{number + 1}": row[index] for number, row in enumerate(samples[:SAMPLES])},
                        }
                    )
                    for index, (title, meaning) in enumerate(
                        zip(titles, profile._get_meanings(titles) if profile else meanings, strict=True)
                    )
                ),
            ],
        )
        return True

    def action_preview(self):
        """Read the rows by their columns, ask for offers that are not known, and show what will happen."""
        self.ensure_one()
        self._check_state("columns", "ready")
        rows = self._read_rows()
        numbers = self.env["purchase.1688.source.mapper"]._get_offer_numbers(rows, self.company_id)
        known = self.env["purchase.1688.source.mapper"]._get_stored_specs(numbers, self.company_id)
        unknown = [number for number in numbers if number not in known]
        found, failed = {}, {}
        if unknown:
            # Read before anything is written: no transaction with changes waits for the network.
            account = self.env["purchase.1688.offer"].with_company(self.company_id)._get_account()
            if len(unknown) <= AT_ONCE:
                found, failed = self.env["purchase.1688.collector"]._read_offers(account, unknown)
        self._save_profile()
        self._set(row_ids=[Command.clear()])  # before the offers that they refer to
        self._set(
            offer_ids=[Command.clear(), *(Command.create({"number": number}) for number in numbers)],
            row_ids=[Command.create({"number": row.number, "cells": row.cells}) for row in rows],
            state="reading",
            user_id=self.env.uid,
        )
        self.offer_ids.sudo()._keep(known, found, failed)  # only the steps write there
        self._go_on()
        return True

    def action_back(self):
        """Back to the columns, as long as nothing was imported."""
        self.ensure_one()
        self._check_state("columns", "reading", "ready")
        self._set(state="columns")
        return True

    def action_restart(self):
        """Back to the list itself."""
        self.ensure_one()
        self._check_state("draft", "columns", "reading", "ready")
        self._set(state="draft", row_ids=[Command.clear()], offer_ids=[Command.clear()], column_ids=[Command.clear()])
        return True

    def action_check(self):
        """Look at all rows again: products and sources may have changed meanwhile."""
        self.ensure_one()
        self._check_state("ready")
        self._plan()
        return True

    def action_import(self):
        """Import all rows, or none of them."""
        return self._import(partial=False)

    def action_import_good(self):
        """Import the good rows and leave the others."""
        return self._import(partial=True)

    def action_open_rows(self):
        """The rows of one kind; the kind comes from the context (`ali1688_action`)."""
        self.ensure_one()
        kind = self.env.context.get("ali1688_action")
        action = self.env["ir.actions.act_window"]._for_xml_id("purchase_1688.purchase_1688_source_import_row_action")
        context = {f"search_default_{kind}": 1} if kind in dict(COUNTED).values() else {}
        return {**action, "domain": [("import_id", "=", self.id)], "context": context}

    def action_open_history(self):
        """What this import changed."""
        self.ensure_one()
        return self.env["purchase.1688.source.change"]._open_list(
            [("origin_model", "=", self._name), ("origin_ref", "=", self.id)], self.env._("What %s did", self.name)
        )

    def action_download_rejected(self):
        """The rows that are not imported, as they came, with the reason behind them."""
        self.ensure_one()
        columns = self.column_ids.sorted("position")
        head = [column.heading or str(column.position + 1) for column in columns]
        cells = {number: row for number, row in self._read_sheet().rows}
        rejected = self.row_ids.filtered(lambda row: row.action == "error").sorted("number")
        rows = [[*cells.get(row.number, ()), row.message or ""] for row in rejected]
        data = sheet.write_csv([[*head, self.env._("Reason")], *rows])
        return self.env["purchase.1688.source.export"]._hand_over(self.env._("rejected rows") + ".csv", data)

    # --- business: reading the list

    def _check_state(self, *states):
        self.check_access("write")
        if self.state not in states:
            raise UserError(self.env._("This import is past that step. Reload the page."))

    def _read_sheet(self):
        """The rows of the file or of the text; a sentence says why not."""
        try:
            if self.data:
                return sheet.read(base64.b64decode(self.with_context(bin_size=False).data), self.encoding or "")
            return sheet.read_text(self.text)
        except sheet.SheetProblem as problem:
            raise UserError(self._describe_sheet_problem(problem)) from problem

    def _show_samples(self):
        """Headings and first rows, as the first row is now one or the other."""
        rows = [cells for _number, cells in self._read_sheet().rows[: SAMPLES + 1]]
        titles = rows.pop(0) if self.has_headings else [""] * len(rows[0])
        for column in self.column_ids.sudo():  # people may write their meaning only
            cells = [row[column.position] if column.position < len(row) else "" for row in rows]
            cells = (cells + [""] * SAMPLES)[:SAMPLES]
            column.write(
                {
                    "heading": titles[column.position] if column.position < len(titles) else "",
                    **{f"sample_{index + 1}": cell for index, cell in enumerate(cells)},
                }
            )

    def _describe_sheet_problem(self, problem):
        # pylint: disable=prefer-env-translation  # it is the environment's, under a shorter name
        _, facts = self.env._, {"row": "", "limit": "", "column": "", **problem.facts}
        sentences = {
            "empty": _("There are no rows in it. Choose a file, or paste rows below."),
            "too_big": _("The file has more than %s MB. Cut it into several.", facts["limit"]),
            "too_many_rows": _("The list has more than %s rows. Cut it into several.", facts["limit"]),
            "too_many_columns": _("The list has more than %s columns. Leave out what is not needed.", facts["limit"]),
            "cell_too_long": _(
                "A cell in row %(row)s has more than %(limit)s letters. Is a quotation mark left open there?",
                row=facts["row"],
                limit=facts["limit"],
            ),
            "encoding": _("The letters of this file cannot be read. Save it as “CSV UTF-8” and choose it again."),
            "broken": _("This is neither a CSV file nor an Excel workbook that can be opened. Save it again as .xlsx."),
            "bomb": _("This workbook unpacks to far too much, or holds things that no list needs. It was not opened."),
            "encrypted": _("This workbook is protected by a password. Save a copy without one, and choose that."),
            "old_excel": _("This is an old Excel file (.xls). Save it as .xlsx or as CSV, and choose that."),
            "no_table": _("There is no visible sheet in this workbook."),
            "formula": _(
                "A formula in row %(row)s, column %(column)s has no result. Open the workbook, let it calculate, and "
                "save it.",
                row=facts["row"],
                column=facts["column"],
            ),
        }
        return sentences[problem.code]

    def _read_rows(self):
        """The rows by the meaning of their columns."""
        meant = {column.position: column.meaning for column in self.column_ids if column.meaning}
        self._check_meanings(list(meant.values()))
        rows = self._read_sheet().rows[1 if self.has_headings else 0 :]
        if len(rows) > sheet.MAX_ROWS:
            raise UserError(self._describe_sheet_problem(sheet.SheetProblem("too_many_rows", limit=sheet.MAX_ROWS)))
        return [
            Row(number, {meaning: cells[at] for at, meaning in meant.items() if at < len(cells) and cells[at]})
            for number, cells in rows
        ]

    def _check_meanings(self, meanings):
        twice = {meaning for meaning in meanings if meanings.count(meaning) > 1}
        if twice:
            titles = dict(self.column_ids._fields["meaning"]._description_selection(self.env))
            raise UserError(self.env._("Two columns are “%s”. Leave one of them out.", titles[twice.pop()]))
        if "offer" not in meanings:
            raise UserError(self.env._("Say which column has the address or number of the offer at 1688."))
        if not {"product_id", "default_code", "barcode", "product", "product_name"} & set(meanings):
            raise UserError(self.env._("Say which column tells the product: by reference, barcode or name."))

    def _save_profile(self):
        if self.profile_name and self.has_headings:
            self.profile_id = self.profile_id._keep(self.company_id, self.profile_name, self.column_ids)
            self.profile_name = False

    # --- business: importing

    def _import(self, partial):
        """One transaction: what was previewed is decided once more, and done, or nothing is."""
        self.ensure_one()
        self._check_state("ready")
        if not self.sudo().try_lock_for_update():  # two people at the same button
            raise UserError(self.env._("This import is being worked on. Reload the page in a moment."))
        decisions = self._plan()
        errors = [decision for decision in decisions if decision.action == "error"]
        if errors and not partial:
            raise UserError(
                self.env._(
                    "%s rows have errors, so nothing was imported. Mend them, leave them out, or import the good rows "
                    "only.",
                    len(errors),
                )
            )
        listings = self.offer_ids._get_listings()
        mapper = self.env["purchase.1688.source.mapper"].with_company(self.company_id)
        made = mapper._apply(decisions, listings, self.company_id, self)
        self.row_ids._set_sources(made)
        self._set(state="done", imported_at=fields.Datetime.now(), imported_count=len(made))
        return True
