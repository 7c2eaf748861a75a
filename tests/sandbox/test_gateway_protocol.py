"""Path, key, signature, token, permission, quota, parameters: what is refused, in which order."""

import json
import pathlib
import urllib.parse

import pytest
from gateway import signing
from sandbox_client import ACCESS_TOKEN, APP_KEY, APP_SECRET, REFRESH_TOKEN, sign

VECTORS = json.loads(
    (pathlib.Path(__file__).parent / "data" / "1688-vectors.json").read_text(encoding="utf-8")
)["vectors"]
AOP = [vector for vector in VECTORS if vector["algorithm"] == "aop_param2"]
OTHERS = [vector for vector in VECTORS if vector["algorithm"] not in ("aop_param2",)]
DETAIL = f"param2/1/com.alibaba.trade/alibaba.trade.get.buyerView/{APP_KEY}"
TIME = f"param2/1/system/currentTime/{APP_KEY}"


def code_of(answer):
    return json.loads(answer).get("error_code")


# --- signatures


@pytest.mark.parametrize("vector", AOP, ids=lambda vector: vector["id"])
def test_vector_over_http(client, vector):
    app_key = vector["url_path"].rpartition("/")[2]
    app = {"app_key": app_key, "app_secret": vector["secret"]}
    client.admin("POST", "apps", app)
    given = vector.get("signature") or vector["wrong_signature"]
    code = code_of_any(client.raw(vector["url_path"], vector["params"], signature=given))
    refused = code in ("gw.SignatureInvalid", "gw.SignatureMissing")
    assert refused == ("wrong_signature" in vector), code


def code_of_any(answer):
    decoded = json.loads(answer)
    return decoded.get("error_code") if isinstance(decoded, dict) else None


@pytest.mark.parametrize(
    "vector",
    [one for one in VECTORS if one["algorithm"] == "aop_callback"],
    ids=lambda one: one["id"],
)
def test_callback_vector(vector):
    assert signing.signature(vector["secret"], "", vector["params"]) == vector["signature"]


@pytest.mark.parametrize(
    "vector",
    [one for one in OTHERS if one["algorithm"] != "aop_callback" and "signature" in one],
    ids=lambda one: one["id"],
)
def test_vectors_of_other_gateways_open_nothing(client, vector):
    client.admin("POST", "apps", {"app_key": "777", "app_secret": vector["secret"]})
    params = {name: value for name, value in vector["params"].items() if value is not None}
    path = "param2/1/system/currentTime/777"
    answer = client.raw(path, params, signature=vector["signature"])
    assert code_of(answer) in ("gw.SignatureMissing", "gw.SignatureInvalid")


def test_sorting_by_name_is_refused(client):
    vector = next(one for one in AOP if one["id"] == "aop-new-3")
    wrong = "8BFF166E983DB163B1127843A937C351AC20AA07"
    assert code_of(client.raw(vector["url_path"], vector["params"], signature=wrong)) == (
        "gw.SignatureInvalid"
    )


def test_lower_case_is_refused(client):
    good = sign(APP_SECRET, TIME, {"a": "1"})
    assert code_of(client.raw(TIME, {"a": "1"}, signature=good.lower())) == "gw.SignatureInvalid"


def test_query_and_form_are_both_signed(client):
    params = {"webSite": "1688", "orderId": "1", "access_token": ACCESS_TOKEN}
    signature = sign(APP_SECRET, DETAIL, params)
    form = urllib.parse.urlencode({"orderId": "1", "_aop_signature": signature})
    query = urllib.parse.urlencode({"webSite": "1688", "access_token": ACCESS_TOKEN})
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = json.loads(client.request("POST", f"/openapi/{DETAIL}?{query}", form, kind))
    assert answer["errorCode"] == "ORDER_NOT_EXIST"


def test_get_works(client):
    assert json.loads(client.raw(TIME, {}, method="GET")).endswith("+0800")


def test_current_time_needs_no_token(client):
    assert json.loads(client.raw(TIME, {})) == "20251009165320000+0800"


