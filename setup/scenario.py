"""The main job, once, over Odoo's external API (XML-RPC): what a person would click.

Prints a line with its time for each step, and at the end one line of JSON:
{"ok": true, "steps": {"name": seconds}}.
"""

import argparse
import json
import sys
import time
import urllib.request
import xmlrpc.client
from contextlib import contextmanager
from pathlib import Path


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


class Gateway:
    """The sandbox's own books and levers, over its admin API."""

    def __init__(self, facts):
        self.facts = facts

    def get(self, path):
        """What stands at an admin address."""
        return self._open(path)

    def post(self, path, body):
        """Pull a lever."""
        return self._open(path, json.dumps(body).encode())

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

    @contextmanager
    def step(self, name):
        """Take the time of one step and tell it."""
        began = time.perf_counter()
        yield
        self.steps[name] = round(time.perf_counter() - began, 3)
        print(f"  {self.steps[name]:8.2f} s  {name}", flush=True)

    def run(self):
        """All steps."""
        with self.step("log in"):
            for login in self.PEOPLE:
                self.sessions[login] = Odoo(self.url, self.database, login, login)
        with self.step("ask the gateway for its state"):
            self.gateway.get("/admin/state")

    def follow_gateway(self):
        """The account of the demo data knows the usual address; this sandbox may serve at another one."""
        admin = Odoo(self.url, self.database, "admin", "admin")
        facts = self.gateway.facts
        keys = ("app_key", "app_secret", "access_token", "refresh_token")
        domain = [("app_key", "=", facts["app_key"]), ("gateway_url", "!=", facts["url"])]
        for account in admin.call("purchase.1688.account", "search", domain):
            values = {"gateway_url": facts["url"], "auth_url": facts["url"]}
            values |= {key: facts[key] for key in keys}
            admin.call("purchase.1688.account", "write", [account], values)

    def explain(self):
        """Where to look and what to click."""
        print(f"\n  Odoo      {self.url}/odoo   database {self.database}")
        print(f"  Logins    {', '.join(f'{login} / {login}' for login in self.PEOPLE)}")
        print(f"  Platform  {self.gateway.facts['url']}   the sandbox's own console")
        print("  Click     Purchase > 1688 > To do\n")


def arguments():
    """The command line of setup/demo.sh."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--gateway", required=True, type=Path, help="JSON that the gateway printed")
    parser.add_argument("--follow", action="store_true", help="only tell Odoo where the gateway is")
    parser.add_argument("--explain", action="store_true", help="only print where to look")
    return parser.parse_args()


def main():
    """Run the steps; the last line is for programs."""
    words = arguments()
    gateway = Gateway(json.loads(words.gateway.read_text()))
    scenario = Scenario(words.url, words.database, gateway)
    if words.follow or words.explain:
        return scenario.follow_gateway() if words.follow else scenario.explain()
    result = {"ok": True, "steps": scenario.steps}
    try:
        scenario.run()
    except Exception as error:  # noqa: BLE001 whatever went wrong, the last line says so
        result |= {"ok": False, "error": f"{type(error).__name__}: {error}"}
    print(json.dumps(result), flush=True)
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
