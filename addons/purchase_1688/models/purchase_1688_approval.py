from odoo import fields, models


class Purchase1688Approval(models.Model):
    """The permission to spend: who allowed which amount to whom, for exactly what, until when. Append-only.

    The record is any model with the hook ``_approval_values(kind)``; a One2many to its approvals uses ``res_id`` with a domain on ``res_model``.
    """

    _name = "purchase.1688.approval"
    _description = "1688 Approval"
    _order = "id desc"
    _rec_name = "id"
    _log_access = False

    kind = fields.Selection([("place", "Place the order"), ("pay", "Pay")], required=True, readonly=True)
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    account_id = fields.Many2one("purchase.1688.account", required=True, readonly=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", string="Approved by", required=True, readonly=True, ondelete="restrict")
    prepared_by_id = fields.Many2one("res.users", string="Prepared by", required=True, readonly=True, ondelete="restrict")
    amount = fields.Monetary(required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True, ondelete="restrict")
    payee = fields.Char(required=True, readonly=True, help="Member id of the seller, or of the sellers.")
    address_digest = fields.Char(readonly=True)
    digest = fields.Char(required=True, readonly=True, help="Fingerprint of exactly what was approved.")
    granted_at = fields.Datetime(required=True, readonly=True)
    valid_until = fields.Datetime(required=True, readonly=True)
    note = fields.Char(readonly=True)
