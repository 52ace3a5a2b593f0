"""What the connection doctor's findings mean, in the language of the window."""

from messenger.core.types import Finding
from messenger.gui.texts import translate


def doctor_title(step: str) -> str:
    """Return the name of a step."""
    titles = {
        "clock": translate("Doctor", "Clock"),
        "port": translate("Doctor", "Port"),
        "mapping": translate("Doctor", "Port of the router"),
        "address": translate("Doctor", "Address"),
        "lan": translate("Doctor", "Local network"),
        "proxy": translate("Doctor", "Proxy"),
        "relay": translate("Doctor", "Relay"),
        "contact": translate("Doctor", "Contacts"),
    }
    return titles.get(step, step)


def doctor_words(finding: Finding) -> str:
    """Return the sentence for a finding: what is the matter, and what to do."""
    late = translate("Doctor", "This could not be found out in time. Try again.")
    text = _sentences().get((finding.step, finding.reason), late)
    return text.replace("{detail}", finding.detail)


def _sentences() -> dict[tuple[str, str], str]:
    """Return the table in the present language."""
    return {
        ("clock", "right"): translate(
            "Doctor",
            "The clock is kept right.",
        ),
        ("clock", "unsynchronised"): translate(
            "Doctor",
            "Nothing keeps this clock right. Compare it: two days off, and nobody answers.",
        ),
        ("clock", "behind"): translate(
            "Doctor",
            "The clock is behind: what Hum has kept is dated later. Set date and time.",
        ),
        ("port", "open"): translate(
            "Doctor",
            "Hum listens on port {detail} and answers.",
        ),
        ("port", "loopback"): translate(
            "Doctor",
            "Hum listens on this computer only; an onion service can lead here.",
        ),
        ("port", "none"): translate(
            "Doctor",
            "Hum has no port to listen on. Quit the program that uses it, or choose another.",
        ),
        ("port", "deaf"): translate(
            "Doctor",
            "Hum listens, but its port does not answer. Look at the firewall here.",
        ),
        ("mapping", "open"): translate(
            "Doctor",
            "The router lets callers in.",
        ),
        ("mapping", "not_needed"): translate(
            "Doctor",
            "Not needed: this computer has a public address.",
        ),
        ("mapping", "off"): translate(
            "Doctor",
            "Not asked for, as the settings have it.",
        ),
        ("mapping", "asking"): translate(
            "Doctor",
            "The router is being asked. Try again in a few seconds.",
        ),
        ("mapping", "no_router"): translate(
            "Doctor",
            "No router answers by UPnP. Switch UPnP on there, or forward Hum's port by hand.",
        ),
        ("mapping", "no_address"): translate(
            "Doctor",
            "The router does not say its own address. Restart it, or forward the port.",
        ),
        ("mapping", "behind_another"): translate(
            "Doctor",
            "The router has no public address itself, so it cannot let anybody in. Let "
            "your contact be the one who is reached, or use a relay or Tor.",
        ),
        ("mapping", "refused"): translate(
            "Doctor",
            "The router refuses. Allow UPnP there, or forward Hum's port by hand.",
        ),
        ("mapping", "ended"): translate(
            "Doctor",
            "The program that asks the router ended. It is tried again in ten minutes.",
        ),
        ("address", "announced"): translate(
            "Doctor",
            "Your link says the addresses that you wrote down; Hum cannot try them.",
        ),
        ("address", "mapped"): translate(
            "Doctor",
            "Your link says the router's address, which is public.",
        ),
        ("address", "public"): translate(
            "Doctor",
            "This computer has a public address.",
        ),
        ("address", "public6"): translate(
            "Doctor",
            "This computer is public by IPv6 only: contacts need IPv6 as well.",
        ),
        ("address", "none_by_choice"): translate(
            "Doctor",
            "Your link says no address, as you chose: you call, nobody calls you.",
        ),
        ("address", "private"): translate(
            "Doctor",
            "Only your own network reaches this computer. Contacts elsewhere need a port "
            "that the router opens, or must be reachable themselves.",
        ),
        ("lan", "off"): translate(
            "Doctor",
            "Not looked at: switched off, or Hum listens on this computer only.",
        ),
        ("lan", "deaf"): translate(
            "Doctor",
            "The local network cannot be listened to. It is tried again in a minute.",
        ),
        ("lan", "heard"): translate(
            "Doctor",
            "Contacts heard in the local network: {detail}.",
        ),
        ("lan", "nobody"): translate(
            "Doctor",
            "No contact was heard in the local network yet.",
        ),
        ("proxy", "none"): translate(
            "Doctor",
            "None is set.",
        ),
        ("proxy", "works"): translate(
            "Doctor",
            "The proxy answers and takes what leaves.",
        ),
        ("proxy", "proxy_down"): translate(
            "Doctor",
            "The proxy does not answer. Start it, or correct its address.",
        ),
        ("proxy", "proxy_refused"): translate(
            "Doctor",
            "It refuses the user name and password, or is no SOCKS5 proxy. Correct the settings.",
        ),
        ("address", "relayed"): translate(
            "Doctor",
            "Only your own network reaches this computer directly; for all others there is"
            " your relay.",
        ),
        ("relay", "none"): translate(
            "Doctor",
            "None is chosen. A relay keeps messages while one of you is away.",
        ),
        ("relay", "connected"): translate(
            "Doctor",
            "Connected: {detail}.",
        ),
        ("relay", "connecting"): translate(
            "Doctor",
            "Hum is connecting to it. Try again in a few seconds.",
        ),
        ("relay", "unreachable"): translate(
            "Doctor",
            "It does not answer. Look at its address, and whether this computer has a network.",
        ),
        ("relay", "silent"): translate(
            "Doctor",
            "Something answers there, but not as this relay. Ask its host for the link again.",
        ),
        ("relay", "failing"): translate(
            "Doctor",
            "It was connected and does not answer now. Hum keeps trying.",
        ),
        ("contact", "connected"): translate(
            "Doctor",
            "Connected: {detail}.",
        ),
        ("contact", "nobody"): translate(
            "Doctor",
            "There is nobody to connect to yet.",
        ),
        ("contact", "waiting"): translate(
            "Doctor",
            "Nobody is connected; nobody could be called yet.",
        ),
        ("contact", "refused"): translate(
            "Doctor",
            "Nobody is connected. Most calls ({detail}) found no Hum at the address: it "
            "may be closed, or its port is not let through.",
        ),
        ("contact", "unreachable"): translate(
            "Doctor",
            "Nobody is connected. Most calls ({detail}) found nothing at the address: they"
            " may be offline or elsewhere, or this computer is.",
        ),
        ("contact", "no_network"): translate(
            "Doctor",
            "Nobody is connected. Most calls ({detail}) found no network on this computer "
            "that leads to the address.",
        ),
        ("contact", "silent"): translate(
            "Doctor",
            "Nobody is connected. Most calls ({detail}) were not answered: another key "
            "lives there, or a clock is wrong.",
        ),
        ("contact", "handshake"): translate(
            "Doctor",
            "Nobody is connected. Most calls ({detail}) met something that is not Hum.",
        ),
        ("contact", "other_key"): translate(
            "Doctor",
            "Nobody is connected. Another key answers than the one pinned.",
        ),
        ("contact", "rerouted"): translate(
            "Doctor",
            "The settings were changed just now. Try again in a few seconds.",
        ),
        ("contact", "proxy_down"): translate(
            "Doctor",
            "Nobody is connected: the proxy does not answer.",
        ),
        ("contact", "proxy_refused"): translate(
            "Doctor",
            "Nobody is connected: the proxy refuses us.",
        ),
        ("contact", "proxy_failed"): translate(
            "Doctor",
            "Nobody is connected: the proxy does not get through. Tor needs a network, and"
            " a minute.",
        ),
        ("contact", "no_way"): translate(
            "Doctor",
            "Nobody is connected: the settings allow no way to their addresses. Onion "
            "addresses need Tor as a proxy.",
        ),
    }
