from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import file_open

from .common import Purchase1688Case

ROLES = ("buyer", "approver", "manager", "admin", "purchaser")
READ = dict.fromkeys(ROLES, "r")
#: buyers and managers work with it, the others look on
WORK = {**READ, "buyer": "rwcu", "manager": "rwcu"}
#: its lines are made by the machine; buyers and managers choose in them
CHOOSE = {**READ, "buyer": "rw", "manager": "rw"}
#: model -> role -> what it may do: r(ead), w(rite), c(reate), u(nlink)
RIGHTS = {
    "purchase.1688.account": {**READ, "admin": "rwcu"},
    "purchase.1688.attempt": {**READ, "purchaser": ""},
    "purchase.1688.approval": {**READ, "purchaser": ""},
    "purchase.1688.call": {"admin": "r"},
    "purchase.1688.call.chain": {"admin": "r"},
    "purchase.1688.category": READ,
    "purchase.1688.comparison": CHOOSE,
    "purchase.1688.comparison.demand": READ,
    "purchase.1688.comparison.proposal": READ,
    "purchase.1688.comparison.quote": READ,
    "purchase.1688.event": {"admin": "r"},
    "purchase.1688.issue": dict.fromkeys(ROLES, "rw"),
    "purchase.1688.offer": {**READ, "buyer": "rwc", "manager": "rwc"},
    "purchase.1688.offer.tier": WORK,
    "purchase.1688.order": READ,
    "purchase.1688.order.line": READ,
    "purchase.1688.payment": READ,
    "purchase.1688.payment.line": READ,
    "purchase.1688.price": READ,
    "purchase.1688.qualification": WORK,
    "purchase.1688.quota": {"admin": "r"},
    "purchase.1688.rating": READ,
    "purchase.1688.rating.fact": READ,
    "purchase.1688.rating.override": {**READ, "manager": "rc"},
    "purchase.1688.rating.part": READ,
    "purchase.1688.rating.weight": {**READ, "manager": "rw"},
    "purchase.1688.refund": READ,
    "purchase.1688.refund.line": READ,
    "purchase.1688.sku": {**READ, "buyer": "rwc", "manager": "rwc"},
    # on the product, which everybody sees
    "purchase.1688.source": {**WORK, "stranger": "r"},
    "purchase.1688.source.change": READ,
    "purchase.1688.source.export": {"buyer": "rwcu", "manager": "rwcu"},
    "purchase.1688.source.import": WORK,
    "purchase.1688.source.import.column": CHOOSE,
    "purchase.1688.source.import.offer": READ,
    "purchase.1688.source.import.profile": WORK,
    "purchase.1688.source.import.row": CHOOSE,
    "purchase.1688.source.import.sku": READ,
    "purchase.1688.sourcing": WORK,
    "purchase.1688.sourcing.block": WORK,
    "purchase.1688.sourcing.candidate": READ,
    "purchase.1688.sourcing.rule": WORK,
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


@tagged("post_install", "-at_install")
class TestSecurity(Purchase1688Case):
    def test_rights_of_each_role(self):
        for model, rights in RIGHTS.items():
            for role in ROLES:
                records = self.env[model].with_user(getattr(self, role))
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        expected = letter in rights.get(role, "")
                        self.assertEqual(records.has_access(operation), expected)

    def test_strangers_have_no_rights(self):
        for model in RIGHTS:
            records = self.env[model].with_user(self.stranger)
            for letter, operation in OPERATIONS.items():
                expected = letter in RIGHTS[model].get("stranger", "")
                self.assertEqual(records.has_access(operation), expected, f"{model} {operation}")

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

    def test_what_other_companies_think_of_a_seller_is_not_seen(self):
        company = self.env["res.company"].create({"name": "Other"})
        seller = self.env["res.partner"].create({"name": "A", "ali1688_open_id": "BBB0", "ali1688_score": 2.0})
        rating = self.env["purchase.1688.rating"]._rate(company, seller)[seller]
        there = new_test_user(
            self.env,
            "there_1688",
            groups="purchase_1688.group_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        end = fields.Date.add(fields.Date.today(), days=9)
        vals = {"partner_id": seller.id, "kind": "rating", "reason": "Theirs only.", "date_end": end}
        decision = self.env["purchase.1688.rating.override"].with_user(there).create(vals)
        weight = self.env["purchase.1688.rating.weight"].search([("company_id", "=", company.id)], limit=1)
        for record in (rating, rating.part_ids[0], decision, weight):
            self.assertEqual(record.company_id, company)
            for user in (self.buyer, self.manager, self.admin):
                with self.subTest(model=record._name, user=user.login):
                    theirs = record.with_user(user)
                    self.assertNotIn(record, theirs.search([]))
                    with self.assertRaises(AccessError):
                        theirs.read(["company_id"])
        with self.assertRaises(AccessError):
            weight.with_user(self.manager).weight = 0
        card = seller.with_user(self.manager).get_seller_card()
        self.assertEqual((card["rating"], card["parts"], card["decisions"], card["trend"]), (0, [], [], []))

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
