from odoo import api, fields, models
from odoo.exceptions import ValidationError


class Purchase1688SourcingBlock(models.Model):
    """Never again: an offer, or a seller, that sourcing runs leave out."""

    _name = "purchase.1688.sourcing.block"
    _description = "1688 Sourcing: Never Again"
    _order = "id desc"
    _rec_names_search = ["name", "ref", "reason"]

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection([("offer", "Offer"), ("seller", "Seller")], required=True, readonly=True)
    ref = fields.Char("Number at 1688", required=True, readonly=True, index=True)
    name = fields.Char("What", readonly=True)
    reason = fields.Char("Why")
    user_id = fields.Many2one("res.users", "Blocked by", readonly=True, default=lambda self: self.env.user)
    create_date = fields.Datetime("Since", readonly=True)

    _ref_uniq = models.UniqueIndex("(company_id, kind, ref)", "This one is blocked already.")

    @api.constrains("ref")
    def _check_ref(self):
        for block in self:
            if not block.ref.strip():
                raise ValidationError(self.env._("Nothing is known that could be blocked."))

    def unlink(self):
        """Let them be found again: at once in the runs that have them."""
        refs = {kind: blocks.mapped("ref") for kind, blocks in self.grouped("kind").items()}
        names = [name for name in self.filtered(lambda block: block.kind == "seller").mapped("name") if name]
        companies = self.company_id
        res = super().unlink()
        found_sudo = self.env["purchase.1688.sourcing.candidate"].sudo()  # candidates are the runs'
        found_sudo.search(
            [
                ("company_id", "in", companies.ids),
                *("|", "|"),
                ("offer_ref", "in", refs.get("offer", [])),
                ("seller_ref", "in", refs.get("seller", [])),
                *("&", ("seller_ref", "=", False), ("company_name", "in", names)),
            ]
        ).sourcing_id._judge()
        return res

    @api.model
    def _get_refs(self, company):
        """{kind: numbers that are blocked in the company; "name": what the blocked sellers are called}.

        A search tells the seller's number of no offer, and the name of some only.
        """
        refs = {"offer": set(), "seller": set(), "name": set()}
        for kind, ref, name in self.sudo()._read_group([("company_id", "=", company.id)], ["kind", "ref", "name"]):
            refs[kind].add(ref)
            if kind == "seller" and name:
                refs["name"].add(name)
        return refs
