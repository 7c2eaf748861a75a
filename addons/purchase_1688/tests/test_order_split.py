import os
import pathlib
import subprocess
import sys

from odoo.modules.module import load_script
from odoo.tests import tagged

from .gateway import FOLDER_VARIABLE
from .order_common import REFRESH, SEND, OrderCase

# Asks the catalogue of the world that the tests run in which goods leave from two warehouses.
FIND_SPLIT = """
from gateway.catalogue import build
catalogue = build(1)
for seller in catalogue.sellers:
    groups = {}
    for offer in catalogue.of_seller(seller.member_id):
        if offer.status == "published" and offer.online and not offer.batch_sale:
            groups.setdefault(offer.warehouse.group, offer)
    if len(groups) > 1:
        print(*(offer.offer_id for offer in groups.values()))
        break
"""


@tagged("post_install", "-at_install")
class TestOrderSplit(OrderCase):
    @classmethod
    def _collect_offers(cls, keyword="", count=2):
        folder = pathlib.Path(__file__).parents[2] / "purchase_1688_sandbox"
        found = subprocess.run(
            [sys.executable, "-c", FIND_SPLIT],
            cwd=os.environ.get(FOLDER_VARIABLE) or folder,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return cls._collect(found.stdout.split()[:count])

    def _check_family(self, order, parts):
        family = order | order.split_ids
        booked = self.gateway.ledger()["orders"]
        self.assertEqual(len(family), parts)
        self.assertEqual(sorted(family.mapped("remote_id")), sorted(row["order_id"] for row in booked))
        self.assertEqual(set(family.mapped("state")), {"verified"}, family.mapped("block_message"))
        self.assertEqual(
            sum(round(total * 100) for total in family.mapped("placed_total")), round(order.approved_total * 100)
        )
        for part in family:
            self.assertEqual(len(part.line_ids), 1, "each part has its own goods")
        self.assertEqual(len(family.payment_ids), 1)
        return family

    def test_split_orders_stand_side_by_side(self):
        order = self._prepared(offers=self.offers)
        self.assertEqual((order.state, order.preview_parts), ("prepared", 2))
        order._accept_preview(self.buyer)
        self._confirm(order)
        self.run_cron(SEND)
        self.run_cron(REFRESH)
        self.run_cron(REFRESH)
        family = self._check_family(order, 2)
        self._approve_payment(family)
        self.run_cron(SEND)
        self.run_cron(REFRESH)
        self.assertEqual(set(family.mapped("state")), {"paid"})
        self.assertEqual(len(self.gateway.ledger()["payments"]), 2)
        for part in order.split_ids:  # they have no number of ours
            payment = part.attempt_ids.filtered(lambda attempt: attempt.kind == "pay")
            self.assertEqual(payment.name, f"{part.remote_id}/{part.id}/pay/1")
        self.assertEqual(len(order.purchase_ids.partner_ref.split(", ")), 2)

    def test_lost_answer_of_a_split_adopts_all_parts(self):
        order = self._prepared(offers=self.offers)
        order._accept_preview(self.buyer)
        self._confirm(order)
        self.gateway.fault("alibaba.trade.createCrossOrder", "drop_after")
        self.run_cron(SEND)
        order.attempt_ids._look()
        self.env.invalidate_all()
        self.run_cron(REFRESH)
        self.run_cron(REFRESH)
        self._check_family(order, 2)

    def test_goods_left_out_stop_before_payment(self):
        order = self._left_out()
        self.assertEqual((order.state, order.block_code), ("blocked", "verify"))
        self.assertEqual(len(order.line_ids.filtered("failed_code")), 1)
        self.assertFalse(order.payment_line_ids)
        self._accept(order)
        self.assertEqual(order.state, "verified")
        self.assertEqual(round(order.verified_total * 100), self.gateway.ledger()["orders"][0]["total_fen"])

    def test_the_rest_goes_on_where_that_was_approved(self):
        order = self._left_out(allow_partial=True)
        self.assertEqual(order.state, "verified", order.block_message)
        line = order.line_ids.filtered("failed_code")
        self.assertFalse(line.is_live, "what was left out can be ordered elsewhere")
        self.assertIn(line.product_id.name, self._told(order).body)

    def test_what_was_left_out_is_told_once(self):
        order = self._left_out(allow_partial=True)
        self._raise_and_accept(order)
        self.assertEqual(len(self._told(order)), 1)
        # what is in the order after all, and then left out again, is news
        line = order.line_ids.filtered("failed_code")
        for code in (False, "failed"):
            line.failed_code = code
            line._tell_left_out()
        self.assertEqual(len(self._told(order)), 2)

    def test_what_was_told_before_an_upgrade_is_not_told_again(self):
        order = self._left_out(allow_partial=True)
        self._upgrade()
        self.assertEqual(order.line_ids.filtered("left_out_told"), order.line_ids.filtered("failed_code"))
        self._raise_and_accept(order)
        self.assertEqual(len(self._told(order)), 1)

    def test_what_nobody_heard_before_an_upgrade_is_told_after_it(self):
        order = self._left_out()
        self.assertFalse(self._told(order), "it stopped before that")
        self._upgrade()
        self._accept(order)
        self.assertEqual((order.state, len(self._told(order))), ("verified", 1))

    def test_what_was_left_out_after_an_order_was_verified_is_told_after_an_upgrade(self):
        order = self._left_out(allow_partial=True)
        line = order.line_ids.filtered("failed_code")
        for failed_code, state, block_code, told in (
            ("accepted", "placed", False, False),
            ("accepted", "blocked", "verify", False),
            ("accepted", "blocked", "price_changed", True),
            ("failed", "placed", False, True),
        ):
            line.failed_code = failed_code
            order.write({"state": state, "block_code": block_code})
            self._upgrade()
            self.assertIs(line.left_out_told, told, (failed_code, state, block_code))

    def _upgrade(self):
        """From a version whose lines do not remember what was told: of all of them it is unknown at first."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE purchase_1688_order_line SET left_out_told = NULL")
        load_script("purchase_1688/migrations/19.0.1.0.1/post-migrate.py", "post-migrate").migrate(self.env.cr, "19.0")
        self.env.invalidate_all()

    def _raise_and_accept(self, order):
        """The seller asks more for a verified order than was approved, and a person takes it like this."""
        total_fen = round(order.approved_total * 100) + 1
        self.gateway.admin("POST", f"orders/{order.remote_id}/price", {"total_fen": total_fen})
        order.looked_at = False
        self.run_cron(REFRESH)
        self.assertEqual((order.state, order.block_code), ("blocked", "price_changed"))
        self._accept(order)
        self.assertEqual(order.state, "verified")

    def _told(self, order):
        """What the purchase order was told of goods that were left out."""
        return order.purchase_ids.message_ids.filtered(lambda it: "1688 left out" in it.body)

    def _left_out(self, allow_partial=False):
        order = self._prepared(offers=self.offers)
        order._accept_preview(self.buyer)
        if allow_partial:
            self.env["purchase.1688.order"].with_user(self.buyer).set_allow_partial(order.ids, True)
        self._confirm(order)
        self.gateway.admin("POST", f"offers/{self.offers[1].offer_id}", {"stock": 0})
        self.run_cron(SEND)
        self.run_cron(REFRESH)
        return order
