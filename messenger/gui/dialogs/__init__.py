"""Dialogs: adding contacts, first run, unlocking, safety number, settings."""
