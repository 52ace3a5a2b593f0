"""What logs may say about a key."""

from messenger.core.redaction import redacted

_KEY = bytes(range(32))


def test_a_redacted_key_is_short_stable_and_says_nothing_of_the_key() -> None:
    mark = redacted(_KEY)
    assert mark == redacted(_KEY)
    assert len(mark) == 8
    assert mark not in _KEY.hex()


def test_two_keys_differ() -> None:
    assert redacted(_KEY) != redacted(_KEY[::-1])
