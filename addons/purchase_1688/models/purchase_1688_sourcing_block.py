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
        companies = self.company_id
        res = super().unlink()
        found_sudo = self.env["purchase.1688.sourcing.candidate"].sudo()  # candidates are the runs'
        found_sudo.search(
            [
                ("company_id", "in", companies.ids),
                "|",
                ("offer_ref", "in", refs.get("offer", [])),
                ("seller_ref", "in", refs.get("seller", [])),
            ]
        ).sourcing_id._judge()
        return res

    @api.model
    def _get_refs(self, company):
        """{kind: numbers that are blocked in the company}."""
        refs = {"offer": set(), "seller": set()}
        for kind, ref in self.sudo()._read_group([("company_id", "=", company.id)], ["kind", "ref"]):
            refs[kind].add(ref)
        return refs
