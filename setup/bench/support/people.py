"""People at work on a server, and the goods that they compare."""

import http.client
import json
import socket
import time

PASSWORD = "bench"
QUANTITY = 60
DISTRICT = "330108"
KEYWORD = "T恤"
#: families of a basket: five offers each, some variants of the first one
FAMILIES = ("T恤", "连衣裙", "牛仔裤", "帆布鞋", "拖鞋", "卫衣", "衬衫")


class Session:
    """One user's session, by the road of the web client. One thread at a time."""

    def __init__(self, server, login, password=PASSWORD):
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port)
        self._cookie = ""
        words = {"db": server.database.name, "login": login, "password": password}
        found = self._post("/web/session/authenticate", words)
        #: what a browser sends with each call
        company = found["user_companies"]["current_company"]
        self._context = {**found["user_context"], "allowed_company_ids": [company]}

    def call(self, model, method, *args, **kwargs):
        """A public method of a model."""
        words = {"model": model, "method": method, "args": args, "kwargs": {"context": self._context, **kwargs}}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", words)

    def _post(self, path, params):
        if self._connection.sock is None:
            self._connection.connect()
            # a request goes out in two writes, which must not wait for each other
            self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        headers = {"Content-Type": "application/json", "Cookie": self._cookie}
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        self._connection.request("POST", path, body, headers)
        reply = self._connection.getresponse()
        answer = json.loads(reply.read())
        if cookie := reply.getheader("Set-Cookie"):
            self._cookie = cookie.partition(";")[0]
        if "error" in answer:
            raise SystemExit(f"error: {path}: {answer['error']['data']['message']}")
        return answer["result"]

    def timed(self, model, method, *args, **kwargs):
        """(answer, seconds) of a call."""
        began = time.perf_counter()
        answer = self.call(model, method, *args, **kwargs)
        return answer, time.perf_counter() - began

    def close(self):
        """Leave: a server with threads keeps one for each open connection."""
        self._connection.close()


class World:
    """A company that buys: an account, people, one product with five sources, requests for quotation."""

    def __init__(self, server, gateway, deadline):
        self.admin = Session(server, "admin", "admin")
        self._set_up_company(gateway, deadline)
        for login, group in (("bench_buyer", "purchase_1688.group_buyer"), ("bench_other", "base.group_user")):
            self._make_user(login, group)
        self._collect(Session(server, "bench_buyer"))
        self.admin.close()

    def _make_user(self, login, group):
        model, group_id = group.split(".")
        found = self.admin.call(
            "ir.model.data", "search_read", [("module", "=", model), ("name", "=", group_id)], ["res_id"]
        )
        values = {"name": login, "login": login, "password": PASSWORD, "group_ids": [(4, found[0]["res_id"])]}
        # a browser's first login would set it
        self.admin.call("res.users", "create", {**values, "tz": "Asia/Shanghai"})

    def _set_up_company(self, gateway, deadline):
        facts = gateway.facts
        secrets = {name: facts[name] for name in ("app_key", "app_secret", "access_token", "refresh_token")}
        account = self.admin.call(
            "purchase.1688.account",
            "create",
            {
                "name": "Bench",
                "gateway_url": gateway.url,
                "auth_url": gateway.url,
                "quota_per_minute": 600000,
                **secrets,
            },
        )
        company = self.admin.call("res.company", "search_read", [], ["partner_id"], limit=1)[0]
        values = {"ali1688_account_id": account, "ali1688_comparison_deadline": deadline}
        self.admin.call("res.company", "write", [company["id"]], values)
        partner = {"ali1688_district_code": DISTRICT, "city": "杭州市"}
        self.admin.call("res.partner", "write", [company["partner_id"][0]], partner)
        self.admin.call("purchase.1688.account", "action_test", [account])

    def _collect(self, buyer):
        """The first T-shirt that is found, and four more offers as sources of it."""
        self._choose_product(buyer, self._collect_family(buyer, KEYWORD))
        self._buyer = buyer

    def _collect_family(self, buyer, keyword):
        """The first offer that is found as a product, four more as its sources; returns its variants."""
        values = {"keyword": keyword, "wanted_count": 5, "enrich": False}
        run = buyer.call("purchase.1688.sourcing", "start_sourcing", values)["id"]
        progress = buyer.call("purchase.1688.sourcing", "wait_done", [run], 30.0)
        if progress["state"] != "done":
            raise SystemExit(f"error: the search for {keyword} is {progress['state']}: {progress['message']}")
        mine = [("sourcing_id", "=", run)]
        found = buyer.call("purchase.1688.sourcing.candidate", "search_read", mine, ["offer_ref"], order="position")
        refs = [row["offer_ref"] for row in found]
        made = buyer.call("purchase.1688.offer", "collect_offers", refs[0])["offers"][0]
        values = {"text": "\n".join(refs[1:]), "product_tmpl_id": made["product_tmpl_id"]}
        collect = buyer.call("purchase.1688.offer.collect", "create", values)
        buyer.call("purchase.1688.offer.collect", "action_collect", [collect])
        return made["product_ids"]

    def make_basket(self, lines, sources):
        """A request with so many lines, those that have the most sources up to so many; returns its id."""
        counts = {}
        for keyword in FAMILIES:
            products = self._collect_family(self._buyer, keyword)
            mine = [("product_id", "in", products)]
            for row in self._buyer.call("purchase.1688.source", "search_read", mine, ["product_id"]):
                counts[row["product_id"][0]] = counts.get(row["product_id"][0], 0) + 1
        ranked = sorted(counts, key=lambda product: -min(counts[product], sources))[:lines]
        order_line = [(0, 0, {"product_id": product, "product_qty": QUANTITY}) for product in ranked]
        return self._buyer.call("purchase.order", "create", {"partner_id": self.seller, "order_line": order_line})

    def set_quota(self, server, per_minute):
        """The call budget of the account from now on."""
        admin = Session(server, "admin", "admin")
        accounts = admin.call("purchase.1688.account", "search", [])
        admin.call("purchase.1688.account", "write", accounts, {"quota_per_minute": per_minute})
        admin.close()

    def _choose_product(self, buyer, products):
        """A variant that all five sell."""
        fields = ["product_id", "offer_id", "sku_id", "partner_id"]
        sources = buyer.call("purchase.1688.source", "search_read", [("product_id", "in", products)], fields)
        for product in products:
            mine = [source for source in sources if source["product_id"][0] == product]
            if len({source["offer_id"][0] for source in mine}) == 5:
                break
        else:
            raise SystemExit("error: no variant has five sources")
        offers = buyer.call("purchase.1688.offer", "read", [source["offer_id"][0] for source in mine], ["offer_id"])
        refs = {row["id"]: row["offer_id"] for row in offers}
        skus = buyer.call("purchase.1688.sku", "read", [source["sku_id"][0] for source in mine], ["sku_ref"])
        sku_refs = {row["id"]: row["sku_ref"] for row in skus}
        self.product, self.seller = product, mine[0]["partner_id"][0]
        #: [(offer id, SKU id)] as 1688 names them
        self.sources = [(refs[source["offer_id"][0]], sku_refs[source["sku_id"][0]]) for source in mine]

    def make_requests(self, count):
        """Requests for quotation, each for one line of the product; returns their ids."""
        line = (0, 0, {"product_id": self.product, "product_qty": QUANTITY})
        values = [{"partner_id": self.seller, "order_line": [line]} for _number in range(count)]
        return self._buyer.call("purchase.order", "create", values)
