"""Names of files that others chose become plain names, whatever they were."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messenger.core.types import MAX_FILE_NAME_LEN
from messenger.engine.file_names import PLAIN_KIND, clean_file_name, clean_kind, kind_of


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("plan.pdf", "plan.pdf"),
        ("Grüße 今天.txt", "Grüße 今天.txt"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Windows\\a.exe", "C__Windows_a.exe"),
        (".bashrc", "bashrc"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("zero\u200bwidth\x00\x07.txt", "zerowidth.txt"),
        ("line\nbreak\u2028.txt", "linebreak.txt"),
        ("nul", "_nul"),
        ("COM1.txt", "_COM1.txt"),
        ("console.txt", "console.txt"),
        ("trailing. . ", "trailing"),
        ("half\ud800.txt", "half.txt"),
        ("O\x00\u030b.txt", "Ő.txt"),  # the same characters, whichever way they were hidden
        ("...", "file"),
        ("", "file"),
        ("\u202e", "file"),
    ],
)
def test_examples(name: str, clean: str) -> None:
    assert clean_file_name(name) == clean


def test_a_long_name_keeps_its_suffix() -> None:
    clean = clean_file_name("今" * 300 + ".jpeg")
    assert clean.endswith("今.jpeg")
    assert len(clean.encode()) <= MAX_FILE_NAME_LEN


@given(st.text(max_size=600))
def test_every_name_is_one_plain_name(name: str) -> None:
    clean = clean_file_name(name)
    assert 1 <= len(clean.encode()) <= MAX_FILE_NAME_LEN
    assert not set(clean) & set('/\\:*?"<>|\0')
    assert clean == clean.strip(". ")
    assert not {unicodedata.category(c) for c in clean} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert clean.split(".")[0].strip().lower() not in {"con", "prn", "aux", "nul", "com1", "lpt9"}
    assert clean_file_name(clean) == clean


def test_kinds_come_from_the_list() -> None:
    assert kind_of("A.JPG") == "image/jpeg"
    assert kind_of("page.html") == kind_of("no suffix") == PLAIN_KIND
    assert clean_kind("image/png") == "image/png"
    assert clean_kind("text/html") == PLAIN_KIND
