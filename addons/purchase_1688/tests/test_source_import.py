import base64
import json
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ..lib import sheet
from ..models.purchase_1688_source_import_reading import BUS_EVENT
from .common import Purchase1688Case
from .common_sourcing import SourcingMixin

CRON = "purchase_1688.ir_cron_purchase_1688_source_import"
DETAIL = "com.alibaba.fenxiao.crossborder:product.search.queryProductDetail"
COUNTED = (
    "purchase.1688.offer",
    "purchase.1688.sku",
    "purchase.1688.source",
    "purchase.1688.source.change",
    "product.product",
    "product.supplierinfo",
    "res.partner",
)


@tagged("post_install", "-at_install", "purchase_1688")
class TestSourceImport(SourcingMixin, Purchase1688Case):
    """A list of mappings: columns, preview, import; nothing half done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gateway.reset()
        cls.Source = cls.env["purchase.1688.source"]

    def setUp(self):
        super().setUp()
        self.numbers = self.search_ids(count=4)
        self.offer = self.collect(self.numbers[:1]).with_env(self.env)
        self.products = self.offer.product_tmpl_id.product_variant_ids
        for number, product in enumerate(self.products):
            product.default_code = f"SHIRT-{number}"

    def _start(self, text=None, data=None, user=None, **vals):
        values = {"text": text, "data": data and base64.b64encode(data), "filename": data and "list.csv", **vals}
        record = self.env["purchase.1688.source.import"].with_user(user or self.buyer).create(values)
        record.action_read()
        return record

    def _preview(self, *args, **kwargs):
        record = self._start(*args, **kwargs)
        record.action_preview()
        return record

    def _list(self, offers=None, heading="Internal Reference\tLink\tPack\tRank\n"):
        """Each variant once per offer."""
        return heading + "".join(
            f"{product.default_code}\thttps://detail.1688.com/offer/{number}.html\t10\t{rank}\n"
            for rank, number in enumerate(offers or self.numbers[1:3], start=2)
            for product in self.products
        )

    def _count(self):
        return [self.env[model].with_context(active_test=False).search_count([]) for model in COUNTED]

    def test_nothing_is_written_before_import_and_the_second_time_nothing_changes(self):
        before = self._count()
        record = self._preview(data=self._list().replace("\t", ";").encode("gb18030"))
        self.assertEqual(record.state, "ready")
        self.assertEqual(record.create_count, 2 * len(self.products))
        self.assertFalse(record.error_count)
        self.assertEqual(self._count(), before)
        record.action_import()
        self.assertEqual((record.state, record.imported_count), ("done", 2 * len(self.products)))
        sources = record.row_ids.source_id
        self.assertEqual(set(sources.offer_id.mapped("offer_id")), set(self.numbers[1:3]))
        self.assertEqual(set(sources.mapped("units_per_pack")), {10})
        self.assertEqual(set(sources.mapped("sequence")), {2, 3})
        self.assertTrue(sources.supplierinfo_ids)
        for source in sources:
            self.assertEqual(
                [attribute["value"] for attribute in source.sku_id.attributes],
                source.product_id.product_template_attribute_value_ids.mapped("name"),
            )
        changes = self.env["purchase.1688.source.change"].search([("origin_ref", "=", record.id)])
        self.assertEqual(len(changes), len(sources))
        self.assertEqual((set(changes.mapped("origin")), changes.user_id), ({"import"}, self.buyer))
        after = self._count()
        again = self._preview(self._list())
        self.assertEqual((again.none_count, again.create_count), (len(sources), 0))
        again.action_import()
        self.assertEqual(self._count(), after)

    def test_errors_stop_all_unless_the_good_ones_are_wanted(self):
        heading, *lines = self._list(self.numbers[1:2]).splitlines()
        bad = ["NOBODY\t600000000001", f"{self.products[0].default_code}\tno link", f"SHIRT-1\t{self.numbers[1]}\tten"]
        record = self._preview("\n".join([heading, *bad, *lines[:1]]))
        self.assertEqual((record.error_count, record.create_count), (3, 1))
        self.assertTrue(all(record.error_ids.mapped("message")))
        before = self._count()
        with self.assertRaisesRegex(UserError, "3 rows"):
            record.action_import()
        self.assertEqual(self._count(), before)
        record.action_download_rejected()
        handed = self.env["purchase.1688.source.export"].search([], order="id desc", limit=1)
        rejected = sheet.read(base64.b64decode(handed.data)).rows
        self.assertEqual([cells[0] for _number, cells in rejected[1:]], ["NOBODY", "SHIRT-0", "SHIRT-1"])
        self.assertEqual(rejected[1][1][-1], record.error_ids[0].message)
        record.action_import_good()
        self.assertEqual((record.state, len(record.row_ids.source_id)), ("done", 1))
        with self.assertRaises(UserError):
            record.action_import_good()
        with self.assertRaises(UserError):
            record.unlink()

    def test_what_is_not_certain_is_chosen_in_place(self):
        stranger = self.env["product.product"].create({"name": "Something else", "default_code": "ELSE"})
        record = self._preview(f"Reference\tLink\nELSE\t{self.numbers[1]}\nWHO\t{self.numbers[1]}\n")
        first, second = record.error_ids
        self.assertIn("SKUs fit", first.message)
        form = Form(record.with_user(self.buyer))
        with form.error_ids.edit(0) as row:
            row.sku_id = first.import_offer_id.sku_ids[2]
        with form.error_ids.edit(1) as row:
            row.skipped = True
        form.save()
        self.assertEqual((record.error_count, first.action, first.how, second.action), (0, "create", "hand", "skip"))
        first.with_user(self.buyer).write({"units_per_pack": 12})
        record.action_check()
        record.action_import()
        source = stranger.ali1688_source_ids
        self.assertEqual((source.units_per_pack, source.sku_id._get_key()), (12, first.sku_id.key))

    def test_products_by_barcode_name_and_both(self):
        product = self.env["product.product"].create({"name": "红色杯子", "barcode": "6901234567892"})
        number = self.numbers[1]
        record = self._preview(
            "Barcode,Product name,Link,SKU id\n"
            f"6901234567892,whatever it is called there,{number},\n"
            f",红色杯子,{number},\n"
            f"6901234567893,,{number},\n"
            f"6.90E+12,,{number},\n"
        )
        self.assertEqual(record.row_ids.mapped("product_id"), product)
        messages = record.row_ids.sorted("number").mapped("message")
        self.assertIn("SKUs fit", messages[0])
        self.assertIn("SKUs fit", messages[1])
        self.assertIn("No product", messages[2])
        self.assertIn("shortened", messages[3])

    def test_an_archived_source_comes_back_and_another_one_changes(self):
        sources = self.offer.source_ids.sorted("id")
        sources[0].active = False
        head = "Reference\tLink\tPack\n"
        rows = [f"{s.product_id.default_code}\t{self.offer.offer_id}\t10" for s in sources[:2]]
        record = self._preview(head + "\n".join([*rows, rows[0]]))
        self.assertEqual((record.restore_count, record.update_count, record.skip_count), (1, 1, 1))
        self.assertIn("1 → 10", record.row_ids.filtered(lambda row: row.action == "update").message)
        record.action_import()
        self.assertEqual(sources[:2].mapped("units_per_pack"), [10, 10])
        self.assertTrue(sources[0].active)

    def test_columns_are_chosen_and_remembered(self):
        text = f"Artikel\tQuelle\tx\n{self.products[0].default_code}\t{self.numbers[0]}\ty\n"
        record = self._start(text)
        self.assertFalse(record.has_headings)
        record.write({"has_headings": True})
        columns = record.column_ids
        self.assertEqual(columns.mapped("heading"), ["Artikel", "Quelle", "x"])
        self.assertEqual(columns.mapped("sample_1"), [self.products[0].default_code, self.numbers[0], "y"])
        for column, meaning in zip(columns, ("default_code", "offer", False), strict=True):
            column.write({"meaning": meaning})
        record.profile_name = "Old system"
        record.action_preview()
        self.assertEqual(record.none_count, 1)
        profile = record.profile_id
        self.assertEqual(profile.meanings, {"Artikel": "default_code", "Quelle": "offer"})
        self.assertEqual(profile._get_meanings(["x", " artikel", "Quelle"]), [False, "default_code", "offer"])
        self.assertEqual(self.env[profile._name]._find(self.company, ["QUELLE", "Artikel"]), profile)
        self.assertIn("Quelle → Offer", profile.with_user(self.purchaser).summary)
        for nonsense in (["Artikel"], {"Artikel": "colour"}, {"Artikel": ["offer"]}, "x"):
            with self.subTest(nonsense), self.assertRaises(ValidationError):
                profile.with_user(self.buyer).meanings = nonsense
        for user in (self.purchaser, self.approver, self.admin):
            with self.assertRaises(AccessError):
                profile.with_user(user).name = "x"

    def test_a_manager_finishes_what_a_buyer_began(self):
        record = self._preview(self._list() + f"NOBODY\t{self.numbers[1]}\t10\t2\n")
        theirs = record.with_user(self.manager)
        self.assertTrue(theirs.may_change)
        self.assertFalse(record.with_user(self.purchaser).may_change)
        theirs.action_back()
        theirs.column_ids.filtered(lambda column: column.meaning == "rank").meaning = False
        theirs.action_preview()
        self.assertEqual(record.user_id, self.manager, "who is told, and whose rights count")
        theirs.error_ids.skipped = True
        theirs.action_import()
        self.assertEqual((record.state, record.create_uid), ("done", self.buyer))
        changes = self.env["purchase.1688.source.change"].search([("origin_ref", "=", record.id)])
        self.assertEqual((changes.user_id, len(changes)), (self.manager, 2 * len(self.products)))

    def test_bad_lists_get_a_sentence(self):
        for text, word in (("", "no rows"), ("\n".join("x" * 5003), "more than 5000")):
            with self.assertRaisesRegex(UserError, word):
                self._start(text)
        record = self._start("a\tb\n1\t2\n")
        with self.assertRaisesRegex(UserError, "which column has the address"):
            record.action_preview()
        record.column_ids.write({"meaning": "offer"})
        with self.assertRaisesRegex(UserError, "Two columns"):
            record.action_preview()

    def test_a_long_list_is_read_in_the_background(self):
        numbers = self.search_ids("", count=12)
        unknown = [number for number in numbers if number != self.offer.offer_id]
        record = self._preview("Product\tLink\n" + "".join(f"ELSE\t{number}\n" for number in numbers))
        self.assertEqual((record.state, record.read_count), ("reading", record.offer_count - len(unknown)))
        self.account.quota_per_minute = 10  # seven of them for what nobody waits for, and some were used
        self.run_cron(CRON)
        left = record.offer_ids.filtered(lambda offer: offer.state == "waiting")
        self.assertEqual(record.state, "reading")
        self.assertTrue(len(unknown) - 7 <= len(left) <= len(unknown))
        progress = record.with_user(self.purchaser).get_progress()
        self.assertEqual(progress["read"], record.offer_count - len(left))
        news = self.env["bus.bus"].sudo().search([]).filtered(lambda sent: BUS_EVENT in sent.message)
        self.assertEqual(json.loads(news[-1].message)["payload"], progress)
        self.assertNotIn("failed", record.offer_ids.mapped("state"))
        again = self.env["ir.cron.trigger"].search([("cron_id", "=", self.env.ref(CRON).id)])
        self.assertTrue(again, "it goes on when the quota allows")
        self.account.quota_per_minute = 6000
        self.gateway.fault(DETAIL, "drop_before", times=2)
        self.run_cron(CRON)  # what was lost on the way is asked for again a minute later
        self.run_cron(CRON)
        self.assertEqual((record.state, record.get_progress()["state"]), ("ready", "ready"))
        self.assertNotIn("failed", record.offer_ids.mapped("state"))
        self.assertEqual(set(record.row_ids.mapped("action")), {"error"})

    @mute_logger("odoo.addons.purchase_1688.scheduled")
    def test_a_conflict_or_an_error_does_not_lose_the_list(self):
        record = self._preview("Product\tLink\n" + "".join(f"x\t{n}\n" for n in self.search_ids("", count=14)))
        collector = type(self.env["purchase.1688.collector"])
        read, raised = collector._read_offers, [SerializationFailure("x"), ValueError("x")]

        def once(model, *args, **kwargs):
            if raised:
                raise raised.pop()
            return read(model, *args, **kwargs)

        # a rollback would take the test's own records
        cursor = type(self.env.cr)
        with patch.object(collector, "_read_offers", once), patch.object(cursor, "rollback", lambda cr: None):
            self.run_cron(CRON)
        self.assertFalse(raised)
        self.assertEqual(record.state, "ready")
        self.assertFalse(record.offer_ids.filtered(lambda offer: offer.state == "waiting"))

    def test_queries_do_not_grow_with_the_rows(self):
        def cost(rows):
            heading, *lines = self._list(self.numbers[1:3]).splitlines()
            record = self._preview("\n".join([heading, *lines[:rows]]))
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            record._plan()
            self.env.flush_all()
            planned = self.env.cr.sql_log_count
            record.action_import()
            self.env.flush_all()
            self.assertEqual(record.imported_count, rows)
            record.row_ids.source_id.unlink()
            return planned - start, self.env.cr.sql_log_count - planned

        self.collect(self.numbers[1:3])
        self.env["purchase.1688.source"].search([("offer_id.offer_id", "in", self.numbers[1:3])]).unlink()
        cost(2)
        few, many = cost(3), cost(6)
        self.assertLessEqual(many[0], few[0])
        self.assertLessEqual(many[1], few[1] + 3)

    def test_rights(self):
        record = self._preview(self._list())
        colleague = new_test_user(self.env, "colleague_1688", groups="purchase_1688.group_buyer")
        self.assertEqual(record.with_user(colleague).state, "ready")
        for user in (colleague, self.purchaser, self.approver, self.admin):
            self.assertFalse(record.with_user(user).may_change)
            theirs = record.with_user(user)
            for step in ("action_import", "action_import_good", "action_check", "action_back", "action_restart"):
                with self.assertRaises(AccessError, msg=f"{user.login} {step}"):
                    getattr(theirs, step)()
            with self.assertRaises(AccessError):
                theirs.row_ids.write({"skipped": True})
        mine = record.with_user(self.buyer)
        for vals in ({"state": "done"}, {"imported_count": 9}, {"user_id": self.admin.id}):
            with self.assertRaises(UserError):
                mine.write(vals)
        with self.assertRaises(UserError):
            mine.row_ids.write({"action": "create"})
        with self.assertRaises(AccessError):
            mine.row_ids.unlink()
        with self.assertRaises(AccessError):
            mine.offer_ids.write({"state": "read"})
        for user in (self.purchaser, self.approver, self.stranger):
            with self.assertRaises(AccessError):
                self.env["purchase.1688.source.import"].with_user(user).create({"text": "x"})
        other = self.env["res.company"].create({"name": "Other"})
        self.buyer.write({"company_ids": [(4, other.id)]})
        elsewhere = self.env[record._name].with_user(self.buyer).with_context(allowed_company_ids=other.ids)
        self.assertFalse(elsewhere.search([("id", "=", record.id)]))
