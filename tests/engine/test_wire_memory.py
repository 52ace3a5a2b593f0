"""What a wire process that was started anew is told."""

from messenger.engine.wire_memory import WireMemory
from messenger.protocol.replay import MAX_TAG_COUNT
from messenger.wire.messages import (
    AcceptedCover,
    AcceptFromWith,
    AcceptWith,
    AdmitStrangers,
    CloseLink,
    Configure,
    Dial,
    DialFailed,
    FlightSeen,
    LinkDown,
    LinkUp,
    Listen,
    ListenFailed,
    Listening,
    SendFrame,
    StopListening,
    ToWire,
    Watch,
)
from messenger.wire.pipe import encode

KEY = bytes(range(32))


def dial(link: int) -> Dial:
    return Dial(link, "192.0.2.1", 7, None, 0.5, "frames")


def up(link: int) -> LinkUp:
    return LinkUp(link, True, False, KEY, KEY, KEY, "192.0.2.1", 7, 0.5, "frames")


def memory_of(*sent: ToWire, now: float = 100.0) -> WireMemory:
    memory = WireMemory.of(KEY, [])
    for message in sent:
        memory.on_sent(message, now)
    return memory


def test_at_first_there_is_only_who_we_are() -> None:
    assert memory_of().opening(100.0) == [Configure(KEY, [])]


def test_wishes_are_repeated_in_order_with_the_port_that_was_found() -> None:
    memory = memory_of(Watch(0.1), AdmitStrangers(60), Listen("127.0.0.1", 0, 0.5, "frames"))
    memory.on_received(Listening("127.0.0.1", 4321))
    assert memory.opening(110.0) == [
        Configure(KEY, []),
        Listen("127.0.0.1", 4321, 0.5, "frames"),
        AdmitStrangers(50),
        Watch(0.1),
    ]


def test_another_cover_for_accepted_links_outlives_the_process() -> None:
    memory = memory_of(Listen("127.0.0.1", 7, 0.5, "frames"), AcceptWith(2.0, "poisson"))
    assert memory.opening(100.0)[1:] == [Listen("127.0.0.1", 7, 2.0, "poisson")]
    memory.on_sent(StopListening(), 100.0)
    memory.on_sent(AcceptWith(1.0, "frames"), 100.0)
    assert memory.opening(100.0) == [Configure(KEY, [])]


def test_covers_of_single_callers_outlive_the_process_and_stand_before_the_listener() -> None:
    first = AcceptFromWith([AcceptedCover(KEY, 2.0, "frames")])
    last = AcceptFromWith([AcceptedCover(KEY, 0.125, "poisson")])
    listen = Listen("127.0.0.1", 7, 0.5, "frames")
    assert memory_of(listen, first, last).opening(100.0)[1:] == [last, listen]


def test_wishes_that_ended_are_not_repeated() -> None:
    memory = memory_of(AdmitStrangers(60), Listen("127.0.0.1", 0, 0.5, "frames"))
    memory.on_sent(StopListening(), 100.0)
    assert memory.opening(161.0) == [Configure(KEY, [])]
    memory = memory_of(Listen("127.0.0.1", 1, 0.5, "frames"))
    memory.on_received(ListenFailed("denied"))
    assert memory.opening(100.0) == [Configure(KEY, [])]


def test_flights_seen_since_the_start_are_handed_over() -> None:
    memory = WireMemory.of(KEY, [bytes(16)])
    memory.on_received(FlightSeen(b"\x01" * 16))
    assert memory.opening(0.0) == [Configure(KEY, [bytes(16), b"\x01" * 16])]


def test_the_most_flights_there_can_be_fit_into_one_message() -> None:
    memory = WireMemory.of(KEY, [bytes(16)] * (MAX_TAG_COUNT + 5))
    (configure,) = memory.opening(0.0)
    assert len(configure.seen_flights) == MAX_TAG_COUNT  # type: ignore[union-attr]
    assert encode(configure)


def test_a_death_ends_links_and_dials_and_is_told_once() -> None:
    memory = memory_of(dial(1), dial(3), dial(5))
    memory.on_received(up(1))
    memory.on_received(up(2))
    memory.on_received(DialFailed(5, "refused"))
    assert memory.on_death() == [
        LinkDown(1, "lost"),
        LinkDown(2, "lost"),
        DialFailed(3, "unreachable"),
    ]
    assert memory.on_death() == []


def test_what_ended_before_the_death_is_not_told_again() -> None:
    memory = memory_of(dial(1), dial(3))
    memory.on_received(up(1))
    memory.on_received(LinkDown(1, "lost"))
    memory.on_sent(CloseLink(3), 100.0)
    assert memory.on_death() == []


def test_dials_made_after_the_death_are_kept_and_frames_are_not() -> None:
    memory = memory_of(dial(1))
    memory.on_death()
    memory.on_sent(dial(3), 100.0)
    memory.on_sent(SendFrame(1, 1, 2, b"x"), 100.0)
    assert memory.opening(100.0) == [Configure(KEY, []), dial(3)]


def test_the_key_is_not_shown() -> None:
    assert "x01" not in repr(memory_of())


def test_no_number_of_a_callers_link_is_given_twice() -> None:
    """What the engine still says about a link of a process that died would reach somebody else."""
    memory = memory_of()
    for link in (2, 7, 6, 4):  # 7: dialled, and numbered by the engine
        memory.on_received(up(link))
    assert memory.on_death()
    assert memory.opening(100.0) == [Configure(KEY, [], 8)]
    memory.on_received(up(8))
    assert memory.opening(100.0) == [Configure(KEY, [], 10)]
