import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch
from urllib.parse import urlencode

from freezegun import freeze_time
from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..lib import watch
from ..lib.signing import sign_push
from ..models.purchase_1688_collector import SCORE_FIELDS
from ..models.purchase_1688_event import CRON_PROCESS
from ..models.purchase_1688_offer_watch import CRON_WATCH
from .common import Purchase1688Case, Purchase1688HttpCase
from .common_sourcing import SourcingMixin
from .comparison_common import read_asking

WATCH = "odoo.addons.purchase_1688.models.purchase_1688_offer_watch"


class WatchCase(SourcingMixin, Purchase1688Case):
    """A product with three sources, just seen; nothing else is mapped in the company."""

    def setUp(self):
        super().setUp()
        self.env["purchase.1688.source"].search([("company_id", "=", self.company.id)]).active = False
        self.product, self.offers = self.make_family()
        self.offer = self.offers[0]
        self.source = self.offer.source_ids.filtered(lambda source: source.product_id == self.product)
        self.issues = self.env["purchase.1688.issue"]

    def change(self, offer=None, **body):
        """The seller changes an offer."""
        self.gateway.admin("POST", f"offers/{(offer or self.offer).offer_id}", body)

    def make_due(self, offers=None):
        (offers or self.offer).write({"watch_next_at": "2020-01-01"})

    def look(self, offers=None):
        """The watch looks at these offers."""
        self.make_due(offers)
        self.run_cron(CRON_WATCH)

    def lines(self, **values):
        domain = [("offer_id", "=", self.offer.id)] + [(name, "=", value) for name, value in values.items()]
        return self.env["purchase.1688.price"].search(domain)

    def open_issues(self, kind):
        return self.issues.search([("kind", "=", kind), ("state", "=", "open")])

    def calls(self, api="queryProductDetail"):
        return [call for call in self.gateway.admin("GET", "calls")["calls"] if api in call["api"]]


