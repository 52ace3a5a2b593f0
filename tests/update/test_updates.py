"""Updates from people who mean well: found, downloaded, verified, over every kind of place."""

import datetime
import ipaddress
import ssl
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from update_publisher import Publisher, small_package
from update_server import UpdateServer
from update_socks import SocksProxy

from messenger.core.errors import (
    CancelledByPersonError,
    FolderNotWritableError,
    UpdateBusyError,
    UpdateByHandError,
    UpdateNoWayError,
    UpdateSourceError,
    UpdateUnreachableError,
    UpdateUnreadableError,
)
from messenger.core.types import NetworkSettings, Proxy
from messenger.store.profile_lock import ProfileLock
from messenger.update.installation import Installation, Kind, target_name
from messenger.update.job import Job
from messenger.update.line import Dialler
from messenger.update.release import Release, read_release
from messenger.update.source import Source, find_source, read_address
from messenger.update.updates import Updates
from messenger.update.version import is_newer, read_version


def test_a_release_is_found_with_its_notes(updates: Updates, tmp_path: Path) -> None:
    size = (tmp_path / "hum-0.2.0.tar.zst").stat().st_size
    assert updates.check(Job()) == Release("0.2.0", "Many cells.\nAll alike.", size, newer=True)


def test_a_release_is_downloaded_once(
    updates: Updates, server: UpdateServer, tmp_path: Path
) -> None:
    steps: list[tuple[int, int]] = []
    path = updates.download(Job(lambda done, total: steps.append((done, total))))
    assert path.read_bytes() == (tmp_path / "hum-0.2.0.tar.zst").read_bytes()
    assert steps[-1] == (path.stat().st_size, path.stat().st_size)
    server.asked.clear()
    assert updates.download(Job()) == path
    assert server.asked == ["/metadata/2.root.json", "/metadata/timestamp.json"]


def test_a_new_release_takes_the_place_of_the_downloaded_one(
    updates: Updates, publisher: Publisher, tmp_path: Path
) -> None:
    old = updates.download(Job())
    publisher.release("0.3.0", small_package(tmp_path, "0.3.0"))
    new = updates.download(Job())
    assert new.exists()
    assert not old.exists()


def test_a_damaged_download_is_fetched_again(updates: Updates) -> None:
    path = updates.download(Job())
    good = path.read_bytes()
    path.write_bytes(good[:-1] + b"?")
    assert updates.download(Job()).read_bytes() == good


def test_nothing_about_us_is_told(updates: Updates, server: UpdateServer) -> None:
    updates.download(Job())
    told = {name for headers in server.headers for name in headers}
    assert told == {"Host", "Accept-Encoding", "Connection"}
    assert not any("0.1.0" in path for path in server.asked)


def test_a_folder_is_as_good_as_a_server(updates: Updates, publisher: Publisher) -> None:
    local = replace(updates, source=Source(str(publisher.public), publisher.root))
    assert local.source.local
    assert local.download(Job()).exists()


def test_a_folder_with_strange_letters_in_its_name(
    updates: Updates, publisher: Publisher, tmp_path: Path
) -> None:
    strange = publisher.public.rename(tmp_path / "Größe 100 % #1?")
    publisher.public = strange
    local = replace(updates, source=Source(read_address(str(strange)), publisher.root))
    assert local.check(Job()).newer


def test_a_proxy_gets_the_name_and_everything_else(
    updates: Updates, publisher: Publisher, server: UpdateServer
) -> None:
    """The name exists nowhere, so whoever looked it up here would find nothing."""
    with SocksProxy(server.port) as proxy:
        through = replace(
            updates,
            source=Source("http://updates.invalid:1234", publisher.root),
            dialler=Dialler(NetworkSettings(Proxy("127.0.0.1", proxy.port))),
        )
        assert through.download(Job()).exists()
    assert set(proxy.names) == {"updates.invalid"}
    assert len(proxy.names) == len(server.asked)


def test_a_proxy_that_is_gone_is_not_gone_around(updates: Updates, server: UpdateServer) -> None:
    with SocksProxy(server.port) as proxy:
        gone = NetworkSettings(Proxy("127.0.0.1", proxy.port))
    with pytest.raises(UpdateUnreachableError):
        replace(updates, dialler=Dialler(gone)).check(Job())
    assert server.asked == []


def test_who_lets_nothing_out_in_the_open_needs_a_proxy(
    updates: Updates, publisher: Publisher, server: UpdateServer
) -> None:
    closed = replace(updates, dialler=Dialler(NetworkSettings(direct=False)))
    with pytest.raises(UpdateNoWayError):
        closed.check(Job())
    assert server.asked == []
    assert replace(closed, source=Source(str(publisher.public), publisher.root)).check(Job())


@pytest.mark.parametrize("isolate", [False, True])
def test_a_proxy_with_a_user_and_one_with_circuits(
    updates: Updates, server: UpdateServer, isolate: bool
) -> None:
    with SocksProxy(server.port, asks_who=True) as proxy:
        user, password = ("", "") if isolate else ("ada", "secret")
        way = Proxy("127.0.0.1", proxy.port, user, password, isolate)
        through = replace(updates, dialler=Dialler(NetworkSettings(way)))
        through = replace(through, source=replace(updates.source, address="http://updates.invalid"))
        assert through.check(Job()).newer
    assert "secret" not in repr(through)
    (user, password) = proxy.users.pop()
    assert not proxy.users, "one circuit for all of it"
    assert (user, password) == ("ada", "secret") or (isolate and user == password)


