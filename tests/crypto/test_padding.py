"""Padding of sealed bodies: added, found again, and nothing else accepted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messenger.core.errors import MalformedFrameError
from messenger.crypto.padding import pad, unpad


@given(st.binary(max_size=200), st.integers(min_value=0, max_value=300))
def test_padding_comes_off_again(data: bytes, extra: int) -> None:
    length = len(data) + 1 + extra
    assert len(pad(data, length)) == length
    assert unpad(pad(data, length)) == data
    assert unpad(pad(data)) == data


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        pad(bytes(16), 16)


@pytest.mark.parametrize("data", [b"", b"\0\0", b"text", b"text\x80\0\1", b"\x80\0\x7f"])
def test_missing_padding_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedFrameError):
        unpad(data)
