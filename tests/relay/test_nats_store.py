"""The store on NATS beyond the contract: races, lost answers, what breaks off, what is left."""

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from nats_cluster import Cluster, nats_cluster
from store_places import ENVELOPE, Box, random_box, waiting

from messenger.core.clock import Clock, ManualClock, SystemClock
from messenger.core.errors import MailboxFullError, RelayBusyError, RelayStoreError
from messenger.protocol.mailbox import (
    MAX_ENVELOPES,
    Answer,
    Status,
    Wait,
    decode_answer,
    encode_request,
)
from messenger.relay import nats_link
from messenger.relay.admission import Admission
from messenger.relay.nats_boxes import Boxes
from messenger.relay.nats_envelopes import STRAY_S, Envelopes, Sealed
from messenger.relay.nats_layout import Layout, prepare
from messenger.relay.nats_link import ConflictError, NatsLink
from messenger.relay.nats_record import BOX_LEN, Mailbox
from messenger.relay.nats_store import NatsOptions, NatsStore, open_nats_store
from messenger.relay.service import Service


class Trial:
    """Streams of this file on the shared cluster; every test has mailboxes of its own."""

    def __init__(self, cluster: Cluster, prefix: str = "trial") -> None:
        self.cluster = cluster
        self.layout = Layout(prefix, 1)

    @asynccontextmanager
    async def link(self, kind: type[NatsLink] = NatsLink) -> AsyncIterator[NatsLink]:
        link = kind(self.cluster.urls)
        await link.connect()
        try:
            yield link
        finally:
            await link.close()

    @asynccontextmanager
    async def store(
        self, clock: Clock, kind: type[NatsLink] = NatsLink
    ) -> AsyncIterator[NatsStore]:
        async with self.link(kind) as link:
            await prepare(link, self.layout, replicas=3, max_len=2**26)
            store = NatsStore(link, self.layout, clock)
            await link.hear(self.layout.arrivals, store.on_word)
            yield store

    async def envelopes(self, box: Box) -> int:
        """Return how many envelopes of a mailbox lie in the streams, named or not."""
        owner, count, start = box.owner.mailbox, 0, 1
        subject = self.layout.envelope(owner, bytes(BOX_LEN)).rpartition(".")[0] + ".*"
        async with self.link() as link:
            while kept := await link.next(self.layout.envelopes(owner), subject, start):
                count, start = count + 1, kept.sequence + 1
        return count


def a_clock() -> ManualClock:
    """A clock of today: the streams are shared, and a sweep goes through all of them."""
    return ManualClock(epoch_ms=SystemClock().unix_ms())


def play(cluster: Cluster, story: Callable[[Trial], Awaitable[None]]) -> None:
    asyncio.run(story(Trial(cluster)))


# -- two relays -----------------------------------------------------------------------------------


def test_a_put_at_one_relay_ends_a_wait_at_another(cluster: Cluster) -> None:
    async def story(trial: Trial) -> None:
        clock, box = a_clock(), random_box()
        async with trial.store(clock) as here, trial.store(clock) as there:
            await here.create(box.new)
            service = Service(there, Admission(clock), patience_s=3_600.0)
            question = encode_request(1, Wait(box.owner, 0))
            wait = asyncio.create_task(service.answer(question, "192.0.2.1"))
            await there.first_after(box.owner, 0)  # asked for after the wait's own look
            await here.put(box.depositor, bytes(32), ENVELOPE)
            assert decode_answer(await wait) == (1, Answer(Status.OK, sequence=1))

    play(cluster, story)


class TrustingLink(NatsLink):
    """As to a server that lets through what two relays write at the same moment."""

    async def publish(self, subject: str, data: bytes, *, expect: int | None = None) -> int:
        return await super().publish(subject, data, expect=None if expect else expect)


def test_of_two_changes_of_one_record_the_first_counts_for_everybody(cluster: Cluster) -> None:
    async def story(trial: Trial) -> None:
        owner = secrets.token_bytes(24)
        mailbox = Mailbox(bytes(32), bytes(24), bytes(32), bytes(BOX_LEN))
        async with (
            trial.store(a_clock()),
            trial.link(TrustingLink) as one,
            trial.link(TrustingLink) as two,
        ):
            first, second = Boxes(one, trial.layout), Boxes(two, trial.layout)
            assert await first.write(owner, await first.read(owner), mailbox)
            for number in range(1, 10):
                seen = await first.read(owner), await second.read(owner)
                assert seen[0].record == seen[1].record
                bodies = [mailbox.added(number, each * 32, 9) for each in (b"a", b"b")]
                written = await asyncio.gather(
                    first.write(owner, seen[0], bodies[0]), second.write(owner, seen[1], bodies[1])
                )
                assert sorted(written) == [False, True]
                mailbox = bodies[written.index(True)]
                for boxes in (first, second, Boxes(one, trial.layout)):
                    assert (await boxes.read(owner)).record == mailbox

    play(cluster, story)


