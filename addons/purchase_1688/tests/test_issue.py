from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.purchase_1688_issue import ACTIVITY_TYPE
from ..models.purchase_1688_issue_counts import COUNTED
from ..models.purchase_1688_messages import describe_kind
from .common import Purchase1688Case


@tagged("post_install", "-at_install")
class TestIssue(Purchase1688Case):
    def setUp(self):
        super().setUp()
        self.issues = self.env["purchase.1688.issue"]
        self.issue = self.issues._open(self.account, "account_token", amount=10, description="x")

    def test_owner_has_an_activity(self):
        self.assertEqual(self.issue.user_id, self.admin)
        activity = self.issue.activity_ids
        self.assertEqual(activity.activity_type_id, self.env.ref(ACTIVITY_TYPE))
        self.assertEqual(activity.user_id, self.admin)

    def test_it_speaks_the_language_of_its_owner(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.admin.lang = "zh_CN"
        opened = self.issues._open(self.account, "account_consent")
        title, step = describe_kind(self.issues.with_context(lang="zh_CN").env, "account_consent")
        self.assertEqual((opened.name, opened.action_name), (title, step))

    def test_open_once_per_record_and_kind(self):
        again = self.issues._open(self.account, "account_token", amount=20)
        self.assertEqual((again, self.issue.amount), (self.issue, 20))
        other = self.issues._open(self.account, "account_consent")
        self.assertNotEqual(other, self.issue)

    def test_activity_says_what_the_issue_says(self):
        self.issues._open(self.account, "account_token", name="Found out meanwhile")
        self.assertEqual(self.issue.activity_ids.summary, "Found out meanwhile")

    def test_rule_closes_what_it_opened(self):
        self.issues._close(self.account, "account_token")
        self.assertEqual(self.issue.state, "closed")
        self.assertFalse(self.issue.activity_ids)
        self.assertNotEqual(self.issues._open(self.account, "account_token"), self.issue)

    def test_person_closes_with_a_reason(self):
        wizard = self.env["purchase.1688.issue.close"].with_user(self.buyer)
        wizard.create({"issue_ids": self.issue.ids, "reason": "Called them"}).action_close()
        self.assertEqual(self.issue.close_reason, "Called them")
        self.assertEqual(self.issue.closed_by_id, self.buyer)

    def test_people_organise_but_do_not_rewrite(self):
        issue = self.issue.with_user(self.buyer)
        issue.write({"user_id": self.buyer.id, "deadline": "2030-01-01 00:00:00"})
        for vals in ({"state": "closed"}, {"amount": 0}, {"res_id": 1}, {"action_method": "x"}):
            with self.assertRaises(AccessError):
                issue.write(vals)
        with self.assertRaises(AccessError):
            issue.unlink()
        with self.assertRaises(UserError):
            self.issue.unlink()
        with self.assertRaises(AccessError):
            self.issues.with_user(self.stranger).search([])

    def test_next_step_opens_the_record_or_does_the_step(self):
        action = self.issue.with_user(self.admin).action_next_step()
        self.assertEqual((action["res_model"], action["res_id"]), (self.account._name, self.account.id))
        self.issue.action_method = "action_connect"
        action = self.issue.with_user(self.admin).action_next_step()
        self.assertIn("/oauth/authorize", action["url"])
        with self.assertRaises(AccessError):
            self.issue.with_user(self.buyer).action_next_step()

    def test_next_step_calls_buttons_only(self):
        self.issue.action_method = "unlink"
        action = self.issue.with_user(self.admin).action_next_step()
        self.assertEqual(action["res_id"], self.account.id)
        self.assertTrue(self.account.exists())

    # --- numbers beside the menu items

    def test_numbers_of_the_menu_are_those_of_the_role(self):
        todo, compare, confirm, pay = COUNTED
        users = (self.admin, self.buyer, self.approver)
        counts = {user: self.issues.with_user(user).get_menu_counts() for user in users}
        self.assertEqual(counts[self.admin][todo], 1)
        self.assertEqual(counts[self.buyer][todo], 0, "it is the administrator's")
        self.env["purchase.1688.comparison"].create(
            [{"account_id": self.account.id, "state": state, "user_id": self.buyer.id} for state in ("done", "applied")]
        )
        self.assertEqual(self.issues.with_user(self.buyer).get_menu_counts()[compare], 1)
        self.assertEqual(counts[self.approver], {todo: 0, compare: 0, confirm: 0, pay: 0})
        for user in (self.purchaser, self.stranger):
            self.assertEqual(self.issues.with_user(user).get_menu_counts(), {})

    def test_orders_and_payments_wait_for_who_may_decide(self):
        _todo, _compare, confirm, pay = COUNTED
        vals = {
            "account_id": self.account.id,
            "company_id": self.company.id,
            "partner_id": self.company.partner_id.id,
            "address_partner_id": self.company.partner_id.id,
            "user_id": self.buyer.id,
            "state": "prepared",
        }
        asked = {"approval_requested_by_id": self.buyer.id}
        self.env["purchase.1688.order"].create([vals, vals, {**vals, **asked}])
        payment = {"account_id": self.account.id, "company_id": self.company.id, "user_id": self.buyer.id}
        self.env["purchase.1688.payment"].create(payment)
        buyer, approver = (self.issues.with_user(user).get_menu_counts() for user in (self.buyer, self.approver))
        self.assertEqual((buyer[confirm], buyer[pay]), (2, 0))
        self.assertEqual((approver[confirm], approver[pay]), (1, 1))

    def test_numbers_cost_the_same_however_much_there_is(self):
        model = self.issues.with_user(self.approver)
        model.get_menu_counts()
        self.env.invalidate_all()
        self.env.flush_all()
        with self.assertQueryCount(8):
            model.get_menu_counts()
