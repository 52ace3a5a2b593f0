"""The limits of docs/protocol.md, section 10, as numbers: none changes by accident."""

import pytest

from messenger.core.types import MAX_FILE_LEN, MAX_FILE_NAME_LEN, MAX_LIFETIME_S, MAX_TEXT_LEN
from messenger.crypto.ratchet import MAX_SKIP
from messenger.crypto.ratchet_chain import MAX_NUMBER
from messenger.crypto.ratchet_skipped import MAX_SKIPPED_CHAINS, MAX_SKIPPED_KEYS
from messenger.engine import (
    conversation,
    file_steps,
    file_traffic,
    inbox,
    outbound,
    rotation,
    traffic,
    transfers,
    twins,
    upkeep,
)
from messenger.protocol import (
    address_bytes,
    bodies,
    cells,
    channels,
    control,
    file_chunks,
    lane,
    link,
    link_text,
    mailbox,
    rekey,
    replay,
    session,
    veil,
)
from messenger.protocol.envelope import ENVELOPE_OVERHEAD
from messenger.store import changes, lineage

DAY_S = 24 * 3600


LIMITS: list[tuple[object, object]] = [
    ((veil.MIN_CELL_COUNT, veil.MAX_CELL_COUNT), (3, 10)),
    (link.HANDSHAKE_S, 10),
    (link.CLOSE_AFTER_S, (12, 30)),
    (replay.MAX_SKEW_HOURS, 48),
    (replay.MAX_TAG_COUNT, 32_768),
    ((cells.CELL_LEN, cells.CELL_ROOM), (512, 496)),
    (channels.MAX_QUEUED_LEN, 16 << 20),
    (channels.MAX_QUEUED_COUNT, 16_384),
    (rekey.DEFAULT_LIMITS.most_cells, 1 << 18),
    (control.MAX_CONTROL_LEN, 4_096),
    ((control.MAX_HELLO_EPOCHS, control.MAX_ACK_IDS, control.MAX_HELLO_ADDRESSES), (8, 64, 4)),
    ((bodies.MAX_BODY_LEN, MAX_TEXT_LEN), (66_048, 65_536)),
    (ENVELOPE_OVERHEAD, 97),
    (MAX_LIFETIME_S, 28 * DAY_S),
    (bodies.MAX_EMOJI_LEN, 64),
    (changes.EARLY_MAX, 100),
    ((outbound.MAX_WAITING_COUNT, outbound.MAX_WAITING_LEN), (10_000, 100 << 20)),
    ((outbound.MAX_IN_FLIGHT_COUNT, outbound.MAX_IN_FLIGHT_LEN), (8, 32 << 10)),
    (upkeep.SKIPPED_MS, 30 * DAY_S * 1000),
    (session.MAX_EPOCHS, 4),
    ((MAX_SKIP, MAX_SKIPPED_KEYS), (1_000, 2_000)),
    ((traffic.EPOCH_ENVELOPE_COUNT, traffic.EPOCH_AGE_MS), (50, DAY_S * 1000)),
    (rotation.MAX_FORMER_COUNT, 2),
    (lineage.RUNS_KEPT, 8),
    (twins.REMEMBERED_S, 600),
    (channels.MAX_FRAME_LEN[channels.Channel.LINK], 2 << 10),
    (channels.MAX_FRAME_LEN[channels.Channel.EPOCH], 2 << 10),
    (channels.EPOCH_PATIENCE, 2),
    (channels.MAX_FRAME_LEN[channels.Channel.CONTROL], 4 << 10),
    (channels.MAX_FRAME_LEN[channels.Channel.MESSAGE], 80 << 10),
    (channels.MAX_FRAME_LEN[channels.Channel.BULK], 80 << 10),
    (len(channels.MAX_FRAME_LEN), len(channels.Channel)),
    ((rekey.DEFAULT_LIMITS.after_s, rekey.DEFAULT_LIMITS.after_cells), (600, 1 << 16)),
    ((MAX_NUMBER, MAX_SKIPPED_CHAINS), ((1 << 32) - 1, 256)),
    ((MAX_FILE_LEN, MAX_FILE_NAME_LEN), (1 << 32, 255)),
    ((file_chunks.CHUNK_LEN, file_chunks.MAX_CHUNK_COUNT), (16 << 10, 1 << 18)),
    (link_text.MAX_TEXT_LEN, 4_096),
    (address_bytes.MAX_ADDRESS_LEN, 257),
    ((lane.LANE_MINUTES, lane.LANE_INTERVAL_S), ((1, 2, 5, 10, 20, 30, 60), 0.01)),
    ((mailbox.MAX_ENVELOPES, mailbox.LIFETIME_S), (128, 21 * DAY_S)),
    ((mailbox.MAX_OPEN_WAITS, mailbox.MAX_UNANSWERED), (512, 16)),
    ((inbox.MAX_FRAME_COUNT, inbox.MAX_FRAMES_LEN), (4_096, 8 << 20)),
    (file_traffic.MAX_IN_FLIGHT_COUNT, 4),
    (file_traffic.MAX_DAMAGE_COUNT, 3),
    (file_steps.MAX_OPEN_COUNT, 64),
    (transfers.MAX_HELD_LEN, 16 << 30),
]


# A name that held the value would be another test's as soon as the value changes.
@pytest.mark.parametrize(("value", "limit"), LIMITS, ids=[f"{at}" for at in range(len(LIMITS))])
def test_a_limit_is_what_the_document_says(value: object, limit: object) -> None:
    assert value == limit


def test_a_heartbeat_comes_at_least_every_minute() -> None:
    assert conversation.HEARTBEAT_S < 60


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(1, 1), (54, 1), (54.1, 2), (270, 5), (3_240, 60), (3_241, None)]
)
def test_a_lane_has_a_tenth_to_spare(seconds: float, minutes: int | None) -> None:
    assert lane.lane_minutes(seconds) == minutes


def test_a_lane_has_so_many_instants() -> None:
    assert (lane.lane_instants(1), lane.lane_instants(60)) == (6_000, 360_000)
