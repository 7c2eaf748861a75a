"""A small client of the gateway for its own tests: signs, posts, decodes. Written apart from the
add-ons' library.
"""

import hashlib
import hmac
import http.client
import json
import urllib.parse

APP_KEY, APP_SECRET = "9990001", "simSecret01"
ACCESS_TOKEN, REFRESH_TOKEN = "tok-sim-0001", "rt-sim-0001"
MEMBER_ID = "b2b-2200000000001"
HANGZHOU = {
    "fullName": "王小明",
    "mobile": "13800000000",
    "provinceText": "浙江省",
    "cityText": "杭州市",
    "areaText": "滨江区",
    "address": "示例路1号",
}


def sign(secret, url_path, params):
    joined = b"".join(sorted((name + value).encode() for name, value in params.items()))
    digest = hmac.new(secret.encode(), url_path.encode() + joined, hashlib.sha1)
    return digest.hexdigest().upper()


class Client:
    """One connection to a gateway; ``status`` and ``headers`` are those of the last answer."""

    def __init__(self, port, timeout=10):
        self.port = port
        self.timeout = timeout
        self._connection = None
        self.status = None
        self.headers = {}

    # --- bytes

    def request(self, method, path, body=None, headers=None):
        for fresh in (False, True):
            if self._connection is None or fresh:
                self._connection = http.client.HTTPConnection(
                    "127.0.0.1", self.port, timeout=self.timeout
                )
            try:
                self._connection.request(method, path, body, headers or {})
                break
            except (http.client.CannotSendRequest, BrokenPipeError):
                if fresh:
                    raise
        try:
            answer = self._connection.getresponse()
            self.status, self.headers = answer.status, dict(answer.getheaders())
            return answer.read()
        except Exception:
            self.close()
            raise

    def close(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # --- the platform

    def raw(self, url_path, params, method="POST", signature=None, secret=APP_SECRET):
        """Bytes of the answer; ``signature`` replaces the right one ("" sends none)."""
        fields = dict(params)
        if signature is None:
            signature = sign(secret, url_path, params)
        if signature:
            fields["_aop_signature"] = signature
        text = urllib.parse.urlencode(fields)
        if method == "GET":
            return self.request("GET", f"/openapi/{url_path}?{text}")
        kind = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
        return self.request("POST", f"/openapi/{url_path}", text.encode(), kind)

    def call(self, api, _version=1, _token=ACCESS_TOKEN, **params):
        """Decoded answer of ``namespace:name``; values that are not text are sent as JSON."""
        namespace, name = api.split(":")
        fields = {
            key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for key, value in params.items()
        }
        if _token:
            fields["access_token"] = _token
        return json.loads(self.raw(f"param2/{_version}/{namespace}/{name}/{APP_KEY}", fields))

    def trade(self, name, **params):
        return self.call(f"com.alibaba.trade:{name}", **params)

    def logistics(self, name, **params):
        return self.call(f"com.alibaba.logistics:{name}", **params)

    def token(self, protocol="http", **params):
        path = f"/openapi/{protocol}/1/system.oauth2/getToken/{APP_KEY}"
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        fields = {"client_id": APP_KEY, "client_secret": APP_SECRET, **params}
        return json.loads(self.request("POST", path, urllib.parse.urlencode(fields), kind))

    # --- the admin API

    def admin(self, method, path, body=None):
        text = json.dumps(body).encode() if body is not None else None
        answer = self.request(
            method, f"/admin/{path}", text, {"Authorization": "Bearer sandbox-admin"}
        )
        return json.loads(answer)

    def advance(self, **time):
        """Step the clock: days, hours, minutes, seconds."""
        units = {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}
        seconds = sum(units[name] * value for name, value in time.items())
        return self.admin("POST", "clock", {"advance": seconds})

    def switch(self, **values):
        return self.admin("POST", "switches", values)

    def fault(self, **spec):
        return self.admin("POST", "faults", spec)

    def ledger(self):
        return self.admin("GET", "ledger")

    # --- a purchase in short

    def create(self, lines, api="alibaba.trade.createCrossOrder", **params):
        given = {"flow": "general", "addressParam": HANGZHOU, "cargoParamList": lines, **params}
        return self.trade(api, **given)

    def detail(self, order_id):
        return self.trade("alibaba.trade.get.buyerView", webSite="1688", orderId=str(order_id))[
            "result"
        ]

    def pay(self, order_id, **params):
        given = {"orderId": int(order_id), **params}
        return self.trade(
            "alibaba.trade.pay.protocolPay.preparePay", tradeWithholdPreparePayParam=given
        )
