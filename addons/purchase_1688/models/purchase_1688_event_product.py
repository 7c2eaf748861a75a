from odoo import api, models


class Purchase1688Event(models.Model):
    """Messages about goods: stock, price, on and off the shelf."""

    _inherit = "purchase.1688.event"

    # --- hooks

    @api.model
    def _event_topics(self):
        return super()._event_topics() | {
            "PRODUCT_RELATION_VIEW_PRODUCT_": "product",
            "PRODUCT_PRODUCT_INVENTORY_CHANGE": "product",
            "PRODUCT_PFT_OFFER_": "product",
            "FENXIAO_PRICE_CHANGE": "product",
        }

    def _process_product(self):
        """Have the offers looked at that the messages are about; what they say of stock and price is a hint only."""
        for company, events in self.grouped("company_id").items():
            numbers = {number for event in events for number in event._message().offer_ids}
            offers = self.env["purchase.1688.offer"].search(
                [("company_id", "=", company.id), ("is_mapped", "=", True), ("offer_id", "in", list(numbers))]
            )
            offers._watch_soon()
