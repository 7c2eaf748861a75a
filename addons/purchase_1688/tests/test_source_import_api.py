import base64
from urllib.parse import urlencode

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..lib import sheet
from .common import Purchase1688HttpCase
from .common_sourcing import SourcingMixin
from .external import ExternalApiMixin


@tagged("post_install", "-at_install", "purchase_1688")
class TestSourceImportApi(ExternalApiMixin, SourcingMixin, Purchase1688HttpCase):
    """Mappings in and out as plain data."""

    def setUp(self):
        super().setUp()
        self.numbers = self.search_ids(count=3)
        self.offer = self.collect(self.numbers[:1]).with_env(self.env)
        self.products = self.offer.product_tmpl_id.product_variant_ids
        self.Source = self.env["purchase.1688.source"].with_user(self.buyer)

    def test_over_json2(self):
        self._import(self.json2(self.buyer))

    def test_over_xmlrpc(self):
        self._import(self.xmlrpc(self.buyer))

    def _import(self, call):
        model = "purchase.1688.source"
        rows = [
            {"product_id": product.id, "offer": self.numbers[1], "units_per_pack": 2.5, "row": 100 + number}
            for number, product in enumerate(self.products)
        ]
        bad = {"default_code": "NOBODY", "offer": "https://example.com/"}
        before = self.env[model].search_count([])
        answer = call(model, "import_mappings", rows=[*rows, bad], options={"dry_run": True})
        self.assertEqual((answer["created"], answer["imported"], len(answer["errors"])), (len(rows), False, 1))
        answer = call(model, "import_mappings", rows=[*rows, bad])
        self.assertFalse(answer["imported"])
        self.assertEqual(answer["errors"][0]["row"], len(rows) + 1)
        self.assertTrue(answer["errors"][0]["message"])
        self.assertEqual(self.env[model].search_count([]), before)
        self.assertFalse(self.env["purchase.1688.offer"].search([("offer_id", "=", self.numbers[1])]))
        answer = call(model, "import_mappings", rows=[*rows, bad], options={"partial": True})
        self.assertTrue(answer["imported"])
        made = self.env[model].browse([row["source_id"] for row in answer["rows"] if row["source_id"]])
        self.assertEqual(made.product_id, self.products)
        self.assertEqual(set(made.mapped("units_per_pack")), {2.5})
        answer = call(model, "import_mappings", rows=rows)
        self.assertEqual((answer["created"], answer["unchanged"], answer["imported"]), (0, len(rows), False))
        listed = call(model, "export_mappings", domain=[("id", "in", made.ids)])
        self.assertEqual(len(listed["rows"]), len(made))
        self.assertTrue(all(isinstance(cell, str) for row in listed["rows"] for cell in row))

    def test_bad_input_gets_a_sentence(self):
        for rows, options, words in (
            ("x", None, "list of objects"),
            ([{"colour": "red"}], None, "unknown key"),
            ([{"offer": ["x"]}], None, "texts and numbers"),
            ([{}] * 1001, None, "at most 1000"),
            ([], {"force": True}, "no option"),
            ([{"offer": str(600000000000 + n), "product": "x"} for n in range(21)], None, "20 at most"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self.Source.import_mappings(rows, options)
        self.assertEqual(self.Source.import_mappings([])["created"], 0)
        for user in (self.purchaser, self.approver, self.admin):
            with self.assertRaises(AccessError):
                self.Source.with_user(user).import_mappings([{"offer": self.numbers[0], "product": "x"}])

    def test_what_is_exported_is_imported_again(self):
        self.offer.source_ids[0].write({"units_per_pack": 12, "sequence": 4})
        self.products[1].name = "=HYPERLINK(1)"
        self.env["res.lang"]._activate_lang("zh_CN")
        for lang in ("en_US", "zh_CN"):
            for kind in ("xlsx", "csv"):
                with self.subTest(lang=lang, kind=kind):
                    self._round_trip(lang, kind)

    def _round_trip(self, lang, kind):
        sources = self.offer.source_ids
        Export = self.env["purchase.1688.source.export"].with_user(self.buyer).with_context(lang=lang)
        action = Export.create({"kind": kind, "source_ids": sources.ids}).action_export()
        handed = Export.search([], order="id desc", limit=1)
        self.assertIn(str(handed.id), action["url"])
        data = base64.b64decode(handed.data)
        self.assertEqual(len(sheet.read(data).rows), len(sources) + 1)
        record = self.env["purchase.1688.source.import"].with_user(self.buyer).create({"data": handed.data})
        record.action_read()
        record.action_preview()
        self.assertEqual(record.none_count, len(sources), record.row_ids.mapped("message"))

    def test_in_the_browser(self):
        self.products[0].default_code, self.products[1].default_code = "SHIRT-0", "SHIRT-1"
        rows = f"Reference,Link,Pack\nSHIRT-0,{self.numbers[1]},10\nNOBODY,{self.numbers[1]},10\n"
        query = urlencode({"rows": rows, "product": "SHIRT-1"})
        path = f"/odoo/source-imports-1688?{query}"
        self.start_tour(path, "purchase_1688_source_import", login=self.buyer.login, timeout=180)
        self.env.invalidate_all()
        made = self.Source.search([("offer_id.offer_id", "=", self.numbers[1])])
        self.assertEqual(made.product_id, self.products[:2])
        self.assertEqual(set(made.mapped("units_per_pack")), {10})
        changes = self.env["purchase.1688.source.change"].search([("source_ref", "in", made.ids)])
        self.assertEqual((set(changes.mapped("origin")), changes.user_id), ({"import"}, self.buyer))
