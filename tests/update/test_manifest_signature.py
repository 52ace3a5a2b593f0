"""Signatures of release keys under a manifest: enough of the right ones, under these bytes."""

from datetime import UTC, datetime
from pathlib import Path

import install_tree
import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root
from update_publisher import tool

from messenger.core.builds import BuildKind, Damage, FileFinding
from messenger.core.errors import ManifestSignatureError
from messenger.update.manifest import MANIFEST_NAME, SIGNATURES_NAME
from messenger.update.manifest_signature import add_signature, check_signatures
from messenger.update.own_files import OwnFiles

KEYS = [CryptoSigner.generate_ed25519() for _ in range(4)]  # three of the releases, one of nobody
MANIFEST = b"what was built\n"


def root_of(*signers: CryptoSigner, threshold: int = 2) -> bytes:
    """A root that expired long ago: which keys there are is all that counts here."""
    root = Root(expires=datetime(2001, 1, 1, tzinfo=UTC))
    for signer in signers:
        root.add_key(signer.public_key, "targets")
    root.roles["targets"].threshold = threshold
    return Metadata(root).to_bytes()


ROOT = root_of(*KEYS[:3])


def signed(*signers: CryptoSigner, manifest: bytes = MANIFEST) -> bytes:
    signatures = None
    for signer in signers:
        signatures = add_signature(manifest, signatures, signer)
    assert signatures is not None
    return signatures


def test_two_of_three_are_enough() -> None:
    check_signatures(MANIFEST, signed(KEYS[0], KEYS[2]), ROOT)
    check_signatures(MANIFEST, signed(KEYS[2], KEYS[1], KEYS[3]), ROOT)


@pytest.mark.parametrize(
    "signatures",
    [
        signed(KEYS[0]),
        signed(KEYS[0], KEYS[0]),
        signed(KEYS[0], KEYS[3]),
        signed(KEYS[0], KEYS[1], manifest=b"something else"),
        b"",
        b"{}",
        b'{"payloadType":"x","signatures":[]}',
        signed(KEYS[0], KEYS[1]).replace(b"hum.manifest.1", b"hum.manifest.2"),
        signed(KEYS[0], KEYS[1])[:-40],
        b" " * 100_000,
    ],
)
def test_anything_less_is_not(signatures: bytes) -> None:
    with pytest.raises(ManifestSignatureError):
        check_signatures(MANIFEST, signatures, ROOT)


def test_a_damaged_root_is_trusted_by_nobody() -> None:
    for root in (b"", b"{}", ROOT[:-30], ROOT.replace(b'"targets"', b'"tergats"')):
        with pytest.raises(ManifestSignatureError):
            check_signatures(MANIFEST, signed(KEYS[0], KEYS[1]), root)


def test_a_program_shows_who_vouches_for_it(tmp_path: Path) -> None:
    program = install_tree.make(tmp_path)
    manifest = (program / MANIFEST_NAME).read_bytes()
    place = program / SIGNATURES_NAME
    place.write_bytes(signed(KEYS[0], KEYS[1], manifest=manifest))
    check = OwnFiles(program, root=ROOT).check()
    assert (check.kind, check.findings) == (BuildKind.SIGNED, ())
    assert OwnFiles(program).check().kind is BuildKind.UNSIGNED  # no root was shipped
    place.write_bytes(signed(KEYS[0], KEYS[3], manifest=manifest))
    check = OwnFiles(program, root=ROOT).check()
    assert check.kind is BuildKind.UNSIGNED
    assert check.findings == (FileFinding(SIGNATURES_NAME, Damage.SIGNATURE),)


def test_a_build_takes_only_signatures_under_its_own_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = install_tree.make(tmp_path)
    manifest = (program / MANIFEST_NAME).read_bytes()
    given = tmp_path / "signatures"
    with install_tree.listing() as script:
        monkeypatch.setattr(script, "trusted_root", lambda: ROOT)
        given.write_bytes(signed(KEYS[1], KEYS[2], manifest=manifest))
        script.write(program, "0.1.0", tmp_path, given)
        assert OwnFiles(program, root=ROOT).check().kind is BuildKind.SIGNED
        with pytest.raises(ManifestSignatureError):
            script.write(program, "0.1.1", tmp_path, given)


def test_two_holders_sign_the_manifest_that_both_have_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keys, signing = tool("release_keys"), tool("sign_manifest")
    monkeypatch.setattr(keys.argon, "OPSLIMIT_MODERATE", keys.argon.OPSLIMIT_MIN)
    monkeypatch.setattr(keys, "MAX_MEMORY", 8 << 10)
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("twelve letters and more\n")
    for name in ("ada", "cleo"):
        keys.make_key(tmp_path / name, "twelve letters and more", memory=8 << 10)
    program = install_tree.make(tmp_path / "build")
    manifest, signatures = program / MANIFEST_NAME, tmp_path / "signatures.json"

    def sign(name: str, *more: object) -> int:
        arguments = [manifest, tmp_path / name, signatures, *more]
        arguments += ["--passphrase-file", passphrase]
        return int(signing.main([str(each) for each in arguments]))

    assert sign("ada", "--published", manifest) == 0
    assert sign("cleo") == 0
    assert "files" in capsys.readouterr().out
    opened = [keys.open_key(tmp_path / name, "twelve letters and more") for name in ("ada", "cleo")]
    check_signatures(manifest.read_bytes(), signatures.read_bytes(), root_of(*opened))
    other = tmp_path / "other"
    other.write_bytes(manifest.read_bytes() + b"\n")
    assert sign("ada", "--published", other) == 1
    assert "not to trust" in capsys.readouterr().err