# --- the order of the checks


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("param2/1/system/currentTime", "gw.AppKeyMissing"),
        ("param2/1/com.alibaba.trade/alibaba.trade.none/9990001", "gw.APIUnsupported"),
        ("param2/2/com.alibaba.trade/alibaba.trade.cancel/9990001", "gw.APIUnsupported"),
        ("xml2/1/com.alibaba.trade/alibaba.trade.cancel/9990001", "gw.APIUnsupported"),
        ("http/1/com.alibaba.trade/alibaba.trade.cancel/9990001", "gw.APIUnsupported"),
        ("param2/one/com.alibaba.trade/alibaba.trade.cancel/9990001", "gw.APIUnsupported"),
        ("param2/1/com.alibaba.trade/alibaba.trade.cancel/123", "gw.AppKeyNotFound"),
    ],
)
def test_path(client, path, code):
    assert code_of(client.raw(path, {"app_key": APP_KEY})) == code
    assert client.status == 400


def test_checks_come_in_order(client):
    """Each mistake is only seen when those before it are mended."""
    client.switch(acl_denied=["alibaba.trade.get.buyerView"])
    assert code_of(client.raw(DETAIL, {}, signature="")) == "gw.SignatureMissing"
    assert code_of(client.raw(DETAIL, {}, signature="0" * 40)) == "gw.SignatureInvalid"
    assert code_of(client.raw(DETAIL, {})) == "401"
    assert client.status == 401
    bad = json.loads(client.raw(DETAIL, {"access_token": "no"}))
    assert bad["error_message"] == "Request need user authorized"
    none = json.loads(client.raw(DETAIL, {}))
    assert none["error_message"] == "Request need user authenticated"
    assert code_of(client.raw(DETAIL, {"access_token": ACCESS_TOKEN})) == "gw.APIACLDecline"
    assert client.status == 400
    client.switch(acl_denied=[])
    missing = json.loads(client.raw(DETAIL, {"access_token": ACCESS_TOKEN}))
    assert missing["error_code"] == "gw.ParamMissing"
    assert missing["error_message"] == "Required argument webSite"


def test_api_outside_the_solution_is_declined(client):
    answer = client.call("com.alibaba.product:alibaba.product.get", productID="1")
    assert answer["error_code"] == "gw.APIACLDecline"
    assert answer["error_message"] == "AppKey is not allowed(acl)"


def test_objects_as_nested_fields_are_missing(client):
    answer = client.trade(
        "alibaba.createOrder.preview", **{"addressParam.address": "x", "cargoParamList": []}
    )
    assert answer["error_code"] == "gw.ParamMissing"
    assert answer["error_message"] == "Required argument addressParam"


@pytest.mark.parametrize("value", ["{", "[1]", "x"])
def test_objects_that_are_none(client, value):
    answer = client.trade("alibaba.createOrder.preview", addressParam=value)
    assert answer["error_code"] == "gw.ParamInvalid"


def test_status_switches(client):
    client.switch(bad_token_status=200, gateway_error_status=403)
    client.raw(DETAIL, {})
    assert client.status == 200
    client.raw(DETAIL, {}, signature="")
    assert client.status == 403


def test_clock_skew_is_a_switch(client):
    old = {"_aop_timestamp": "1600000000000"}
    assert code_of_any(client.raw(TIME, old)) is None
    client.switch(timestamp_skew_seconds=600)
    assert code_of_any(client.raw(TIME, old)) == "gw.TimestampInvalid"
    assert code_of_any(client.raw(TIME, {"_aop_timestamp": "1760000300000"})) is None


def test_quota(client):
    client.switch(quota_per_minute=60, quota_burst=3)
    codes = [code_of_any(client.raw(TIME, {})) for _call in range(5)]
    assert codes[:3] == [None] * 3 and "gw.QosAppFrequencyLimit" in codes[3:]
    assert client.status == 400


# --- OAuth


@pytest.fixture
def code(world):
    from gateway import oauth
    from sandbox_client import MEMBER_ID

    return lambda uri="https://erp.test/back": oauth.issue_code(world, APP_KEY, MEMBER_ID, uri)


def exchange(client, code, **more):
    given = {"grant_type": "authorization_code", "need_refresh_token": "true", "code": code}
    return client.token(**{**given, "redirect_uri": "https://erp.test/back", **more})


