"""Handshake patterns as token tables, their modifiers, and protocol names.

Source: Noise revision 34, "Handshake patterns", "Pattern modifiers", "Protocol names and
modifiers", "Deferred patterns"; noise_hfs (KEM-based hybrid forward secrecy).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Final, TypeVar

from messenger.crypto.kdf import HashFunction
from messenger.crypto.kem import ML_KEM_768, Kem
from messenger.crypto.noise.functions import (
    CIPHER_FUNCTIONS,
    DH_FUNCTIONS,
    HASH_FUNCTIONS,
    TAG_LEN,
    CipherFunction,
    DhFunction,
)


class Token(StrEnum):
    """What one step of a handshake message does. DH tokens name the initiator's key first."""

    E = "e"
    S = "s"
    EE = "ee"
    ES = "es"
    SE = "se"
    SS = "ss"
    PSK = "psk"
    E1 = "e1"
    EKEM1 = "ekem1"


DH_TOKENS: Final = frozenset((Token.EE, Token.ES, Token.SE, Token.SS))

# Messages alternate, the initiator writes the first. Before "...": keys known beforehand.
_PATTERNS: Final[dict[str, str]] = {
    # one-way
    "N": "<- s ... -> e, es",
    "K": "-> s <- s ... -> e, es, ss",
    "X": "<- s ... -> e, es, s, ss",
    # interactive, fundamental
    "NN": "-> e <- e, ee",
    "NK": "<- s ... -> e, es <- e, ee",
    "NX": "-> e <- e, ee, s, es",
    "XN": "-> e <- e, ee -> s, se",
    "XK": "<- s ... -> e, es <- e, ee -> s, se",
    "XX": "-> e <- e, ee, s, es -> s, se",
    "KN": "-> s ... -> e <- e, ee, se",
    "KK": "-> s <- s ... -> e, es, ss <- e, ee, se",
    "KX": "-> s ... -> e <- e, ee, se, s, es",
    "IN": "-> e, s <- e, ee, se",
    "IK": "<- s ... -> e, es, s, ss <- e, ee, se",
    "IX": "-> e, s <- e, ee, se, s, es",
    # interactive, deferred
    "NK1": "<- s ... -> e <- e, ee, es",
    "NX1": "-> e <- e, ee, s -> es",
    "X1N": "-> e <- e, ee -> s <- se",
    "X1K": "<- s ... -> e, es <- e, ee -> s <- se",
    "XK1": "<- s ... -> e <- e, ee, es -> s, se",
    "X1K1": "<- s ... -> e <- e, ee, es -> s <- se",
    "X1X": "-> e <- e, ee, s, es -> s <- se",
    "XX1": "-> e <- e, ee, s -> es, s, se",
    "X1X1": "-> e <- e, ee, s -> es, s <- se",
    "K1N": "-> s ... -> e <- e, ee -> se",
    "K1K": "-> s <- s ... -> e, es <- e, ee -> se",
    "KK1": "-> s <- s ... -> e <- e, ee, se, es",
    "K1K1": "-> s <- s ... -> e <- e, ee, es -> se",
    "K1X": "-> s ... -> e <- e, ee, s, es -> se",
    "KX1": "-> s ... -> e <- e, ee, se, s -> es",
    "K1X1": "-> s ... -> e <- e, ee, s -> se, es",
    "I1N": "-> e, s <- e, ee -> se",
    "I1K": "<- s ... -> e, es, s <- e, ee -> se",
    "IK1": "<- s ... -> e, s <- e, ee, se, es",
    "I1K1": "<- s ... -> e, s <- e, ee, es -> se",
    "I1X": "-> e, s <- e, ee, s, es -> se",
    "IX1": "-> e, s <- e, ee, se, s -> es",
    "I1X1": "-> e, s <- e, ee, s -> se, es",
}

_PATTERN_FORM: Final = re.compile(r"([A-Z][A-Z0-9]*)((?:[a-z][a-z0-9]*)(?:\+[a-z][a-z0-9]*)*)?")
_PSK_FORM: Final = re.compile(r"psk([0-9])")

Messages = tuple[tuple[Token, ...], ...]
_Function = TypeVar("_Function")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which keys are known beforehand and what each message carries."""

    initiator_known: bool  # pre-message "-> s"
    responder_known: bool  # pre-message "<- s"
    messages: Messages
    psk_count: int = 0  # how many pre-shared keys are mixed in

    @property
    def one_way(self) -> bool:
        """Whether only the initiator ever writes."""
        return len(self.messages) == 1

    def knows_static(self, *, initiator: bool) -> bool:
        """Whether that side's static key is known to the other beforehand."""
        return self.initiator_known if initiator else self.responder_known

    def needs_static(self, *, initiator: bool) -> bool:
        """Whether that side has a static key at all."""
        sends = any(Token.S in message for message in self.messages[0 if initiator else 1 :: 2])
        return sends or self.knows_static(initiator=initiator)


@dataclass(frozen=True, slots=True)
class Layout:
    """What one handshake message is made of, in bytes; it never depends on what is sent."""

    steps: tuple[tuple[Token, int], ...]  # each token and the bytes it takes
    overhead_len: int  # bytes of the message beyond its payload


