import json
from urllib.parse import urlencode

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..lib.signing import sign_push
from ..models.purchase_1688_event import CRON_PROCESS
from .common import Purchase1688Case, Purchase1688HttpCase

MODEL = "odoo.addons.purchase_1688.models.purchase_1688_event"


def message_of(gateway, number=1, **changes):
    message = {
        "msgId": 92700000000 + number,
        "gmtBorn": 1760000000000,
        "type": "ORDER_BUYER_VIEW_ORDER_PAY",
        "userInfo": gateway.member_id,
        "data": {"orderId": 4100000000000000123, "currentStatus": "waitsellersend"},
        **changes,
    }
    return json.dumps(message)


def form_of(text, secret, **changes):
    fields = {"message": text, "_aop_signature": sign_push(text, secret), **changes}
    return urlencode(fields).encode()


@tagged("post_install", "-at_install")
class TestEvent(Purchase1688Case):
    def setUp(self):
        super().setUp()
        self.events = self.env["purchase.1688.event"]
        self.secret = self.gateway.app_secret
        self.token = self.account.push_token

    def test_signed_message_is_stored_once(self):
        body = form_of(message_of(self.gateway), self.secret)
        self.assertEqual(self.events._receive(self.token, body), 200)
        self.assertEqual(self.events._receive(self.token, body), 200)
        event = self.events.search([])
        self.assertEqual((len(event), event.state, event.source), (1, "new", "push"))
        self.assertEqual(event._message().order_ids, ("4100000000000000123",))

    def test_message_that_is_not_url_encoded_is_taken_too(self):
        text = message_of(self.gateway)
        body = f"message={text}&_aop_signature={sign_push(text, self.secret)}".encode()
        self.assertEqual(self.events._receive(self.token, body), 200)

    @mute_logger(MODEL)
    def test_forged_messages_are_refused(self):
        text = message_of(self.gateway)
        good = form_of(text, self.secret)
        forged = {
            "other secret": form_of(text, "other"),
            "empty secret": form_of(text, ""),
            "no signature": urlencode({"message": text}).encode(),
            "empty signature": form_of(text, self.secret, _aop_signature=""),
            "changed": good.replace(b"92700000001", b"92700000002"),
            "cut": good[:-3],
            "signature twice": good + b"&_aop_signature=" + good[-40:],
            "not a form": text.encode(),
            "empty": b"",
        }
        for name, body in forged.items():
            self.assertEqual(self.events._receive(self.token, body), 403, name)
        self.assertFalse(self.events.search([]))

    @mute_logger(MODEL)
    def test_without_a_secret_everything_is_refused(self):
        self.account._clear_secrets()
        body = form_of(message_of(self.gateway), "")
        self.assertEqual(self.events._receive(self.token, body), 503)
        self.assertFalse(self.events.search([]))

    @mute_logger(MODEL)
    def test_secret_belongs_to_the_address_not_to_the_message(self):
        other = self._create_account(name="Other", app_key="other", app_secret="other-secret")
        body = form_of(message_of(self.gateway), self.secret)
        self.assertEqual(self.events._receive(other.push_token, body), 403)
        self.assertEqual(self.events._receive("unknown", body), 404)
        self.assertEqual(self.events._receive("", body), 404)

    @mute_logger(MODEL)
    def test_deep_and_long_bodies_are_refused(self):
        deep = '{"a":' * 50 + "1" + "}" * 50
        self.assertEqual(self.events._receive(self.token, form_of(deep, self.secret)), 400)
        self.assertEqual(self.events._receive(self.token, b"x" * 300_000), 413)

    def test_message_for_another_account_of_the_app_goes_there(self):
        other = self._create_account(name="Other")
        other.member_id = "b2b-other"
        text = message_of(self.gateway, userInfo="b2b-other")
        self.events._receive(self.token, form_of(text, self.secret))
        self.assertEqual(self.events.search([]).account_id, other)

    def test_message_for_a_stranger_is_kept_and_ignored(self):
        text = message_of(self.gateway, userInfo="b2b-stranger")
        self.assertEqual(self.events._receive(self.token, form_of(text, self.secret)), 200)
        self.assertEqual(self.events.search([]).state, "ignored")

    def test_unknown_topics_and_orders_are_harmless(self):
        for number, topic in enumerate(("SOMETHING_NEW", "ORDER_BUYER_VIEW_ORDER_PAY")):
            text = message_of(self.gateway, number, type=topic)
            self.events._receive(self.token, form_of(text, self.secret))
        self.run_cron(CRON_PROCESS)
        states = self.events.search([], order="id").mapped("state")
        self.assertEqual(states, ["ignored", "done"])

    @mute_logger(MODEL)
    def test_failing_message_is_tried_again_and_stops_nobody(self):
        for number in (1, 2):
            self.events._receive(self.token, form_of(message_of(self.gateway, number), self.secret))
        poison = self.events.search([], limit=1)

        def process(events):
            if poison in events:
                raise ValueError("planted")

        self.patch(type(self.events), "_process_order", process)
        self.run_cron(CRON_PROCESS)
        other = self.events.search([]) - poison
        self.assertEqual((other.state, poison.state, poison.tries), ("done", "new", 1))
        for _try in range(5):
            poison.next_try_at = "2020-01-01"
            self.run_cron(CRON_PROCESS)
        self.assertEqual(poison.state, "error")
        poison.with_user(self.admin).action_again()
        self.assertEqual(poison.state, "new")

    def test_families_by_the_longest_beginning(self):
        topics = {
            "ORDER_BUYER_VIEW_ORDER_BUYER_REFUND_IN_SALES": "refund",
            "ORDER_BUYER_VIEW_ORDER_REFUND_AFTER_SALES": "refund",
            "ORDER_BUYER_VIEW_ANNOUNCE_SENDGOODS": "order",
            "ORDER_BATCH_PAY": "order",
            "ORDER_PAY": None,
        }
        for topic, family in topics.items():
            self.assertEqual(self.events.new({"type": topic})._get_family(), family)


@tagged("post_install", "-at_install")
class TestPushRoute(Purchase1688HttpCase):
    def test_push_is_answered_at_once_and_stored(self):
        body = form_of(message_of(self.gateway), self.gateway.app_secret)
        answer = self._post(body)
        self.assertEqual(answer.status_code, 200)
        self.assertNotIn("session_id", answer.cookies)
        self.env.invalidate_all()
        self.assertEqual(self.env["purchase.1688.event"].search_count([]), 1)

    @mute_logger(MODEL)
    def test_forged_push_is_refused(self):
        self.assertEqual(self._post(b"message={}&_aop_signature=00").status_code, 403)

    def test_long_body_is_refused(self):
        self.assertEqual(self._post(b"message=" + b"x" * 300_000).status_code, 413)

    def test_return_page_without_consent_changes_nothing(self):
        self.authenticate("admin_1688", "admin_1688")
        answer = self.url_open("/purchase_1688/oauth/return?code=x&state=y")
        self.assertIn("Nobody waits", answer.text)

    def _post(self, body):
        return self.url_open(
            f"/purchase_1688/push/{self.account.push_token}",
            data=body,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
