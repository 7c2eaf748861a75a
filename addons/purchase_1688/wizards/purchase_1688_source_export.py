import base64

from odoo import api, fields, models

from ..lib import sheet


class Purchase1688SourceExport(models.TransientModel):
    """Hands a file over to the person who asked for it."""

    _name = "purchase.1688.source.export"
    _description = "Export of 1688 Sources"

    kind = fields.Selection(
        [("xlsx", "Excel workbook (.xlsx)"), ("csv", "CSV (UTF-8)")],
        "File",
        default="xlsx",
        required=True,
        help="Long numbers survive in a workbook; some programs shorten them when they open a CSV.",
    )
    source_ids = fields.Many2many("purchase.1688.source", string="Sources", help="Empty: all sources.")
    filename = fields.Char(readonly=True)
    data = fields.Binary(readonly=True, attachment=False)

    # --- actions

    def action_export(self):
        """Make the file and have the browser save it."""
        self.ensure_one()
        Source = self.env["purchase.1688.source"]
        listed = Source.export_mappings([("id", "in", self.source_ids.ids)] if self.source_ids else [])
        rows = [listed["columns"], *listed["rows"]]
        data = sheet.write_xlsx(rows) if self.kind == "xlsx" else sheet.write_csv(rows)
        name = self.env._("1688 sources %s", fields.Date.context_today(self))
        return self._hand_over(f"{name}.{self.kind}", data)

    # --- business

    @api.model
    def _hand_over(self, filename, data):
        """An action that saves `data` in the browser."""
        made = self.create({"filename": filename, "data": base64.b64encode(data)})
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{made.id}/data?download=true&filename_field=filename",
            "target": "download",
        }
