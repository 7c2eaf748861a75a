from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import TrackingCommon, parcel


@tagged("post_install", "-at_install")
class TestSecurity(TrackingCommon):
    def setUp(self):
        super().setUp()
        self._apply([parcel()])
        self.parcel = self.order.parcel_ids

    def test_worker_reads_parcels_and_no_orders(self):
        seen = self.parcel.with_user(self.worker)
        self.assertEqual(seen.name, "YT9981234567")
        self.assertEqual(seen.order_names, self.order.remote_id)
        self.assertTrue(seen.timeline)
        for model in ("purchase.1688.order", "purchase.1688.payment", "purchase.1688.attempt"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.worker).search([])

    def test_worker_has_no_part_in_buying(self):
        models = [name for name in self.env.registry if name.startswith("purchase.1688.")]
        kept = [self.env[name] for name in models if not self.env[name]._abstract]
        self.assertGreater(len(kept), 30)
        for model in kept:
            # that a product has a source is told on the product
            rights = ("write", "create", "unlink") + (() if model._name == "purchase.1688.source" else ("read",))
            for operation in rights:
                with self.subTest(model=model._name, operation=operation):
                    self.assertFalse(model.with_user(self.worker).has_access(operation))

    def test_worker_reads_no_secrets(self):
        with self.assertRaises(AccessError):
            self.account.with_user(self.worker).read(["app_key"])

    def test_worker_may_not_prepare_approve_or_pay(self):
        for action in ("action_confirm_receipt", "action_refresh"):
            with self.assertRaises(AccessError):
                getattr(self.order.with_user(self.worker), action)()

    def test_nobody_writes_parcels_or_inspections(self):
        for user in (self.worker, self.buyer):
            with self.assertRaises(AccessError):
                self.parcel.with_user(user).write({"state": "signed"})
            with self.assertRaises(AccessError):
                self.env["stock.1688.inspection"].with_user(user).create(
                    {"picking_id": self.picking.id, "product_id": self.shirt.id}
                )

    def test_others_may_not_use_the_dock(self):
        stranger = new_test_user(self.env, "stranger", "stock.group_stock_user")
        Dock = self.env["stock.1688.dock"]
        for user in (stranger, self.buyer):
            with self.assertRaises(AccessError):
                Dock.with_user(user).scan("YT9981234567")
            with self.assertRaises(AccessError):
                Dock.with_user(user).accept(self.picking.id, [])
            with self.assertRaises(AccessError):
                Dock.with_user(user).start()

    def test_worker_accepts_without_rights_on_orders(self):
        confirmed = self._catch_confirmations()
        self._accept(rejected={self.cap: 1})
        self.assertTrue(self.order.refund_ids)
        self.assertEqual(confirmed, [])

    def test_other_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "far",
            "stock_1688_tracking.group_warehouse",
            company_id=company.id,
            company_ids=[company.id],
        )
        self.assertFalse(self.env["stock.1688.parcel"].with_user(stranger).search([]))
        self.assertFalse(self.env["stock.1688.parcel.event"].with_user(stranger).search([]))
        answer = self.env["stock.1688.dock"].with_user(stranger).scan("YT9981234567")
        self.assertEqual(answer["kind"], "shelf")
        answer = self.env["stock.1688.dock"].with_user(stranger).scan(self.order.remote_id)
        self.assertNotEqual(answer["kind"], "receipt")
