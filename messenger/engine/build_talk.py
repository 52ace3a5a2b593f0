"""Two programs tell each other which build they are, inside the session of their people.

One side asks because its person did; the other answers by itself, to accepted contacts only. Both
then tell their person the same. A program says of itself what it likes: equal fingerprints show
that two were built alike, or that one lies and knows what to say.

Source: docs/protocol.md, section 6.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from messenger.core.builds import Build, BuildComparison, compare_builds
from messenger.core.errors import ConnectionLostError, NotAllowedError
from messenger.core.types import ContactId
from messenger.engine.context import Context
from messenger.engine.events import BuildCompared
from messenger.engine.live_link import LiveLink
from messenger.protocol.control import BuildWord, encode_control

ANSWER_S: Final = 60.0  # seconds; the slowest profile needs about six
ANSWER_EVERY_S: Final = 2.0  # whoever asks more often gets one answer for all of it, then


class BuildTalk:
    """The part of one conversation that compares builds. Owner: the conversation's task.

    Args:
        link: the link that both have agreed on, or None.
        soon: runs a function in turn with the conversation's other inputs.
    """

    def __init__(
        self,
        context: Context,
        contact: ContactId,
        link: Callable[[], LiveLink | None],
        soon: Callable[[Callable[[], None]], None],
    ) -> None:
        self._context = context
        self._contact = contact
        self._link = link
        self._soon = soon
        self._own: Build | None = None  # as we said it in our question
        self._waiting: asyncio.Future[BuildComparison] | None = None
        self._answering: asyncio.Task[None] | None = None
        self._answered_at = float("-inf")  # monotonic seconds

    async def ask(self, own: Build) -> asyncio.Future[BuildComparison]:
        """Say which build we are and ask for theirs; a step of the conversation.

        Raises:
            NotAllowedError: no link.
        """
        link = self._link()
        if link is None:
            raise NotAllowedError("Comparing programs needs a connection to this contact.")
        if self._waiting is None or self._waiting.done():
            self._waiting = asyncio.get_running_loop().create_future()
            self._own = own
            _say(link, own, asks=True)
        return self._waiting

    def on_word(self, word: BuildWord) -> None:
        """They ask, or answer; what nobody asked for does nothing."""
        peer = Build(word.version, word.system, word.fingerprint)
        if word.asks:
            self._on_question(peer)
        elif self._own is not None and self._waiting is not None and not self._waiting.done():
            comparison = compare_builds(self._own, peer)
            self._waiting.set_result(comparison)
            self._context.emit(BuildCompared(self._contact, comparison))

    def on_link_gone(self) -> None:
        """What was asked on a link ends with it."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionLostError("The connection ended meanwhile."))
            self._waiting.exception()  # there may be nobody left who waits

    async def stop(self) -> None:
        """End the answer that is being prepared."""
        if self._answering is not None:
            self._answering.cancel()
            await asyncio.gather(self._answering, return_exceptions=True)

    def _on_question(self, peer: Build) -> None:
        busy = self._answering is not None and not self._answering.done()
        if self._link() is not None and not busy:
            self._answering = asyncio.create_task(self._answer(peer))

    async def _answer(self, peer: Build) -> None:
        await asyncio.sleep(self._answered_at + ANSWER_EVERY_S - self._context.clock.now())
        self._answered_at = self._context.clock.now()
        own = await self._context.own_build()
        if own is not None:
            self._soon(lambda: self._tell(own, peer))

    def _tell(self, own: Build, peer: Build) -> None:
        link = self._link()
        if link is not None:
            _say(link, own, asks=False)
            self._context.emit(BuildCompared(self._contact, compare_builds(own, peer)))


def _say(link: LiveLink, own: Build, *, asks: bool) -> None:
    word = BuildWord(own.version, own.system, own.fingerprint, asks)
    link.send_control(encode_control(word))
