import pathlib
import sys

import pytest

ADDON = pathlib.Path(__file__).parents[2] / "addons" / "purchase_1688_sandbox"
sys.path.insert(0, str(ADDON))
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from gateway.app import Gateway  # noqa: E402
from gateway.server import Server  # noqa: E402
from gateway.world import World  # noqa: E402
from sandbox_client import Client  # noqa: E402
from sandbox_goods import Goods  # noqa: E402

# Thursday, 9 October 2025, 16:53:20 in China
NOW = 1_760_000_000_000


@pytest.fixture(scope="session")
def _server(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("gateway") / "world.sqlite", seed=1, now_ms=NOW)
    server = Server(Gateway(world)).start()
    yield server
    server.stop()


@pytest.fixture
def server(_server):
    """A served world, new for each test; its clock stands still unless it is stepped."""
    world = _server.gateway.world
    world.reset(1, NOW, 0)
    world.switches.set({"push_url": None})
    return _server


@pytest.fixture
def world(server):
    return server.gateway.world


@pytest.fixture
def client(server):
    client = Client(server.server_port)
    yield client
    client.close()


@pytest.fixture
def goods(world):
    return Goods(world.catalogue)
