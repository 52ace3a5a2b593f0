"""Every input that once broke something, and true ones of every form, through the fuzz targets."""

import random
from itertools import chain
from pathlib import Path

import fuzz_plain
import pytest
from fuzz_files import FILES
from fuzz_helpers import HELPERS
from fuzz_oracle import BrokenError, cut, damaged, joined
from fuzz_plain import PLAIN
from fuzz_sealed import SEALED
from fuzz_seeds import seeds
from fuzz_subjects import SUBJECTS
from fuzz_updates import UPDATES

from messenger.protocol import bodies

CORPUS = Path(__file__).parent / "corpus"
TARGETS = PLAIN | SEALED | FILES | HELPERS | UPDATES
ROUNDS = 60  # damaged copies of each true input; fuzz.py does this with coverage, for longer


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_true_and_what_was_found(target: str) -> None:
    """The oracle of each target holds for what we know."""
    for path in sorted((CORPUS / target).glob("*")):
        TARGETS[target](path.read_bytes())
    for data in seeds(target):
        TARGETS[target](data)


@pytest.mark.parametrize("target", TARGETS)
def test_what_was_damaged(target: str) -> None:
    """And for the same inputs with some bytes changed, cut off, or doubled; a few each time."""
    chance = random.Random(target)
    for data in seeds(target):
        for _ in range(ROUNDS):
            changed = damaged(data, chance.randbytes(3 * chance.randint(1, 4)))
            start, end = sorted(chance.randint(0, len(data)) for _ in range(2))
            TARGETS[target](chance.choice([changed, changed[:end], changed[:end] + data[start:]]))


def test_parts_are_cut_where_they_were_joined() -> None:
    for parts in ([b"a", b"bc", b""], [b"", b"x" * 999, b"y"], [b"z" * 400, b"w"]):
        assert cut(joined(*parts), len(parts)) == parts
    assert cut(b"\7", 3) == [b"", b"", b""]


def test_the_corpus_belongs_to_targets() -> None:
    assert {path.name for path in CORPUS.iterdir()} <= set(TARGETS)


def test_each_target_belongs_to_one_subject() -> None:
    assert sorted(chain.from_iterable(SUBJECTS.values())) == sorted(TARGETS)


def test_an_oracle_sees_a_parser_that_accepts_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Targets that find nothing would pass all the same: break a rule and look."""
    strict = bodies.decode_body
    monkeypatch.setattr(fuzz_plain, "decode_body", lambda data: strict(data[:-1]))
    with pytest.raises(BrokenError, match="a body encodes back"):
        TARGETS["body"](seeds("body")[0] + b"\0")
    monkeypatch.setattr(fuzz_plain, "decode_body", lambda data: strict(b""[data[0] :] + data[1:]))
    with pytest.raises(IndexError):
        TARGETS["body"](b"")
