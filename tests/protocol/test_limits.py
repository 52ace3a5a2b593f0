"""The limits of docs/protocol.md, section 10, as numbers: none changes by accident."""

import pytest

from messenger.core.types import MAX_LIFETIME_S, MAX_TEXT_LEN
from messenger.crypto.ratchet import MAX_SKIP
from messenger.crypto.ratchet_skipped import MAX_SKIPPED_KEYS
from messenger.engine import conversation, outbound, rotation, traffic, twins, upkeep
from messenger.protocol import bodies, cells, channels, control, link, rekey, replay, session, veil
from messenger.protocol.envelope import ENVELOPE_OVERHEAD
from messenger.store import changes, lineage

DAY_S = 24 * 3600


@pytest.mark.parametrize(
    ("value", "limit"),
    [
        ((veil.MIN_CELL_COUNT, veil.MAX_CELL_COUNT), (3, 10)),
        (link.HANDSHAKE_S, 10),
        (link.CLOSE_AFTER_S, (12, 30)),
        (replay.MAX_SKEW_HOURS, 48),
        (replay.MAX_TAG_COUNT, 32_768),
        ((cells.CELL_LEN, cells.CELL_ROOM), (512, 496)),
        (channels.MAX_QUEUED_LEN, 16 << 20),
        (rekey.DEFAULT_LIMITS.most_cells, 1 << 18),
        (control.MAX_CONTROL_LEN, 4_096),
        ((control.MAX_HELLO_EPOCHS, control.MAX_ACK_IDS, control.MAX_HELLO_ADDRESSES), (8, 64, 4)),
        ((bodies.MAX_BODY_LEN, MAX_TEXT_LEN), (66_048, 65_536)),
        (ENVELOPE_OVERHEAD, 97),
        (MAX_LIFETIME_S, 28 * DAY_S),
        (bodies.MAX_EMOJI_LEN, 64),
        (changes.EARLY_MAX, 100),
        ((outbound.MAX_WAITING_COUNT, outbound.MAX_WAITING_LEN), (10_000, 100 << 20)),
        (upkeep.SKIPPED_MS, 30 * DAY_S * 1000),
        (session.MAX_EPOCHS, 4),
        ((MAX_SKIP, MAX_SKIPPED_KEYS), (1_000, 2_000)),
        ((traffic.EPOCH_ENVELOPE_COUNT, traffic.EPOCH_AGE_MS), (50, DAY_S * 1000)),
        (rotation.MAX_FORMER_COUNT, 2),
        (lineage.RUNS_KEPT, 8),
        (twins.REMEMBERED_S, 600),
    ],
)
def test_a_limit_is_what_the_document_says(value: object, limit: object) -> None:
    assert value == limit


def test_a_heartbeat_comes_at_least_every_minute() -> None:
    assert conversation.HEARTBEAT_S < 60
