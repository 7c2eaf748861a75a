"""A signed request out of a call (API document §1, §2)."""

import secrets
from urllib.parse import urlencode

from .errors import BadInput
from .signing import SIGNATURE_FIELD, sign_param2

_FORM = "application/x-www-form-urlencoded; charset=UTF-8"


def api_path(api, app_key, protocol="param2"):
    """The signed part of the address: ``param2/1/namespace/apiName/appKey`` (§2.1)."""
    namespace, name, version = (api.split(":") + ["", ""])[:3]
    if not (namespace and name and version and app_key):
        raise BadInput(f"not an API or no app key: {api!r}")
    return f"{protocol}/{version}/{namespace}/{name}/{app_key}"


def address(credentials, path):
    """The full address; the gateway may be given with or without ``/openapi``."""
    root = credentials.gateway_url.rstrip("/").removesuffix("/openapi")
    if not root.startswith(("https://", "http://")):
        raise BadInput("the gateway's address must start with https://")
    return f"{root}/openapi/{path}"


def signed_fields(call, credentials, path, timestamp_ms):
    """Every form field of a call, the signature included. Nothing empty is sent."""
    fields = {name: value for name, value in call.params.items() if value not in (None, "")}
    fields["_aop_timestamp"] = str(timestamp_ms)
    if call.authorised and credentials.access_token:
        fields["access_token"] = credentials.access_token
    fields[SIGNATURE_FIELD] = sign_param2(path, fields, credentials.app_secret)
    return fields


def token_fields(call, credentials):
    """Form fields of a token call: unsigned, with the app's secret (§3.2)."""
    return {
        **call.params,
        "client_id": credentials.app_key,
        "client_secret": credentials.app_secret,
    }


def request_parts(call, credentials, timestamp_ms):
    """Address, headers and body of a call, ready to be sent."""
    if call.signed:
        path = api_path(call.api, credentials.app_key)
        fields = signed_fields(call, credentials, path, timestamp_ms)
    else:
        path = api_path(call.api, credentials.app_key, protocol="http")
        fields = token_fields(call, credentials)
    if call.files:
        content_type, body = _multipart(fields, call.files)
    else:
        content_type, body = _FORM, urlencode(fields).encode("ascii")
    return address(credentials, path), {"Content-Type": content_type}, body


def _multipart(fields, files):
    """A multipart body; file names are ours and say nothing."""
    boundary = secrets.token_hex(16)
    parts = []
    for name, value in fields.items():
        head = f'Content-Disposition: form-data; name="{name}"'
        parts.append((head, str(value).encode()))
    for number, (name, data) in enumerate(files.items(), 1):
        head = (
            f'Content-Disposition: form-data; name="{name}"; filename="{number}.jpg"\r\n'
            "Content-Type: image/jpeg"
        )
        parts.append((head, data))
    body = b"".join(
        b"--%s\r\n%s\r\n\r\n%s\r\n" % (boundary.encode(), head.encode(), data)
        for head, data in parts
    )
    return f"multipart/form-data; boundary={boundary}", body + f"--{boundary}--\r\n".encode()
