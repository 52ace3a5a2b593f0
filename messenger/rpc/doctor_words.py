"""What the connection doctor's findings mean, in English, for scripts and the terminal."""

from typing import Final

from messenger.core.types import Finding

TITLES: Final = {
    "clock": "Clock",
    "port": "Port",
    "mapping": "Port of the router",
    "address": "Address",
    "lan": "Local network",
    "proxy": "Proxy",
    "relay": "Relay",
    "contact": "Contacts",
}
LATE: Final = "This could not be found out in time. Try again."
WORDS: Final[dict[tuple[str, str], str]] = {
    ("clock", "right"): "The clock is kept right.",
    ("clock", "unsynchronised"): (
        "Nothing keeps this clock right. Compare it: two days off, and nobody answers."
    ),
    ("clock", "behind"): (
        "The clock is behind: what Hum has kept is dated later. Set date and time."
    ),
    ("port", "open"): "Hum listens on port {detail} and answers.",
    ("port", "loopback"): "Hum listens on this computer only; an onion service can lead here.",
    (
        "port",
        "none",
    ): "Hum has no port to listen on. Quit the program that uses it, or choose another.",
    ("port", "deaf"): "Hum listens, but its port does not answer. Look at the firewall here.",
    ("mapping", "open"): "The router lets callers in.",
    ("mapping", "not_needed"): "Not needed: this computer has a public address.",
    ("mapping", "off"): "Not asked for, as the settings have it.",
    ("mapping", "asking"): "The router is being asked. Try again in a few seconds.",
    ("mapping", "no_router"): (
        "No router answers by UPnP. Switch UPnP on there, or forward Hum's port by hand."
    ),
    (
        "mapping",
        "no_address",
    ): "The router does not say its own address. Restart it, or forward the port.",
    ("mapping", "behind_another"): (
        "The router has no public address itself, so it cannot let anybody in. Let your contact "
        "be the one who is reached, or use a relay or Tor."
    ),
    ("mapping", "refused"): "The router refuses. Allow UPnP there, or forward Hum's port by hand.",
    (
        "mapping",
        "ended",
    ): "The program that asks the router ended. It is tried again in ten minutes.",
    (
        "address",
        "announced",
    ): "Your link says the addresses that you wrote down; Hum cannot try them.",
    ("address", "mapped"): "Your link says the router's address, which is public.",
    ("address", "public"): "This computer has a public address.",
    ("address", "public6"): "This computer is public by IPv6 only: contacts need IPv6 as well.",
    (
        "address",
        "none_by_choice",
    ): "Your link says no address, as you chose: you call, nobody calls you.",
    ("address", "private"): (
        "Only your own network reaches this computer. Contacts elsewhere need a port that the "
        "router opens, or must be reachable themselves."
    ),
    ("lan", "off"): "Not looked at: switched off, or Hum listens on this computer only.",
    ("lan", "deaf"): "The local network cannot be listened to. It is tried again in a minute.",
    ("lan", "heard"): "Contacts heard in the local network: {detail}.",
    ("lan", "nobody"): "No contact was heard in the local network yet.",
    ("proxy", "none"): "None is set.",
    ("proxy", "works"): "The proxy answers and takes what leaves.",
    ("proxy", "proxy_down"): "The proxy does not answer. Start it, or correct its address.",
    ("proxy", "proxy_refused"): (
        "It refuses the user name and password, or is no SOCKS5 proxy. Correct the settings."
    ),
    ("address", "relayed"): (
        "Only your own network reaches this computer directly; for all others there is your relay."
    ),
    ("relay", "none"): "None is chosen. A relay keeps messages while one of you is away.",
    ("relay", "connected"): "Connected: {detail}.",
    ("relay", "connecting"): "Hum is connecting to it. Try again in a few seconds.",
    ("relay", "unreachable"): (
        "It does not answer. Look at its address, and whether this computer has a network."
    ),
    ("relay", "silent"): (
        "Something answers there, but not as this relay. Ask its host for the link again."
    ),
    ("relay", "failing"): "It was connected and does not answer now. Hum keeps trying.",
    ("contact", "connected"): "Connected: {detail}.",
    ("contact", "nobody"): "There is nobody to connect to yet.",
    ("contact", "waiting"): "Nobody is connected; nobody could be called yet.",
    ("contact", "refused"): (
        "Nobody is connected. Most calls ({detail}) found no Hum at the address: it may be closed, "
        "or its port is not let through."
    ),
    ("contact", "unreachable"): (
        "Nobody is connected. Most calls ({detail}) found nothing at the address: they may be "
        "offline or elsewhere, or this computer is."
    ),
    ("contact", "no_network"): (
        "Nobody is connected. Most calls ({detail}) found no network on this computer that leads "
        "to the address."
    ),
    ("contact", "silent"): (
        "Nobody is connected. Most calls ({detail}) were not answered: another key lives there, or "
        "a clock is wrong."
    ),
    ("contact", "handshake"): (
        "Nobody is connected. Most calls ({detail}) met something that is not Hum."
    ),
    ("contact", "other_key"): "Nobody is connected. Another key answers than the one pinned.",
    ("contact", "rerouted"): "The settings were changed just now. Try again in a few seconds.",
    ("contact", "proxy_down"): "Nobody is connected: the proxy does not answer.",
    ("contact", "proxy_refused"): "Nobody is connected: the proxy refuses us.",
    ("contact", "proxy_failed"): (
        "Nobody is connected: the proxy does not get through. Tor needs a network, and a minute."
    ),
    ("contact", "no_way"): (
        "Nobody is connected: the settings allow no way to their addresses. Onion addresses need "
        "Tor as a proxy."
    ),
}


def words(finding: Finding) -> str:
    """Return the sentence for a finding."""
    text = WORDS.get((finding.step, finding.reason), LATE)
    return text.replace("{detail}", finding.detail)
