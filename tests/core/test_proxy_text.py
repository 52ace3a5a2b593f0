"""A proxy as a text, without its password."""

import pytest

from messenger.core.proxy_text import (
    check_credentials,
    checked_proxy,
    proxy_from_text,
    proxy_to_text,
)
from messenger.core.types import Proxy


@pytest.mark.parametrize(
    ("text", "proxy"),
    [
        ("socks5://127.0.0.1:9050", Proxy("127.0.0.1", 9050)),
        (" SOCKS5://127.0.0.1:9050/ ", Proxy("127.0.0.1", 9050)),
        ("socks5h://localhost:1080", Proxy("127.0.0.1", 1080)),
        ("socks5://[2001:db8::7]:1", Proxy("2001:db8::7", 1)),
        ("socks5://a%20b%40c@192.0.2.7:1080", Proxy("192.0.2.7", 1080, "a b@c")),
    ],
)
def test_a_text_is_read_and_written_again(text: str, proxy: Proxy) -> None:
    assert proxy_from_text(text) == proxy
    assert proxy_from_text(proxy_to_text(proxy)) == proxy


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("127.0.0.1:9050", "looks like"),
        ("http://127.0.0.1:9050", "looks like"),
        ("socks5://127.0.0.1", "port"),
        ("socks5://127.0.0.1:", "port"),
        ("socks5://127.0.0.1:x", "port"),
        ("socks5://127.0.0.1:0", "1 to 65535"),
        ("socks5://127.0.0.1:65536", "1 to 65535"),
        ("socks5://127.0.0.1:" + "9" * 5000, "1 to 65535"),
        ("socks5://proxy.example:1080", "no name is looked up"),
        ("socks5://:1080", "no name is looked up"),
        ("socks5://ann:secret@127.0.0.1:1080", "does not stand in its address"),
        ("socks5://" + "a" * 256 + "@127.0.0.1:1080", "255 ASCII"),
        ("socks5://%C3%A9@127.0.0.1:1080", "255 ASCII"),
    ],
)
def test_anything_else_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        proxy_from_text(text)


def test_no_text_and_no_repr_of_a_proxy_holds_its_password() -> None:
    proxy = Proxy("192.0.2.7", 1080, "ann", "s3cret")
    assert "s3cret" not in proxy_to_text(proxy) + repr(proxy) + str(proxy)


def test_user_name_and_password_come_together() -> None:
    check_credentials(Proxy("192.0.2.7", 1))
    check_credentials(Proxy("192.0.2.7", 1, "ann", "s3cret"))
    for odd in (Proxy("192.0.2.7", 1, "ann"), Proxy("192.0.2.7", 1, "", "s3cret")):
        with pytest.raises(ValueError, match="or neither"):
            check_credentials(odd)


def test_a_circuit_for_each_person_takes_no_user_name() -> None:
    with pytest.raises(ValueError, match="takes the place"):
        checked_proxy(Proxy("192.0.2.7", 1, "ann", "s3cret", isolate=True))
