import time

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import Purchase1688Case
from .comparison_common import ComparisonMixin


@tagged("post_install", "-at_install", "purchase_1688")
class TestComparisonDecisions(ComparisonMixin, Purchase1688Case):
    """What a person decided stays, whatever is asked again, and until it is applied."""

    def setUp(self):
        super().setUp()
        products = self.product.product_tmpl_id.product_variant_ids[:2]
        self.comparison = self.compare(products, 20)
        self.first, self.second = self.comparison.demand_ids

    def ask_other_line_again(self):
        """Another line than the first is asked again: all lines are ranked, and the plans worked out anew."""
        self.comparison.ask_line(self.second.id)
        self.hear_again(self.second.quote_ids)

    def hear_again(self, quotes):
        self.env.flush_all()
        own = self.comparison.sudo()
        self.assertIsNone(own._ask(own._prepare_asking(time.monotonic(), quotes.sudo())))
        own._follow_up()
        self.env.invalidate_all()

    def others(self, demand):
        return demand.quote_ids.filtered(lambda quote: quote.quantity and quote != demand.best_quote_id)

    def test_what_was_chosen_with_a_reason_stays(self):
        other = self.others(self.first)[0]
        self.comparison.choose(self.first.id, other.id, reason="quality", note="seen at the fair")
        # the first place alone is what somebody chose, while the plan of all lines is another one
        self.first.sudo().best_quote_id = other
        self.ask_other_line_again()
        self.assertEqual(self.first.chosen_quote_id, other)
        self.assertEqual((self.first.reason, self.first.reason_note), ("quality", "seen at the fair"))

    def test_a_line_that_was_left_out_stays_left_out(self):
        self.comparison.choose(self.first.id, False)
        self.ask_other_line_again()
        self.assertFalse(self.first.chosen_quote_id)
        self.assertTrue(self.second.chosen_quote_id)

    def test_more_than_needed_stays(self):
        self.comparison.choose(self.first.id, self.first.best_quote_id.id, quantity=30)
        self.ask_other_line_again()
        self.assertEqual(self.first.taken_qty, 30)

    def test_back_to_the_first_place_follows_again(self):
        self.comparison.choose(self.first.id, self.others(self.first)[0].id, reason="quality")
        self.comparison.choose_plan("total")
        self.assertFalse(self.first.decided)
        self.comparison.choose_plan("parcels")
        self.assertTrue(self.first.decided)

    def test_what_is_sold_out_is_left(self):
        other = self.others(self.first)[0]
        self.comparison.choose(self.first.id, other.id, reason="quality")
        self.set_offer(other.offer_id, status="deleted")
        self.comparison.ask_source(other.id)
        self.hear_again(other)
        self.assertFalse(other.quantity)
        self.assertEqual(self.first.chosen_quote_id, self.first.best_quote_id)
        self.assertFalse(self.first.decided)

    def test_applying_does_not_wait_for_what_was_not_chosen(self):
        other = self.others(self.first)[0]
        self.comparison.ask_source(other.id)
        self.comparison.apply_plan()
        self.assertEqual(other.state, "answered", "its older answer stays")
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), minutes=5)):
            board = self.comparison.get_board()
        self.assertEqual(board["counts"]["asking"], 0)
        self.assertFalse(self.comparison.alive_until)

    def test_applying_waits_for_what_was_chosen(self):
        self.comparison.ask_source(self.first.chosen_quote_id.id)
        with self.assertRaisesRegex(UserError, "asked again"):
            self.comparison.apply_plan()
        self.assertEqual(self.comparison.state, "done")

    def test_a_request_that_says_something_else_is_not_written(self):
        order, line = self.comparison.purchase_ids, self.first.purchase_line_id
        for change, undo in (
            ({"product_qty": 480}, {"product_qty": 20}),
            ({"product_id": self.second.product_id.id}, {"product_id": self.first.product_id.id, "product_qty": 20}),
            ({"order_id": order.copy().id}, {"order_id": order.id}),
        ):
            with self.subTest(change=change):
                line.write(change)
                with self.assertRaisesRegex(UserError, "something else by now"):
                    self.comparison.apply_plan()
                line.write(undo)
        line.unlink()
        with self.assertRaisesRegex(UserError, "leave these lines out"):
            self.comparison.apply_plan()
        self.assertEqual(self.comparison.state, "done")
        self.comparison.choose(self.first.id, False)
        self.comparison.apply_plan()
        self.assertEqual(self.env["purchase.order"].search_count([("origin", "=", self.comparison.name)]), 0)
