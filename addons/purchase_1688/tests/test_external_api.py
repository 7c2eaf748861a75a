from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import Purchase1688HttpCase
from .external import ExternalApiMixin
from .order_common import PREPARE, REFRESH, SEND

PICTURES = "purchase_1688.ir_cron_purchase_1688_pictures"


@tagged("post_install", "-at_install")
class TestExternalApi(ExternalApiMixin, Purchase1688HttpCase):
    """Buying without a browser: the public methods of each step, as the demo's scenario calls them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._fill_address()
        cls.company.ali1688_approval_limit = 100000
        cls.company.ali1688_comparison_deadline = 30.0  # a busy machine is no reason to be late

    def test_buying_over_json2(self):
        self._buy(self.json2)

    def test_buying_over_xmlrpc(self):
        self._buy(self.xmlrpc)

    def test_sourcing_over_json2(self):
        self._source(self.json2(self.buyer))

    def test_sourcing_over_xmlrpc(self):
        self._source(self.xmlrpc(self.buyer))

    def _source(self, call):
        """A run from its start to what is collected of it."""
        model = "purchase.1688.sourcing"
        values = {"keyword": "数据线", "wanted_count": 30, "rules": [{"criterion": "price"}]}
        run = call(model, "start_sourcing", values=values)["id"]
        self.assertEqual(call(model, "get_progress", [run])["state"], "running")
        self.assertEqual(call(model, "stop", [run])["state"], "stopped")
        self.assertEqual(call(model, "resume", [run])["state"], "running")
        # what follows the commit, which a test never reaches
        self.env[model].browse(run).sudo()._work()
        self.env.flush_all()
        progress = call(model, "wait_done", [run], timeout=5.0)
        self.assertEqual((progress["state"], progress["found"]), ("done", 30))
        best = call(model, "get_shortlist", [run], limit=20)
        prices = [row["price"] for row in best]
        self.assertEqual(prices, sorted(prices))
        made = call(model, "collect_candidates", [run], candidate_ids=[best[0]["id"]])
        self.assertEqual([offer["offer_id"] for offer in made["offers"]], [best[0]["offer_id"]])
        blocked = call(model, "block", [run], candidate_ids=[best[1]["id"]], kind="offer", reason="ours is better")
        self.assertEqual((blocked["blocked"], blocked["progress"]["counts"]["blocked"]), (1, 1))
        self.assertTrue(all(group["label"] for group in call(model, "get_left_out", [run])))

    def test_rating_over_json2(self):
        self._rate(self.json2)

    def test_rating_over_xmlrpc(self):
        self._rate(self.xmlrpc)

    def _rate(self, connect):
        """A seller below the floor: its card, a paper, and decisions."""
        buyer, manager = connect(self.buyer), connect(self.manager)
        seller = self.env["res.partner"].create(
            {"name": "Shantou C", "ali1688_open_id": "BBB1", "ali1688_score": 2.0, "is_company": True}
        )
        ids = [seller.id]
        self.assertTrue(buyer("res.partner", "action_ali1688_rate", ids))
        card = buyer("res.partner", "get_seller_card", ids)
        self.assertEqual(
            (card["rating"], card["state"], card["allowed"], card["known"]), (2.0, "excluded", False, 0.15)
        )
        self.assertEqual([part["code"] for part in card["parts"]], ["service"])
        (weight,) = manager(
            "purchase.1688.rating.weight",
            "search_read",
            domain=[("code", "=", "service"), ("company_id", "=", self.company.id)],
            fields=["weight", "share"],
        )
        self.assertEqual(weight["weight"], 15.0)
        self._enter_papers(buyer, manager, ids)
        end = fields.Date.to_string(fields.Date.add(fields.Date.today(), days=30))
        values = {"kind": "rating", "reason": "They changed their carrier.", "date_end": end}
        card = manager("res.partner", "decide_seller", ids, **values)
        self.assertEqual((card["state"], card["allowed"]), ("overridden", True))
        self.assertIn("They changed their carrier.", card["reason"])
        (decision,) = card["decisions"]
        self.assertEqual((decision["kind"], decision["active"], decision["user"]), ("rating", True, self.manager.name))
        card = manager("res.partner", "withdraw_decisions", ids, reason="They did not.")
        self.assertEqual((card["state"], [one["active"] for one in card["decisions"]]), ("excluded", [False, False]))

    def _enter_papers(self, buyer, manager, ids):
        today = fields.Date.today()
        number = {"kind": "licence", "number": "91330106MA2AXXXX0X"}
        over = fields.Date.to_string(fields.Date.subtract(today, days=9))
        paper = buyer("res.partner", "enter_paper", ids, values={**number, "expires": over})
        self.assertEqual((paper["state"], paper["verified_by"]), ("expired", ""))
        self.assertTrue(buyer("res.partner", "get_seller_card", ids)["block"])
        long = fields.Date.to_string(fields.Date.add(today, days=365))
        new = buyer("res.partner", "enter_paper", ids, values={**number, "expires": long})
        self.assertEqual(new["state"], "unverified")
        (verified,) = manager("purchase.1688.qualification", "verify_papers", [new["id"]])
        self.assertEqual((verified["state"], verified["verified_by"]), ("valid", self.manager.name))
        self.assertFalse(buyer("res.partner", "get_seller_card", ids)["block"])

    def test_deciding_takes_a_manager_and_a_seller(self):
        seller = self.env["res.partner"].create({"name": "Shantou C", "ali1688_open_id": "BBB1"})
        end = fields.Date.add(fields.Date.today(), days=30)
        decision = ("rating", "They changed their carrier.", end)
        for user in (self.buyer, self.approver, self.admin, self.purchaser, self.stranger):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    seller.with_user(user).decide_seller(*decision)
                with self.assertRaises(AccessError):
                    seller.with_user(user).withdraw_decisions("They did not.")
        paper = seller.with_user(self.buyer).enter_paper({"number": "91330106MA2AXXXX0X"})
        for user in (self.approver, self.purchaser, self.stranger):
            with self.subTest(user.login), self.assertRaises(AccessError):
                seller.with_user(user).enter_paper({"number": "91330106MA2AXXXX0X"})
        with self.assertRaises(AccessError):
            self.env["purchase.1688.qualification"].with_user(self.buyer).browse(paper["id"]).verify_papers()
        with self.assertRaisesRegex(UserError, "verified_at"):
            seller.with_user(self.buyer).enter_paper({"number": "91330106MA2AXXXX0X", "verified_at": end})
        with self.assertRaisesRegex(UserError, "nothing else"):
            seller.with_user(self.manager).decide_seller("withdraw", *decision[1:])
        with self.assertRaisesRegex(UserError, "Only sellers"):
            self.company.partner_id.with_user(self.manager).decide_seller(*decision)

    def test_json2_knows_what_a_user_may_not(self):
        body = {"context": {}, "domain": []}
        answer = self.url_open(
            "/json/2/purchase.1688.order/search_count", json=body, headers={"Authorization": "bearer nonsense"}
        )
        self.assertEqual(answer.status_code, 401)

    def _buy(self, connect):
        admin, buyer, approver = connect(self.admin), connect(self.buyer), connect(self.approver)
        self._test_account(admin)
        template, products = self._collect(buyer)
        self._find_sources(buyer, template, products)
        purchases = self._compare(buyer, products)
        order = self._place(buyer, purchases)
        self._pay(buyer, approver, order)

    def _test_account(self, call):
        mine = [("id", "=", self.account.id)]
        self.assertTrue(call("purchase.1688.account", "write", [self.account.id], vals={"name": "Sandbox"}))
        call("purchase.1688.account", "action_test", [self.account.id])
        self.assertEqual(call("purchase.1688.account", "search", domain=mine), [self.account.id])
        (row,) = call("purchase.1688.account", "search_read", domain=mine, fields=["state", "login_id", "push_url"])
        self.assertEqual(row["state"], "connected")

    def _search(self, call, **values):
        """A quick look: what the search shows, in its own order."""
        values = {"wanted_count": 4, "enrich": False, **values}
        run = call("purchase.1688.sourcing", "start_sourcing", values=values)["id"]
        # what follows the commit, which a test never reaches
        self.env["purchase.1688.sourcing"].browse(run).sudo()._work()
        self.env.flush_all()
        self.assertEqual(call("purchase.1688.sourcing", "wait_done", [run], timeout=5.0)["state"], "done")
        domain = [("sourcing_id", "=", run)]
        found = call(
            "purchase.1688.sourcing.candidate",
            "search_read",
            domain=domain,
            fields=["offer_ref"],
            order="position",
        )
        return [candidate["offer_ref"] for candidate in found]

    def _collect(self, call):
        first = self._search(call, keyword="T恤")[0]
        made = call("purchase.1688.offer", "collect_offers", text=f"{first} and 12")
        (offer,) = made["offers"]
        self.assertEqual(offer["offer_id"], first)
        self.run_cron(PICTURES)
        pictured = [("id", "=", offer["product_tmpl_id"]), ("image_1920", "!=", False)]
        self.assertEqual(call("product.template", "search_count", domain=pictured), 1)
        return offer["product_tmpl_id"], offer["product_ids"][:2]

    def _find_sources(self, call, template, products):
        by_picture = {"keyword": False, "price_min": 0, "price_max": 0}
        similar = self._search(call, product_tmpl_id=template, from_product=True, **by_picture)
        values = {"text": "\n".join(similar), "product_tmpl_id": template}
        collect = call("purchase.1688.offer.collect", "create", vals_list=[values])
        call("purchase.1688.offer.collect", "action_collect", collect)
        domain = [("product_id", "in", products)]
        self.assertGreaterEqual(call("purchase.1688.source", "search_count", domain=domain), 4)

    def _compare(self, call, products):
        domain = [("product_id", "in", products)]
        (source,) = call("purchase.1688.source", "search_read", domain=domain, fields=["partner_id"], limit=1)
        lines = [(0, 0, {"product_id": product, "product_qty": 60}) for product in products]
        values = {"partner_id": source["partner_id"][0], "order_line": lines}
        purchase = call("purchase.order", "create", vals_list=[values])
        comparison = call("purchase.order", "compare_on_1688", purchase)["comparison_id"]
        # what follows the commit, which a test never reaches
        own = self.env["purchase.1688.comparison"].browse(comparison).sudo()
        own._ask()
        own._follow_up()
        self.env.flush_all()
        answer = call("purchase.1688.comparison", "action_wait", [comparison], timeout=10.0)
        self.assertTrue(answer["finished"])
        self.assertEqual(call("purchase.1688.comparison", "get_board", [comparison])["plan"], answer["board"]["plan"])
        self._ask_again(call, comparison, answer["board"])
        followed = call("purchase.1688.comparison", "choose_plan", [comparison], kind="total")
        self.assertIn("total", followed["plan"]["kinds"])
        self._choose_one_seller(call, comparison, answer["board"])
        applied = call("purchase.1688.comparison", "apply_plan", [comparison])["purchase_orders"]
        undone = call("purchase.1688.comparison", "undo_apply", [comparison])["purchase_orders"]
        self.assertEqual([row["id"] for row in undone], [row["id"] for row in applied])
        made = call("purchase.1688.comparison", "apply_plan", [comparison])["purchase_orders"]
        self.assertEqual(len(made), 1)
        return [row["id"] for row in made]

    def _ask_again(self, call, comparison, board):
        """One source once more, and the weights of who looks."""
        quote = board["lines"][0]["best"]
        cell = call("purchase.1688.comparison", "ask_source", [comparison], quote_id=quote)
        self.assertEqual(cell["state"], "asking")
        own = self.env["purchase.1688.comparison"].browse(comparison).sudo()
        own._ask()
        own._follow_up()
        self.env.flush_all()
        cost = call("purchase.1688.comparison", "get_breakdown", [comparison], quote_id=quote)
        self.assertEqual(len(cost["answers"]), 1)
        weights = {"cost": 60, "days": 20, "score": 20}
        self.assertEqual(call("purchase.1688.comparison", "set_weights", **weights), weights)
        self.assertEqual(call("purchase.1688.comparison", "get_weights"), weights)
        self.assertEqual(call("purchase.1688.comparison", "get_board", [comparison])["weights"], weights)

    def _choose_one_seller(self, call, comparison, board):
        """The seller of the first line's best answer for all lines."""
        first = board["lines"][0]
        seller = next(key for key, quotes in first["cells"].items() if quotes[0]["id"] == first["best"])
        for line in board["lines"]:
            quote = line["cells"][seller][0]
            chosen = call(
                "purchase.1688.comparison",
                "choose",
                [comparison],
                demand_id=line["id"],
                quote_id=quote["id"],
                reason="together",
            )
            self.assertEqual(chosen["line"]["chosen"], quote["id"])
        cost = call("purchase.1688.comparison", "get_breakdown", [comparison], quote_id=first["best"])
        self.assertTrue(cost["steps"])

    def _place(self, call, purchases):
        action = call("purchase.order", "action_ali1688_order", purchases)
        self.assertEqual(action["type"], "ir.actions.client")
        self.run_cron(PREPARE)
        found = call("purchase.1688.order", "search", domain=[("purchase_ids", "in", purchases)])
        (row,) = call("purchase.1688.order", "get_confirm_board", order_ids=found)["orders"]
        row = call("purchase.1688.order", "set_message", order_id=row["id"], message="please hurry")
        if row["changes"]:
            row = call("purchase.1688.order", "accept_changes", order_id=row["id"], digest=row["digest"])
        seen = [{"id": row["id"], "digest": row["digest"], "total": row["total"]}]
        result = call("purchase.1688.order", "confirm_orders", confirmations=seen)
        self.assertEqual(result, {"placed": found, "asked": [], "refused": []})
        again = call("purchase.1688.order", "confirm_orders", confirmations=seen)
        self.assertEqual([refused["id"] for refused in again["refused"]], found)
        self.run_cron(SEND)
        self.run_cron(REFRESH)
        (row,) = call("purchase.1688.order", "get_confirm_board", order_ids=found)["orders"]
        self.assertEqual(row["state"], "verified")
        return row["id"]

    def _pay(self, buyer, approver, order):
        waiting = [("state", "=", "requested"), ("line_ids.order_id", "=", order)]
        (payment,) = approver("purchase.1688.payment", "search_read", domain=waiting, fields=["digest", "amount"])
        seen = {"ali1688_seen_digest": payment["digest"]}
        approver("purchase.1688.payment", "action_approve", [payment["id"]], context=seen)
        self.run_cron(SEND)
        self.run_cron(REFRESH)
        paid = [("id", "=", order), ("state", "=", "paid")]
        self.assertEqual(buyer("purchase.1688.order", "search_count", domain=paid), 1)
        (row,) = buyer("purchase.1688.order", "search_read", domain=paid, fields=["remote_id"])
        self.assertEqual([it["order_id"] for it in self.gateway.ledger()["payments"]], [row["remote_id"]])
        self.assertEqual(buyer("purchase.1688.refund", "search_read", domain=[], fields=["state"]), [])
