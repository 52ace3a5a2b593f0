"""Writes a fixture of the present stored form; see tests/fixtures/sessions/README.md."""

import json
import sys
from pathlib import Path

from session_pair import AD, Side, exchange, make_sides


def _case(side: Side, envelopes: list[bytes], opened: list[bytes]) -> dict[str, object]:
    return {
        "session": side.session.encode().hex(),
        "epochs": [epoch.hex() for epoch in side.session.epochs],
        "skipped_count": side.session.info.skipped_count,
        "opens": [[envelope.hex(), side.open(envelope).hex()] for envelope in envelopes],
        "opened_before": [envelope.hex() for envelope in opened],
    }


def write(path: Path) -> None:
    """Two sides in the middle of things: a late envelope, a turn ahead, an unfinished exchange."""
    ann, ben = make_sides()
    exchange(ann, ben)
    ann.open(ben.seal())
    late, opened = ann.seal(b"late"), ann.seal()
    ben.open(opened)
    _, offer = ann.session.offer(ann.session.epochs[0])
    ben.session, _ = ben.session.answer(offer, bytes(32))
    to_ann = [ben.seal(b"in the epoch before"), ben.seal("späť ✓".encode())]
    cases = {
        "ben": _case(ben, [late, ann.seal(b"next")], [opened]),
        "ann": _case(ann, to_ann, []),
    }
    path.write_text(json.dumps({"associated_data": AD.hex(), **cases}, indent=1) + "\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
