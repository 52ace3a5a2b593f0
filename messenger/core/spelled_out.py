"""Text of others on a terminal or in a log: what would steer either is spelled out.

A terminal obeys escape sequences, and a line break begins a line that looks like one of ours.
"""


def spelled_out(text: str) -> str:
    """Return ``text`` with every character that cannot be printed as an escape of Python's.

    That is line breaks and other control characters, direction marks, lone surrogates; not spaces.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
