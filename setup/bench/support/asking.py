"""The floor of a comparison: the same calls to the same sellers, without Odoo."""

import http.client
import importlib.util
import sys
import threading
import time
from urllib.parse import urlsplit

from .people import DISTRICT, QUANTITY
from .places import ROOT

LIB = ROOT / "addons" / "purchase_1688" / "lib"


def _load_lib():
    """The library signs the requests; sending them is done here, with as little as possible."""
    spec = importlib.util.spec_from_file_location("lib1688", LIB / "__init__.py", submodule_search_locations=[str(LIB)])
    module = importlib.util.module_from_spec(spec)
    sys.modules["lib1688"] = module
    spec.loader.exec_module(module)


_load_lib()

from lib1688.endpoints import build  # noqa: E402
from lib1688.values import Credentials  # noqa: E402
from lib1688.wire import request_parts  # noqa: E402


class BareClient:
    """One thread and one warm connection per call, and nothing else."""

    def __init__(self, gateway, sources):
        facts = gateway.facts
        self._credentials = Credentials(
            app_key=facts["app_key"],
            app_secret=facts["app_secret"],
            access_token=facts["access_token"],
            refresh_token=facts["refresh_token"],
            gateway_url=gateway.url,
        )
        self._calls = []
        for offer, sku in sources:
            freight = {"offer_id": offer, "district_code": DISTRICT, "quantities": {sku: QUANTITY}}
            for name, kwargs in (("product.detail", {"offer_id": offer}), ("product.freight", freight)):
                self._calls.append((offer, build(name, **kwargs)))
        self._connections = [self._connect() for _call in self._calls]

    def _connect(self):
        return http.client.HTTPConnection(urlsplit(self._credentials.gateway_url).netloc, timeout=30)

    def ask(self, skipped=()):
        """Seconds until all offers have answered, but those that are skipped."""
        requests = [
            (connection, request_parts(call, self._credentials, int(time.time() * 1000)))
            for (offer, call), connection in zip(self._calls, self._connections, strict=True)
            if offer not in skipped
        ]
        threads = [threading.Thread(target=_post, args=request) for request in requests]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - began


def _post(connection, parts):
    url, headers, body = parts
    try:
        connection.request("POST", urlsplit(url).path, body, headers)
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        connection.close()
