"""How others are reached and let in: the proxy, the listener, the addresses that a link says.

Whatever is chosen is told to the wire process before anything leaves by it, and committed before.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from ipaddress import ip_address
from typing import Final

from messenger.core.errors import AddressInUseError, InputError, MessengerError
from messenger.core.proxy_text import (
    check_credentials,
    checked_proxy,
    proxy_from_text,
    proxy_to_text,
)
from messenger.core.types import Address, NetworkSettings, PortMapping, Proxy
from messenger.engine.addresses import MAX_ADDRESS_COUNT, check_address, own_addresses
from messenger.engine.commands import GetNetwork, GetWayOut, SetNetwork
from messenger.engine.context import Context
from messenger.engine.events import NetworkChanged, PortMappingChanged
from messenger.engine.lan import Lan
from messenger.engine.options import LISTEN_EVERYWHERE, EngineOptions, parse_address
from messenger.net.port_mapping import PortMapper
from messenger.protocol.card import Card, encode_link
from messenger.store.database import Transaction
from messenger.store.settings import LOCAL_PREFIX
from messenger.wire.messages import (
    CheckProxy,
    Listen,
    ListenFailed,
    Listening,
    ProxyChecked,
    Route,
)

log = logging.getLogger(__name__)

PASSWORD: Final = LOCAL_PREFIX + "proxy_password"  # no backup holds it
SETTINGS: Final = (
    "port",
    "proxy",
    PASSWORD,
    "isolate",
    "direct",
    "map_port",
    "lan",
    "announced",
)
MAX_ANNOUNCED_COUNT: Final = 2  # of the addresses in a link; the others are found by Hum
PROXY_CHECK_S: Final = 15.0  # seconds; the wire process gives up after ten
LOOPBACK: Final = "127.0.0.1"  # where an onion service brings its callers
YES, NO = "1", "0"  # of a switch that was set otherwise than by default
_TEXTS: Final = {
    "in_use": "Another program uses the port {address}. Choose another one, or close that program.",
    "not_ours": "{address} is not an address of this computer.",
    "denied": "This computer does not allow listening on {address}.",
    "named": "With a proxy no name is looked up: give the IP address in place of {address}.",
}


class Network:
    """Owner: the engine's loop thread.

    Args:
        on_change: something that our link or our hellos say is another.
        lan: follows what is chosen here.
    """

    def __init__(
        self,
        context: Context,
        options: EngineOptions,
        on_change: Callable[[], None],
        lan: Lan,
    ) -> None:
        self._context = context
        self._options = options
        self._on_change = on_change
        self._lan = lan
        self.listen_problem: AddressInUseError | None = None  # why nobody can come in
        self._listening: asyncio.Future[Address] | None = None
        self._relistening: asyncio.Task[None] | None = None
        self._port = 0  # of last time
        self._checked_as: asyncio.Future[str] | None = None
        self._changing = asyncio.Lock()
        self._mapper = PortMapper(self._on_mapping)
        self._ending = False
        self._mapped_port: int | None = None  # ours, that the router is asked for

    async def start(self, settings: Mapping[str, str]) -> None:
        """Choose the way out, then listen, both as in the settings of the profile.

        Raises:
            AddressInUseError: the address that was asked for cannot be listened on.
        """
        self._port = int(settings["port"] or 0)
        self._context.network = _read(settings, self._options)
        self._context.wire.send(_route(self._context.network))
        await self._listen()
        await self._follow_router()
        await self._lan.follow()

    async def stop(self) -> None:
        """Have the router close what it opened, and take back what was announced."""
        self._ending = True
        if self._relistening is not None:
            self._relistening.cancel()
            await asyncio.wait({self._relistening})
        await asyncio.gather(self._mapper.stop(), self._lan.stop())

    async def on_moved(self) -> None:
        """This computer has other addresses, or slept: look again what is true."""
        before = self._context.addresses
        self._follow()
        await self._mapper.ask_again()
        if self._context.addresses != before:
            self._on_change()

    @property
    def mapping(self) -> PortMapping:
        """What has become of asking the router for a port."""
        return self._mapper.state

    def tell_again(self) -> None:
        """Tell what has become of asking the router, to somebody who has not listened."""
        self._context.emit(PortMappingChanged(self.mapping))

    async def ask_router(self) -> PortMapping:
        """Ask the router again, if it is asked at all; return what became of it."""
        return await self._mapper.ask_again()

    # -- settings ---------------------------------------------------------------------------------

    async def get(self, _: GetNetwork) -> NetworkSettings:
        """Answer how others are reached."""
        return shown(self._context.network)

    async def get_way_out(self, _: GetWayOut) -> NetworkSettings:
        """Answer the same with the password, to whoever opens connections beside the links."""
        return self._context.network

    async def set(self, command: SetNetwork) -> NetworkSettings:
        """Change it: links that came about another way end, and come again by the new one."""
        async with self._changing:
            wanted = self._checked(command.settings)
            await self._context.store.write(lambda tx: _write(tx, wanted))
            before, self._context.network = self._context.network, wanted
            self._context.wire.send(_route(wanted))
            try:
                if wanted.direct != before.direct:
                    await self._listen()
            finally:
                await self._follow_router()
                await self._lan.follow()
                self._follow()
                self._context.emit(NetworkChanged(shown(wanted)))
                self._on_change()
        return shown(wanted)

    def _checked(self, settings: NetworkSettings) -> NetworkSettings:
        """Return settings that can be used, with the password that they mean.

        Raises:
            InputError: they cannot.
        """
        for address in settings.announced:
            check_address(address)
        try:
            if settings.proxy is not None:
                settings = replace(settings, proxy=self._checked_proxy(settings.proxy))
            if len(settings.announced) > MAX_ANNOUNCED_COUNT:
                raise ValueError(f"at most {MAX_ANNOUNCED_COUNT} addresses of your own")
            encode_link(Card(key=self._context.own.public, addresses=settings.announced))
        except ValueError as error:
            raise InputError(
                "These settings do not fit together ({reason}).", reason=str(error)
            ) from error
        return settings

    def _checked_proxy(self, proxy: Proxy) -> Proxy:
        known = self._context.network.proxy
        if proxy.username and not proxy.password and known and known.username == proxy.username:
            proxy = replace(proxy, password=known.password)
        check_credentials(proxy)
        return checked_proxy(proxy)

    async def check_proxy(self) -> str:
        """Greet the proxy; return why it does not serve us, empty if it does."""
        if self._checked_as is None or self._checked_as.done():
            self._checked_as = asyncio.get_running_loop().create_future()
            self._context.wire.send(CheckProxy())
        try:
            async with asyncio.timeout(PROXY_CHECK_S):
                return await asyncio.shield(self._checked_as)
        except TimeoutError:
            return "proxy_down"

    # -- listening --------------------------------------------------------------------------------

    def on_wire(self, message: Listening | ListenFailed | ProxyChecked) -> None:
        """Hear what became of the listener, or of the greeting of the proxy."""
        match message:
            case ProxyChecked(reason=reason):
                if self._checked_as is not None and not self._checked_as.done():
                    self._checked_as.set_result(reason)
            case Listening(host=host, port=port) if self._waits_for_listener:
                assert self._listening is not None
                self._listening.set_result(Address(host, port))
            case ListenFailed(reason=reason) if self._waits_for_listener:
                assert self._listening is not None
                text = _TEXTS.get(reason, "Listening on {address} failed.")
                place = self._options.listen or "the chosen address"
                self._listening.set_exception(AddressInUseError(text.format(address=place)))
            case ListenFailed():  # of a wire process that was begun anew: our port is taken now
                self._relistening = asyncio.get_running_loop().create_task(self._listen_again())
            case Listening():
                pass

    @property
    def _waits_for_listener(self) -> bool:
        return self._listening is not None and not self._listening.done()

    async def _listen_again(self) -> None:
        async with self._changing:
            try:
                await self._listen()
            except MessengerError as error:
                log.error("after the listener was lost: %s", error.kind)
            await self._follow_router()
            await self._lan.follow()
            self._follow()
            self._on_change()

    async def _listen(self) -> None:
        """Listen where we were told to, else on the port this profile had before."""
        wanted = self._options.listen or Address(LISTEN_EVERYWHERE, 0)
        if not self._context.network.direct:
            wanted = Address(_loopback_of(wanted.host), wanted.port)
        if not wanted.port and self._port:
            try:
                await self._bind(Address(wanted.host, self._port))
            except AddressInUseError:
                log.info("the port of last time is taken; choosing another one")
            else:
                return
        await self._bind(wanted)
        if self._context.listen and not wanted.port:
            self._port = self._context.listen.port
            port = str(self._port)
            await self._context.store.write(lambda tx: tx.settings.put("port", port))

    async def _bind(self, address: Address) -> None:
        self._context.listen = None
        self._listening = asyncio.get_running_loop().create_future()
        cover = self._context.cover_for(None)
        self._context.wire.send(
            Listen(address.host, address.port, cover.interval_s, cover.mode.value)
        )
        try:
            self._context.listen = await self._listening
        except AddressInUseError as error:
            self.listen_problem = error
            raise
        self.listen_problem = None
        self._follow()

    def _follow(self) -> None:
        """Let our link say what is true now."""
        context = self._context
        found = list(context.network.announced)
        if (outside := self._mapper.state.outside) is not None:
            found.append(outside)
        if context.network.direct and context.listen is not None:
            found += own_addresses(context.listen)
        context.addresses = tuple(dict.fromkeys(found))[:MAX_ADDRESS_COUNT]

    # -- the router -------------------------------------------------------------------------------

    async def _follow_router(self) -> None:
        """Ask for a port, or not any more, as settings and listener are now."""
        wanted = self._port_to_map()
        if wanted == self._mapped_port:
            return
        await self._mapper.stop()
        self._mapped_port = wanted
        if wanted is not None:
            self._mapper.start(wanted)

    def _port_to_map(self) -> int | None:
        """Return the port that a router may lead to; None: nobody is asked."""
        network, listen = self._context.network, self._context.listen
        if network.proxy or not network.direct or not network.map_port or listen is None:
            return None
        return None if ip_address(listen.host).is_loopback else listen.port

    def _on_mapping(self, state: PortMapping) -> None:
        if self._ending:
            return
        before = self._context.addresses
        self._follow()
        self._context.emit(PortMappingChanged(state))
        if self._context.addresses != before:
            self._on_change()


def shown(settings: NetworkSettings) -> NetworkSettings:
    """Return settings without the password."""
    if settings.proxy is None:
        return settings
    return replace(settings, proxy=replace(settings.proxy, password=""))


def _route(settings: NetworkSettings) -> Route:
    proxy = settings.proxy
    if proxy is None:
        return Route(settings.direct)
    return Route(
        settings.direct,
        proxy.host,
        proxy.port,
        proxy.username.encode("ascii"),
        proxy.password.encode("ascii"),
        proxy.isolate,
    )


def _loopback_of(host: str) -> str:
    """Return where to listen in the place of ``host`` when nobody may come in the open."""
    try:
        return host if ip_address(host).is_loopback else LOOPBACK
    except ValueError:
        return LOOPBACK


def _read(texts: Mapping[str, str], options: EngineOptions) -> NetworkSettings:
    """Read the settings of the profile; the command line has the last word.

    A proxy that cannot be read is one that does not answer: never a reason to go without.
    """
    try:
        stored = _read_proxy(texts)
    except ValueError:
        log.error("the proxy of the settings cannot be read: nothing is dialled without it")
        return NetworkSettings(direct=False, map_port=False, lan=False)
    announced = tuple(map(parse_address, texts["announced"].split()))
    return NetworkSettings(
        proxy=options.proxy or stored,
        direct=options.direct and texts["direct"] != NO,
        map_port=texts["map_port"] != NO,
        lan=texts["lan"] != NO,
        announced=announced,
    )


def _read_proxy(texts: Mapping[str, str]) -> Proxy | None:
    if not texts["proxy"]:
        return None
    return proxy_from_text(texts["proxy"], texts[PASSWORD], isolate=texts["isolate"] == YES)


def _write(tx: Transaction, settings: NetworkSettings) -> None:
    proxy = settings.proxy
    for name, value in (
        ("proxy", proxy_to_text(proxy) if proxy else ""),
        (PASSWORD, proxy.password if proxy else ""),
        ("isolate", YES if proxy and proxy.isolate else ""),
        ("direct", "" if settings.direct else NO),
        ("map_port", "" if settings.map_port else NO),
        ("lan", "" if settings.lan else NO),
        ("announced", " ".join(map(str, settings.announced))),
    ):
        tx.settings.put(name, value)
