"""Sockets that obey one total deadline, and know whether a request has left.

The time-outs of HTTP libraries are per socket operation: a server that sends one byte
every half second never runs into them. Here each operation gets what is left of one
deadline, from the name look-up to the last byte of the answer.
"""

import contextlib
import io
import ipaddress
import queue
import socket
import threading
import time
from contextvars import ContextVar

#: the exchange of the running thread; connections have no other way to learn of it
CURRENT = ContextVar("purchase_1688_exchange")

_LOOKUPS_AT_ONCE = 16


class TooBig(OSError):
    """More came over the wire than an answer may have."""
#: addresses that carry an IPv4 address in their last 32 bits
_NAT64, _IPV4_COMPATIBLE = ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96")


class Exchange:
    """One request and its answer: until when, how much, and how far it came.

    :ivar phase: ``resolve``, ``connect``, ``tls``, ``send`` or ``read``: where it stands
    :ivar sent: True as soon as a byte of the request may have left
    :ivar public: connect to addresses of the public internet only
    """

    __slots__ = ("allowance", "deadline", "phase", "public", "resolver", "sent")

    def __init__(self, deadline, allowance, resolver, public=False):
        self.deadline = deadline
        self.allowance = allowance
        self.resolver = resolver
        self.public = public
        self.phase = "connect"
        self.sent = False

    def remaining(self):
        """Seconds that are left, always above zero; `TimeoutError` after the deadline."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("deadline")
        return left

    @property
    def late(self):
        """Whether the deadline has passed (a socket may wake a moment before it)."""
        return self.deadline - time.monotonic() < 0.005

    def received(self, count):
        """Count bytes off the wire, headers included."""
        self.allowance -= count
        if self.allowance < 0:
            raise TooBig("too many bytes")


class Resolver:
    """Name look-ups that can be left behind: the C library knows no time-out."""

    def __init__(self):
        self._slots = threading.BoundedSemaphore(_LOOKUPS_AT_ONCE)

    def resolve(self, host, port, timeout):
        """Addresses as of `socket.getaddrinfo`, or `TimeoutError`, within `timeout` seconds."""
        with contextlib.suppress(socket.gaierror):  # a name, not an address
            return socket.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
            )
        end = time.monotonic() + timeout
        if not self._slots.acquire(timeout=timeout):
            raise TimeoutError("too many name look-ups are stuck")
        box = queue.SimpleQueue()
        threading.Thread(target=self._look_up, args=(host, port, box), daemon=True).start()
        try:
            found = box.get(timeout=max(0.001, end - time.monotonic()))
        except queue.Empty:
            raise TimeoutError("name look-up") from None
        if isinstance(found, Exception):
            raise found
        return found

    def _look_up(self, host, port, box):
        try:
            box.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            box.put(error)
        finally:
            self._slots.release()


def open_socket(host, port, options=()):
    """A connected socket; each address of the host gets its share of the time left."""
    exchange = CURRENT.get()
    exchange.phase = "resolve"
    addresses = exchange.resolver.resolve(host, port, exchange.remaining())
    exchange.phase = "connect"
    failure = OSError(f"no address for {host}")
    for number, (family, kind, protocol, _name, address) in enumerate(addresses):
        if exchange.public and not is_public(address[0]):
            failure = OSError(f"{host} is at an address that is not public")
            continue
        sock = socket.socket(family, kind, protocol)
        try:
            for option in options:
                sock.setsockopt(*option)
            sock.settimeout(exchange.remaining() / (len(addresses) - number))
            sock.connect(address)
            # the TLS handshake, if any, takes this as its own total time-out
            sock.settimeout(exchange.remaining())
            return sock
        except OSError as error:
            sock.close()
            failure = error
    raise failure


def is_public(address):
    """Whether `address` (text) is one of the public internet, whatever it is wrapped in."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if found.version == 6:
        embedded = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if found in _NAT64 or found in _IPV4_COMPATIBLE:
            embedded = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if embedded is not None:
            return embedded.is_global and not embedded.is_multicast
    return found.is_global and not found.is_multicast


class GuardedSocket:
    """A connected socket, plain or TLS, as `http.client` uses one."""

    def __init__(self, sock):
        self._sock = sock

    def sendall(self, data):
        """Send all of `data` before the deadline, and mark the exchange as sent."""
        exchange = CURRENT.get()
        exchange.phase = "send"
        view = memoryview(data).cast("B")
        while view:
            self._sock.settimeout(exchange.remaining())
            exchange.sent = True
            view = view[self._sock.send(view) :]

    def makefile(self, mode, *_args, **_kwargs):
        """The reading side, for one answer of the exchange that runs now."""
        exchange = CURRENT.get()
        exchange.phase = "read"
        raw = self._sock.makefile(mode, buffering=0)
        return io.BufferedReader(_GuardedReader(raw, self._sock, exchange))

    def settimeout(self, _timeout):
        """Ignored: the time-out is set anew for each operation."""

    def __getattr__(self, name):
        return getattr(self._sock, name)


class _GuardedReader(io.RawIOBase):
    """Reads that end with the deadline and are counted."""

    def __init__(self, raw, sock, exchange):
        super().__init__()
        self._raw = raw
        self._sock = sock
        self._exchange = exchange

    def readable(self):
        return True

    def readinto(self, buffer):
        self._sock.settimeout(self._exchange.remaining())
        count = self._raw.readinto(buffer)
        self._exchange.received(count or 0)
        return count

    def close(self):
        self._raw.close()
        return super().close()
