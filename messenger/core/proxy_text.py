"""A proxy as a text: ``socks5://user@192.0.2.7:1080``. The password is never part of it."""

import ipaddress
from dataclasses import replace
from typing import Final
from urllib.parse import quote, unquote

from messenger.core.types import Proxy

SCHEMES: Final = ("socks5://", "socks5h://")  # names are looked up by the proxy with either
LOCALHOST: Final = "localhost"
MAX_SECRET_LEN: Final = 255  # bytes; RFC 1929


def proxy_to_text(proxy: Proxy) -> str:
    """Write a proxy without its password."""
    user = f"{quote(proxy.username, safe='')}@" if proxy.username else ""
    host = f"[{proxy.host}]" if ":" in proxy.host else proxy.host
    return f"{SCHEMES[0]}{user}{host}:{proxy.port}"


def proxy_from_text(text: str, password: str = "", *, isolate: bool = False) -> Proxy:
    """Read what :func:`proxy_to_text` wrote, or a person typed.

    Raises:
        ValueError: it is none; the text says what to change.
    """
    text = text.strip()
    scheme = next((scheme for scheme in SCHEMES if text.lower().startswith(scheme)), None)
    if scheme is None:
        raise ValueError("a proxy looks like socks5://127.0.0.1:9050")
    user, _, place = text[len(scheme) :].rstrip("/").rpartition("@")
    if ":" in user:
        raise ValueError("the password of a proxy does not stand in its address")
    host, colon, port = place.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit():
        raise ValueError("the port of the proxy is missing")
    host = host.removeprefix("[").removesuffix("]")
    return checked_proxy(Proxy(host, int(port[:6]), unquote(user), password, isolate))


def checked_proxy(proxy: Proxy) -> Proxy:
    """Return a proxy that can be used, with ``localhost`` as the address that it means.

    Raises:
        ValueError: it cannot; the text says why.
    """
    host = "127.0.0.1" if proxy.host.lower() == LOCALHOST else proxy.host
    try:
        ipaddress.ip_address(host)
    except ValueError:
        raise ValueError("a proxy is named by its IP address: no name is looked up") from None
    if not 0 < proxy.port < 1 << 16:
        raise ValueError("a port is a number from 1 to 65535")
    for secret in (proxy.username, proxy.password):
        if len(secret) > MAX_SECRET_LEN or not secret.isascii():
            raise ValueError("user name and password of a proxy are at most 255 ASCII characters")
    if proxy.isolate and proxy.username:
        raise ValueError("a circuit for each person takes the place of user name and password")
    return replace(proxy, host=host)


def check_credentials(proxy: Proxy) -> None:
    """Check that user name and password come together; a restored backup has lost the latter.

    Raises:
        ValueError: one of them is missing.
    """
    if bool(proxy.username) != bool(proxy.password):
        raise ValueError("a proxy takes a user name and a password, or neither")