def test_the_environments_proxy_does_not_count(
    updates: Updates, server: UpdateServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert updates.check(Job()).newer


def test_https_with_a_certificate_that_is_trusted_and_one_that_is_not(
    updates: Updates, publisher: Publisher, tmp_path: Path
) -> None:
    chain = _certificate(tmp_path)
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(chain)
    with UpdateServer(publisher.public, served) as server:
        secret = replace(updates, source=Source(server.url, publisher.root))
        with pytest.raises(UpdateUnreachableError):
            secret.check(Job())
        known = Dialler(trusted=lambda: ssl.create_default_context(cafile=str(chain)))
        assert replace(secret, dialler=known).check(Job()).newer


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "updates")])
    now = datetime.datetime.now(datetime.UTC)
    host = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([host]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "chain.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


# -- stopping, and others -----------------------------------------------------------------------


def test_a_download_can_be_stopped(updates: Updates) -> None:
    job = Job(lambda _done, _total: job.cancel())
    with pytest.raises(CancelledByPersonError):
        updates.download(job)
    assert list(updates.folder.glob("hum-*")) == []
    assert updates.download(Job()).exists()


def test_a_server_that_is_silent_can_be_left(updates: Updates, server: UpdateServer) -> None:
    server.twists["timestamp.json"] = server.silent
    job = Job()
    ended: list[BaseException] = []

    def work() -> None:
        try:
            updates.check(job)
        except CancelledByPersonError as error:
            ended.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert server.reached.wait(60)
    job.cancel()
    thread.join(60)
    assert len(ended) == 1


def test_two_at_once_are_one_too_many(updates: Updates) -> None:
    updates.folder.mkdir(parents=True)
    with ProfileLock(updates.folder), pytest.raises(UpdateBusyError):
        updates.check(Job())
    assert updates.check(Job()).newer


def test_a_folder_that_cannot_be_made(updates: Updates, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FolderNotWritableError):
        replace(updates, folder=tmp_path / "file/updates").check(Job())


def test_sources_can_look_and_not_download(updates: Updates) -> None:
    sources = replace(updates, installed=replace(updates.installed, kind=Kind.SOURCES))
    assert sources.check(Job()).newer
    with pytest.raises(UpdateByHandError, match="sources"):
        sources.download(Job())


# -- small parts --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offered", "own", "newer"),
    [
        ("0.2.0", "0.1.9", True),
        ("0.10.0", "0.9.0", True),
        ("1.0", "1.0.0", False),
        ("1.0.0", "1.0", False),
        ("1.0.1", "1.0", True),
        ("0.1.0", "0.2.0", False),
    ],
)
def test_versions_are_compared_as_numbers(offered: str, own: str, newer: bool) -> None:
    assert is_newer(offered, own) is newer


@pytest.mark.parametrize("text", ["", "1", "1.", "01.2", "1.2-rc1", "１.２", "1.2\n", "1.9999999"])
def test_what_is_no_version(text: str) -> None:
    with pytest.raises(UpdateUnreadableError):
        read_version(text)


@pytest.mark.parametrize(
    "custom",
    [
        None,
        {},
        [],
        {"version": "0.2.0"},
        {"version": 2, "platform": "linux-x86_64"},
        {"version": "0.2.0", "platform": "linux-x86_64", "notes": "x" * 8193},
        {"version": "new", "platform": "linux-x86_64"},
    ],
)
def test_what_is_no_description_of_a_package(custom: object) -> None:
    with pytest.raises(UpdateUnreadableError):
        read_release(custom, 10, system="linux-x86_64", own_version="0.1.0")


def test_notes_lose_what_nobody_sees() -> None:
    custom = {"version": "1.0", "platform": "x", "notes": "\u202eabc\x1b[2J\nd\x07\r\n "}
    release = read_release(custom, 1, system="x", own_version="0.1")
    assert release.notes == "abc[2J\nd"


@pytest.mark.parametrize("size", [0, -1, (512 << 20) + 1])
def test_a_size_that_no_package_has(size: int) -> None:
    with pytest.raises(UpdateUnreadableError):
        read_release({"version": "1.0", "platform": "x"}, size, system="x", own_version="0.1")


def test_what_a_package_is_called() -> None:
    assert target_name("linux-x86_64", Kind.PORTABLE) == "hum-linux-x86_64.tar.zst"
    assert Installation(Kind.DEBIAN, Path(), system="linux-aarch64").target.endswith("aarch64.deb")


def test_without_a_published_place_it_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UpdateSourceError, match="without a place"):
        find_source(shipped=tmp_path)


def test_what_is_shipped_is_found(tmp_path: Path, publisher: Publisher) -> None:
    (tmp_path / "root.json").write_bytes(publisher.root)
    (tmp_path / "repository").write_text("https://updates.example/hum\n")
    source = find_source(shipped=tmp_path)
    assert source == Source("https://updates.example/hum", publisher.root)
    assert source.url("metadata") == "https://updates.example/hum/metadata/"
    assert find_source(str(publisher.public), shipped=tmp_path).local


@pytest.mark.parametrize(
    "text", ["", "ftp://x/y", "http://", "https://u:p@x/", "http://x:0/", "http://x:99999/", "/no"]
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(UpdateSourceError):
        read_address(text)


def test_a_root_too_large_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "root.json").write_bytes(b" " * 70_000)
    (tmp_path / "repository").write_text("https://updates.example/")
    with pytest.raises(UpdateSourceError, match="too large"):
        find_source(shipped=tmp_path)
