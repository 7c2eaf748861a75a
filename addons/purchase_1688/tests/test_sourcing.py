import base64
from dataclasses import replace
from datetime import timedelta
from unittest.mock import Mock, patch

from freezegun import freeze_time
from psycopg2 import InterfaceError, OperationalError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..lib.values import OfferSummary
from ..models import purchase_1688_sourcing_run
from ..models.purchase_1688_quota import PEOPLE, SOURCING, Purchase1688Quota
from .common import Purchase1688Case
from .common_sourcing import SourcingMixin

CRON = "purchase_1688.ir_cron_purchase_1688_sourcing"
PICTURES = "purchase_1688.ir_cron_purchase_1688_pictures"
CROWDED = "数据线"
DETAIL = "product.search.queryProductDetail"
SEARCH = "product.search.keywordQuery"


class Killed(BaseException):
    """The process is gone: nothing catches it, nothing is cleaned up."""


class SourcingRunMixin(SourcingMixin):
    """Runs that are worked on at once; otherwise that happens after the commit, which a test never reaches."""

    def start(self, **values):
        """A started run of the buyer, not worked on yet."""
        model = self.env["purchase.1688.sourcing"].with_user(self.buyer)
        return model.browse(model.start_sourcing({"keyword": CROWDED, "wanted_count": 60, **values})["id"])

    def work(self, run):
        """What the thread does after the commit."""
        run.sudo()._work()
        self.env.invalidate_all()
        return run

    def find(self, **values):
        """A finished run."""
        return self.work(self.start(**values))

    def forget(self, run):
        """What this run read is not fresh any more."""
        run.candidate_ids.sudo().detail_at = fields.Datetime.now() - timedelta(days=30)
        self.env.flush_all()

    def count_calls(self, name="product.detail"):
        """How many calls of a kind the audit trail has of sourcing runs."""
        domain = [("purpose", "=", "sourcing"), ("name", "=", name)]
        return self.env["purchase.1688.call"].search_count(domain)


