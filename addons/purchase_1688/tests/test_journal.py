import os
from pathlib import Path
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .. import journal
from ..models.purchase_1688_spending import SetBack
from .common import Purchase1688Case


@tagged("post_install", "-at_install")
class TestJournal(Purchase1688Case):
    def test_newest_line_comes_first(self):
        for number in range(3):
            journal.append("a", {"number": number, "text": "中文\n"})
        self.assertEqual([line["number"] for line in journal.entries("a")], [2, 1, 0])
        self.assertEqual(journal.last("a")["text"], "中文\n")
        self.assertEqual(journal.last("nothing"), {})

    def test_line_that_a_crash_cut_off_is_left_out(self):
        journal.append("a", {"number": 1})
        with open(Path(self.journal) / "a", "ab") as stream:
            stream.write(b'{"number": 2, "te')
        self.assertEqual(journal.last("a")["number"], 1)
        journal.append("a", {"number": 3})
        self.assertEqual([line["number"] for line in journal.entries("a")], [3, 1])

    def test_full_disk_leaves_no_half_line(self):
        journal.append("a", {"number": 1})
        real = os.write
        with patch.object(os, "write", lambda handle, data: real(handle, data[:5])), self.assertRaises(OSError):
            journal.append("a", {"number": 2})
        self.assertEqual((Path(self.journal) / "a").read_bytes(), b'{"number": 1}\n')

    def test_big_file_is_set_aside_and_its_number_kept(self):
        self.patch(journal, "FILE_BYTES", 100)
        for number in range(20):
            journal.append("a", {"number": number})
            self.assertEqual(journal.last("a")["number"], number)
        self.assertEqual(sorted(os.listdir(self.journal)), ["a", "a.before", "a.lock"])
        os.remove(Path(self.journal) / "a")  # killed between setting it aside and writing
        self.assertTrue(journal.last("a")["number"])

    def test_only_its_owner_reads_it(self):
        journal.append("a", {"number": 1})
        self.assertEqual((Path(self.journal) / "a").stat().st_mode & 0o077, 0)


@tagged("post_install", "-at_install")
class TestSetBack(Purchase1688Case):
    def setUp(self):
        super().setUp()
        self.spending = self.env["purchase.1688.spending"]
        for number in range(3):
            file, entry = self.spending._take_number(self.account, {"kind": "pay", "key": f"k{number}", "amount": 5})
            journal.append(file, entry)

    def test_copy_of_a_database_that_spent_reads_first(self):
        """A dump that was restored elsewhere, whose secrets were typed again there."""
        self.env.cr.execute("UPDATE purchase_1688_spending SET file = 'of another database'")
        with self.assertRaises(SetBack) as caught, self.env.cr.savepoint():
            self.spending._take_number(self.account, {})
        self.account._note_set_back(caught.exception.known)
        self.assertTrue(self.account.set_back_at)
        self.assertIn("set back", str(self.catch(UserError, self.account._check_may_spend)))
        with self.assertRaisesRegex(UserError, "was not read yet"):
            self.account.with_user(self.admin).action_resume_spending()
        # Times are whole seconds: a list that is read in the very second of the alarm does not count.
        self.account.set_back_at = fields.Datetime.subtract(self.account.set_back_at, seconds=1)
        self.run_cron("purchase_1688.ir_cron_purchase_1688_order_sweep")
        self.assertFalse(self.account.set_back_at)
        self.account._check_may_spend()
        self.assertEqual(self.spending._take_number(self.account, {})[1]["number"], 4)

    def test_an_account_of_the_same_second_was_not_read_either(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE purchase_1688_account SET create_date = '2026-01-01 12:00:00.1', orders_read_until = NULL"
            " WHERE id = %s",
            [self.account.id],
        )
        self.env.invalidate_all()
        with freeze_time("2026-01-01 12:00:00.2"):
            self.account._note_set_back(0)
            with self.assertRaisesRegex(UserError, "was not read yet"):
                self.account.with_user(self.admin).action_resume_spending()

    def test_counter_behind_the_journal_is_noticed_and_catches_up(self):
        self.env.cr.execute("UPDATE purchase_1688_spending SET number = 1 WHERE account_id = %s", [self.account.id])
        with self.assertRaises(SetBack) as caught, self.env.cr.savepoint():
            self.spending._take_number(self.account, {})
        self.assertEqual(caught.exception.known, 1)
        lost = self.spending._describe_lost(self.account, 1)
        self.assertEqual([line.split()[-1] for line in lost.splitlines()], ["k2", "k1"])
        self.spending._catch_up(self.account)
        self.assertEqual(self.spending._take_number(self.account, {})[1]["number"], 4)

    def test_nobody_changes_the_counter(self):
        counter = self.spending.search([("account_id", "=", self.account.id)])
        for user in (self.buyer, self.approver, self.manager, self.admin):
            with self.assertRaises(AccessError):
                counter.with_user(user).write({"number": 100})
