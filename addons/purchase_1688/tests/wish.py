"""A record that places a real order at the sandbox, with the hooks that attempts call."""

from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.orm.model_classes import add_to_registry

from ..lib.values import Address, CargoLine, OrderQuery, OrderRequest, SearchQuery

MODEL = "purchase.1688.test.wish"
DROPPED = "The wish was dropped."


def add_wish_model(case):
    """Make the model for the test class `case`; it goes with the class."""

    class Wish(models.Model):
        _module = None
        _name = MODEL
        _description = "Test wish"
        _log_access = False

        name = fields.Char()
        company_id = fields.Many2one("res.company")
        account_id = fields.Many2one("purchase.1688.account")
        user_id = fields.Many2one("res.users")
        state = fields.Char(default="draft")
        remote_id = fields.Char()
        amount = fields.Float()
        payee = fields.Char(default="seller")
        fail = fields.Char(help="Name of the hook that fails.")
        told = fields.Char(default="")

        def _tell(self, hook):
            if self.fail == hook:
                raise ValueError("planted")
            self.told = f"{self.told or ''} {hook}".strip()

        def _approval_values(self, kind):
            return {
                "amount": self.amount,
                "payee": self.payee,
                "address_digest": "address",
                "digest": f"{kind} {self.name}",
                "prepared_by": self.user_id,
            }

        def _attempt_before(self, attempt):
            return None

        def _attempt_check(self, attempt):
            if self.state == "dropped":
                raise UserError(DROPPED)

        def _attempt_claimed(self, attempt):
            self._tell("claimed")
            self.state = "placing"

        def _attempt_apply(self, attempt, value):
            self._tell("apply")
            self.write({"state": "placed", "remote_id": value.order_ids[0]})

        def _attempt_refused(self, attempt, error):
            self._tell("refused")
            self.state = f"refused {error.code}"

        def _attempt_not_sent(self, attempt, error):
            self._tell("not_sent")
            self.state = "draft"

        def _attempt_unknown(self, attempt):
            self._tell("unknown")
            self.state = "unknown"

        def _attempt_reconcile(self, attempt):
            page = self.account_id._call(
                "trade.orders", purpose="look", query=OrderQuery(out_order_id=self.name)
            )
            if not page.orders:
                return "absent"
            self.write({"state": "placed", "remote_id": page.orders[0].order_id})
            return "done"

        def _attempt_describe_refusal(self, attempt):
            return f"{self.name} is over."

    registry = case.registry
    add_to_registry(registry, Wish)

    def forget():
        registry.models.pop(MODEL, None)
        registry._setup_models__(case.env.cr, [])

    case.addClassCleanup(forget)
    registry._setup_models__(case.env.cr, [MODEL])
    registry.init_models(case.env.cr, [MODEL], {"module": "purchase_1688"}, install=False)


def find_goods(account):
    """Something that can be ordered: (cargo line, price of one)."""
    page = account._call("product.search", purpose="test", query=SearchQuery(keyword="T"))
    for summary in page.offers:
        offer = account._call("product.detail", purpose="test", offer_id=summary.offer_id)
        for sku in offer.skus:
            if sku.spec_id and (sku.stock or 0) > 1000:
                quantity = Decimal(max(offer.min_quantity or 1, 100))
                return CargoLine(offer.offer_id, quantity, sku.spec_id)
    raise AssertionError("no goods in the sandbox")


def order_request(account, line, out_order_id):
    saved = account._call("account.addresses", purpose="test")[0]
    address = Address(
        name="Wang", mobile="13800000000", address_id=saved.address_id, street="Road 1"
    )
    return OrderRequest(address=address, lines=(line,), out_order_id=out_order_id)
