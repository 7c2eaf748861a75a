from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..lib.values import Category
from .common import Purchase1688Case

TREE, WORDS = "alibaba.category.get", "category.translation.getById"


@tagged("post_install", "-at_install", "purchase_1688")
class TestCategory(Purchase1688Case):
    """Numbers of categories get names, which are read once."""

    def setUp(self):
        super().setUp()
        self.categories = self.env["purchase.1688.category"].with_user(self.buyer)

    def _walk(self):
        """The first leaf of the tree, as plain data."""
        (row, *_others) = self.categories.get_categories()
        while not row["leaf"]:
            (row, *_others) = self.categories.get_categories(row["ref"])
        return row

    def _count_calls(self):
        return self.env["purchase.1688.call"].search_count([("purpose", "=", "category")])

    def test_the_tree_is_read_level_by_level_and_kept(self):
        leaf = self._walk()
        self.assertEqual(leaf["path"].count(" / "), 2)
        self.assertTrue(leaf["path"].isascii(), "in English for who reads English")
        asked = self._count_calls()
        self.assertEqual(asked, 6, "a call for the tree and one for the words at each of three levels")
        self.assertEqual(self._walk(), leaf)
        self.assertEqual(self._count_calls(), asked)
        self.categories.sudo().search([]).read_at = fields.Datetime.subtract(fields.Datetime.now(), days=31)
        self.assertEqual(self._walk(), leaf)
        self.assertEqual(self._count_calls(), 2 * asked, "a month later they are read again")
        self.env["res.lang"]._activate_lang("zh_CN")
        category = self.categories.browse(leaf["id"]).with_context(lang="zh_CN")
        self.assertTrue(category.display_name.endswith(leaf["name_zh"]))
        self.assertFalse(category.display_name.isascii())

    def test_a_number_narrows_a_run_and_gets_its_name(self):
        leaf = self._walk()
        self.categories.sudo().search([("parent_id", "!=", False)]).unlink()
        model = self.env["purchase.1688.sourcing"].with_user(self.buyer)
        run = model.browse(model.start_sourcing({"category_ref": leaf["ref"], "wanted_count": 10})["id"])
        self.assertEqual((run.category_id.display_name, run.name), (leaf["path"], leaf["name"]))
        run.sudo()._work()
        self.env.invalidate_all()
        self.assertTrue(run.candidate_ids)
        told = run.candidate_ids.filtered(lambda candidate: candidate.detail == "done")
        self.assertEqual(set(told.mapped("category_name")), {leaf["name_zh"]})

    def test_a_buyer_walks_down_and_chooses(self):
        run = self.env["purchase.1688.sourcing"].with_user(self.buyer).create({})
        action = run.action_browse_categories()
        for _level in range(2):
            self.assertEqual((action["res_model"], action["target"]), ("purchase.1688.category", "new"))
            category = self.categories.with_context(**action["context"]).search(action["domain"])[0]
            action = category.action_look_inside()
        leaf = self.categories.with_context(**action["context"]).search(action["domain"])[0]
        self.assertTrue(leaf.leaf)
        self.assertEqual(leaf.action_look_inside()["type"], "ir.actions.act_window_close")
        self.assertEqual(run.category_id, leaf)

    def test_without_words_the_chinese_names_do(self):
        self.gateway.fault(WORDS, "html", times=None)
        (row, *_others) = self.categories.get_categories()
        self.assertTrue(row["name"])
        self.assertEqual(row["name"], row["name_zh"])

    def test_bad_numbers_and_a_dead_gateway_get_a_sentence(self):
        before = self.categories.search_count([])
        with self.assertRaisesRegex(UserError, "no category number"):
            self.categories.get_categories("shoes")
        with self.assertRaisesRegex(UserError, "refused"):
            self.categories.get_categories("999999999")
        self.gateway.fault(TREE, "drop_before", times=None)
        with self.assertRaisesRegex(UserError, "1688"):
            self.categories.get_categories()
        self.assertEqual(self.categories.search_count([]), before)
        with self.assertRaises(AccessError):
            self.categories.with_user(self.purchaser).get_categories()

    def test_what_the_platform_says_cannot_make_a_circle(self):
        root = self.env.ref("purchase_1688.purchase_1688_category_root")
        top = self.categories._store(root, [Category("1", "甲\u202e")], {"1": "<b>A</b>\n"})
        below = self.categories._store(top, [Category("2", "乙"), Category("x", "丙"), Category("3", "")], {})
        self.assertEqual((top.name, top.name_zh), ("<b>A</b>", "甲"))
        self.assertEqual((below.ref, below.display_name), ("2", "<b>A</b> / 乙"))
        self.categories._store(below, [Category("1", "甲"), Category("0", "根")], {})
        self.assertEqual((top.parent_id, root.parent_id), (root, top.browse()))
