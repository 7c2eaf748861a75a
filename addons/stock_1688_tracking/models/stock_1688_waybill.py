from odoo import api, fields, models

from ..lib import stages


class Stock1688Waybill(models.Model):
    _name = "stock.1688.waybill"
    _description = "1688 Waybill Number"
    _order = "id desc"
    _rec_name = "number"

    parcel_id = fields.Many2one("stock.1688.parcel", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="parcel_id.company_id", store=True, index=True)
    number = fields.Char(required=True, help="Upper case, letters and digits only.")
    is_current = fields.Boolean("Current", default=True, help="Unset once the carrier gave the parcel another number.")

    _number_idx = models.Index("(number)")
    _parcel_number_uniq = models.UniqueIndex("(parcel_id, number)", "A parcel carries a waybill number once.")

    @api.model
    def _find_parcels(self, numbers):
        """Return the newest parcel of each waybill number as a dict; one query for all of them.

        Numbers of the past are found as well. A number that a carrier uses again points to the
        newest parcel.
        """
        wanted = {stages.normalise(number) for number in numbers} - {""}
        if not wanted:
            return {}
        found = self.search_fetch([("number", "in", list(wanted))], ["number", "parcel_id", "is_current"], order="id")
        ranked = sorted(found, key=lambda waybill: (waybill.is_current, waybill.id))
        return {waybill.number: waybill.parcel_id for waybill in ranked}
