import time
from dataclasses import replace
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.modules import module
from odoo.tests import tagged

from ..lib.gather import Pool
from ..lib.pace import Pace
from ..models import purchase_1688_comparison_asking as asking_of
from ..models import purchase_1688_comparison_threads as threads
from ..transaction import check_idle, own_transaction
from .common import Purchase1688Case
from .common_sourcing import SourcingMixin
from .comparison_common import read_asking

# The worked example of the sandbox: from 50 pieces 45.00 and 100.00 freight, from 30 pieces 48.00 and 50.00.
SCALE_A, SCALE_B = "906587961983", "713807889879"
DETAIL = "product.search.queryProductDetail"


@tagged("post_install", "-at_install", "purchase_1688")
class TestComparisonAsking(SourcingMixin, Purchase1688Case):
    def setUp(self):
        super().setUp()
        self.company.partner_id.ali1688_district_code = "330110"
        self.company.ali1688_comparison_deadline = 3.0

    def _make_order(self, products, quantity):
        lines = [(0, 0, {"product_id": product.id, "product_qty": quantity}) for product in products]
        orders = self.env["purchase.order"].with_user(self.buyer)
        return orders.create({"partner_id": products[0].seller_ids[:1].partner_id.id, "order_line": lines})

    def _compare(self, products, quantity):
        """Ask at once what is otherwise asked after the commit."""
        comparison, _asking = self._answer(products, quantity)
        comparison.sudo()._follow_up()
        self.env.invalidate_all()
        return comparison

    def _answer(self, products, quantity=60):
        """A comparison whose answers are in, and its `Asking`; what comes after the answers is still to be done."""
        comparison = self._make_order(products, quantity)._ali1688_compare()
        asking = read_asking(comparison)
        comparison.sudo()._ask(asking)
        self.env.invalidate_all()
        return comparison, asking

    # --- who answers in time

    def test_five_sellers_four_answer_and_one_is_late(self):
        product, offers = self.make_family(5)
        self.company.ali1688_comparison_deadline = 2.0
        for offer, seconds in zip(offers, (0.2, 0.4, 0.6, 0.9, 5.0), strict=True):
            match = {"offerId": int(offer.offer_id)}
            self.gateway.fault(DETAIL, "delay", times=None, seconds=seconds, match=match)
        comparison = self._compare(product, 60)
        states = {quote.offer_id: quote.state for quote in comparison.quote_ids}
        self.assertEqual([states[offer] for offer in offers], ["answered"] * 4 + ["late"])
        self.assertEqual((comparison.answer_count, comparison.late_count), (4, 1))
        late = comparison.quote_ids.filtered(lambda quote: quote.state == "late")
        self.assertEqual(late.rank, 5)
        self.assertIn("2", late.reason)
        self.assertNotEqual(comparison.demand_ids.chosen_quote_id, late)

    def _hand_over(self, product):
        """Compare; what the process that asks is handed over after the commit."""
        with patch.object(threads, "hand_over") as hand_over:
            self._make_order(product, 60)._ali1688_compare()
            self.env.cr.postcommit.run()
        return hand_over.call_args.args[1:]

    def test_who_is_handed_over_counts_before_it_is_read(self):
        product, _offers = self.make_family(2)
        self.company.ali1688_comparison_deadline = 30.0
        handed_over = self._hand_over(product)
        pace = Pace(least=0.1)
        with (
            patch.object(threads, "CLOSING", pace),
            patch.object(asking_of, "CLOSING", pace),
            patch.object(threads.COORDINATORS, "submit", lambda work: work()),
            patch.object(threads, "_ask_in_thread") as entry,
        ):
            for _number in range(3):
                threads.ask_comparison(*handed_over)
            place, read = entry.call_args_list[0].args
            asking = read(self.env["purchase.1688.comparison"].sudo().browse(place[-1]))
            left = asking.closing.due - time.monotonic()
            self.assertLessEqual(asking.begin_wave(), left - 3 * 0.1)
        self.assertAlmostEqual(asking.closing.due, asking.pressed + 30.0)

    def test_sellers_have_their_share_however_long_the_request_took(self):
        product, _offers = self.make_family(2)
        asking = read_asking(self._make_order(product, 60)._ali1688_compare())
        asking.pressed -= 60.0
        self.assertEqual(asking.begin_wave(), asking_of.LEAST_SHARE * 3.0)

    def test_who_may_be_chosen_is_read_while_answers_are_waited_for(self):
        product, offers = self.make_family(2)
        comparison = self._make_order(product, 60)._ali1688_compare()
        asking, own, bad = read_asking(comparison), comparison.sudo(), offers[0].partner_id
        sellers = type(bad)
        standing = patch.object(
            sellers,
            "_ali1688_automatic_choice",
            autospec=True,
            side_effect=lambda found, _company: {seller: (seller != bad, "bad") for seller in found},
        )
        with standing as judge:
            own._show_outcomes({own.id: (asking, {})})
            self.assertEqual(asking.barred, {bad.id: "bad"})
            own._ask(asking)
        self.assertEqual(judge.call_count, 1)
        self.env.invalidate_all()
        self.assertEqual(comparison.answer_count, 2)
        self.assertEqual(comparison.demand_ids.chosen_quote_id.partner_id, offers[1].partner_id)

    def test_offers_that_another_one_writes_are_left_to_it(self):
        product, offers = self.make_family(2)
        offers.seen_at = "2020-01-01"
        taken = patch.object(type(offers), "try_lock_for_update", lambda found, **_options: found & offers[0])
        comparison, asking = self._answer(product)
        with taken:
            comparison.sudo()._keep_listings(self.company, asking.question.listings)
        self.env.invalidate_all()
        self.assertEqual([offer.seen_at.year == 2020 for offer in offers], [False, True])
        self.assertEqual(comparison.answer_count, 2)

    def test_a_listing_that_says_nothing_new_is_only_seen_again(self):
        product, offers = self.make_family(2)
        comparison, asking = self._answer(product)
        own = comparison.sudo()
        listings = asking.question.listings
        stored = []
        collector = type(self.env["purchase.1688.collector"])
        store = collector._store

        def count(model, company, found, look="collect"):
            stored.extend(listing.offer_id for listing in found)
            return store(model, company, found, look)

        def keep(found):
            stored.clear()
            self.env.cr.execute("UPDATE purchase_1688_offer SET seen_at = '2020-01-01' WHERE id IN %s", [offers._ids])
            self.env.invalidate_all()
            own._keep_listings(self.company, found)
            self.env.flush_all()
            self.assertNotIn(2020, [offer.seen_at.year for offer in offers])
            return list(stored)

        # SQL, since a test is one transaction: what is written in it is all of one moment
        with patch.object(collector, "_store", count):
            self.assertEqual(len(keep(listings)), 2)
            self.assertEqual(keep(listings), [])
            dearer = replace(listings[0], title=f"{listings[0].title}!")
            self.assertEqual(keep([dearer, listings[1]]), [dearer.offer_id])
            self.assertEqual(keep(listings), [listings[0].offer_id], "it is as it was again")
            self.env.cr.execute(
                "UPDATE purchase_1688_offer SET write_date = write_date + interval '1 second' WHERE id = %s",
                [offers[1].id],
            )
            self.env.invalidate_all()
            self.assertEqual(keep(listings), [offers[1].offer_id], "somebody else wrote it meanwhile")

    def test_answers_are_shown_while_others_are_waited_for(self):
        product, offers = self.make_family(2)
        match = {"offerId": int(offers[1].offer_id)}
        self.gateway.fault(DETAIL, "delay", times=None, seconds=1.0, match=match)
        comparison, other = (self._make_order(product, 60)._ali1688_compare() for _order in range(2))
        own, shown = comparison.sudo(), []
        both = (comparison | other).sudo()
        askings = both._read_askings(dict.fromkeys(both.ids, (None, None)))
        asking, other_asking = askings[comparison.id], askings[other.id]

        def show(outcomes):
            # what two questions heard is written together; the other one has been taken over meanwhile
            other.sudo().run = 1
            theirs = {quote.id: next(iter(outcomes.values())) for quote in other.quote_ids}
            found = {comparison.id: (asking, outcomes), other.id: (other_asking, theirs)}
            own._show_outcomes(found)
            self.env.flush_all()
            board = comparison.get_board()
            shown.append((board["state"], board["counts"]["answered"], board["counts"]["asking"]))

        own._ask(asking, show)
        self.env.invalidate_all()
        self.assertEqual(shown, [("asking", 1, 1)], "once: of the other seller's answers the first says nothing yet")
        self.assertEqual((comparison.state, comparison.answer_count), ("done", 2))
        self.assertEqual(set(other.quote_ids.mapped("state")), {"asking"})

    def test_what_the_end_of_a_question_has_shown_is_not_shown_once_more(self):
        product, _offers = self.make_family(2)
        comparison, asking = self._answer(product)
        with patch.object(threads, "_begin") as begin:
            threads._show_in_thread(comparison._get_place()[:2], {comparison.id: (asking, {})})
            begin.assert_not_called()
            asking.closed = False
            threads._show_in_thread(comparison._get_place()[:2], {comparison.id: (asking, {})})
            begin.assert_called_once()

    def test_questions_that_are_read_together_take_no_more_queries(self):
        product, _offers = self.make_family(2)
        three = self.env["purchase.1688.comparison"].union(
            *(self._make_order(product, 60)._ali1688_compare() for _order in range(3))
        )

        def count(comparisons):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            askings = comparisons.sudo()._read_askings(dict.fromkeys(comparisons.ids, (None, None)))
            self.assertEqual({len(asking.question.requests) for asking in askings.values()}, {4})
            return self.env.cr.sql_log_count - before

        count(three)  # makes the rows, and fills the caches
        self.assertEqual(count(three[0]), count(three))

    def test_a_question_is_taken_up_without_a_statement(self):
        product, _offers = self.make_family(2)
        comparison = self._make_order(product, 60)._ali1688_compare()
        self.env.flush_all()
        with self.assertQueryCount(0):
            taken_up = threads._browse(*comparison._get_place())
        self.assertEqual((taken_up.ids, taken_up.env.company), (comparison.ids, self.company.with_env(taken_up.env)))
        check_idle(taken_up.env.cr)
        with self.assertRaises(NotImplementedError):
            taken_up.read(["state"])

    def test_answers_come_newest_question_first_then_line_by_line_as_they_rank(self):
        product, _offers = self.make_family(2)
        products = product.product_tmpl_id.product_variant_ids[:3]
        older, newer = self._compare(products, 60), self._compare(products, 60)
        places = [
            (quote.comparison_id, quote.demand_id.sequence, quote.rank)
            for quote in self.env["purchase.1688.comparison.quote"].search(
                [("comparison_id", "in", (older + newer).ids)]
            )
        ]
        expected = [(one, line, rank) for one in (newer, older) for line in range(3) for rank in (1, 2)]
        self.assertEqual(places, expected)
        self.assertEqual(older.demand_ids.mapped("sequence"), [0, 1, 2])

    def test_one_line_has_its_plans_with_its_places(self):
        product, _offers = self.make_family(2)
        comparison, asking = self._answer(product)
        self.assertFalse(asking.follow_up)
        self.assertEqual(comparison.plans_state, "ready")
        self.assertFalse(comparison.alive_until, "nobody has to take up anything")
        self.assertTrue(comparison.total)

    def test_several_lines_leave_their_plans_to_be_worked_out(self):
        product, _offers = self.make_family(2)
        products = product.product_tmpl_id.product_variant_ids[:2]
        comparison, asking = self._answer(products)
        self.assertTrue(asking.follow_up)
        self.assertEqual((comparison.state, comparison.plans_state), ("done", "solving"))
        self.assertTrue(comparison.alive_until, "should the process die, others work them out")

    def test_who_died_before_anybody_was_asked_is_followed_by_another(self):
        product, offers = self.make_family(2)
        comparison = self._make_order(product, 60)._ali1688_compare()
        self.assertFalse(comparison.quote_ids)
        self.env.flush_all()
        with freeze_time(fields.Datetime.add(comparison.alive_until, seconds=1)):
            board = comparison.get_board()
        self.assertEqual((board["state"], board["counts"]["late"]), ("done", 2), "its time was over")
        self.assertEqual(comparison.quote_ids.offer_id, offers)

    # --- who is cheapest

    def _compare_scales(self, quantity):
        """{offer id: quote} and the id of the offer that wins."""
        comparison = self._compare(self.scale, quantity)
        quotes = {quote.offer_id.offer_id: quote for quote in comparison.quote_ids}
        return quotes, comparison.demand_ids.best_quote_id.offer_id.offer_id

    def _collect_scales(self):
        one = self.collect([SCALE_A])
        other, _failed = (
            self.env["purchase.1688.offer"].with_user(self.buyer)._collect(self.account, [SCALE_B], make_products=False)
        )
        products = one.product_tmpl_id.product_variant_ids
        other._add_as_source(products)
        rest = products.ali1688_source_ids.filtered(lambda source: source.offer_id not in one | other)
        rest.active = False
        self.scale = products[0]

    def test_worked_example(self):
        self._collect_scales()
        for quantity, winner, total_a, total_b in (
            (30, SCALE_B, 2350, 1490),
            (47, SCALE_B, 2350, 2306),
            (48, SCALE_A, 2350, 2354),
            (50, SCALE_A, 2350, 2450),
        ):
            with self.subTest(quantity=quantity):
                quotes, best = self._compare_scales(quantity)
                self.assertEqual(best, winner)
                self.assertAlmostEqual(quotes[SCALE_A].total, total_a, 2)
                self.assertAlmostEqual(quotes[SCALE_B].total, total_b, 2)
                self.assertEqual(quotes[SCALE_A].product_qty, 50)
                self.assertEqual(quotes[SCALE_B].product_qty, quantity)

    def test_more_for_less_is_pointed_out(self):
        self._collect_scales()
        comparison = self._compare(self.scale, 48)
        (line,) = comparison.get_board()["lines"]
        self.assertEqual(line["hint"]["qty"], 50)
        self.assertAlmostEqual(line["hint"]["saving"], 4, 2)

    # --- no transaction while the network is waited for

    def test_nobody_waits_with_a_transaction_open(self):
        request = [("system.current_time", {})]
        with own_transaction(self.env), self.assertRaisesRegex(RuntimeError, "of its own"):
            self.account._call_many(request, purpose="test", idle=True)
        self.env.cr.execute("SELECT 1")
        with patch.object(module, "current_test", None), self.assertRaisesRegex(RuntimeError, "caller's"):
            check_idle(self.env.cr)

    # --- what it costs us

    def _count_queries(self, products):
        """Queries of (the request, the asking) of a comparison of these products."""
        order = self._make_order(products, 10)
        self.env.flush_all()
        self.env.invalidate_all()
        counter = self.env.cr
        before = counter.sql_log_count
        comparison = order._ali1688_compare()
        self.env.flush_all()
        between = counter.sql_log_count
        self.env.invalidate_all()
        gather = Pool.gather

        def gather_at_once(pool, jobs, timeout, on_answer=None, on_pause=None):
            # When answers come is chance: here all of them come together.
            answers = gather(pool, jobs, timeout, on_answer)
            on_pause()
            return answers

        with patch.object(Pool, "gather", gather_at_once):
            comparison.sudo()._ask()
        return between - before, counter.sql_log_count - between

    def test_queries_grow_neither_with_lines_nor_with_sources(self):
        product, offers = self.make_family(4)
        products = product.product_tmpl_id.product_variant_ids
        self._count_queries(products[:2])  # fills the caches
        few_lines = self._count_queries(products[:2])
        many_lines = self._count_queries(products[:10])
        self.assertEqual(few_lines[0], many_lines[0])
        self.assertLessEqual(many_lines[1], few_lines[1] + 2)
        products.ali1688_source_ids.filtered(lambda source: source.offer_id in offers[2:]).active = False
        few_sources = self._count_queries(products[:10])
        self.assertEqual(few_sources[0], many_lines[0])
        self.assertLessEqual(many_lines[1], few_sources[1] + 2)
