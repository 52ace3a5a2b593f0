"""``hum update`` in a terminal: one sentence, and an exit code that scripts can use."""

import subprocess
from pathlib import Path

import pytest
from update_publisher import Publisher, packed, portable

from messenger.__main__ import main


@pytest.fixture
def program(tmp_path: Path, publisher: Publisher) -> Path:
    publisher.release("0.3.0", packed(portable(tmp_path / "new", "0.3.0")))
    return portable(tmp_path / "old", "0.1.0")


class Typed:
    """What a person types, and what they read."""

    def __init__(
        self, tmp_path: Path, publisher: Publisher, capsys: pytest.CaptureFixture[str]
    ) -> None:
        root = tmp_path / "root.json"
        root.write_bytes(publisher.root)
        self._source = ["--from", str(publisher.public), "--root", str(root)]
        self._folder = ["--data-dir", str(tmp_path / "data")]
        self._capsys = capsys

    def __call__(self, step: str, program: Path) -> tuple[int, str]:
        source = [] if step == "back" else self._source
        code = main(["update", step, *self._folder, *source, "--program", str(program)])
        told = self._capsys.readouterr()
        return code, told.out + told.err


@pytest.fixture
def typed(tmp_path: Path, publisher: Publisher, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(tmp_path, publisher, capsys)


def test_from_check_to_apply_and_back(typed: Typed, program: Path) -> None:
    assert typed("check", program) == (0, "Hum 0.3.0 is there; this is 0.1.0.\n")
    code, words = typed("apply", program)
    assert (code, words) == (1, "hum: Version 0.3.0 is not downloaded.\n")
    code, words = typed("download", program)
    assert code == 0
    assert words.startswith("Downloaded and verified: ")
    code, words = typed("apply", program)
    assert code == 0
    assert "Hum 0.3.0 is in place" in words
    assert (
        subprocess.run([program / "hum"], capture_output=True, check=True).stdout == b"hum 0.3.0\n"
    )
    assert typed("check", program) == (0, "Hum 0.3.0 is the newest; published is 0.3.0.\n")
    code, words = typed("download", program)
    assert code == 1
    code, words = typed("back", program)
    assert (code, words) == (0, f"The former program is back in {program}.\n")


def test_a_profile_in_the_programs_folder_is_left_there(typed: Typed, program: Path) -> None:
    kept = program / "data/profiles/default/messages.db"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"history")
    assert typed("download", program)[0] == 0
    code, words = typed("apply", program)
    assert code == 1
    assert words.startswith(f"hum: The folder {program} is exchanged as a whole")
    assert ": data (1 in all). Move that elsewhere first.\n" in words
    assert kept.read_bytes() == b"history"
    assert list(program.parent.glob("*.next")) == []


def test_without_a_published_place(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["update", "check", "--data-dir", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        "hum: This Hum was built without a place that publishes updates.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_wrong_usage() -> None:
    for arguments in (["update"], ["update", "install"], ["update", "check", "--frm", "x"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2


@pytest.mark.parametrize(
    "proxy", ["127.0.0.1:9050", "socks5://proxy.example:1", "socks5://a:b@127.0.0.1:1"]
)
def test_a_proxy_that_is_none_is_not_gone_around(
    tmp_path: Path, publisher: Publisher, proxy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "root.json"
    root.write_bytes(publisher.root)
    source = ["--from", "http://127.0.0.1:9", "--root", str(root), "--data-dir", str(tmp_path)]
    assert main(["update", "check", *source, "--proxy", proxy]) == 1
    assert capsys.readouterr().err.startswith("hum: --proxy: ")