@tagged("post_install", "-at_install", "purchase_1688")
class TestWatch(WatchCase):
    def test_what_is_mapped_is_watched(self):
        self.assertTrue(all(self.offers.mapped("is_mapped")))
        self.assertFalse(self.env["purchase.1688.offer"]._get_due(self.account))
        self.offers.seen_at = "2020-01-01"
        self.assertEqual(len(self.env["purchase.1688.offer"]._get_due(self.account)), 3)
        self.offer.source_ids.active = False
        self.assertFalse(self.offer.is_mapped)
        self.offer.with_context(active_test=False).source_ids.active = True
        self.assertTrue(self.offer.is_mapped)

    def test_due_offers_are_looked_at_and_planned_again(self):
        self.change(price="9.90")
        self.run_cron(CRON_WATCH)
        self.assertNotEqual(self.offer.price, 9.9)  # not due
        before = len(self.calls())
        self.look()
        self.assertEqual(len(self.calls()), before + 1)
        self.assertEqual(self.offer.price, 9.9)
        self.assertEqual(self.source.supplierinfo_ids.mapped("price"), [9.9])
        self.assertGreater(self.offer.watch_next_at, fields.Datetime.now())
        self.assertEqual(set(self.lines(look="watch", change="down").mapped("price")), {9.9})

    def test_use_brings_the_next_look_forward(self):
        rate = self.offer.watch_rate
        self.product.with_user(self.buyer).compare_on_1688(10)
        self.look()
        self.assertGreater(self.offer.watch_rate, rate)
        self.offer.on_shelf = False
        self.offer._plan_look()
        self.assertAlmostEqual(self.offer.watch_rate, watch.REST_RATE, 1)

    def test_an_answer_to_a_comparison_counts_as_a_look(self):
        self.make_due(self.offers)
        comparison = self.env["purchase.1688.comparison"].browse(
            self.product.with_user(self.buyer).compare_on_1688(10)["comparison_id"]
        )
        self.change(price="9.90")
        asking = read_asking(comparison)
        comparison._ask(asking)
        comparison._keep_listings(comparison.company_id, asking.question.listings)
        self.assertTrue(all(offer.watch_next_at > fields.Datetime.now() for offer in self.offers))
        self.assertEqual(set(self.lines(look="comparison", change="down").mapped("price")), {9.9})
        before = len(self.calls())
        self.run_cron(CRON_WATCH)
        self.assertEqual(len(self.calls()), before)

    def test_share_of_the_quota_holds(self):
        self.account.quota_per_minute = 10  # three calls a minute: one to follow, two to look
        self.make_due(self.offers)
        before = len(self.calls()) + len(self.calls("follow"))
        self.env.cr.execute("DELETE FROM purchase_1688_quota")  # as if nobody had called for a minute
        with patch(f"{WATCH}.PATIENCE", 0):
            for _run in range(2):
                self.run_cron(CRON_WATCH)
                asked = len(self.calls()) + len(self.calls("follow"))
                self.assertEqual(asked, before + watch.per_minute(10))

    def test_a_used_up_budget_is_no_failure(self):
        self.make_due()
        with patch.object(type(self.env["purchase.1688.offer"]), "_get_watch_allowance", lambda *args: (5, 60)):
            self.account.quota_per_minute = 10
            self.env["purchase.1688.quota"]._reserve(self.account, 9)
            self.run_cron(CRON_WATCH)
        self.assertEqual(self.offer.watch_misses, 0)
        self.assertLessEqual(self.offer.watch_next_at, fields.Datetime.now())

    def test_an_offer_that_does_not_answer_backs_off_alone(self):
        self.change(self.offers[1], price="9.90")
        self.make_due(self.offers)
        match = {"offerId": self.offer.offer_id}
        self.gateway.fault("product.search.queryProductDetail", "error_before", match=match)
        self.run_cron(CRON_WATCH)
        self.assertEqual(self.offer.watch_misses, 1)
        delay = self.offer.watch_next_at - self.offer.watch_tried_at
        self.assertEqual(delay, watch.FIRST_RETRY)
        self.assertEqual(self.offers[1].price, 9.9)
        self.look()
        self.assertEqual(self.offer.watch_misses, 0)

    @mute_logger(WATCH)
    def test_a_poison_listing_stops_nobody(self):
        self.change(self.offers[1], price="9.90")
        self.make_due(self.offers)
        collector = type(self.env["purchase.1688.collector"])
        prepare = collector._prepare_offer_vals

        def poisoned(self_, listing, partners):
            if listing.offer_id == self.offer.offer_id:
                raise ValueError("planted")
            return prepare(self_, listing, partners)

        with patch.object(collector, "_prepare_offer_vals", poisoned):
            self.run_cron(CRON_WATCH)
        self.assertEqual(self.offer.watch_misses, 1)
        self.assertEqual(self.offers[1].price, 9.9)

    @mute_logger(WATCH)
    def test_a_conflict_is_tried_again_without_asking_again(self):
        self.change(price="9.90")
        collector = type(self.env["purchase.1688.collector"])
        store, failures = collector._store, [1, 1]

        def conflicting(*args, **kwargs):
            if failures:
                failures.pop()
                raise SerializationFailure("planted")
            return store(*args, **kwargs)

        before = len(self.calls())
        with patch.object(collector, "_store", conflicting):
            self.look()
        self.assertEqual((self.offer.price, len(self.calls())), (9.9, before + 1))

    def test_a_listing_that_no_longer_exists_is_taken_down(self):
        self.offer.offer_id = "999999999999"
        self.look()
        self.assertFalse(self.offer.on_shelf)
        self.assertEqual(self.source.health, "off")
        self.assertTrue(self.lines(change="off"))
        self.assertTrue(self.open_issues("watch_off"))
        self.assertFalse(self.offer.watch_misses)

    def test_queries_do_not_grow_with_the_offers(self):
        self.make_due(self.offers)
        found, _failed = self.env["purchase.1688.collector"]._read_offers(self.account, self.offers.mapped("offer_id"))
        listings = list(found.values())
        self.company.ali1688_price_alarm = 100000  # issues are rare and opened one by one
        counts = []
        for part in (listings[:1], listings[:3]):
            price = Decimal(9 + len(counts))
            dearer = [replace(item, tiers=(replace(item.tiers[0], price=price),)) for item in part]
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["purchase.1688.collector"]._store(self.company, dearer, look="watch")
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 2 * 6, counts)

    def test_status_tells_capacity_and_warns_at_four_fifths(self):
        status = self.env["purchase.1688.offer"].with_user(self.buyer).get_watch_status()
        self.assertEqual((status["offers"], status["late"]), (3, 0))
        self.assertLess(status["load"], watch.WARN_LOAD)
        self.offers.watch_rate = watch.capacity(self.account.quota_per_minute) * 0.3
        self.account._check_watch_capacity()
        self.assertIn("90", self.open_issues("watch_capacity").name)
        self.offers.watch_rate = 2
        self.account._check_watch_capacity()
        self.assertFalse(self.open_issues("watch_capacity"))
        with self.assertRaises(AccessError):
            self.env["purchase.1688.offer"].with_user(self.stranger).get_watch_status()
        self.company.ali1688_account_id = False
        self.assertFalse(self.env["purchase.1688.offer"].get_watch_status())


