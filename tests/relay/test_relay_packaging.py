"""The examples for hosts say what this program understands."""

import re
from pathlib import Path

import pytest
from test_relay_health import VIEW

from messenger.__main__ import _parser
from messenger.relay.config import parse_config
from messenger.relay.metrics import exposition

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "packaging/relay"
UNIT = (FOLDER / "hum-relay.service").read_text()
CONTAINER = (FOLDER / "Containerfile").read_text()
MANIFEST = (FOLDER / "kubernetes/relay.yaml").read_text()


def commands() -> list[list[str]]:
    """Every ``hum relay`` that an example starts."""
    unit = re.findall(r"^ExecStart=\S+/hum (.*)$", UNIT, re.MULTILINE)
    listed = re.findall(r'\["hum", (.*?)\]', CONTAINER + MANIFEST)
    found = [line.split() for line in unit]
    return found + [re.findall(r'"([^"]*)"', words) for words in listed]


@pytest.mark.parametrize("arguments", commands(), ids=" ".join)
def test_a_command_of_an_example_is_understood(arguments: list[str]) -> None:
    assert arguments[0] == "relay"
    options = _parser().parse_args(arguments)
    assert options.folder == Path("/var/lib/hum-relay")


def test_all_examples_have_a_command() -> None:
    assert len(commands()) == 5


def test_the_configuration_of_the_manifest_is_understood() -> None:
    (block,) = re.findall(r"  relay\.toml: \|\n((?:    .*\n)+)", MANIFEST)
    config = parse_config(re.sub(r"(?m)^    ", "", block), "relay.yaml")
    assert config.store.kind == "nats"
    assert str(config.monitor_at) in MANIFEST.replace("http://", "")


def test_the_measure_of_the_autoscaler_is_one_of_ours() -> None:
    (name,) = re.findall(r"metric: \{name: (\w+)\}", MANIFEST)
    assert f"\n{name} ".encode() in exposition(VIEW)


def test_the_files_that_the_container_installs_are_there() -> None:
    for name in re.findall(r"/src/(requirements/\S+)", CONTAINER):
        assert (ROOT / name).is_file()
