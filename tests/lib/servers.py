"""Small servers on the loopback that behave badly on purpose."""

import contextlib
import socket
import threading
import time

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Server:
    """Accepts connections; `behave(conn, request)` answers each request with raw bytes.

    `requests` holds every request as received; `connections` counts the connections, `closed`
    those that this side has closed.
    """

    def __init__(self, behave, context=None):
        self._behave = behave
        self._context = context
        self.requests = []
        self.connections = 0
        self.closed = 0
        self.stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self):
        scheme = "https" if self._context else "http"
        return f"{scheme}://127.0.0.1:{self.port}/openapi"

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                conn, _address = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._handle, args=(conn,), daemon=True).start()

    def _handle(self, conn):
        self._serve(conn)
        self.closed += 1

    def _serve(self, conn):
        with contextlib.suppress(OSError), conn:
            conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._context:
                conn = self._context.wrap_socket(conn, server_side=True)
            while request := read_request(conn):
                self.requests.append(request)
                if self._behave(conn, request) == "close":
                    return

    def await_closed(self, count, seconds=30):
        """Wait until this side has closed so many connections."""
        end = time.monotonic() + seconds
        while self.closed < count and time.monotonic() < end:
            time.sleep(0.01)

    def close(self):
        self.stop.set()
        self._listener.close()


def read_request(conn):
    """One request with its body, or b'' when the other side is gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = conn.recv(65536)
        if not chunk:
            return b""
        data += chunk
    head, _sep, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(body) < length:
        body += conn.recv(65536)
    return head + b"\r\n\r\n" + body


def answer(body, status="200 OK", headers=()):
    """A complete answer as bytes."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def reply_with(data):
    """Behaviour: always the same raw bytes."""

    def behave(conn, _request):
        conn.sendall(data)

    return behave


def then_close(data=b""):
    """Behaviour: these bytes, and the connection is closed."""

    def behave(conn, _request):
        conn.sendall(data)
        return "close"

    return behave


def drip(head, piece, pause=0.05, seconds=20):
    """Behaviour: `head`, then `piece` every `pause` seconds, for `seconds`."""

    def behave(conn, _request):
        conn.sendall(head)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            conn.sendall(piece)
            time.sleep(pause)
        return "close"

    return behave


def flood(head, piece):
    """Behaviour: `head`, then `piece` as fast as it goes, until the other side hangs up."""
    return drip(head, piece, pause=0)


def stall(head=b""):
    """Behaviour: `head`, then nothing."""
    return drip(head, b"", pause=0.2)
