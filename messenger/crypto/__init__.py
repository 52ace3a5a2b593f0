"""Noise, KEM, ratchet, fingerprints: pure functions and values, bytes in and bytes out."""
