import hashlib

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..lib import stages

CREATE_BATCH = 1000


class Stock1688ParcelEvent(models.Model):
    _name = "stock.1688.parcel.event"
    _description = "1688 Parcel Scan"
    _order = "time desc, id desc"
    _rec_name = "text"

    parcel_id = fields.Many2one("stock.1688.parcel", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="parcel_id.company_id", store=True, index=True)
    time = fields.Datetime(required=True, readonly=True)
    text = fields.Text(required=True, readonly=True, help="As received from the carrier.")
    text_hash = fields.Char(required=True, readonly=True)
    status = fields.Char(readonly=True, help="What the scan tells of the parcel, empty where it tells nothing known.")

    # also serves the timeline of a parcel, newest first
    _scan_uniq = models.UniqueIndex("(parcel_id, time, text_hash)", "A scan is kept once.")

    @api.model
    def _ingest(self, scans):
        """Keep the scans that are not known yet.

        One query tells the known ones apart and one batch writes the rest, so that a sweep without
        news writes nothing. The order of the scans does not matter and repeating them is harmless.

        :param scans: list of (parcel id, naive UTC datetime, text)
        :return: the new events
        """
        keyed = {}
        for parcel_id, time, text in scans:
            digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
            keyed.setdefault((parcel_id, time.replace(microsecond=0), digest), text)
        if not keyed:
            return self.browse()
        self.flush_model(["parcel_id", "time", "text_hash"])
        known = self.env.execute_query(
            SQL(
                "SELECT parcel_id, time, text_hash FROM %s WHERE parcel_id = ANY(%s)",
                SQL.identifier(self._table),
                list({key[0] for key in keyed}),
            )
        )
        known = set(known)
        fresh = [
            {
                "parcel_id": parcel_id,
                "time": time,
                "text": text,
                "text_hash": digest,
                "status": stages.of_text(text),
            }
            for (parcel_id, time, digest), text in keyed.items()
            if (parcel_id, time, digest) not in known
        ]
        return self.concat(*(self.create(part) for part in split_every(CREATE_BATCH, fresh)))
