from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import OperationalError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import RecordCapturer, tagged
from odoo.tools import mute_logger

from ..models import purchase_1688_attempt as attempts
from ..models import purchase_1688_attempt_look as looks
from .common import Purchase1688Case
from .wish import MODEL, add_wish_model, find_goods, order_request

DOORWAY = "odoo.addons.purchase_1688.models.purchase_1688_doorway"
STEPS = "odoo.addons.purchase_1688.models.purchase_1688_attempt_steps"
CREATE = "alibaba.trade.createCrossOrder"
LIST = "alibaba.trade.getBuyerOrderList"


@tagged("post_install", "-at_install")
class TestAttempt(Purchase1688Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        add_wish_model(cls)

    def setUp(self):
        super().setUp()
        self.line = find_goods(self.account)
        self.wish = self._make_wish("W1")
        self.attempt = self._prepare(self.wish)

    # --- prepare

    def test_preparing_dispatches_in_the_same_transaction(self):
        cron = self.env.ref(attempts.CRON_RUN)
        with RecordCapturer(self.env["ir.cron.trigger"], [("cron_id", "=", cron.id)]) as triggers:
            attempt = self._prepare(self._make_wish("W2"))
        self.assertEqual((attempt.state, len(triggers.records)), ("ready", 1))
        self.assertEqual(self._orders(), [])

    def test_the_same_is_not_asked_for_twice(self):
        with self.assertRaises(UserError):
            self._prepare(self.wish)

    def test_no_user_makes_changes_or_deletes_attempts(self):
        for user in (self.buyer, self.approver, self.manager, self.admin):
            attempt = self.attempt.with_user(user)
            for method, args in (
                (attempt.write, [{"state": "done"}]),
                (attempt.create, [{"name": "x"}]),
                (attempt.unlink, []),
            ):
                with self.assertRaises(AccessError):
                    method(*args)
        with self.assertRaises(AccessError):
            self.attempt.with_user(self.buyer).read(["request"])

    # --- the ordinary way

    def test_one_order_and_everything_told(self):
        self.attempt._run()
        self.assertEqual((self.attempt.state, self.wish.state), ("done", "placed"))
        self.assertEqual(self.wish.told, "claimed apply")
        self.assertEqual(self._orders(), [self.wish.remote_id])

    def test_running_again_does_nothing(self):
        self.attempt._run()
        self.attempt._run()
        self.assertEqual((len(self._orders()), self.attempt.tries), (1, 1))

    def test_cron_works_off_what_is_ready(self):
        other = self._prepare(self._make_wish("W2"))
        self.run_cron(attempts.CRON_RUN)
        self.assertEqual((self.attempt + other).mapped("state"), ["done", "done"])
        self.assertEqual(len(self._orders()), 2)

    # --- killed processes

    def test_killed_between_claim_and_call_is_found_absent(self):
        self.attempt._claim()
        self._let_time_pass(attempts.STALE_SECONDS + 1, attempts.CRON_RUN)
        self.assertEqual((self.attempt.state, self.wish.state), ("unknown", "unknown"))
        self._look_until_settled()
        self.assertEqual((self.attempt.state, self._orders()), ("unknown", []))
        self.assertEqual(self._issues().mapped("kind"), ["attempt_absent"])

    def test_killed_between_call_and_record_is_adopted(self):
        claim = self.attempt._claim()
        self.attempt._send(claim)
        self._let_time_pass(attempts.STALE_SECONDS + 1, attempts.CRON_RUN)
        self._look_until_settled()
        self.assertEqual((self.attempt.state, self.wish.state), ("done", "placed"))
        self.assertEqual(self._orders(), [self.wish.remote_id])

    def test_killed_between_record_and_apply_is_completed(self):
        claim = self.attempt._claim()
        self.attempt._record(claim, self.attempt._send(claim))
        self.assertEqual(self.attempt.state, "answered")
        self.run_cron(attempts.CRON_RUN)
        self.assertEqual((self.attempt.state, self.wish.state), ("done", "placed"))
        self.assertEqual(len(self._orders()), 1)

    def test_sleeper_that_wakes_up_records_but_does_not_send(self):
        claim = self.attempt._claim()
        self.attempt._expire()
        self.assertIsNone(self.attempt._claim())
        self.attempt._record(claim, self.attempt._send(claim))
        self.attempt._apply()
        self.env.invalidate_all()
        self.assertEqual((self.attempt.state, self.wish.state), ("done", "placed"))

    def test_answer_of_an_earlier_sending_is_kept_and_told(self):
        first = self.attempt._claim()
        reply = self.attempt._send(first)
        self.attempt._expire()
        self.attempt._move(("unknown",), {"state": "ready"})
        self.attempt._claim()
        self.attempt._record(first, reply)
        self.assertEqual(self.attempt.state, "calling")
        self.assertTrue(self.attempt.late_answer)
        self.assertIn("attempt_late", self._issues().mapped("kind"))

    # --- answers that do not come

    def test_lost_answer_is_adopted_under_each_treatment_of_a_repeated_number(self):
        for number, treatment in enumerate(("return_existing", "error", "second_order")):
            self.gateway.switch(repeated_out_order_id=treatment)
            wish = self._make_wish(f"L{number}")
            attempt = self._prepare(wish)
            self.gateway.fault(CREATE, "drop_after")
            attempt._run()
            self.assertEqual((attempt.state, wish.state), ("unknown", "unknown"))
            self._look_until_settled(attempt)
            self.assertEqual((attempt.state, wish.state), ("done", "placed"))
            self.assertEqual(len(self._orders(wish.name)), 1)

    def test_unknown_is_never_sent_again_by_the_machine(self):
        self.gateway.fault(CREATE, "drop_before")
        self.attempt._run()
        for _run in range(3):
            self._let_time_pass(86400, attempts.CRON_RUN)
            self._look_until_settled()
        self.assertEqual((self.attempt.state, self.attempt.tries), ("unknown", 1))

    def test_not_found_counts_only_late_and_often_enough(self):
        self.gateway.fault(CREATE, "drop_before")
        self.attempt._run()
        for _look in range(looks.MIN_ABSENCES):
            self.attempt._look()
        self.assertFalse(self.attempt._is_surely_absent())
        with self.assertRaises(UserError):
            self.attempt.with_user(self.approver)._send_again()
        later = fields.Datetime.now() + timedelta(seconds=looks.GRACE_SECONDS + 1)
        with freeze_time(later):
            self.assertFalse(self.attempt._is_surely_absent(), "nobody looked since")
            self.attempt._look()
            self.assertTrue(self.attempt._is_surely_absent())

    def test_why_it_never_will_be_is_told_by_its_record(self):
        self.gateway.fault(CREATE, "drop_before")
        self.attempt._run()
        self.patch(type(self.wish), "_attempt_reconcile", lambda wish, attempt: "refused")
        self.attempt._look()
        self.assertEqual((self.attempt.state, self.attempt.error_message), ("refused", "W1 is over."))

    def test_person_sends_again_after_enough_looks(self):
        self.gateway.fault(CREATE, "drop_before")
        self.attempt._run()
        self._look_until_settled()
        with self.assertRaises(AccessError):
            self.attempt.with_user(self.buyer)._send_again()
        wizard = self.env["purchase.1688.attempt.resolve"].with_user(self.approver)
        later = fields.Datetime.now() + timedelta(seconds=looks.GRACE_SECONDS + 1)
        with freeze_time(later):
            wizard.create({"attempt_id": self.attempt.id, "decision": "send_again"}).action_decide()
        self.env.flush_all()
        self.attempt._run()
        self.assertEqual((self.attempt.state, self.attempt.tries), ("done", 2))
        self.assertEqual(len(self._orders()), 1)
        self.assertFalse(self._issues())

    def test_what_spends_is_given_up_only_when_it_is_surely_absent(self):
        self.gateway.fault(CREATE, "late_effect", seconds=60)
        self.attempt._run()
        self.assertEqual(self.attempt.state, "unknown")
        wizard = self.env["purchase.1688.attempt.resolve"].with_user(self.approver)
        values = {"attempt_id": self.attempt.id, "decision": "give_up", "reason": "Looked on the site"}
        for _look in range(looks.MIN_ABSENCES):
            self.attempt._look()
        decision = wizard.create(values)
        self.assertEqual((decision.surely_absent, decision.may_give_up), (False, False))
        with self.assertRaisesRegex(UserError, decision.too_early):
            decision.action_decide()
        self.assertEqual((self.attempt.state, self.wish.state), ("unknown", "unknown"))
        self.gateway.advance(120)
        self._look_until_settled()
        self.assertEqual((self.attempt.state, self.wish.state), ("done", "placed"))

    def test_what_is_harmless_twice_is_given_up_at_once(self):
        self.gateway.fault(CREATE, "drop_before")
        self.attempt._run()
        for kind, may in (("cancel", True), ("confirm", True), ("return", True), ("pay", False), ("refund", False)):
            self.attempt.kind = kind
            wizard = self.env["purchase.1688.attempt.resolve"].create({"attempt_id": self.attempt.id})
            self.assertEqual((wizard.may_give_up, bool(wizard.too_early)), (may, True), kind)

    def test_giving_up_needs_a_reason(self):
        self.gateway.fault(CREATE, "drop_before")
        self.attempt._run()
        self._look_until_settled()
        wizard = self.env["purchase.1688.attempt.resolve"].with_user(self.approver)
        values = {"attempt_id": self.attempt.id, "decision": "give_up"}
        with self.assertRaises(UserError):
            wizard.create(values).action_decide()
        wizard.create({**values, "reason": "Looked on the site"}).action_decide()
        self.assertEqual((self.attempt.state, self.wish.state), ("refused", "refused given_up"))

    def test_gateway_that_is_down_sends_nothing_and_backs_off(self):
        self.account.gateway_url = "http://127.0.0.1:9"
        self.account.write({"app_secret": self.gateway.app_secret, "access_token": self.gateway.access_token})
        self.account.sudo().state = "connected"
        before = fields.Datetime.now()
        for count in (1, 2, 3):
            self.attempt._run()
            self.assertEqual((self.attempt.state, self.attempt.failures), ("ready", count))
        self.assertGreater(self.attempt.next_look_at, before + timedelta(seconds=100))
        self.assertEqual(self.wish.state, "draft")
        self.assertEqual(self._issues().mapped("kind"), ["attempt_stuck"])

    # --- answers that say no

    def test_refusal_ends_it(self):
        self.gateway.fault(CREATE, "gateway_error", code="gw.APIACLDecline")
        self.attempt._run()
        self.assertEqual(self.attempt.state, "refused")
        self.assertEqual(self.wish.state, "refused gw.APIACLDecline")
        self.assertIn("permission", self.attempt.error_message)

    def test_rate_limit_is_tried_again_later(self):
        self.gateway.fault(CREATE, "rate_limit")
        self.attempt._run()
        self.assertEqual((self.attempt.state, self.wish.state), ("ready", "draft"))
        self._let_time_pass(3600, attempts.CRON_RUN)
        self.assertEqual((self.attempt.state, len(self._orders())), ("done", 1))

    def test_expired_token_is_renewed_once_and_the_order_placed_once(self):
        self.account.access_token = "expired"
        self.attempt._run()
        self.assertEqual((self.attempt.state, self.attempt.tries), ("done", 2))
        self.assertEqual(len(self._orders()), 1)

    @mute_logger("odoo.addons.purchase_1688.models.purchase_1688_authorisation")
    def test_token_that_cannot_be_renewed_waits_for_a_person(self):
        self.account.write({"access_token": "expired", "refresh_token": "revoked"})
        self.attempt._run()
        self.assertEqual((self.attempt.state, self._orders()), ("ready", []))
        self.assertEqual(self.account.state, "error")

    def test_unreadable_answer_is_unknown_and_looked_up(self):
        self.gateway.fault(CREATE, "cut")
        self.attempt._run()
        self.assertEqual(self.attempt.state, "unknown")

    # --- the gate

    def test_changed_request_is_not_sent(self):
        self.env.cr.execute(
            "UPDATE purchase_1688_attempt SET request = replace(request, 'Wang', 'Wong') WHERE id = %s",
            [self.attempt.id],
        )
        self.attempt._run()
        self.assertEqual((self.attempt.state, self._orders()), ("cancelled", []))
        self.assertEqual(self.wish.state, "refused not_permitted")

    def test_record_that_says_no_is_not_sent(self):
        self.wish.state = "dropped"
        self.attempt._run()
        self.assertEqual((self.attempt.state, self._orders()), ("cancelled", []))

    def test_spending_without_approval_is_not_sent(self):
        wish = self._make_wish("W2")
        attempt = self._prepare(wish, approve=False)
        attempt._run()
        self.assertEqual((attempt.state, self._orders("W2")), ("cancelled", []))

    def test_changes_after_the_approval_stop_it(self):
        changes = ({"amount": 11.0}, {"payee": "somebody else"}, {"name": "other"})
        for number, change in enumerate(changes):
            wish = self._make_wish(f"C{number}")
            attempt = self._prepare(wish)
            wish.write(change)
            attempt._run()
            self.assertEqual((attempt.state, self._orders()), ("cancelled", []), change)

    def test_approval_runs_out(self):
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self.attempt._run()
        self.assertEqual((self.attempt.state, self._orders()), ("cancelled", []))

    def test_approver_who_left_approves_nothing(self):
        self.buyer.active = False
        self.attempt._run()
        self.assertEqual((self.attempt.state, self._orders()), ("cancelled", []))

    def test_stopped_account_keeps_it_waiting(self):
        self.account.with_user(self.buyer).action_stop_spending()
        self.attempt._run()
        self.assertEqual((self.attempt.state, self._orders()), ("ready", []))
        self.account.with_user(self.admin).action_resume_spending()
        self.attempt._run()
        self.assertEqual((self.attempt.state, len(self._orders())), ("done", 1))

    def test_taking_back_works_only_before_sending(self):
        self.attempt.with_user(self.buyer).action_cancel()
        self.assertEqual(self.attempt.state, "cancelled")
        attempt = self._prepare(self._make_wish("W2"))
        attempt._run()
        with self.assertRaises(UserError):
            attempt.with_user(self.buyer).action_cancel()

    # --- poison

    @mute_logger(STEPS)
    def test_answer_that_cannot_be_worked_in_stops_nobody(self):
        self.wish.fail = "apply"
        other = self._prepare(self._make_wish("W2"))
        self.run_cron(attempts.CRON_RUN)
        self.assertEqual((self.attempt.state, other.state), ("answered", "done"))
        for _run in range(2):
            self._let_time_pass(86400, attempts.CRON_RUN)
        self.assertIn("attempt_apply", self._issues().mapped("kind"))
        self.wish.fail = False
        self._let_time_pass(86400, attempts.CRON_RUN)
        self.assertEqual((self.attempt.state, len(self._orders("W1"))), ("done", 1))

    @mute_logger(STEPS)
    def test_outcome_is_recorded_even_if_the_record_fails(self):
        self.wish.fail = "unknown"
        self.gateway.fault(CREATE, "drop_after")
        self.attempt._run()
        self.assertEqual(self.attempt.state, "unknown")

    def test_answer_is_recorded_at_the_second_try(self):
        real = type(self.attempt)._record_here
        tries = []

        def unlucky(attempt, claim, outcome):
            tries.append(outcome)
            if len(tries) == 1:
                raise OperationalError("planted")
            return real(attempt, claim, outcome)

        with patch.object(type(self.attempt), "_record_here", unlucky), mute_logger(STEPS):
            self.attempt._run()
        self.assertEqual((len(tries), self.attempt.state), (2, "done"))

    # --- audit

    def _audited(self):
        mine = [("res_model", "=", MODEL), ("res_id", "=", self.wish.id), ("purpose", "like", self.attempt.name)]
        return self.env["purchase.1688.call"].search(mine, order="sequence")

    def _without_audit(self):
        """The audit trail cannot be written: its head is locked, or the database restarts."""
        calls = type(self.env["purchase.1688.call"])
        return patch.object(calls, "_append_here", side_effect=OperationalError("planted"))

    @mute_logger(DOORWAY)
    def test_row_that_the_audit_trail_could_not_take_is_appended_later_as_it_was(self):
        with self._without_audit():
            self.attempt._run()
        self.assertEqual((self.attempt.state, self.wish.state), ("done", "placed"))
        self.assertFalse(self._audited())
        for _run in range(2):
            self.run_cron(attempts.CRON_RUN)
            row = self._audited()
            self.assertEqual((len(row), row.outcome, row.http_status), (1, "answered", 200))
            self.assertEqual((row.name, row.purpose), ("trade.create_order", f"create {self.attempt.name}"))
            self.assertIn(self.wish.remote_id, row.answer)
        self.assertIsNone(self.env["purchase.1688.call"]._verify(self.account)[1])

    @mute_logger(DOORWAY, "odoo.addons.purchase_1688.scheduled")
    def test_row_of_a_dead_process_is_appended_as_soon_as_that_is_possible(self):
        self.attempt._claim()
        with self._without_audit():
            self._let_time_pass(attempts.STALE_SECONDS + 1, attempts.CRON_RUN)
        self.assertEqual((self.attempt.state, len(self._audited())), ("unknown", 0))
        for _run in range(2):
            self.run_cron(attempts.CRON_RUN)
            self.assertEqual(self._audited().mapped("code"), ["lost"])
        self.assertIsNone(self.env["purchase.1688.call"]._verify(self.account)[1])

    # --- helpers

    def _make_wish(self, name):
        return self.env[MODEL].create(
            {
                "name": name,
                "company_id": self.company.id,
                "account_id": self.account.id,
                "user_id": self.buyer.id,
                "amount": 10.0,
            }
        )

    def _prepare(self, wish, approve=True):
        request = order_request(self.account, self.line, wish.name)
        stored = self.account._build("trade.create_order", request=request)
        approval = None
        if approve:
            approvals = self.env["purchase.1688.approval"].with_user(self.buyer)
            vals = {"kind": "place", "res_model": MODEL, "res_id": wish.id}
            approval = approvals.sudo().create(vals)  # the test model has no access rules
        attempt = (
            self.env["purchase.1688.attempt"].with_user(self.buyer)._prepare(wish, "create", stored, 10.0, approval)
        )
        self.env.flush_all()
        return attempt.with_env(self.env)

    def _orders(self, number=None):
        return [
            order["order_id"] for order in self.gateway.ledger()["orders"] if number in (None, order["out_order_id"])
        ]

    def _issues(self):
        return self.env["purchase.1688.issue"].search(
            [("res_model", "=", "purchase.1688.attempt"), ("state", "=", "open")]
        )

    def _let_time_pass(self, seconds, xmlid):
        """Make everything due, as if `seconds` had passed, and run the cron."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE purchase_1688_attempt
               SET next_look_at = next_look_at - interval '1 second' * %s,
                   claimed_at = claimed_at - interval '1 second' * %s
            """,
            [seconds, seconds],
        )
        self.env.invalidate_all()
        self.run_cron(xmlid)

    def _look_until_settled(self, attempt=None):
        for _look in range(looks.MIN_ABSENCES + 1):
            self._let_time_pass(7200, attempts.CRON_RECONCILE)
            if (attempt or self.attempt).state != "unknown":
                break
