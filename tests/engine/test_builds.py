"""Programs that look at themselves, and tell each other which build they are."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from two_people import Person, play, until

from messenger.core.builds import (
    Build,
    BuildCheck,
    BuildKind,
    BuildMatch,
    Damage,
    FileFinding,
    compare_builds,
)
from messenger.core.errors import ConnectionLostError, ManifestError, NotAllowedError
from messenger.engine import build_talk, self_check
from messenger.engine.commands import BlockContact, CheckBuild, CompareBuild
from messenger.engine.events import BuildCompared, BuildDiffers, Event
from messenger.engine.self_check import SelfCheck
from messenger.protocol.channels import Channel
from messenger.protocol.control import BuildWord, decode_control, encode_control

OURS = Build("0.1.0", "linux-x86_64", b"a" * 32)
CHANGED = (FileFinding("hum", Damage.CONTENT),)


@dataclass
class Program:
    """A program whose files a test chooses."""

    build: Build | None = OURS
    glances: tuple[FileFinding, ...] = ()
    findings: tuple[FileFinding, ...] = ()
    error: bool = False
    looks: list[str] = field(default_factory=list)

    def check(self) -> BuildCheck:
        self.looks.append("check")
        if self.error:
            raise ManifestError("The program folder cannot be read.")
        return BuildCheck(BuildKind.UNSIGNED, self.build, 1, self.findings)

    def glance(self) -> tuple[FileFinding, ...]:
        self.looks.append("glance")
        if self.error:
            raise ManifestError("The program folder cannot be read.")
        return self.glances


def test_how_two_builds_compare() -> None:
    for peer, match in (
        (Build("0.1.0", "linux-x86_64", b"a" * 32), BuildMatch.SAME),
        (Build("0.1.0", "linux-x86_64", b"b" * 32), BuildMatch.DIFFERENT),
        (Build("0.2.0", "linux-x86_64", b"b" * 32), BuildMatch.OTHER_VERSION),
        (Build("0.1.0", "source", b"b" * 32), BuildMatch.OTHER_SYSTEM),
    ):
        assert compare_builds(OURS, peer).match is match


# -- after a start ------------------------------------------------------------------------------


def after_start(program: Program | None) -> list[Event]:
    """What is told after a start, once the looks are over."""
    told: list[Event] = []

    async def run() -> None:
        checking = SelfCheck(program, told.append, after_s=0, again_s=0)
        checking.start()
        if checking._task is not None:
            await checking._task
        await checking.stop()

    asyncio.run(run())
    return told


def test_a_sound_program_is_looked_at_once_and_says_nothing() -> None:
    program = Program()
    assert after_start(program) == []
    assert program.looks == ["glance"]
    assert after_start(None) == []


def test_what_a_glance_found_and_a_whole_look_finds_again_is_told() -> None:
    program = Program(glances=CHANGED, findings=(*CHANGED, FileFinding("x", Damage.EXTRA)))
    assert after_start(program) == [BuildDiffers(program.findings)]


def test_an_update_that_was_under_way_is_no_alarm() -> None:
    program = Program(glances=CHANGED)
    assert after_start(program) == []
    assert program.looks == ["glance", "check"]


def test_a_folder_that_cannot_be_read_ends_nothing() -> None:
    assert after_start(Program(error=True)) == []


def test_who_does_not_know_its_files_says_so() -> None:
    async def run() -> None:
        checking = SelfCheck(None, lambda event: None)
        with pytest.raises(NotAllowedError):
            await checking.check(CheckBuild())
        assert await checking.build() is None

    asyncio.run(run())


# -- between two --------------------------------------------------------------------------------


async def linked(*people: Person) -> None:
    for person in people:

        async def agreed(person: Person = person) -> bool:
            return person.conversation.file_link is not None

        await until(agreed)


def equip(person: Person, build: Build | None) -> SelfCheck:
    """Let a person's engine know its program."""
    checking = SelfCheck(Program(build), person.events.append)
    person.context.own_build = checking.build
    return checking


