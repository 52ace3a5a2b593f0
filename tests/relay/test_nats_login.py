"""A NATS server that is closed to others: TLS with a certificate of one's own, and a password."""

import asyncio
import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from nats_cluster import require_nats
from store_places import ENVELOPE, random_box, waiting

from bench.nats_servers import Node
from messenger.core.clock import SystemClock
from messenger.core.errors import RelayStoreError
from messenger.relay import nats_link
from messenger.relay.nats_store import NatsOptions, open_nats_store

CLOSED = """
authorization {{ user: relay, password: "{password}" }}
tls {{ cert_file: "{folder}/certificate", key_file: "{folder}/key" }}
"""
PASSWORD = "open-sesame"


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    require_nats()
    folder = tmp_path_factory.mktemp("nats")
    node = Node(1, folder)
    write_certificate(folder, node.host)
    node.configure([node], CLOSED.format(password=PASSWORD, folder=folder))
    node.start()
    try:
        yield node
    finally:
        node.kill()


def write_certificate(folder: Path, host: str) -> None:
    """Write a certificate that speaks for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nats")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM
    (folder / "certificate").write_bytes(certificate.public_bytes(form))
    (folder / "key").write_bytes(
        key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def options(node: Node, *, known: bool = True) -> NatsOptions:
    authority = node.folder.parent / "certificate" if known else None
    tls = ssl.create_default_context(cafile=authority)
    return NatsOptions(spread=1, replicas=1, tls=tls)


def url(node: Node, password: str) -> str:
    return f"tls://relay:{password}@{node.host}:{node.port}"


def test_mailboxes_are_kept_behind_a_password_and_a_certificate(closed: Node) -> None:
    async def run() -> None:
        box = random_box()
        store = await open_nats_store([url(closed, PASSWORD)], SystemClock(), options(closed))
        await store.create(box.new)
        await store.put(box.depositor, bytes(32), ENVELOPE)
        assert await waiting(store, box) == [(1, ENVELOPE)]
        await store.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("password", "known"), [("wrong-word", True), (PASSWORD, False)], ids=["password", "stranger"]
)
def test_a_server_that_refuses_or_is_a_stranger_is_not_used(
    closed: Node,
    password: str,
    known: bool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(nats_link, "CONNECT_S", 1.0)
    with caplog.at_level(0), pytest.raises(RelayStoreError, match="no NATS server") as refused:
        asyncio.run(
            open_nats_store([url(closed, password)], SystemClock(), options(closed, known=known))
        )
    assert password not in repr(refused.value) + caplog.text
