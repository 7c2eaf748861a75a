"""The main job, once, over Odoo's external API (XML-RPC): what people would click, and how long each step takes.

From a need to goods on the shelf: collect offers, find other sources, compare, confirm, pay, receive, inspect, and get
money back for what is bad. At the end the sandbox's own books are held against what was done.
Prints a line for each step and ends with one line of JSON: {"ok": true, "steps": {"name": seconds}}.
"""

import argparse
import base64
import json
import sys
import time
import urllib.request
import xmlrpc.client
from contextlib import contextmanager
from pathlib import Path

# What is collected, by what one would type into the search, and how many of its variants are needed.
NEEDS = (("圆领 T恤", 2), ("卫衣", 1), ("保温杯", 2))
SOURCES_ASKED = 5
SOURCES_WANTED = 3
BASKET_LINES = 12
PLANS = ("total", "parcels", "days", "score")
PATIENCE = 120  # seconds that a step may wait for the machine's background work


class Failed(Exception):
    """A step did not do what it is for."""


class Odoo:
    """One user's session with an Odoo server, over XML-RPC."""

    def __init__(self, url, database, login, password):
        self._proxy = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object", allow_none=True)
        self._database, self._password = database, password
        common = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common")
        self.uid = common.authenticate(database, login, password, {})
        if not self.uid:
            raise PermissionError(f"{login} cannot log in")

    def call(self, model, method, *args, **kwargs):
        """A public method of a model."""
        credentials = (self._database, self.uid, self._password)
        return self._proxy.execute_kw(*credentials, model, method, args, kwargs)

    def read(self, model, domain, fields, **options):
        """Records that a domain finds."""
        return self.call(model, "search_read", domain, fields, **options)


