"""The attackers of the self-test: they find what is there, and nothing where nothing is."""

import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from messenger.core.logs import LINES_IN_ALL
from messenger.wiretest.attackers import Scorer, attack, attackers, ks_distance
from messenger.wiretest.judge import auc
from messenger.wiretest.packets import Line, Packet, Way
from messenger.wiretest.pcap import MAGIC_NANOSECONDS, read_pcap
from messenger.wiretest.plan import Condition, Run
from messenger.wiretest.self_test import write_table
from messenger.wiretest.windows import Window, whole_cells, windows_of
from messenger.wiretest.witness import CELL_FORMAT, MARK, read_notes


def line_of(random: Random, seconds: float, *, extra: bool) -> Line:
    """One cell a frame of 0.1 s each way, at a random place; ``extra``: answers at once."""
    line = Line()
    for way in Way:
        at = [n * 0.1 + random.uniform(0.02, 0.08) for n in range(round(seconds * 10))]
        line.packets[way] = [Packet(t, 512) for t in at]
    if extra:
        answers = [Packet(p.at + 0.0005, 512) for p in line.packets[Way.FROM_A][::8]]
        line.packets[Way.FROM_B] = sorted(line.packets[Way.FROM_B] + answers, key=lambda p: p.at)
    return line


def windows(*, extra: bool) -> tuple[list[Window], list[bool]]:
    random = Random(1)
    found: list[Window] = []
    for number in range(40):
        busy = bool(number % 2)
        condition = Condition.CHAT if busy else Condition.IDLE
        line = line_of(random, 6, extra=extra and busy)
        run = Run(0, condition, 0.0, 6.0, block=number // 2)
        found += windows_of(line, run, cells=20, interval_s=0.1)
    return found, [w.condition is Condition.CHAT for w in found]


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("cell rate", 0.65),  # it looks at one number, and half of the windows are of one direction
        ("gaps, Kolmogorov-Smirnov", 0.55),
        ("request and response", 0.6),
        ("logistic regression", 0.9),
        ("gradient boosting", 0.9),
    ],
)
def test_every_attacker_finds_answers_sent_at_once(name: str, least: float) -> None:
    found, busy = windows(extra=True)
    area = auc(attack(attackers()[name], found, busy, Random(2)), Random(3))
    assert area.value > least


@pytest.mark.parametrize("name", attackers())
def test_no_attacker_finds_what_is_not_there(name: str) -> None:
    found, busy = windows(extra=False)
    area = auc(attack(attackers()[name], found, busy, Random(2)), Random(3))
    assert 0.3 < area.value < 0.7


def test_nobody_is_judged_by_who_was_trained_on_a_later_block_or_on_this_one() -> None:
    found, busy = windows(extra=True)
    trained: list[set[int]] = []
    judged: list[set[int]] = []

    def trainer(seen: Sequence[Window], _busy: Sequence[bool]) -> Scorer:
        trained.append({w.block for w in seen})

        def score(unseen: Sequence[Window]) -> list[float]:
            judged.append({w.block for w in unseen})
            return [0.0] * len(unseen)

        return score

    scored = attack(trainer, found, busy, Random(2))
    assert [len(blocks) for blocks in trained] == list(range(2, 20, 2))
    for before, blocks, after in zip(trained, judged, trained[1:], strict=False):
        assert not before & blocks
        assert after == before | blocks
    assert len({one.block for one in scored}) == 18


def test_a_block_with_one_kind_of_window_teaches_and_proves_nothing() -> None:
    found, busy = windows(extra=True)
    only_idle = [Window(99, Condition.IDLE, w.features, w.gaps) for w in found[:3]]
    scored = attack(attackers()["cell rate"], found + only_idle, [*busy, *[False] * 3], Random(2))
    assert 99 not in {one.block for one in scored}


def test_the_distance_of_two_samples() -> None:
    assert ks_distance([1, 2, 3], [1, 2, 3]) == pytest.approx(1 / 3)
    assert ks_distance([1, 2], [5, 6]) == 1.0
    assert ks_distance([], [1.0]) == 1.0
    assert ks_distance([], []) == 0.0


def test_ack_delays_belong_to_the_cell_they_acknowledge() -> None:
    line = Line()
    line.packets[Way.FROM_A] = [Packet(1.0, 512, seq=2**32 - 512), Packet(2.0, 512, seq=0)]
    line.packets[Way.FROM_B] = [Packet(1.5, 0, ack=0), Packet(2.25, 0, ack=512)]
    assert line.ack_delays(Way.FROM_A, 0, 9) == [0.5, 0.25]


def test_payloads_that_are_not_whole_cells_are_counted() -> None:
    line = Line()
    line.packets[Way.FROM_A] = [Packet(1.0, 512), Packet(2.0, 1024), Packet(3.0, 600), Packet(4, 0)]
    assert whole_cells(line) == (3, 1)


def test_a_capture_is_read(tmp_path: Path) -> None:
    ip = bytes([0x45, 0]) + (40 + 512).to_bytes(2, "big") + bytes(5) + b"\x06" + bytes(10)
    tcp = struct.pack("!HHIIBBHHH", 4000, 5000, 7, 9, 5 << 4, 16, 1234, 0, 0)
    packet = bytes(14) + ip + tcp
    header = struct.pack("<IHHiIII", MAGIC_NANOSECONDS, 2, 4, 0, 0, 120, 1)
    record = struct.pack("<IIII", 3, 500_000_000, len(packet), len(packet) + 512)
    (tmp_path / "x").write_bytes(header + record + packet)
    (segment,) = read_pcap(tmp_path / "x")
    assert (segment.source, segment.target) == (4000, 5000)
    assert segment.packet == Packet(3.5, 512, 1234, 7, 9)


def test_what_the_witness_says_is_found_in_a_log() -> None:
    import base64

    packed = base64.b85encode(struct.pack(CELL_FORMAT, 5_000_000 << 1 | 1)).decode()
    log = f"2026 WARNING wire: something\n2026 WARNING wire: {MARK} {packed}\n"
    assert read_notes(log) == [(5.0, True)]


def test_a_table_replaces_the_one_before(tmp_path: Path) -> None:
    document = tmp_path / "wire.md"
    document.write_text("# Wire\n")
    write_table(document, "T=1", "old")
    write_table(document, "T=1", "new")
    assert document.read_text().count("wiretest T=1") == 2
    assert "new" in document.read_text()
    assert "old" not in document.read_text()


def test_no_word_of_the_witness_is_left_out_of_the_log() -> None:
    code = (
        "import logging\n"
        "from messenger.core.logs import LINES_IN_ALL, start_logging\n"
        "from messenger.wiretest.witness import use_witness\n"
        "use_witness()\n"
        "start_logging()\n"
        "for number in range(2 * LINES_IN_ALL):\n"
        "    logging.getLogger('wire').warning('said: %s', number)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE, check=True)
    assert ended.stderr.count(b"said: ") == 2 * LINES_IN_ALL
