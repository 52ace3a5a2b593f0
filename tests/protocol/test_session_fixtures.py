"""Sessions that earlier versions stored still open what was sealed for them."""

import json
from pathlib import Path

import pytest

from messenger.core.errors import DecryptionError
from messenger.protocol.session import SESSION_VERSION, Session

FIXTURES = Path(__file__).parent.parent / "fixtures" / "sessions"


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.json")), ids=lambda path: path.stem)
@pytest.mark.parametrize("side", ["ann", "ben"])
def test_a_stored_session_works_on(path: Path, side: str) -> None:
    fixture = json.loads(path.read_text())
    associated_data, case = bytes.fromhex(fixture["associated_data"]), fixture[side]
    session = Session.decode(bytes.fromhex(case["session"]))
    assert [epoch.hex() for epoch in session.epochs] == case["epochs"]
    assert session.info.skipped_count == case["skipped_count"]
    for envelope in case["opened_before"]:
        with pytest.raises(DecryptionError):
            session.open(bytes.fromhex(envelope), associated_data)
    for envelope, body in case["opens"]:
        session, opened = session.open(bytes.fromhex(envelope), associated_data)
        assert opened.hex() == body
    session.seal(b"and on", associated_data)


def test_the_present_form_has_a_fixture() -> None:
    assert (FIXTURES / f"v{SESSION_VERSION}.json").exists()
