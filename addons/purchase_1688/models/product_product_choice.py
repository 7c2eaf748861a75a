from odoo import models


class ProductProduct(models.Model):
    """Odoo's own choice of a vendor leaves out sellers that may not be chosen automatically."""

    _inherit = "product.product"

    def _get_filtered_sellers(self, partner_id=False, quantity=0.0, date=None, uom_id=False, params=False):
        """A named vendor keeps his prices: who was chosen by a person is not chosen automatically."""
        sellers = super()._get_filtered_sellers(
            partner_id=partner_id, quantity=quantity, date=date, uom_id=uom_id, params=params
        )
        if partner_id:
            return sellers
        rated = sellers.partner_id.filtered("ali1688_is_seller")
        choice = rated._ali1688_automatic_choice(self.env.company) if rated else {}
        return sellers.filtered(lambda seller: choice.get(seller.partner_id, (True, ""))[0])
