from unittest.mock import patch

from odoo.tests import BaseCase

from odoo.addons.purchase_1688 import asking_worker
from odoo.addons.purchase_1688.lib.channel import Channel


class TestHandOver(BaseCase):
    """Where work goes: to the process that asks, or to this one where there is none."""

    def setUp(self):
        super().setUp()
        self.done = []
        self.channel = self.patch_with(Channel())
        asking_worker._say_what_is_missing.cache_clear()
        self.addCleanup(asking_worker._say_what_is_missing.cache_clear)

    def patch_with(self, channel):
        patcher = patch.object(asking_worker, "_CHANNEL", channel)
        self.addCleanup(patcher.stop)
        self.addCleanup(channel.close)
        return patcher.start()

    def hand_over(self, *arguments):
        def look(*given):
            self.done.append(given)

        asking_worker.hand_over(look, *arguments)

    def set_workers(self, count):
        values = patch.dict(asking_worker.config.options.maps[0], {"workers": count})
        values.start()
        self.addCleanup(values.stop)

    def test_to_the_process_that_asks(self):
        self.channel.open()
        self.hand_over("database", 7, None)
        self.assertEqual(self.done, [])
        self.assertEqual(self.channel.receive(), [["look", "database", 7, None]])

    def test_to_this_one_where_there_is_none(self):
        self.set_workers(0)
        with self.assertNoLogs(asking_worker._logger, "WARNING"):
            self.hand_over("database", 7)
        self.assertEqual(self.done, [("database", 7)])

    def test_the_administrator_is_told_once(self):
        self.set_workers(2)
        with self.assertLogs(asking_worker._logger, "WARNING") as log:
            self.hand_over("database", 7)
            self.hand_over("database", 8)
        self.assertEqual(len(log.output), 1)
        self.assertIn("server_wide_modules", log.output[0])
        self.assertEqual(self.done, [("database", 7), ("database", 8)])

    def test_what_is_too_long_is_done_here_without_a_word(self):
        self.set_workers(2)
        self.channel.open()
        with self.assertNoLogs(asking_worker._logger, "WARNING"):
            self.hand_over("database", list(range(5000)))
        self.assertEqual(len(self.done), 1)