@dataclass(frozen=True, slots=True)
class Protocol:
    """What a protocol name such as ``Noise_XX_25519_ChaChaPoly_SHA256`` stands for."""

    name: str
    pattern: Pattern
    layouts: tuple[Layout, ...]  # one for each message of the pattern
    dh: DhFunction
    kem: Kem | None  # with the hfs modifier only
    cipher: CipherFunction
    hashing: HashFunction


@cache
def protocol_named(name: str) -> Protocol:
    """Look up every part of a protocol name.

    Raises:
        ValueError: a part is unknown or misplaced; the text says which.
    """
    parts = name.split("_")
    if len(parts) != 5 or parts[0] != "Noise" or not name.isascii() or len(name) > 255:
        raise ValueError(f"not a Noise protocol name: {name!r}")
    _, pattern_part, dh_part, cipher_part, hash_part = parts
    pattern, hybrid = _pattern_named(pattern_part)
    dh_name, plus, kem_name = dh_part.partition("+")
    if bool(plus) != hybrid:
        raise ValueError(f"{name!r}: a KEM goes with the hfs modifier, and only with it")
    dh = _known("DH function", DH_FUNCTIONS, dh_name)
    kem = _known("KEM", {ML_KEM_768.name: ML_KEM_768}, kem_name) if hybrid else None
    return Protocol(
        name,
        pattern,
        tuple(_layouts(pattern, dh, kem)),
        dh,
        kem,
        _known("cipher", CIPHER_FUNCTIONS, cipher_part),
        _known("hash", HASH_FUNCTIONS, hash_part),
    )


def _known(kind: str, table: Mapping[str, _Function], name: str) -> _Function:
    if name not in table:
        raise ValueError(f"unknown {kind} {name!r}")
    return table[name]


def _pattern_named(text: str) -> tuple[Pattern, bool]:
    """Return the pattern with its modifiers applied, and whether hfs is among them."""
    form = _PATTERN_FORM.fullmatch(text)
    if form is None or form[1] not in _PATTERNS:
        raise ValueError(f"unknown pattern {text!r}")
    pattern = _parse(_PATTERNS[form[1]])
    modifiers = form[2].split("+") if form[2] else []
    if len(set(modifiers)) != len(modifiers):
        raise ValueError(f"a modifier of {text!r} stands twice")
    messages = pattern.messages
    for modifier in modifiers:
        messages = _modified(messages, modifier)
    psk_count = sum(message.count(Token.PSK) for message in messages)
    return replace(pattern, messages=messages, psk_count=psk_count), "hfs" in modifiers


def _parse(text: str) -> Pattern:
    """Read the notation of the specification."""
    before, _, after = text.rpartition("...")
    arrows = re.split(r"->|<-", after)[1:]
    messages = tuple(tuple(Token(word.strip()) for word in line.split(",")) for line in arrows)
    return Pattern("->" in before, "<-" in before, messages)


def _modified(messages: Messages, modifier: str) -> Messages:
    if modifier == "hfs":
        return _hybrid(messages)
    form = _PSK_FORM.fullmatch(modifier)
    if form is None or int(form[1]) > len(messages):
        raise ValueError(f"unknown modifier {modifier!r}")
    place = int(form[1])
    index = max(place - 1, 0)
    message = messages[index]
    changed = (Token.PSK, *message) if place == 0 else (*message, Token.PSK)
    return (*messages[:index], changed, *messages[index + 1 :])


def _hybrid(messages: Messages) -> Messages:
    """Add a KEM: its key after the first e (and the DH right behind it), its answer after ee."""
    if len(messages) < 2:
        raise ValueError("hfs needs an answer: one-way patterns have none")
    opening, answer = messages[0], messages[1]
    place = opening.index(Token.E) + 1
    if place < len(opening) and opening[place] in DH_TOKENS:
        place += 1
    answer_place = answer.index(Token.EE) + 1
    return (
        (*opening[:place], Token.E1, *opening[place:]),
        (*answer[:answer_place], Token.EKEM1, *answer[answer_place:]),
        *messages[2:],
    )


def _layouts(pattern: Pattern, dh: DhFunction, kem: Kem | None) -> Iterator[Layout]:
    """Lay out every message: from the first mixed key on, all but an e carries a tag."""
    lengths = {Token.E: dh.key_len, Token.S: dh.key_len}
    if kem is not None:
        lengths |= {Token.E1: kem.public_len, Token.EKEM1: kem.ciphertext_len}
    unkeyed = {Token.S, Token.E1} | (set() if pattern.psk_count else {Token.E})
    has_key = False
    for message in pattern.messages:
        steps = []
        for token in message:
            tagged = has_key and token in lengths and token is not Token.E
            steps.append((token, lengths.get(token, 0) + (TAG_LEN if tagged else 0)))
            has_key = has_key or token not in unkeyed
        tag_len = TAG_LEN if has_key else 0
        yield Layout(tuple(steps), sum(length for _, length in steps) + tag_len)
