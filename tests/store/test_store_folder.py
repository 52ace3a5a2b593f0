"""Folders of profiles."""

import os
from pathlib import Path

import pytest

from messenger.core.errors import FolderNotWritableError, InputError
from messenger.store.folder import (
    default_data_folder,
    prepare_folder,
    profile_folder,
    profile_names,
)


def test_the_default_folder_is_the_platform_s() -> None:
    assert default_data_folder().name == "Hum"
    assert profile_folder() == default_data_folder() / "profiles" / "default"


@pytest.mark.parametrize("name", ["default", "work", "Ada & co"[:3], "日本", "a.b c-d_e", "x" * 64])
def test_profiles_have_folders_of_their_names(tmp_path: Path, name: str) -> None:
    folder = profile_folder(tmp_path, name)
    prepare_folder(folder)
    assert folder.parent == tmp_path / "profiles"
    assert profile_names(tmp_path) == (name,)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "a/b",
        "a\\b",
        "/etc",
        "a\0",
        "a\n",
        " a",
        "a ",
        "a.",
        "con",
        "NUL.txt",
        "x" * 65,
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError):
        profile_folder(tmp_path, name)


def test_no_profiles_yet(tmp_path: Path) -> None:
    assert profile_names(tmp_path / "nothing") == ()


@pytest.mark.skipif(os.name != "posix", reason="folder modes are POSIX here")
def test_a_folder_is_made_private(tmp_path: Path) -> None:
    open_folder = tmp_path / "open"
    open_folder.mkdir(mode=0o755)
    open_folder.chmod(0o755)
    for folder in (open_folder, tmp_path / "new" / "deep"):
        prepare_folder(folder)
        assert folder.stat().st_mode & 0o777 == 0o700
        assert list(folder.iterdir()) == []


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(FolderNotWritableError):
            prepare_folder(path)
