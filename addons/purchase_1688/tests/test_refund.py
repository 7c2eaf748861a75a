import base64
import io
import json
from dataclasses import replace
from decimal import Decimal

from PIL import Image

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.purchase_1688_attempt_steps import digest
from ..models.purchase_1688_messages import explain
from ..models.purchase_1688_refund_look import LIST_LAG
from .order_common import CLAIMS, REFRESH, SEND, OrderCase


@tagged("post_install", "-at_install")
class TestRefund(OrderCase):
    def setUp(self):
        super().setUp()
        self.order = self._paid()
        self.gateway.admin("POST", f"orders/{self.order.remote_id}/ship", {"parcels": 1})
        self._read()

    def _read(self):
        self.order.looked_at = False
        self.run_cron(REFRESH)

    def _picture(self):
        data = io.BytesIO()
        Image.new("RGB", (2000, 1500), "red").save(data, "PNG")
        return (
            self.env["ir.attachment"]
            .with_user(self.buyer)
            .create({"name": "bad.png", "datas": base64.b64encode(data.getvalue())})
        )

    def _claim(self, **options):
        claim = self.order._open_claim(
            {self.order.line_ids[0]: 1}, "damaged", "one is broken", self._picture(), **options
        )
        self.run_cron(CLAIMS)
        return claim

    def test_order_that_was_refunded_in_full_needs_nobody(self):
        claim = self.order._open_claim(
            {line: line.quantity for line in self.order.line_ids}, "damaged", "all are broken", self._picture()
        )
        self.run_cron(CLAIMS)
        self.run_cron(SEND)
        self.gateway.admin("POST", f"refunds/{claim.remote_id}/agree", {})
        claim.looked_at = False
        self.run_cron(CLAIMS)
        self._read()
        self.assertEqual(self.order.refunded_total, self.order.paid_total - self.order.placed_freight)
        self.assertEqual(self.order.state, "cancelled")
        self.assertEqual(self.order.close_reason, "All of its goods were refunded.")
        self.assertFalse(self.order.issue_ids.filtered(lambda issue: issue.kind == "closed"))
        # and the seller's history tells of it
        self.assertEqual(self.order.closed_at, self.order.remote_modified_at)
        facts = self.env["purchase.1688.rating.fact"].search([("order_id", "=", self.order.id), ("code", "=", "kept")])
        self.assertAlmostEqual(facts.value, self.order.placed_freight / self.order.paid_total, 2)

    def test_claim_to_its_end(self):
        self.assertEqual(self.order.state, "shipped")
        claim = self._claim()
        self.assertEqual(claim.limits_at and claim.reason_name, "商品破损", claim.prepare_note)
        self.run_cron(SEND)
        self.assertEqual(claim.state, "applied", claim.attempt_ids.mapped("error_message"))
        booked = self.gateway.ledger()["refunds"]
        self.assertEqual([row["refund_id"] for row in booked], [claim.remote_id])
        self.assertEqual(booked[0]["amount_fen"], round(claim.amount * 100))
        self.gateway.admin("POST", f"refunds/{claim.remote_id}/agree", {})
        claim.looked_at = False
        self.run_cron(CLAIMS)
        self.assertEqual((claim.state, claim.refunded_amount), ("refunded", claim.amount))
        self._read()
        self.assertEqual(self.order.refunded_total, claim.amount)
        self.order.with_user(self.buyer).action_confirm_receipt(reason="the rest is in order")
        self.run_cron(SEND)
        self._read()
        self.assertEqual(self.order.state, "received")
        self.assertEqual(len(self.gateway.ledger()["confirmations"]), 1)

    def test_receipt_is_not_confirmed_over_an_open_claim(self):
        self._claim()
        self.run_cron(SEND)
        with self.assertRaises(UserError):
            self.order.with_user(self.buyer).action_confirm_receipt(reason="all the same")
        self.assertFalse(self.order.attempt_ids.filtered(lambda attempt: attempt.kind == "confirm"))

    def test_receipt_is_not_confirmed_over_a_claim_that_was_opened_since(self):
        self.order._confirm_receipt()
        self._claim()
        self.run_cron(SEND)
        self.assertFalse(self.gateway.ledger()["confirmations"])

    def test_reason_for_confirming_is_kept(self):
        self.order.with_user(self.buyer).action_confirm_receipt(reason="counted at the forwarder")
        message = self.order.message_ids[0]
        self.assertIn("counted at the forwarder", message.body)
        self.assertEqual(message.author_id, self.buyer.partner_id)

    def test_confirmed_exactly_once(self):
        self.order._confirm_receipt()
        with self.assertRaises(UserError):
            self.order._confirm_receipt()
        self.run_cron(SEND)
        self.assertEqual(self.order.state, "received")
        with self.assertRaises(UserError):
            self.order._confirm_receipt()
        self.run_cron(SEND)
        self._read()
        self.assertEqual(self.order.state, "received")
        self.assertEqual(len(self.gateway.ledger()["confirmations"]), 1)

    def _asked(self):
        """A claim that is to be sent, while 1688 is not called."""
        claim = self._claim()
        self.assertEqual((claim.state, claim.attempt_ids.state), ("draft", "ready"))
        return claim

    def _change(self, claim, amount):
        action = claim.with_user(self.buyer).action_edit()
        wizard = self.env[action["res_model"]].with_user(self.buyer).with_context(**action["context"]).create({})
        wizard.goods_amount = amount
        wizard.action_request()

    def test_change_before_sending_takes_the_call_back(self):
        claim = self._asked()
        self._change(claim, 1)
        self.assertEqual((claim.state, claim.amount, claim.attempt_ids.state), ("draft", 1, "cancelled"))
        self.assertIn("changed before it was sent", claim.prepare_note)
        self.run_cron(SEND)
        self.assertFalse(self.gateway.ledger()["refunds"])
        claim.with_user(self.buyer).action_apply()
        self.run_cron(SEND)
        self.assertEqual([row["amount_fen"] for row in self.gateway.ledger()["refunds"]], [100])

    def test_drop_before_sending_takes_the_call_back(self):
        claim = self._asked()
        claim.with_user(self.buyer).action_drop()
        self.run_cron(SEND)
        self.assertEqual((claim.state, claim.attempt_ids.state), ("closed", "cancelled"))
        self.assertFalse(self.gateway.ledger()["refunds"])

    def test_claim_whose_call_is_on_its_way_is_not_changed(self):
        claim = self._asked()
        claim.attempt_ids.state = "calling"
        for change in (lambda: self._change(claim, 1), claim.with_user(self.buyer).action_drop):
            with self.assertRaisesRegex(UserError, "on its way"):
                change()
        self.assertNotEqual(claim.amount, 1)

    def test_claim_that_is_not_what_was_to_be_sent_is_not_sent(self):
        claim = self._asked()
        claim.goods_amount = 1
        self.run_cron(SEND)
        self.assertEqual((claim.state, claim.attempt_ids.state), ("draft", "cancelled"))
        self.assertFalse(self.gateway.ledger()["refunds"])

    def test_lost_answer_of_a_claim_is_read_back(self):
        claim = self._claim()
        self.gateway.fault("alibaba.trade.createRefund", "drop_after")
        self.run_cron(SEND)
        self.assertEqual(claim.state, "unknown")
        claim.attempt_ids._look()
        self.env.invalidate_all()
        self.assertEqual(claim.state, "applied")
        self.assertEqual([row["refund_id"] for row in self.gateway.ledger()["refunds"]], [claim.remote_id])

    def _lost(self):
        """A claim that 1688 took, while its answer was lost; the platform's number of it."""
        claim = self._claim()
        self.gateway.fault("alibaba.trade.createRefund", "drop_after")
        self.run_cron(SEND)
        self.assertEqual(claim.state, "unknown")
        return claim, self.gateway.ledger()["refunds"][-1]["refund_id"]

    def _look(self, claim):
        claim.attempt_ids._look()
        self.env.invalidate_all()

    def test_lost_claim_that_ended_meanwhile_is_found(self):
        claim, number = self._lost()
        self.gateway.admin("POST", f"refunds/{number}/agree", {})
        self._look(claim)
        self.assertEqual((claim.state, claim.remote_id, claim.refunded_amount), ("refunded", number, claim.amount))

    def test_lost_claim_after_the_sale_is_found(self):
        self.order._confirm_receipt()
        self.run_cron(SEND)
        self.gateway.advance(2 * 3600)
        self._read()
        self.assertEqual(self.order.state, "done")
        claim, number = self._lost()
        self._look(claim)
        self.assertEqual((claim.state, claim.remote_id), ("applied", number))

    def test_lost_claim_that_is_known_already_is_not_found_twice(self):
        other = self._claim()
        self.run_cron(SEND)
        self.gateway.admin("POST", f"refunds/{other.remote_id}/agree", {})
        other.looked_at = False
        self.run_cron(CLAIMS)
        claim = self._claim()
        self.gateway.fault("alibaba.trade.createRefund", "drop_before")
        self.run_cron(SEND)
        self._look(claim)
        self.assertEqual((claim.state, claim.attempt_ids.absences), ("unknown", 1))

    def test_lost_claim_that_was_changed_at_1688_stays_unknown(self):
        claim, number = self._lost()
        self.gateway.admin("POST", f"refunds/{number}/modify", {"goods_fen": 1})
        self._look(claim)
        self.assertEqual((claim.state, claim.attempt_ids.absences), ("unknown", 0))

    def test_lost_claim_of_a_sub_account_is_found_but_never_called_absent(self):
        name = "alibaba.trade.refund.buyer.queryOrderRefundList"
        claim, number = self._lost()
        self.gateway.fault(name, "gateway_error", code="gw.APIACLDecline", message="main account only", times=9)
        self.gateway.admin("POST", f"refunds/{number}/agree", {})
        self._look(claim)
        self.assertEqual((claim.state, claim.remote_id), ("refunded", number))
        claim = self._claim()
        self.gateway.fault("alibaba.trade.createRefund", "drop_before")
        self.run_cron(SEND)
        self._look(claim)
        self.assertEqual((claim.state, claim.attempt_ids.absences), ("unknown", 0))

    def test_rejected_goes_to_a_person(self):
        claim = self._claim()
        self.run_cron(SEND)
        self.gateway.admin("POST", f"refunds/{claim.remote_id}/reject", {"reason": "not our fault"})
        claim.looked_at = False
        self.run_cron(CLAIMS)
        self.assertEqual((claim.state, claim.reject_reason), ("rejected", "not our fault"))
        issues = self.env["purchase.1688.issue"].search([("res_model", "=", claim._name), ("res_id", "=", claim.id)])
        self.assertIn("claim_rejected", issues.mapped("kind"))

    def test_evidence_is_wanted(self):
        claim = self.order._open_claim({self.order.line_ids[0]: 1}, "damaged", "one is broken")
        self.run_cron(CLAIMS)
        self.assertEqual(claim.state, "draft")
        self.assertIn("pictures", claim.prepare_note)
        with self.assertRaises(UserError):
            claim.with_user(self.buyer).action_apply()

    def test_not_more_than_was_ordered_nor_twice(self):
        line = self.order.line_ids[0]
        with self.assertRaises(UserError):
            self.order._open_claim({line: line.quantity + 1}, "damaged", "too many")
        self.order._open_claim({line: line.quantity}, "damaged", "all of them")
        with self.assertRaises(UserError):
            self.order._open_claim({line: 1}, "damaged", "again")

    def test_only_buyers_claim(self):
        claim = self._claim(auto=False)
        for user in (self.approver, self.admin, self.purchaser):
            with self.assertRaises(AccessError):
                claim.with_user(user).action_apply()

    def test_wizard(self):
        action = self.order.with_user(self.buyer).action_claim()
        wizard = self.env[action["res_model"]].with_user(self.buyer).with_context(**action["context"]).create({})
        wizard.line_ids[0].quantity = 1
        wizard.evidence_ids = self._picture().with_user(self.buyer)
        result = wizard.action_request()
        claim = self.env["purchase.1688.refund"].browse(result["res_id"])
        self.run_cron(CLAIMS)
        self.run_cron(SEND)
        self.assertEqual(claim.state, "applied", claim.prepare_note)

    # --- less came back than the goods cost

    def _end(self, claim, goods_fen=None):
        """Have the claim end at 1688: the seller pays back what was claimed, or less by agreement."""
        self.run_cron(SEND)
        self.assertEqual(claim.state, "applied", claim.prepare_note)
        if goods_fen is not None:
            self.gateway.admin("POST", f"refunds/{claim.remote_id}/modify", {"goods_fen": goods_fen})
        self.gateway.admin("POST", f"refunds/{claim.remote_id}/agree", {})
        claim.looked_at = False
        self.run_cron(CLAIMS)
        self.assertEqual(claim.state, "refunded")
        self._read()

    def _short(self, quantity=None):
        """A claim for the goods of the first line that brought one yuan; the line."""
        line = self.order.line_ids[0]
        claim = self.order._open_claim({line: quantity or line.quantity}, "damaged", "broken", self._picture())
        self.run_cron(CLAIMS)
        self._end(claim, 100)
        self.assertEqual((claim.refunded_goods, claim._covers_goods()), (1, False))
        return claim, line

    def _wizard(self, action):
        return self.env[action["res_model"]].with_user(self.buyer).with_context(**action["context"]).create({})

    def test_rest_is_claimed_from_the_claim_that_came_back_short(self):
        claim, line = self._short(1)
        rest = float(claim.line_ids._get_cost()) - 1
        self.assertAlmostEqual(claim.rest_amount, rest)
        issue = self.env["purchase.1688.issue"].search([("kind", "=", "claim_differs"), ("res_id", "=", claim.id)])
        wizard = self._wizard(issue.with_user(self.buyer).action_next_step())
        self.assertEqual(wizard.line_ids.filtered("quantity").order_line_id, line)
        self.assertEqual((wizard.rest_of_id, wizard.line_ids[0].quantity), (claim, 1))
        self.assertAlmostEqual(wizard.max_goods, rest)
        self.assertAlmostEqual(wizard.goods_amount, rest)
        second = self.env["purchase.1688.refund"].browse(wizard.action_request()["res_id"])
        self.assertEqual((second.rest_of_id, claim.rest_amount, issue.state), (claim, 0, "closed"))
        self.run_cron(CLAIMS)
        self._end(second)
        self.assertEqual((claim._covers_goods(), second._covers_goods()), (True, True))
        self.assertEqual((claim.rest_amount, second.rest_amount), (0, 0))
        booked = self.gateway.ledger()["refunds"]
        cost = round(float(claim.line_ids._get_cost()) * 100)
        self.assertEqual([row["paid_fen"] for row in booked], [100, cost - 100])
        with self.assertRaisesRegex(UserError, "leaves nothing to claim"):
            self.order._open_claim({line: 1}, "damaged", "again", rest_of=claim)

    def test_goods_that_are_not_free_are_claimed_for_the_rest_only(self):
        claim, line = self._short()
        rest = float(claim._get_cost()) - 1
        wizard = self._wizard(self.order.with_user(self.buyer).action_claim())
        wizard.line_ids.filtered(lambda it: it.order_line_id == line).quantity = line.quantity
        self.assertEqual(wizard.rest_of_id, claim)
        self.assertAlmostEqual(wizard.goods_amount, rest)
        second = self.order._open_claim({line: line.quantity}, "damaged", "the rest", self._picture())
        self.assertEqual(second.rest_of_id, claim)
        self.assertAlmostEqual(second.goods_amount, rest)
        with self.assertRaises(UserError):
            self.order._open_claim({line: 1}, "damaged", "a third one")
        self.run_cron(CLAIMS)
        self._end(second, 200)
        # the rest came back short as well: what is still missing can be claimed, and no fen more
        third = self.order._open_claim({line: line.quantity}, "damaged", "the rest of it", self._picture())
        self.assertAlmostEqual(third.goods_amount, rest - 2)
        self.run_cron(CLAIMS)
        self._end(third)
        self.assertTrue(claim._covers_goods())

    def test_free_goods_are_no_rest(self):
        claim, line = self._short(1)
        other = self.order._open_claim({line: 1}, "damaged", "another one", self._picture())
        self.assertFalse(other.rest_of_id)
        self.assertAlmostEqual(other.goods_amount, other.line_ids.amount)
        wizard = self._wizard(other.with_user(self.buyer).action_edit())
        self.assertFalse(wizard.rest_of_id)
        with self.assertRaises(UserError):
            self.order._open_claim({line: line.quantity}, "damaged", "more than is free")

    def test_more_than_the_rest_is_not_claimed(self):
        claim, line = self._short(1)
        second = self.order._open_claim({line: 1}, "damaged", "the rest", self._picture(), auto=False, rest_of=claim)
        self.run_cron(CLAIMS)
        allowed = second.goods_amount
        self._change(second, allowed + 1)
        with self.assertRaisesRegex(UserError, "has not come back yet"):
            second.with_user(self.buyer).action_apply()
        self._change(second, allowed)
        second.with_user(self.buyer).action_apply()
        # whatever writes the amount, the last look before it goes out stops it
        second.goods_amount = allowed + 1
        attempt = second.attempt_ids
        attempt.request = json.dumps(second._build_create_call(), ensure_ascii=False, sort_keys=True)
        attempt.digest = digest(attempt.request)
        self.run_cron(SEND)
        self.assertEqual((second.state, attempt.state), ("draft", "cancelled"))
        self.assertEqual(len(self.gateway.ledger()["refunds"]), 1)

    def test_what_1688_did_not_tell_may_have_come_back(self):
        claim = self._claim()
        self.run_cron(SEND)
        self.gateway.admin("POST", f"refunds/{claim.remote_id}/agree", {})
        paid = {"result.opOrderRefundModelDetail.refundPayment": None}
        self.gateway.fault("alibaba.trade.refund.OpQueryOrderRefund", "patch", set=paid)
        claim.looked_at = False
        self.run_cron(CLAIMS)
        self.assertEqual((claim.state, claim._covers_goods(), claim.rest_amount), ("refunded", False, 0))
        claim.goods_amount -= 1
        self.assertEqual(claim.rest_amount, 1, "what was not claimed can be")

    def test_rest_follows_every_claim_of_the_family(self):
        first, line = self._short(1)
        cost = float(first._get_cost())
        second = self.order._open_claim({line: 1}, "damaged", "the rest", self._picture(), rest_of=first)
        self.run_cron(CLAIMS)
        self._end(second, 200)
        family = first | second
        self.assertEqual(family.mapped("rest_amount"), [self._yuan(cost - 3)] * 2)
        first.refunded_goods = 2
        self.assertEqual(family.mapped("rest_amount"), [self._yuan(cost - 4)] * 2)
        # 1688 does not say what came back: it may be all that was claimed
        second.refunded_goods = 0
        second.goods_amount = 5
        self.assertEqual(family.mapped("rest_amount"), [self._yuan(cost - 7)] * 2)
        first.refunded_goods = 0
        first.goods_amount = 6
        self.assertEqual(family.mapped("rest_amount"), [self._yuan(cost - 11)] * 2)

    def _yuan(self, amount):
        return self.order.currency_id.round(amount)

    def test_wizard_keeps_the_amount_of_a_claim(self):
        claim = self._claim(auto=False)
        self._change(claim, 1)
        wizard = self._wizard(claim.with_user(self.buyer).action_edit())
        self.assertEqual((wizard.goods_amount, wizard.max_goods), (1, claim.max_goods))
        line = wizard.line_ids.filtered("quantity")
        line.quantity = 2
        self.assertAlmostEqual(wizard.goods_amount, line.amount)

    # --- 1688 says that a claim is open already

    def _claim_at_1688(self, claim, **changes):
        """Somebody claims on 1688's own page what ``claim`` does, with ``changes``; its number there."""
        request = replace(claim._prepare_request(), **changes)
        stored = self.account._build("refund.create", request=request)
        self.account._send(stored, purpose="test", record=claim)
        return self.gateway.ledger()["refunds"][-1]["refund_id"]

    def _creations(self):
        domain = [("name", "=", "refund.create"), ("purpose", "!=", "test")]
        return self.env["purchase.1688.call"].search_count(domain)

    def _refused(self, **changes):
        """A claim that 1688 refused, and the number of the one that stands in its way."""
        claim = self._claim()
        number = self._claim_at_1688(claim, **changes)
        self.run_cron(SEND)
        self.assertEqual((claim.state, claim.attempt_ids.error_code), ("refused", "5010"))
        self.assertTrue(claim.conflict_look_at)
        return claim, number

    def _claim_issue(self, claim):
        domain = [("kind", "=", "claim"), ("res_id", "=", claim.id), ("res_model", "=", claim._name)]
        return self.env["purchase.1688.issue"].search([*domain, ("state", "=", "open")])

    def test_claim_that_1688_has_already_is_followed(self):
        claim, number = self._refused()
        sent = self._creations()
        self.run_cron(CLAIMS)
        self.assertEqual((claim.state, claim.remote_id, claim.conflict_look_at), ("applied", number, False))
        self.assertFalse(self._claim_issue(claim))
        self.assertTrue(claim.message_ids.filtered(lambda message: number in message.body))
        self.gateway.admin("POST", f"refunds/{number}/agree", {})
        claim.looked_at = False
        self.run_cron(CLAIMS)
        self.run_cron(SEND)
        self.assertEqual((claim.state, claim.refunded_amount), ("refunded", claim.amount))
        self.assertEqual((self._creations(), len(self.gateway.ledger()["refunds"])), (sent, 1))

    def test_other_claim_that_is_open_at_1688_is_told_to_a_person(self):
        claim, number = self._refused(goods_amount=Decimal("1.00"))
        sent = self._creations()
        self.run_cron(CLAIMS)
        self.run_cron(SEND)
        self.assertEqual((claim.state, claim.remote_id, claim.conflict_look_at), ("refused", False, False))
        issue = self._claim_issue(claim)
        for text in (number, "1.00", self.order.line_ids[0].display_name):
            self.assertIn(text, issue.name)
            self.assertIn(text, claim.prepare_note)
        self.assertIn("end it at 1688", issue.description)
        self.assertEqual((self._creations(), len(self.gateway.ledger()["refunds"])), (sent, 1))

    def test_what_is_wrong_is_said_in_the_reader_s_words(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        picked = [("field_id.model", "=", "purchase.1688.refund.request"), ("value", "=", "damaged")]
        self.env["ir.model.fields.selection"].search(picked).with_context(lang="zh_CN").name = "破损"
        claim = self._claim()
        self.assertEqual((claim.reason_text, claim.reason_label), ("damaged", "Damaged"))
        self.assertEqual(claim.with_context(lang="zh_CN").reason_label, "破损")
        claim.reason_text = "the lid is missing"
        self.assertEqual(claim.reason_label, "the lid is missing")

    def test_refusal_of_a_claim_that_was_sent_by_itself_is_told_in_its_owner_s_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.order.user_id.lang = "zh_CN"
        claim, _number = self._refused()
        self.assertEqual(claim.user_id, self.order.user_id)
        self.assertEqual(claim.attempt_ids.user_id, self.env.ref("base.user_root"))
        about = explain(self.env(context={"lang": "zh_CN"}), "5010", "refund.create")
        self.assertNotEqual(about.sentence, explain(self.env, "5010", "refund.create").sentence)
        self.assertIn(about.sentence, self._claim_issue(claim).name)
        self.assertEqual(claim.prepare_note, about.sentence)

    def test_claim_of_ours_that_is_open_at_1688_is_named(self):
        first = self._claim()
        self.run_cron(SEND)
        self.assertEqual(first.state, "applied")
        second = self._claim()
        self.run_cron(SEND)
        self.assertEqual(second.attempt_ids.error_code, "5010")
        self.run_cron(CLAIMS)
        self.assertEqual((first.state, second.state, second.remote_id), ("applied", "refused", False))
        self.assertIn(first.remote_id, self._claim_issue(second).name)
        self.assertIn("Wait for its end", self._claim_issue(second).description)

    def test_conflict_that_is_not_found_is_looked_for_once_more(self):
        claim, number = self._refused()
        self.gateway.admin("POST", f"refunds/{number}/agree", {})
        self.run_cron(CLAIMS)
        attempt = claim.attempt_ids
        self.assertEqual((claim.state, claim.conflict_look_at), ("refused", attempt.applied_at + LIST_LAG))
        attempt.applied_at -= LIST_LAG
        claim.conflict_look_at = attempt.applied_at
        self.run_cron(CLAIMS)
        self.assertEqual((claim.state, claim.conflict_look_at), ("refused", False))
        self.assertIn("no open claim", self._claim_issue(claim).name)

    def test_claims_that_cannot_be_read_are_read_later(self):
        claim, number = self._refused()
        for api in ("buyer.queryOrderRefundList", "OpQueryBatchRefundByOrderIdAndStatus"):
            self.gateway.fault(f"alibaba.trade.refund.{api}", "drop_before", times=9)
        self.run_cron(CLAIMS)
        self.assertEqual(claim.state, "refused")
        self.assertGreater(claim.conflict_look_at, claim.attempt_ids.applied_at)
        self.gateway.admin("DELETE", "faults")
        claim.conflict_look_at = claim.attempt_ids.applied_at
        self.run_cron(CLAIMS)
        self.assertEqual((claim.state, claim.remote_id), ("applied", number))

    def test_claim_that_was_changed_meanwhile_is_not_followed(self):
        claim, number = self._refused()
        self._change(claim, 1)
        self.run_cron(CLAIMS)
        self.assertEqual((claim.state, claim.remote_id), ("draft", False))
