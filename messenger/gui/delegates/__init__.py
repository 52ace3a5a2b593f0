"""Painters of rows: contacts and messages."""