@tagged("post_install", "-at_install", "purchase_1688")
class TestWatchMessages(WatchCase):
    def tell(self, topic, data, number=1):
        text = json.dumps(
            {
                "msgId": 92800000000 + number,
                "gmtBorn": 1760000000000,
                "type": topic,
                "userInfo": self.gateway.member_id,
                "data": data,
            }
        )
        body = urlencode({"message": text, "_aop_signature": sign_push(text, self.gateway.app_secret)}).encode()
        self.assertEqual(self.env["purchase.1688.event"]._receive(self.account.push_token, body), 200)
        self.run_cron(CRON_PROCESS)

    def test_messages_of_each_kind_make_the_offer_due(self):
        number = int(self.offer.offer_id)
        for count, (topic, data) in enumerate(
            (
                ("PRODUCT_RELATION_VIEW_PRODUCT_EXPIRE", {"productIds": f"1,{number}", "status": "expired"}),
                ("PRODUCT_RELATION_VIEW_PRODUCT_CHANGE", {"productIds": str(number), "action": "sku_delete"}),
                ("FENXIAO_PRICE_CHANGE", {"productId": number}),
                (
                    "PRODUCT_PRODUCT_INVENTORY_CHANGE",
                    {"OfferInventoryChangeList": [{"offerId": number, "skuId": 1, "skuOnSale": 1, "quantity": -5}]},
                ),
            )
        ):
            with self.subTest(topic):
                self.offer.write({"watch_next_at": "2090-01-01", "watch_asked_at": False, "watch_tried_at": False})
                self.tell(topic, data, count)
                self.assertTrue(self.offer.watch_asked_at)
                self.assertLessEqual(self.offer.watch_next_at, fields.Datetime.now())
        self.assertEqual(set(self.env["purchase.1688.event"].search([]).mapped("state")), {"done"})

    def test_a_message_is_a_hint_and_the_listing_is_read(self):
        stock = self.source.sku_id.stock
        data = {
            "OfferInventoryChangeList": [
                {"offerId": int(self.offer.offer_id), "skuId": int(self.source.sku_id.sku_ref), "skuOnSale": 1}
            ]
        }
        self.tell("PRODUCT_PRODUCT_INVENTORY_CHANGE", data)
        self.assertEqual(self.source.sku_id.stock, stock)
        self.change(stock=7)
        self.offer.watch_asked_at -= timedelta(seconds=1)  # told of in the very second of a look, it stays due
        self.run_cron(CRON_WATCH)
        self.assertEqual(self.source.sku_id.stock, 7)
        self.assertTrue(self.lines(look="push"))
        self.assertFalse(self.offer.watch_asked_at)

    def test_a_flood_about_one_offer_is_one_look(self):
        for number in range(20):
            self.tell("FENXIAO_PRICE_CHANGE", {"productId": int(self.offer.offer_id)}, number)
        before = len(self.calls())
        for _run in range(3):
            self.run_cron(CRON_WATCH)
            self.tell("FENXIAO_PRICE_CHANGE", {"productId": int(self.offer.offer_id)}, 100 + _run)
        self.assertEqual(len(self.calls()), before + 1)
        self.assertGreater(self.offer.watch_next_at, fields.Datetime.now() + timedelta(minutes=1))

    def test_unmapped_and_unknown_offers_cost_nothing(self):
        self.offer.source_ids.active = False
        self.tell("FENXIAO_PRICE_CHANGE", {"productId": int(self.offer.offer_id)})
        self.tell("FENXIAO_PRICE_CHANGE", {"productId": 1}, 2)
        self.assertFalse(self.offer.watch_asked_at)

    def test_mapped_offers_are_followed_and_others_no_longer(self):
        self.run_cron(CRON_WATCH)
        self.assertEqual(self.offers.watch_followed_id, self.account)
        self.change(price="9.90")
        topics = [message["topic"] for message in self.gateway.admin("GET", "push")["messages"]]
        self.assertIn("FENXIAO_PRICE_CHANGE", topics)
        self.offer.source_ids.active = False
        self.offer.watch_followed_at = "2020-01-01"
        self.run_cron(CRON_WATCH)
        self.assertFalse(self.offer.watch_followed_id)
        self.assertEqual(len(self.calls("unfollow")), 1)

    def test_an_app_that_may_not_follow_is_not_asked_all_day(self):
        api = "alibaba.product.follow.crossborder"
        self.gateway.fault(api, "gateway_error", times=50, code="gw.APIACLDecline")
        self.run_cron(CRON_WATCH)
        self.assertFalse(self.offers.watch_followed_id)
        self.assertTrue(self.account.watch_follow_after)
        asked = len(self.calls("follow"))
        self.offers.watch_followed_at = False
        self.run_cron(CRON_WATCH)
        self.assertEqual(len(self.calls("follow")), asked)


