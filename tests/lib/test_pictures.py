"""Pictures come from the marketplace's hosts at public addresses, and from nowhere else.

A listener on this machine counts connections: whatever a listing says, there are none.
"""

import contextlib
import socket
import time

import pytest
from lib1688 import deadline, pictures
from lib1688.errors import NotSent
from lib1688.transport import HttpRequest, Transport

from .servers import Server

NOTHING = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
PICTURE = b"\xff\xd8\xff" + b"0" * 100
TRANSPORT = Transport()
#: {port} is the listener's; each of these means this machine, its network, or another host than it seems
VECTORS = """
http://127.0.0.1:{port}/a.jpg
http://localhost:{port}/a.jpg
http://LOCALHOST:{port}/a.jpg
http://localhost.:{port}/a.jpg
http://127.1:{port}/a.jpg
http://127.0.1:{port}/a.jpg
http://2130706433:{port}/a.jpg
http://0x7f000001:{port}/a.jpg
http://0x7f.0x0.0x0.0x1:{port}/a.jpg
http://0177.0.0.1:{port}/a.jpg
http://017700000001:{port}/a.jpg
http://00000177.0.0.1:{port}/a.jpg
http://127.0.0.1.nip.io:{port}/a.jpg
http://0:{port}/a.jpg
http://0.0.0.0:{port}/a.jpg
http://[::1]:{port}/a.jpg
http://[::]:{port}/a.jpg
http://[0:0:0:0:0:0:0:1]:{port}/a.jpg
http://[::ffff:127.0.0.1]:{port}/a.jpg
http://[::ffff:7f00:1]:{port}/a.jpg
http://[::127.0.0.1]:{port}/a.jpg
http://[64:ff9b::7f00:1]:{port}/a.jpg
http://[2002:7f00:1::]:{port}/a.jpg
http://[fe80::1%25lo]:{port}/a.jpg
http://10.0.0.1/a.jpg
http://172.16.0.1/a.jpg
http://192.168.0.1/a.jpg
http://169.254.169.254/latest/meta-data/
http://100.100.100.200/latest/meta-data/
http://metadata.google.internal/a.jpg
http://user@127.0.0.1:{port}/a.jpg
http://cbu01.alicdn.com@127.0.0.1:{port}/a.jpg
http://cbu01.alicdn.com:80@127.0.0.1:{port}/a.jpg
http://cbu01.alicdn.com%40127.0.0.1:{port}/a.jpg
http://127.0.0.1:{port}\\@cbu01.alicdn.com/a.jpg
http://127.0.0.1:{port}\\.alicdn.com/a.jpg
http:\\\\127.0.0.1:{port}\\a.jpg
http://127.0.0.1:{port}#.alicdn.com/a.jpg
http://127.0.0.1:{port}?.alicdn.com/a.jpg
http://127.0.0.1:{port}/.alicdn.com/a.jpg
http://127.0.0.1:{port};.alicdn.com/a.jpg
http://cbu01.alicdn.com:{port}/a.jpg
http://cbu01.alicdn.com:22/a.jpg
http://cbu01.alicdn.com:99999/a.jpg
http://cbu01.alicdn.com.evil.example/a.jpg
http://evilalicdn.com/a.jpg
http://alicdn.com.:{port}/a.jpg
http://alicdn。com/a.jpg
http://аlicdn.com/a.jpg
http://xn--licdn-3nf.com/a.jpg
http://cbu01.alicdn.com／@127.0.0.1:{port}/a.jpg
http://①②⑦.⓪.⓪.①:{port}/a.jpg
//127.0.0.1:{port}/a.jpg
https:127.0.0.1:{port}/a.jpg
https:///127.0.0.1:{port}/a.jpg
file:///etc/passwd
FILE://localhost/etc/passwd
ftp://127.0.0.1:{port}/a.jpg
gopher://127.0.0.1:{port}/_GET
dict://127.0.0.1:{port}/a
ldap://127.0.0.1:{port}/a
jar:http://127.0.0.1:{port}!/a.jpg
data:image/png;base64,AAAA
javascript:alert(1)
unix:///var/run/docker.sock
http://[::1/a.jpg
http://
/a.jpg
""".split("\n")[1:-1]
STRANGE = [
    "http://cbu01.alicdn.com\t:{port}/a.jpg",
    "http://127.0.0.1\t.alicdn.com/a.jpg",
    "http://127.0.0.1\n.alicdn.com:80/a.jpg",
    "http://cbu01.alicdn.com\x00.evil.example/a.jpg",
    " http://127.0.0.1:{port}/a.jpg",
    "http://127.0.0.1:{port} .alicdn.com/a.jpg",
    "",
    "http://cbu01.alicdn.com/" + "a" * 3000,
    None,
]
#: what a name of the marketplace must not lead to, whoever answers for its name
PRIVATE = """
127.0.0.1 127.255.255.254 0.0.0.0 10.1.2.3 172.16.0.1 172.31.255.1 192.168.1.1 169.254.169.254 100.64.0.1
100.100.100.200 192.0.0.1 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1
255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1
64:ff9b::a00:1 2002:7f00:1:: 2002:a00:1:: 2001:0:4136:e378:8000:63bf:80ff:fffe fe80::1 fe80::1%lo fc00::1
fd12:3456::1 ff02::1 2001:db8::1 nonsense
""".split()


