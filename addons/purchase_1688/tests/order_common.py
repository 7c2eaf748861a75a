from odoo.fields import Command

from ..lib import values
from .common import Purchase1688Case

PREPARE = "purchase_1688.ir_cron_purchase_1688_order_prepare"
SEND = "purchase_1688.ir_cron_purchase_1688_attempt_run"
REFRESH = "purchase_1688.ir_cron_purchase_1688_order_refresh"
RECONCILE = "purchase_1688.ir_cron_purchase_1688_attempt_reconcile"
SWEEP = "purchase_1688.ir_cron_purchase_1688_order_sweep"
LINKS = "purchase_1688.ir_cron_purchase_1688_payment_link"
CLAIMS = "purchase_1688.ir_cron_purchase_1688_refund_follow"


class OrderCase(Purchase1688Case):
    """Orders against the sandbox gateway, over HTTP: from the request for quotation to the money."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._fill_address()
        cls.company.ali1688_approval_limit = 100000
        cls.payer = cls.approver
        cls.env.flush_all()
        cls.registry_enter_test_mode_cls()
        cls.gateway.reset()
        cls.offers = cls._collect_offers()

    def setUp(self):
        super(Purchase1688Case, self).setUp()  # the class is in test mode already

    @classmethod
    def _collect_offers(cls, keyword="T恤", count=3):
        """Offers of the gateway's catalogue with products."""
        query = values.SearchQuery(keyword=keyword, page_size=20)
        page = cls.account._call("product.search", query=query, purpose="test")
        return cls._collect([offer.offer_id for offer in page.offers[:count]])

    @classmethod
    def _collect(cls, numbers):
        offers = cls.env["purchase.1688.offer"].with_user(cls.buyer)
        offers.collect_offers("\n".join(numbers))
        return offers.sudo().search([("offer_id", "in", numbers)], order="id")

    def _request(self, offers=None, times=2, skus=1, user=None):
        """A request for quotation for goods of one seller."""
        offers = offers or self.offers[:1]
        lines = []
        for offer in offers:
            for source in offer.source_ids[:skus]:
                quantity = max(offer.min_qty, 1) * times * source.units_per_pack
                lines.append(Command.create({"product_id": source.product_id.id, "product_qty": quantity}))
        return (
            self.env["purchase.order"]
            .with_user(user or self.buyer)
            .create({"partner_id": offers[0].partner_id.id, "order_line": lines})
        )

    def _prepared(self, **options):
        """Orders that wait for confirmation."""
        purchase = self._request(**options)
        orders = purchase._ali1688_prepare_orders()
        self.run_cron(PREPARE)
        return orders

    def _seen(self, orders):
        board = self.env["purchase.1688.order"].with_user(self.buyer).get_confirm_board(orders.ids)
        return [{"id": row["id"], "digest": row["digest"], "total": row["total"]} for row in board["orders"]]

    def _confirm(self, orders, user=None, **options):
        self.env.flush_all()
        model = self.env["purchase.1688.order"].with_user(user or self.buyer)
        result = model.confirm_orders(self._seen(orders), **options)
        self.env.flush_all()
        return result

    def _placed(self, **options):
        """Orders that were placed and verified."""
        orders = self._prepared(**options)
        for order in orders.filtered(lambda order: order._get_changes()):
            order._accept_preview(self.buyer)
        result = self._confirm(orders)
        self.assertFalse(result["refused"], result)
        self.run_cron(SEND)
        self.run_cron(REFRESH)
        return orders

    def _accept(self, order):
        """A person takes the order as it is at 1688."""
        seen = order.with_user(self.buyer)
        seen.with_context(ali1688_seen_digest=seen.remote_digest).action_accept_difference()

    def _approve_payment(self, orders, user=None, router="action_approve"):
        payment = orders.payment_ids
        self.assertEqual(len(payment), 1)
        seen = payment.with_user(user or self.payer)
        getattr(seen.with_context(ali1688_seen_digest=seen.digest), router)()
        self.env.flush_all()
        return payment

    def _paid(self, **options):
        orders = self._placed(**options)
        self._approve_payment(orders)
        self.run_cron(SEND)
        self.run_cron(REFRESH)
        return orders
