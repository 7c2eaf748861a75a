from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import format_date

from ..lib import rating
from .common import Purchase1688Case, Purchase1688HttpCase

NOW = fields.Datetime.to_datetime("2026-05-20 08:00:00")
CRON = "purchase_1688.ir_cron_purchase_1688_rating"


class RatingCase(Purchase1688Case):
    """Sellers with figures of the platform, and orders that went well or badly."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.seller = cls._create_seller("Hangzhou A", ali1688_score=4.6, ali1688_collected_48h_rate=0.96)
        cls.Rating = cls.env["purchase.1688.rating"]

    @classmethod
    def _create_seller(cls, name, **figures):
        return cls.env["res.partner"].create(
            {"name": name, "ali1688_open_id": f"BBB{name}", "is_company": True, **figures}
        )

    @classmethod
    def _create_order(cls, seller, paid_at=NOW, hours=10, **vals):
        """A paid order that was dispatched after so many hours; None: not yet."""
        return cls.env["purchase.1688.order"].create(
            {
                "account_id": cls.account.id,
                "company_id": cls.company.id,
                "partner_id": seller.id,
                "user_id": cls.buyer.id,
                "address_partner_id": cls.company.partner_id.id,
                "state": "paid" if hours is None else "shipped",
                "paid_at": paid_at,
                "shipped_at": hours is not None and paid_at + timedelta(hours=hours),
                "paid_total": 100.0,
                **vals,
            }
        )

    def _rate(self, *sellers):
        sellers = self.env["res.partner"].union(*sellers) or self.seller
        return self.Rating._rate(self.company, sellers)[sellers[0]]

    def _part(self, record, code):
        return record.part_ids.filtered(lambda part: part.code == code)

    def _facts(self, code, seller=None):
        self.env["purchase.1688.rating.fact"].invalidate_model()
        domain = [("partner_id", "=", (seller or self.seller).id), ("code", "=", code)]
        return self.env["purchase.1688.rating.fact"].search(domain, order="id")

    def _standing(self, seller=None):
        return (seller or self.seller)._ali1688_automatic_choice(self.company)[seller or self.seller]

    def _make_bad(self, seller=None):
        """A seller that is rated below the floor."""
        seller = seller or self._create_seller("Shantou C", ali1688_score=2.0)
        self.Rating._rate(self.company, seller)
        return seller


@tagged("post_install", "-at_install")
class TestRatingFacts(RatingCase):
    def test_dispatch(self):
        early = self._create_order(self.seller, NOW - timedelta(days=9), hours=48)
        late = self._create_order(self.seller, NOW - timedelta(days=8), hours=49)
        overdue = self._create_order(self.seller, NOW - timedelta(hours=49), hours=None)
        self._create_order(self.seller, NOW - timedelta(hours=47), hours=None)
        facts = self._facts("ship")
        self.assertEqual(facts.order_id, early | late | overdue)
        self.assertEqual(facts.mapped("value"), [1.0, 0.0, 0.0])
        self.assertEqual(facts.mapped("measure_label")[1:], ["after 49 hours", "not dispatched after 49 hours"])
        # a late one is certain when the promise ends, also after it was dispatched: months do not change later
        self.assertEqual(facts[1].date, late.paid_at + timedelta(hours=48))
        self.company.ali1688_rating_ship_hours = 72
        self.assertEqual(self._facts("ship").mapped("value"), [1.0, 1.0])

    def test_an_order_that_never_shipped_stays_when_it_is_closed(self):
        paid_at = NOW - timedelta(days=6)

        def closed(hours, **vals):
            moment = hours is not None and paid_at + timedelta(hours=hours)
            values = {"state": "cancelled", "closed_at": moment, **vals}
            return self._create_order(self.seller, paid_at, hours=None, **values)

        overdue = closed(49, refunded_total=100.0)
        closed(20, refunded_total=100.0)  # in time: nobody knows who wanted that
        closed(None)
        sent = closed(90, shipped_at=paid_at + timedelta(hours=3))
        facts = self._facts("ship")
        self.assertEqual(facts.order_id, overdue | sent)
        self.assertEqual(facts.mapped("value"), [0.0, 1.0])
        self.assertEqual((facts[0].date, facts[0].measure), (paid_at + timedelta(hours=48), 49.0))
        self.assertFalse(self._facts("kept"), "money that came back for goods never sent is the dispatch's matter")

    def test_money_kept_and_paid_back_in_full(self):
        done = {"state": "received", "received_at": NOW}
        self._create_order(self.seller, refunded_total=25.0, **done)
        self._create_order(self.seller, refunded_total=0.0, **done)
        self._create_order(self.seller, refunded_total=180.0, **done)
        closed = {"state": "cancelled", "closed_at": NOW}
        self._create_order(self.seller, refunded_total=100.0, **closed)
        self._create_order(self.seller, refunded_total=0.0, **closed)
        self.assertEqual(self._facts("kept").mapped("value"), [0.75, 1.0, 0.0, 0.0])

    def test_speed_of_refunds(self):
        order = self._create_order(self.seller)

        def claim(days, state="refunded", age=60, **vals):
            applied = NOW - timedelta(days=age)
            refunded = days is not None and applied + timedelta(days=days)
            values = {"order_id": order.id, "state": state, "applied_at": applied, "refunded_at": refunded, **vals}
            return self.env["purchase.1688.refund"].create(values)

        claim(3)
        claim(9)
        claim(40)
        claim(16, with_return=True)
        claim(None, "applied", age=60)
        claim(None, "applied", age=10)
        claim(None, "to_return", age=60)
        claim(None, "closed", age=60)
        self.assertEqual(self._facts("refund").mapped("value"), [1.0, 0.5, 0.0, 0.5, 0.0])

    def test_price_against_the_quote(self):
        order = self._create_order(self.seller, placed_at=NOW)
        line = {"order_id": order.id, "offer_ref": "1", "quantity": 2, "unit_price": 10.0}
        self.env["purchase.1688.order.line"].create(
            [
                {**line, "remote_price": 10.0},
                {**line, "remote_price": 9.0},
                {**line, "remote_price": 10.5},
                {**line, "preview_price": 12.0},
                {**line},
                {**line, "unit_price": 0.0, "remote_price": 3.0},
            ]
        )
        values = self._facts("price").mapped("value")
        self.assertEqual([round(value, 6) for value in values], [1.0, 1.0, 0.5, 0.0])
        told = self._facts("price").mapped("measure_label")
        self.assertEqual(told, ["as quoted", "as quoted", "5.0% dearer", "20.0% dearer"])

    def test_facts_of_other_companies_stay_there(self):
        company = self.env["res.company"].create({"name": "Other"})
        account = self._create_account(name="Foreign", company_id=company.id)
        self._create_order(self.seller, company_id=company.id, account_id=account.id)
        facts = self.env["purchase.1688.rating.fact"].with_user(self.buyer)
        self.assertFalse(facts.search([("partner_id", "=", self.seller.id)]))
        self.assertEqual(self._part(self._rate(), "ship").samples, 0)
        there = self.Rating._rate(company, self.seller)[self.seller]
        self.assertEqual(self._part(there, "ship").samples, 1)


@tagged("post_install", "-at_install")
class TestRating(RatingCase):
    def test_parts_and_shrinkage(self):
        for hours in (10, 20, 30, 60):
            self._create_order(self.seller, NOW - timedelta(days=30), hours=hours)
        record = self._rate()
        ship = self._part(record, "ship")
        platform, own = rating.grade("ship", 0.96), rating.grade("ship", 0.75)
        self.assertEqual((ship.samples, ship.told), (4, True))
        self.assertAlmostEqual(ship.value, (4 * own + 10 * platform) / 14, 2)
        self.assertEqual(set(record.part_ids.mapped("code")), {"service", "ship"})
        self.assertAlmostEqual(record.known, 0.3)
        # what is not known counts as the neutral value
        pulled = sum(15 * part.value for part in record.part_ids) / 100 + 0.7 * rating.NEUTRAL
        self.assertAlmostEqual(record.value, pulled, 2)
        self.assertEqual(self.seller.ali1688_rating, record.value)
        self.assertEqual(self.seller.ali1688_rating_state, "usable")

    def test_old_history_is_forgotten(self):
        self._create_order(self.seller, NOW - timedelta(days=400))
        self.assertEqual(self._part(self._rate(), "ship").samples, 0)
        self.company.ali1688_rating_months = 24
        self.assertEqual(self._part(self._rate(), "ship").samples, 1)

    def test_seller_of_whom_nothing_is_known(self):
        unknown = self._create_seller("Unknown")
        self.assertEqual(self._rate(unknown).state, "unrated")
        self.assertEqual((unknown.ali1688_rating, unknown.ali1688_rating_state), (0.0, "unrated"))
        self.assertEqual(self._standing(unknown), (True, ""))

    def test_worst_possible_is_not_unknown(self):
        worst = self._create_seller("Worst", ali1688_quality_refund_rate=0.5)
        self.assertEqual((self._rate(worst).value, worst.ali1688_rating_state), (0.0, "excluded"))

    def test_never_told_is_not_zero(self):
        """No refunds for quality at all is a verdict of who trades; a figure that nobody told is none."""
        clean = self._create_seller("Clean", ali1688_quality_refund_rate=0.0, ali1688_score=4.0)
        self.assertEqual(self._part(self._rate(clean), "quality").value, 5.0)
        self.assertFalse(self._part(self._rate(), "quality"))

    def test_month_by_month(self):
        april = fields.Datetime.to_datetime("2026-04-30 23:00:00")
        with freeze_time(april):
            first = self._rate()
        first_value = first.value
        self.seller.ali1688_score = 3.0
        second = self._rate()
        self.assertEqual((first.month, second.month), (fields.Date.to_date("2026-04-01"), NOW.date().replace(day=1)))
        self.assertEqual((first.is_current, second.is_current), (False, True))
        self.assertEqual(first.value, first_value)
        self.assertLess(second.value, first_value)
        self.assertEqual(self._rate(), second, "one rating a month")
        trend = self.seller.get_seller_card()["trend"]
        self.assertEqual([entry["month"] for entry in trend], ["2026-04-01", "2026-05-01"])
        self.assertEqual([entry["label"] for entry in trend], ["Apr 2026", "May 2026"])

    def test_what_nobody_told_is_no_figure(self):
        stranger = self._create_seller("untold")
        self.assertEqual(stranger.get_seller_card()["figures"], [])
        stranger.ali1688_score = 4.0
        texts = [figure["text"] for figure in stranger.get_seller_card()["figures"]]
        self.assertEqual(texts, ["4.0", "0.0%"], "no refunds for quality is told with the rest")

    def test_unchanged_parts_are_left_alone(self):
        before = self._rate().part_ids
        self.assertEqual(self._rate().part_ids.ids, before.ids)
        self.seller.ali1688_score = 4.1
        self.assertNotEqual(self._rate().part_ids.ids, before.ids)

    def test_weights_count(self):
        weights = self.env["purchase.1688.rating.weight"].search([("company_id", "=", self.company.id)])
        self.assertEqual(set(weights.mapped("code")), set(rating.KINDS))
        self.assertEqual(sum(weights.mapped("weight")), 100)
        weights.with_user(self.manager).filtered(lambda row: row.code != "service").write({"weight": 0})
        self.assertEqual(self._rate().value, 4.6)
        self.assertTrue(self._part(self._rate(), "ship"), "what does not count is shown all the same")
        weights.weight = 0
        self.assertEqual(self._rate().state, "unrated")

    def test_new_company_has_weights(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.assertEqual(len(self.env["purchase.1688.rating.weight"]._get_weights(company)), len(rating.KINDS))

    def test_senseless_settings_are_refused(self):
        for vals in (
            {"ali1688_rating_excluded": 4.6},
            {"ali1688_rating_preferred": 5.5},
            {"ali1688_rating_prior": -1},
            {"ali1688_rating_months": 0},
            {"ali1688_rating_ship_hours": 0},
            {"ali1688_qualification_days": -1},
        ):
            with self.subTest(vals), self.assertRaises(ValidationError):
                self.company.write(vals)

    def test_queries_do_not_grow_with_sellers(self):
        def sellers(count):
            made = self.env["res.partner"]
            for number in range(count):
                made |= self._create_seller(f"Seller {count}-{number}", ali1688_score=4.0, ali1688_years=number % 9)
            self.env["purchase.1688.order"].concat(*(self._create_order(seller) for seller in made))
            self.env.flush_all()
            self.env.invalidate_all()
            return made

        def count(todo):
            before = self.env.cr.sql_log_count
            self.Rating._rate(self.company, todo)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few, many = sellers(5), sellers(30)
        count(sellers(2))  # what is read once
        made_few, made_many = count(few), count(many)
        self.assertEqual(made_many, made_few)
        (few | many).write({"ali1688_score": 3.5})
        self.env.flush_all()
        self.env.invalidate_all()
        again_few = count(few)
        self.env.invalidate_all()
        self.assertEqual(count(many), again_few)
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        many._ali1688_automatic_choice(self.company)
        self.assertLessEqual(self.env.cr.sql_log_count - before, 12)

    def test_scheduler_rates_what_is_due(self):
        self.run_cron(CRON)
        record = self.seller.ali1688_rating_ids
        self.assertEqual((record.value > 0, record.rated_at), (True, NOW))
        with freeze_time(NOW + timedelta(hours=2)):
            self.assertNotIn(self.seller, self.Rating._get_due(self.company))
            self.seller.ali1688_score = 3.9
            self.assertIn(self.seller, self.Rating._get_due(self.company))
            self.run_cron(CRON)
            self.assertEqual(record.rated_at, NOW + timedelta(hours=2))
        with freeze_time(NOW + timedelta(days=1)):
            self.assertIn(self.seller, self.Rating._get_due(self.company))

    def test_one_bad_seller_does_not_stop_the_others(self):
        broken = self._create_seller("Broken", ali1688_score=4.0)
        others = self._create_seller("Fine", ali1688_score=4.0) | self.seller
        Rating = type(self.Rating)
        store = Rating._store

        def fail(records, company, results):
            if broken in results:
                raise ValueError("planted")
            return store(records, company, results)

        self.patch(Rating, "_store", fail)
        with self.assertLogs("odoo.addons.purchase_1688.scheduled", "ERROR"):
            self.run_cron(CRON)
        self.assertTrue(all(other.ali1688_rating for other in others))
        self.assertFalse(broken.ali1688_rating)

    def test_falling_below_the_floor_is_told_once(self):
        self.env["purchase.1688.offer"].create({"name": "Shirt", "offer_id": "1", "partner_id": self.seller.id})
        self._rate()
        self.seller.write({"ali1688_score": 1.0, "ali1688_collected_48h_rate": 0.4})
        record = self._rate()
        issue = self.env["purchase.1688.issue"].search([("kind", "=", "seller_excluded")])
        self.assertEqual((issue.res_id, issue.state, issue.user_id), (record.id, "open", self.manager))
        self.assertIn("Hangzhou A", issue.name)
        self._rate()
        self.assertEqual(self.env["purchase.1688.issue"].search_count([("kind", "=", "seller_excluded")]), 1)
        self.seller.write({"ali1688_score": 4.8, "ali1688_collected_48h_rate": 0.99})
        self._rate()
        self.assertEqual(issue.state, "closed")

    def test_a_seller_below_the_floor_at_first_sight_is_told(self):
        bad = self._create_seller("Shantou C", ali1688_score=1.0)
        unused = self._create_seller("Unused", ali1688_score=1.0)
        self.env["purchase.1688.offer"].create({"name": "Shirt", "offer_id": "1", "partner_id": bad.id})
        self.Rating._rate(self.company, bad | unused)
        issue = self.env["purchase.1688.issue"].search([("kind", "=", "seller_excluded")])
        self.assertEqual(issue.res_id, bad.ali1688_rating_ids.id)
        self.assertIn("rated 1.00", issue.name)


@tagged("post_install", "-at_install")
class TestStanding(RatingCase):
    def _decide(self, seller, kind="rating", days=30, user=None, **vals):
        values = {
            "partner_id": seller.id,
            "kind": kind,
            "reason": "They changed their carrier.",
            "date_end": NOW.date() + timedelta(days=days),
            **vals,
        }
        return self.env["purchase.1688.rating.override"].with_user(user or self.manager).create(values)

    def test_below_the_floor(self):
        bad = self._make_bad()
        allowed, reason = self._standing(bad)
        self.assertFalse(allowed)
        self.assertIn("2.00", reason)
        head = bad._ali1688_get_board_seller()
        self.assertEqual((head["rating"], head["rating_state"], head["rating_reason"]), (2.0, "excluded", reason))
        self.company.ali1688_rating_excluded = 1.9
        bad.invalidate_recordset()
        self.assertEqual(bad.ali1688_rating_state, "usable")

    def test_one_figure_does_not_make_a_preferred_seller(self):
        """A new shop of which 1688 writes zeros, years alone, one score: all is 5.0, and next to nothing is known."""
        zeros = dict.fromkeys(("ali1688_score", "ali1688_quality_refund_rate", "ali1688_repurchase_rate"), 0.0)
        new = self._create_seller("New", ali1688_years=0, **zeros)
        old = self._create_seller("Old", ali1688_years=5)
        one = self._create_seller("One", ali1688_score=5.0)
        self.Rating._rate(self.company, new | old | one)
        self.assertEqual((new | old | one).mapped("ali1688_rating_state"), ["unrated", "usable", "usable"])
        card = old.get_seller_card()
        self.assertEqual((round(card["rating"], 1), card["known"], card["neutral"]), (3.6, 0.05, 3.5))
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("purchase_1688.purchase_1688_seller_card_report", old.ids)[0]
            .decode()
        )
        self.assertRegex(html, r"5%\s*of what counts is known")

    def test_preferred_takes_observations_where_asked_for(self):
        figures = ("score", "offer_score", "consulting_score", "logistics_score", "dispute_score", "after_sales_score")
        good = self._create_seller(
            "Good",
            **{f"ali1688_{name}": 4.9 for name in figures},
            ali1688_collected_48h_rate=0.99,
            ali1688_quality_refund_rate=0.0,
            ali1688_repurchase_rate=0.5,
            ali1688_years=6,
        )
        self.Rating._rate(self.company, good)
        self.assertEqual(good.ali1688_rating_state, "preferred")
        self.company.ali1688_rating_min_samples = 1
        good.invalidate_recordset()
        self.assertEqual(good.ali1688_rating_state, "usable")

    def test_search_by_standing(self):
        bad = self._make_bad()
        self._rate()
        found = self.env["res.partner"].search([("ali1688_rating_state", "=", "excluded")])
        self.assertIn(bad, found)
        self.assertNotIn(self.seller, found)
        usable = self.env["res.partner"].search([("ali1688_rating_state", "in", ("usable", "preferred"))])
        self.assertIn(self.seller, usable)
        ranked = self.env["res.partner"].search([("id", "in", (bad | self.seller).ids)], order="ali1688_rating desc")
        self.assertEqual(ranked, self.seller | bad)

    def test_manager_decides_with_reason_and_end(self):
        bad = self._make_bad()
        override = self._decide(bad, user_id=self.buyer.id)
        self.assertEqual((override.user_id, override.date, override.is_active), (self.manager, NOW, True))
        self.assertEqual(bad.ali1688_rating_state, "overridden")
        allowed, reason = self._standing(bad)
        self.assertTrue(allowed)
        self.assertIn("They changed their carrier.", reason)
        self.assertIn("They changed their carrier.", bad.message_ids[0].body)
        with freeze_time(NOW + timedelta(days=31)):
            bad.invalidate_recordset()
            self.assertEqual(bad.ali1688_rating_state, "excluded")
        self._decide(bad, "withdraw", days=0)
        self.assertEqual(bad.ali1688_rating_state, "excluded")
        override.invalidate_recordset()
        self.assertFalse(override.is_active)

    def test_the_end_of_a_decision_is_told_once(self):
        bad = self._make_bad()
        superseded = self._decide(bad, days=1)
        override = self._decide(bad, days=2)
        withdrawn = self._decide(self.seller, "exclude", days=2)
        self._decide(self.seller, "withdraw", days=0)
        Issue = self.env["purchase.1688.issue"]
        ended = [("kind", "=", "decision_ended"), ("res_id", "in", (superseded | override | withdrawn).ids)]
        with freeze_time(NOW + timedelta(days=2)):
            self.run_cron(CRON)
            self.assertFalse(Issue.search(ended), "it holds on its last day; the first one was replaced")
        with freeze_time(NOW + timedelta(days=3)):
            self.run_cron(CRON)
            issue = Issue.search(ended)
            self.assertEqual((issue.res_id, issue.user_id, issue.state), (override.id, self.manager, "open"))
            self.assertIn("Shantou C", issue.name)
            action = issue.with_user(self.manager).action_next_step()
            self.assertEqual(action["context"]["default_partner_id"], bad.id)
            again = self._decide(bad, days=4)
            self.assertEqual(issue.state, "closed", "decided anew")
            self.run_cron(CRON)
            self.assertEqual(Issue.search(ended), issue)
        with freeze_time(NOW + timedelta(days=60)):
            self.run_cron(CRON)
            self.assertFalse(Issue.search([("kind", "=", "decision_ended"), ("res_id", "=", again.id)]), "long ago")

    def test_manager_keeps_a_good_seller_out(self):
        self._rate()
        self._decide(self.seller, "exclude")
        self.assertEqual(self._standing()[0], False)
        self.assertEqual(self.seller.ali1688_rating_state, "excluded")
        self.assertFalse(self.seller.ali1688_order_block, "a person may still order there")

    def test_senseless_decisions_are_refused(self):
        for vals in (
            {"reason": "  "},
            {"date_end": NOW.date() - timedelta(days=1)},
            {"date_end": NOW.date() + timedelta(days=400)},
        ):
            with self.subTest(vals), self.assertRaises(ValidationError):
                self._decide(self.seller, **vals)

    def test_decisions_are_append_only(self):
        override = self._decide(self.seller)
        with self.assertRaises(UserError):
            override.reason = "Something else."
        with self.assertRaises(UserError):
            override.sudo().unlink()

    def test_rights(self):
        self._rate()
        for user in (self.buyer, self.approver, self.admin, self.purchaser):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    self._decide(self.seller, user=user)
                weight = self.env["purchase.1688.rating.weight"].search([], limit=1).with_user(user)
                self.assertGreaterEqual(weight.weight, 0)
                with self.assertRaises(AccessError):
                    weight.weight = 50
                self.assertTrue(self.seller.with_user(user).get_seller_card()["parts"])
        for user in (self.buyer, self.manager):
            record = self.seller.ali1688_rating_ids.with_user(user)
            with self.assertRaises(AccessError):
                record.value = 5
            with self.assertRaises(AccessError):
                record.part_ids[0].value = 5
            for name in ("ali1688_rating", "ali1688_score", "ali1688_quality_refund_rate"):
                with self.assertRaises(AccessError):
                    self.seller.with_user(user).write({name: 5})
        with self.assertRaises(AccessError):
            self.seller.with_user(self.stranger).get_seller_card()
        with self.assertRaises(AccessError):
            self.env["purchase.1688.rating"].with_user(self.stranger).search([])
        with self.assertRaises(AccessError):
            self.env["purchase.1688.rating.fact"].with_user(self.stranger).search([])

    def test_other_companies_decide_for_themselves(self):
        company = self.env["res.company"].create({"name": "Other"})
        bad = self._make_bad()
        self.Rating._rate(company, bad)
        self._decide(bad)
        self.assertTrue(bad._ali1688_automatic_choice(self.company)[bad][0])
        self.assertFalse(bad._ali1688_automatic_choice(company)[bad][0])
        self.assertEqual(bad.with_company(company).ali1688_rating_state, "excluded")

    def test_copy_of_a_seller_has_no_rating(self):
        self._rate()
        groups = "purchase_1688.group_buyer,base.group_partner_manager"
        copy = self.seller.with_user(new_test_user(self.env, "contacts_1688", groups=groups)).copy()
        self.assertEqual((copy.ali1688_rating, copy.ali1688_score, copy.ali1688_is_seller), (0.0, 0.0, False))

    def test_odoo_chooses_another_vendor(self):
        bad = self._make_bad()
        self._rate()
        product = self.env["product.product"].create(
            {
                "name": "Cap",
                "seller_ids": [
                    fields.Command.create({"partner_id": bad.id, "price": 1, "sequence": 1}),
                    fields.Command.create({"partner_id": self.seller.id, "price": 2, "sequence": 2}),
                ],
            }
        )
        self.assertEqual(product._select_seller(quantity=1).partner_id, self.seller)
        self.assertEqual(product._select_seller(partner_id=bad, quantity=1).price, 1, "a named vendor keeps his prices")
        self._decide(bad)
        self.assertEqual(product._select_seller(quantity=1).partner_id, bad)

    def test_answers_of_excluded_sellers(self):
        bad = self._make_bad()
        self._rate()
        product = self.env["product.product"].create({"name": "Cap"})
        comparison = self.env["purchase.1688.comparison"].create(
            {
                "account_id": self.account.id,
                "company_id": self.company.id,
                "demand_ids": [fields.Command.create({"product_id": product.id, "product_qty": 1})],
            }
        )
        self.env["purchase.1688.comparison.quote"].create(
            [
                {"demand_id": comparison.demand_ids.id, "partner_id": seller.id, "quantity": 1, "total": 1}
                for seller in (bad, self.seller)
            ]
        )
        self.assertEqual(list(comparison._get_barred()), [bad])
        self.assertIn("2.00", comparison._get_barred()[bad])
        self.assertEqual(comparison.demand_ids._get_first_places(comparison._get_barred()).partner_id, self.seller)
        self.assertEqual(float(comparison.quote_ids[0]._get_score()), 2.0, "our rating goes before the platform's")
        self._decide(bad)
        self.assertFalse(comparison._get_barred())

    def test_card_is_plain_data_and_prints(self):
        self.seller.name = "<b>Hostile</b> A"
        self._create_order(self.seller, NOW - timedelta(days=3))
        self._rate()
        self._decide(self.seller, "exclude")
        card = self.seller.with_user(self.buyer).get_seller_card()
        self.assertEqual((card["state"], card["can_decide"], card["orders"]["count"]), ("excluded", False, 1))
        self.assertEqual(card["decisions"][0]["user"], self.manager.name)
        self.assertAlmostEqual(sum(part["share"] for part in card["parts"]), 1.0)
        report = self.env["ir.actions.report"].with_user(self.buyer)
        html = report._render_qweb_html("purchase_1688.purchase_1688_seller_card_report", self.seller.ids)[0].decode()
        self.assertIn("&lt;b&gt;Hostile&lt;/b&gt; A", html)
        self.assertIn("They changed their carrier.", html)
        self.assertNotIn("<b>Hostile</b>", html)
        self.assertIn("in force", html)
        self.assertIn(format_date(self.env, NOW.date()), html)
        self._decide(self.seller, "withdraw", days=0)
        html = report._render_qweb_html("purchase_1688.purchase_1688_seller_card_report", self.seller.ids)[0].decode()
        self.assertNotIn("in force", html)
        self.assertIn(">over<", html)

    def test_rate_now(self):
        self.assertTrue(self.seller.with_user(self.buyer).action_ali1688_rate())
        self.assertTrue(self.seller.ali1688_rating)
        with self.assertRaises(UserError):
            self.company.partner_id.action_ali1688_rate()
        with self.assertRaises(AccessError):
            self.seller.with_user(self.stranger).action_ali1688_rate()


@tagged("post_install", "-at_install")
class TestSellerCard(Purchase1688HttpCase):
    def test_manager_decides_on_the_card(self):
        seller = self.env["res.partner"].create(
            {"name": "Shantou C", "ali1688_open_id": "BBB1", "ali1688_score": 2.0, "is_company": True}
        )
        self.env["purchase.1688.rating"]._rate(self.company, seller)
        path = "/odoo/action-purchase_1688.purchase_1688_seller_action"
        self.start_tour(path, "purchase_1688_seller_card", login=self.manager.login, timeout=180)
        self.assertEqual(seller.ali1688_override_ids.user_id, self.manager)
        self.assertEqual(seller.ali1688_rating_state, "overridden")
