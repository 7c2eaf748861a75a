"""A real Odoo database, committed to for good, and the sandbox gateway with its own books.

`ODOO_RC` names a configuration whose database has the add-ons installed;
`setup/test.sh server` makes a copy for it.
"""

import os
import tempfile

import pytest
from cryptography.fernet import Fernet

import odoo.service.server  # noqa: F401 registers what a server has
from odoo.modules.module import initialize_sys_path
from odoo.tools import config

os.environ.setdefault("PURCHASE_1688_KEY", Fernet.generate_key().decode())
_journal = tempfile.TemporaryDirectory(prefix="journal-1688-")
os.environ["PURCHASE_1688_JOURNAL"] = _journal.name
config.parse_config(["--log-level=error", "--log-handler=odoo.sql_db:CRITICAL"])
initialize_sys_path()


@pytest.fixture(scope="session")
def database():
    """The database that `ODOO_RC` names."""
    from harness import Database

    return Database(config["db_name"][0])


@pytest.fixture(scope="session")
def gateway():
    """The sandbox gateway, one world for the whole run: its books are compared order by order."""
    from odoo.addons.purchase_1688.tests.gateway import SandboxGateway

    return SandboxGateway.get()


@pytest.fixture(scope="session")
def world(database, gateway):
    """Account, people and a product to buy."""
    from world import World

    return World(database, gateway)


@pytest.fixture(autouse=True)
def calm(gateway):
    """No fault and no odd switch outlives its test."""
    yield
    gateway.admin("DELETE", "faults")
    gateway.switch(repeated_out_order_id="return_existing", list_lag_seconds=0)
