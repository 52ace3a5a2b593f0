"""The read API of the engine: pages of the history, from a read-only connection.

``gui`` takes the type from here and never imports the store.
"""

from messenger.store.reader import Reader

__all__ = ["Reader"]
