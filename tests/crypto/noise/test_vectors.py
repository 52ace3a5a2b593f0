"""Files of vectors: the ones kept here, the large published one, and files that are no good."""

import json
from pathlib import Path
from typing import Any

import pytest

from messenger.crypto.vectors import main, run_file

VECTORS = Path(__file__).parents[1] / "vectors"
CACOPHONY = Path(__file__).parents[4] / "shared/vectors/noise/cacophony.txt"


@pytest.mark.parametrize(
    ("name", "count"),
    [("independent.json", 26), ("independent_flynn.txt", 26), ("homemade_hfs.json", 5)],
)
def test_every_kept_vector_passes(
    name: str, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(VECTORS / name)]) == 0
    assert capsys.readouterr().out == f"passed {count}, failed 0, skipped 0\n"


@pytest.mark.skipif(
    not CACOPHONY.exists(),
    reason="the published cacophony vectors do not lie beside this repository",
)
def test_every_published_cacophony_vector_passes() -> None:
    report = run_file(CACOPHONY)
    assert report.passed == 944
    assert report.good
    assert not report.skips


def one_vector() -> dict[str, Any]:
    """Return the vector of XXpsk3, which has every kind of field."""
    vectors: list[dict[str, Any]] = json.loads((VECTORS / "independent.json").read_text())[
        "vectors"
    ]
    return next(item for item in vectors if "XXpsk3" in item["protocol_name"])


def run(tmp_path: Path, content: object) -> int:
    path = tmp_path / "vectors"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return main([str(path)])


def flip(text: str) -> str:
    """Change the last hexadecimal digit."""
    return text[:-1] + format(int(text[-1], 16) ^ 1, "x")


@pytest.mark.parametrize("index", range(7))
@pytest.mark.parametrize("field", ["payload", "ciphertext"])
def test_one_wrong_digit_in_any_message_fails(tmp_path: Path, field: str, index: int) -> None:
    vector = one_vector()
    vector["messages"][index][field] = flip(vector["messages"][index][field])
    assert run(tmp_path, {"vectors": [vector]}) == 1


@pytest.mark.parametrize(
    "field", ["handshake_hash", "init_prologue", "resp_prologue", "init_ephemeral", "resp_static"]
)
def test_one_wrong_digit_in_any_field_fails(tmp_path: Path, field: str) -> None:
    vector = one_vector()
    changed = vector[field]
    vector[field] = "00" + changed[2:] if changed[:2] != "00" else "01" + changed[2:]
    assert run(tmp_path, {"vectors": [vector]}) == 1


def test_a_single_psk_field_and_a_bare_list_are_read(tmp_path: Path) -> None:
    vector = one_vector()
    for side in ("init", "resp"):
        vector[f"{side}_psk"] = vector.pop(f"{side}_psks")[0]
    vector["name"] = vector.pop("protocol_name")
    assert run(tmp_path, [vector]) == 0


def test_flynn_transport_messages_begin_with_the_initiator(tmp_path: Path) -> None:
    """After three handshake messages flynn's files let the initiator speak again."""
    vector = one_vector()
    messages = vector["messages"]
    lines = [
        f"handshake={vector['protocol_name']}",
        f"init_static={vector['init_static']}",
        f"resp_static={vector['resp_static']}",
        f"gen_init_ephemeral={vector['init_ephemeral']}",
        f"gen_resp_ephemeral={vector['resp_ephemeral']}",
        f"prologue={vector['init_prologue']}",
        f"preshared_key={vector['init_psks'][0]}",
    ]
    for place, index in enumerate([0, 1, 2, 4, 3]):
        message = messages[index]
        lines += [f"msg_{place}_{field}={message[field]}" for field in ("payload", "ciphertext")]
    assert run(tmp_path, "\n".join(["# a comment", "", *lines])) == 0


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Noise_XXhfs_25519+Kyber1024_ChaChaPoly_SHA256", "KEM"),
        ("Noise_XX_25519_ChaChaPoly_SHA3", "hash"),
        ("Noise_XX_P256_ChaChaPoly_SHA256", "DH"),
        ("Noise_XX_25519_Deoxys_SHA256", "cipher"),
        ("Noise_QQ_25519_ChaChaPoly_SHA256", "pattern"),
        ("NoisePSK_XX_25519_ChaChaPoly_SHA256", "not a Noise protocol name"),
        ("Noise_XXhfs_25519+MLKEM768_ChaChaPoly_SHA256", "init_kem_seed"),
    ],
)
def test_what_the_engine_lacks_is_skipped_and_all_skipped_is_no_success(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, reason: str
) -> None:
    assert run(tmp_path, {"vectors": [one_vector() | {"protocol_name": name}]}) == 1
    out = capsys.readouterr().out
    assert "passed 0, failed 0, skipped 1" in out
    assert reason in out


def test_a_skipped_vector_among_good_ones_is_no_failure(tmp_path: Path) -> None:
    assert run(tmp_path, [one_vector(), one_vector() | {"fallback": True}]) == 0


@pytest.mark.parametrize(
    "broken",
    [{"messages": []}, {"messages": None}, {"init_static": "xyz"}, {"init_ephemeral": "00"}],
)
def test_an_unreadable_vector_fails(tmp_path: Path, broken: dict[str, Any]) -> None:
    assert run(tmp_path, [one_vector(), one_vector() | broken]) == 1


@pytest.mark.parametrize(
    "content", ["", "{", "{}", "[]", '{"vectors": 3}', "[1]", "no vectors here", "msg_0=00"]
)
def test_a_file_of_another_kind_is_unusable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    assert run(tmp_path, content) == 2
    assert capsys.readouterr().err.startswith(str(tmp_path))


def test_a_missing_or_binary_file_is_unusable(tmp_path: Path) -> None:
    assert main([str(tmp_path / "nothing")]) == 2
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    assert main([str(tmp_path / "binary")]) == 2
