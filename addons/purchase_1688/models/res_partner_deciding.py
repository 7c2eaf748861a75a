from odoo import models
from odoo.exceptions import UserError

#: what `enter_paper` takes
PAPER_VALUES = {
    *("kind", "title", "number", "holder", "issued", "expires", "blocking"),
    *("attachment", "attachment_name"),
}


class ResPartner(models.Model):
    """What people say about a seller, as plain data for the API: decisions against its rating, and its papers."""

    _inherit = "res.partner"

    def decide_seller(self, kind, reason, date_end):
        """Decide about the seller against its figures, in the present company. For 1688 managers.

        :param str kind: "rating" (use in spite of the rating), "qualification" (in spite of an expired paper) or
            "exclude" (never choose automatically)
        :param str reason: read by everybody who buys there
        :param str date_end: last day on which it holds, as 2026-12-31; at most a year from now
        :return: as `get_seller_card`
        """
        self._ali1688_check_seller()
        if kind not in ("rating", "qualification", "exclude"):
            raise UserError(self.env._("Decide “rating”, “qualification” or “exclude”, nothing else."))
        vals = {"partner_id": self.id, "kind": kind, "reason": reason, "date_end": date_end}
        self.env["purchase.1688.rating.override"].create(vals)
        return self.get_seller_card()

    def withdraw_decisions(self, reason):
        """Take all decisions about the seller back, in the present company. For 1688 managers.

        :return: as `get_seller_card`
        """
        self._ali1688_check_seller()
        vals = {"partner_id": self.id, "kind": "withdraw", "reason": reason}
        self.env["purchase.1688.rating.override"].create(vals)
        return self.get_seller_card()

    def enter_paper(self, values):
        """Enter a paper of the seller, in the present company. For buyers; it lifts a block once it is verified, see
        `verify_papers` of purchase.1688.qualification.

        :param dict values: "kind" ("licence", "permit" or "other"), "number", "title", "holder", "issued" and
            "expires" as 2026-12-31 (without the latter it has no end), "blocking", "attachment" (base64),
            "attachment_name"
        :return: the paper as in `get_seller_card`
        """
        self._ali1688_check_seller()
        strange = sorted(set(values) - PAPER_VALUES)
        if strange:
            raise UserError(self.env._("A paper has no %s.", ", ".join(strange)))
        paper = self.env["purchase.1688.qualification"].create({**values, "partner_id": self.id})
        return paper._describe()[0]

    def _ali1688_check_seller(self):
        """One seller, and somebody who may look at it."""
        self.ensure_one()
        self._ali1688_check_may_look()
        if not self.ali1688_is_seller:
            raise UserError(self.env._("Only sellers on 1688 are rated."))
