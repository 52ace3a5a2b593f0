"""A malicious update server, over real HTTP: each attack is refused for its own reason.

After each of them nothing is installed and no package lies in the folder.

Source: The Update Framework Specification 1.0, section 1.5.2, "Goals to protect against".
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner
from update_publisher import (
    PACKAGE,
    Publisher,
    copied,
    one_more_root_key,
    small_package,
)
from update_server import UpdateServer, instead, redirected

from messenger.core.errors import (
    UpdateDowngradeError,
    UpdateEndlessError,
    UpdateError,
    UpdateExpiredError,
    UpdateFrozenError,
    UpdateKeysError,
    UpdateMissingError,
    UpdateMixedError,
    UpdatePackageError,
    UpdateRollbackError,
    UpdateSizeError,
    UpdateSourceError,
    UpdateTooSlowError,
    UpdateUnreachableError,
    UpdateUnreadableError,
    UpdateUnsignedError,
)
from messenger.update.job import Job
from messenger.update.limits import MAX_ROOT_LEN, MAX_ROOTS, MAX_TIMESTAMP_LEN
from messenger.update.source import Source
from messenger.update.updates import Updates

EVIL = b"evil bytes " * 3000
TIMESTAMP = "metadata/timestamp.json"


@pytest.fixture(autouse=True)
def nothing_installed(updates: Updates) -> Iterator[None]:
    """Whatever a test did: no package, no unfinished file, no program."""
    yield
    assert [path.name for path in updates.folder.glob("hum-*")] == []
    assert list(updates.installed.folder.parent.glob("program*")) == [updates.installed.folder]
    assert list(updates.installed.folder.iterdir()) == []


def refused(updates: Updates, kind: type[UpdateError]) -> str:
    """What is said when a download is refused for exactly this reason."""
    with pytest.raises(UpdateError) as caught:
        updates.download(Job())
    assert type(caught.value) is kind, caught.value
    text = str(caught.value)
    assert text.endswith((".", "?"))
    assert "tuf" not in text.lower()
    return text


def newer(publisher: Publisher, folder: Path, version: str) -> None:
    publisher.release(version, small_package(folder, version))


# -- old states ---------------------------------------------------------------------------------


def test_rollback_to_a_state_from_before(
    tmp_path: Path, publisher: Publisher, server: UpdateServer, updates: Updates
) -> None:
    old = copied(publisher.public, tmp_path / "old")
    newer(publisher, tmp_path, "0.3.0")
    assert updates.check(Job()).version == "0.3.0"
    server.folder = old
    assert "older" in refused(updates, UpdateRollbackError)


def test_rollback_of_the_targets_alone_with_the_stolen_online_key(
    tmp_path: Path, publisher: Publisher, updates: Updates
) -> None:
    before = publisher.served("targets")
    newer(publisher, tmp_path, "0.3.0")
    updates.check(Job())
    publisher.forge_state(targets=before)
    refused(updates, UpdateRollbackError)


def test_freeze_at_a_state_that_has_expired(
    tmp_path: Path, publisher: Publisher, updates: Updates
) -> None:
    publisher.publish(publisher.at(days=15))
    assert "expired" in refused(updates, UpdateFrozenError)
    publisher.publish()
    assert updates.check(Job()).newer


@pytest.mark.parametrize(
    ("role", "days"), [("snapshot", 31), ("targets", 366), ("root", 366)], ids=str
)
def test_expired_metadata_below_a_fresh_timestamp(
    tmp_path: Path, publisher: Publisher, updates: Updates, role: str, days: int
) -> None:
    past = publisher.at(days=days)
    if role == "snapshot":
        past.publish(publisher.online)
        shutil.copytree(publisher.desk.folder / "repository", publisher.public, dirs_exist_ok=True)
        stamp = publisher.served("timestamp")
        stamp.signed.expires = publisher.desk.now.replace(year=publisher.desk.now.year + 1)
        stamp.sign(publisher.online)
        publisher.put(TIMESTAMP, stamp.to_bytes())
    else:
        past.renew(role)
        publisher.sign()
        publisher.publish()
    refused(updates, UpdateExpiredError)


def test_a_downgrade_that_everybody_signed(
    tmp_path: Path, publisher: Publisher, updates: Updates
) -> None:
    newer(publisher, tmp_path, "0.0.9")
    assert not updates.check(Job()).newer
    assert "0.0.9" in refused(updates, UpdateDowngradeError)


def test_the_same_version_is_no_update(updates: Updates) -> None:
    same = replace(updates, installed=replace(updates.installed, version="0.2.0"))
    refused(same, UpdateDowngradeError)


# -- other states -------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["snapshot", "targets"])
def test_mix_and_match(tmp_path: Path, publisher: Publisher, updates: Updates, role: str) -> None:
    """Right signatures of the right people, from states that were never one."""
    old = publisher.served(role).to_bytes()
    newer(publisher, tmp_path, "0.3.0")
    publisher.put(f"metadata/{publisher.served(role).signed.version}.{role}.json", old)
    refused(updates, UpdateMixedError)


def test_targets_of_another_version_with_the_stolen_online_key(
    tmp_path: Path, publisher: Publisher, updates: Updates
) -> None:
    """The online key swears that the old targets are version 9."""
    old = publisher.served("targets")
    publisher.put("metadata/9.targets.json", old.to_bytes())
    publisher.forge_state(targets=old, targets_version=9)
    refused(updates, UpdateMixedError)


# -- other packages -----------------------------------------------------------------------------


def test_an_arbitrary_package_of_the_same_size(server: UpdateServer, updates: Updates) -> None:
    size = updates.check(Job()).size
    server.twists[PACKAGE] = instead((EVIL * 9)[:size])
    assert "bytes" in refused(updates, UpdatePackageError)


def test_one_changed_byte(server: UpdateServer, updates: Updates) -> None:
    package = next(server.folder.glob(f"targets/*{PACKAGE}"))
    content = bytearray(package.read_bytes())
    content[len(content) // 2] ^= 1
    package.write_bytes(content)
    refused(updates, UpdatePackageError)


@pytest.mark.parametrize("change", [lambda c: c[:-1], lambda c: b""], ids=["shorter", "empty"])
def test_a_package_that_is_too_short(
    server: UpdateServer, updates: Updates, change: Callable[[bytes], bytes]
) -> None:
    package = next(server.folder.glob(f"targets/*{PACKAGE}"))
    package.write_bytes(change(package.read_bytes()))
    assert "size" in refused(updates, UpdateSizeError)


def test_a_package_with_something_behind_it(server: UpdateServer, updates: Updates) -> None:
    package = next(server.folder.glob(f"targets/*{PACKAGE}"))
    package.write_bytes(package.read_bytes() + b"!")
    refused(updates, UpdateEndlessError)


def test_a_package_that_is_gone(server: UpdateServer, updates: Updates) -> None:
    next(server.folder.glob(f"targets/*{PACKAGE}")).unlink()
    refused(updates, UpdateUnreachableError)


def test_the_package_of_another_system_under_our_name(
    tmp_path: Path, publisher: Publisher, updates: Updates
) -> None:
    publisher.add("0.3.0", small_package(tmp_path, "0.3.0"))
    staged = publisher.desk.waiting()["targets"]
    staged.signed.targets[PACKAGE].unrecognized_fields["custom"]["platform"] = "linux-riscv64"
    publisher.desk._stage("targets", staged)
    publisher.sign()
    publisher.publish()
    refused(updates, UpdateMissingError)


def test_a_system_without_a_package(updates: Updates) -> None:
    other = replace(updates, installed=replace(updates.installed, system="plan9-mips"))
    refused(other, UpdateMissingError)


# -- too much, too slowly -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("2.root.json", MAX_ROOT_LEN),
        ("timestamp.json", MAX_TIMESTAMP_LEN),
        ("snapshot.json", 1 << 20),
        ("targets.json", 1 << 20),
        (PACKAGE, 1 << 20),
    ],
)
def test_endless_data(server: UpdateServer, updates: Updates, name: str, limit: int) -> None:
    server.twists[name] = server.endless
    refused(updates, UpdateEndlessError)
    assert server.sent < limit + (16 << 20), "what lies in the buffers of the system aside"


def test_endless_new_roots(publisher: Publisher, server: UpdateServer, updates: Updates) -> None:
    """Every root is right; a build reads so many, and no more."""
    for _ in range(MAX_ROOTS + 6):
        publisher.forge("root", lambda signed: None, publisher.holders[:2])
    updates.check(Job())
    assert sum(path.endswith("root.json") for path in server.asked) == MAX_ROOTS
    assert sum(path.endswith("timestamp.json") for path in server.asked) == 1


@pytest.mark.parametrize("name", ["2.root.json", "timestamp.json", "targets.json", PACKAGE])
def test_silence_in_the_middle(server: UpdateServer, impatient: Updates, name: str) -> None:
    server.twists[name] = server.silent
    refused(impatient, UpdateTooSlowError)


@pytest.mark.parametrize("name", ["timestamp.json", PACKAGE])
def test_a_byte_now_and_then(server: UpdateServer, impatient: Updates, name: str) -> None:
    server.twists[name] = server.trickling
    refused(impatient, UpdateTooSlowError)


def test_headers_without_an_end(server: UpdateServer, impatient: Updates) -> None:
    server.twists["timestamp.json"] = server.trickling_head
    refused(impatient, UpdateTooSlowError)


def test_a_redirection_is_not_followed(server: UpdateServer, updates: Updates) -> None:
    server.twists["timestamp.json"] = redirected(f"{server.url}/metadata/timestamp.json?again")
    refused(updates, UpdateUnreachableError)
    assert not any("again" in path for path in server.asked)


# -- stolen keys --------------------------------------------------------------------------------


def test_nobody_signed(publisher: Publisher, updates: Updates) -> None:
    publisher.forge("targets", publisher.evil_package(EVIL), [])
    publisher.forge_state()
    refused(updates, UpdateUnsignedError)


def test_one_stolen_key_and_the_server_with_its_online_key(
    publisher: Publisher, updates: Updates
) -> None:
    publisher.forge("targets", publisher.evil_package(EVIL), publisher.holders[:1])
    publisher.forge_state()
    assert "signed" in refused(updates, UpdateUnsignedError)


def test_the_same_stolen_key_twice(publisher: Publisher, updates: Updates) -> None:
    thief = publisher.holders[0]
    publisher.forge("targets", publisher.evil_package(EVIL), [thief, thief])
    publisher.forge_state()
    refused(updates, UpdateUnsignedError)


def test_the_attack_is_real_with_two_keys(publisher: Publisher, updates: Updates) -> None:
    """The control: two of three, together with the online key, are what the whole rests on."""
    publisher.forge("targets", publisher.evil_package(EVIL), publisher.holders[:2])
    publisher.forge_state()
    path = updates.download(Job())
    assert path.read_bytes() == EVIL
    path.unlink()


def test_targets_signed_with_keys_of_the_thief(publisher: Publisher, updates: Updates) -> None:
    thieves = [CryptoSigner.generate_ed25519() for _ in range(2)]
    publisher.forge("targets", publisher.evil_package(EVIL), thieves)
    publisher.forge_state()
    refused(updates, UpdateUnsignedError)


def test_a_timestamp_without_the_online_key(publisher: Publisher, updates: Updates) -> None:
    publisher.forge_state(online=CryptoSigner.generate_ed25519())
    refused(updates, UpdateUnsignedError)


def test_a_root_that_one_of_the_holders_signed(publisher: Publisher, updates: Updates) -> None:
    thief = CryptoSigner.generate_ed25519()
    publisher.forge("root", one_more_root_key(thief), [publisher.holders[0], thief])
    assert "keys" in refused(updates, UpdateKeysError)


def test_a_root_that_is_signed_by_the_new_keys_only(publisher: Publisher, updates: Updates) -> None:
    thief = CryptoSigner.generate_ed25519()
    publisher.forge("root", one_more_root_key(thief), [thief])
    refused(updates, UpdateKeysError)


def test_a_root_that_the_new_keys_did_not_sign(publisher: Publisher, updates: Updates) -> None:
    """Half signed: by those of yesterday, and not by enough of those of tomorrow."""
    strangers = [CryptoSigner.generate_ed25519() for _ in range(3)]

    def replace_all(signed: object) -> None:
        role = signed.roles["root"]
        role.keyids = []
        for stranger in strangers:
            signed.add_key(stranger.public_key, "root")

    publisher.forge("root", replace_all, [*publisher.holders[:2], strangers[0]])
    refused(updates, UpdateKeysError)


def test_the_metadata_of_other_people(
    tmp_path: Path, server: UpdateServer, updates: Updates
) -> None:
    """A whole, valid repository, only not ours."""
    others = Publisher(tmp_path / "others")
    others.release("6.6.6", small_package(tmp_path, "6.6.6"))
    server.folder = others.public
    refused(updates, UpdateUnsignedError)


# -- recovery -----------------------------------------------------------------------------------


def test_fast_forward_is_recovered_from(
    tmp_path: Path, publisher: Publisher, updates: Updates
) -> None:
    """A thief of the online key counts as far as can be; a new online key ends that."""
    publisher.forge_state(leap=(1 << 31) - 10)
    updates.check(Job())
    shutil.rmtree(publisher.public)
    publisher.publish()
    refused(updates, UpdateRollbackError)

    new = CryptoSigner.generate_ed25519()
    for role in ("snapshot", "timestamp"):
        publisher.desk.rotate(role, old=publisher.online.public_key, new=new.public_key)
    publisher.sign()
    publisher.publish(online=new)
    assert updates.check(Job()).version == "0.2.0"

    publisher.forge_state(leap=5)  # the thief goes on with the old key
    refused(updates, UpdateUnsignedError)


def test_a_rotated_root_is_followed_and_the_old_key_is_worth_nothing(
    tmp_path: Path, publisher: Publisher, updates: Updates
) -> None:
    updates.check(Job())
    stolen, new = publisher.holders[0], CryptoSigner.generate_ed25519()
    for role in ("root", "targets"):
        publisher.desk.rotate(role, old=stolen.public_key, new=new.public_key)
    publisher.sign(publisher.holders[1], publisher.holders[2])
    publisher.publish()
    assert updates.check(Job()).version == "0.2.0"

    publisher.forge("targets", publisher.evil_package(EVIL), [stolen, publisher.holders[1]])
    publisher.forge_state()
    refused(updates, UpdateUnsignedError)


def test_a_build_from_long_ago_follows_all_changes_of_keys(
    publisher: Publisher, updates: Updates
) -> None:
    """Every key is replaced, one after the other; a build that knows only the first root asks."""
    for at in range(3):
        new = CryptoSigner.generate_ed25519()
        for role in ("root", "targets"):
            publisher.desk.rotate(role, old=publisher.holders[at].public_key, new=new.public_key)
        publisher.sign(*[h for h in publisher.holders if h is not publisher.holders[at]])
        publisher.holders[at] = new
        publisher.publish()
    assert updates.check(Job()).newer


def test_a_rotation_signed_by_one_is_refused_by_the_desk(publisher: Publisher) -> None:
    new = CryptoSigner.generate_ed25519()
    publisher.desk.rotate("root", old=publisher.holders[0].public_key, new=new.public_key)
    publisher.sign(publisher.holders[1])
    with pytest.raises(Exception, match="root 1 more"):
        publisher.publish()


# -- nonsense -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["2.root.json", "timestamp.json", "snapshot.json", "targets.json"])
@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 9000, b"\xff\xfe", b'{"signed": 7}'])
def test_what_is_no_metadata(
    server: UpdateServer, updates: Updates, name: str, content: bytes
) -> None:
    server.twists[name] = instead(content)
    with pytest.raises((UpdateUnreadableError, UpdateMixedError, UpdateEndlessError)):
        updates.download(Job())


def test_a_flipped_bit_anywhere_in_any_metadata(server: UpdateServer, updates: Updates) -> None:
    for name in (TIMESTAMP, "snapshot.json", "targets.json"):
        path = next(p for p in server.folder.rglob("*.json") if str(p).endswith(name))
        good = path.read_bytes()
        for at in range(0, len(good), 97):
            changed = bytearray(good)
            changed[at] ^= 1 << (at % 8)
            path.write_bytes(changed)
            try:
                updates.check(Job())
            except UpdateError:
                continue
            # White space between the parts of a JSON text is covered by no signature.
            assert name == TIMESTAMP
        path.write_bytes(good)
        shutil.rmtree(updates.folder)


def test_a_first_root_that_makes_no_sense(server: UpdateServer, updates: Updates) -> None:
    broken = replace(updates, source=Source(server.url, b"{}"))
    refused(broken, UpdateSourceError)
    assert server.asked == []


def test_after_every_refusal_an_honest_server_is_believed(
    server: UpdateServer, publisher: Publisher, updates: Updates
) -> None:
    honest = copied(publisher.public, publisher.folder / "honest")
    publisher.forge("targets", publisher.evil_package(EVIL), publisher.holders[:1])
    publisher.forge_state()
    refused(updates, UpdateUnsignedError)
    server.folder = honest
    publisher.public = honest
    shutil.rmtree(updates.folder)  # the forged timestamp counts as seen until the next one
    assert updates.check(Job()).version == "0.2.0"


def test_every_attack_has_its_own_sentence() -> None:
    kinds = {
        UpdateRollbackError,
        UpdateFrozenError,
        UpdateExpiredError,
        UpdateMixedError,
        UpdatePackageError,
        UpdateSizeError,
        UpdateEndlessError,
        UpdateTooSlowError,
        UpdateUnsignedError,
        UpdateKeysError,
        UpdateDowngradeError,
    }
    assert len({kind.kind for kind in kinds}) == len(kinds)
