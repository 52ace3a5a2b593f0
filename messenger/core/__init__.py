"""Errors, frozen types, clock, ids, redaction: no I/O."""
