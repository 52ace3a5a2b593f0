"""``hum relay status``: the view of a running relay as a table, once or live."""

import http.client
import sys
import time
from typing import Final

import msgspec

from messenger.core.address_text import parse_address
from messenger.core.decoding import DECODE_ERRORS
from messenger.core.errors import RelayNotRunningError
from messenger.relay.view import MemberView, RelayView

PATIENCE_S: Final = 5.0  # for the answer
PERIOD_S: Final = 1.0  # of the live table
_CLEAR: Final = "\x1b[H\x1b[2J"
_GIB: Final = 1024**3
_MIB: Final = 1024**2
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3_600, 86_400


def ask(monitor: str) -> bytes:
    """Return the JSON of a relay whose monitor listens there.

    Raises:
        RelayNotRunningError: it does not answer.
    """
    if not monitor:
        raise RelayNotRunningError("this relay tells nobody about itself: monitor.listen is empty")
    address = parse_address(monitor)
    connection = http.client.HTTPConnection(address.host, address.port, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().read()
    except (OSError, http.client.HTTPException) as error:
        raise RelayNotRunningError(f"the relay does not answer at {address}") from error
    finally:
        connection.close()


def read(answer: bytes) -> RelayView:
    """Read that JSON; RelayNotRunningError if something else answered."""
    try:
        return msgspec.json.decode(answer, type=RelayView)
    except DECODE_ERRORS as error:
        raise RelayNotRunningError("what answers there is no relay of this version") from error


def show_live(monitor: str) -> None:
    """Draw the table again and again until Ctrl-C."""
    while True:
        text = table(read(ask(monitor)))
        sys.stdout.write(f"{_CLEAR}{text}\nCtrl+C ends this table, not the relay.\n")
        sys.stdout.flush()
        time.sleep(PERIOD_S)


def table(view: RelayView) -> str:
    """Return the whole as text."""
    serving = len(view.serving)
    machine = view.machine
    replaced = ", ".join(f"{count} {why}" for why, count in sorted(view.replaced.items()))
    requests = ", ".join(f"{name} {count}" for name, count in sorted(view.counts.requests.items()))
    lines = [
        f"Hum relay {view.version}: {view.status}",
        f"instances  {serving} serve, {view.wanted} wanted ({view.because}), "
        f"{view.allowed} allowed by the machine",
        f"clients    {sum(each.reading.connections for each in view.members)}",
        f"machine    {machine.cpu_share:.0%} of {machine.cores:g} cores, "
        f"{machine.available_len / _GIB:.1f} of {machine.memory_len / _GIB:.1f} GiB free",
        f"store      {view.store_len / _MIB:.1f} of {view.store_max_len / _MIB:.0f} MiB",
        f"replaced   {replaced or 'none'}",
        f"requests   {requests or 'none yet'}",
        "",
        *_rows([_HEAD, *(_cells(each) for each in view.members)]),
    ]
    return "\n".join(lines) + "\n"


_HEAD: Final = (
    "no", "state", "pid", "clients", "lag ms", "put ms", "memory", "cpu", "silent", "age",
)  # fmt: skip


def _cells(member: MemberView) -> tuple[str, ...]:
    reading = member.reading
    return (
        str(member.number),
        member.state.value,
        str(member.pid),
        str(reading.connections),
        f"{reading.lag_ms:.0f}",
        "-" if reading.put_p95_ms is None else f"{reading.put_p95_ms:.0f}",
        f"{member.memory_len / _MIB:.0f} MiB",
        f"{member.cpu_share:.0%}",
        f"{member.silent_s:.1f} s",
        _age(member.age_s),
    )


def _rows(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]


def _age(seconds: float) -> str:
    for unit, length in (("d", _DAY_S), ("h", _HOUR_S), ("min", _MINUTE_S)):
        if seconds >= length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.0f} s"
