import json
from dataclasses import asdict
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.purchase_1688.lib.errors import OutcomeUnknown, RateLimited
from odoo.addons.purchase_1688.lib.values import PushMessage

from .common import TrackingCommon, parcel, trace

NUMBER = "YT9981234567"


@tagged("post_install", "-at_install")
class TestLook(TrackingCommon):
    def setUp(self):
        super().setUp()
        self.asked = []
        self.answers = {"logistics.parcels": (parcel(),), "logistics.traces": ()}
        Account = type(self.account)

        def call_many(account, requests, **_options):
            self.asked += [name for name, _arguments in requests]
            return [self.answers[name] for name, _arguments in requests]

        patcher = patch.object(Account, "_call_many", call_many)
        patcher.start()
        self.addCleanup(patcher.stop)

    def _look(self):
        self.order._look()
        self.env.flush_all()

    def test_first_look_finds_the_parcels(self):
        self.order._ask_tracking()
        self._look()
        self.assertEqual(self.order.parcel_ids.name, NUMBER)
        self.assertEqual(self.order.tracking_misses, 0)
        self.assertLess(self.order.tracking_next_look_at, fields.Datetime.now() + timedelta(hours=2))
        self.assertGreater(self.order.tracking_next_look_at, fields.Datetime.now() + timedelta(hours=1))

    def test_quiet_parcel_costs_one_call(self):
        self._look()
        self.asked.clear()
        self._look()
        self.assertEqual(self.asked, ["logistics.traces"])

    def test_new_scan_has_the_status_read(self):
        self._look()
        self.asked.clear()
        self.answers["logistics.traces"] = (trace(NUMBER, (1, "到达")),)
        self._look()
        self.assertEqual(self.asked, ["logistics.traces", "logistics.parcels"])

    def test_failures_back_off(self):
        self.answers = dict.fromkeys(self.answers, OutcomeUnknown("no answer"))
        waits = []
        for _look in range(4):
            self._look()
            waits.append(self.order.tracking_next_look_at - self.order.tracking_tried_at)
        self.assertEqual(self.order.tracking_misses, 4)
        self.assertEqual(waits, sorted(set(waits)))
        self.assertFalse(self.order.tracking_looked_at)

    def test_our_own_budget_is_not_a_failure(self):
        self.order._ask_tracking()
        self.answers = dict.fromkeys(self.answers, RateLimited("later", code="own_quota"))
        self._look()
        self.assertEqual(self.order.tracking_misses, 0)
        self.assertTrue(self.order.tracking_asked)
        self.assertLessEqual(self.order.tracking_next_look_at, fields.Datetime.now())

    def test_signed_parcels_are_not_asked_about_again(self):
        self.answers["logistics.parcels"] = (parcel(status="SIGN"),)
        self._look()
        self.assertFalse(self.order.tracking_next_look_at)

    def test_part_shipment_is_followed_further(self):
        self.order.state = "paid"
        self.answers["logistics.parcels"] = (parcel(status="SIGN"),)
        self._look()
        self.assertTrue(self.order.tracking_next_look_at)

    def test_cron_chooses_what_is_due(self):
        _purchase, other = self._create_order({self.shirt: 1}, "4100002")
        now = fields.Datetime.now()
        self.order.tracking_next_look_at = now - timedelta(minutes=1)
        other.tracking_next_look_at = now + timedelta(hours=1)
        chosen = self.env["purchase.1688.order"]._choose_due(self.account)
        self.assertIn(self.order, chosen)
        self.assertNotIn(other, chosen)

    def test_quota_that_is_too_small_is_told(self):
        self.account.quota_per_minute = 1
        self.order.tracking_next_look_at = fields.Datetime.now()
        with patch("odoo.addons.stock_1688_tracking.lib.planner.capacity", lambda quota: 1):
            self.env["purchase.1688.order"]._check_capacity(self.account)
        issue = self.env["purchase.1688.issue"].search([("kind", "=", "tracking_capacity")])
        self.assertEqual(issue.res_id, self.account.id)

    def test_person_may_ask_now(self):
        self._look()
        self.order.parcel_ids.with_user(self.worker).action_look_now()
        self.assertTrue(self.order.tracking_asked)
        self.assertLessEqual(self.order.tracking_next_look_at, fields.Datetime.now())

    def test_order_that_cannot_be_applied_does_not_stop_the_others(self):
        _purchase, poison = self._create_order({self.shirt: 1}, "4100666")
        (self.order + poison)._ask_tracking()
        Parcel = type(self.Parcel)
        apply = Parcel._apply_reads

        def apply_or_fail(parcels, account, answers):
            if poison in answers:
                raise ValueError("planted")
            return apply(parcels, account, answers)

        self.patch(Parcel, "_apply_reads", apply_or_fail)
        cron = self.env.ref("stock_1688_tracking.ir_cron_stock_1688_parcel_look")
        with self.enter_registry_test_mode(), mute_logger("odoo.addons.stock_1688_tracking.models.purchase_1688_order"):
            self.env.flush_all()
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.order.tracking_misses, 0)
        self.assertTrue(self.order.parcel_ids)
        self.assertEqual(poison.tracking_misses, 1)
        self.assertGreater(poison.tracking_next_look_at, fields.Datetime.now())

    def test_messages_ask_for_a_look(self):
        self._apply([parcel()])
        now = fields.Datetime.now()
        for number, hint in enumerate(
            (
                {"order_ids": (self.order.remote_id,)},
                {"bill_no": NUMBER},
                {"logistics_id": f"LP{NUMBER}"},
            )
        ):
            message = PushMessage(msg_id=f"9{number}", topic="LOGISTICS_BUYER_VIEW_TRACE", **hint)
            self.order.write({"tracking_asked": False, "tracking_next_look_at": False})
            event = self.env["purchase.1688.event"].create(
                {
                    "account_id": self.account.id,
                    "company_id": self.account.company_id.id,
                    "msg_id": message.msg_id,
                    "type": message.topic,
                    "raw": json.dumps(asdict(message)),
                }
            )
            event._process()
            self.assertEqual(event.state, "done")
            self.assertTrue(self.order.tracking_asked)
            self.assertGreaterEqual(self.order.tracking_next_look_at, now.replace(microsecond=0))

    def test_message_about_a_stranger_is_harmless(self):
        message = PushMessage(msg_id="1", topic="LOGISTICS_MAIL_NO_CHANGE", order_ids=("999",))
        event = self.env["purchase.1688.event"].create(
            {
                "account_id": self.account.id,
                "company_id": self.account.company_id.id,
                "msg_id": "1",
                "type": message.topic,
                "raw": json.dumps(asdict(message)),
            }
        )
        event._process()
        self.assertEqual(event.state, "done")
