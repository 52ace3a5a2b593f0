"""What the laboratory prints and writes: lines, addresses, sections of the document."""

import json
from dataclasses import replace

import pytest

from messenger.core.errors import InputError
from messenger.lab.one_time_pad import PadSettings
from messenger.lab.reporter import Reporter, harmless
from messenger.lab.results import QUICK, SEED, document, signature_section, timing_section
from messenger.lab.results_pad import pad_section
from messenger.lab.results_trees import trees_section
from messenger.lab.shared_state import Shared
from messenger.lab.stream import Address


def test_lines_are_for_people_or_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    Reporter().tell("text", number=3, signed=True, wrong=1.5, text="a\x1b[2Jb")
    Reporter(as_json=True).tell("text", number=3, text="a\x1bb")
    people, programs = capsys.readouterr().out.splitlines()
    assert people.split() == [
        "text",
        "number",
        "3",
        "signed",
        "yes",
        "wrong",
        "1.500",
        "text",
        "a·[2Jb",
    ]
    assert json.loads(programs) == {"event": "text", "number": 3, "text": "a\x1bb"}


def test_text_of_others_cannot_command_a_terminal() -> None:
    assert harmless("a\x1b[31m\u202eb\n") == "a·[31m·b·"
    assert harmless("Grüße 🌍") == "Grüße 🌍"


@pytest.mark.parametrize("text", ["example.org:7001", "127.0.0.1:0", "[::1]:65535"])
def test_addresses_come_back(text: str) -> None:
    assert str(Address.parse(text)) == text


@pytest.mark.parametrize("text", ["", "host", "host:", ":1", "host:65536", "host:-1", "host:٣"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="write host:port"):
        Address.parse(text)


def test_every_section_tells_its_seed_and_its_attacker(shared: Shared) -> None:
    sections = [
        signature_section(shared, QUICK),
        trees_section(QUICK),
        timing_section(shared, QUICK),
    ]
    signature, trees, timing = (section.text for section in sections)
    assert f"Seed {SEED}" in signature
    assert "20 of 20 texts of her own accepted" in signature
    assert "against Ed25519: 0 of 20" in signature
    assert f"seed {SEED}" in trees
    assert "protects nothing" in trees
    assert timing.count("Fernet") >= 3
    assert sections[2].files["timing.csv"].count("\n") == 22
    whole = document(sections, "head")
    assert [line for line in whole.splitlines() if line.startswith("## ")] == [
        f"## {section.title}" for section in sections
    ]


def test_the_section_of_the_pad_tells_what_came_of_every_run() -> None:
    tiny = PadSettings(starts=2, rounds=3, batch=4)
    section = pad_section(tiny, replace(tiny, seed=2))
    assert section.text.count("| 2 | 0 | 0 | never |  |") == 4
    assert "This is a weak result" in section.text
