"""The program looks at its own files: quickly after each start, wholly when it is asked to.

The quick look comes when the start is over, in a thread of its own. What it finds is looked at
once more, wholly, before it is told: an update may be under way.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from messenger.core.builds import Build, BuildCheck, BuildComparison, FileFinding, OwnProgram
from messenger.core.errors import ConnectionLostError, MessengerError, NotAllowedError
from messenger.engine.build_talk import ANSWER_S
from messenger.engine.commands import CheckBuild, CompareBuild
from messenger.engine.contacts import Contacts
from messenger.engine.events import BuildDiffers, Event

log = logging.getLogger(__name__)

START_AFTER_S: Final = 3.0  # seconds after the engine's start; the window is painted by then
AGAIN_AFTER_S: Final = 20.0  # seconds; longer than a package manager needs


class SelfCheck:
    """Owner: the engine's loop thread."""

    def __init__(
        self,
        program: OwnProgram | None,
        emit: Callable[[Event], None],
        *,
        after_s: float = START_AFTER_S,
        again_s: float = AGAIN_AFTER_S,
    ) -> None:
        self._program = program
        self._emit = emit
        self._waits = (after_s, again_s)
        self._task: asyncio.Task[None] | None = None
        self._own: Build | None = None  # of the last whole look

    def start(self) -> None:
        """Let the quick look come by itself."""
        if self._program is not None:
            self._task = asyncio.create_task(self._look(self._program))

    async def stop(self) -> None:
        """End it, or what is still to come of it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def check(self, _: CheckBuild) -> BuildCheck:
        """Look at every file now.

        Raises:
            ManifestError: the folder of the program cannot be read.
        """
        if self._program is None:
            raise NotAllowedError("This Hum does not know its own files.")
        found = await asyncio.to_thread(self._program.check)
        self._own = found.build
        return found

    async def build(self) -> Build | None:
        """Return which build we are; None where a file cannot be read or nobody can say."""
        if self._own is None and self._program is not None:
            try:
                await self.check(CheckBuild())
            except MessengerError as error:
                log.warning("our own build is not known: %s", error.kind)
        return self._own

    async def compare(self, contacts: Contacts, command: CompareBuild) -> BuildComparison:
        """Ask a contact's program which build it is.

        Raises:
            NotAllowedError: no link, or our own build is not known.
            ConnectionLostError: no answer came.
        """
        conversation = contacts.conversation(command.contact)
        own = await self.build()
        if own is None:
            raise NotAllowedError("A file of this program cannot be read.")
        answer = await conversation.call(lambda: conversation.builds.ask(own))
        try:
            return await asyncio.wait_for(asyncio.shield(answer), ANSWER_S)
        except TimeoutError as error:
            raise ConnectionLostError(
                "No answer came. Perhaps their Hum is older and cannot compare."
            ) from error

    async def _look(self, program: OwnProgram) -> None:
        after_s, again_s = self._waits
        await asyncio.sleep(after_s)
        if not await self._findings(program.glance):
            return
        await asyncio.sleep(again_s)
        findings = await self._findings(lambda: program.check().findings)
        if findings:
            log.error("%d files of this program are not those of its build", len(findings))
            self._emit(BuildDiffers(findings))

    async def _findings(
        self, look: Callable[[], tuple[FileFinding, ...]]
    ) -> tuple[FileFinding, ...]:
        try:
            return await asyncio.to_thread(look)
        except MessengerError as error:
            log.error("this program cannot look at its own files: %s", error.kind)
            return ()
