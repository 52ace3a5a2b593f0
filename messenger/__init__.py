"""Hum: a peer-to-peer messenger whose line never goes quiet."""

__version__ = "0.1.0"
