import math
import random
import time
from unittest.mock import patch

from odoo.tests import tagged

from ..lib.errors import RateLimited
from ..models.purchase_1688_quota import BACKGROUND, MONEY, PEOPLE, SLOT, SOURCING, WINDOW, Purchase1688Quota
from .common import Purchase1688Case

PER_MINUTE = 100
FOR_PEOPLE = 98
FOR_BACKGROUND = 70
FOR_SOURCING = 85
MINUTES = 6
#: seconds after which what was used is free again, at most
CYCLE = WINDOW * SLOT


@tagged("post_install", "-at_install")
class TestQuota(Purchase1688Case):
    def setUp(self):
        super().setUp()
        self.quota = self.env["purchase.1688.quota"]
        self.account.quota_per_minute = PER_MINUTE
        self.now = 1_800_000_000.0
        self.sent = []
        self.startPatcher(patch.object(Purchase1688Quota, "_clock", lambda quota: self.now))

    def take(self, count, share=PEOPLE, patience=0.0):
        grant = self.quota._reserve(self.account, count, share, patience)
        self.sent += [self.now + delay for delay in grant.delays]
        return grant

    def busiest_minute(self):
        """The most calls in any sixty seconds."""
        moments = sorted(self.sent)
        most = first = 0
        for last, moment in enumerate(moments):
            while moment - moments[first] >= 60:
                first += 1
            most = max(most, last - first + 1)
        return most

    def test_idle_account_may_use_its_minute_at_once(self):
        grant = self.take(36)
        self.assertEqual((grant.delays, grant.wait), ([0.0] * 36, 0.0))
        self.assertEqual(len(self.take(1000).delays), FOR_PEOPLE - 36)

    def test_used_up_says_for_how_long(self):
        self.take(30)
        self.now += 20
        grant = self.take(FOR_PEOPLE)
        self.assertEqual(len(grant.delays), FOR_PEOPLE - 30)
        self.assertGreater(grant.wait, 40)
        self.assertLessEqual(grant.wait, 41)
        self.now += grant.wait
        self.assertEqual(len(self.take(1000).delays), 30)

    def test_minute_after_minute_never_more_and_hardly_less(self):
        self.now += 0.3
        begin = self.now
        while self.now < begin + MINUTES * 60:
            self.take(1000)
            self.now += 0.7
        used = len(self.sent)
        self.assertLessEqual(self.busiest_minute(), PER_MINUTE)
        self.assertGreaterEqual(used / (MINUTES * PER_MINUTE), 0.95)

    def test_no_minute_sees_more_whoever_asks_whenever(self):
        chance = random.Random(1688)  # noqa: S311 a schedule, no secret
        for _question in range(600):
            share = chance.choice((BACKGROUND, SOURCING, PEOPLE, PEOPLE, MONEY))
            self.take(chance.choice((1, 1, 2, 5, 40)), share, chance.choice((0, 1, 7.5, 30, 90)))
            self.now += chance.choice((0, 0, 0.01, 0.2, 1, 3, 20))
        self.assertGreater(len(self.sent), 500)
        self.assertLessEqual(self.busiest_minute(), PER_MINUTE)

    def test_those_who_can_wait_reserve_ahead_in_turn(self):
        self.take(FOR_PEOPLE)
        self.assertFalse(self.take(1, patience=CYCLE / 2).delays, "longer than it can wait")
        self.now += 10
        first = self.take(3, patience=60)
        self.assertEqual(len(first.delays), 3)
        self.assertLessEqual(max(first.delays), CYCLE - 10)
        self.now += 30
        self.assertGreaterEqual(min(self.take(2, patience=60).delays), max(first.delays) - 30)

    def test_background_leaves_room_for_people_and_these_for_money(self):
        self.assertEqual(self.take(1000, BACKGROUND, patience=60).delays, [0.0] * FOR_BACKGROUND)
        self.assertFalse(self.take(1, BACKGROUND, patience=60).delays, "nothing is reserved ahead")
        self.assertEqual(len(self.take(1000, SOURCING, patience=60).delays), FOR_SOURCING - FOR_BACKGROUND)
        self.assertFalse(self.take(1, SOURCING, patience=60).delays, "nor for a sourcing run")
        self.assertEqual(len(self.take(1000, PEOPLE).delays), FOR_PEOPLE - FOR_SOURCING)
        self.assertEqual(len(self.take(1000, MONEY).delays), PER_MINUTE - FOR_PEOPLE)

    def test_clock_set_back_stops_nobody_for_long(self):
        self.take(10)
        self.now -= 3600
        self.assertEqual(len(self.take(1000).delays), FOR_PEOPLE - 10)
        self.now += CYCLE
        self.assertEqual(len(self.take(1000).delays), FOR_PEOPLE)

    def test_smaller_quota_counts_at_once(self):
        self.take(50)
        self.account.quota_per_minute = 40
        self.assertFalse(self.take(1).delays)
        self.now += CYCLE
        self.assertEqual(len(self.take(1000).delays), math.floor(40 * PEOPLE))

    def test_row_stays_small(self):
        self.account.quota_per_minute = 6000
        for _second in range(100):
            self.take(100)
            self.now += 1
        row = self.quota.search([("account_id", "=", self.account.id)])
        self.assertLess(len(row.counts), 5 * WINDOW)
        self.assertLessEqual(self.busiest_minute(), 6000)

    def test_refused_when_it_takes_too_long(self):
        self.take(1000)
        before = time.monotonic()
        error = self.catch(RateLimited, self.account._acquire, 1, timeout=0.2)
        self.assertLess(time.monotonic() - before, 10)
        self.assertAlmostEqual(error.retry_after, CYCLE, delta=1)

    def test_waits_its_turn(self):
        self.take(FOR_PEOPLE)
        self.now += 50
        slept = []

        def sleep(seconds):
            slept.append(seconds)
            self.now += seconds

        with patch.object(time, "sleep", sleep):
            self.account._acquire(3, timeout=30)
            self.account._acquire(60, background=True, timeout=30)
        self.assertEqual(len(slept), 2)
        self.assertAlmostEqual(slept[0], CYCLE - 50, delta=SLOT)

    def test_used_share_is_shown(self):
        self.now = time.time()
        self.assertEqual(self.account.quota_used, 0)
        self.take(50)
        self.account.invalidate_recordset()
        self.assertAlmostEqual(self.account.quota_used, 50)


@tagged("post_install", "-at_install")
class TestQuotaAndComparison(Purchase1688Case):
    def test_first_question_of_an_idle_account_goes_out_whole(self):
        self.account.quota_per_minute = PER_MINUTE
        results = self.account._call_many([("system.current_time", {})] * 36, purpose="test", timeout=10)
        self.assertFalse([value for value in results if isinstance(value, RateLimited)])

    def test_row_says_that_the_budget_was_short(self):
        quote = self.env["purchase.1688.comparison.quote"].new({"state": "late", "error_code": "own_quota"})
        self.assertIn("Our call budget", quote.reason)
