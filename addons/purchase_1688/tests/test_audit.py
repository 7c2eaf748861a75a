import csv
import io
from datetime import datetime, timezone

from psycopg2 import errors

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import journal
from ..lib import audit
from ..lib.client import CallRecord
from ..lib.endpoints import NAMES
from ..models.purchase_1688_call_labels import CALLS
from .common import Purchase1688Case

TABLE = "purchase_1688_call"
HASH_OF = f"SELECT hash FROM {TABLE} WHERE account_id = %s"
CRON_KEEP = "purchase_1688.ir_cron_purchase_1688_call_keep"
OLD = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=timezone.utc)


@tagged("post_install", "-at_install")
class TestAudit(Purchase1688Case):
    def setUp(self):
        super().setUp()
        self.calls = self.env["purchase.1688.call"]
        self._append(5)

    def test_whole_chain_is_whole(self):
        self.assertEqual(self.calls._verify(self.account), (5, None))
        notification = self.account.with_user(self.admin).action_verify_calls()
        self.assertEqual(notification["params"]["type"], "success")

    def test_every_changed_column_is_found(self):
        changes = {
            "name": "'x'",
            "api_name": "'x'",
            "purpose": "'x'",
            "user_id": "2",
            "params": "'x'",
            "answer": "NULL",
            "started_at": "now()",
            "duration_ms": "77",
            "outcome": "'refused'",
            "http_status": "500",
            "code": "'x'",
            "size": "1",
            "res_model": "'x'",
            "res_id": "9",
            "hash": "'x'",
        }
        for column, value in changes.items():
            with self.subTest(column), self._tampering() as cr:
                cr.execute(f"UPDATE {TABLE} SET {column} = {value} WHERE sequence = 3")
                self._assert_found(3, "changed")

    def test_deleted_row_is_found(self):
        with self._tampering() as cr:
            cr.execute(f"DELETE FROM {TABLE} WHERE sequence = 2")
            self._assert_found(2, "missing")

    def test_cut_tail_is_found(self):
        with self._tampering() as cr:
            cr.execute(f"DELETE FROM {TABLE} WHERE sequence > 3")
            self._assert_found(4, "cut")

    def test_swapped_rows_are_found(self):
        with self._tampering() as cr:
            cr.execute(f"UPDATE {TABLE} SET sequence = 99 WHERE sequence = 2")
            cr.execute(f"UPDATE {TABLE} SET sequence = 2 WHERE sequence = 3")
            cr.execute(f"UPDATE {TABLE} SET sequence = 3 WHERE sequence = 99")
            self._assert_found(2, "changed")

    def test_row_put_in_at_the_end_is_found(self):
        with self._tampering() as cr:
            cr.execute("UPDATE purchase_1688_call_chain SET sequence = 4")
            self._assert_found(5, "head")

    @mute_logger("odoo.sql_db")
    def test_database_refuses_every_change(self):
        for statement in (
            f"UPDATE {TABLE} SET purpose = 'x'",
            f"DELETE FROM {TABLE}",
            f"TRUNCATE {TABLE}",
            "UPDATE purchase_1688_approval SET note = 'x'",
        ):
            if "approval" in statement and not self.env["purchase.1688.approval"].search_count([]):
                continue
            with self.assertRaises(errors.RestrictViolation), self.env.cr.savepoint():
                self.env.cr.execute(statement)

    def test_orm_refuses_every_change(self):
        with self.assertRaises(UserError):
            self.calls.search([], limit=1).sudo().write({"purpose": "x"})
        with self.assertRaises(UserError):
            self.calls.search([], limit=1).sudo().unlink()

    def test_only_administrators_read_it(self):
        mine = [("account_id", "=", self.account.id)]
        self.assertEqual(self.calls.with_user(self.admin).search_count(mine), 5)
        for user in (self.buyer, self.approver, self.manager, self.purchaser, self.stranger):
            with self.assertRaises(AccessError):
                self.calls.with_user(user).search_count([])
            with self.assertRaises(AccessError):
                self.calls.with_user(user).action_verify()

    # --- anchors

    def test_tail_cut_together_with_its_head_is_found(self):
        self.calls._anchor(self.account)
        with self._tampering() as cr:
            cr.execute(f"DELETE FROM {TABLE} WHERE sequence > 3")
            cr.execute(
                f"UPDATE purchase_1688_call_chain SET sequence = 3, hash = ({HASH_OF} AND sequence = 3)",
                [self.account.id],
            )
            self._assert_found(4, "cut")

    def test_chain_made_anew_is_found(self):
        self.calls._anchor(self.account)
        self._append(2)
        with self._tampering() as cr:
            cr.execute(f"DELETE FROM {TABLE}")
            cr.execute("DELETE FROM purchase_1688_call_chain")
            self._append(7, text="another story")
            self._assert_found(5, "anchor")

    def test_anchor_is_written_when_there_is_news(self):
        for _day in range(3):
            self.run_cron(CRON_KEEP)
        self._append(1)
        self.run_cron(CRON_KEEP)
        noted = list(journal.entries(self.calls._get_anchor_file(self.account)))
        self.assertEqual([entry["sequence"] for entry in noted], [6, 5])
        self.assertIsNone(self.calls._verify(self.account)[1])

    # --- policy

    def test_policy_removes_old_rows_and_the_rest_verifies(self):
        self.calls._anchor(self.account)
        self._append(3, started_at=datetime.now(timezone.utc))
        self.account.audit_keep_days = 90
        self.run_cron(CRON_KEEP)
        left = self.calls.search([("account_id", "=", self.account.id)], order="sequence")
        self.assertEqual(left.mapped("sequence"), [6, 7, 8, 9])
        self.assertEqual(left[-1].name, "audit.purge")
        self.assertEqual(self.calls._verify(self.account), (4, None))
        self.run_cron(CRON_KEEP)
        self.assertEqual(self.calls._verify(self.account), (4, None))
        with self._tampering() as cr:
            cr.execute(f"UPDATE {TABLE} SET purpose = 'x' WHERE sequence = 7")
            self._assert_found(7, "changed")

    @mute_logger("odoo.sql_db")
    def test_rows_removed_without_the_policy_are_found(self):
        with self.assertRaises(errors.RestrictViolation), self.env.cr.savepoint():
            self.env.cr.execute(f"DELETE FROM {TABLE} WHERE sequence <= 2")
        with self._tampering() as cr:
            cr.execute(
                f"UPDATE purchase_1688_call_chain SET begin_sequence = 2, begin_hash = ({HASH_OF} AND sequence = 2)",
                [self.account.id],
            )
            cr.execute(f"DELETE FROM {TABLE} WHERE sequence <= 2")
            self._assert_found(2, "begin")

    def test_policy_keeps_at_least_what_is_new(self):
        with self.assertRaises(errors.CheckViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.account.audit_keep_days = 1
            self.env.flush_all()
        self.account.audit_keep_days = 0
        self.run_cron(CRON_KEEP)
        self.assertEqual(self.calls._verify(self.account), (5, None))

    # --- export

    def test_export_is_whole_masked_neutral_and_logged(self):
        self._append(1, text="=1+1")
        calls = self.calls.with_user(self.admin).search([("account_id", "=", self.account.id)])
        exported = calls.export_csv()
        rows = list(csv.DictReader(io.StringIO(exported["csv"])))
        self.assertEqual([int(row["sequence"]) for row in rows], [1, 2, 3, 4, 5, 6])
        self.assertFalse([cell for row in rows for cell in row.values() if cell.startswith("=")])
        self.assertNotIn(self.gateway.app_secret, exported["csv"])
        logged = self.calls.search([("account_id", "=", self.account.id)], limit=1)
        self.assertEqual((logged.name, logged.user_id), ("audit.export", self.admin))
        self.assertIn(exported["sha256"], logged.params)
        self.admin.group_ids += self.env.ref("base.group_allow_export")
        calls.export_data(["name", "purpose"])
        self.assertEqual(self.calls._verify(self.account), (8, None))
        url = self.calls.with_user(self.admin).action_export()["url"]
        self.assertIn("/web/content/", url)
        for user in (self.buyer, self.approver, self.manager, self.purchaser):
            with self.assertRaises(AccessError):
                self.calls.with_user(user).action_export()

    # --- helpers

    def test_people_read_and_search_in_their_own_words(self):
        record = audit.own_record("product.detail", {})
        for purpose in ("compare", "create A/7 · 2", "renew token", None):
            self.calls._append(self.account, [record], purpose)
        compared, created, renewed, other = self.calls.search([], order="sequence desc", limit=4)[::-1]
        self.assertEqual((compared.name, compared.name_label), ("product.detail", "Read an offer"))
        self.assertEqual(compared.display_name, "Read an offer")
        self.assertEqual(
            [call.purpose_label for call in (compared, created, renewed, other)],
            ["Compare sources", "Place an order A/7 · 2", "Renew the token", False],
        )
        self.assertEqual(self.calls.search([("purpose_label", "ilike", "place an")]), created)
        self.assertEqual(self.calls.search([("purpose_label", "=", "Renew the token")]), renewed)
        self.assertEqual(self.calls.search([("purpose_label", "ilike", "renew t")]), renewed, "codes are found, too")
        self.assertEqual(len(self.calls.search([("name_label", "not ilike", "an offer")])), 5)
        groups = self.calls.formatted_read_group([("purpose_label", "ilike", "sources")], ["purpose"], ["__count"])
        (group,) = groups
        self.assertEqual((group["purpose"], group["__count"]), ("Compare sources", 1))
        self.assertEqual(self.calls.search(group["__extra_domain"]), compared)
        self.assertLessEqual(set(NAMES), set(CALLS), "each call has words")
        self.assertEqual(self.calls._verify(self.account), (9, None))

    def _append(self, count, text="a\x1fb\x00c", started_at=OLD):
        record = CallRecord(
            api="a:b:1",
            name="trade.order",
            params={"orderId": "1", "text": text},
            answer='{"success": true}',
            started_at=started_at,
            duration_ms=12,
            outcome="answered",
            http_status=200,
            code=text if text.startswith("=") else "",
            message="",
            bytes=17,
        )
        for _number in range(count):
            self.calls._append(self.account, [record], "test", self.company)

    def _tampering(self):
        """A savepoint with the triggers switched off; everything is undone at its end."""
        return _Tampering(self.env)

    def _assert_found(self, sequence, kind):
        _count, finding = self.calls._verify(self.account)
        self.assertEqual((finding.sequence, finding.kind), (sequence, kind))
        notification = self.account.with_user(self.admin).action_verify_calls()
        self.assertEqual(notification["params"]["type"], "danger")
        self.assertIn(str(sequence), notification["params"]["message"])


class _Tampering:
    """What only the owner of the database can do."""

    def __init__(self, env):
        self._env = env

    def __enter__(self):
        self._savepoint = self._env.cr.savepoint(flush=False)
        self._savepoint.__enter__()
        self._env.cr.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER ALL")
        return self._env.cr

    def __exit__(self, *_exc):
        self._savepoint.close(rollback=True)
