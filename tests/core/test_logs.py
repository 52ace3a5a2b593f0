"""The log: a flood of lines cannot fill it, and what was left out is told."""

import io
import logging
import subprocess
import sys
from pathlib import Path

import pytest

import messenger
from messenger.core.logs import (
    KIND_MAX_LEN,
    KINDS_TOLD,
    LINES_IN_ALL,
    LINES_OF_A_KIND,
    WINDOW_S,
    WITH_TIME,
    WITHOUT_TIME,
    LimitedHandler,
    PlainFormatter,
    RepeatLimit,
)


class Log:
    """A logger with a limited handler, and a clock."""

    def __init__(self, *, times: int = 1) -> None:
        self.now = 0.0
        self.stream = io.StringIO()
        self.handler = LimitedHandler(self.stream, RepeatLimit(times), lambda: self.now)
        self.handler.setFormatter(PlainFormatter(WITHOUT_TIME))
        self.logger = logging.Logger("hum.test")
        self.logger.addHandler(self.handler)

    @property
    def lines(self) -> list[str]:
        return self.stream.getvalue().splitlines()


def test_of_a_kind_some_are_written_and_the_rest_is_counted() -> None:
    log = Log()
    for number in range(10_000):
        log.logger.warning("link to %s dropped: %s", number, "malformed")
    assert len(log.lines) == LINES_OF_A_KIND
    assert log.lines[0] == "WARNING hum.test: link to 0 dropped: malformed"

    # Other lines are written meanwhile, and the same text of another weight.
    log.logger.error("the disk is full")
    log.logger.error("link to %s dropped: %s", 5, "malformed")
    assert len(log.lines) == LINES_OF_A_KIND + 2

    # The next line after the minute tells, without what was in the lines; then all begins anew.
    log.now = WINDOW_S
    log.logger.warning("link to %s dropped: %s", 77, "malformed")
    assert log.lines[-2:] == [
        f"WARNING hum.test: {10_000 - LINES_OF_A_KIND} more lines like this one were left out: "
        "link to %s dropped: %s",
        "WARNING hum.test: link to 77 dropped: malformed",
    ]
    assert len(log.lines) == LINES_OF_A_KIND + 4


def test_the_end_tells_what_nobody_told() -> None:
    log = Log()
    for _ in range(LINES_OF_A_KIND + 3):
        log.logger.warning("again")
    log.handler.close()
    assert log.lines[-1] == "WARNING hum.test: 3 more lines like this one were left out: again"
    log.handler.close()
    assert len(log.lines) == LINES_OF_A_KIND + 1


def test_texts_that_differ_each_time_are_bounded_too() -> None:
    """Some libraries put names into the text itself."""
    log = Log()
    for number in range(50_000):
        log.logger.warning(f"a name that somebody chose: {number} {'x' * 1_000}")
    assert len(log.lines) == LINES_IN_ALL
    log.now = WINDOW_S
    log.logger.warning("next")
    told = log.lines[LINES_IN_ALL:-1]
    assert len(told) == KINDS_TOLD + 1
    assert max(map(len, told)) < KIND_MAX_LEN + 100
    counts = [int(line.split(": ", 1)[1].split(" ", 1)[0]) for line in told]
    assert sum(counts) == 50_000 - LINES_IN_ALL
    log.logger.warning("one more")
    assert log.lines[-1] == "WARNING hum.test: one more"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("one\nERROR hum: another", "one\\nERROR hum: another"),
        ("\r\x9b\u202e\u2028\udc80", "\\r\\x9b\\u202e\\u2028\\udc80"),
        ("Zoë sagt „ja“ 😀", "Zoë sagt „ja“ 😀"),
    ],
)
def test_what_others_said_makes_no_line_and_steers_no_terminal(said: str, shown: str) -> None:
    log = Log()
    log.logger.warning("dropped: %s", said)
    try:
        raise ValueError(said)
    except ValueError:
        log.logger.exception("unplanned")
    first, second, *trace = log.stream.getvalue().split("\n")
    assert first == f"WARNING hum.test: dropped: {shown}"
    assert second == "ERROR hum.test: unplanned"
    assert trace.pop() == ""
    assert all(line.startswith("  ") and line.isprintable() for line in trace)


def test_lines_of_a_process_carry_the_time_where_it_is_wanted() -> None:
    record = logging.LogRecord("hum", logging.WARNING, "", 1, "one", None, None)
    assert PlainFormatter(WITHOUT_TIME).format(record) == "WARNING hum: one"
    assert PlainFormatter(WITH_TIME).format(record).endswith(" WARNING hum: one")


def test_who_looks_for_something_sees_more() -> None:
    log = Log(times=50)
    for number in range(900):
        log.logger.debug("step %d", number)
    assert len(log.lines) == 900


@pytest.mark.parametrize("verbose", [False, True])
def test_a_process_that_is_flooded(verbose: bool) -> None:
    code = (
        "import logging\n"
        "from messenger.core.logs import start_logging\n"
        f"start_logging(verbose={verbose}, times=False)\n"
        "log = logging.getLogger('hum')\n"
        "for number in range(20_000): log.warning('call %d', number)\n"
        "log.debug('quiet')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    lines = done.stderr.splitlines()
    written = LINES_OF_A_KIND * (50 if verbose else 1)
    assert len(lines) == written + 1 + verbose
    left_out = f"WARNING hum: {20_000 - written} more lines like this one were left out: call %d"
    assert lines[-1] == left_out


def test_no_process_logs_in_another_way() -> None:
    package = Path(messenger.__file__).parent
    allowed = package / "core" / "logs.py"
    found = [
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if path != allowed
        and any(w in path.read_text() for w in ("basicConfig(", "StreamHandler(", "FileHandler("))
    ]
    assert found == []
