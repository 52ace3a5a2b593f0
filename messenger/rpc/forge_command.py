"""``hum forge``: makes up a conversation that verifies, for no transcript proves anything."""

import argparse
import tempfile
from pathlib import Path
from typing import Final

from messenger.core.errors import InputError
from messenger.engine.forgery import check_file, forge_file

LINES: Final = (
    (True, "Did you take the last piece of cake?"),
    (False, "I did, and I signed nothing."),
    (True, "Would you say so in front of everybody?"),
    (False, "You could have written that yourself."),
)


def run_forge(options: argparse.Namespace) -> int:
    """Forge, or check with ``--check``, and print what the transcript says.

    Raises:
        InputError: the command line does not fit, or the transcript does not verify.
    """
    if options.check is not None:
        _print_checked(options.check)
        return 0
    lines = [_line(text) for text in options.lines] or list(LINES)
    if options.out is not None:
        _forge(options.peer, lines, options.out)
        return 0
    with tempfile.TemporaryDirectory(prefix="hum-forge-") as folder:
        _forge(options.peer, lines, Path(folder) / "transcript.json")
    return 0


def _forge(peer: str | None, lines: list[tuple[bool, str]], path: Path) -> None:
    name = forge_file(peer, lines, path)
    print(f"Forged with a key of our own and the public key {name[:24]}… alone.")
    _print_checked(path)
    print("Every byte of it verifies. That person has said nothing of it.")


def _print_checked(path: Path) -> None:
    own, peer, lines = check_file(path)
    print(f"It verifies: a conversation between {own[:24]}… (me) and {peer[:24]}… (them)")
    for line in lines:
        text = line.text if line.text.isprintable() else ascii(line.text)
        print(f"  {'me' if line.mine else 'them'}: {text}")


def _line(text: str) -> tuple[bool, str]:
    who, colon, said = text.partition(":")
    if not colon or who.strip() not in {"me", "them"}:
        raise InputError("Each line begins with me: or them:, for example “them: I owe you one”.")
    return who.strip() == "me", said.strip()
