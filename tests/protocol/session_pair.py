"""Two sessions that face each other over an imaginary link, for tests."""

import os
from dataclasses import dataclass, field

from messenger.protocol.session import Session

AD = b"both identity keys, in one order" * 2


@dataclass
class Side:
    """A session in a variable, the way the engine keeps it: replaced only once it is committed."""

    session: Session = field(default_factory=Session.empty)

    def seal(self, body: bytes = b"body") -> bytes:
        self.session, envelope = self.session.seal(body, AD)
        return envelope

    def open(self, envelope: bytes) -> bytes:
        self.session, body = self.session.open(envelope, AD)
        return body

    def restart(self) -> None:
        self.session = Session.decode(self.session.encode())

    @property
    def working(self) -> bytes | None:
        """Id of the newest epoch that is known to work."""
        return next((epoch.id for epoch in self.session.held if epoch.confirmed), None)


def exchange(offerer: Side, answerer: Side, *, exporter: bytes | None = None) -> None:
    """One whole epoch exchange, as on a new link, up to the first envelope."""
    exporter = os.urandom(32) if exporter is None else exporter
    base = offerer.session.choose_base(answerer.session.epochs)
    pending, offer = offerer.session.offer(base)
    answerer.session, answer = answerer.session.answer(offer, exporter)
    offerer.session = offerer.session.accept(pending, answer, exporter)
    answerer.open(offerer.seal(b"heartbeat"))


def make_sides() -> tuple[Side, Side]:
    """Two sides after the first exchange and one envelope each way."""
    ann, ben = Side(), Side()
    exchange(ann, ben)
    ann.open(ben.seal())
    return ann, ben
