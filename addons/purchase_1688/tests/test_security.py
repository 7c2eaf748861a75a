from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import file_open

from .common import Purchase1688Case

#: model -> group -> what its members may do: r(ead), w(rite), c(reate), u(nlink)
RIGHTS = {
    "purchase.1688.account": {"buyer": "r", "approver": "r", "manager": "r", "admin": "rwcu"},
    "purchase.1688.attempt": {"buyer": "r", "approver": "r", "manager": "r", "admin": "r"},
    "purchase.1688.approval": {"buyer": "r", "approver": "r", "manager": "r", "admin": "r"},
    "purchase.1688.call": {"admin": "r"},
    "purchase.1688.call.chain": {"admin": "r"},
    "purchase.1688.event": {"admin": "r"},
    "purchase.1688.issue": {"buyer": "rw", "approver": "rw", "manager": "rw", "admin": "rw"},
    "purchase.1688.price": {"buyer": "r", "approver": "r", "manager": "r", "admin": "r"},
    "purchase.1688.quota": {"admin": "r"},
    "purchase.1688.sourcing": {"buyer": "rwcu", "approver": "r", "manager": "rwcu", "admin": "r"},
    "purchase.1688.sourcing.block": {"buyer": "rwcu", "approver": "r", "manager": "rwcu", "admin": "r"},
    "purchase.1688.sourcing.candidate": {"buyer": "r", "approver": "r", "manager": "r", "admin": "r"},
    "purchase.1688.sourcing.rule": {"buyer": "rwcu", "approver": "r", "manager": "rwcu", "admin": "r"},
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


@tagged("post_install", "-at_install")
class TestSecurity(Purchase1688Case):
    def test_rights_of_each_group(self):
        for model, groups in RIGHTS.items():
            for group in ("buyer", "approver", "manager", "admin"):
                records = self.env[model].with_user(getattr(self, group))
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, group=group, operation=operation):
                        expected = letter in groups.get(group, "")
                        self.assertEqual(records.has_access(operation), expected)

    def test_strangers_have_no_rights(self):
        for model in RIGHTS:
            records = self.env[model].with_user(self.stranger)
            for operation in OPERATIONS.values():
                self.assertFalse(records.has_access(operation), f"{model} {operation}")

    def test_administering_is_not_spending(self):
        self.assertFalse(self.admin.has_group("purchase_1688.group_buyer"))
        self.assertFalse(self.admin.has_group("purchase_1688.group_approver"))
        self.assertFalse(self.approver.has_group("purchase_1688.group_buyer"))
        self.assertFalse(self.buyer.has_group("purchase_1688.group_approver"))

    def test_other_companies_are_not_seen(self):
        company = self.env["res.company"].create({"name": "Other"})
        foreign = self._create_account(name="Foreign", company_id=company.id)
        issue = self.env["purchase.1688.issue"]._open(foreign, "account_token")
        for user in (self.buyer, self.manager, self.admin):
            self.assertNotIn(foreign, self.env[foreign._name].with_user(user).search([]))
            self.assertNotIn(issue, self.env[issue._name].with_user(user).search([]))
            with self.assertRaises(AccessError):
                foreign.with_user(user).read(["name"])
        there = new_test_user(
            self.env,
            "there_1688",
            groups="purchase_1688.group_admin",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.assertEqual(self.env[foreign._name].with_user(there).search([]), foreign)

    def test_buttons_of_the_account_check_rights(self):
        account = self.account.with_user(self.buyer)
        for button in (
            "action_connect",
            "action_test",
            "action_disconnect",
            "action_rotate_key",
            "action_resume_spending",
            "action_new_push_token",
            "action_verify_calls",
        ):
            with self.subTest(button), self.assertRaises(AccessError):
                getattr(account, button)()
        with self.assertRaises(AccessError):
            self.account.with_user(self.purchaser).action_stop_spending()

    def test_buyer_does_not_read_keys_and_addresses(self):
        for name in ("push_token", "push_url", "app_secret", "database_uuid"):
            with self.assertRaises(AccessError):
                self.account.with_user(self.buyer).read([name])

    def test_copy_of_an_account_has_no_secrets(self):
        copy = self.account.copy()
        self.assertFalse(copy.has_app_secret or copy.has_access_token or copy.binding)
        self.assertNotEqual(copy.push_token, self.account.push_token)
        self.assertEqual(copy.state, "draft")

    def test_neutralized_copy_cannot_spend(self):
        with file_open("purchase_1688/data/neutralize.sql") as script:
            self.env.flush_all()
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertFalse(self.account.has_app_secret or self.account.has_access_token)
        self.assertFalse(self.account._is_bound())
        self.assertTrue(self.account.spending_stopped)
        self.assertEqual(self.account.state, "draft")