def test_two_relays_lose_nothing_when_they_put_fetch_and_forget_together(cluster: Cluster) -> None:
    async def story(trial: Trial) -> None:
        clock, box = a_clock(), random_box()
        ids = [secrets.token_bytes(32) for _ in range(40)]
        found: list[tuple[int, bytes]] = []

        async def fetch_all(store: NatsStore) -> None:
            while len(found) < len(ids):
                each = await store.first_after(box.owner, 0)
                if each is not None:
                    found.append((each.sequence, each.envelope_id))
                    await store.acknowledge(box.owner, each.sequence)

        async with (
            trial.store(clock, TrustingLink) as here,
            trial.store(clock, TrustingLink) as there,
        ):
            await here.create(box.new)
            fetching = asyncio.create_task(fetch_all(there))
            for pair in zip(ids[::2], ids[1::2], strict=True):
                puts = [here.put(box.depositor, pair[0], ENVELOPE)]
                puts += [there.put(box.depositor, pair[1], ENVELOPE)]
                await asyncio.gather(*puts)
            await fetching
            assert sorted(envelope_id for _, envelope_id in found) == sorted(ids)
            assert [sequence for sequence, _ in found] == list(range(1, 41))
            assert await waiting(here, box) == []
        assert await trial.envelopes(box) == 0

    play(cluster, story)


# -- what breaks off ------------------------------------------------------------------------------


class ForgetfulLink(NatsLink):
    """Each change of a record counts, and its answer says that it does not."""

    async def publish(self, subject: str, data: bytes, *, expect: int | None = None) -> int:
        sequence = await super().publish(subject, data, expect=expect)
        if expect is not None:
            raise ConflictError
        return sequence


def test_a_lost_answer_to_a_change_that_counted_loses_nothing(cluster: Cluster) -> None:
    async def story(trial: Trial) -> None:
        clock, box = a_clock(), random_box()
        async with trial.store(clock, ForgetfulLink) as store:
            await store.create(box.new)
            await store.put(box.depositor, b"1" * 32, ENVELOPE)
            await store.put(box.depositor, b"1" * 32, ENVELOPE)
            assert await waiting(store, box) == [(1, ENVELOPE)]
            await store.acknowledge(box.owner, 1)
            assert await waiting(store, box) == []
            assert await trial.envelopes(box) == 0

    play(cluster, story)


class BreakingLink(NatsLink):
    """The relay dies before it changes a record."""

    async def publish(self, subject: str, data: bytes, *, expect: int | None = None) -> int:
        if expect:
            raise RelayBusyError("gone")
        return await super().publish(subject, data, expect=expect)


def test_what_a_put_left_lying_is_swept_and_its_repetition_is_kept(cluster: Cluster) -> None:
    async def story(trial: Trial) -> None:
        clock, box = a_clock(), random_box()
        async with trial.store(clock, BreakingLink) as broken:
            await broken.create(box.new)
            for _ in range(2):
                with pytest.raises(RelayBusyError):
                    await broken.put(box.depositor, bytes(32), ENVELOPE)
            assert await waiting(broken, box) == []
            assert await broken.expire() == 0
            assert await trial.envelopes(box) == 2  # another relay may work at them
            clock.advance(STRAY_S + 60)
            async with trial.store(clock) as whole:
                await whole.put(box.depositor, bytes(32), ENVELOPE)
                assert await broken.expire() == 0
                assert await trial.envelopes(box) == 1
                assert await waiting(whole, box) == [(1, ENVELOPE)]

    play(cluster, story)