@tagged("post_install", "-at_install", "purchase_1688")
class TestWatchIssues(WatchCase):
    def raise_price(self, percent, offer=None):
        offer = offer or self.offer
        self.change(offer, price=f"{offer.price * (1 + percent / 100):.2f}")
        self.look(offer)

    def set_one_price(self, price=100):
        """All quantities at one price, which alarms measure from."""
        self.change(price=str(price))
        self.look()
        self.offer._settle_prices()
        self.issues.search([("kind", "like", "watch_")])._set_closed("test")

    def test_a_jump_is_told_once_to_the_buyer_with_the_next_best(self):
        self.set_one_price()
        self.env["purchase.order"].create(
            {
                "partner_id": self.offer.partner_id.id,
                "user_id": self.buyer.id,
                "order_line": [(0, 0, {"product_id": self.product.id, "product_qty": 1})],
            }
        )
        self.raise_price(4)
        self.assertFalse(self.open_issues("watch_price_up"))
        self.raise_price(4)  # together more than five
        issue = self.open_issues("watch_price_up")
        self.assertEqual((len(issue), issue.user_id), (1, self.buyer))
        self.assertEqual(issue._get_record(), self.offer)
        money = self.offer.currency_id.format
        self.assertIn(f"{money(100.0)} → {money(108.16)}", issue.description)
        best = self.source._get_next_best()[self.source]
        self.assertIn(f"{best._get_unit_price():,.2f}", issue.description)
        self.assertEqual(issue.activity_ids.user_id, self.buyer)
        self.raise_price(2)
        self.assertEqual(self.open_issues("watch_price_up"), issue)
        self.assertIn("110.32", issue.description)
        action = issue.with_user(self.buyer).action_next_step()
        self.assertEqual(action["res_model"], "purchase.1688.source")

    def test_nobody_is_led_to_a_seller_who_is_out(self):
        """Excluded by its rating, blocked by a paper, or "never again": another one is the next best."""
        next_best = self.source._get_next_best()[self.source]
        company = self.company
        seller = next_best.partner_id
        paper = self.env["purchase.1688.qualification"].create(
            {"partner_id": seller.id, "number": "91330106MA2AXXXX0X", "expires": "2020-01-01"}
        )
        second = self.source._get_next_best()[self.source]
        self.assertTrue(second)
        self.assertNotEqual(second.partner_id, seller)
        paper.sudo().active = False
        Block = self.env["purchase.1688.sourcing.block"]
        block = Block.create({"company_id": company.id, "kind": "seller", "ref": seller.ali1688_open_id})
        self.assertEqual(self.source._get_next_best()[self.source], second)
        block.unlink()
        self.assertEqual(self.source._get_next_best()[self.source], next_best)
        Block.create({"company_id": company.id, "kind": "offer", "ref": next_best.offer_id.offer_id})
        self.assertEqual(self.source._get_next_best()[self.source], second)

    def test_an_issue_about_a_seller_names_what_is_bought_there_and_the_next_best(self):
        seller = self.offer.partner_id
        (self.offers - self.offer).filtered(lambda offer: offer.partner_id == seller).source_ids.active = False
        self.env["purchase.1688.qualification"].create(
            {"partner_id": seller.id, "number": "91330106MA2AXXXX0X", "expires": "2020-01-01"}
        )
        best = self.source._get_next_best()[self.source]
        expected = f"{self.product.display_name}: "
        issue = self.open_issues("qualification_expired")
        self.assertIn(expected, issue.description)
        self.assertIn(f"{best.partner_id.name} for {best._format_price(best._get_unit_price())}", issue.description)
        seller.sudo().write(dict.fromkeys(SCORE_FIELDS, 0) | {"ali1688_score": 1.0, "ali1688_quality_refund_rate": 0.9})
        self.env["purchase.1688.rating"]._rate(self.company, seller)
        self.assertIn(expected, self.open_issues("seller_excluded").description)

    def test_queries_of_the_next_best_do_not_grow(self):
        def count(sources):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            sources._get_next_best()
            return self.env.cr.sql_log_count - before

        sources = self.offers.source_ids.filtered(lambda source: source.product_id == self.product)
        self.assertEqual(len(sources), 3)
        count(sources)
        self.assertLessEqual(count(sources), count(self.source))

    def test_jumps_close_when_the_price_comes_back_or_turns(self):
        self.set_one_price()
        self.raise_price(20)
        self.assertTrue(self.open_issues("watch_price_up"))
        self.change(price="90")
        self.look()
        self.assertFalse(self.open_issues("watch_price_up"))
        self.assertTrue(self.open_issues("watch_price_down"))
        self.change(price="101")
        self.look()
        self.assertFalse(self.open_issues("watch_price_down"))

    def test_closing_a_jump_settles_for_the_price(self):
        self.set_one_price()
        self.raise_price(20)
        wizard = self.env["purchase.1688.issue.close"].with_user(self.buyer)
        wizard.create({"issue_ids": self.open_issues("watch_price_up").ids, "reason": "Fine"}).action_close()
        self.assertEqual(self.source.sku_id.alarm_price, 120)
        self.raise_price(3)
        self.assertFalse(self.open_issues("watch_price_up"))

    def test_limit_of_the_company(self):
        self.set_one_price()
        self.company.ali1688_price_alarm = 50
        self.raise_price(40)
        self.assertFalse(self.open_issues("watch_price_up"))

    def test_taken_down_and_back(self):
        self.change(status="expired")
        self.look()
        issue = self.open_issues("watch_off")
        self.assertEqual(issue._get_record(), self.offer)
        self.assertIn(self.product.display_name, issue.description)
        self.look()
        self.assertEqual(self.open_issues("watch_off"), issue)
        self.change(status="published")
        self.look()
        self.assertEqual(issue.state, "closed")
        self.assertEqual(self.lines(change="on").mapped("look"), ["watch"])

    def test_what_follows_from_its_look_is_noted_as_the_watchs(self):
        after_look = type(self.offer)._after_look

        def and_let_go(offers, lines):
            """As a rule of the house would have it: what is taken down is no source any more."""
            after_look(offers, lines)
            offers.filtered(lambda offer: not offer.on_shelf).source_ids.active = False

        self.patch(type(self.offer), "_after_look", and_let_go)
        self.change(status="expired")
        self.look()
        row = self.env["purchase.1688.source.change"].search([("source_ref", "=", self.source.id)], limit=1)
        self.assertEqual((row.kind, row.origin, row.user_id), ("archived", "watch", self.env.ref("base.user_root")))
        self.source.active = True
        self.offer.with_user(self.buyer).action_refresh()
        row = self.env["purchase.1688.source.change"].search([("source_ref", "=", self.source.id)], limit=1)
        self.assertEqual((row.kind, row.origin), ("archived", "api"))

    def test_first_source_short_of_stock(self):
        other = self.product.ali1688_source_ids - self.source
        self.change(stock=0)
        self.change(other[0].offer_id, stock=0)
        self.look(self.offers)
        issue = self.open_issues("watch_short")
        self.assertEqual(issue._get_record(), self.offer)
        self.change(stock=50)
        self.look()
        self.assertEqual(issue.state, "closed")

    def test_a_specification_that_is_gone(self):
        sku = self.source.sku_id
        self.change(gone=[sku.spec_id])
        self.look()
        self.assertEqual(self.source.health, "gone")
        issue = self.open_issues("watch_gone")
        self.assertEqual(issue._get_record(), self.offer)
        self.assertEqual(issue.description.count("no longer sells"), 1)
        self.change(gone=[])
        self.look()
        self.assertFalse(self.open_issues("watch_gone"))
        self.assertEqual(self.lines(sku_id=sku.id).mapped("change")[:2], ["back", "gone"])

    def test_making_another_source_first_settles_what_was_open(self):
        best = self.source._get_next_best()[self.source]
        self.change(status="expired")
        self.look()
        self.assertTrue(self.open_issues("watch_off"))
        for source in self.offer.source_ids:
            others = source.product_id.ali1688_source_ids - source
            if others:
                (best if best in others else others[0]).with_user(self.buyer).action_make_first()
            else:
                source.active = False
        self.assertEqual(self.product.ali1688_source_ids.sorted("sequence")[0], best)
        self.assertFalse(self.open_issues("watch_off").filtered(lambda issue: issue.res_id == self.offer.id))
        with self.assertRaises(AccessError):
            self.source.with_user(self.purchaser).action_make_first()

    def test_unmapped_offers_alarm_nobody(self):
        self.offer.source_ids.active = False
        self.change(status="expired")
        self.collect([self.offer.offer_id])
        self.assertTrue(self.lines(change="off"))
        self.assertFalse(self.open_issues("watch_off"))


