from odoo import api, models


class Purchase1688Event(models.Model):
    _inherit = "purchase.1688.event"

    # --- hooks

    @api.model
    def _event_topics(self):
        return super()._event_topics() | {"LOGISTICS_": "logistics"}

    def _process_logistics(self):
        """Have the orders looked at that the messages are about; their content is a hint only.

        Messages name the orders, or else the parcel by its number at 1688 or by a waybill.
        """
        for account, events in self.grouped("account_id").items():
            events._get_logistics_orders(account)._ask_tracking()

    def _get_logistics_orders(self, account):
        """Return the orders of ``account`` that the messages are about."""
        messages = [event._message() for event in self]
        numbers = {message.bill_no for message in messages}
        numbers |= {message.old_bill_no for message in messages}
        found = self.env["stock.1688.waybill"]._find_parcels(numbers)
        parcels = self.env["stock.1688.parcel"].union(*found.values())
        logistics_ids = {message.logistics_id for message in messages} - {""}
        parcels |= parcels.search([("logistics_id", "in", list(logistics_ids))])
        references = {ref for message in messages for ref in message.order_ids}
        orders = self.env["purchase.1688.order"].search([("remote_id", "in", list(references))])
        return (orders | parcels.order_ids).filtered(lambda order: order.account_id == account)
