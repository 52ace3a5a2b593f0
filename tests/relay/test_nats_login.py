"""A NATS server as we tell hosts to set it up: TLS, a password, no more rights than needed."""

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
from hosted import play
from memory_folder import memory_folder
from nats_cluster import require_nats
from store_places import ENVELOPE, random_box, waiting

from bench.nats_servers import Node
from bench.relay_crowd import Conversation, Crowd, HostedRelay, config_text, hang_up_all
from messenger.core.clock import SystemClock
from messenger.core.errors import RelayStoreError
from messenger.core.types import Cover
from messenger.protocol.mailbox import Get, Size
from messenger.relay import nats_link
from messenger.relay.nats_store import NatsOptions, open_nats_store

EXAMPLE = Path(__file__).resolve().parents[2] / "packaging" / "relay" / "nats-server.conf"
FAST = Cover(0.01)
PASSWORD = "open-sesame"


@pytest.fixture(scope="module")
def closed() -> Iterator[Node]:
    """A server with the settings that we hand out, alone and in a folder of ours."""
    require_nats()
    with memory_folder() as folder:
        node = Node(1, folder)
        write_certificate(folder, node.host)
        (node.folder / "conf").write_text(_as_handed_out(node))
        node.start()
        try:
            yield node
        finally:
            node.kill()


def _as_handed_out(node: Node) -> str:
    """Return our settings with this machine's places and a password in them."""
    text, _, _ = EXAMPLE.read_text().partition("# The three among themselves")
    for ours, here in {
        "0.0.0.0:4222": f"{node.host}:{node.port}",
        "/var/lib/nats": str(node.folder),
        "/etc/nats": str(node.folder.parent),
        "CHANGE-ME": PASSWORD,
    }.items():
        assert ours in text
        text = text.replace(ours, here)
    return text


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
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(form))
    (folder / "key.pem").write_bytes(
        key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def options(node: Node, *, known: bool = True) -> NatsOptions:
    authority = node.folder.parent / "certificate.pem" if known else None
    tls = ssl.create_default_context(cafile=authority)
    return NatsOptions(spread=1, replicas=1, tls=tls)


def hosted(node: Node) -> str:
    """Return the configuration of a relay whose host uses this server."""
    return f"""
[store]
kind = "nats"
servers = ["{url(node, PASSWORD)}"]
ca = "{node.folder.parent / "certificate.pem"}"
spread = 1
replicas = 1
"""


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


def test_a_hosted_relay_logs_in_and_tells_nobody_the_password(closed: Node, tmp_path: Path) -> None:
    async def story() -> None:
        config = config_text(FAST) + hosted(closed)
        relay = await HostedRelay.start(tmp_path / "relay", "serve", config=config)
        try:
            talk = await Conversation(Crowd(relay.card, FAST)).open()
            await talk.put()
            assert (await talk.reader.ask(Get(talk.owner, 0, Size.SMALL))).sequence == 1
            await hang_up_all([talk])
        finally:
            assert await relay.stop() == 0
        assert PASSWORD not in (tmp_path / "relay.log").read_text()

    play(story)
