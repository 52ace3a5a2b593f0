"""``hum forge``: the command that shows why no transcript proves anything."""

import json
from pathlib import Path

import pytest

from messenger.__main__ import main
from messenger.crypto.fingerprint import fingerprint
from messenger.crypto.noise import KeyPair
from messenger.protocol.card import Card, encode_link

STORED = Path(__file__).parents[1] / "fixtures" / "transcripts" / "v2.json"
SAID = ["them: I owe you a cake", "me: noted", "them: with cherries 🍒"]


def test_a_conversation_with_a_public_key_is_made_up_and_verifies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    victim = KeyPair.generate().public
    file = tmp_path / "transcript.json"
    for peer in (encode_link(Card(key=victim, addresses=(), name=None)), fingerprint(victim)):
        assert main(["forge", "--peer", peer, "--out", str(file), *SAID]) == 0
        forged = capsys.readouterr().out
        assert main(["forge", "--check", str(file)]) == 0
        checked = capsys.readouterr().out
        assert checked in forged
        assert fingerprint(victim)[:24] in checked
        for line in SAID:
            assert line in checked


def test_a_stored_transcript_verifies(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forge", "--check", str(STORED)]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["  me: hello", "  them: well"]


def test_without_arguments_it_shows_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forge"]) == 0
    assert "It verifies" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["us: hello"],
        ["hello"],
        ["--peer", "hum:nonsense"],
        ["--peer", "nonsense"],
        ["me: " + "x" * 70_000],
        ["--out", "/nowhere/at/all.json"],
        ["--check", "/nowhere/at/all.json"],
    ],
    ids=range(7),
)
def test_what_does_not_fit_is_said_in_one_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["forge", *arguments]) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith("hum: ")
    assert captured.err.count("\n") == 1


def test_a_damaged_transcript_does_not_verify(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "transcript.json"
    assert main(["forge", "--out", str(file)]) == 0
    good = json.loads(file.read_text())
    said = next(step for step in good["steps"] if step["type"] == "said")
    for damage in (
        {"peer": good["flights"][0]},
        {"flights": good["flights"][:2]},
        {"flights": ["", "", ""]},
        {"format": "hum transcript 1"},
        {"format": "hum transcript 9"},
        {"cells": good["cells"][1:]},
        {"cells": [[True, "AAAA"]]},
        {"steps": good["steps"][1:]},
        {"steps": [{"type": "shouted"}]},
        {"steps": [said | {"private": "AAAA"}]},
        {"more": 1},
    ):
        file.write_text(json.dumps(good | damage))
        assert main(["forge", "--check", str(file)]) == 1
        assert "does not verify" in capsys.readouterr().err
    file.write_bytes(b"\xff\x00")
    assert main(["forge", "--check", str(file)]) == 1
    assert "does not verify" in capsys.readouterr().err