class Gateway:
    """The sandbox's own books and levers, over its admin API."""

    def __init__(self, facts):
        self.facts = facts

    def get(self, path):
        """What stands at an admin address."""
        return self._open(path)

    def post(self, path, body=None):
        """Pull a lever."""
        return self._open(path, json.dumps(body or {}).encode())

    def _open(self, path, body=None):
        headers = {
            "Authorization": f"Bearer {self.facts['admin_token']}",
            "Content-Type": "application/json",
        }
        request = urllib.request.Request(f"{self.facts['url']}{path}", body, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


class Scenario:
    """Steps in the order in which people take them; the first that fails ends it."""

    # The people of the demo data, each with the login as password.
    PEOPLE = ("buyer", "approver", "warehouse", "manager", "admin")

    def __init__(self, url, database, gateway):
        self.url, self.database, self.gateway = url, database, gateway
        self.sessions = {}
        self.steps = {}
        self.products = {}  # template: variants that are needed
        self.order_ids = []

    # --- telling

    @contextmanager
    def step(self, name):
        """Take the time of one step and tell it; `tell` adds what came out."""
        began = time.perf_counter()
        told = []
        yield told.append
        self.steps[name] = round(time.perf_counter() - began, 3)
        print(f"  {self.steps[name]:8.2f} s  {name:<28} {'; '.join(told)}", flush=True)

    def wait(self, what, check):
        """Ask until `check` gives something; the machine works in the background meanwhile."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if result := check():
                return result
            time.sleep(0.3)
        raise Failed(f"waited {PATIENCE} s for {what}")

    def need(self, condition, sentence):
        """Stop the scenario when something is not as it must be."""
        if not condition:
            raise Failed(sentence)

    # --- the steps

    def run(self):
        """All steps."""
        self.log_in()
        self.connect()
        self.collect()
        self.find_sources()
        self.compare()
        self.apply()
        self.prepare()
        self.place()
        self.pay()
        self.ship()
        self.receive()
        self.refund()
        self.check_books()
        self.basket()

    def log_in(self):
        """Everybody comes to work."""
        with self.step("log in"):
            for login in self.PEOPLE:
                self.sessions[login] = Odoo(self.url, self.database, login, login)
        self.buyer, self.approver = self.sessions["buyer"], self.sessions["approver"]
        self.warehouse, self.admin = self.sessions["warehouse"], self.sessions["admin"]

    def connect(self):
        """The administrator tests the account and lets the platform push its news."""
        with self.step("connect the account") as tell:
            domain = [("gateway_url", "=", self.gateway.facts["url"])]
            account = self.admin.read("purchase.1688.account", domain, ["push_url"], limit=1)
            self.need(account, "there is no account at the sandbox gateway")
            self.admin.call("purchase.1688.account", "action_test", [account[0]["id"]])
            state = self.admin.read("purchase.1688.account", domain, ["state", "login_id"])[0]
            self.need(state["state"] == "connected", f"the account is {state['state']}")
            route = account[0]["push_url"].split("/purchase_1688/", 1)[1]
            self.gateway.post("/admin/push", {"url": f"{self.url}/purchase_1688/{route}"})
            tell(f"as {state['login_id']}")

    def collect(self):
        """The buyer finds three offers by words and collects them as products."""
        with self.step("collect 3 offers") as tell:
            for keyword, variants in NEEDS:
                found = self._search({"keyword": keyword})
                made = self.buyer.call("purchase.1688.offer", "collect_offers", found[0]["offer_ref"])
                self.need(made["offers"], f"{keyword}: {made['problems']}")
                offer = made["offers"][0]
                self.products[offer["product_tmpl_id"]] = offer["product_ids"][:variants]
                self.pictured = offer["offer_id"]
                tell(f"{offer['name'][:24]}…")

    def _search(self, values):
        """A quick look: what the search shows, in its own order."""
        values = {"wanted_count": 10, "enrich": False, **values}
        run = self.buyer.call("purchase.1688.sourcing", "start_sourcing", values)["id"]
        progress = self.wait(
            "the search", lambda: self._is_over(self.buyer.call("purchase.1688.sourcing", "wait_done", [run]))
        )
        self.need(progress["state"] == "done", progress["message"])
        domain = [("sourcing_id", "=", run)]
        return self.buyer.read("purchase.1688.sourcing.candidate", domain, ["offer_ref"], order="position")

    @staticmethod
    def _is_over(progress):
        return progress["state"] != "running" and progress

    def find_sources(self):
        """For each product, the offers that look like it become further sources."""
        with self.step("find similar offers") as tell:
            for template in self.products:
                self.wait("the product's picture", lambda t=template: self._has_picture(t))
                by_picture = {"keyword": False, "price_min": 0, "price_max": 0}
                found = self._search({"product_tmpl_id": template, "from_product": True, **by_picture})
                text = "\n".join(row["offer_ref"] for row in found[: SOURCES_ASKED + 1])
                values = {"text": text, "product_tmpl_id": template}
                collect = self.buyer.call("purchase.1688.offer.collect", "create", values)
                self.buyer.call("purchase.1688.offer.collect", "action_collect", [collect])
                count = self.buyer.call(
                    "purchase.1688.source",
                    "search_count",
                    [("product_id", "in", self.products[template])],
                )
                needed = SOURCES_WANTED * len(self.products[template])
                self.need(count >= needed, f"only {count} sources for product {template}")
                tell(f"{count} sources")

    def _has_picture(self, template):
        domain = [("id", "=", template), ("image_1920", "!=", False)]
        return self.buyer.call("product.template", "search_count", domain)

    def compare(self):
        """One request for quotation with all five products; all sources are asked at once."""
        with self.step("compare all sources") as tell:
            variants = [variant for found in self.products.values() for variant in found]
            domain = [("product_id", "in", variants)]
            sellers = self.buyer.read("purchase.1688.source", domain, ["partner_id"], limit=1)
            lines = [(0, 0, {"product_id": variant, "product_qty": 60}) for variant in variants]
            purchase = self.buyer.call(
                "purchase.order",
                "create",
                {"partner_id": sellers[0]["partner_id"][0], "order_line": lines},
            )
            self.comparison = self.buyer.call("purchase.order", "compare_on_1688", [purchase])["comparison_id"]
            answer = self._await_answers(self.comparison)
            self.board = answer["board"]
            for line in self.board["lines"]:
                usable = [quote for quotes in line["cells"].values() for quote in quotes if quote["rank"]]
                self.need(len(usable) >= SOURCES_WANTED, f"{line['product']}: {len(usable)} answers")
            tell(f"{answer['answers']} answers, {answer['late']} late")
            tell(f"best total {self.board['plan']['total']:,.2f}")

    def _await_answers(self, comparison):
        def look():
            answer = self.buyer.call("purchase.1688.comparison", "action_wait", [comparison], timeout=10.0)
            return answer["finished"] and answer

        return self.wait("the sellers' answers", look)

    def apply(self):
        """The buyer chooses four sellers; one of them for two products that leave from two places."""
        with self.step("choose and apply") as tell:
            for line, quote in self._choose():
                reason = False if quote["id"] == line["best"] else "together"
                self.buyer.call(
                    "purchase.1688.comparison",
                    "choose",
                    [self.comparison],
                    line["id"],
                    quote["id"],
                    reason=reason,
                )
            made = self.buyer.call("purchase.1688.comparison", "apply_plan", [self.comparison])
            self.purchases = [row["id"] for row in made["purchase_orders"]]
            self.need(len(self.purchases) == 4, f"{len(self.purchases)} requests, not 4")
            tell(", ".join(f"{row['name']} {row['partner'][:18]}" for row in made["purchase_orders"]))

    def _choose(self):
        """(line, quote) pairs: T-shirt and hoodie from a seller with two warehouses, the rest apart."""
        lines = self.board["lines"]
        templates = [self._template(line) for line in lines]
        shirt, hoodie = templates.index(list(self.products)[0]), templates.index(list(self.products)[1])
        double = self._double_seller()
        chosen = {shirt: double, hoodie: double}
        for place, line in enumerate(lines):
            if place in chosen:
                quote = line["cells"][chosen[place]][0]
                self.need(quote["rank"], f"{line['product']}: {quote['state']} {quote['reason']}")
                yield line, quote
                continue
            quotes = [
                quotes[0]
                for seller, quotes in line["cells"].items()
                if quotes[0]["rank"] and seller not in chosen.values()
            ]
            quote = min(quotes, key=lambda quote: quote["rank"])
            chosen[place] = str(quote["seller_id"])
            yield line, quote

    def _template(self, line):
        return next(t for t, found in self.products.items() if line["product_id"] in found)

    def _double_seller(self):
        """The seller whose T-shirts and hoodies leave from two warehouses; the sandbox's goods tell."""
        sellers = {str(seller["id"]): seller["name"] for seller in self.board["sellers"]}
        for seller, name in sellers.items():
            if "Huasheng" in name or "华盛" in name:
                return seller
        raise Failed("the seller with two warehouses did not answer")

    def prepare(self):
        """Four orders, checked at 1688 in the background."""
        with self.step("prepare 4 orders") as tell:
            self.buyer.call("purchase.order", "action_ali1688_order", self.purchases)
            domain = [("purchase_ids", "in", self.purchases)]
            self.order_ids = self.buyer.call("purchase.1688.order", "search", domain)
            self.need(len(self.order_ids) == 4, f"{len(self.order_ids)} orders, not 4")
            rows = self.wait("1688's preview", self._prepared)
            tell(f"{sum(row['total'] for row in rows):,.2f} CNY")
            tell(f"{sum(bool(row['changes']) for row in rows)} changed since the quote")

    def _board(self):
        return self.buyer.call("purchase.1688.order", "get_confirm_board", self.order_ids)["orders"]

    def _prepared(self):
        rows = self._board()
        for row in rows:
            self.need(row["state"] != "blocked", f"{row['name']}: {row['reason']}")
        return all(row["state"] == "prepared" for row in rows) and rows

    def place(self):
        """A person confirms what he sees; the system places, reads back and compares."""
        with self.step("approve and place") as tell:
            seen = []
            for row in self._board():
                if row["changes"]:
                    row = self.buyer.call("purchase.1688.order", "accept_changes", row["id"], row["digest"])
                seen.append({"id": row["id"], "digest": row["digest"], "total": row["total"]})
            result = self.buyer.call("purchase.1688.order", "confirm_orders", seen)
            self.need(not result["refused"], f"refused: {result['refused']}")
            if result["asked"]:
                again = [row for row in seen if row["id"] in result["asked"]]
                self.approver.call("purchase.1688.order", "confirm_orders", again)
                tell(f"{len(again)} by a second person")
        with self.step("verify") as tell:
            rows = self.wait("the orders to be verified", self._verified)
            self.order_ids = [row["id"] for row in rows]
            self.need(len(rows) == 5, f"{len(rows)} orders at 1688, not 5")
            tell("5 orders at 1688, one was split by the platform")

    def _verified(self):
        rows = self._board()
        for row in rows:
            self.need(row["state"] not in ("blocked", "unknown"), f"{row['name']}: {row['reason']}")
        return all(row["state"] == "verified" for row in rows) and rows

    def pay(self):
        """Somebody else approves the payment; the system pays without password."""
        with self.step("pay") as tell:
            payments = self.wait("the payment to approve", self._payment_requests)
            for payment in payments:
                self.approver.call(
                    "purchase.1688.payment",
                    "action_approve",
                    [payment["id"]],
                    context={"ali1688_seen_digest": payment["digest"]},
                )
            self.wait("the payment", lambda: self._all_in("paid"))
            tell(f"{sum(payment['amount'] for payment in payments):,.2f} CNY")

    def _payment_requests(self):
        domain = [("state", "=", "requested"), ("line_ids.order_id", "in", self.order_ids)]
        found = self.approver.read("purchase.1688.payment", domain, ["digest", "amount", "order_count"])
        return sum(payment["order_count"] for payment in found) == len(self.order_ids) and found

    def _all_in(self, *states):
        domain = [("id", "in", self.order_ids), ("state", "in", states)]
        return self.buyer.call("purchase.1688.order", "search_count", domain) == len(self.order_ids)

    def ship(self):
        """The sellers ship; the carriers scan and deliver; the news comes by push."""
        with self.step("ship 5 parcels") as tell:
            fields = ["remote_id"]
            self.remote_ids = [
                row["remote_id"]
                for row in self.buyer.read("purchase.1688.order", [("id", "in", self.order_ids)], fields)
            ]
            for remote_id in self.remote_ids:
                self.gateway.post(f"/admin/orders/{remote_id}/ship", {"parcels": 1})
            self.parcels = self.wait("the waybills", lambda: self._parcels([]))
            tell(", ".join(parcel["name"] for parcel in self.parcels))
        with self.step("deliver") as tell:
            for remote_id in self.remote_ids:
                self.gateway.post(f"/admin/orders/{remote_id}/sign")
            self.wait("the parcels to be signed for", lambda: self._parcels([("state", "=", "signed")]))
            tell("signed for")

    def _parcels(self, domain):
        domain = [("order_ids", "in", self.order_ids), *domain]
        found = self.buyer.read("stock.1688.parcel", domain, ["name"], order="id")
        return len(found) == 5 and found

    def receive(self):
        """The warehouse scans each waybill, counts and inspects: four parcels are good, one is not."""
        with self.step("receive and inspect") as tell:
            for number, parcel in enumerate(self.parcels, start=1):
                bad = number == len(self.parcels)
                found = self.warehouse.call("stock.1688.dock", "scan", parcel["name"])
                self.need(found["kind"] == "receipt", f"{parcel['name']}: {found['message']}")
                receipt = found["receipt"]
                lines = [self._inspect(line, bad) for line in receipt["lines"] if line["expected"]]
                self.warehouse.call(
                    "stock.1688.dock",
                    "accept",
                    receipt["id"],
                    lines,
                    parcel_ids=[receipt["parcel_id"]],
                )
            tell("4 accepted, 1 rejected")
        with self.step("confirm receipt at 1688") as tell:
            self.wait("four confirmations", lambda: len(self._confirmed()) == 4)
            tell("4 confirmed by itself")

    def _confirmed(self):
        rows = self.gateway.get("/admin/ledger")["confirmations"]
        return {str(row["order_id"]) for row in rows} & set(self.remote_ids)

    def _inspect(self, line, bad):
        counted = {"move_id": line["id"], "counted": line["expected"], "rejected": 0}
        if bad:
            counted |= {
                "rejected": line["expected"],
                "reason": "broken",
                "note": "Broken in the parcel",
                "photos": [self._photo()],
            }
        return counted

    def _photo(self):
        """What the camera at the dock sees; here a picture of the goods that the sandbox draws."""
        address = f"{self.gateway.facts['url']}/img/{self.pictured}/1.jpg"
        with urllib.request.urlopen(address, timeout=30) as answer:
            return base64.b64encode(answer.read()).decode()

    def refund(self):
        """The rejected goods are claimed with evidence; the seller agrees; the money comes back."""
        with self.step("claim") as tell:
            claim = self.wait("the claim to be applied for", lambda: self._claim("applied"))
            tell(f"{claim['remote_id']}: {claim['amount']:,.2f} CNY")
        with self.step("refund") as tell:
            self.gateway.post(f"/admin/refunds/{claim['remote_id']}/agree")
            claim = self.wait("the money", lambda: self._claim("refunded"))
            tell(f"{claim['refunded_amount']:,.2f} CNY are back")

    def _claim(self, state):
        fields = ["state", "remote_id", "amount", "refunded_amount", "prepare_note"]
        domain = [("order_id", "in", self.order_ids)]
        claims = self.buyer.read("purchase.1688.refund", domain, fields)
        self.need(len(claims) <= 1, f"{len(claims)} claims, not 1")
        return next((claim for claim in claims if claim["state"] == state), None)

    def check_books(self):
        """The sandbox's own books say that exactly this happened."""
        with self.step("check the platform's books") as tell:
            ledger = self.gateway.get("/admin/ledger")
            mine = {
                kind: [row for row in rows if str(row.get("order_id")) in self.remote_ids]
                for kind, rows in ledger.items()
            }
            done = [row for row in mine["refunds"] if row["status"] == "refundsuccess"]
            confirmed = {str(row["order_id"]) for row in mine["confirmations"]}
            references = {row["out_order_id"] for row in mine["orders"]}
            strangers = [
                row
                for row in ledger["orders"]
                if row["out_order_id"] in references and str(row["order_id"]) not in self.remote_ids
            ]
            self.need(len(mine["orders"]) == 5 and not strangers, "not exactly 5 orders")
            self.need(len(references) == 4, f"{len(references)} references, not 4")
            self.need(len({row["seller_member_id"] for row in mine["orders"]}) >= 3, "too few sellers")
            self.need(len(mine["payments"]) == 5, f"{len(mine['payments'])} payments, not 5")
            paid = sum(row["amount_fen"] for row in mine["payments"])
            owed = sum(row["total_fen"] for row in mine["orders"])
            self.need(paid == owed, f"{paid} fen were paid for {owed}")
            self.need(len(confirmed) == 4, f"{len(confirmed)} orders confirmed, not 4")
            self.need(len(mine["refunds"]) == len(done) == 1, "not exactly one refund")
            tell("5 orders, 5 payments, 4 confirmations, 1 refund")

    def basket(self):
        """Twelve lines at once: four plans beside each other; the cheapest is applied, and taken back again."""
        with self.step(f"compare {BASKET_LINES} lines") as tell:
            lines = [(0, 0, {"product_id": variant, "product_qty": 48}) for variant in self._variants_of_all()]
            vendor = self.board["sellers"][0]["id"]
            request = self.buyer.call("purchase.order", "create", {"partner_id": vendor, "order_line": lines})
            comparison = self.buyer.call("purchase.order", "compare_on_1688", [request])["comparison_id"]
            answer = self._await_answers(comparison)
            tell(f"{answer['answers']} answers, {answer['late']} late")
        with self.step("four plans") as tell:
            plans = self.wait("the plans", lambda: self._plans(comparison))
            self.need(tuple(plan["kind"] for plan in plans) == PLANS, "not the four plans")
            cheapest = min(plan["total"] for plan in plans)
            self.need(plans[0]["total"] == cheapest, f"{plans[0]['total']} is not the least total")
            self.need(plans[0]["parcels"] > 1, "the goods of three trades come from one seller")
            for plan in plans:
                tell(f"{plan['label']} {plan['total']:,.2f} in {plan['parcels']}")
        with self.step("apply and undo") as tell:
            self.buyer.call("purchase.1688.comparison", "choose_plan", [comparison], "total")
            made = self.buyer.call("purchase.1688.comparison", "apply_plan", [comparison])["purchase_orders"]
            self.need(len(made) == plans[0]["parcels"], f"{len(made)} requests for {plans[0]['parcels']} sellers")
            left = self.buyer.call("purchase.1688.comparison", "undo_apply", [comparison])["purchase_orders"]
            self.need([row["id"] for row in left] == [request], "the request is not what it was")
            tell(f"{len(made)} requests, and one again")

    def _variants_of_all(self):
        """Variants with a source, of each product as many: no seller has all of them."""
        variants = []
        for template in self.products:
            sources = self.buyer.read("purchase.1688.source", [("product_tmpl_id", "=", template)], ["product_id"])
            found = list(dict.fromkeys(source["product_id"][0] for source in sources))
            variants += found[: BASKET_LINES // len(self.products)]
        self.need(len(variants) == BASKET_LINES, f"only {len(variants)} products have a source")
        return variants

    def _plans(self, comparison):
        board = self.buyer.call("purchase.1688.comparison", "get_board", [comparison])
        return board["plans_state"] == "ready" and board["plans"]

    def follow_gateway(self, new):
        """The demo data's account takes this sandbox's address, and its secrets: in a new copy it has none yet."""
        admin = Odoo(self.url, self.database, "admin", "admin")
        facts = self.gateway.facts
        keys = ("app_key", "app_secret", "access_token", "refresh_token")
        domain = [("app_key", "=", facts["app_key"])]
        if not new:
            domain += [("gateway_url", "!=", facts["url"])]
        for account in admin.call("purchase.1688.account", "search", domain):
            values = {"gateway_url": facts["url"], "auth_url": facts["url"]}
            values |= {key: facts[key] for key in keys}
            admin.call("purchase.1688.account", "write", [account], values)

    def explain(self):
        """Where to look and what to click."""
        logins = ", ".join(f"{login} / {login}" for login in self.PEOPLE)
        print(
            f"""
  Odoo      {self.url}/odoo   database {self.database}
  Logins    {logins}
  Platform  {self.gateway.facts["url"]}   the sandbox's own console: ship, delay, refuse, pay
  Click     buyer      Purchase > 1688 > Source > Search, collect; a request for quotation > Compare on 1688;
                       Order on 1688 > confirm
            approver   Purchase > 1688 > Buy > Payments > approve
            warehouse  Inventory > 1688 Dock > scan a waybill
            manager    Purchase > 1688 > To Do
"""
        )


def arguments():
    """The command line of setup/demo.sh."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--gateway", required=True, type=Path, help="JSON that the gateway printed")
    parser.add_argument("--follow", action="store_true", help="only tell Odoo where the gateway is")
    parser.add_argument("--new", action="store_true", help="the database is a new copy")
    parser.add_argument("--explain", action="store_true", help="only print where to look")
    return parser.parse_args()


def main():
    """Run the steps; the last line is for programs."""
    words = arguments()
    gateway = Gateway(json.loads(words.gateway.read_text()))
    scenario = Scenario(words.url, words.database, gateway)
    if words.follow or words.explain:
        return scenario.follow_gateway(words.new) if words.follow else scenario.explain()
    result = {"ok": True, "steps": scenario.steps}
    try:
        scenario.run()
    except Exception as error:  # noqa: BLE001 whatever went wrong, the last line says so
        result |= {"ok": False, "error": f"{type(error).__name__}: {error}"}
    print(json.dumps(result), flush=True)
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