@pytest.mark.parametrize("protocol", ["http", "param2"])
def test_code_gives_tokens(client, code, protocol):
    answer = exchange(client, code(), protocol=protocol)
    assert answer["expires_in"] == "36000"
    assert answer["memberId"] == "b2b-2200000000001" and answer["aliId"] == "2200000000001"
    assert answer["refresh_token_timeout"].endswith("+0800")
    fields = {"access_token": answer["access_token"], "webSite": "1688", "orderId": "1"}
    assert code_of(client.raw(DETAIL, fields)) is None


def test_code_works_once(client, code):
    number = code()
    assert "access_token" in exchange(client, number)
    assert exchange(client, number)["error"] == "invalid_grant"
    assert client.status == 400


def test_code_lives_two_minutes(client, code):
    early, late = code(), code()
    client.advance(seconds=119)
    assert "access_token" in exchange(client, early)
    client.advance(seconds=2)
    assert exchange(client, late)["error"] == "invalid_grant"


def test_code_is_bound_to_its_address(client, code):
    answer = exchange(client, code(), redirect_uri="https://other.test/")
    assert answer["error"] == "invalid_grant"


def test_secret_is_checked(client, code):
    assert exchange(client, code(), client_secret="no")["error"] == "invalid_client"


def test_token_ends_after_ten_hours(client, code):
    grant = exchange(client, code())
    fields = {"access_token": grant["access_token"], "webSite": "1688", "orderId": "1"}
    client.advance(hours=10, minutes=1)
    assert code_of(client.raw(DETAIL, fields)) == "401"
    fresh = client.token(grant_type="refresh_token", refresh_token=grant["refresh_token"])
    fields["access_token"] = fresh["access_token"]
    assert code_of(client.raw(DETAIL, fields)) is None


def test_refresh_ends_the_older_token(client):
    fields = {"access_token": ACCESS_TOKEN, "webSite": "1688", "orderId": "1"}
    client.token(grant_type="refresh_token", refresh_token=REFRESH_TOKEN)
    assert code_of(client.raw(DETAIL, fields)) == "401"


def test_refresh_may_leave_the_older_token_and_no_refresh_token(client):
    client.switch(refresh_invalidates=False, refresh_returns_refresh_token=False)
    answer = client.token(grant_type="refresh_token", refresh_token=REFRESH_TOKEN)
    assert "refresh_token" not in answer
    fields = {"access_token": ACCESS_TOKEN, "webSite": "1688", "orderId": "1"}
    assert code_of(client.raw(DETAIL, fields)) is None


def test_refresh_errors(client):
    assert client.token(grant_type="refresh_token", refresh_token="x")["error"] == "invalid_grant"
    client.switch(oauth_error_shape="gateway")
    answer = client.token(grant_type="refresh_token", refresh_token="x")
    assert answer["error_code"] == "401"
    assert client.token(grant_type="password")["error_code"] == "401"


def test_revoked_tokens(client):
    client.admin("POST", "tokens/revoke", {"refresh": True})
    fields = {"access_token": ACCESS_TOKEN, "webSite": "1688", "orderId": "1"}
    assert code_of(client.raw(DETAIL, fields)) == "401"
    answer = client.token(grant_type="refresh_token", refresh_token=REFRESH_TOKEN)
    assert answer["error"] == "invalid_grant"


def test_token_call_with_unknown_key(client):
    path = "/openapi/http/1/system.oauth2/getToken/404404"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.request("POST", path, "grant_type=refresh_token", kind)
    assert code_of(answer) == "gw.AppKeyNotFound"


# --- the admin API and the log


def test_admin_needs_its_token(client):
    answer = client.request("GET", "/admin/state")
    assert client.status == 401 and b"admin token" in answer


def test_unknown_switch_is_an_error(client):
    assert "unknown switches" in client.switch(no_such_thing=1)["error"]
    assert client.status == 400


def test_calls_are_logged_without_secrets(client):
    client.trade("alibaba.trade.get.buyerView", webSite="1688", orderId="1")
    calls = client.admin("GET", "calls?since=0")["calls"]
    assert [call["code"] for call in calls] == ["ORDER_NOT_EXIST"]
    assert calls[0]["api"] == "com.alibaba.trade:alibaba.trade.get.buyerView"
    assert calls[0]["params"] == {"webSite": "1688", "orderId": "1"}
    assert client.admin("GET", f"calls?since={calls[0]['id']}")["calls"] == []
