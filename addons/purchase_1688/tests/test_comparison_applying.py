from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .comparison_common import read_asking
from .order_common import PREPARE, REFRESH, SEND, OrderCase

#: at least 50 pieces of all specifications together
MINIMUM = "906587961983"
#: cheaper from 20 pieces of all specifications together
TIERS = "718168242902"
#: one seller: at least 10 of each, or 20 pieces in all
MIXED = ("814876226555", "746045928294")
#: 40 yuan off from 800 yuan of goods
PROMOTION = "765163359705"
#: free freight from 300 yuan of goods
FREE = "652535139833"
#: a promotion of the listing: 8 % below its list price
REDUCED = "903120613849"


@tagged("post_install", "-at_install", "purchase_1688")
class TestComparisonApplying(OrderCase):
    """What is applied, and ordered, is what the plan counts with: all goods of a seller together."""

    @classmethod
    def _collect_offers(cls, keyword="", count=0):
        return cls._collect([MINIMUM, TIERS, *MIXED, PROMOTION, FREE, REDUCED])

    def _products(self, number):
        offer = self.offers.filtered(lambda offer: offer.offer_id == number)
        sources = offer.source_ids.filtered(lambda source: source.sku_id.stock >= 100)
        return sources.product_id

    def _seller(self, number):
        return self.offers.filtered(lambda offer: offer.offer_id == number).partner_id.sudo()

    def _ask_for(self, *rows, **vals):
        """A request for [(product, quantity)]."""
        lines = [Command.create({"product_id": product.id, "product_qty": quantity}) for product, quantity in rows]
        partner = rows[0][0].ali1688_source_ids[:1].partner_id
        orders = self.env["purchase.order"].with_user(self.buyer)
        return orders.create({"partner_id": partner.id, "order_line": lines, **vals})

    def _compare(self, orders):
        comparison = orders._ali1688_compare()
        own = comparison.sudo()
        own._ask(read_asking(own))
        own._follow_up()
        self.env.invalidate_all()
        return comparison

    def _apply(self, comparison):
        made = comparison.apply_plan()["purchase_orders"]
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["purchase.order"].with_user(self.buyer).browse([entry["id"] for entry in made])

    def _check(self, *rows):
        """Compare, apply and prepare one request of one seller; what it costs is the same everywhere."""
        comparison = self._compare(self._ask_for(*rows))
        plan = comparison.get_board()["plan"]
        self.assertEqual(plan["kinds"] and plan["parcels"], 1)
        self.assertAlmostEqual(sum(comparison.demand_ids.mapped("chosen_total")), plan["total"], 2)
        wizard = self.env["purchase.1688.comparison.apply"].with_user(self.buyer)
        self.assertEqual(wizard.create({"comparison_id": comparison.id}).total, plan["total"])
        request = self._apply(comparison)
        self.assertEqual(request.currency_id.name, "CNY")
        self.assertEqual(f"{request.amount_untaxed:.2f}", f"{plan['total']:.2f}")
        order = request._ali1688_prepare_orders()
        self.run_cron(PREPARE)
        self.assertEqual(order.state, "prepared", order.block_message)
        self.assertEqual(order.quote_total, order.preview_total)
        self.assertFalse(order._get_changes(), "nothing changed since the quote")
        return comparison, request, order

    # --- what is applied

    def test_the_minimum_of_an_offer_is_met_by_all_its_lines_together(self):
        one, other = self._products(MINIMUM)[:2]
        comparison, request, order = self._check((one, 30), (other, 30))
        goods = request.order_line.filtered("ali1688_source_id")
        self.assertEqual(goods.mapped("product_qty"), [30, 30])
        self.assertEqual(comparison.demand_ids.mapped("chosen_qty"), [30, 30])
        self.assertEqual(order.line_ids.mapped("quantity"), [30, 30])
        self.assertEqual(comparison.saving, 0.0, "there is nobody else")
        self.assertEqual(comparison.saving_first, 0.0, "it is the first place itself")

    def test_the_price_tier_is_reached_by_all_lines_together(self):
        one, other = self._products(TIERS)[:2]
        _comparison, request, _order = self._check((one, 12), (other, 13))
        goods = request.order_line.filtered("ali1688_source_id")
        self.assertEqual(goods.mapped("price_unit"), [14.51, 14.51])
        self.assertEqual(goods.mapped("ali1688_unit_price"), [14.51, 14.51])

    def test_a_mixed_batch_waives_the_minimum(self):
        (one, other) = (self._products(number)[0] for number in MIXED)
        _comparison, request, _order = self._check((one, 8), (other, 15))
        self.assertEqual(request.order_line.filtered("ali1688_source_id").mapped("product_qty"), [8, 15])

    def test_an_agreed_discount_is_in_the_price_and_1688_does_not_know_of_it(self):
        self._seller(TIERS).ali1688_discount_rate = 3.7
        one, other = self._products(TIERS)[:2]
        comparison, request, order = self._check((one, 12), (other, 13))
        plan = comparison.get_board()["plan"]["sellers"][str(request.partner_id.id)]
        self.assertGreater(plan["discount"], 0)
        self.assertAlmostEqual(order.quote_total - request.amount_untaxed, plan["discount"], 2)

    def test_a_promotion_is_a_line_and_1688_takes_it_off_itself(self):
        self._seller(PROMOTION).write({"ali1688_shop_off_from": 800, "ali1688_shop_off": 40})
        one, other = self._products(PROMOTION)[:2]
        _comparison, request, order = self._check((one, 30), (other, 31))
        promotions = self.env.ref("purchase_1688.product_promotions")
        line = request.order_line.filtered(lambda line: line.product_id == promotions)
        self.assertEqual((line.price_subtotal, order.quote_discount), (-40.0, 40.0))
        request.button_confirm()
        self.assertFalse(promotions.seller_ids)

    def test_free_freight_and_a_reduced_price(self):
        self._seller(FREE).write({"ali1688_free_freight": True, "ali1688_free_freight_from": 300})
        one, other = self._products(FREE)[:2]
        _comparison, request, order = self._check((one, 10), (other, 11))
        self.assertEqual((order.quote_freight, len(request.order_line)), (0.0, 2))
        self._check((self._products(REDUCED)[0], 41))

    def test_fees_are_in_the_request_and_not_in_what_1688_asks(self):
        self._seller(TIERS).write({"ali1688_tax_rate": 3, "ali1688_service_rate": 0.7, "ali1688_discount_rate": 5})
        one, other = self._products(TIERS)[:2]
        self._check((one, 12), (other, 13))

    def test_what_is_taken_on_purpose_is_written(self):
        one, other = self._products(TIERS)[:2]
        comparison = self._compare(self._ask_for((one, 12), (other, 2)))
        demand = comparison.demand_ids[1]
        comparison.choose(demand.id, demand.chosen_quote_id.id, quantity=13)
        total = comparison.get_board()["plan"]["total"]
        request = self._apply(comparison)
        self.assertEqual(request.order_line.filtered("ali1688_source_id").mapped("product_qty"), [12, 13])
        self.assertEqual(f"{request.amount_untaxed:.2f}", f"{total:.2f}")

    def test_a_unit_that_cannot_say_the_quantity_is_left(self):
        one, other = self._products(MINIMUM)[:2]
        order = self._ask_for((one, 2), (other, 30))
        order.order_line[0].product_uom_id = self.env.ref("uom.product_uom_dozen")
        comparison = self._compare(order)
        total = comparison.get_board()["plan"]["total"]
        request = self._apply(comparison)
        lines = request.order_line.filtered("ali1688_source_id")
        self.assertEqual(lines.mapped("ali1688_qty"), lines.ali1688_quote_id.demand_id.mapped("applied_qty"))
        self.assertEqual(f"{request.amount_untaxed:.2f}", f"{total:.2f}")

    def test_the_saving_on_the_list_price_counts_the_list_price(self):
        comparison = self._compare(self._ask_for((self._products(REDUCED)[0], 41)))
        (tier, *_rest) = comparison.quote_ids._get_terms().tiers
        self.assertLess(tier.price, tier.list_price)
        self._apply(comparison)
        self.assertAlmostEqual(comparison.saving_list, 41 * float(tier.list_price - tier.price), 2)

    def test_the_window_shows_what_each_line_comes_to_before_it_is_saved(self):
        """The road of the web client: a window that opens has copies of the lines, which are not saved."""
        cheap, other = self._products(TIERS)[:2]
        promoted = self._products(PROMOTION)[0]
        comparison = self._compare(self._ask_for((cheap, 40), (promoted, 30), (other, 5)))
        left = comparison.demand_ids[2]
        comparison.choose(left.id, False)
        window = Form.from_action(self.env(user=self.buyer), comparison.action_apply())
        shown = [
            (vals["product_id"], vals["chosen_qty"], vals["chosen_total"], vals["chosen_quote_id"])
            for vals in window.demand_ids._records
        ]
        first, second = comparison.demand_ids[:2].chosen_quote_id
        self.assertEqual(first.display_name, self._seller(TIERS).name)
        self.assertEqual(second.display_name, self._seller(PROMOTION).name)
        self.assertEqual(
            shown,
            [
                (cheap.id, 40.0, first.total, first.id),
                (promoted.id, 30.0, second.total, second.id),
                (other.id, 0.0, 0.0, False),
            ],
        )
        self.assertEqual(window.total, first.total + second.total)
        self.assertGreater(min(first.total, second.total), 100, "goods and freight")

    # --- what is short

    def _describe_short(self, *rows):
        """What is said of goods that are short before it is applied; it can be applied nevertheless."""
        comparison = self._compare(self._ask_for(*rows))
        wizard = self.env["purchase.1688.comparison.apply"].with_user(self.buyer)
        said = wizard.create({"comparison_id": comparison.id}).short_goods
        self.assertEqual(comparison.demand_ids.mapped("chosen_qty"), [quantity for _product, quantity in rows])
        self._apply(comparison)
        self.assertEqual(comparison.state, "applied")
        return said

    def test_goods_that_are_short_are_named_before_they_are_applied(self):
        self.gateway.admin("POST", f"offers/{TIERS}", {"stock": 50})
        one, other = self._products(TIERS)[:2]
        seller = self._seller(TIERS).name
        self.assertFalse(self._describe_short((one, 50), (other, 20)))
        self.assertEqual(
            self._describe_short((one, 51), (other, 20)),
            f"{one.display_name}: {seller} has only 50 in stock, but 51 are taken.",
        )
        self.assertEqual(
            self._describe_short((one, 30), (other, 60), (one, 21)).splitlines(),
            [
                f"{one.display_name}: {seller} has only 50 in stock, but 51 are taken together.",
                f"{other.display_name}: {seller} has only 50 in stock, but 60 are taken.",
            ],
        )

    # --- several requests

    def test_requests_that_were_counted_together_are_one_order(self):
        one, other = self._products(MINIMUM)[:2]
        first, second = self._ask_for((one, 30)), self._ask_for((other, 30))
        comparison = self._compare(first | second)
        total = comparison.get_board()["plan"]["total"]
        requests = self._apply(comparison)
        self.assertEqual(requests, first | second)
        self.assertEqual(f"{sum(requests.mapped('amount_untaxed')):.2f}", f"{total:.2f}")
        order = second._ali1688_prepare_orders()
        self.assertEqual((len(order), order.purchase_ids), (1, requests), "the other one comes along")
        self.run_cron(PREPARE)
        self.assertEqual(order.state, "prepared", order.block_message)
        self.assertEqual(f"{order.quote_total:.2f}", f"{total:.2f}")
        self.assertEqual(order.quote_total, order.preview_total)
        self.assertFalse(self._confirm(order)["refused"])
        self.run_cron(SEND)
        self.run_cron(REFRESH)
        self.assertEqual(order.state, "verified")
        self.assertEqual(requests.mapped("state"), ["purchase"] * 2)
        self.assertEqual(requests.mapped("partner_ref"), [order.remote_id] * 2)

    def test_requests_that_nobody_counted_together_are_orders_of_their_own(self):
        one, other = self._products(TIERS)[:2]
        first, second = self._ask_for((one, 30)), self._ask_for((other, 30))
        self.assertEqual(len((first | second)._ali1688_prepare_orders()), 2)

    def test_requests_for_two_addresses_are_no_one_question(self):
        one, other = self._products(MINIMUM)[:2]
        elsewhere = self.env["res.partner"].create({"name": "Elsewhere"})
        requests = self._ask_for((one, 30)) | self._ask_for((other, 30), dest_address_id=elsewhere.id)
        with self.assertRaisesRegex(UserError, "one address"):
            requests._ali1688_compare()

    # --- undoing what was only prepared

    def test_undo_drops_orders_that_nobody_approved(self):
        product = self._products(TIERS)[0]
        answer = product.with_user(self.buyer).compare_on_1688(20)
        comparison = self.env["purchase.1688.comparison"].with_user(self.buyer).browse(answer["comparison_id"])
        own = comparison.sudo()
        own._ask(read_asking(own))
        request = self._apply(comparison)
        order = request._ali1688_prepare_orders()
        self.run_cron(PREPARE)
        self.assertEqual(order.state, "prepared")
        comparison.undo_apply()
        self.assertEqual(order.state, "cancelled")
        self.assertFalse(request.exists())

    def test_undo_is_refused_once_an_order_was_approved(self):
        request = self._ask_for((self._products(TIERS)[0], 20))
        comparison = self._compare(request)
        self._apply(comparison)
        order = request._ali1688_prepare_orders()
        self.run_cron(PREPARE)
        self.assertEqual(self._confirm(order)["placed"], order.ids)
        self.assertEqual((order.state, order.remote_id), ("approved", False))
        with self.assertRaisesRegex(UserError, "approved or sent"):
            comparison.undo_apply()
        self.assertEqual((comparison.state, order.state), ("applied", "approved"))

    def test_undo_leaves_the_charges_of_other_requests(self):
        first, second = (self._ask_for((product, 30)) for product in self._products(TIERS)[:2])
        for request in (first, second):
            request._ali1688_set_charges(12.0, 3.0)
        comparison = self._compare(first | second)
        comparison.choose(comparison.demand_ids[1].id, False)
        before = [line.read(["product_id", "price_unit"]) for line in second.order_line]
        self._apply(comparison)
        comparison.undo_apply()
        self.env.invalidate_all()
        self.assertEqual([line.read(["product_id", "price_unit"]) for line in second.order_line], before)
        self.assertEqual(len(first.order_line), 3, "its own come back")
