"""Reading what tcpdump wrote: TCP over IPv4 or IPv6, from Ethernet or Linux "cooked" frames.

Source: draft-ietf-opsawg-pcap-04; RFC 791, 8200 and 9293.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from messenger.core.errors import InputError
from messenger.wiretest.packets import Packet

MAGIC_NANOSECONDS: Final = 0xA1B23C4D
MAGIC_MICROSECONDS: Final = 0xA1B2C3D4
# Link type → bytes before the IP header.
LINK_HEADER_LEN: Final = {0: 4, 1: 14, 113: 16, 276: 20}
FILE_HEADER_LEN: Final = 24
RECORD_HEADER_LEN: Final = 16
TCP: Final = 6


@dataclass(frozen=True, slots=True)
class Segment:
    """A packet and the two ports it went between."""

    source: int
    target: int
    packet: Packet
    total: int  # bytes of the IP packet, headers included


def read_pcap(path: Path) -> Iterator[Segment]:
    """Yield the TCP segments of a capture, in the order of the file.

    Raises:
        InputError: not a capture, or of a kind of network that is not known here.
    """
    data = path.read_bytes()
    if len(data) < FILE_HEADER_LEN:
        raise InputError("tcpdump wrote no capture.")
    magic = int.from_bytes(data[:4], "little")
    if magic not in (MAGIC_NANOSECONDS, MAGIC_MICROSECONDS):
        raise InputError("This is not a capture of tcpdump on this machine.")
    fraction = 1e-9 if magic == MAGIC_NANOSECONDS else 1e-6
    skip = LINK_HEADER_LEN.get(int.from_bytes(data[20:24], "little"))
    if skip is None:
        raise InputError("The capture comes from a kind of network that is not known here.")
    position = FILE_HEADER_LEN
    while position + RECORD_HEADER_LEN <= len(data):
        seconds, part, kept, _ = struct.unpack_from("<IIII", data, position)
        start = position + RECORD_HEADER_LEN
        position = start + kept
        segment = _segment(data[start + skip : position], seconds + part * fraction)
        if segment is not None:
            yield segment


def _segment(packet: bytes, at: float) -> Segment | None:
    if len(packet) < 40:
        return None
    if packet[0] >> 4 == 4:
        header, total, protocol = (
            (packet[0] & 15) * 4,
            int.from_bytes(packet[2:4], "big"),
            packet[9],
        )
    else:
        header, total, protocol = 40, 40 + int.from_bytes(packet[4:6], "big"), packet[6]
    if protocol != TCP or len(packet) < header + 20:
        return None
    source, target, seq, ack, offset, _, window = struct.unpack_from("!HHIIBBH", packet, header)
    length = total - header - (offset >> 4) * 4
    return Segment(source, target, Packet(at, length, window, seq, ack), total)
