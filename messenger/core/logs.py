"""The log of every process of Hum: lines on stderr, and a bound on those that repeat.

Whoever can make Hum log something can do it ten thousand times: a caller, a contact, a relay, the
local network. A line is known by the place in the source that it comes from (its text before
anything is put in). Of each the first LINES_OF_A_KIND in a minute are written, and LINES_IN_ALL of
the whole process; how many were left out is told with the next line after that minute, or at the
end.

What is put into a line may be a contact's words: a line of ours stays one line, and steers no
terminal.
"""

import logging
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TextIO

from messenger.core.spelled_out import spelled_out

WINDOW_S: Final = 60.0
LINES_OF_A_KIND: Final = 20  # in a window
LINES_IN_ALL: Final = 400  # in a window; some libraries write texts that differ each time
VERBOSE: Final = 50  # times as many of both where somebody looks for something
KINDS_MAX: Final = 512  # told apart in a window; further ones count as one
KINDS_TOLD: Final = 32  # of which it is told how many were left out; likewise
KIND_MAX_LEN: Final = 120  # characters of a text by which a kind is known
WITH_TIME: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
WITHOUT_TIME: Final = "%(levelname)s %(name)s: %(message)s"  # where lines are passed on

Kind = tuple[str, int, str]  # logger, level, text before anything is put in
_OTHERS: Final[Kind] = ("messenger", logging.WARNING, "lines of many kinds")


@dataclass(slots=True)
class RepeatLimit:
    """What was written and left out of late. Pure: time is an argument, in monotonic seconds."""

    times: int = 1  # the limits
    _since: float = float("-inf")
    _in_all: int = 0
    _written: dict[Kind, int] = field(default_factory=dict)
    _left_out: dict[Kind, int] = field(default_factory=dict)

    def admits(self, kind: Kind) -> bool:
        """Whether one more line of this kind is written; else it is counted."""
        if kind not in self._written and len(self._written) >= KINDS_MAX:
            kind = _OTHERS
        written = self._written.get(kind, 0)
        in_all, of_a_kind = self.times * LINES_IN_ALL, self.times * LINES_OF_A_KIND
        if written < of_a_kind and self._in_all < in_all:
            self._written[kind] = written + 1
            self._in_all += 1
            return True
        if kind not in self._left_out and len(self._left_out) >= KINDS_TOLD:
            kind = _OTHERS
        self._left_out[kind] = self._left_out.get(kind, 0) + 1
        return False

    def turn(self, now: float) -> tuple[tuple[Kind, int], ...]:
        """Begin a new window if the present one is over; return what it left out."""
        if now - self._since < WINDOW_S:
            return ()
        self._since = now
        return self.end()

    def end(self) -> tuple[tuple[Kind, int], ...]:
        """Return what was left out, and forget everything."""
        left_out = tuple(self._left_out.items())
        self._in_all = 0
        self._written.clear()
        self._left_out.clear()
        return left_out


class PlainFormatter(logging.Formatter):
    """Spells out what is not printable, and indents tracebacks, whose last line may be anything."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line, and indented ones behind it if there is a traceback."""
        first, *others = self._parts(record)
        return "\n".join([spelled_out(first), *(f"  {spelled_out(line)}" for line in others)])

    def _parts(self, record: logging.LogRecord) -> list[str]:
        record.message = record.getMessage()
        if self.usesTime():
            record.asctime = self.formatTime(record)
        trace = self.formatException(record.exc_info) if record.exc_info else ""
        return [self.formatMessage(record), *trace.splitlines()]


class LimitedHandler(logging.StreamHandler[TextIO]):
    """Writes lines to a stream within the limit."""

    def __init__(
        self,
        stream: TextIO,
        limit: RepeatLimit,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(stream)
        self._limit = limit
        self._monotonic = monotonic

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, or count it."""
        self._tell(self._limit.turn(self._monotonic()))
        if self._limit.admits((record.name, record.levelno, str(record.msg)[:KIND_MAX_LEN])):
            super().emit(record)

    def close(self) -> None:
        """Tell what was left out and not told yet; logging does this at the end of the process."""
        self._tell(self._limit.end())
        super().close()

    def _tell(self, left_out: tuple[tuple[Kind, int], ...]) -> None:
        for (name, level, text), count in left_out:
            super().emit(
                logging.LogRecord(
                    name,
                    level,
                    __file__,
                    0,
                    "%d more lines like this one were left out: %s",
                    (count, text),
                    None,
                )
            )


def start_logging(*, verbose: bool = False, times: bool = True, limited: bool = True) -> None:
    """Let this process log to stderr; only the first call counts.

    Args:
        verbose: everything, not only warnings and errors.
        times: begin lines with the time; False where another process passes them on.
        limited: False in a program of our own tests, which is read by another.
    """
    stream: logging.StreamHandler[TextIO] = logging.StreamHandler(sys.stderr)
    if limited:
        stream = LimitedHandler(sys.stderr, RepeatLimit(VERBOSE if verbose else 1))
    stream.setFormatter(PlainFormatter(WITH_TIME if times else WITHOUT_TIME))
    logging.basicConfig(level=logging.DEBUG if verbose else logging.WARNING, handlers=[stream])