@tagged("post_install", "-at_install", "purchase_1688")
class TestPriceHistory(WatchCase):
    def test_history_of_skus_in_one_query(self):
        for price in ("50", "60", "55"):
            self.change(price=price)
            self.look()
        skus = self.offers.sku_ids
        self.env.flush_all()
        self.env.invalidate_all()
        skus.mapped("offer_id.id")
        with self.assertQueryCount(1):
            points = skus._get_price_history()
        self.assertEqual(points[self.source.sku_id][-3:], [50, 60, 55])
        self.assertEqual(skus._get_price_history(limit=2)[self.source.sku_id], [60, 55])
        (told,) = self.source.sku_id.with_user(self.purchaser).get_price_history(limit=3)
        self.assertEqual([point["price"] for point in told["points"]], [50, 60, 55])
        self.assertEqual(self.source.price_history[-1], 55)
        self.assertFalse(self.env["purchase.1688.sku"]._get_price_history())

    def test_quiet_looks_write_no_history(self):
        before = len(self.lines())
        self.look(self.offers)
        self.assertEqual(len(self.lines()), before)

    def test_history_is_only_added_to(self):
        line = self.lines()[0]
        for user in (self.buyer, self.approver, self.manager, self.admin, self.env.user):
            theirs = line.with_user(user)
            for name, arguments in (("write", [{"price": 1}]), ("unlink", [])):
                with self.assertRaises(UserError):
                    getattr(theirs, name)(*arguments)
        for user in (self.buyer, self.approver, self.manager, self.admin):
            self.assertTrue(line.with_user(user).has_access("read"))
            for operation in ("write", "create", "unlink"):
                self.assertFalse(line.with_user(user).has_access(operation))
        with self.assertRaises(AccessError):
            line.with_user(self.stranger).read(["price"])
        with self.assertRaises(AccessError):
            self.source.sku_id.with_user(self.stranger).get_price_history()
        self.assertFalse(self.source.with_user(self.stranger).price_history)
        with self.assertRaises(UserError):
            line.sudo().write({"price": 1})

    def test_other_companies_see_nothing(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.buyer.write({"company_ids": [(4, company.id)]})
        History = self.env["purchase.1688.price"].with_user(self.buyer)
        self.assertTrue(History.search_count([]))
        self.assertFalse(History.with_context(allowed_company_ids=company.ids).search_count([]))

    def test_old_lines_are_thinned_out_to_the_extremes_of_a_day(self):
        found, _failed = self.env["purchase.1688.collector"]._read_offers(self.account, [self.offer.offer_id])
        (listing,) = found.values()
        with freeze_time("2020-03-02 08:00:00") as clock:
            for price in ("50", "52", "51", "53", "52.50"):
                tier = replace(listing.tiers[0], price=Decimal(price))
                self.env["purchase.1688.collector"]._store(self.company, [replace(listing, tiers=(tier,))])
                clock.tick(timedelta(minutes=30))
        before = self.lines(change="first")
        self.env["purchase.1688.price"]._gc_thin_out()
        old = self.lines().filtered(lambda line: line.date.year == 2020 and line.change in ("up", "down"))
        self.assertEqual(sorted(old.mapped("price")), [50, 53])
        self.assertEqual(self.lines(change="first"), before)


@tagged("post_install", "-at_install", "purchase_1688")
class TestWatchTour(SourcingMixin, Purchase1688HttpCase):
    def test_from_the_watch_to_another_first_source(self):
        product, offers = self.make_family()
        self.gateway.admin("POST", f"offers/{offers[0].offer_id}", {"price": "499.00"})
        found, _failed = self.env["purchase.1688.collector"]._read_offers(self.account, [offers[0].offer_id])
        self.env["purchase.1688.collector"]._store(self.company, list(found.values()), look="watch")
        issue = self.env["purchase.1688.issue"].search([("kind", "=", "watch_price_up"), ("state", "=", "open")])
        issue.user_id = self.buyer
        self.start_tour("/odoo/purchase", "purchase_1688_watch", login=self.buyer.login, timeout=180)
        self.env.invalidate_all()
        firsts = product.product_tmpl_id.ali1688_source_ids.filtered(lambda source: source.sequence == 1)
        self.assertTrue(firsts.filtered(lambda source: source.offer_id != offers[0]))
