"""docs/keys.md leaves no key out: every label that separates one use of a key stands there."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs/keys.md").read_text(encoding="utf-8")
PICTURES = {"hum-face", "HumT"}  # the colour of a round picture, the mark of a small copy


def _labels() -> Iterator[str]:
    """Byte strings of the program that begin with its name, without a version byte at the end."""
    for path in sorted((ROOT / "messenger").rglob("*.py")):
        if "lab" in path.parts or "wiretest" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, bytes):
                text = node.value.decode("latin-1").rstrip("\x01\n")
                if text.lower().startswith("hum") and text not in PICTURES:
                    yield text


@pytest.mark.parametrize("label", sorted(set(_labels())))
def test_every_label_stands_on_the_page(label: str) -> None:
    assert f'"{label}"' in PAGE


def test_the_labels_are_found_at_all() -> None:
    assert {"hum v1 epoch", "hum sqlcipher 1", "Hum card"} <= set(_labels())
