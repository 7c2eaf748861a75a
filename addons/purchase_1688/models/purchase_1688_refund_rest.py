from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib import states
from .purchase_1688_order_prepare import exact


class Purchase1688Refund(models.Model):
    """Claiming the rest: what a claim did not bring back of the cost of its goods.

    The pieces of a line cannot be told apart. So that none is paid back twice, goods stay with the claim that was
    made for them first, and further claims for them belong to that one. Together they never ask for more than the
    goods cost.
    """

    _inherit = "purchase.1688.refund"

    rest_of_id = fields.Many2one(
        "purchase.1688.refund",
        "Rest of",
        copy=False,
        readonly=True,
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The claim that was made for these goods first and did not bring back all of their cost.",
    )
    rest_ids = fields.One2many("purchase.1688.refund", "rest_of_id", "Claims for the rest", readonly=True)
    rest_amount = fields.Monetary(
        "Still to claim",
        compute="_compute_rest_amount",
        help="What is missing of the cost of the goods and can be claimed by one more claim.",
    )

    @api.depends(
        "order_id.state",
        "line_ids.amount",
        "rest_of_id.line_ids.amount",
        # the whole family: this claim, the first one, and those for its rest
        *(
            f"{claims}{name}"
            for claims in ("", "rest_of_id.", "rest_of_id.rest_ids.", "rest_ids.")
            for name in ("state", "goods_amount", "refunded_goods")
        ),
    )
    def _compute_rest_amount(self):
        for refund in self:
            family = refund._get_family()
            ended = refund.state == "refunded" and states.goods_status(refund.order_id.state)
            is_open = any(claim.state in states.REFUND_OPEN for claim in family)
            refund.rest_amount = float(max(refund._get_rest(), 0)) if ended and not is_open else 0

    # --- actions

    def action_claim_rest(self):
        """Open the wizard for what is missing of the cost of the goods."""
        self.ensure_one()
        self._check_may_claim()
        first = self.rest_of_id or self
        action = self.env["ir.actions.actions"]._for_xml_id("purchase_1688.purchase_1688_refund_request_action")
        return {**action, "context": {"default_order_id": first.order_id.id, "default_first_id": first.id}}

    # --- business

    def _get_family(self):
        """The first claim for these goods and those for its rest."""
        self.ensure_one()
        first = self.rest_of_id or self
        return first | first.rest_ids

    def _get_cost(self):
        """What the goods of these claims cost, to the fen."""
        self.ensure_one()
        return sum(line._get_cost() for line in (self.rest_of_id or self).line_ids)

    def _get_rest(self, but=None):
        """What is missing of the cost of the goods, and not claimed by one of the family other than ``but``."""
        self.ensure_one()
        claims = self._get_family().filtered(lambda claim: claim != but)
        return self._get_cost() - sum(claim._get_held_money() for claim in claims)

    def _get_held_money(self):
        """Money for goods that came back, or still may, by this claim.

        Where 1688 does not say what came back for the goods, it may be all that was claimed for them.
        """
        if self.state == "refunded":
            return exact(self.refunded_goods or self.goods_amount)
        return exact(self.goods_amount) if self.state in states.REFUND_OPEN else Decimal()

    def _exceeds_rest(self):
        """Whether this claim asks for more than is missing of the cost of the goods of an earlier one."""
        self.ensure_one()
        return bool(self.rest_of_id) and exact(self.goods_amount) > self._get_rest(but=self)

    @api.model
    def _get_free(self, order, but=None):
        """{order line: quantity} that no claim other than ``but`` was made for."""
        holders = order.refund_ids.filtered(
            lambda refund: refund != but and not refund.rest_of_id and refund.state in states.REFUND_OPEN | {"refunded"}
        )
        taken = defaultdict(Decimal)
        for claimed in holders.line_ids:
            taken[claimed.order_line_id] += exact(claimed.quantity, 3)
        return {line: exact(line.quantity, 3) - taken[line] for line in order.line_ids}

    def _get_free_for_rest(self, but=None):
        """{order line: quantity} that the rest can be claimed for; the claim is the first one for these goods."""
        self.ensure_one()
        others = self.rest_ids.filtered(lambda claim: claim != but and claim.state in states.REFUND_OPEN)
        if self.state != "refunded" or self.rest_of_id or others or self._get_rest(but) <= 0:
            raise UserError(
                self.env._("%s leaves nothing to claim: the money came back, or is being claimed.", self.name)
            )
        return {line.order_line_id: exact(line.quantity, 3) for line in self.line_ids}

    @api.model
    def _find_rest_of(self, order, counts):
        """The claim whose rest a claim for ``counts`` would be: they are not free any more, but were not paid in full.

        :param dict counts: {order line: quantity in 1688 units}
        """
        free = self._get_free(order)
        if all(exact(quantity, 3) <= free.get(line, 0) for line, quantity in counts.items()):
            return self.browse()
        for refund in order.refund_ids.filtered(lambda it: it.rest_amount and not it.rest_of_id).sorted("id"):
            claimed = {line.order_line_id: exact(line.quantity, 3) for line in refund.line_ids}
            if all(exact(quantity, 3) <= claimed.get(line, 0) for line, quantity in counts.items()):
                return refund
        return self.browse()
