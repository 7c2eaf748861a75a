import threading
from unittest.mock import patch

from odoo import api
from odoo.tests import tagged

from .common import Purchase1688HttpCase
from .common_sourcing import SourcingMixin
from .order_common import PREPARE, REFRESH, SEND

PICTURES = "purchase_1688.ir_cron_purchase_1688_pictures"


@tagged("post_install", "-at_install")
class TestTour(SourcingMixin, Purchase1688HttpCase):
    """From an address to a paid order in the browser, each person with the own login.

    The approver works in Chinese. Between the tours the test does what the server does in the background: scheduled
    actions, and the asking that follows the commit, which a test never reaches.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._fill_address()
        cls.company.ali1688_approval_limit = 100000
        cls.company.ali1688_comparison_deadline = 30.0  # a busy machine is no reason to be late

    def _tour(self, name, path, user):
        self.start_tour(path, name, login=user.login, timeout=180)
        self.env.invalidate_all()

    def test_from_an_address_to_a_paid_order(self):
        product = self._collect()
        comparison = self._compare(product)
        order = self._order(comparison)
        self._confirm(order)
        self._pay(order)
        booked = self.gateway.ledger()
        self.assertEqual([row["order_id"] for row in booked["orders"]], [order.remote_id])
        self.assertEqual(
            [(row["order_id"], row["amount_fen"]) for row in booked["payments"]],
            [(order.remote_id, booked["orders"][0]["total_fen"])],
        )
        self.assertEqual(order.purchase_ids.state, "purchase")
        approvals = order.approval_ids.grouped("kind")
        self.assertEqual(approvals["place"].user_id, self.buyer)
        self.assertEqual(approvals["pay"].user_id, self.approver)

    def _collect(self):
        numbers = self.search_ids(count=3)
        self._tour("purchase_1688_collect", f"/odoo/purchase?offers={','.join(numbers)}", self.buyer)
        offers = self.env["purchase.1688.offer"].search([("offer_id", "in", numbers)])
        self.assertEqual(len(offers), 3)
        product = offers.product_tmpl_id
        self.assertEqual(len(product), 1)
        self.assertEqual(product.ali1688_source_ids.offer_id, offers)
        self.run_cron(PICTURES)
        self.assertTrue(product.image_1920)
        return product

    def _compare(self, product):
        seller = product.ali1688_source_ids[0].partner_id
        path = f"/odoo/purchase?vendor={seller.name}&product={product.name}"
        self._tour("purchase_1688_compare", path, self.buyer)
        comparison = self.env["purchase.1688.comparison"].search([], limit=1)
        self.assertEqual((comparison.state, comparison.user_id), ("asking", self.buyer))
        comparison.with_user(self.buyer).sudo()._ask()
        self.env.invalidate_all()
        self._open_at_once(comparison)
        return comparison

    def _open_at_once(self, comparison):
        """The board opens before it is known which sources are asked, and follows when it is."""
        Comparison = type(comparison)
        get_board, get_weights = Comparison.get_board, Comparison.get_weights
        known = threading.Event()  # set by the tour

        def get_early_board(self):
            board = get_board(self)
            if not known.is_set():
                lines = [line | {"cells": {}, "order": []} for line in board["lines"]]
                progress = dict.fromkeys(board["progress"], 0)
                counts = dict.fromkeys(board["counts"], 0)
                board |= {"state": "asking", "lines": lines, "sellers": [], "progress": progress, "counts": counts}
            return board

        @api.model
        def tell(self):
            known.set()
            return get_weights(self)

        with patch.object(Comparison, "get_board", get_early_board), patch.object(Comparison, "get_weights", tell):
            self._tour("purchase_1688_asking", f"/odoo/comparison-1688/{comparison.id}", self.buyer)

    def _order(self, comparison):
        self._tour("purchase_1688_order", f"/odoo/comparison-1688/{comparison.id}", self.buyer)
        self.assertEqual(comparison.state, "applied")
        order = comparison.purchase_ids.ali1688_order_ids
        self.assertEqual((order.state, order.user_id), ("draft", self.buyer))
        self.run_cron(PREPARE)
        self.assertEqual(order.state, "prepared")
        return order

    def _confirm(self, order):
        self._tour("purchase_1688_confirm", "/odoo/purchase", self.buyer)
        self.assertEqual((order.state, order.message), ("approved", "请尽快发货"))
        self.run_cron(SEND)
        self.run_cron(REFRESH)
        self.assertEqual(order.state, "verified")
        self._tour("purchase_1688_verified", f"/odoo/confirm-1688?number={order.remote_id}", self.buyer)

    def _speak_chinese(self, user):
        """Let a user work in Chinese, with what this add-on says in it."""
        self.env["res.lang"]._activate_lang("zh_CN")
        addon = self.env["ir.module.module"].search([("name", "=", "purchase_1688")])
        addon._update_translations("zh_CN")
        user.lang = "zh_CN"

    def _pay(self, order):
        self._speak_chinese(self.approver)
        self._tour("purchase_1688_pay", "/odoo/purchase", self.approver)
        payment = order.payment_ids
        self.assertEqual((payment.state, payment.approver_id), ("approved", self.approver))
        self.run_cron(SEND)
        self.run_cron(REFRESH)
        self.assertEqual((payment.state, order.state), ("paid", "paid"))
        self._tour("purchase_1688_paid", f"/odoo/payments-1688/{payment.id}", self.approver)
