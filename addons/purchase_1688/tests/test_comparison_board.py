from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..lib.values import OfferSummary, SearchPage
from ..models.purchase_1688_quota import Purchase1688Quota
from .common import Purchase1688Case
from .comparison_common import ComparisonMixin

ORPHANS = "purchase_1688.ir_cron_purchase_1688_comparison_orphans"


@tagged("post_install", "-at_install", "purchase_1688")
class TestComparisonBoard(ComparisonMixin, Purchase1688Case):
    """What the board tells, and similar offers where no source is left."""

    def test_weights_sort_the_sources_and_are_kept_per_user(self):
        comparison = self.compare(self.product)
        quotes = comparison.quote_ids.sorted("total")
        for days, quote in zip((9, 5, 1), quotes, strict=True):
            quote.sudo().ship_days = days
        board = comparison.get_board()
        self.assertEqual(board["lines"][0]["order"], quotes.ids)
        self.assertEqual(board["weights"], {"cost": 100, "days": 0, "score": 0})
        comparison.set_weights(0, 100, 0)
        board = comparison.get_board()
        self.assertEqual(board["lines"][0]["order"], quotes[::-1].ids)
        self.assertEqual([seller["id"] for seller in board["sellers"]], quotes[::-1].partner_id.ids)
        cell = board["lines"][0]["cells"][str(quotes[2].partner_id.id)][0]
        self.assertEqual((cell["weighted"], cell["days"], cell["days_from"]), (0.0, 1.0, "seller"))
        self.assertEqual(comparison.with_user(self.manager).get_weights(), {"cost": 100, "days": 0, "score": 0})
        for wrong in ((0, 0, 0), (101, 0, 0), (-1, 1, 1)):
            with self.assertRaisesRegex(UserError, "0 to 100"):
                comparison.set_weights(*wrong)

    def test_our_own_orders_say_how_long_a_seller_takes(self):
        comparison = self.compare(self.product)
        quote = comparison.quote_ids[0]
        order = self.env["purchase.1688.order"].create(
            {
                "account_id": self.account.id,
                "company_id": self.company.id,
                "partner_id": quote.partner_id.id,
                "user_id": self.buyer.id,
                "address_partner_id": self.company.partner_id.id,
            }
        )
        order.write({"placed_at": "2099-01-01 08:00:00", "received_at": "2099-01-06 20:00:00"})
        cell = comparison.get_breakdown(quote.id)
        self.assertEqual((cell["days"], cell["days_from"]), (5.5, "own"))

    # --- choosing

    def test_a_reason_belongs_to_the_answer_that_it_was_given_for(self):
        comparison = self.compare(self.product)
        demand = comparison.demand_ids
        first, second, third = demand.quote_ids.sorted("rank")

        def choose(quote, **more):
            line = comparison.choose(demand.id, quote.id, **more)["line"]
            return line["reason"], line["reason_note"]

        self.assertEqual(choose(second, reason="quality", note="seen"), ("quality", "seen"))
        self.assertEqual(choose(second), ("quality", "seen"))
        self.assertEqual(choose(second, note=False), ("quality", ""))
        self.assertEqual(choose(third), ("", ""), "another answer, another reason")
        self.assertEqual(choose(third, reason="speed"), ("speed", ""))
        self.assertEqual(choose(third, reason=False), ("", ""))
        self.assertEqual(choose(first, reason="quality"), ("", ""), "the first place needs none")
        with self.assertRaisesRegex(UserError, "because is no reason: give one of quality"):
            choose(third, reason="because")
        for wrong in (-1, float("inf"), float("nan"), "many"):
            with self.assertRaisesRegex(UserError, "number from 0"):
                choose(third, quantity=wrong)
        with self.assertRaisesRegex(UserError, "another comparison"):
            comparison.choose(demand.id, third.id + 1000)
        self.assertEqual(demand.chosen_quote_id, first, "what was refused changes nothing")
        self.assertEqual(comparison.choose(demand.id, False)["plan"]["covered"], 0)

    def test_what_is_taken_beyond_the_need_is_what_the_cell_shows(self):
        comparison = self.compare(self.product)
        demand, quote = comparison.demand_ids, comparison.demand_ids.chosen_quote_id
        alone = quote.total
        answer = comparison.choose(demand.id, quote.id, quantity=96)
        (cell,) = answer["line"]["cells"][str(quote.partner_id.id)]
        self.assertEqual((cell["product_qty"], cell["total"]), (96.0, answer["plan"]["total"]))
        self.assertGreater(cell["total"], alone)
        self.assertEqual(quote.total, alone, "what was answered stays")
        for other in demand.quote_ids:
            cost = comparison.get_breakdown(other.id)
            self.assertAlmostEqual(sum(step["amount"] for step in cost["steps"]), cost["total"], 2)
        self.assertEqual((demand.chosen_qty, demand.chosen_total), (96.0, cell["total"]))
        self.assertEqual(comparison.choose(demand.id, quote.id)["line"]["taken_qty"], 96.0)
        back = comparison.choose(demand.id, quote.id, quantity=0)
        self.assertEqual((back["line"]["taken_qty"], back["plan"]["total"]), (0.0, alone))

    def test_what_makes_no_sense_gets_a_sentence(self):
        comparison = self.compare(self.product)
        with self.assertRaisesRegex(UserError, "0 to 100"):
            comparison.set_weights("much", 0, 0)
        for parcels in ("two", -1):
            with self.assertRaisesRegex(UserError, "how many parcels"):
                comparison.set_limits(max_parcels=parcels)

    def test_a_short_source_is_no_next_best(self):
        for offer in self.offers[1:]:
            self.set_offer(offer, stock=1)
        comparison = self.compare(self.product)
        comparison.apply_plan()
        self.assertEqual(comparison.demand_ids.chosen_quote_id.offer_id, self.offers[0])
        self.assertEqual(comparison.saving, 0.0)

    def test_what_else_the_seller_has_is_one_look_away(self):
        one, other = self.offers[:2]
        other.sudo().partner_id = one.partner_id
        comparison = self.compare(self.product)
        quote, hidden = self.quote_of(comparison, one), self.quote_of(comparison, other)
        (row,) = comparison.get_breakdown(quote.id)["others"]
        self.assertEqual((row["id"], row["total"], row["state"]), (hidden.id, hidden.total, "answered"))

    # --- similar offers

    def _compare_short(self):
        for offer in self.offers:
            self.set_offer(offer, stock=1)
        return self.compare(self.product)

    def test_where_all_are_short_similar_offers_are_proposed_and_can_be_taken(self):
        comparison = self._compare_short()
        line = comparison.get_board()["lines"][0]
        self.assertEqual(line["proposals_state"], "ready")
        self.assertTrue(0 < len(line["proposals"]) <= 5)
        known = set(self.offers.mapped("offer_id"))
        self.assertFalse(known & set(comparison.demand_ids.proposal_ids.mapped("offer_ref")))
        searches = [("purpose", "=", "propose"), ("res_id", "=", comparison.id)]
        calls = self.env["purchase.1688.call"].search_count(searches)
        self.assertLessEqual(calls, 2)
        proposal = line["proposals"][0]
        self.assertTrue(proposal["name"] and proposal["price"] > 0 and not proposal["taken"])
        answer = comparison.take_proposal(proposal["id"])
        if answer["skus"]:
            self.assertFalse(answer["source_ids"])
            answer = comparison.take_proposal(proposal["id"], sku_id=answer["skus"][0]["id"])
        source = self.env["purchase.1688.source"].browse(answer["source_ids"])
        self.assertEqual((source.product_id, source.offer_id.id), (self.product, answer["offer_id"]))
        self.env.flush_all()
        self.ask(comparison)
        quote = comparison.quote_ids.filtered(lambda quote: quote.id in answer["quote_ids"])
        self.assertEqual(quote.state, "answered")
        self.assertEqual(comparison.demand_ids.best_quote_id, quote, "it is the only one that has enough")
        self.assertTrue(comparison.get_board()["lines"][0]["proposals"][0]["taken"])

    def test_similar_offers_of_sellers_who_are_out_are_not_proposed(self):
        never, excluded, blocked, *_others = self._compare_short().demand_ids.proposal_ids.sorted("sequence")
        bad, gone = self.env["res.partner"].create(
            [{"name": name, "ali1688_open_id": f"BBB-{name}"} for name in ("bad", "gone")]
        )
        Block, Offer = self.env["purchase.1688.sourcing.block"], self.env["purchase.1688.offer"]
        Offer.create(
            [
                {"name": "Shirt", "offer_id": proposal.offer_ref, "partner_id": seller.id}
                for proposal, seller in ((excluded, bad), (blocked, gone))
            ]
        )
        Block.create({"company_id": self.company.id, "kind": "offer", "ref": never.offer_ref})
        Block.create({"company_id": self.company.id, "kind": "seller", "ref": gone.ali1688_open_id})
        end = fields.Date.add(fields.Date.today(), days=9)
        vals = {"partner_id": bad.id, "kind": "exclude", "reason": "They cheated.", "date_end": end}
        self.env["purchase.1688.rating.override"].with_user(self.manager).create(vals)
        again = self._compare_short().demand_ids.proposal_ids
        self.assertTrue(again)
        out = {proposal.offer_ref for proposal in (never, excluded, blocked)}
        self.assertFalse(out & set(again.mapped("offer_ref")))

    def test_a_search_by_words_tells_sellers_by_name(self):
        self.env["res.partner"].create({"name": "Yiwu B", "ali1688_open_id": "BBB-1"})
        Block = self.env["purchase.1688.sourcing.block"]
        for ref, name in (("BBB-1", "renamed"), ("BBB-2", "Yiwu C")):
            Block.create({"company_id": self.company.id, "kind": "seller", "ref": ref, "name": name})
        rows = [OfferSummary(name, company_name=f"Yiwu {name}") for name in "ABC"]
        comparison = self.start(self.make_order(self.product)).sudo()
        self.assertEqual(comparison._get_barred_offers(rows), {"B", "C"})

    def test_similar_offers_are_not_searched_for_where_one_has_enough(self):
        comparison = self.compare(self.product)
        self.assertEqual(comparison.demand_ids.proposals_state, "none")
        self.assertFalse(self.env["purchase.1688.call"].search_count([("purpose", "=", "propose")]))

    def _search_later(self, comparison):
        """The pause is over, and whoever looks takes the search up."""
        with freeze_time(fields.Datetime.add(comparison.alive_until, seconds=1)):
            comparison.get_board()
            self.assertGreater(comparison.alive_until, fields.Datetime.now(), "who looks meanwhile leaves it alone")
            comparison.sudo()._follow_up()
        self.env.invalidate_all()
        return comparison.get_board()["lines"][0]

    def test_a_search_that_fails_is_tried_again_and_says_so(self):
        self.gateway.fault("product.search.keywordQuery", "error_before", times=None)
        self.gateway.fault("product.search.imageQuery", "error_before", times=None)
        comparison = self._compare_short()
        line = comparison.get_board()["lines"][0]
        self.assertEqual((line["proposals_state"], line["proposals"]), ("searching", []))
        self.assertTrue(line["proposals_problem"])
        trigger = [("cron_id", "=", self.env.ref(ORPHANS).id), ("call_at", "=", comparison.alive_until)]
        self.assertTrue(self.env["ir.cron.trigger"].search_count(trigger), "somebody comes back to it")
        self.gateway.admin("DELETE", "faults")
        line = self._search_later(comparison)
        self.assertEqual((line["proposals_state"], line["proposals_problem"]), ("ready", ""))
        self.assertTrue(line["proposals"])
        self.assertFalse(comparison.alive_until)

    def test_a_search_that_fails_again_and_again_is_given_up_until_the_line_is_asked_again(self):
        self.gateway.fault("product.search.keywordQuery", "error_before", times=None)
        self.gateway.fault("product.search.imageQuery", "error_before", times=None)
        comparison = self._compare_short()
        self._search_later(comparison)
        line = self._search_later(comparison)
        self.assertEqual((line["proposals_state"], line["proposals"]), ("ready", []))
        self.assertTrue(line["proposals_problem"], "nobody says that nothing was found")
        self.assertFalse(comparison.alive_until)
        self.gateway.admin("DELETE", "faults")
        comparison.ask_line(comparison.demand_ids.id)
        self.env.flush_all()
        self.ask(comparison)
        line = comparison.get_board()["lines"][0]
        self.assertEqual((line["proposals_state"], line["proposals_problem"]), ("ready", ""))
        self.assertTrue(line["proposals"])

    def test_a_search_waits_for_room_in_the_call_budget(self):
        for offer in self.offers:
            self.set_offer(offer, stock=1)
        self.account.quota_per_minute = 20
        moments = [1_800_000_000.0]
        with patch.object(Purchase1688Quota, "_clock", lambda quota: moments[-1]):
            self.env["purchase.1688.quota"]._reserve(self.account, 13)  # people may make six more, the background one
            comparison = self.compare(self.product)
            self.assertEqual(set(comparison.quote_ids.mapped("state")), {"short"})
            line = comparison.get_board()["lines"][0]
            self.assertEqual((line["proposals_state"], line["proposals"]), ("searching", []))
            self.assertIn("call budget", line["proposals_problem"])
            moments.append(moments[-1] + 120)
            line = self._search_later(comparison)
        self.assertEqual((line["proposals_state"], line["proposals_problem"]), ("ready", ""))
        self.assertTrue(line["proposals"])

    def test_every_short_line_is_searched_for(self):
        for offer in self.offers:
            self.set_offer(offer, stock=1)
        comparison = self.compare([self.product] * 7)
        self.assertEqual(set(comparison.demand_ids.mapped("proposals_state")), {"ready"})
        self.assertTrue(all(demand.proposal_ids for demand in comparison.demand_ids))

    def test_two_that_search_at_the_same_time_propose_once(self):
        comparison = self._compare_short()
        offers = comparison.demand_ids.proposal_ids.mapped("offer_ref")
        pages = {comparison.demand_ids.id: SearchPage(offers=(OfferSummary("600000000001"),))}
        comparison.sudo()._store_proposals(pages)
        self.assertEqual(comparison.demand_ids.proposal_ids.mapped("offer_ref"), offers)

    def test_pictures_of_similar_offers_come_from_1688_only(self):
        comparison = self._compare_short()
        self.assertTrue(all(comparison.demand_ids.proposal_ids.mapped("image_url")), "the gateway's own are allowed")
        comparison.demand_ids.sudo().proposals_state = "searching"
        foreign = OfferSummary("600000000001", image_url="https://evil.example/1688.com.jpg")
        comparison.sudo()._store_proposals({comparison.demand_ids.id: SearchPage(offers=(foreign,))})
        (made,) = comparison.demand_ids.proposal_ids.filtered(lambda row: row.offer_ref == "600000000001")
        self.assertFalse(made.image_url)

    def test_a_request_whose_products_have_no_source_can_be_compared(self):
        product = self.env["product.product"].create({"name": "T恤", "type": "consu"})
        order = self.make_order(product)
        self.assertTrue(order.ali1688_can_compare)
        comparison = self.ask(self.start(order))
        line = comparison.get_board()["lines"][0]
        self.assertEqual((line["cells"], line["proposals_state"]), ({}, "ready"))
        self.assertTrue(line["proposals"])
        self.company.ali1688_account_id = False
        self.assertFalse(order.ali1688_can_compare)
        self.company.ali1688_account_id = self.account
        order.button_cancel()
        self.assertFalse(order.ali1688_can_compare)
        self.assertFalse(self.env["purchase.order"].with_user(self.buyer).new({}).ali1688_can_compare)

    def test_only_buyers_take_and_only_their_own(self):
        comparison = self._compare_short()
        proposal = comparison.demand_ids.proposal_ids[:1]
        with self.assertRaises(AccessError):
            comparison.with_user(self.purchaser).take_proposal(proposal.id)
        other = self.compare(self.product)
        with self.assertRaisesRegex(UserError, "another comparison"):
            other.take_proposal(proposal.id)

    def test_cells_show_what_a_specification_cost_before(self):
        quote = self.compare(self.product).quote_ids[0]
        offer = quote.offer_id
        for price in ("60.00", "55.00"):
            self.gateway.admin("POST", f"offers/{offer.offer_id}", {"price": price})
            found, _failed = self.env["purchase.1688.collector"]._read_offers(self.account, [offer.offer_id])
            self.env["purchase.1688.collector"]._store(self.company, list(found.values()), look="watch")
        prices = quote._get_board_cell(quote.comparison_id._get_board_facts())["prices"]
        self.assertEqual(prices[-2:], [60, 55])

    # --- queries

    def _count(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        result = work()
        self.env.flush_all()
        return result, self.env.cr.sql_log_count - before

    def _count_all(self, size):
        """Queries of (starting, reading the board, choosing, applying, undoing) with so many lines."""
        variants = self.product.product_tmpl_id.product_variant_ids
        order = self.make_order((list(variants) * size)[:size])
        comparison, starting = self._count(order._ali1688_compare)
        self.ask(comparison)
        _board, reading = self._count(comparison.get_board)
        demand = comparison.demand_ids[0]
        _answer, choosing = self._count(lambda: comparison.choose(demand.id, demand.chosen_quote_id.id))
        _orders, applying = self._count(comparison.apply_plan)
        _orders, undoing = self._count(comparison.undo_apply)
        return {
            "starting": starting,
            "reading": reading,
            "choosing": choosing,
            "applying": applying,
            "undoing": undoing,
        }

    def test_queries_do_not_grow_with_the_lines(self):
        self._count_all(2)  # fills the caches
        few, many = self._count_all(2), self._count_all(20)
        growth = {name: (many[name] - few[name]) / 18 for name in few}
        for name in ("starting", "reading", "choosing"):
            self.assertLessEqual(growth[name], 0.0, (few, many))
        # What Odoo does when a line of a request is written or moved: taxes, prices, links.
        self.assertLessEqual(growth["applying"], 2.0, (few, many))
        self.assertLessEqual(growth["undoing"], 2.0, (few, many))
