from odoo import api, fields, models

from ..lib import stages


class Stock1688Shelf(models.Model):
    """Parcels that lie at the dock and that nobody knows yet. They match by themselves once
    their order tells of them.
    """

    _name = "stock.1688.shelf"
    _description = "1688 Dock Shelf"
    _order = "state desc, scanned_at desc"
    _rec_name = "number"

    number = fields.Char("Scanned", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    scanned_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", "Scanned By", required=True, readonly=True, default=lambda self: self.env.user
    )
    place = fields.Char(help="Where it lies.")
    state = fields.Selection(
        [("waiting", "Unknown"), ("matched", "Found"), ("cleared", "Cleared")],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    parcel_id = fields.Many2one("stock.1688.parcel", readonly=True, index="btree_not_null", ondelete="set null")

    _waiting_uniq = models.UniqueIndex(
        "(company_id, number) WHERE state = 'waiting'", "This waybill already lies on the shelf."
    )

    def action_clear(self):
        """Take off the shelf what is not ours or has been dealt with by hand."""
        self.filtered(lambda item: item.state == "waiting").state = "cleared"

    @api.model
    def _put(self, number):
        """Lay an unknown parcel on the shelf; scanning it again changes nothing."""
        number = stages.normalise(number)
        item = self.search(
            [
                ("number", "=", number),
                ("state", "=", "waiting"),
                ("company_id", "=", self.env.company.id),
            ],
            limit=1,
        )
        return item or self.create({"number": number})

    @api.model
    def _match(self, parcels):
        """Find the parcels among what lies on the shelf; one query for all."""
        by_number = {waybill.number: waybill.parcel_id for waybill in parcels.waybill_ids}
        items = self.search([("state", "=", "waiting"), ("number", "in", list(by_number))])
        for item in items:
            parcel = by_number[item.number]
            if parcel.company_id != item.company_id:
                continue
            item.write({"state": "matched", "parcel_id": parcel.id})
            parcel.scanned_at = parcel.scanned_at or item.scanned_at
            item.user_id._bus_send(
                "simple_notification",
                {
                    "type": "success",
                    "title": self.env._("Parcel %s found", item.number),
                    "message": self.env._("It lies on the shelf and can be received now."),
                },
            )
