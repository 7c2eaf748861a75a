from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import format_date

from ..models import purchase_1688_qualification_told as qualification_told
from .common import Purchase1688Case
from .order_common import OrderCase

NOW = fields.Datetime.to_datetime("2026-05-20 08:00:00")
WATCH = "purchase_1688.ir_cron_purchase_1688_qualification"
NUMBER = "91330106MA2AXXXX0X"


def in_days(days):
    return NOW.date() + timedelta(days=days)


@tagged("post_install", "-at_install")
class TestQualification(Purchase1688Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.seller = cls.env["res.partner"].create({"name": "Hangzhou A", "ali1688_open_id": "BBB0"})
        cls.Paper = cls.env["purchase.1688.qualification"]

    def _enter(self, user=None, **vals):
        values = {"partner_id": self.seller.id, "kind": "licence", "number": NUMBER, **vals}
        return self.Paper.with_user(user or self.buyer).create(values)

    def _verified(self, **vals):
        paper = self._enter(**vals)
        paper.with_user(self.manager).action_verify()
        return paper

    def _issues(self, paper, state="open"):
        domain = [("res_model", "=", paper._name), ("res_id", "in", paper.ids), ("state", "=", state)]
        return self.env["purchase.1688.issue"].search(domain).mapped("kind")

    def _allowed(self):
        return self.seller._ali1688_automatic_choice(self.company)[self.seller][0]

    def test_warned_before_blocked_after(self):
        paper = self._verified(expires=in_days(40))
        self.assertEqual((paper.state, self._issues(paper), self._allowed()), ("valid", [], True))
        with freeze_time(NOW + timedelta(days=10)):
            self.run_cron(WATCH)
            self.assertEqual((paper.state, self._issues(paper)), ("expiring", ["qualification_expiring"]))
            self.assertTrue(self._allowed())
        with freeze_time(NOW + timedelta(days=40)):
            self.run_cron(WATCH)
            self.assertTrue(self._allowed(), "it holds on its last day")
        with freeze_time(NOW + timedelta(days=41)):
            self.run_cron(WATCH)
            self.assertEqual((paper.state, self._issues(paper)), ("expired", ["qualification_expired"]))
            self.assertFalse(self._allowed())
            self.seller.invalidate_recordset()
            self.assertEqual(self.seller.ali1688_rating_state, "excluded")
            self.assertIn(format_date(self.env, in_days(40)), self.seller.ali1688_order_block)

    def test_days_of_the_warning_are_the_companys(self):
        self.company.ali1688_qualification_days = 5
        paper = self._verified(expires=in_days(6))
        self.assertEqual(self._issues(paper), [])
        self.company.ali1688_qualification_days = 6
        self.run_cron(WATCH)
        self.assertEqual(self._issues(paper), ["qualification_expiring"])

    def test_newer_paper_lifts_the_block_once_verified(self):
        old = self._enter(expires=in_days(-1))
        self.assertEqual((self._allowed(), self._issues(old)), (False, ["qualification_expired"]))
        new = self._enter(expires=in_days(365))
        self.assertEqual((new.state, self._allowed()), ("unverified", False))
        new.with_user(self.manager).action_verify()
        self.assertEqual((new.verified_by_id, new.verified_at, new.state), (self.manager, NOW, "valid"))
        self.assertTrue(self._allowed())
        self.assertEqual(self._issues(old), [], "what is settled is not open until tomorrow")
        permit = self._enter(kind="permit", title="CCC", number="1", expires=in_days(-3))
        self.assertFalse(self._allowed(), "a licence does not stand in for a permit")
        permit.with_user(self.manager).blocking = False
        self.assertTrue(self._allowed())

    def test_buyers_do_not_make_papers_last(self):
        expired = self._enter(expires=in_days(-1))
        verified = self._verified(kind="permit", expires=in_days(9))
        for paper in (expired, verified):
            for vals in ({"expires": in_days(900)}, {"active": False}, {"blocking": False}, {"kind": "other"}):
                with self.subTest(vals), self.assertRaises(AccessError):
                    paper.with_user(self.buyer).write(vals)
            with self.assertRaises(UserError):
                paper.with_user(self.buyer).unlink()
        with self.assertRaises(AccessError):
            self._enter().action_verify()
        forged = self._enter(source="platform", verified_at=NOW, verified_by_id=self.manager.id)
        self.assertEqual((forged.source, forged.verified_at, forged.state), ("entered", False, "unverified"))
        verified.with_user(self.manager).expires = in_days(20)
        self.assertFalse(verified.verified_at, "what was verified is not what it says now")

    def test_who_buys_there_does_not_make_a_paper_weigh_less(self):
        """An entered paper can be completed, and corrected for a day by who entered it; nothing else."""
        paper = self._enter(expires=in_days(200), title="Old")
        other = new_test_user(self.env, "other_1688", groups="purchase_1688.group_buyer")
        weaker = (
            {"expires": in_days(900)},
            {"expires": False},
            {"blocking": False},
            {"active": False},
            {"kind": "other"},
            {"title": "Another"},
        )
        paper.with_user(self.buyer).expires = in_days(201)
        with freeze_time(paper.create_date + timedelta(days=1, minutes=1)):
            for user, vals in [(self.buyer, vals) for vals in weaker] + [(other, vals) for vals in weaker]:
                with self.subTest(vals, user=user.login), self.assertRaises(AccessError):
                    paper.with_user(user).write(vals)
            for user in (self.buyer, other):
                with self.assertRaises(AccessError):
                    paper.with_user(user).unlink()
            paper.with_user(other).write({"holder": "Hangzhou A Ltd.", "expires": in_days(190), "title": "Old"})
            self.assertEqual(paper.expires, in_days(190))
            paper.with_user(self.manager).write({"expires": in_days(900)})
            self.assertEqual(paper.expires, in_days(900))
        with self.assertRaises(AccessError):
            self._enter().with_user(other).unlink()
        self._enter().unlink()

    def test_a_paper_ends_with_its_day_in_china_for_everybody(self):
        paper = self._verified(expires=NOW.date())
        self.assertEqual((paper.state, paper.days_left), ("expiring", 0))
        with freeze_time(NOW.replace(hour=15, minute=59)):
            self.assertTrue(self._allowed())
        with freeze_time(NOW.replace(hour=16, minute=1)):
            for zone in ("America/Los_Angeles", "Asia/Shanghai", "UTC"):
                there = paper.with_context(tz=zone)
                there.invalidate_recordset()
                self.assertEqual((there.state, there.days_left), ("expired", -1), zone)
                self.assertIn(paper, there.search([("state", "=", "expired")]))
                choice = self.seller.with_context(tz=zone)._ali1688_automatic_choice(self.company)
                self.assertFalse(choice[self.seller][0], zone)
            self.run_cron(WATCH)
            self.assertEqual(self._issues(paper), ["qualification_expired"])

    def test_others_only_read(self):
        paper = self._verified()
        for user in (self.approver, self.admin, self.purchaser):
            self.assertEqual(paper.with_user(user).number, NUMBER)
            with self.assertRaises(AccessError):
                paper.with_user(user).title = "x"
            with self.assertRaises(AccessError):
                self._enter(user)
        self.assertFalse(self.Paper.with_user(self.stranger).has_access("read"))

    def test_other_companies_do_not_see_papers(self):
        paper = self._verified(expires=in_days(5))
        company = self.env["res.company"].create({"name": "Other"})
        paper.sudo().company_id = company
        self.assertNotIn(paper, self.Paper.with_user(self.manager).search([]))

    def test_nonsense_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "number"):
            self._enter(number="1")
        expired = self._enter(expires=in_days(-1))
        with self.assertRaisesRegex(UserError, "expired"):
            expired.with_user(self.manager).action_verify()

    def test_filters_agree_with_the_badge(self):
        papers = self._enter(expires=in_days(-1)) | self._enter(kind="other", title="X")
        papers |= self._verified(kind="permit", expires=in_days(3)) | self._verified(kind="permit")
        for state in ("expired", "unverified", "expiring", "valid"):
            found = self.Paper.search([("id", "in", papers.ids), ("state", "=", state)])
            self.assertEqual(found.mapped("state"), [state], state)

    def test_filters_agree_with_the_badge_in_other_companies(self):
        company = self.env["res.company"].create({"name": "Other", "ali1688_qualification_days": 60})
        here, there = self._verified(expires=in_days(45)), self._verified(kind="permit", expires=in_days(45))
        there.sudo().company_id = company
        self.assertEqual((here.state, there.state), ("valid", "expiring"))
        papers = self.Paper.with_context(allowed_company_ids=(self.company | company).ids)
        for state, paper in (("valid", here), ("expiring", there)):
            found = papers.search([("id", "in", (here | there).ids), ("state", "=", state)])
            self.assertEqual(found, paper, state)

    def test_a_paper_that_ends_soon_says_so_verified_or_not(self):
        paper = self._enter(expires=in_days(3))
        self.assertEqual((paper.state, self._issues(paper)), ("expiring", ["qualification_expiring"]))
        self.assertIn(paper, self.Paper.search([("state", "=", "expiring")]))

    def test_decision_lifts_the_block(self):
        paper = self._enter(expires=in_days(-1))
        order = self.env["purchase.1688.order"].create(
            {
                "account_id": self.account.id,
                "company_id": self.company.id,
                "partner_id": self.seller.id,
                "user_id": self.buyer.id,
                "address_partner_id": self.company.partner_id.id,
                "state": "prepared",
                "preview_at": NOW,
            }
        )
        seen = [{"id": order.id, "digest": order._get_digest(), "total": 0.0}]
        Order = self.env["purchase.1688.order"].with_user(self.buyer)
        row = Order.get_confirm_board(order.ids)["orders"][0]
        self.assertIn("ended on", row["reason"])
        (refused,) = Order.confirm_orders(seen)["refused"]
        self.assertEqual(refused["id"], order.id)
        self.assertIn("ended on", refused["reason"])
        self.env["purchase.1688.rating.override"].with_user(self.manager).create(
            {
                "partner_id": self.seller.id,
                "kind": "qualification",
                "reason": "The new licence is being printed.",
                "date_end": in_days(14),
            }
        )
        self.assertEqual(self.seller.ali1688_rating_state, "overridden")
        self.assertFalse(order._get_seller_refusal())
        # nobody has to ask for the paper while the decision holds, and somebody has afterwards
        self.assertEqual(self._issues(paper), [])
        self.run_cron(WATCH)
        self.assertEqual(self._issues(paper), [])
        with freeze_time(NOW + timedelta(days=15)):
            self.run_cron(WATCH)
            self.assertEqual(self._issues(paper), ["qualification_expired"])

    def test_membership_follows_the_offers(self):
        offer = self.env["purchase.1688.offer"].create(
            {"name": "Shirt", "offer_id": "1", "partner_id": self.seller.id, "status": "member expired", "seen_at": NOW}
        )
        self.run_cron(WATCH)
        paper = self.seller.ali1688_qualification_ids
        self.assertEqual((paper.kind, paper.source, paper.state), ("membership", "platform", "expired"))
        self.assertFalse(self._allowed())
        with self.assertRaises(AccessError):
            paper.with_user(self.buyer).expires = False
        offer.write({"status": "published", "seen_at": NOW + timedelta(hours=1)})
        self.run_cron(WATCH)
        self.assertEqual((paper.state, paper.expires, self._allowed()), ("valid", False, True))

    def test_an_archived_membership_stops_nobody(self):
        values = {"name": "Shirt", "status": "member expired", "seen_at": NOW}
        offer = self.env["purchase.1688.offer"].create({**values, "offer_id": "1", "partner_id": self.seller.id})
        self.run_cron(WATCH)
        paper = self.seller.ali1688_qualification_ids
        paper.with_user(self.manager).active = False
        offer.seen_at = NOW + timedelta(hours=1)
        other = self.env["res.partner"].create({"name": "Yiwu B", "ali1688_open_id": "BBB1"})
        self.env["purchase.1688.offer"].create({**values, "offer_id": "2", "partner_id": other.id})
        self.run_cron(WATCH)
        self.assertEqual(other.ali1688_qualification_ids.state, "expired", "the others are followed")
        self.assertTrue(self._allowed(), "what was put away does not block")
        offer.write({"status": "published", "seen_at": NOW + timedelta(hours=2)})
        self.run_cron(WATCH)
        self.assertEqual((paper.active, paper.expires), (False, False))


