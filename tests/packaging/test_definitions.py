"""What is kept beside the package: desktop files, AppStream, and definitions for other systems."""

import os
import shutil
import subprocess
import tomllib
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hatchling.builders.wheel import WheelBuilder

from messenger.gui import desktop_files
from messenger.update.own_files import source_manifest

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
DEFINITIONS = [
    "flatpak/invalid.localhost.hum.yml",
    "flatpak/workflow.yml",
    "macos/dmg.sh",
    "macos/workflow.yml",
    "windows/hum.iss",
    "windows/workflow.yml",
]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


@pytest.mark.parametrize("name", DEFINITIONS)
def test_what_nobody_here_can_try_says_so(name: str) -> None:
    assert "NOT TESTED HERE" in (PACKAGING / name).read_text()


@pytest.mark.parametrize(
    "name",
    ["linux/hum.desktop", "linux/hum.metainfo.xml", "windows/hum.iss", "hum.spec"],
)
def test_every_package_opens_the_links_of_hum(name: str) -> None:
    assert {"linux": "x-scheme-handler/hum", "windows": "URL Protocol", "hum.spec": '["hum"]'}[
        name.split("/", maxsplit=1)[0]
    ] in (PACKAGING / name).read_text()


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_definition_names_only_files_that_are_here(name: str) -> None:
    place = PACKAGING / name
    for line in place.read_text().splitlines():
        for word in line.replace('"', " ").replace("\\", "/").split():
            if word.startswith("../") and "build/package" not in word and "*" not in word:
                assert (place.parent / word).exists() or word.startswith("../lib/"), word


def test_the_metadata_name_the_version_and_the_desktop_file() -> None:
    root = ElementTree.parse(PACKAGING / "linux/hum.metainfo.xml").getroot()
    releases = [each.get("version") for each in root.iter("release")]
    assert releases[0] == VERSION
    assert root.findtext("launchable") == "hum.desktop"
    assert [each.text for each in root.iter("mediatype")] == ["x-scheme-handler/hum"]


def _checked(*command: str | Path) -> None:
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"{command[0]} is not here")
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_metadata_are_valid() -> None:
    _checked("appstreamcli", "validate", "--no-net", PACKAGING / "linux/hum.metainfo.xml")


def test_the_desktop_file_is_valid() -> None:
    _checked("desktop-file-validate", PACKAGING / "linux/hum.desktop")


@pytest.mark.parametrize("make", [desktop_files.autostart, desktop_files.link_handler])
def test_the_desktop_files_that_hum_writes_are_valid(tmp_path: Path, make: object) -> None:
    places = {"XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    odd = ["/usr/lib/a folder/100 %/hum", 'a "quoted" \\ $word`']
    file = make(odd, places)  # type: ignore[operator]  # either of the two
    file.put(True)
    _checked("desktop-file-validate", file.path)


def test_the_installed_package_finds_its_links_in_the_index(tmp_path: Path) -> None:
    shutil.copy(PACKAGING / "linux/hum.desktop", tmp_path)
    _checked("update-desktop-database", tmp_path)
    assert "x-scheme-handler/hum=hum.desktop" in (tmp_path / "mimeinfo.cache").read_text()


def test_the_wheel_holds_every_file_of_the_sources(tmp_path: Path) -> None:
    """Modules, migrations, icons, words and translations: it has the fingerprint of the sources."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    assert os.environ.get("SOURCE_DATE_EPOCH") == before
    with zipfile.ZipFile(wheel) as files:
        files.extractall(tmp_path / "installed")
    package = tmp_path / "installed/messenger"
    installed = source_manifest(package, package / "_resources")
    assert installed == source_manifest()
    assert {entry.path for entry in installed.entries} >= {
        "messenger/store/migrations/0001_first.sql",
        "resources/translations/hum_de.qm",
        "resources/words.txt",
        "resources/icons/hum.svg",
    }
