"""The relay of the bad lines does not add faults of its own."""

import asyncio
import contextlib
import gc
import socket

import pytest
from chaos_proxy import ChaosProxy

MOST_ROUNDS = 12  # of the loop, until both halves of a connection stand


@pytest.mark.parametrize("rounds", range(MOST_ROUNDS))
def test_a_proxy_that_stops_leaves_no_socket(rounds: int) -> None:
    """However far its newest caller has come; pytest makes an open socket a failure."""

    async def story() -> None:
        target = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
        proxy = ChaosProxy()
        await proxy.start()
        proxy.target = target.sockets[0].getsockname()[1]
        with socket.create_connection(("127.0.0.1", proxy.port)) as caller:
            for _ in range(rounds):
                await asyncio.sleep(0)
            await proxy.stop()
            caller.settimeout(10)
            with contextlib.suppress(ConnectionResetError):
                assert not caller.recv(1)
        target.close()

    asyncio.run(story())
    gc.collect()
