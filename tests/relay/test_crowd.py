"""The clients of the stories and benchmarks: what they leave behind."""

import asyncio
import gc
import socket

import pytest
from hosted import play
from test_hosting import FAST, KEY

from bench.relay_crowd import Crowd
from messenger.core.errors import ConnectFailedError
from messenger.core.types import Address
from messenger.protocol.relay_card import RelayCard


@pytest.mark.parametrize("how", [socket.SHUT_WR, socket.SHUT_RDWR])
def test_a_call_that_comes_to_nothing_leaves_no_socket(how: int) -> None:
    """Or it is found unclosed in some later test, by chance."""

    async def story() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.setblocking(False)
            crowd = Crowd(RelayCard(Address("127.0.0.1", listener.getsockname()[1]), KEY), FAST)
            calling = asyncio.create_task(crowd.call("127.0.0.1"))
            called, _ = await asyncio.get_running_loop().sock_accept(listener)
            with called:
                called.shutdown(how)
                with pytest.raises(ConnectFailedError):
                    await calling
            assert crowd.failed == 1

    play(story)
    gc.collect()  # pytest makes an error of what is unclosed
