from odoo import models

PRICE_KINDS = ("watch_price_up", "watch_price_down")
KINDS = (*PRICE_KINDS, "watch_off", "watch_gone", "watch_short")


class Purchase1688Issue(models.Model):
    """Issues of the watch: about offers."""

    _inherit = "purchase.1688.issue"

    def _set_closed(self, reason):
        """Who closes a price alarm has settled for the present price: the next one measures from there."""
        res = super()._set_closed(reason)
        settled = self.filtered(lambda issue: issue.kind in PRICE_KINDS)
        if settled:
            offers_sudo = self.env["purchase.1688.offer"].sudo()  # whoever may close the issue
            offers_sudo.browse(settled.mapped("res_id")).exists()._settle_prices()
        return res

    def _get_watched(self, offers):
        """Open issues of the watch about these offers, one query: {(kind, offer): issue}."""
        domain = [("state", "=", "open"), ("kind", "in", KINDS), ("res_id", "in", offers.ids)]
        issues = self.sudo().search(domain)  # rules look at issues whoever happens to be the user
        return {(issue.kind, offers.browse(issue.res_id)): issue for issue in issues}