def test_the_engine_refuses_the_129th_and_strays_give_way(cluster: Cluster) -> None:
    async def story(trial: Trial) -> None:
        clock, box = a_clock(), random_box()
        async with trial.store(clock) as store, trial.link() as link:
            await store.create(box.new)
            record = (await Boxes(link, trial.layout).read(box.owner.mailbox)).record
            assert isinstance(record, Mailbox)
            envelopes = Envelopes(link, trial.layout)
            stray = Sealed(bytes(32), b"stray", 2**31)
            for _ in range(MAX_ENVELOPES):
                await envelopes.lay_down(box.owner.mailbox, record, stray)
            with pytest.raises(MailboxFullError):
                await store.put(box.depositor, bytes(32), ENVELOPE)
            clock.advance(STRAY_S + 60)
            with pytest.raises(MailboxFullError):  # and makes room
                await store.put(box.depositor, bytes(32), ENVELOPE)
            await store.put(box.depositor, bytes(32), ENVELOPE)
            assert await waiting(store, box) == [(1, ENVELOPE)]

    play(cluster, story)


# -- what is left ---------------------------------------------------------------------------------


def test_streams_hold_hashes_of_secrets_only_and_nothing_after_a_delete(cluster: Cluster) -> None:
    async def everything(trial: Trial, link: NatsLink) -> bytes:
        found = b""
        for config in trial.layout.configs(3, 2**26):
            start = 1
            while kept := await link.next(config["name"], f"{trial.layout.prefix}.>", start):
                found += kept.subject.encode() + kept.data
                start = kept.sequence + 1
        return found

    async def story() -> None:
        trial, box = Trial(cluster, "alone"), random_box()
        async with trial.store(a_clock()) as store, trial.link() as link:
            await store.create(box.new)
            for number in range(3):
                await store.put(box.depositor, bytes((number,)) * 32, ENVELOPE)
            await store.acknowledge(box.owner, 1)
            assert ENVELOPE in await everything(trial, link)
            files = [
                path.read_bytes()  # streams, logs of replication and logs for people
                for node in cluster.nodes
                for path in node.folder.rglob("*")
                if path.is_file()
            ]
            assert any(ENVELOPE in data for data in files)
            for secret in (box.owner.secret, box.depositor.secret):
                for form in (secret, secret.hex().encode(), base64.urlsafe_b64encode(secret)[:-1]):
                    assert not any(form in data for data in files)
            await store.delete(box.owner)
            assert await everything(trial, link) == b""

    asyncio.run(story())


def test_every_stream_has_its_replicas_and_limits(cluster: Cluster) -> None:
    async def story(trial: Trial) -> None:
        async with trial.store(a_clock()):
            for name in await cluster.streams(trial.layout.prefix):
                config = (await cluster.ask(f"STREAM.INFO.{name}"))["config"]
                assert config["num_replicas"] == 3
                assert config["storage"] == "file"
                if "envelopes" in name:
                    assert config["discard_new_per_subject"]
                    assert config["max_msgs_per_subject"] == MAX_ENVELOPES

    play(cluster, story)


# -- clusters that do not fit ---------------------------------------------------------------------


def test_mailboxes_that_are_spread_otherwise_are_not_overlooked(cluster: Cluster) -> None:
    async def story(trial: Trial) -> None:
        async with trial.store(a_clock()):
            options = cluster.options(prefix=trial.layout.prefix, spread=2)
            with pytest.raises(RelayStoreError, match="spread over 1"):
                await open_nats_store(cluster.urls, a_clock(), options)

    play(cluster, story)


def test_a_cluster_that_cannot_replicate_is_refused_with_the_reason(tmp_path: Path) -> None:
    async def run(alone: Cluster) -> None:
        with pytest.raises(RelayStoreError, match="replicas"):
            await open_nats_store(alone.urls, a_clock(), NatsOptions(prefix="other"))

    with nats_cluster(tmp_path, count=1) as alone:
        asyncio.run(run(alone))


def test_where_no_server_answers_it_is_said(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nats_link, "CONNECT_S", 0.3)
    with pytest.raises(RelayStoreError, match="no NATS server"):
        asyncio.run(open_nats_store(["nats://127.0.0.1:1"], a_clock()))


def test_a_connection_that_the_server_ends_comes_back(cluster: Cluster) -> None:
    async def story(trial: Trial) -> None:
        box = random_box()
        async with trial.store(a_clock()) as store, trial.store(a_clock()) as other:
            await store.create(box.new)
            heard: asyncio.Queue[bytes] = asyncio.Queue()
            store.watch(heard.put_nowait)
            assert store._link._client is not None
            await store._link._client.close()  # as the library does when a server refuses it
            await store.put(box.depositor, b"1" * 32, ENVELOPE)
            await other.put(box.depositor, b"2" * 32, ENVELOPE)
            assert await heard.get() == box.owner.mailbox
            assert len(await waiting(store, box)) == 2

    play(cluster, story)
