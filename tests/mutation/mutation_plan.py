"""What is mutated, in groups, and which test files may kill the mutants of a group.

A test file stands with a group when it drives those modules inside its own process. Tests that
start other processes are left out: they cost seconds each and see the same code from further away.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Group:
    """Modules of one purpose, globs below ``messenger``, and their tests, below ``tests``."""

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]

    def module_paths(self, root: Path = ROOT) -> list[str]:
        """Return the modules' paths below the root, in order."""
        return list(_found(root, "messenger", self.modules))

    def test_paths(self, root: Path = ROOT) -> list[str]:
        """Return the test files' paths below the root, in order."""
        return list(_found(root, "tests", self.tests))


def _found(root: Path, folder: str, patterns: tuple[str, ...]) -> Iterator[str]:
    for pattern in patterns:
        paths = sorted((root / folder).glob(pattern))
        if not paths:
            raise LookupError(f"no file for {folder}/{pattern}")
        yield from (path.relative_to(root).as_posix() for path in paths)


_LINK_TESTS: Final = ("protocol/test_*.py", "hostile/test_corpus.py")
_TALK_TESTS: Final = (
    "protocol/test_limits.py",
    "engine/test_arrivals.py",
    "engine/test_backoff.py",
    "engine/test_conversation.py",
    "engine/test_delivery_edges.py",
    "engine/test_doorstep.py",
    "engine/test_engine.py",
    "engine/test_healing.py",
    "engine/test_hostile_people.py",
    "engine/test_inbox.py",
    "engine/test_message_commands.py",
    "engine/test_receipts.py",
    "engine/test_transfers.py",
    "engine/test_twins_and_keys.py",
    "engine/test_whereabouts.py",
)
_MAIL_TESTS: Final = ("engine/test_mail_by_hand.py", "engine/test_letters_by_hand.py")

GROUPS: Final = (
    Group(
        "primitives",
        tuple(
            f"crypto/{name}.py"
            for name in ("kdf", "kem", "xchacha", "padding", "fingerprint", "checked_base32")
        ),
        ("crypto/test_*.py", "protocol/test_card.py", "protocol/test_relay_card.py"),
    ),
    Group("noise", ("crypto/noise/[!_]*.py",), ("crypto/noise/test_*.py",)),
    Group(
        "ratchet",
        ("crypto/ratchet*.py",),
        ("crypto/test_ratchet*.py", "protocol/test_session*.py", "protocol/test_limits.py"),
    ),
    Group(
        "sessions",
        (
            *(
                f"protocol/{name}.py"
                for name in (
                    "session",
                    "envelope",
                    "bodies",
                    "transcript",
                    "transfer",
                    "message_channel",
                )
            ),
            "engine/forged_talk.py",
        ),
        _LINK_TESTS,
    ),
    Group(
        "handshakes",
        tuple(
            f"protocol/{name}.py"
            for name in (
                "handshake",
                "veil",
                "veiled_noise",
                "epoch",
                "rekey",
                "open_link",
                "relay_handshake",
                "introduction",
            )
        ),
        _LINK_TESTS,
    ),
    Group(
        "frames",
        tuple(
            f"protocol/{name}.py"
            for name in (
                "cells",
                "channels",
                "control",
                "file_chunks",
                "tagged",
                "lane",
                "lan_tag",
                "replay",
                "schedule",
                "address_bytes",
                "link",
                "link_states",
                "link_events",
                "mailbox",
                "parcel",
            )
        ),
        (*_LINK_TESTS, "relay/test_mailbox.py"),
    ),
    Group(
        "cards",
        tuple(f"protocol/{name}.py" for name in ("card", "link_text", "relay_card", "relay_link")),
        _LINK_TESTS,
    ),
    Group(
        "delivery",
        tuple(
            f"engine/{name}.py"
            for name in (
                "messages",
                "outbound",
                "inbound",
                "arrivals",
                "receipts",
                "inbox",
                "ratchet",
            )
        ),
        _TALK_TESTS,
    ),
    Group("mail", ("engine/mail.py", "engine/letters.py"), _MAIL_TESTS),
    Group(
        "delivery-store",
        tuple(f"store/{name}.py" for name in ("outbox", "messages", "mail", "receipts", "changes")),
        (
            "store/test_store_messages.py",
            "store/test_store_changes.py",
            "store/test_store_mail.py",
            "store/test_store_neighbours.py",
            "store/test_store_paging.py",
            "store/test_store_introductions.py",
            "engine/test_arrivals.py",
            "engine/test_receipts.py",
            *_MAIL_TESTS,
        ),
    ),
    Group(
        "keyring",
        tuple(
            f"store/{name}.py"
            for name in ("keyring", "key_file", "slots", "vault", "recovery_code")
        ),
        (
            "store/test_store_keyring.py",
            "store/test_store_vault.py",
            "store/test_store_recovery_code.py",
        ),
    ),
)


def group_named(name: str) -> Group:
    """Return one group; KeyError where there is none of that name."""
    return {group.name: group for group in GROUPS}[name]
