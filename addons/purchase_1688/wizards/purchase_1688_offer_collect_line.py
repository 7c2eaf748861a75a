from odoo import fields, models


class Purchase1688OfferCollectLine(models.TransientModel):
    _name = "purchase.1688.offer.collect.line"
    _description = "Collected Line"
    _order = "number, id"

    collect_id = fields.Many2one("purchase.1688.offer.collect", required=True, ondelete="cascade", index=True)
    number = fields.Integer("Line")
    text = fields.Char()
    sku_ref = fields.Char("SKU id", help="Where the address names one SKU.")
    state = fields.Selection([("todo", "Waiting"), ("done", "Collected"), ("failed", "Not collected")], default="todo")
    message = fields.Char("What happened")
    offer_id = fields.Many2one("purchase.1688.offer")
    image_128 = fields.Image(related="offer_id.image_128")
    name = fields.Char(related="offer_id.name", string="Title")
    partner_id = fields.Many2one(related="offer_id.partner_id")
