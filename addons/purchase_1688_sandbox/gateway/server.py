"""The HTTP/1.1 server of the gateway: a thread a connection, and faults that need the bare socket.

The standard library's server does the reading; an answer goes out in one write, so that what a
client measures is the platform and not the delay of a half-filled packet.
"""

import contextlib
import datetime
import http
import http.server
import os
import socket
import sqlite3
import struct
import sys
import threading
import time
from urllib.parse import unquote

from . import push
from .http import Request

LIMIT = 32 * 1024 * 1024
TICK_SECONDS = 0.2
FILL = b"0" * 65536


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 120

    def do_GET(self):
        self._serve()

    do_POST = do_PUT = do_DELETE = do_HEAD = do_GET

    def log_message(self, format, *args):
        return

    def _serve(self):
        length = int(self.headers.get("Content-Length") or 0)
        if length > LIMIT or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            self._write(http.HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {}, b"")
            return
        path, _mark, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(
            self.command, unquote(path), query, headers, self.rfile.read(length) if length else b""
        )
        response = self.server.gateway.handle(request)
        headers = {"Content-Type": response.content_type, **response.headers}
        if response.wire:
            self.close_connection = True
            with contextlib.suppress(
                OSError
            ):  # the client may well leave in the middle: that is the test
                getattr(self, f"_play_{response.wire[0]}")(response, headers)
            return
        self._write(response.status, headers, response.body)

    def _head(self, status, headers, length):
        moment = datetime.datetime.fromtimestamp(
            self.server.gateway.world.clock.now() / 1000, datetime.timezone.utc
        )
        lines = [
            f"HTTP/1.1 {int(status)} {http.HTTPStatus(status).phrase}",
            "Server: Tengine",
            f"Date: {moment:%a, %d %b %Y %H:%M:%S GMT}",
            f"Content-Length: {length}",
            f"Connection: {'close' if self.close_connection else 'keep-alive'}",
        ]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _write(self, status, headers, body):
        head = self._head(status, headers, len(body))
        with contextlib.suppress(ConnectionError):
            self.wfile.write(head if self.command == "HEAD" else head + body)

    # --- faults on the socket

    def _play_drop(self, response, headers):
        """Close without an answer."""

    def _play_reset(self, response, headers):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())

    def _play_cut(self, response, headers):
        head = self._head(response.status, headers, len(response.body))
        self.wfile.write(head + response.body[: len(response.body) // 2])

    def _play_drip(self, response, headers):
        self.wfile.write(self._head(response.status, headers, len(response.body)))
        for position in range(len(response.body)):
            self.wfile.write(response.body[position : position + 1])
            time.sleep(response.wire[1])

    def _play_huge(self, response, headers):
        size = response.wire[1]
        self.wfile.write(self._head(response.status, headers, size))
        self.wfile.write(b'{"result":"')
        for _block in range(size // len(FILL)):
            self.wfile.write(FILL)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, gateway, host="127.0.0.1", port=0):
        self.gateway = gateway
        super().__init__((host, port), Handler)
        gateway.world.base_url = self.url
        self._stopping = threading.Event()

    @property
    def url(self):
        return f"http://{self.server_address[0]}:{self.server_address[1]}"

    def server_bind(self):
        # The base class asks the name service for its own name here, which can take seconds.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]

    def process_request_thread(self, request, client_address):
        try:
            return super().process_request_thread(request, client_address)
        finally:
            self.gateway.world.store.close()

    def handle_error(self, request, client_address):
        """Clients that leave are part of the game; anything else is an error of the gateway and is
        shown.
        """
        if isinstance(sys.exc_info()[1], ConnectionError):
            return None
        return super().handle_error(request, client_address)

    def start(self):
        """Serve in background threads (the server and the two that let time pass and deliver
        pushes).
        """
        self.gateway.world.warm_up()
        for target in (self._pass_time, self._deliver, self.serve_forever):
            threading.Thread(target=target, daemon=True, name=f"gateway {target.__name__}").start()
        return self

    def stop(self):
        self._stopping.set()
        self.shutdown()
        self.server_close()

    def _pass_time(self):
        while not self._stopping.wait(TICK_SECONDS):
            with contextlib.suppress(sqlite3.OperationalError):  # the file is busy: next time
                self.gateway.world.catch_up()

    def _deliver(self):
        while not self._stopping.wait(push.TICK_SECONDS):
            with contextlib.suppress(sqlite3.OperationalError):
                push.deliver_due(self.gateway.world)


def request_of_environ(environ):
    """Request of a WSGI environ."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    return Request(
        environ["REQUEST_METHOD"],
        environ.get("PATH_INFO", "/").encode("latin-1").decode("utf-8", "replace"),
        environ.get("QUERY_STRING", ""),
        headers,
        environ["wsgi.input"].read(length) if length else b"",
    )


def start(response, start_response):
    """Answer a WSGI server."""
    headers = {
        "Content-Type": response.content_type,
        "Content-Length": str(len(response.body)),
        **response.headers,
    }
    start_response(
        f"{response.status} {http.HTTPStatus(response.status).phrase}", list(headers.items())
    )
    return [response.body]
