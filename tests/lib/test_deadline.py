"""Name look-ups, addresses, and sockets that obey the deadline."""

import socket
import threading
import time

import pytest
from lib1688 import deadline as module
from lib1688.deadline import CURRENT, Exchange, GuardedSocket, Resolver, TooBig, open_socket

from .timing import measured


@pytest.fixture
def exchange():
    """An exchange with time enough that is current during the test."""
    made = Exchange(time.monotonic() + 30, 1000, Resolver())
    token = CURRENT.set(made)
    yield made
    CURRENT.reset(token)


def stuck(*_args, **kwargs):
    if kwargs.get("flags"):
        raise socket.gaierror("a name")
    time.sleep(3)
    return []


@measured
def test_name_look_up_that_hangs_is_left_behind(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", stuck)
    begin = time.monotonic()
    with pytest.raises(TimeoutError):
        Resolver().resolve("host", 80, 0.2)
    assert time.monotonic() - begin < 0.4


def test_stuck_look_ups_are_bounded(monkeypatch):
    monkeypatch.setattr(module, "_LOOKUPS_AT_ONCE", 2)
    monkeypatch.setattr(socket, "getaddrinfo", stuck)
    resolver, before = Resolver(), threading.active_count()
    for _turn in range(4):
        with pytest.raises(TimeoutError):
            resolver.resolve("host", 80, 0.05)
    assert threading.active_count() - before <= 2


def test_address_needs_no_thread(monkeypatch):
    monkeypatch.setattr(threading, "Thread", None)
    assert Resolver().resolve("127.0.0.1", 80, 1)[0][4] == ("127.0.0.1", 80)


def test_failed_look_up_is_raised():
    with pytest.raises(OSError, match="."):
        Resolver().resolve("no-such-host.invalid", 80, 5)


def test_localhost_is_found():
    assert Resolver().resolve("localhost", 80, 5)


def test_second_address_is_tried(exchange, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        good = listener.getsockname()
        kind = (socket.AF_INET, socket.SOCK_STREAM, 0, "")
        found = [(*kind, ("127.0.0.1", 1)), (*kind, good)]
        monkeypatch.setattr(exchange.resolver, "resolve", lambda *args: found)
        with open_socket("host", 80) as sock:
            assert sock.getpeername() == good
    assert exchange.phase == "connect"
    assert not exchange.sent


def test_host_without_address(exchange, monkeypatch):
    monkeypatch.setattr(exchange.resolver, "resolve", lambda *args: [])
    with pytest.raises(OSError, match="no address"):
        open_socket("host", 80)


def test_sent_is_marked_with_the_first_byte(exchange):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        GuardedSocket(ours).sendall(b"abc")
        assert exchange.sent
        assert theirs.recv(10) == b"abc"


def test_nothing_is_sent_after_the_deadline(exchange):
    ours, theirs = socket.socketpair()
    exchange.deadline = time.monotonic() - 1
    with ours, theirs:
        with pytest.raises(TimeoutError):
            GuardedSocket(ours).sendall(b"abc")
        assert not exchange.sent
        theirs.setblocking(False)
        with pytest.raises(BlockingIOError):
            theirs.recv(1)


def test_reading_is_counted(exchange):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        reader = GuardedSocket(ours).makefile("rb")
        theirs.sendall(b"x" * 2000)
        with pytest.raises(TooBig):
            reader.read(2000)


def test_other_attributes_are_those_of_the_socket(exchange):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert GuardedSocket(ours).fileno() == ours.fileno()
