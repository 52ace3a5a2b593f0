"""A running node: an open profile, a wire process, and the commands that need both."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from messenger import __version__
from messenger.core.clock import Clock
from messenger.core.cover_text import cover_from_text
from messenger.core.errors import InputError
from messenger.core.types import (
    KeyState,
    LinkStats,
    NodeInfo,
    WireStats,
)
from messenger.crypto.fingerprint import fingerprint
from messenger.engine.addresses import fitting_link
from messenger.engine.backup_schedule import BackupSchedule
from messenger.engine.backups import Backups
from messenger.engine.changes import Changes
from messenger.engine.commands import (
    AddRecoveryCode,
    GetNodeInfo,
    GetPreferences,
    GetWireStats,
    RotateIdentity,
    SetInlinePictures,
    SetName,
    SetPassphrase,
    SetPreference,
    StoreKeyInKeyring,
    WaitForStrangers,
    WatchWire,
)
from messenger.engine.contacts import Contacts
from messenger.engine.context import Context
from messenger.engine.covers import PEOPLE_EVENTS, STANDARD_COVER, Covers
from messenger.engine.events import (
    Event,
    NetworkChanged,
    NodeInfoChanged,
    RelaysChanged,
    StrangersAdmitted,
    WireRestarted,
    WireSnapshot,
)
from messenger.engine.flights import FlightMemory, known_flights
from messenger.engine.keeper import Keeper
from messenger.engine.lan import Lan
from messenger.engine.messages import Messages
from messenger.engine.names import clean_name
from messenger.engine.network import SETTINGS as NETWORK_SETTINGS
from messenger.engine.network import Network
from messenger.engine.options import EngineOptions
from messenger.engine.pictures import INLINE_SETTING, Pictures
from messenger.engine.profile import OpenProfile, load_identity
from messenger.engine.relays import Relays
from messenger.engine.rotation import Rotation
from messenger.engine.transfers import Transfers
from messenger.engine.upkeep import Upkeep
from messenger.engine.whereabouts import Whereabouts
from messenger.engine.wire_client import WireClient
from messenger.net.watch import NetworkWatch
from messenger.protocol.card import Card
from messenger.store import keyring
from messenger.wire.messages import (
    AdmitStrangers,
    FlightSeen,
    FromWire,
    ListenFailed,
    Listening,
    ProxyChecked,
    Snapshot,
    Watch,
)

log = logging.getLogger(__name__)

SETTINGS: Final = ("name", "cover", "budget", INLINE_SETTING, *NETWORK_SETTINGS)
MAX_WAIT_S: Final = 3600.0
STATS_DEADLINE_S: Final = 5.0


class Node:
    """Owner: the engine's loop thread."""

    @classmethod
    async def start(
        cls,
        profile: OpenProfile,
        options: EngineOptions,
        clock: Clock,
        emit: Callable[[Event], None],
    ) -> "Node":
        """Load the identity, start the wire process, listen, and take up every conversation.

        Raises:
            AddressInUseError: the address that was asked for cannot be listened on.
            StoreError, TransportError.
        """
        own = await load_identity(profile, clock=clock)
        settings, preferences, flights, contacts = await profile.store.write(
            lambda tx: (
                {name: tx.settings.get(name) or "" for name in SETTINGS},
                tx.preferences(),
                known_flights(tx, clock.unix_ms()),
                tx.all_contacts(),
            )
        )
        node = cls(profile, options, clock, emit)
        node.context = Context(
            store=profile.store,
            wire=node.wire,
            clock=clock,
            emit=node.emit,
            own=own,
            name=settings["name"],
            cover=options.cover or cover_from_text(settings["cover"]) or STANDARD_COVER,
            inline_pictures=settings[INLINE_SETTING] == "yes",
        )
        node.rotation = Rotation(node.context)
        node.contacts = Contacts(node.context)
        node.lan = Lan(node.context, node.contacts.wanted, node.contacts.on_found)
        node.network = Network(node.context, options, node.on_network, node.lan)
        node.watch = NetworkWatch(node._on_moved)
        node.covers = Covers(node.context, node.contacts.wanted, node.tell_info)
        node.covers.begin(settings["budget"], contacts)
        node.messages = Messages(node.context, node.contacts)
        node.changes = Changes(node.context, node.contacts)
        node.transfers = Transfers(node.context, node.contacts)
        node.pictures = Pictures(node.context, node.contacts)
        node.upkeep = Upkeep(node.context, node.contacts)
        node.relays = Relays(node.context, node.contacts, node.tell_info)
        node.whereabouts = Whereabouts(node.context, node.contacts)
        node.preferences = preferences
        node.keeper = Keeper(profile.store, clock, emit)
        node.schedule = BackupSchedule(profile.store, node.backups, clock, emit, options.data_dir)
        try:
            await node.wire.start(own.private, flights)
            node.covers.introduce(contacts)
            await node.rotation.start()
            await node.network.start(settings)
            await node.upkeep.start()
            await node.contacts.start()
            node.covers.relay_count = lambda: node.relays.link_count
            await node.relays.start(options.relays)
            node.covers.start()
            node.covers.follow()
            await node.schedule.start()
            node.keeper.start()
            await node.transfers.start()
            node.watch.start()
            node.whereabouts.start()
        except BaseException:
            await node._end_parts()
            raise
        return node

    context: Context
    network: Network
    lan: Lan
    watch: NetworkWatch
    contacts: Contacts
    covers: Covers
    rotation: Rotation
    messages: Messages
    changes: Changes
    transfers: Transfers
    pictures: Pictures
    upkeep: Upkeep
    relays: Relays
    whereabouts: Whereabouts
    keeper: Keeper
    schedule: BackupSchedule
    preferences: dict[str, str]  # of the user interface, as they were at the start

    def __init__(
        self,
        profile: OpenProfile,
        options: EngineOptions,
        clock: Clock,
        emit: Callable[[Event], None],
    ) -> None:
        self._profile = profile
        self._options = options
        self._clock = clock
        self._emit = emit
        self.wire = WireClient(on_message=self._on_wire, on_restart=self._on_wire_restart)
        self.backups = Backups(profile.store, emit)
        self._snapshot: asyncio.Future[WireStats] | None = None
        self._watching = False
        self._strangers_timer: asyncio.TimerHandle | None = None
        self._flights = FlightMemory(profile.store, clock)
        self._tasks: set[asyncio.Task[None]] = set()

    async def stop(self, *, keep_snapshots: bool = False) -> None:
        """Close links, wire process and database, in this order.

        Args:
            keep_snapshots: leave them as they are: the database is to go back to one.
        """
        await self._end_parts()
        if not keep_snapshots:
            await self.keeper.follow_at_end()
        await asyncio.to_thread(self._profile.vault.settle)
        await self._profile.store.close()

    async def _end_parts(self) -> None:
        if self._strangers_timer:
            self._strangers_timer.cancel()
        await self.schedule.stop()
        await self.keeper.stop()
        await self.upkeep.stop()
        self.watch.stop()
        await self.whereabouts.stop()
        await self.network.stop()
        await self.relays.stop()
        await self.contacts.stop()
        await self.rotation.stop()
        await self.wire.stop()
        await self.backups.stop()
        await self._flights.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- who we are -------------------------------------------------------------------------------

    def info(self) -> NodeInfo:
        """What a person needs to know about their own node."""
        context = self.context
        card = Card(
            context.own.public, context.addresses, context.name or None, context.introduction
        )
        return NodeInfo(
            name=context.name,
            key=context.own.public,
            fingerprint=fingerprint(context.own.public),
            link=fitting_link(card),
            listen=context.listen,
            addresses=context.addresses,
            cover=context.cover,
            version=__version__,
            plan=context.plan,
            inline_pictures=context.inline_pictures,
        )

    def tell_info(self) -> None:
        """Tell that something about us has changed."""
        self._emit(NodeInfoChanged(self.info(), self.network.listen_problem))

    def on_network(self) -> None:
        """What our link and our hellos say is another."""
        self.contacts.say_hello()
        self.whereabouts.follow()
        self.tell_info()

    def _on_moved(self) -> None:
        """This computer has another way to others: dial again, and say where we are now."""
        task = asyncio.create_task(self.network.on_moved())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.contacts.dial_again()
        self.relays.dial_again()

    def emit(self, event: Event) -> None:
        """Tell what the parts of the node have to say; who is there decides what links may cost."""
        self._emit(event)
        if isinstance(event, PEOPLE_EVENTS):
            self.covers.follow()
            self.relays.follow_people()
        elif isinstance(event, RelaysChanged):
            self.covers.follow()
        elif isinstance(event, NetworkChanged):
            self.relays.follow()

    async def get_info(self, _: GetNodeInfo) -> NodeInfo:
        """Answer who we are."""
        return self.info()

    async def set_name(self, command: SetName) -> None:
        """Change what we call ourselves; whoever is connected hears it."""
        name = clean_name(command.name)
        await self._put("name", name)
        self.context.name = name
        self.contacts.say_hello()
        self.tell_info()

    async def rotate_identity(self, command: RotateIdentity) -> KeyState:
        """Replace our key; cards show the new one at once, contacts are told by the old one."""
        state = await self.rotation.rotate(command)
        self.contacts.own_key_changed()
        await self.lan.follow()
        self.tell_info()
        return state

    async def set_inline_pictures(self, command: SetInlinePictures) -> None:
        """Choose whether small pictures of verified contacts are taken without a question."""
        await self.pictures.set_inline(command)
        self.tell_info()

    async def set_preference(self, command: SetPreference) -> None:
        """Keep a small setting of the user interface."""
        await self.context.store.write(
            lambda tx: tx.settings.put_preference(command.name, command.value)
        )

    async def get_preferences(self, _: GetPreferences) -> dict[str, str]:
        return await self.read_preferences()

    async def read_preferences(self) -> dict[str, str]:
        """Return the settings of the user interface as they are now."""
        return await self.context.store.read(lambda reader: reader.preferences())

    # -- keys of the profile --------------------------------------------------------------------

    async def add_recovery_code(self, _: AddRecoveryCode) -> str:
        """Make or replace the recovery code and return it, the only time it can be seen."""
        return await asyncio.to_thread(self._profile.vault.add_recovery, self._profile.database_key)

    async def store_key_in_keyring(self, _: StoreKeyInKeyring) -> None:
        """Let the keyring open this profile."""

        def work() -> None:
            self._profile.vault.set_keyring(self._profile.database_key, keyring.find_backend())

        await asyncio.to_thread(work)

    async def set_passphrase(self, command: SetPassphrase) -> None:
        """Make, replace or remove the passphrase."""
        await asyncio.to_thread(
            self._profile.vault.set_passphrase, self._profile.database_key, command.passphrase
        )

    # -- the wire -------------------------------------------------------------------------------

    async def wait_for_strangers(self, command: WaitForStrangers) -> None:
        """Let callers in who do not know our key, for a while."""
        if not 0 <= command.seconds <= MAX_WAIT_S:
            raise InputError("Waiting lasts from 0 to {most} seconds.", most=round(MAX_WAIT_S))
        if not command.seconds:
            self.end_waiting()
            return
        if self._strangers_timer:
            self._strangers_timer.cancel()
        self.wire.send(AdmitStrangers(command.seconds))
        loop = asyncio.get_running_loop()
        self._strangers_timer = loop.call_later(command.seconds, self.end_waiting)
        self._emit(StrangersAdmitted(self._clock.unix_ms() + int(command.seconds * 1000)))

    def end_waiting(self) -> None:
        """Let no stranger in any more."""
        if self._strangers_timer:
            self._strangers_timer.cancel()
            self._strangers_timer = None
        self.wire.send(AdmitStrangers(0))
        self._emit(StrangersAdmitted(0))

    def on_lock(self) -> None:
        """Whoever waited for strangers sees none any more, and was told that this would end it."""
        if self._strangers_timer:
            self.end_waiting()

    async def get_wire_stats(self, _: GetWireStats) -> WireStats:
        """Ask the wire process for its counters."""
        if self._snapshot is None or self._snapshot.done():
            self._snapshot = asyncio.get_running_loop().create_future()
            if not self._watching:
                self.wire.send(Watch(0.05))
        async with asyncio.timeout(STATS_DEADLINE_S):
            return await asyncio.shield(self._snapshot)

    async def watch_wire(self, command: WatchWire) -> None:
        """Begin or end the stream of WireSnapshot events."""
        self._watching = command.interval_s > 0
        self.wire.send(Watch(command.interval_s))

    def _on_wire(self, message: FromWire) -> None:
        match message:
            case Listening() | ListenFailed() | ProxyChecked():
                self.network.on_wire(message)
            case FlightSeen(tag=tag):
                self._flights.remember(tag)
            case Snapshot() as snapshot:
                self._on_snapshot(snapshot)
            case _:
                self.contacts.links.on_message(message)

    def _on_wire_restart(self) -> None:
        self.contacts.links.on_wire_restart()
        self._emit(WireRestarted())

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        stats = self._stats(snapshot)
        if self._snapshot is not None and not self._snapshot.done():
            self._snapshot.set_result(stats)
        if self._watching:
            self._emit(WireSnapshot(stats))
        else:
            self.wire.send(Watch(0))

    def _stats(self, snapshot: Snapshot) -> WireStats:
        return WireStats(
            links=tuple(
                LinkStats(
                    contact=self.contacts.contact_of_link(link.link),
                    outgoing=bool(link.link % 2),
                    cells_out=link.cells_out,
                    cells_in=link.cells_in,
                    skipped=link.skipped,
                    since=link.since,
                    cover=self.contacts.links.cover_of(link.link),
                    fast=self.contacts.runs_fast(link.link),
                )
                for link in snapshot.links
            ),
            cells_out=snapshot.cells_out,
            cells_in=snapshot.cells_in,
            bytes_out=snapshot.bytes_out,
            bytes_in=snapshot.bytes_in,
            half_open=snapshot.half_open,
            recent_out=tuple(snapshot.recent_out),
            recent_in=tuple(snapshot.recent_in),
            at=snapshot.at,
            lateness_p50_ms=snapshot.lateness_p50_ms,
            lateness_p99_ms=snapshot.lateness_p99_ms,
        )

    async def _put(self, name: str, value: str) -> None:
        await self.context.store.write(lambda tx: tx.settings.put(name, value))