def compare(person: Person, checking: SelfCheck) -> Any:
    return checking.compare(person.contacts, CompareBuild(person.contact))


@pytest.mark.parametrize(
    ("theirs", "match"),
    [(OURS, BuildMatch.SAME), (Build("0.1.0", OURS.system, b"b" * 32), BuildMatch.DIFFERENT)],
)
def test_both_sides_hear_the_same(tmp_path: Path, theirs: Build, match: BuildMatch) -> None:
    async def story(ada: Person, ben: Person) -> None:
        checking = equip(ada, OURS)
        equip(ben, theirs)
        await linked(ada, ben)
        found = await compare(ada, checking)
        assert (found.match, found.own, found.peer) == (match, OURS, theirs)
        assert ada.of(BuildCompared) == [BuildCompared(ada.contact, found)]
        (heard,) = ben.of(BuildCompared)
        assert (heard.comparison.match, heard.comparison.peer) == (match, OURS)

    play(tmp_path, story)


def words_sent(person: Person) -> list[BuildWord]:
    control = [s.body for s in person.end.sent if s.channel == Channel.CONTROL]
    return [w for w in map(decode_control, control) if isinstance(w, BuildWord)]


def test_whoever_asks_too_often_gets_one_answer_later(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        equip(ben, OURS)
        await linked(ada, ben)
        question = encode_control(BuildWord(OURS.version, OURS.system, OURS.fingerprint, True))

        async def heard(count: int) -> bool:
            return len(ben.of(BuildCompared)) == count

        ada.end.inject(Channel.CONTROL, question)
        await until(lambda: heard(1))
        for _ in range(20):
            ada.end.inject(Channel.CONTROL, question)
        await until(lambda: heard(2))
        await ben.conversation.call(ben.conversation.refresh)
        assert [word.asks for word in words_sent(ben)] == [False, False]

    with patch.object(build_talk, "ANSWER_EVERY_S", 0.05):
        play(tmp_path, story)


def test_an_answer_that_nobody_asked_for_means_nothing(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        equip(ben, OURS)
        await linked(ada, ben)
        word = encode_control(BuildWord("9", "x", b"c" * 32, False))
        ada.end.inject(Channel.CONTROL, word)
        await ben.conversation.call(ben.conversation.refresh)
        assert ben.of(BuildCompared) == []
        assert words_sent(ben) == []

    play(tmp_path, story)


def test_a_program_that_does_not_know_itself_says_nothing(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        checking, unknown = equip(ada, OURS), equip(ben, None)
        await linked(ada, ben)
        with pytest.raises(NotAllowedError):
            await compare(ben, unknown)
        with pytest.MonkeyPatch.context() as monkey:
            monkey.setattr(self_check, "ANSWER_S", 0.05)
            with pytest.raises(ConnectionLostError, match="No answer"):
                await compare(ada, checking)

    play(tmp_path, story)


def test_a_link_that_ends_ends_the_question(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        checking = equip(ada, OURS)
        equip(ben, None)
        await linked(ada, ben)
        asking = asyncio.create_task(compare(ada, checking))

        async def asked() -> bool:
            return bool(words_sent(ada))

        await until(asked)
        ada.end.cut()
        with pytest.raises(ConnectionLostError, match="ended"):
            await asking
        with pytest.raises(NotAllowedError, match="connection"):
            await compare(ada, checking)

    play(tmp_path, story)


def test_somebody_who_is_blocked_is_told_nothing(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        equip(ben, OURS)
        await linked(ada, ben)
        await ben.contacts.block(BlockContact(ben.contact))
        assert ben.conversation.file_link is None
        ben.conversation.builds.on_word(BuildWord("1", "x", b"c" * 32, True))
        assert words_sent(ben) == []

    play(tmp_path, story)
