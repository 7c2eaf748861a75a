"""Fixtures of the library's tests."""

import pytest
from lib1688.transport import Transport

from .servers import Server


@pytest.fixture
def serve():
    """Start servers with a behaviour; they end with the test."""
    running = []

    def start(behave, **kwargs):
        running.append(Server(behave, **kwargs))
        return running[-1]

    yield start
    for server in running:
        server.close()


@pytest.fixture
def transport():
    """A transport of its own, closed after the test."""
    made = Transport()
    yield made
    made.close()
