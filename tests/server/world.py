"""What the tests buy, who buys it, and what must be true whatever happened."""

from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.purchase_1688.lib import values

CRON_PREPARE = "purchase_1688.ir_cron_purchase_1688_order_prepare"
CRON_RUN = "purchase_1688.ir_cron_purchase_1688_attempt_run"
CRON_RECONCILE = "purchase_1688.ir_cron_purchase_1688_attempt_reconcile"
CRON_REFRESH = "purchase_1688.ir_cron_purchase_1688_order_refresh"
#: more than any grace, stale time or pause of the suite, in seconds
LONG = 3 * 3600


class World:
    """A connected account, people, a product with a source; tests make orders of their own."""

    def __init__(self, database, gateway):
        self.database, self.gateway = database, gateway
        with database.env() as env:
            self._set_up_company(env)
            self.buyer = new_test_user(env, "server_buyer", groups="purchase_1688.group_buyer").id
            self.approver = new_test_user(
                env, "server_approver", groups="purchase_1688.group_approver"
            ).id
        with database.env() as env:
            env.company.ali1688_account_id.action_test()
        database.request(self.buyer, self._collect)

    def _set_up_company(self, env):
        account = env["purchase.1688.account"].create(
            {
                "name": "Sandbox",
                "gateway_url": self.gateway.url,
                "auth_url": self.gateway.url,
                "app_key": self.gateway.app_key,
                "app_secret": self.gateway.app_secret,
                "access_token": self.gateway.access_token,
                "refresh_token": self.gateway.refresh_token,
                "quota_per_minute": 60000,
            }
        )
        env.company.write({"ali1688_account_id": account.id, "ali1688_approval_limit": 1000000})
        env.company.partner_id.write(
            {
                "name": "Hangzhou warehouse",
                "phone": "13800000000",
                "street": "示例路1号",
                "city": "杭州市",
                "zip": "310000",
                "country_id": env.ref("base.cn").id,
                "ali1688_area": "滨江区",
                "ali1688_district_code": "330108",
            }
        )
        # The crons are run by the tests alone.
        env["ir.cron"].search([]).active = False

    def _collect(self, env):
        """Collect the first offer of a search that one can buy without conditions."""
        offers = env["purchase.1688.offer"]
        found = env.company.ali1688_account_id._call(
            "product.search", purpose="test", query=values.SearchQuery("T-shirt")
        )
        rows = offers.collect_offers("\n".join(row.offer_id for row in found.offers[:10]))["offers"]
        sources = env["purchase.1688.source"].search(
            [("offer_id", "in", [row["id"] for row in rows])]
        )
        healthy = sources.filtered(lambda source: source.health == "healthy").sorted("stock")
        self.source_id = healthy[-1].id

    # --- the way of an order, as people go it

    def prepare_order(self):
        """A purchase order, checked at 1688 and ready to be confirmed. Returns its id."""
        order_id = self.database.request(self.buyer, self._order)
        self.database.run_cron(CRON_PREPARE)
        with self.database.env() as env:
            order = env["purchase.1688.order"].browse(order_id)
            assert order.state == "prepared", (order.state, order.block_code, order.block_message)
        return order_id

    def _order(self, env):
        source = env["purchase.1688.source"].browse(self.source_id)
        quantity = (source.sku_id.offer_id.min_qty or 1) * 2 * source.units_per_pack
        purchase = env["purchase.order"].create(
            {
                "partner_id": source.partner_id.id,
                "currency_id": env.ref("base.CNY").id,
                "order_line": [
                    Command.create({"product_id": source.product_id.id, "product_qty": quantity})
                ],
            }
        )
        purchase.action_ali1688_order()
        env.flush_all()
        return env["purchase.1688.order"].search([("purchase_ids", "in", purchase.ids)]).id

    def confirm(self, env, order_id):
        """What the button of the confirm screen does, with what the person sees."""
        orders = env["purchase.1688.order"]
        row = orders.get_confirm_board([order_id])["orders"][0]
        if row["changes"]:
            row = orders.accept_changes(order_id, row["digest"])
        seen = {"id": order_id, "digest": row["digest"], "total": row["total"]}
        return orders.confirm_orders([seen], pay_after=False)

    def confirm_order(self, order_id):
        """Confirmed by the buyer: an attempt to place it is ready."""
        result = self.database.request(self.buyer, lambda env: self.confirm(env, order_id))
        assert result["placed"] == [order_id], result
        return self.attempt(order_id, "create")

    def place_order(self):
        """An order that is placed, read back and verified. Returns its id."""
        order_id = self.prepare_order()
        self.confirm_order(order_id)
        self.settle()
        with self.database.env() as env:
            assert env["purchase.1688.order"].browse(order_id).state == "verified"
        return order_id

    def approve_payment(self, order_id):
        """Asked for by the buyer, approved by the approver: an attempt to pay is ready."""
        self.database.request(
            self.buyer,
            lambda env: (
                env["purchase.1688.order"].browse(order_id).action_request_payment() and True
            ),
        )
        self.database.request(self.approver, lambda env: self.approve(env, order_id))
        return self.attempt(order_id, "pay")

    def approve(self, env, order_id):
        """What the approver's button does, with what the person sees."""
        payment = env["purchase.1688.order"].browse(order_id).payment_ids
        return payment.with_context(ali1688_seen_digest=payment.digest).action_approve() and True

    def attempt(self, order_id, kind):
        """The id of the newest attempt of that kind for the order."""
        with self.database.env() as env:
            domain = [
                ("kind", "=", kind),
                ("res_model", "=", "purchase.1688.order"),
                ("res_id", "=", order_id),
            ]
            return env["purchase.1688.attempt"].search(domain, limit=1).id

    # --- time, and those who clean up after a crash

    def pass_time(self, seconds=LONG):
        """Time goes by: what waits for it in the database is that much older."""
        for column in ("claimed_at", "next_look_at"):
            self.database.execute(
                f"UPDATE purchase_1688_attempt SET {column} = {column} - %s * interval '1 second'"
                " WHERE state IN ('ready', 'calling', 'answered', 'unknown')",
                [seconds],
            )

    def settle(self, rounds=6):
        """Let the scheduled actions do what they do, with time between their runs."""
        for _round in range(rounds):
            for cron in (CRON_RUN, CRON_RECONCILE, CRON_REFRESH):
                self.database.run_cron(cron)
            self.pass_time()

    def decide_to_send_again(self, attempt_id):
        """The person whom the machine asked says: send it again."""
        self.database.request(
            self.approver, lambda env: env["purchase.1688.attempt"].browse(attempt_id)._send_again()
        )

    def resend_the_unknown(self, attempt_id):
        """The planted bug: a recovery that takes *unknown* for *not sent*."""
        self.database.execute(
            "UPDATE purchase_1688_attempt SET state = 'ready', next_look_at = claimed_at"
            " WHERE id = %s AND state = 'unknown'",
            [attempt_id],
        )

    # --- what must be true

    def books(self, order_id):
        """The platform's own books about one order: its orders and payments there."""
        with self.database.env() as env:
            reference = env["purchase.1688.order"].browse(order_id).out_order_id
        ledger = self.gateway.ledger()
        orders = [row for row in ledger["orders"] if row["out_order_id"] == reference]
        ids = {row["order_id"] for row in orders}
        return orders, [row for row in ledger["payments"] if row["order_id"] in ids]

    def check(self, order_id, orders=1, payments=0, state=None):
        """The invariants of one order, and what is expected of it.

        :raise AssertionError: the books, or what Odoo says, are wrong
        """
        placed, paid = self.books(order_id)
        assert len(placed) == orders, f"{len(placed)} orders at 1688, expected {orders}"
        assert len(paid) == payments, f"{len(paid)} payments at 1688, expected {payments}"
        with self.database.env() as env:
            order = env["purchase.1688.order"].browse(order_id)
            assert state is None or order.state == state, (
                f"Odoo says {order.state}, expected {state}"
            )
            if orders:
                assert order.remote_id == str(placed[0]["order_id"])
                assert round(order.placed_total * 100) == placed[0]["total_fen"]
            if payments:
                assert round(order.paid_total * 100) == paid[0]["amount_fen"]
            audit = env["purchase.1688.account"].search(
                [("member_id", "=", self.gateway.member_id)]
            )
            assert audit.action_verify_calls()["params"]["type"] == "success"
