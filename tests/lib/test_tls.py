"""TLS: certificates are always verified, and a bad one is met before a byte is sent."""

import datetime
import ipaddress
import ssl
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from lib1688.errors import NotSent
from lib1688.transport import HttpRequest, Transport

from .servers import OK, reply_with
from .timing import measured


def certificate(folder, host, days=1):
    """Paths of a self-signed certificate (valid until `days` from now) and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=10))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([host]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_path, key_path = folder / "cert.pem", folder / "key.pem"
    cert_path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return cert_path, key_path


LOOPBACK = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
OTHER = x509.DNSName("gw.example.com")


@pytest.fixture
def secure(serve, tmp_path):
    """Start a TLS server; returns it and the path of its certificate."""

    def start(host=LOOPBACK, days=1, newest=None):
        cert, key = certificate(tmp_path, host, days)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        if newest:
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = newest
            context.set_ciphers("ALL:@SECLEVEL=0")
        return serve(reply_with(OK), context=context), cert

    return start


def post(transport, server):
    request = HttpRequest(server.url, b"secret=1")
    return transport.send(request, time.monotonic() + 30)


def test_trusted_server_is_called_and_stays_warm(secure):
    server, cert = secure()
    transport = Transport(verify=str(cert))
    for _turn in range(3):
        assert post(transport, server).status == 200
    assert (len(server.requests), server.connections) == (3, 1)


@pytest.mark.parametrize(
    ("options", "trusted"),
    [
        pytest.param({}, False, id="self-signed"),
        pytest.param({"days": -1}, True, id="expired"),
        pytest.param({"host": OTHER}, True, id="other host"),
        pytest.param({"newest": ssl.TLSVersion.TLSv1_1}, True, id="old TLS"),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_bad_tls_sends_nothing(secure, options, trusted):
    server, cert = secure(**options)
    with pytest.raises(NotSent) as caught:
        post(Transport(verify=str(cert) if trusted else True), server)
    assert caught.value.code == "tls"
    assert server.requests == []


@measured
def test_handshake_that_stalls_is_not_sent(serve):
    def silent(_conn, _request):
        time.sleep(2)

    server = serve(silent)
    begin = time.monotonic()
    with pytest.raises(NotSent) as caught:
        Transport().send(HttpRequest(f"https://127.0.0.1:{server.port}/"), begin + 0.5)
    assert time.monotonic() - begin < 0.8
    assert caught.value.code == "deadline"


def test_folder_of_authorities(secure, tmp_path):
    server, cert = secure()
    folder = tmp_path / "authorities"
    folder.mkdir()
    (folder / cert.name).write_bytes(cert.read_bytes())
    # the folder is not hashed, so nobody in it is known: what counts is that it is taken
    with pytest.raises(NotSent):
        post(Transport(verify=str(folder)), server)
