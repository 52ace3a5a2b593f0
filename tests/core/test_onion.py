"""Onion addresses of version 3."""

import pytest

from messenger.core.onion import check_onion, is_onion, onion_of

# Two that their owners have published for years: the Tor Project's and DuckDuckGo's.
PUBLISHED = (
    "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion",
    "duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion",
)


@pytest.mark.parametrize("host", [*PUBLISHED, PUBLISHED[0].upper(), onion_of(bytes(range(32)))])
def test_addresses_of_version_3_are_good(host: str) -> None:
    assert is_onion(host)
    check_onion(host)


@pytest.mark.parametrize(
    "host",
    [
        "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wie.onion",  # the last letter
        "3gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion",  # the first
        PUBLISHED[0][1:],
        "expyuzz4wqqyqhjn.onion",  # version 2
        "www." + PUBLISHED[0],
        "0" * 56 + ".onion",
        "é" * 56 + ".onion",
        ".onion",
        PUBLISHED[0] + ".",
    ],
)
def test_all_others_are_refused(host: str) -> None:
    assert is_onion(host)
    with pytest.raises(ValueError, match="one of these is wrong"):
        check_onion(host)


@pytest.mark.parametrize("host", ["192.0.2.7", "example.org", "onion", "onion.example", "::1", ""])
def test_other_hosts_are_none(host: str) -> None:
    assert not is_onion(host)
