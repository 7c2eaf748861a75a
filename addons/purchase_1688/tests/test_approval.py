from psycopg2 import errors

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import Purchase1688Case
from .wish import MODEL, add_wish_model


@tagged("post_install", "-at_install")
class TestApproval(Purchase1688Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        add_wish_model(cls)
        cls.company.ali1688_approval_limit = 100.0
        cls.second = new_test_user(
            cls.env, "second_1688", groups="purchase_1688.group_buyer,purchase_1688.group_approver"
        )
        cls.wish = cls.env[MODEL].create(
            {
                "name": "W1",
                "company_id": cls.company.id,
                "account_id": cls.account.id,
                "user_id": cls.second.id,
                "amount": 100.0,
            }
        )

    def test_who_may_approve_what(self):
        small, large, own, other = 100.0, 100.01, self.second, self.buyer
        cases = (  # user, kind, amount, prepared by, allowed
            (self.buyer, "place", small, other, True),
            (self.buyer, "place", large, own, False),
            (self.buyer, "pay", small, own, False),
            (self.approver, "place", large, other, True),
            (self.approver, "pay", large, other, True),
            (self.second, "place", small, own, True),
            (self.second, "place", large, own, False),
            (self.second, "pay", large, own, False),
            (self.second, "place", large, other, True),
            (self.manager, "place", small, other, True),
            (self.manager, "place", large, other, False),
            (self.admin, "place", small, other, False),
            (self.admin, "pay", small, other, False),
            (self.purchaser, "place", small, other, False),
            (self.stranger, "place", small, other, False),
            (self.env.ref("base.user_root"), "place", small, other, False),
        )
        for user, kind, amount, prepared_by, allowed in cases:
            self.wish.write({"amount": amount, "user_id": prepared_by.id})
            self.env.flush_all()
            with self.subTest(user=user.login, kind=kind, amount=amount):
                if allowed:
                    self.assertEqual(self._approve(user, kind).user_id, user)
                else:
                    with self.assertRaises(AccessError):
                        self._approve(user, kind)

    def test_user_of_another_company_approves_nothing(self):
        company = self.env["res.company"].create({"name": "Other"})
        user = new_test_user(
            self.env,
            "elsewhere_1688",
            groups="purchase_1688.group_approver",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        with self.assertRaises(AccessError):
            self._approve(user, "place")

    def test_the_record_says_what_is_approved_not_the_caller(self):
        approval = (
            self.env["purchase.1688.approval"]
            .with_user(self.buyer)
            .sudo()
            .create(
                {
                    "kind": "place",
                    "res_model": MODEL,
                    "res_id": self.wish.id,
                    "amount": 9999,
                    "user_id": self.approver.id,
                    "valid_until": "2099-01-01",
                }
            )
        )
        self.assertEqual((approval.amount, approval.user_id), (100.0, self.buyer))
        self.assertLess(str(approval.valid_until), "2099")

    def test_nobody_changes_or_deletes_an_approval(self):
        approval = self._approve(self.buyer, "place")
        for user in (self.buyer, self.approver, self.manager, self.admin):
            with self.assertRaises(UserError):
                approval.with_user(user).write({"amount": 1})
            with self.assertRaises(UserError):
                approval.with_user(user).unlink()
            with self.assertRaises(AccessError):
                approval.with_user(user).copy()
        with self.assertRaises(UserError):
            approval.sudo().write({"amount": 1})
        with self.assertRaises(UserError):
            approval.sudo().unlink()

    @mute_logger("odoo.sql_db")
    def test_database_refuses_changes(self):
        self._approve(self.buyer, "place")
        for statement in (
            "UPDATE purchase_1688_approval SET amount = 1",
            "DELETE FROM purchase_1688_approval",
            "TRUNCATE purchase_1688_approval CASCADE",
        ):
            with self.assertRaises(errors.RestrictViolation), self.env.cr.savepoint():
                self.env.cr.execute(statement)

    def test_found_only_while_it_holds(self):
        approvals = self.env["purchase.1688.approval"]
        approval = self._approve(self.buyer, "place")
        self.assertEqual(approvals._find_valid(self.wish, "place", "place W1"), approval)
        self.assertFalse(approvals._find_valid(self.wish, "place", "place W2"))
        self.assertFalse(approvals._find_valid(self.wish, "pay", "place W1"))

    def _approve(self, user, kind):
        vals = {"kind": kind, "res_model": MODEL, "res_id": self.wish.id}
        approvals = self.env["purchase.1688.approval"].with_user(user)
        return approvals.sudo().create(vals)  # the test model has no access rules