@tagged("post_install", "-at_install", "purchase_1688")
class TestSourcing(SourcingRunMixin, Purchase1688Case):
    # --- from words to a short list

    def test_hundreds_become_a_short_list(self):
        run = self.find(wanted_count=200)
        progress = run.get_progress()
        self.assertEqual((progress["state"], progress["found"]), ("done", 200))
        counts = progress["counts"]
        self.assertGreater(counts["duplicate"], 20)
        self.assertGreater(counts["excluded"], 5)
        self.assertEqual(sum(counts[state] for state in ("ready", "duplicate", "excluded", "blocked")), 200)
        self.assertEqual(progress["to_read"], 0)
        self.assertLessEqual(progress["calls"], 1.05 * 200)
        self.assertEqual(progress["calls"], self.count_calls() + self.count_calls("product.search"))
        best = run.get_shortlist()
        self.assertEqual([row["rank"] for row in best], list(range(1, 11)))
        self.assertTrue(all(row["detailed"] and row["seller"] and row["tiers"] for row in best))
        self.assertTrue(all(row["on_time_rate"] >= 0.8 and row["dispute_rate"] <= 0.05 for row in best))
        self.assertEqual(run.shortlist_ids.mapped("rank"), list(range(1, 11)))

    def test_exclusions_are_explained_in_the_readers_language(self):
        run = self.find(wanted_count=239)
        out = run.candidate_ids.filtered(lambda candidate: candidate.state == "excluded")
        late = out.filtered(lambda candidate: candidate.reason_code == "on_time")
        self.assertTrue(late)
        self.assertRegex(late[0].reason, r"^On-time shipping \d+(\.\d)?\s% is below 80\s%$")
        groups = run.get_left_out(limit=3)
        self.assertEqual({"on_time", "disputes", "resold"} - {group["code"] for group in groups}, set())
        self.assertEqual(sum(group["count"] for group in groups), 239 - run.ready_count)
        self.assertTrue(all(len(group["candidates"]) <= 3 for group in groups))
        self.assertTrue(all(row["reason"] for group in groups for row in group["candidates"]))
        double = run.candidate_ids.filtered(lambda candidate: candidate.reason_code == "resold")[0]
        self.assertEqual(double.twin_id.state, "ready")
        self.assertIn(double.twin_id.company_name, double.reason)

    def test_who_is_out_by_the_search_is_not_asked(self):
        run = self.find(price_max=3.4)
        asked = self.count_calls()
        self.assertEqual(asked, len(run.candidate_ids.filtered("detail_at")))
        strict = self.find(years_min=40, on_time_min=0.0)
        self.assertEqual(self.count_calls(), asked)
        dear = run.candidate_ids.filtered(lambda candidate: candidate.reason_code == "price_high")[0]
        self.assertIn(f"is above {run.currency_id.format(3.4)}", dear.reason)
        self.assertEqual(set(strict.candidate_ids.mapped("state")), {"excluded"})
        self.assertFalse(strict.get_shortlist())

    def test_a_limit_that_is_loosened_brings_them_back_and_asks(self):
        run = self.find(years_min=40)
        self.assertFalse(run.unread_count)
        run.years_min = 0
        self.assertTrue(run.unread_count)
        self.assertTrue(run.candidate_ids.filtered(lambda candidate: candidate.state == "ready"))
        run.resume()
        self.work(run)
        self.assertTrue(all(row["detailed"] for row in run.get_shortlist()))

    def test_order_can_be_changed_and_is_remembered(self):
        run = self.find()
        prices = [row["price"] for row in run.get_shortlist(limit=1000)]
        rules = self.env["purchase.1688.sourcing.rule"].with_user(self.buyer)
        run.rule_ids = rules._prepare_commands([{"criterion": "price", "descending": True}])
        dear = [row["price"] for row in run.get_shortlist(limit=1000)]
        self.assertEqual(dear, sorted(dear, reverse=True))
        self.assertLess(prices[0], dear[0])
        later = self.env["purchase.1688.sourcing"].with_user(self.buyer).create({"keyword": "x"})
        self.assertEqual(later.rule_ids.mapped(lambda rule: (rule.criterion, rule.descending)), [("price", True)])
        other = self.env["purchase.1688.sourcing"].with_user(self.manager).create({"keyword": "x"})
        self.assertEqual(other.rule_ids.mapped("criterion"), ["price", "rating", "sold"])

    def test_price_is_the_one_of_the_quantity_that_is_needed(self):
        few, many = self.find(), self.find(quantity=100000)
        prices = {row["offer_id"]: row for row in few.get_shortlist(limit=1000)}
        rows = [row for row in many.get_shortlist(limit=1000) if row["offer_id"] in prices and len(row["tiers"]) > 1]
        self.assertTrue(rows)
        for row in rows:
            self.assertEqual(row["price"], row["tiers"][-1][1])
            self.assertEqual(prices[row["offer_id"]]["price"], row["tiers"][0][1])

    def test_region(self):
        zhejiang = self.env.ref("base.state_cn_ZJ")
        run = self.find(keyword="毛巾", state_ids=zhejiang.ids)
        self.assertTrue(all(row["ships_from"].startswith("浙江") for row in run.get_shortlist(limit=1000)))
        out = run.candidate_ids.filtered(lambda candidate: candidate.reason_code == "region")
        self.assertIn("浙江省", out[0].reason)

    def test_quick_look_is_one_call_and_can_go_deeper(self):
        run = self.env["purchase.1688.sourcing"].with_user(self.buyer).create({"keyword": CROWDED})
        run.action_quick_look()
        self.work(run)
        self.assertEqual((run.state, run.found_count, run.call_count), ("done", 50, 1))
        self.assertTrue(run.get_shortlist())
        run.action_go_deeper()
        self.work(run)
        self.assertEqual((run.state, run.found_count), ("done", 200))
        self.assertEqual(self.count_calls("product.search"), 4)

    # --- by picture, from a product

    def test_from_a_product(self):
        (offer,) = self.collect(self.search_ids(count=1))
        self.run_cron(PICTURES)
        product = offer.product_tmpl_id
        action = product.with_user(self.buyer).action_ali1688_search_similar()
        run = self.env["purchase.1688.sourcing"].with_user(self.buyer).browse(action["res_id"])
        self.assertTrue(run.picture and run.keyword)
        self.assertAlmostEqual(run.price_max, offer.source_ids[0].price * 1.2, 2)
        self.assertEqual(run.category_id.ref, offer.category_ref)
        self.work(run)
        self.assertEqual(set(run.searches), {"words", "picture"})
        self.assertIn(offer.offer_id, run.candidate_ids.mapped("offer_ref"))
        mine = run.candidate_ids.filtered(lambda candidate: candidate.offer_ref == offer.offer_id)
        self.assertEqual(mine.product_tmpl_id, product)
        read = run.candidate_ids.filtered(lambda candidate: candidate.detail == "done")
        self.assertEqual(set(read.mapped("category_name")), {offer.category_name}, "shirts for shirts, no hammers")

    def test_a_product_asks_for_packs_as_its_sources_are_sold_in_and_for_single_ones(self):
        (offer,) = self.collect(self.search_ids(count=1))
        source = offer.source_ids[0]
        product = source.product_tmpl_id
        product.ali1688_source_ids.filtered(lambda other: other != source).active = False
        model = self.env["purchase.1688.sourcing"].with_user(self.buyer)
        # a box of ten: singles cost a tenth; ten of theirs make one of ours: that costs ten times as much
        for pack, low, high in ((1, 0.3, 1.2), (10, 0.03, 1.2), (0.1, 0.3, 12)):
            source.units_per_pack = pack
            asked = model._prepare_from_product(product)
            self.assertAlmostEqual(asked["price_min"], source.price * low, 2)
            self.assertAlmostEqual(asked["price_max"], source.price * high, 2)
        source.active = False
        asked = model._prepare_from_product(product)
        self.assertEqual((asked["price_min"], asked["price_max"]), (0.0, 0.0))

    def test_1688_is_not_asked_for_a_category_where_one_is_given(self):
        (offer,) = self.collect(self.search_ids(count=1))
        values = {"product_tmpl_id": offer.product_tmpl_id.id, "from_product": True, "category_id": False}
        model = self.env["purchase.1688.sourcing"].with_user(self.buyer)
        run = model.browse(model.start_sourcing(values)["id"])
        self.assertFalse(run.category_id, "anywhere is what was asked for")
        self.assertFalse(self.env["purchase.1688.call"].search_count([("purpose", "=", "category")]))

    def test_a_product_brings_what_was_not_said(self):
        product = self.env["product.template"].create({"name": "纯棉T恤", "type": "consu"})
        form = Form(self.env["purchase.1688.sourcing"].with_user(self.buyer))
        form.product_tmpl_id = product
        self.assertEqual(form.keyword, "纯棉T恤")
        form.keyword = "T恤 宽松"
        form.product_tmpl_id = product.copy({"name": "毛巾"})
        self.assertEqual(form.save().keyword, "T恤 宽松")

    def test_picture_alone(self):
        (offer,) = self.collect(self.search_ids(count=1))
        self.run_cron(PICTURES)
        run = self.find(keyword=False, picture=offer.image_1920.decode(), wanted_count=20)
        self.assertEqual(list(run.searches), ["picture"])
        self.assertIn(offer.offer_id, run.candidate_ids.mapped("offer_ref"))

    # --- what is known is not asked again

    def test_fresh_details_are_not_asked_again(self):
        first = self.find()
        asked = self.count_calls()
        second = self.find()
        self.assertEqual(self.count_calls(), asked)
        self.assertGreater(second.reused_count, 20)
        self.assertEqual(first.get_shortlist()[0]["offer_id"], second.get_shortlist()[0]["offer_id"])
        self.company.ali1688_sourcing_max_age = 0
        self.find()
        self.assertGreater(self.count_calls(), asked)

    def test_collected_offers_lend_their_details(self):
        self.collect(self.search_ids(CROWDED, count=5))
        run = self.find(wanted_count=5)
        self.assertEqual((run.reused_count, self.count_calls()), (5, 0))
        self.assertTrue(all(row["detailed"] and row["tiers"] and row["rating"] for row in run.get_shortlist()))

    # --- stopping, dying, continuing

    def test_stopped_and_continued_without_double_work(self):
        run = self.start()
        steps = []
        ask_step = type(run)._ask_step

        def stop_after_two(model, step, memory):
            ask_step(model, step, memory)
            steps.append(step.kind)
            if len(steps) == 3:
                run.stop()

        with patch.object(type(run), "_ask_step", stop_after_two):
            self.work(run)
        self.assertEqual((run.state, steps), ("stopped", ["pages", "pages", "details"]))
        self.assertTrue(run.finished_at, "its clock stands still")
        read = run.candidate_ids.filtered("detail_at")
        self.assertTrue(read)
        run.resume()
        self.work(run)
        self.assertEqual(run.state, "done")
        self.assertEqual(self.count_calls(), len(run.candidate_ids.filtered("detail_at")))

    def test_a_run_that_was_stopped_and_continued_took_all_its_stretches(self):
        run = self.start()
        began = run.started_at
        with freeze_time(began + timedelta(seconds=40)):
            run.stop()
        with freeze_time(began + timedelta(hours=1)):
            self.assertEqual(run.get_progress()["seconds"], 40)
            run.resume()
        with freeze_time(began + timedelta(hours=1, seconds=20)):
            self.assertEqual(run.get_progress()["seconds"], 60)
            run.stop()
        self.assertEqual(run.get_progress()["seconds"], 60)

    def test_a_page_that_is_read_while_a_run_is_stopped_and_continued_counts_once(self):
        run = self.start(wanted_count=50)
        ask_step = type(run)._ask_step
        steps = []

        def stop_and_continue(model, step, memory):
            steps.append(step.kind)
            if len(steps) == 1:  # the first page is on its way
                run.stop()
                run.resume()
                self.work(run)
            ask_step(model, step, memory)

        with patch.object(type(run), "_ask_step", stop_and_continue):
            self.work(run)
        self.assertEqual((run.state, run.found_count, run.pages_read), ("done", 50, 1))
        self.assertEqual(run.call_count, self.count_calls() + self.count_calls("product.search"))

    def test_a_killed_process_is_taken_over_and_what_was_done_is_kept(self):
        run = self.start()
        ask_step = type(run)._ask_step
        steps = []

        def die(model, step, memory):
            if len(steps) == 3:
                raise Killed
            steps.append(step)
            ask_step(model, step, memory)

        with patch.object(type(run), "_ask_step", die):
            self.catch(Killed, run.sudo()._work)
        read = self.count_calls()
        self.assertTrue(read)
        self.run_cron(CRON)
        self.assertEqual((run.state, self.count_calls()), ("running", read), "it may be alive")
        run.sudo().lease_until = fields.Datetime.now() - timedelta(seconds=1)
        self.run_cron(CRON)
        self.assertEqual(run.state, "done")
        self.assertEqual(self.count_calls(), len(run.candidate_ids.filtered("detail_at")))
        self.assertEqual(run.call_count, self.count_calls() + self.count_calls("product.search"))

    def test_only_one_works_on_a_run(self):
        run = self.start().sudo()
        self.assertTrue(run._take("one"))
        self.assertFalse(run._take("two"))
        self.assertTrue(run._take("one"))
        run.lease_until = fields.Datetime.now() - timedelta(seconds=1)
        self.assertTrue(run._take("two"))
        self.assertFalse(run._take("one"))
        run.stop()
        self.assertFalse(run._take("two"))

    def test_a_step_whose_connection_was_cut_is_done_again(self):
        run = self.start().sudo()
        for error in (InterfaceError, OperationalError):
            work = Mock(side_effect=[error("the connection was cut"), "done"])
            with patch.object(purchase_1688_sourcing_run.time, "sleep"):
                self.assertEqual(run._hold("mine", work), "done")
            self.assertEqual(work.call_count, 2)

    def test_a_run_that_breaks_again_and_again_is_given_up(self):
        run = self.start()
        with patch.object(type(run), "_next_step", side_effect=ValueError("broken")):
            for _time in range(5):
                run.sudo().lease_until = fields.Datetime.now() - timedelta(seconds=1)
                with self.assertLogs("odoo.addons.purchase_1688", "ERROR"):
                    self.run_cron(CRON)
        self.assertEqual(run.state, "failed")
        self.assertIn("broke off", run.message)

    # --- the call budget

    def test_room_is_left_for_a_question_in_between(self):
        self.account.quota_per_minute = 40
        run = self.start(wanted_count=50).sudo()
        memory = purchase_1688_sourcing_run.Memory(float("inf"))
        with patch.object(Purchase1688Quota, "_clock", lambda quota: 1_800_000_000.0):
            for _step in range(3):
                run._ask_step(run._hold(memory.token, lambda held: held._next_step(0)), memory)
            self.assertEqual(run.call_count, int(40 * SOURCING))
            self.assertGreater(memory.waits, 50)
            self.assertIn(run._next_step(memory.waits).kind, ("pictures", "wait"))
            left = self.env["purchase.1688.quota"]._reserve(self.account, 10, PEOPLE)
            self.assertEqual(len(left.delays), int(40 * PEOPLE) - int(40 * SOURCING))
        progress = run.get_progress()
        self.assertGreater(progress["waits"], 50)
        self.assertGreaterEqual(progress["seconds_left"], progress["waits"] - 1)
        self.assertEqual(progress["detailed"], run.call_count - 1)

    # --- what goes wrong

    def test_a_page_and_a_listing_that_fail_do_not_end_the_run(self):
        refused = self.search_ids(CROWDED, count=1)
        self.gateway.fault(SEARCH, "html", times=1)
        self.gateway.fault(DETAIL, "html", times=None, match={"offerId": int(refused[0])})
        run = self.find(wanted_count=50)
        self.assertEqual((run.state, run.found_count), ("done", 50))
        (failed,) = run.candidate_ids.filtered(lambda candidate: candidate.detail == "failed")
        self.assertEqual((failed.offer_ref, failed.state, failed.reason_code), (refused[0], "excluded", "unreadable"))
        self.assertTrue(failed.reason)
        self.assertEqual(run.unread_count, 1)
        self.gateway.admin("DELETE", "faults")
        run.action_start()
        self.work(run)
        self.assertEqual((failed.detail, run.unread_count), ("done", 0))

    def test_what_cannot_be_read_takes_no_place_and_hides_no_good_twin(self):
        before = self.find(wanted_count=200)
        twin = before.candidate_ids.filtered(lambda candidate: candidate.reason_code == "resold")[0]
        hidden, better = twin.offer_ref, twin.twin_id.offer_ref
        self.forget(before)
        self.gateway.fault(DETAIL, "html", times=None, match={"offerId": int(better)})
        run = self.find(wanted_count=200)
        ranks = run.candidate_ids.filtered(lambda candidate: candidate.state == "ready").mapped("rank")
        self.assertEqual(sorted(ranks), list(range(1, len(ranks) + 1)), "no place is empty")
        self.assertEqual(len(run.shortlist_ids), run.get_progress()["counts"]["listed"])
        by_ref = {candidate.offer_ref: candidate for candidate in run.candidate_ids}
        self.assertEqual((by_ref[better].state, by_ref[better].reason_code), ("excluded", "unreadable"))
        self.assertTrue(by_ref[better].reason)
        self.assertNotEqual(by_ref[hidden].twin_id, by_ref[better])
        self.assertEqual(by_ref[hidden].detail, "done", "it is worth a call now")

    def test_a_dead_gateway_ends_the_run_with_a_sentence_and_it_can_go_on(self):
        self.gateway.fault(SEARCH, "drop_before", times=None)
        run = self.find()
        self.assertEqual(run.state, "failed")
        self.assertRegex(run.message, "1688")
        self.gateway.admin("DELETE", "faults")
        run.resume()
        self.work(run)
        self.assertEqual((run.state, run.message, run.found_count), ("done", False, 60))

    def test_nothing_found_says_so(self):
        run = self.find(keyword="量子计算机")
        self.assertEqual((run.state, run.found_count), ("done", 0))
        self.assertIn("Nothing was found", run.message)
        run.write({"price_max": 20.0, "rule_ids": run.rule_ids._prepare_commands([{"criterion": "moq"}])})
        anew = run.browse(run.action_search_anew()["res_id"])
        self.assertEqual((anew.state, anew.keyword, anew.price_max, anew.message), ("draft", "量子计算机", 20.0, False))
        self.assertEqual((anew.rule_ids.mapped("criterion"), anew.user_id, anew.searches), (["moq"], self.buyer, False))

    def test_bad_questions_get_a_sentence_and_change_nothing(self):
        Sourcing = self.env["purchase.1688.sourcing"].with_user(self.buyer)
        before = Sourcing.search_count([])
        small = base64.b64encode(b"<svg onload='alert(1)'/>").decode()
        for values, sentence in (
            ({}, "Say what you look for"),
            ({"keyword": "x", "price_min": 50, "price_max": 20}, "type the lower amount first"),
            ({"keyword": "x", "price_min": -1}, "below zero"),
            ({"keyword": "x", "wanted_count": 0}, "1 to 1000 candidates"),
            ({"keyword": "x", "wanted_count": 5000}, "1 to 1000 candidates"),
            ({"keyword": "x", "on_time_min": 80}, "from 0 to 100"),
            ({"keyword": "x", "category_ref": "shoes"}, "no category number"),
            ({"picture": small}, "no picture that can be read"),
            ({"picture": "***"}, "no picture that can be read"),
            ({"picture": "A" * 12_000_000}, "larger than 8 MB"),
            ({"keyword": "x", "state": "done"}, "knows nothing of: state"),
            ({"keyword": "x", "rules": [{"criterion": "beauty"}]}, "cannot be sorted by"),
        ):
            with self.subTest(sentence), self.assertRaises(UserError) as caught:
                Sourcing.start_sourcing(values)
            self.assertIn(sentence, str(caught.exception))
        self.assertEqual(Sourcing.search_count([]), before)
        with self.assertRaisesRegex(UserError, "Stop the run"):
            self.start().unlink()

    def test_hostile_texts_and_addresses(self):
        row = OfferSummary("600000000001", title_translated="<script>alert(1)</script>\u202e")
        run = self.env["purchase.1688.sourcing"].create({"keyword": "a\u202eb\x00c" * 100})
        self.assertNotRegex(run.keyword, "[\u202e\x00]")
        for address in ("http://169.254.169.254/x.jpg", "javascript:alert(1)", "https://evil.example/1688.com.jpg"):
            vals = run._prepare_candidate(replace(row, image_url=address), set())
            self.assertFalse(vals["image_url"])
            self.assertEqual(vals["name"], "<script>alert(1)</script>")

    # --- collecting and refusing

    def test_collect_as_products(self):
        run = self.find(wanted_count=10)
        best = run.get_shortlist()[:2]
        made = run.collect_candidates([row["id"] for row in best])
        self.assertEqual([offer["offer_id"] for offer in made["offers"]], [row["offer_id"] for row in best])
        self.assertTrue(all(offer["product_tmpl_id"] for offer in made["offers"]))
        self.assertEqual(run.get_shortlist()[0]["product_tmpl_id"], made["offers"][0]["product_tmpl_id"])
        self.gateway.admin("POST", f"offers/{best[0]['offer_id']}", {"status": "expired"})
        run.candidate_ids[:1].action_pick()
        self.assertEqual(run.picked_count, 1)
        self.assertEqual(run.action_collect_picked()["tag"], "display_notification")
        self.assertEqual(run.picked_count, 0)
        with self.assertRaisesRegex(UserError, "Pick at least one"):
            run.action_collect_picked()
        with self.assertRaisesRegex(UserError, "None of these"):
            run.collect_candidates([0])

    def test_collect_as_sources_of_a_product(self):
        product, _offers = self.make_family(1)
        template = product.product_tmpl_id
        run = self.find(keyword="T恤", product_tmpl_id=template.id, wanted_count=5)
        ids = [row["id"] for row in run.get_shortlist()]
        made = run.collect_candidates(ids)
        self.assertEqual({offer["product_tmpl_id"] for offer in made["offers"]}, {template.id})
        self.assertGreaterEqual(len(product.ali1688_source_ids), 3)
        told = self.env["purchase.1688.source.change"].search([("origin_ref", "=", run.id), ("kind", "=", "added")])
        self.assertEqual((set(told.mapped("origin")), told[:1].origin_note), ({"sourcing"}, run.display_name))
        self.assertIn(product.id, told.mapped("product_ref"))

    def test_what_becomes_a_source_is_shown_before_it_is_read(self):
        product, _offers = self.make_family(1)
        candidates = self.find(wanted_count=5).shortlist_ids[:2]
        action = candidates.action_collect_as()
        collect = self.env[action["res_model"]].with_user(self.buyer).browse(action["res_id"])
        self.assertEqual(collect.candidate_ids, candidates)
        self.assertTrue(all(collect.candidate_ids.mapped("title")))
        self.assertTrue(all(collect.candidate_ids.mapped("image_url")))
        collect.product_tmpl_id = product.product_tmpl_id
        collect.action_collect()
        self.assertEqual(collect.line_ids.mapped("text"), candidates.mapped("offer_ref"))
        collect.action_restart()
        self.assertFalse(collect.candidate_ids)

    def test_never_again(self):
        run = self.find(wanted_count=20)
        first, second = run.get_shortlist()[:2]
        self.assertEqual(run.block([first["id"]], reason="copies our design")["blocked"], 1)
        self.assertEqual(run.block([second["id"]], kind="seller")["blocked"], 1)
        self.assertFalse({first["id"], second["id"]} & {row["id"] for row in run.get_shortlist(limit=100)})
        self.assertNotIn(second["seller"], [row["seller"] for row in run.get_shortlist(limit=100)])
        again = self.find(wanted_count=20)
        blocked = again.get_progress()["counts"]["blocked"]
        self.assertGreaterEqual(blocked, 2)
        self.assertNotIn(first["offer_id"], [row["offer_id"] for row in again.get_shortlist(limit=100)])
        block = self.env["purchase.1688.sourcing.block"].with_user(self.buyer).search([("kind", "=", "offer")])
        self.assertEqual((block.ref, block.reason, block.user_id), (first["offer_id"], "copies our design", self.buyer))
        block.unlink()
        self.assertIn(first["offer_id"], [row["offer_id"] for row in again.get_shortlist(limit=100)])
        wizard = self.env["purchase.1688.sourcing.refuse"].with_user(self.buyer)
        wizard.create({"candidate_ids": again.shortlist_ids[:1].ids, "reason": "ugly"}).action_block()
        self.assertEqual(again.get_progress()["counts"]["blocked"], blocked, "one is back, another one is gone")

    def test_never_again_holds_in_a_quick_look(self):
        read = self.find(wanted_count=50)
        first = read.get_shortlist()[0]
        self.forget(read)
        read.block([first["id"]], kind="seller")
        run = self.find(wanted_count=50, enrich=False)
        (again,) = run.candidate_ids.filtered(lambda candidate: candidate.offer_ref == first["offer_id"])
        self.assertEqual((again.state, again.detail), ("blocked", "todo"))
        self.assertFalse(run.message, "who sells the others is known, too")
        unread = self.find(keyword="毛巾", wanted_count=50, enrich=False)
        self.assertRegex(unread.message, r"does not tell who sells \d+ of these offers")
        unread.action_go_deeper()
        self.work(unread)
        self.assertFalse(unread.message)

    def test_a_blocked_seller_is_known_by_name_where_a_search_tells_no_more(self):
        (offer,) = self.collect(self.search_ids(count=1))
        self.run_cron(PICTURES)
        picture = {"keyword": False, "picture": offer.image_1920.decode(), "wanted_count": 20}
        known = self.find(**picture)
        seller = known.candidate_ids.filtered(lambda candidate: candidate.offer_ref != offer.offer_id)[0]
        seller_name = seller.company_name
        known.block(seller.ids, kind="seller")
        known.candidate_ids.sudo().unlink()  # nothing is left but the block
        run = self.find(**picture, enrich=False)
        same = run.candidate_ids.filtered(lambda candidate: candidate.company_name == seller_name)
        self.assertEqual(set(same.mapped("state")), {"blocked"})
        self.assertFalse(any(same.mapped("seller_ref")))
        self.env["purchase.1688.sourcing.block"].search([]).unlink()
        self.assertEqual(set(same.mapped("state")), {"ready"})

    # --- rights

    def test_who_may_what(self):
        run = self.find(wanted_count=5)
        for user in (self.purchaser, self.approver):
            theirs = run.with_user(user)
            self.assertTrue(theirs.get_shortlist())
            ids = theirs.candidate_ids[:1].ids
            for forbidden in (
                theirs.resume,
                theirs.stop,
                lambda theirs=theirs: theirs.start_sourcing({"keyword": "x"}),
                lambda theirs=theirs, ids=ids: theirs.collect_candidates(ids),
                lambda theirs=theirs, ids=ids: theirs.block(ids),
                lambda theirs=theirs: theirs.candidate_ids[:1].action_pick(),
            ):
                with self.assertRaises(AccessError):
                    forbidden()
        with self.assertRaises(AccessError):
            run.with_user(self.stranger).get_progress()
        with self.assertRaises(AccessError):
            run.candidate_ids[:1].with_user(self.buyer).write({"price": 1.0})
        with self.assertRaises(AccessError):
            run.candidate_ids[:1].with_user(self.manager).unlink()

    def test_other_companies_see_nothing(self):
        run = self.find(wanted_count=5)
        run.block(run.candidate_ids[:1].ids)
        company = self.env["res.company"].create({"name": "Other"})
        self.buyer.write({"company_ids": [(4, company.id)]})
        for record in (run, run.candidate_ids[0], self.env["purchase.1688.sourcing.block"].search([], limit=1)):
            elsewhere = record.with_user(self.buyer).with_context(allowed_company_ids=company.ids)
            self.assertFalse(elsewhere.search([("id", "=", record.id)]))
        with self.assertRaises(AccessError):
            run.with_user(self.buyer).with_context(allowed_company_ids=company.ids).get_progress()

    # --- what it costs us

    def test_queries_grow_not_with_candidates(self):
        run = self.find(wanted_count=100).sudo()

        def count(work):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            work()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        def reorder():
            run.rule_ids[0].descending = not run.rule_ids[0].descending
            run._judge()

        count(reorder)
        many = count(reorder)
        run.candidate_ids[20:].unlink()
        self.assertLessEqual(many, count(reorder) + 2)
