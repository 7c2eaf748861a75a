from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import TrackingCommon


@tagged("post_install", "-at_install")
class TestCompare(TrackingCommon):
    """What is to be replenished is compared like the lines of a request."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.ali1688_account_id = cls.account
        cls.rules = cls.env["stock.warehouse.orderpoint"].create(
            [
                {"product_id": product.id, "location_id": location.id, "product_min_qty": 0, "product_max_qty": 0}
                for product, location in (
                    (cls.shirt, cls.warehouse.lot_stock_id),
                    (cls.shirt, cls.warehouse.view_location_id),
                    (cls.cap, cls.warehouse.lot_stock_id),
                )
            ]
        )

    def _order(self, *quantities):
        for rule, quantity in zip(self.rules, quantities, strict=True):
            rule.qty_to_order = quantity
        self.env.flush_all()

    def test_quantities_to_order_become_needs(self):
        self._order(40, 8, 0)
        answer = self.rules.with_user(self.buyer).compare_on_1688()
        comparison = self.env["purchase.1688.comparison"].browse(answer["comparison_id"])
        self.assertEqual([(line.product_id, line.product_qty) for line in comparison.demand_ids], [(self.shirt, 48)])
        self.assertEqual(comparison.user_id, self.buyer)
        action = self.rules.with_user(self.buyer).action_ali1688_compare()
        self.assertEqual(action["tag"], "purchase_1688.comparison_board")

    def test_nothing_to_order_says_what_to_do(self):
        self._order(0, 0, 0)
        with self.assertRaisesRegex(UserError, "enter a quantity"):
            self.rules.with_user(self.buyer).compare_on_1688()

    def test_only_buyers_compare(self):
        self._order(40, 8, 0)
        with self.assertRaises(AccessError):
            self.rules.with_user(self.worker).compare_on_1688()
