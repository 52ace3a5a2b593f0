"""Methods about updates of the program itself; nobody is asked before ``update.allow``.

python-tuf and its network are loaded by the first of them, not by each start of a node.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar, cast

import msgspec

from messenger.core.errors import UpdateBusyError, UpdateSourceError
from messenger.core.types import NetworkSettings
from messenger.engine import commands as c
from messenger.rpc.params import Executor, Json, Params
from messenger.update.consent import PREFERENCE, Consent, consent_of, require_consent
from messenger.update.installation import FOLDER, Installation, portable_in, this_installation
from messenger.update.job import Job
from messenger.update.prepared import Prepared

if TYPE_CHECKING:
    from messenger.update.release import Release
    from messenger.update.updates import Updates

Result = TypeVar("Result")


class Allow(Params, frozen=True):
    how: Consent


class From(Params, frozen=True):
    from_: str | None = msgspec.field(name="from", default=None)  # a URL or a folder
    root: str | None = None  # a file
    program: str | None = None  # the folder of another portable Hum than this one


class Updating:
    """The one piece of work on updates that a node has at a time.

    Owner: the loop of the server. What blocks runs in a thread.
    """

    def __init__(self, engine: Executor, profile: Path, tell: Callable[[int, int], None]) -> None:
        """``tell`` hears how far a download is, in the loop."""
        self._engine = engine
        self._folder = profile / FOLDER
        self._tell = tell
        self._job: Job | None = None
        self.prepared: Prepared | None = None  # takes its place when the process ends

    def stop(self) -> None:
        """End what is under way."""
        if self._job is not None:
            self._job.cancel()

    async def preferences(self) -> Mapping[str, str]:
        return cast(Mapping[str, str], await self._engine.execute(c.GetPreferences()))

    async def work(self, params: From, do: "Callable[[Updates, Job], Result]") -> Result:
        """Do one thing with updates, in a thread.

        Raises:
            UpdateConsentError: nobody may be asked.
            UpdateBusyError: another one is under way.
            UpdateError: as ``do`` raises it.
        """
        require_consent(await self.preferences())
        if self._job is not None:
            raise UpdateBusyError("Something else is under way with updates.")
        network = cast(NetworkSettings, await self._engine.execute(c.GetWayOut()))
        loop = asyncio.get_running_loop()
        job = Job(lambda done, total: _in_loop(loop, self._tell, done, total))
        self._job = job
        try:
            return await asyncio.to_thread(lambda: do(self._updates(params, network), job))
        finally:
            self._job = None

    def _updates(self, params: From, network: NetworkSettings) -> "Updates":
        from messenger.update.line import Dialler  # noqa: PLC0415  see above
        from messenger.update.source import find_source  # noqa: PLC0415  likewise
        from messenger.update.updates import Updates  # noqa: PLC0415  likewise

        root = None if params.root is None else Path(params.root)
        return Updates(
            find_source(params.from_, root), self._folder, _installed(params), Dialler(network)
        )


def _in_loop(
    loop: asyncio.AbstractEventLoop, tell: Callable[[int, int], None], done: int, total: int
) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(tell, done, total)


def _installed(params: From) -> Installation:
    return this_installation() if params.program is None else portable_in(Path(params.program))


def _check(updates: "Updates", job: Job) -> "Release":
    return updates.check(job)


def _download(updates: "Updates", job: Job) -> Path:
    return updates.download(job)


def _prepare(updates: "Updates", job: Job) -> Prepared:
    from messenger.update.apply import prepare  # noqa: PLC0415  likewise

    return prepare(updates, job)


class HasUpdating(Protocol):
    """The table of methods, as far as those about updates need it."""

    @property
    def engine(self) -> Executor: ...

    @property
    def updating(self) -> Updating: ...


async def state(node: HasUpdating, _: Params) -> Json:
    from messenger.update.source import find_source  # noqa: PLC0415  likewise

    own = this_installation()
    try:
        address = find_source().address
    except UpdateSourceError:
        address = None
    return {
        "allowed": consent_of(await node.updating.preferences()).value,
        "from": address,
        "version": own.version,
        "platform": own.system,
        "installed_as": own.kind.value,
    }


async def allow(node: HasUpdating, params: Allow) -> Json:
    await node.engine.execute(c.SetPreference(PREFERENCE, params.how.value))
    return await state(node, Params())


async def check(node: HasUpdating, params: From) -> Json:
    found = await node.updating.work(params, _check)
    return {
        "version": found.version,
        "notes": found.notes,
        "size": found.size,
        "newer": found.newer,
    }


async def download(node: HasUpdating, params: From) -> Json:
    return {"path": str(await node.updating.work(params, _download))}


async def apply(node: HasUpdating, params: From) -> Json:
    prepared = await node.updating.work(params, _prepare)
    node.updating.prepared = prepared
    return {
        "version": prepared.version,
        "folder": None if prepared.folder is None else str(prepared.folder),
        "command": prepared.command or None,
    }


async def cancel(node: HasUpdating, _: Params) -> Json:
    node.updating.stop()
    return {}


METHODS: Final[dict[str, tuple[type[Params], Callable[[Any, Any], Awaitable[Json]]]]] = {
    "update.state": (Params, state),
    "update.allow": (Allow, allow),
    "update.check": (From, check),
    "update.download": (From, download),
    "update.apply": (From, apply),
    "update.cancel": (Params, cancel),
}
