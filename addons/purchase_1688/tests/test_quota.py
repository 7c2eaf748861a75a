import time
from unittest.mock import patch

from odoo.tests import tagged

from ..lib.errors import RateLimited
from .common import Purchase1688Case


@tagged("post_install", "-at_install")
class TestQuota(Purchase1688Case):
    def setUp(self):
        super().setUp()
        self.quota = self.env["purchase.1688.quota"]
        self.account.quota_per_minute = 100
        self.interval, self.burst = self.quota._rhythm(100)

    def test_worst_minute_stays_below_the_quota(self):
        for per_minute in (10, 60, 100, 1000, 6000):
            interval, burst = self.quota._rhythm(per_minute)
            self.assertLessEqual(burst + 60 / interval, per_minute)
            self.assertGreater(burst + 60 / interval, 0.9 * per_minute)

    def test_burst_goes_out_at_once_and_the_rest_in_turn(self):
        delays = self.quota._reserve(self.account, self.burst + 2, patience=60)
        self.assertEqual(delays[: self.burst - 1], [0.0] * (self.burst - 1))
        self.assertAlmostEqual(delays[-1] - delays[-2], self.interval, places=3)
        self.assertAlmostEqual(delays[-1], 2 * self.interval, delta=0.1)

    def test_nobody_waits_longer_than_he_can(self):
        granted = self.quota._reserve(self.account, 1000, patience=3 * self.interval)
        self.assertIn(len(granted), (self.burst + 3, self.burst + 4))
        self.assertLessEqual(granted[-1], 3 * self.interval + 0.1)
        self.assertEqual(self.quota._reserve(self.account, 1, patience=0), [])

    def test_background_leaves_room_for_people(self):
        background = self.quota._reserve(self.account, 1000, background=True, patience=60)
        self.assertLess(len(background), self.burst / 2 + 1)
        self.assertEqual(max(background), 0.0)
        people = self.quota._reserve(self.account, 1000)
        self.assertGreaterEqual(len(background) + len(people), self.burst)

    def test_people_do_not_queue_behind_background_work(self):
        while self.quota._reserve(self.account, 5, background=True):
            continue
        self.assertEqual(self.quota._reserve(self.account, 1), [0.0])

    def test_refused_when_it_takes_too_long(self):
        self.quota._reserve(self.account, 1000, patience=30)
        before = time.monotonic()
        with self.assertRaises(RateLimited):
            self.account._acquire(1, timeout=0.2)
        self.assertLess(time.monotonic() - before, 1)

    def test_waits_its_turn(self):
        slept = []
        with patch.object(time, "sleep", slept.append):
            self.account._acquire(self.burst + 3, timeout=30)
        self.assertAlmostEqual(slept[0], 3 * self.interval, delta=0.1)

    def test_used_share_is_shown(self):
        self.assertEqual(self.account.quota_used, 0)
        self.quota._reserve(self.account, self.burst)
        self.account.invalidate_recordset()
        self.assertGreater(self.account.quota_used, 80)
