"""The configuration of a relay: what may be said, and one sentence for what may not."""

from pathlib import Path

import pytest

from messenger.core.errors import RelayConfigError
from messenger.core.types import Address, Cover
from messenger.relay.config import RelayConfig, load_config, parse_config
from messenger.relay.config_example import example_text


def test_nothing_said_is_the_default(tmp_path: Path) -> None:
    assert load_config(tmp_path / "none.toml") == RelayConfig()
    assert parse_config("", "x") == RelayConfig()


def test_the_example_says_the_defaults_with_and_without_its_signs() -> None:
    text = example_text()
    assert parse_config(text, "x") == RelayConfig()
    said = "\n".join(
        line.removeprefix("#") for line in text.splitlines() if not line.startswith("# ")
    )
    assert parse_config(said, "x") == RelayConfig()
    assert said.count("=") == text.count("\n#") - text.count("\n# ")


def test_values_are_taken() -> None:
    config = parse_config(
        '[relay]\nlisten = "192.0.2.1:443"\naddress = "relay.example:443"\ncover = "lively"\n'
        "[store]\nmax_mib = 64\nkind = 'nats'\nservers = ['nats://u:p@10.0.0.1:4222']\n"
        "[monitor]\nlisten = ''\n[fleet]\nmin = 2\nshrink_after_s = 5",
        "x",
    )
    assert config.listen == Address("192.0.2.1", 443)
    assert config.address == Address("relay.example", 443)
    assert config.cover == Cover(0.125)
    assert config.store.max_mib == 64
    assert config.store.servers == ("nats://u:p@10.0.0.1:4222",)
    assert config.monitor_at is None
    assert (config.fleet.min, config.fleet.max, config.fleet.shrink_after_s) == (2, 4, 5)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[relay]\n\nport = 3", r"x.toml, line 3: relay.port is not known here; there are listen"),
        ("\n[relays]", r"x.toml, line 2: relays is not known here; there are relay, store"),
        ("relay = 3", r"x.toml, line 1: relay is not known here"),
        ("[relay]\nmax_connections = 0", r"line 2: relay.max_connections must be a whole number"),
        ("[relay]\nmax_connections = true", r"a whole number from 1 to 100000"),
        ("[relay]\nmax_connections = '9'", r"a whole number from 1 to 100000"),
        ("[relay]\nlisten = 'relay.example:4711'", r"relay.listen must be an IP address and a"),
        ("[relay]\nlisten = '127.0.0.1'", r"relay.listen must be an IP address and a port"),
        ("[relay]\nlisten = '127.0.0.1:99999'", r"relay.listen must be an IP address and a port"),
        ("[relay]\naddress = 'two words:1'", r"relay.address must be a name or IP address"),
        ("[relay]\naddress = 'relay.example:0'", r"relay.address must be a name or IP address"),
        ("[relay]\ncover = 'loud'", r'relay.cover must be "saver", "balanced" or "lively"'),
        ("[store]\nkind = 'paper'", r"line 2: store.kind must be"),
        (
            "[store]\nkind = 'nats'",
            r"^x.toml: store.servers must name the servers",
        ),
        ("[store]\nservers = ['http://x']", r"store.servers must be a list such as"),
        ("[store]\nservers = 'nats://x:1'", r"store.servers must be a list such as"),
        ("[store]\nprefix = 'hum.x'", r"store.prefix must be 1 to 16 letters and digits"),
        ("[breaker]\npause_s = 2", r"line 2: breaker.pause_s must not be below breaker.call_s"),
        ("[breaker]\nhook = ['']", r"breaker.hook must be a list such as"),
        ("[store]\nmax_mib = 1.5", r"store.max_mib must be a whole number from 16"),
        ("[monitor]\nlisten = '0.0.0.0:4712'", r"monitor.listen must be a loopback address"),
        ("fleet.min = 3\nfleet.max = 2", r"line 1: fleet.min must not be above fleet.max"),
        ("[fleet]\nhung_after_s = 0.1", r"fleet.hung_after_s must be a number from 0.5 to 60"),
        ("[fleet]\nhung_after_s = nan", r"fleet.hung_after_s must be a number from 0.5 to 60"),
        ("[fleet\nmin = 1", r"x.toml is not TOML: .*line 1"),
        ("[fleet]\nmin = 1\nmin = 2", r"x.toml is not TOML: "),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(RelayConfigError, match=sentence) as caught:
        parse_config(text, "x.toml")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "relay.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(RelayConfigError, match="cannot be read as text"):
        load_config(tmp_path / "relay.toml")
