from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

#: name of a call -> what it is for people
CALLS = {
    "account.addresses": _lt("Read delivery addresses"),
    "account.basic": _lt("Read the account"),
    "account.parse_address": _lt("Take an address apart"),
    "account.seller": _lt("Read a seller"),
    "audit.export": _lt("Audit trail exported"),
    "audit.purge": _lt("Audit trail shortened"),
    "logistics.carriers": _lt("Read carriers"),
    "logistics.parcels": _lt("Read parcels"),
    "logistics.traces": _lt("Read the way of a parcel"),
    "logistics.urge": _lt("Urge the seller to ship"),
    "oauth.exchange": _lt("Connect the account"),
    "oauth.refresh": _lt("Renew the token"),
    "payment.agreements": _lt("Read payment agreements"),
    "payment.pay": _lt("Pay an order"),
    "payment.pay_link": _lt("Make a payment link"),
    "payment.pay_ways": _lt("Read ways of payment"),
    "product.category": _lt("Read a category"),
    "product.category_words": _lt("Read the name of a category"),
    "product.detail": _lt("Read an offer"),
    "product.follow": _lt("Follow an offer"),
    "product.freight": _lt("Ask for freight"),
    "product.mix_rule": _lt("Read the terms of mixed orders"),
    "product.search": _lt("Search by words"),
    "product.search_image": _lt("Search by picture"),
    "product.unfollow": _lt("Stop following an offer"),
    "product.upload_image": _lt("Send a picture to search with"),
    "push.confirm": _lt("Confirm messages"),
    "push.pull": _lt("Fetch messages"),
    "push.query": _lt("Read kept messages"),
    "receipt.confirm": _lt("Confirm the receipt of goods"),
    "refund.cancel": _lt("Withdraw a claim"),
    "refund.create": _lt("Open a claim"),
    "refund.get": _lt("Read a claim"),
    "refund.history": _lt("Read all claims of an order"),
    "refund.limits": _lt("Read how much may be claimed"),
    "refund.of_order": _lt("Read the claims of an order"),
    "refund.reasons": _lt("Read the reasons of claims"),
    "refund.return_address": _lt("Read where goods go back to"),
    "refund.return_goods": _lt("Tell that goods are on their way back"),
    "refund.upload_evidence": _lt("Send evidence"),
    "system.current_time": _lt("Ask for the time"),
    "trade.cancel": _lt("Cancel an order"),
    "trade.create_order": _lt("Place an order"),
    "trade.order": _lt("Read an order"),
    "trade.orders": _lt("Read the list of orders"),
    "trade.preview": _lt("Check an order"),
}
#: purpose, or its first word where a number follows, -> what it is for people
PURPOSES = {
    "address": _lt("Check a delivery address"),
    "audit policy": _lt("Keep the audit trail as the policy says"),
    "before_pay": _lt("Last look before paying"),
    "cancel": _lt("Cancel an order"),
    "category": _lt("Read categories"),
    "claim": _lt("Prepare a claim"),
    "collect": _lt("Collect offers"),
    "compare": _lt("Compare sources"),
    "confirm": _lt("Confirm receipt"),
    "connect": _lt("Connect the account"),
    "create": _lt("Place an order"),
    "export": _lt("Export the audit trail"),
    "follow": _lt("Follow offers"),
    "kept messages": _lt("Fetch messages that were missed"),
    "look": _lt("Look whether it was done"),
    "pay": _lt("Pay"),
    "pay_link": _lt("Make a payment link"),
    "preview": _lt("Check an order before it is placed"),
    "propose": _lt("Search similar offers"),
    "qualification": _lt("Check licences and permits"),
    "reconcile": _lt("Find out what was done"),
    "refresh": _lt("Keep orders up to date"),
    "refund": _lt("Ask for a refund"),
    "renew token": _lt("Renew the token"),
    "return": _lt("Send goods back"),
    "sourcing": _lt("Search for sources"),
    "sweep": _lt("Look for orders made elsewhere"),
    "test connection": _lt("Test the connection"),
    "tracking": _lt("Track parcels"),
    "watch": _lt("Keep offers up to date"),
}
LABELS = {"name": CALLS, "purpose": PURPOSES}


class Purchase1688Call(models.Model):
    """The audit trail in people's words; what is stored, and covered by the hashes, stays as it is."""

    _inherit = "purchase.1688.call"

    name_label = fields.Char("What was called", compute="_compute_labels", search="_search_name_label")
    purpose_label = fields.Char("What for", compute="_compute_labels", search="_search_purpose_label")

    # --- computes

    @api.depends("name", "purpose")
    @api.depends_context("lang")
    def _compute_labels(self):
        for call in self:
            call.name_label = self._get_label("name", call.name)
            call.purpose_label = self._get_label("purpose", call.purpose)

    @api.depends("name_label")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for call in self:
            call.display_name = call.name_label

    def _search_name_label(self, operator, value):
        return self._search_label("name", operator, value)

    def _search_purpose_label(self, operator, value):
        return self._search_label("purpose", operator, value)

    # --- business

    @api.model
    def _get_label(self, field, code):
        """The words for a code, with the number that follows it; a code without words stays as it is."""
        if not code:
            return False
        words = LABELS[field]
        if code in words:
            return self.env._(words[code])
        first, blank, rest = code.partition(" ")
        return f"{self.env._(words[first])}{blank}{rest}" if first in words else code

    @api.model
    def _search_label(self, field, operator, value):
        """Calls whose code, or the words for it, are asked for."""
        labels = {code: self.env._(text) for code, text in LABELS[field].items()}
        if operator == "in":
            codes = [code for code, label in labels.items() if label in value]
        elif operator == "ilike":
            codes = [code for code, label in labels.items() if value.lower() in label.lower()]
        else:
            return NotImplemented
        begins = [Domain(field, "=like", f"{code} %") for code in codes]
        return Domain.OR([Domain(field, operator, value), Domain(field, "in", codes), *begins])

    def _web_read_group_groupby_formatter(self, groupby_spec, values):
        """Groups by code are headed by the words for it."""
        formatter = super()._web_read_group_groupby_formatter(groupby_spec, values)
        if groupby_spec not in LABELS:
            return formatter

        def labelled(value):
            code, domain = formatter(value)
            return self._get_label(groupby_spec, code), domain

        return labelled
