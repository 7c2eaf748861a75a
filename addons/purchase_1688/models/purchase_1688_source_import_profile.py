from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..lib import headings, sheet


class Purchase1688SourceImportProfile(models.Model):
    """Which columns the lists of another system have."""

    _name = "purchase.1688.source.import.profile"
    _description = "Columns of Imports of 1688 Sources"
    _order = "name, id"

    name = fields.Char(required=True)
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    meanings = fields.Json(help="Meaning by heading.")
    summary = fields.Text("Columns", compute="_compute_summary", help="What the columns of these lists mean to us.")

    _name_uniq = models.UniqueIndex("(company_id, name)", "There are columns of this name already.")

    @api.depends("meanings")
    @api.depends_context("lang")
    def _compute_summary(self):
        labels = self._get_labels()
        for profile in self:
            titles = {meaning: title for title, meaning in (profile.meanings or {}).items()}
            profile.summary = "\n".join(f"{titles[code]} → {label}" for code, label in labels.items() if code in titles)

    @api.constrains("meanings")
    def _check_meanings(self):
        labels = self._get_labels()
        for profile in self:
            meanings = profile.meanings or {}
            fit = isinstance(meanings, dict) and len(meanings) <= sheet.MAX_COLUMNS
            if not fit or not all(isinstance(meaning, str) and meaning in labels for meaning in meanings.values()):
                raise ValidationError(
                    self.env._("Columns are saved as {heading: meaning}, with the meanings that columns can have.")
                )

    @api.model
    def _get_labels(self):
        """{meaning: as people read it}"""
        return dict(self.env["purchase.1688.source.import.column"]._fields["meaning"]._description_selection(self.env))

    # --- business

    @api.model
    def _find(self, company, titles):
        """The profile whose headings are all there, if there is just one."""
        present = {headings.normalise(title) for title in titles}
        fitting = self.search([("company_id", "=", company.id)]).filtered(
            lambda profile: profile.meanings and profile._get_headings() <= present
        )
        return fitting if len(fitting) == 1 else self.browse()

    def _get_headings(self):
        return {headings.normalise(title) for title in self.meanings or {}}

    def _get_meanings(self, titles):
        """The meaning of each column, False where it has none here."""
        known = {headings.normalise(title): meaning for title, meaning in (self.meanings or {}).items()}
        return [known.get(headings.normalise(title), False) for title in titles]

    @api.model
    def _keep(self, company, name, columns):
        """The profile of this name, new or changed."""
        meanings = {column.heading: column.meaning for column in columns if column.meaning and column.heading}
        if not meanings:
            return self.browse()
        profile = self.search([("company_id", "=", company.id), ("name", "=", name)])
        if profile:
            profile.meanings = meanings
            return profile
        return self.create({"name": name, "company_id": company.id, "meanings": meanings})
