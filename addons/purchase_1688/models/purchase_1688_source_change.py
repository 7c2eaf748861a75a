from dataclasses import dataclass

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.http import request

from .purchase_1688_call import make_append_only

#: key of the context under which an `Origin` travels
ORIGIN_KEY = "ali1688_origin"
#: what of a source is watched, in the order in which changes are told
WATCHED = ("product_id", "sku_id", "units_per_pack", "sequence")
WEB_CLIENT = "/web/"


@dataclass(frozen=True)
class Origin:
    """Where changes come from. An object, so that a context from outside, plain data, cannot pretend one."""

    kind: str
    note: str = ""
    model: str | None = None
    record_id: int | None = None


class Purchase1688SourceChange(models.Model):
    """Who changed which source when: append-only, for the ORM and for the database.

    It refers to records by number and keeps their names, so that it outlives them.
    """

    _name = "purchase.1688.source.change"
    _description = "Change of a 1688 Source"
    _order = "id desc"
    _rec_name = "product_name"
    _log_access = False

    changed_at = fields.Datetime("When", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", "Who", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict", index=True)
    kind = fields.Selection(
        [
            ("added", "Added"),
            ("changed", "Changed"),
            ("archived", "Archived"),
            ("restored", "Restored"),
            ("removed", "Removed"),
        ],
        "What",
        required=True,
        readonly=True,
    )
    field_name = fields.Selection(
        [
            ("product_id", "Product"),
            ("sku_id", "SKU"),
            ("units_per_pack", "Our units per 1688 unit"),
            ("sequence", "Rank"),
        ],
        "Field",
        readonly=True,
    )
    old_value = fields.Char("Value before", readonly=True)
    new_value = fields.Char("Value after", readonly=True)
    product_name = fields.Char("Product", readonly=True, help="As it was called then.")
    sku_name = fields.Char("SKU", readonly=True, help="Offer and specification, as they were called then.")
    offer_number = fields.Char(readonly=True, index=True)
    seller_name = fields.Char("Seller", readonly=True)
    source_ref = fields.Integer("Number of the source", required=True, readonly=True, index=True, aggregator=None)
    product_ref = fields.Integer("Number of the product", required=True, readonly=True, index=True, aggregator=None)
    template_ref = fields.Integer("Number of its template", required=True, readonly=True, index=True, aggregator=None)
    origin = fields.Selection(
        [
            ("hand", "By hand"),
            ("import", "Import"),
            ("collect", "By collecting"),
            ("sourcing", "Sourcing"),
            ("watch", "Watch"),
            ("api", "External API"),
            ("system", "System"),
        ],
        "How",
        required=True,
        readonly=True,
    )
    origin_note = fields.Char("By", readonly=True, help="Name of the import, for example.")
    origin_model = fields.Char(readonly=True)
    origin_ref = fields.Many2oneReference("Number of the origin", model_field="origin_model", readonly=True)

    def init(self):
        make_append_only(self.env.cr, self._table)

    # --- CRUD

    def write(self, vals):
        self.check_access("write")
        if vals:
            raise UserError(self.env._("The history of the sources cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The history of the sources cannot be changed."))

    # --- actions

    def action_open_source(self):
        """Open the source, where it still exists."""
        self.ensure_one()
        source = self.env["purchase.1688.source"].browse(self.source_ref).exists()
        if not source:
            raise UserError(self.env._("This source was removed."))
        return source.get_formview_action()

    @api.model
    def _open_list(self, domain, name):
        action = self.env["ir.actions.act_window"]._for_xml_id("purchase_1688.purchase_1688_source_change_action")
        return {**action, "domain": domain, "context": {}, "display_name": name}

    # --- business

    @api.model
    def _mark(self, records, kind, record=None):
        """`records`, under whose work changes of sources are noted as coming from `kind` (see `origin`); what is part
        of something larger stays marked by that.

        :param record: what did it (an import, a run), if it has a name worth telling
        """
        if isinstance(self.env.context.get(ORIGIN_KEY), Origin):
            return records.with_context(**{ORIGIN_KEY: self.env.context[ORIGIN_KEY]})
        about = (record.display_name, record._name, record.id) if record else ("", None, None)
        return records.with_context(**{ORIGIN_KEY: Origin(kind, *about)})

    @api.model
    def _snapshot(self, sources):
        """What is watched of `sources`: {id: {field: (value, as people read it)}}."""
        return {source.id: source._get_watched() for source in sources.sudo()}  # names of what the user may not read

    @api.model
    def _note_added(self, sources):
        self._append(
            sources,
            {
                source.id: [{"kind": "added", "new_value": self._describe(source._get_watched())}]
                for source in sources.sudo()
            },
        )

    @api.model
    def _note_changed(self, sources, before):
        """Append what is different now from the snapshot `before`."""
        after = self._snapshot(sources)
        changes = {}
        for source_id, old in before.items():
            new = after[source_id]
            rows = [
                {"kind": "changed", "field_name": name, "old_value": old[name][1], "new_value": new[name][1]}
                for name in WATCHED
                if old[name][0] != new[name][0]
            ]
            if old["active"][0] != new["active"][0]:
                rows.append({"kind": "restored" if new["active"][0] else "archived"})
            changes[source_id] = rows
        self._append(sources, changes)

    @api.model
    def _note_removed(self, sources):
        """To be called while the sources still exist."""
        self._append(
            sources,
            {
                source.id: [{"kind": "removed", "old_value": self._describe(source._get_watched())}]
                for source in sources.sudo()
            },
        )

    @api.model
    def _describe(self, watched):
        return self.env._(
            "1688 unit of %(pack)s, rank %(rank)s", pack=watched["units_per_pack"][1], rank=watched["sequence"][1]
        )

    @api.model
    def _append(self, sources, changes):
        """One create for all `changes`: {source id: list of values}."""
        origin = self._get_origin()
        common = {
            "changed_at": fields.Datetime.now(),
            "user_id": self.env.uid,
            "origin": origin.kind,
            "origin_note": origin.note,
            "origin_model": origin.model,
            "origin_ref": origin.record_id,
        }
        vals_list = [
            {**common, **source._prepare_change(), **change}
            for source in sources.sudo()
            for change in changes.get(source.id, ())
        ]
        self.sudo().create(vals_list)  # nobody may write into it but this

    @api.model
    def _get_origin(self):
        """Who says it; else a person at the screen, the server by itself, or a program outside."""
        origin = self.env.context.get(ORIGIN_KEY)
        if isinstance(origin, Origin):
            return origin
        if request and request.httprequest.path.startswith(WEB_CLIENT):
            return Origin("hand")
        return Origin("system" if self.env.uid == SUPERUSER_ID or "cron_id" in self.env.context else "api")
