"""What has a bar: every line of the table that the README shows has at least one row under one.

A row of a benchmark names its bar where it has one; rows without belong to their benchmark alone.
"""

from enum import StrEnum


class Bar(StrEnum):
    """Kinds of work that the design sets a number for."""

    HANDSHAKE = "Noise handshake"
    HYBRID = "hybrid handshake"
    CELL = "cell"
    RATCHET = "ratchet"
    COMMIT = "commit"
    OPEN = "open a long conversation"
    QUESTIONS = "page and search"
    WINDOW = "window"
    START = "cold start"
    DELIVERY = "delivery"
    LINKS = "links"
    DEPARTURES = "departures"
    FILE = "file"
    WIRE = "wire self-test"
