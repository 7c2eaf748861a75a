from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..lib import sourcing

DEFAULT = (("price", False, 0.05), ("rating", True, 0.0), ("sold", True, 0.0))
MOST_RULES = 10


class Purchase1688SourcingRule(models.Model):
    """One line of "price up, then rating down": of a run, or (without one) the last order that a buyer used."""

    _name = "purchase.1688.sourcing.rule"
    _description = "1688 Sourcing: Order of the List"
    _order = "sequence, id"

    sourcing_id = fields.Many2one("purchase.1688.sourcing", ondelete="cascade", index=True)
    user_id = fields.Many2one("res.users", ondelete="cascade", index="btree_not_null")
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    sequence = fields.Integer(default=10)
    criterion = fields.Selection(
        [
            ("price", "Price"),
            ("rating", "Rating"),
            ("moq", "Minimum order"),
            ("on_time", "Shipped on time"),
            ("disputes", "Disputes"),
            ("repurchase", "Repurchase rate"),
            ("years", "TrustPass years"),
            ("sold", "Sold this month"),
            ("stock", "Stock"),
            ("match", "Place in the search"),
        ],
        required=True,
        default="price",
    )
    descending = fields.Boolean("Highest first")
    tolerance = fields.Float(
        "Counts as equal within",
        digits=(5, 4),
        help="Figures so near each other count as the same, and the next line decides. 0: only equal ones.",
    )

    _tolerance_range = models.Constraint("CHECK(tolerance BETWEEN 0 AND 1)", "From 0 to 100 % may count as equal.")

    # --- business

    @api.model
    def _get_default_commands(self):
        """The order that the user had last, else the usual one, as commands for a new run."""
        mine = self.search(
            [
                ("user_id", "=", self.env.uid),
                ("company_id", "=", self.env.company.id),
                ("sourcing_id", "=", False),
            ],
            limit=MOST_RULES,
        )
        return (
            self._prepare_commands([rule._to_plain() for rule in mine])
            if mine
            else self._prepare_commands(
                [{"criterion": name, "descending": down, "tolerance": within} for name, down, within in DEFAULT]
            )
        )

    @api.model
    def _prepare_commands(self, rows):
        """Commands for `rule_ids`, from plain rows in their order."""
        known = dict(self._fields["criterion"].selection)
        for row in rows:
            if row.get("criterion") not in known:
                raise UserError(
                    self.env._(
                        "The list cannot be sorted by “%(name)s”, only by: %(known)s.",
                        name=row.get("criterion"),
                        known=", ".join(known),
                    )
                )
        return [
            Command.clear(),
            *(
                Command.create(
                    {
                        "sequence": sequence,
                        "criterion": row["criterion"],
                        "descending": bool(row.get("descending")),
                        "tolerance": float(row.get("tolerance") or 0),
                    }
                )
                for sequence, row in enumerate(rows[:MOST_RULES])
            ),
        ]

    def _to_plain(self):
        self.ensure_one()
        return {"criterion": self.criterion, "descending": self.descending, "tolerance": self.tolerance}

    def _to_rules(self):
        """The rules as values, in their order."""
        return tuple(sourcing.Rule(rule.criterion, rule.descending, rule.tolerance) for rule in self)

    def _remember(self):
        """Keep this order for the next run of the user in this company."""
        mine = [("user_id", "=", self.env.uid), ("company_id", "=", self.env.company.id), ("sourcing_id", "=", False)]
        rows = [rule._to_plain() for rule in self]
        kept = self.search(mine)
        if rows == [rule._to_plain() for rule in kept]:
            return
        kept.unlink()
        self.create(
            [
                {**row, "sequence": sequence, "user_id": self.env.uid, "company_id": self.env.company.id}
                for sequence, row in enumerate(rows)
            ]
        )
