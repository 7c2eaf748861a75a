from odoo import models


class Purchase1688Order(models.Model):
    """What the seller's standing means for an order."""

    _inherit = "purchase.1688.order"

    def _get_confirm_refusal(self, seen):
        """Nothing is ordered from a seller with an expired paper unless a manager decided so."""
        return super()._get_confirm_refusal(seen) or self._get_seller_refusal()

    def _get_seller_refusal(self):
        """Why nothing may be ordered from this seller now, or None."""
        self.ensure_one()
        block = self.with_company(self.company_id).partner_id.ali1688_order_block
        if not block:
            return None
        return self.env._(
            "%(seller)s: %(reason)s. Enter the new paper and have it verified, or ask a manager to decide.",
            seller=self.partner_id.name,
            reason=block,
        )

    def _prepare_board_row(self):
        """A seller from whom nothing may be ordered is said on the confirm screen before anybody presses a button."""
        row = super()._prepare_board_row()
        if self.state == "prepared" and not row["reason"]:
            row["reason"] = self._get_seller_refusal() or ""
        return row

    def _after_snapshot(self, snapshot):
        """An order tells the login name of its seller, by which 1688 is asked who he is."""
        res = super()._after_snapshot(snapshot)
        seller = self.partner_id
        if snapshot.seller_login_id and not seller.ali1688_login_id and seller.ali1688_open_id:
            seller.ali1688_login_id = snapshot.seller_login_id
        return res
