"""The window's end of updates: one piece of work at a time, in a thread, and what came of it.

Imported when the settings are opened, or when Hum may look by itself; python-tuf and the network
are loaded in the thread, by the first thing that is asked.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal, Slot

from messenger.core.errors import CancelledByPersonError, MessengerError
from messenger.core.frozen import frozen
from messenger.core.types import NetworkSettings
from messenger.engine.commands import GetWayOut, SetPreference
from messenger.gui.client import EngineClient
from messenger.gui.dialogs.requests import Requests
from messenger.update.consent import LAST_CHECK, is_due, require_consent
from messenger.update.installation import FOLDER, Installation, this_installation
from messenger.update.job import Job
from messenger.update.prepared import Prepared
from messenger.update.source import Source, find_source

if TYPE_CHECKING:
    from messenger.update.release import Release
    from messenger.update.updates import Updates

LOOK_EVERY_MS: Final = 3_600_000  # whether a day has gone by
END_MS: Final = 5_000  # for a thread to notice that it was cancelled

Work = Callable[["Updates", Job], object]
FindSource = Callable[[str | None], Source]


class Phase(StrEnum):
    """How far it is."""

    IDLE = "idle"
    CHECKING = "checking"
    CURRENT = "current"  # nothing newer is published
    FOUND = "found"
    DOWNLOADING = "downloading"
    DOWNLOADED = "downloaded"
    PREPARING = "preparing"
    READY = "ready"  # it takes its place at the end, or `command` tells what to do
    FAILED = "failed"


WORKING: Final = frozenset({Phase.CHECKING, Phase.DOWNLOADING, Phase.PREPARING})


@frozen
class UpdateState:
    """Everything that a page about updates shows."""

    phase: Phase = Phase.IDLE
    release: "Release | None" = None
    done: int = 0  # bytes of the package
    total: int = 0
    error: MessengerError | None = None
    prepared: Prepared | None = None


class UpdateClient(QObject):
    """Owner: GUI thread. Closing is explicit: :meth:`close` before the application ends.

    Signals:
        changed: an UpdateState, whenever it is another one.
        found_alone: a Release; Hum has looked by itself and found a newer one.
        doubted_alone: a MessengerError; Hum has looked by itself and refused what it got.
    """

    changed = Signal(object)
    found_alone = Signal(object)
    doubted_alone = Signal(object)
    _moved = Signal(object)
    _ended = Signal(object)

    def __init__(
        self,
        client: EngineClient,
        profile: Path,
        parent: QObject | None = None,
        *,
        find: FindSource = find_source,
        installed: Installation | None = None,
    ) -> None:
        super().__init__(parent)
        self.installed = installed or this_installation()
        self.state = UpdateState()
        self.preferences: Mapping[str, str] = {}
        self.start_again = False  # after the end, as the new version
        self._client = client
        self._requests = Requests(client, self)
        self._folder = profile / FOLDER
        self._find = find
        self._address: str | None = None  # instead of the usual one, for this conversation
        self._job: Job | None = None
        self._alone = False
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._moved.connect(self._on_moved)
        self._ended.connect(self._on_ended)
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    @property
    def address(self) -> str | None:
        """Who would be asked, or None if this build knows nobody."""
        try:
            return self._find(None).address
        except MessengerError:
            return None

    def follow(self, preferences: Mapping[str, str]) -> None:
        """Take the preferences of the profile, and look by itself if they say so."""
        self.preferences = dict(preferences)
        self._timer.start()
        self.look()

    @Slot()
    def look(self) -> None:
        """Look for updates if that is allowed, a day has gone by, and nothing is under way."""
        now = time.time_ns() // 1_000_000
        if is_due(self.preferences, now) and self.state.phase is Phase.IDLE:
            self.preferences = {**self.preferences, LAST_CHECK: str(now)}
            self._client.request(SetPreference(LAST_CHECK, str(now)))
            self._alone = True
            self.check()

    def check(self, address: str | None = None) -> None:
        """Ask for the newest version; ``address`` may name another place for once."""
        self._address = address
        self._begin(Phase.CHECKING, lambda updates, job: updates.check(job))

    def download(self) -> None:
        """Fetch the one that was found."""
        self._begin(Phase.DOWNLOADING, lambda updates, job: updates.download(job))

    def prepare(self) -> None:
        """Verify the downloaded one again, and make it ready."""
        self._begin(Phase.PREPARING, _prepare)

    def cancel(self) -> None:
        """Stop what is under way."""
        if self._job is not None:
            self._job.cancel()

    def close(self) -> None:
        """End the thread; nothing comes any more."""
        self._timer.stop()
        self.cancel()
        self._pool.waitForDone(END_MS)

    def _begin(self, phase: Phase, work: Work) -> None:
        if self.state.phase in WORKING:
            return
        self._show(replace(self.state, phase=phase, error=None, done=0, total=0))
        try:
            require_consent(self.preferences)
            source = self._find(self._address)
        except MessengerError as error:
            self._on_ended(error)
            return
        job = self._job = Job(lambda done, total: self._moved.emit((done, total)))

        def start(network: NetworkSettings) -> None:
            place = _Place(source, self._folder, self.installed, network)
            self._pool.start(_Task(place, job, work, self._ended.emit))

        self._requests.ask(GetWayOut(), NetworkSettings, start, self._on_ended)

    def _show(self, state: UpdateState) -> None:
        self.state = state
        self.changed.emit(state)

    @Slot(object)
    def _on_moved(self, step: tuple[int, int]) -> None:
        if self.state.phase is Phase.DOWNLOADING:
            self._show(replace(self.state, done=step[0], total=step[1]))

    @Slot(object)
    def _on_ended(self, result: object) -> None:
        self._job = None
        phase, alone, self._alone = self.state.phase, self._alone, False
        if isinstance(result, MessengerError):
            self._on_failed(result, alone)
        elif isinstance(result, Prepared):
            self._show(replace(self.state, phase=Phase.READY, prepared=result))
        elif phase is Phase.DOWNLOADING:
            self._show(replace(self.state, phase=Phase.DOWNLOADED))
        else:
            self._on_checked(result, alone)

    def _on_checked(self, result: object, alone: bool) -> None:
        from messenger.update.release import Release  # noqa: PLC0415  loaded by the thread already

        assert isinstance(result, Release)
        phase = Phase.FOUND if result.newer else Phase.CURRENT
        if alone and not result.newer:
            phase = Phase.IDLE  # nobody asked, and tomorrow it is looked again
        self._show(replace(self.state, phase=phase, release=result))
        if alone and result.newer:
            self.found_alone.emit(result)

    def _on_failed(self, error: MessengerError, alone: bool) -> None:
        phase = Phase.FAILED
        if isinstance(error, CancelledByPersonError):
            phase = Phase.IDLE if self.state.release is None else Phase.FOUND
        if alone:
            phase = Phase.IDLE
            self.doubted_alone.emit(error)
        self._show(replace(self.state, phase=phase, error=error))


class _Place:
    """What the thread makes Updates of, once it has loaded them."""

    def __init__(
        self, source: Source, folder: Path, installed: Installation, network: NetworkSettings
    ) -> None:
        self._source = source
        self._folder = folder
        self._installed = installed
        self._network = network

    def updates(self) -> "Updates":
        from messenger.update.line import Dialler  # noqa: PLC0415  in the thread
        from messenger.update.updates import Updates  # noqa: PLC0415  likewise

        return Updates(self._source, self._folder, self._installed, Dialler(self._network))


class _Task(QRunnable):
    def __init__(self, place: _Place, job: Job, work: Work, tell: Callable[[object], None]) -> None:
        super().__init__()
        self._place = place
        self._job = job
        self._work = work
        self._tell = tell

    def run(self) -> None:
        try:
            result = self._work(self._place.updates(), self._job)
        except MessengerError as error:
            result = error
        self._tell(result)


def _prepare(updates: "Updates", job: Job) -> object:
    from messenger.update.apply import prepare  # noqa: PLC0415  in the thread

    return prepare(updates, job)