@tagged("post_install", "-at_install")
class TestIdentity(OrderCase):
    def test_1688_tells_who_a_seller_is(self):
        order = self._placed()
        seller = order.partner_id
        self.assertTrue(seller.ali1688_login_id, "an order tells its seller's login name")
        self.run_cron(WATCH)
        paper = seller.ali1688_qualification_ids
        self.assertEqual((paper.kind, paper.source, paper.holder), ("membership", "platform", seller.name))
        told_at = paper.told_at
        self.assertTrue(told_at)
        calls = self.env["purchase.1688.call"].search_count([("purpose", "=", "qualification")])
        self.run_cron(WATCH)
        again = self.env["purchase.1688.call"].search_count([("purpose", "=", "qualification")])
        self.assertEqual(again, calls, "what was told this month is not asked again")
        seller.ali1688_asked_at = month_ago = fields.Datetime.now() - timedelta(days=31)
        paper.write({"holder": "Another Ltd.", "told_at": month_ago})
        self.run_cron(WATCH)
        issue = self.env["purchase.1688.issue"].search([("kind", "=", "seller_renamed"), ("res_id", "=", paper.id)])
        self.assertIn("Another Ltd.", issue.name)
        self.assertEqual(paper.holder, seller.name)
        seller.ali1688_asked_at = month_ago
        paper.write({"active": False, "told_at": month_ago})
        self.run_cron(WATCH)
        self.assertGreater(paper.told_at, fields.Datetime.now() - timedelta(days=1), "archived, but the only one")

    def _questions(self):
        return self.env["purchase.1688.call"].search_count([("purpose", "=", "qualification")])

    def test_sellers_who_are_gone_come_last(self):
        gone, alive = self._collect_offers("数据线", 20).partner_id.sorted("id")[:2]
        self._placed(offers=self.env["purchase.1688.offer"].search([("partner_id", "=", alive.id)], limit=1))
        gone.ali1688_login_id = "gone for good"
        told = alive.ali1688_login_id
        never = self.env["res.partner"].create(
            {"name": "Nobody buys here", "ali1688_open_id": "BBB9", "ali1688_login_id": told}
        )
        self.patch(qualification_told, "REFRESH_BATCH", 1)
        self.run_cron(WATCH)
        self.assertTrue(alive.ali1688_qualification_ids, "who is gone does not stand in the way")
        self.assertFalse((gone | never).ali1688_qualification_ids)
        self.assertTrue(gone.ali1688_asked_at)
        self.assertFalse(never.ali1688_asked_at)
        before = self._questions()
        self.run_cron(WATCH)
        self.assertEqual(self._questions(), before, "nor is it asked again at once")
        gone.ali1688_asked_at = fields.Datetime.now() - timedelta(days=8)
        self.run_cron(WATCH)
        self.assertEqual(self._questions(), before + 1)

    def test_asking_ends_with_its_time(self):
        order = self._placed()
        self.patch(qualification_told, "RUN_SECONDS", -1)
        self.run_cron(WATCH)
        self.assertFalse(order.partner_id.ali1688_asked_at)
