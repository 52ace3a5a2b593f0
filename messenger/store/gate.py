"""A gate in front of connections that were handed out: shut, they answer nothing more."""

from typing import Any

from messenger.core.errors import LockedError


class Gate:
    """Open until it is shut, for good; any thread may ask and shut."""

    def __init__(self) -> None:
        self._shut = False

    def shut(self) -> None:
        """Let nothing through any more."""
        self._shut = True

    def check(self) -> None:
        """Raise LockedError if the gate is shut."""
        if self._shut:
            raise LockedError("Hum is locked.")


class GatedConnection:
    """A connection of sqlcipher3 behind a gate; stands where Connection expects a bare one."""

    def __init__(self, raw: Any, gate: Gate) -> None:
        self._raw = raw
        self._gate = gate

    def execute(self, sql: str, values: Any = ()) -> Any:
        """Run a statement while the gate is open."""
        self._gate.check()
        return self._raw.execute(sql, values)

    @property
    def in_transaction(self) -> bool:
        return bool(self._raw.in_transaction)

    def close(self) -> None:
        """Close; also behind a shut gate."""
        self._raw.close()
