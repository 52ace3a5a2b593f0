"""To which relays a contact may send us."""

from pathlib import Path

import pytest
from two_people import Person, play

from messenger.core.types import Address, NetworkSettings, Proxy, RelayId
from messenger.engine.options import LISTEN_EVERYWHERE
from messenger.engine.relays import Relays
from messenger.store.relays import Relay

HERE, AWAY = Address("127.0.0.1", 4711), Address("192.0.2.7", 4711)
EVERYWHERE, LOOPBACK = Address(LISTEN_EVERYWHERE, 4567), Address("127.0.0.1", 4567)
PROXY = Proxy("127.0.0.1", 9050)


@pytest.mark.parametrize(
    ("listen", "network", "own", "places"),
    [
        (EVERYWHERE, NetworkSettings(), None, {AWAY}),
        (Address("0.0.0.0", 4567), NetworkSettings(), None, {AWAY}),
        (None, NetworkSettings(), None, {AWAY}),
        (LOOPBACK, NetworkSettings(), None, {HERE, AWAY}),  # so do our contacts
        (EVERYWHERE, NetworkSettings(), HERE, {HERE, AWAY}),
        (LOOPBACK, NetworkSettings(direct=False), None, set()),
        (LOOPBACK, NetworkSettings(direct=False), HERE, {HERE}),
        (LOOPBACK, NetworkSettings(direct=False, proxy=PROXY), None, {AWAY}),
    ],
)
def test_a_contact_sends_us_to_no_relay_on_this_computer(
    tmp_path: Path,
    listen: Address | None,
    network: NetworkSettings,
    own: Address | None,
    places: set[Address],
) -> None:
    async def story(ada: Person, _: Person) -> None:
        ada.context.listen, ada.context.network = listen, network
        first = Relay(RelayId(1), own or HERE, bytes(32), own=own is not None)
        relays = [first, Relay(RelayId(2), AWAY, bytes(32), own=False)]
        allowed = Relays(ada.context, ada.contacts)._allowed(relays)
        assert {relay.address for relay in allowed} == places

    play(tmp_path, story, linked=False)
