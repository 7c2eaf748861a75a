"""The gateway as an application: checks a call in the platform's order, runs it, writes the
answer, keeps the log.
"""

import contextlib
import dataclasses
import json
import time

from . import admin, admin_trade, apis, faults, oauth, pages, quota, registry, signing  # noqa: F401 they register themselves
from .envelope import failure
from .errors import BusinessError, GatewayError
from .http import Response, html_response, json_response
from .params import Params
from .world import ADMIN_TOKEN, on_time

PROTOCOLS = {"param2", "http"}
SECRET_FIELDS = {"_aop_signature", "access_token", "client_secret", "refresh_token"}


@dataclasses.dataclass
class Call:
    """A request to /openapi on its way through the checks."""

    url_path: str
    fields: dict
    files: dict
    api: registry.Api
    app_key: str


class Gateway:
    def __init__(self, world, admin_token=ADMIN_TOKEN):
        self.world = world
        self.admin_token = admin_token

    def handle(self, request):
        """Response to a Request. Also usable without any server."""
        if request.path.startswith("/openapi/"):
            return self._openapi(request)
        self.world.catch_up()
        if request.path.startswith("/admin/"):
            return admin.handle(self, request)
        return pages.handle(self.world, request) or html_response("<h1>404</h1>", 404)

    def wsgi(self, environ, start_response):
        """The same under any WSGI server; faults of the socket need the server of this package."""
        from .server import request_of_environ, start

        return start(self.handle(request_of_environ(environ)), start_response)

    # --- one call

    def _openapi(self, request):
        started = time.perf_counter()
        self.world.catch_up()
        name, fault, call = request.path, None, None
        fields = request.fields
        try:
            call = self._identify(request, fields)
            name = call.api.full_name
            fault = faults.pick(self.world, name, fields)
            response, code = self._play(call, fault)
        except GatewayError as error:
            response, code = self._refuse(error)
        self._log(name, fields, response, code, fault, started)
        return response

    def _identify(self, request, fields):
        """Path form, app key in the path, known API."""
        parts = request.path.strip("/").split("/")[1:]
        if len(parts) == 4:
            raise GatewayError("gw.AppKeyMissing", "AppKey is missing in path")
        if len(parts) != 5 or parts[0] not in PROTOCOLS or not parts[1].isdigit():
            raise GatewayError("gw.APIUnsupported", "Unsupported API")
        protocol, version, namespace, name, app_key = parts
        api = registry.find(namespace, name, int(version))
        if api is None or (protocol == "http" and api.signed):
            raise GatewayError("gw.APIUnsupported", f"Unsupported API {namespace}:{name}-{version}")
        return Call("/".join(parts), fields, request.files, api, app_key)

    def _play(self, call, fault):
        if fault is None:
            return self._answer(call)
        if fault["kind"] == "late_effect":
            params = self._checked(call)
            with self.world.store.transaction():
                self.world.schedule(
                    fault.get("seconds", 30),
                    "late_call",
                    call.api.full_name,
                    fields=call.fields,
                    version=call.api.version,
                    app_key=call.app_key,
                    member_id=params.member_id,
                )
            return Response(wire=("drop",)), "late_effect"
        if fault["kind"] in faults.BEFORE:
            response = faults.before(fault, call.api)
            return (response, fault["kind"]) if response else self._answer(call)
        if fault.get("effect") is False:
            return faults.after(fault, json_response({})), fault["kind"]
        response, code = self._answer(call)
        return faults.after(fault, response), code

    def _answer(self, call):
        """(response, code) of a call; code is empty if it went well."""
        try:
            return json_response(execute(self.world, call.api, self._checked(call))), ""
        except GatewayError as error:
            return self._refuse(error)
        except BusinessError as error:
            return json_response(failure(call.api.fail, error)), error.code
        except oauth.OauthError as error:
            return json_response(error.answer(self.world), 400), error.error

    def _checked(self, call):
        """The rest of the checks, in the platform's order: key, signature, (quota,) token,
        permission.
        """
        app = self.world.store.one("SELECT * FROM app WHERE app_key = ?", call.app_key)
        if app is None:
            raise GatewayError("gw.AppKeyNotFound", "AppKey is not found")
        member_id = None
        if call.api.signed:
            self._check_signature(call, app["app_secret"])
            quota.spend(self.world, call.app_key)
        if call.api.token:
            member_id = oauth.check_token(self.world, call.app_key, call.fields.get("access_token"))
        denied = self.world.switches["acl_denied"]
        if call.api.name in denied or call.api.full_name in denied:
            raise GatewayError("gw.APIACLDecline", "AppKey is not allowed(acl)", 400)
        return Params(call.fields, call.files, call.app_key, member_id)

    def _check_signature(self, call, secret):
        if not signing.is_readable(call.fields.get("_aop_signature")):
            raise GatewayError("gw.SignatureMissing", "Signature is missing")
        if not signing.matches(secret, call.url_path, call.fields):
            raise GatewayError("gw.SignatureInvalid", "Invalid signature")
        allowed = self.world.switches["timestamp_skew_seconds"]
        stamp = call.fields.get("_aop_timestamp", "")
        if allowed is None or not stamp:
            return
        if not stamp.isdigit() or abs(int(stamp) - self.world.now()) > allowed * 1000:
            # Made up: a code for a stale timestamp is not on record.
            raise GatewayError("gw.TimestampInvalid", "Timestamp is out of range")

    def _refuse(self, error):
        status = error.status or self.world.switches["gateway_error_status"]
        return json_response(error.body(), status), error.code

    def _log(self, name, fields, response, code, fault, started):
        shown = {
            key: value if len(value) < 4000 else f"{value[:200]}… ({len(value)})"
            for key, value in fields.items()
            if key not in SECRET_FIELDS
        }
        self.world.store.run(
            "INSERT INTO call (at, api, params, status, code, fault, duration_ms) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            self.world.now(),
            name,
            json.dumps(shown, ensure_ascii=False),
            0 if response.wire and response.wire[0] in ("drop", "reset") else response.status,
            code,
            fault["kind"] if fault else "",
            round((time.perf_counter() - started) * 1000, 2),
        )


def execute(world, api, params):
    """Run an API's function; one that writes runs in a transaction, undone if it raises."""
    if not api.write:
        return api.function(world, params)
    with world.store.transaction():
        return api.function(world, params)


@on_time("late_call")
def late_call(world, key, payload):
    """The effect of a call whose answer never came (fault ``late_effect``)."""
    namespace, _colon, name = key.partition(":")
    api = registry.find(namespace, name, payload["version"])
    params = Params(payload["fields"], None, payload["app_key"], payload["member_id"])
    with contextlib.suppress(
        BusinessError, GatewayError
    ):  # refused late, as it would have been at once: nobody listens
        execute(world, api, params)