@pytest.fixture
def listener():
    with contextlib.closing(Server(lambda conn, _request: conn.sendall(NOTHING))) as server:
        yield server


def test_no_vector_reaches_anybody(listener):
    urls = [url and url.replace("{port}", str(listener.port)) for url in [*VECTORS, *STRANGE]]
    assert len(urls) >= 70
    assert [url for url in urls if pictures.is_allowed(url, {"shop.example:8181"})] == []
    fetched = pictures.fetch(urls, {"shop.example:8181"}, 5.0)
    assert set(fetched.found.values()) == {b""}
    assert (fetched.asked, fetched.refused) == (0, len(set(urls)))
    assert listener.connections == 0


@pytest.mark.parametrize("url", ["https://cbu01.alicdn.com/img/ibank/O1CN01.jpg", "http://img.china.alibaba.com:80/a.png"])
def test_ordinary_pictures_are_allowed(url):
    assert pictures.is_allowed(url)


def answer_with(monkeypatch, address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    tail = (port, 0, 0) if family == socket.AF_INET6 else (port,)
    monkeypatch.setattr(
        deadline.Resolver,
        "resolve",
        lambda *_args: [(family, socket.SOCK_STREAM, 6, "", (address, *tail))],
    )


@pytest.mark.parametrize("address", PRIVATE)
def test_name_that_leads_inside_is_not_connected(monkeypatch, listener, address):
    answer_with(monkeypatch, address, listener.port)
    monkeypatch.setattr(socket.socket, "connect", lambda *_args: pytest.fail("connected"))
    request = HttpRequest("http://cbu01.alicdn.com/a.jpg", method="GET", public=True)
    with pytest.raises(NotSent):
        TRANSPORT.send(request, time.monotonic() + 5)
    fetched = pictures.fetch(["http://cbu01.alicdn.com/a.jpg"], (), 5.0, TRANSPORT)
    assert fetched.asked == 1
    assert not any(fetched.found.values())
    assert listener.connections == 0


def test_planted_forgetting_the_address_is_found(monkeypatch, listener):
    monkeypatch.setattr(deadline, "is_public", lambda _address: True)
    answer_with(monkeypatch, "127.0.0.1", listener.port)
    pictures.fetch(["http://cbu01.alicdn.com/a.jpg"], (), 5.0, TRANSPORT)
    assert listener.connections == 1


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_public(address):
    assert deadline.is_public(address)


def test_redirect_inside_is_not_followed(listener):
    def send_away(conn, _request):
        place = f"http://127.0.0.1:{listener.port}/a.jpg".encode()
        conn.sendall(b"HTTP/1.1 302 Found\r\nLocation: " + place + b"\r\nContent-Length: 0\r\n\r\n")

    with contextlib.closing(Server(send_away)) as shop:
        url = f"http://127.0.0.1:{shop.port}/a.jpg"
        fetched = pictures.fetch([url], {f"127.0.0.1:{shop.port}"}, 5.0, TRANSPORT)
    assert fetched.found == {url: b""}
    assert shop.connections == 1
    assert listener.connections == 0


def test_what_is_too_big_is_left(monkeypatch):
    def flood(conn, _request):
        conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + b"0" * 9000)

    with contextlib.closing(Server(flood)) as shop:
        url = f"http://127.0.0.1:{shop.port}/a.jpg"
        fetched = pictures.fetch([url], {f"127.0.0.1:{shop.port}"}, 5.0, Transport(max_bytes=1000))
    assert fetched.found == {url: b""}


def test_what_is_fetched_is_counted():
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(PICTURE)
    with contextlib.closing(Server(lambda conn, _request: conn.sendall(head + PICTURE))) as shop:
        url = f"http://127.0.0.1:{shop.port}/a.jpg"
        fetched = pictures.fetch([url, "file:///etc/passwd"], {f"127.0.0.1:{shop.port}"}, 5.0, TRANSPORT)
    assert fetched.found[url] == PICTURE
    assert (fetched.asked, fetched.refused, fetched.size) == (1, 1, len(PICTURE))
