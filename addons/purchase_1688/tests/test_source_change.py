from psycopg2 import errors

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.purchase_1688_source_change import ORIGIN_KEY
from .common import Purchase1688HttpCase
from .common_sourcing import SourcingMixin
from .external import ExternalApiMixin


@tagged("post_install", "-at_install", "purchase_1688")
class TestSourceChange(ExternalApiMixin, SourcingMixin, Purchase1688HttpCase):
    """Who changed which source when: complete, and nobody's to change."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        seller = cls.env["res.partner"].create({"name": "Yiwu B", "ali1688_open_id": "BB2"})
        cls.offer = cls.env["purchase.1688.offer"].create(
            {
                "offer_id": "600000000009",
                "name": "Cap",
                "partner_id": seller.id,
                "sku_ids": [(0, 0, {"sku_ref": str(number), "stock": 100}) for number in range(4)],
            }
        )
        cls.product = cls.env["product.product"].create({"name": "Cap"})
        cls.Change = cls.env["purchase.1688.source.change"]

    def _add(self, sku=0, **vals):
        vals = {"product_id": self.product.id, "sku_id": self.offer.sku_ids[sku].id, **vals}
        return self.env["purchase.1688.source"].with_user(self.buyer).create(vals)

    def _rows(self, source):
        return self.Change.search([("source_ref", "=", source.id)]).sorted("id")

    def test_each_change_is_a_line(self):
        source = self._add()
        source.write({"units_per_pack": 10, "sequence": 3, "active": True})
        source.write({"units_per_pack": 10})
        source.action_archive()
        source.action_unarchive()
        number = source.id
        source.unlink()
        rows = self.Change.search([("source_ref", "=", number)]).sorted("id")
        self.assertEqual(rows.mapped("kind"), ["added", "changed", "changed", "archived", "restored", "removed"])
        self.assertEqual(
            [(row.field_name, row.old_value, row.new_value) for row in rows[1:3]],
            [("units_per_pack", "1", "10"), ("sequence", "10", "3")],
        )
        self.assertEqual(rows.user_id, self.buyer)
        self.assertEqual(set(rows.mapped("product_name")), {"Cap"})
        self.assertEqual(set(rows.mapped("offer_number")), {"600000000009"})

    def test_it_outlives_the_product(self):
        source = self._add()
        template = self.product.product_tmpl_id
        number = template.id
        template.unlink()
        self.assertFalse(source.exists())
        self.assertEqual(
            self.Change.search([("template_ref", "=", number)]).sorted("id").mapped("kind"), ["added", "removed"]
        )

    def test_many_at_once_cost_as_much_as_one(self):
        def add(skus):
            return self.env["purchase.1688.source"].create(
                [{"product_id": self.product.id, "sku_id": sku.id} for sku in skus]
            )

        with self._count() as one:
            add(self.offer.sku_ids[:1])
        with self._count() as three:
            sources = add(self.offer.sku_ids[1:])
        self.assertLessEqual(three.count, one.count)
        with self._count() as once:
            sources[:1].write({"units_per_pack": 2})
        with self._count() as thrice:
            sources.write({"units_per_pack": 3})
        self.assertLessEqual(thrice.count, once.count)

    def _count(self):
        """Queries of a block, flushed."""
        case = self

        class Counter:
            def __enter__(self):
                case.env.flush_all()
                case.env.invalidate_all()
                self.start = case.env.cr.sql_log_count
                return self

            def __exit__(self, *exc):
                case.env.flush_all()
                self.count = case.env.cr.sql_log_count - self.start

        return Counter()

    def test_where_it_came_from_cannot_be_pretended(self):
        (offer,) = self.collect(self.search_ids(count=1))
        rows = self.Change.search([("offer_number", "=", offer.offer_id)])
        self.assertEqual(set(rows.mapped("origin")), {"collect"})
        source = self._add()
        self.authenticate(self.buyer.login, self.buyer.login)
        params = {"model": source._name, "method": "write", "args": [source.ids, {"sequence": 4}], "kwargs": {}}
        self.make_jsonrpc_request("/web/dataset/call_kw", params)
        self.env.invalidate_all()
        self.assertEqual((self._rows(source)[-1].origin, self._rows(source)[-1].new_value), ("hand", "4"))
        pretended = {ORIGIN_KEY: {"kind": "watch"}}
        for number, connect in enumerate((self.json2, self.xmlrpc), start=5):
            connect(self.buyer)(
                "purchase.1688.source", "write", source.ids, vals={"sequence": number}, context=pretended
            )
            self.assertEqual((self._rows(source)[-1].origin, self._rows(source)[-1].new_value), ("api", str(number)))

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_nobody_changes_it(self):
        row = self._rows(self._add())
        chief = new_test_user(self.env, "chief_1688", groups="base.group_system,purchase_1688.group_manager")
        for user in (self.buyer, self.approver, self.manager, self.admin, self.purchaser, chief):
            self.assertTrue(row.with_user(user).has_access("read"), user.login)
            for operation in ("create", "write", "unlink"):
                self.assertFalse(row.with_user(user).has_access(operation), user.login)
        self.assertFalse(row.with_user(self.stranger).has_access("read"))
        key_sudo = self.env["res.users.apikeys"].with_user(chief).sudo()
        headers = {"Authorization": f"bearer {key_sudo._generate('rpc', 'x', None)}"}
        headers["X-Odoo-Database"] = self.env.cr.dbname
        for method, body in (
            ("write", {"ids": row.ids, "vals": {"new_value": "x"}}),
            ("unlink", {"ids": row.ids}),
            ("create", {"vals_list": [{"source_ref": 1}]}),
        ):
            answer = self.url_open(f"/json/2/{row._name}/{method}", json=body, headers=headers)
            self.assertEqual(answer.status_code, 403, method)
        with self.assertRaises(UserError):
            row.sudo().write({"new_value": "x"})
        with self.assertRaises(UserError):
            row.sudo().unlink()
        with self.assertRaises(errors.RestrictViolation), self.env.cr.savepoint():
            self.env.cr.execute("DELETE FROM purchase_1688_source_change")

    def test_other_companies_do_not_see_it(self):
        row = self._rows(self._add())
        other = self.env["res.company"].create({"name": "Other"})
        self.buyer.write({"company_ids": [(4, other.id)]})
        elsewhere = self.Change.with_user(self.buyer).with_context(allowed_company_ids=other.ids)
        self.assertFalse(elsewhere.search([("id", "=", row.id)]))
        with self.assertRaises(AccessError):
            elsewhere.browse(row.id).read(["product_name"])
