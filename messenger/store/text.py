"""The border for text: any Unicode with NUL, but nothing that UTF-8 cannot carry."""


def checked_text(text: str) -> str:
    """Return ``text``, or raise ValueError (without the text) if it holds a lone surrogate."""
    utf8_len(text)
    return text


def utf8_len(text: str) -> int:
    """Return the bytes of ``text`` in UTF-8, or raise ValueError (without the text)."""
    try:
        return len(text.encode("utf-8"))
    except UnicodeEncodeError:
        # `from None`: the original exception carries the whole text.
        raise ValueError("text holds a lone surrogate") from None
