"""Wire layouts and sans-io machines: veil, handshake, link, schedule, frames, session."""
