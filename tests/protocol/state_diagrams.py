"""Draws docs/states.md from the transition tables the program runs on.

    python tests/protocol/state_diagrams.py > docs/states.md

The files of docs/ are text, so a diagram is Mermaid source, which code hosts draw. A test compares.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from messenger.core.types import FileState, MessageState, Relation
from messenger.protocol.link_states import TRANSITIONS
from messenger.protocol.transfer import FIRST, OVER, Transfer
from messenger.store.messages import LATER_STATES, SENT_AGAIN

Edge = tuple[str, str, str]  # from, to, what happens

HEAD = """\
# States

Written by `tests/protocol/state_diagrams.py` from the tables that the program itself runs on; a
test holds this page to them. What a table does not name cannot happen. Only the last diagram is
drawn by hand: what two people are to each other has no table.
"""
LINK = """\
## A link
Table: `messenger/protocol/link_states.py`. The handshake is that of [protocol.md](protocol.md),
section 3.
"""
MESSAGE = """\
## A message that we wrote
Tables: `messenger/store/messages.py`. A state only moves along an arrow; a word that comes too
late changes nothing. *Sent again* is said by a person, of a message that is not deleted.
"""
FILE = """\
## A file
Value: `messenger/protocol/transfer.py`; section 11 of [protocol.md](protocol.md). The edges are
found by trying every step in every state that can be reached. Of an offer that is one too many
([limits.md](limits.md), `file_steps.MAX_OPEN_COUNT`) nothing is kept: for its receiver it has
failed from the start.
"""
PEOPLE = """\
## Two people
`core.types.Relation`, as one of the two has it. No table: each place of the program that writes a
relation stands beside its arrows in the script that draws this page, and a test finds no other.
From which state an arrow comes was read in the code there; for hello and goodbye a test tries all.
`asked`: we added them, and they have not agreed yet, or have forgotten us. `refused`: we declined
them, and they do not know it yet; the person sees nothing of them any more. At the last arrow of
each the row is deleted.
"""
STEPS: dict[str, Callable[[Transfer], Transfer]] = {
    "accept": lambda t: t.accept(),
    "pause": lambda t: t.pause(own=True),
    "peer pauses": lambda t: t.pause(own=False),
    "resume": lambda t: t.resume(own=True),
    "peer resumes": lambda t: t.resume(own=False),
    "done": lambda t: t.end(FileState.DONE),
    "cancel": lambda t: t.end(FileState.CANCELLED),
    "fail": lambda t: t.end(FileState.FAILED),
}


@dataclass(frozen=True, slots=True)
class Turn:
    """One way in which a relation comes about."""

    before: tuple[Relation, ...]  # empty: there was nothing yet
    after: Relation
    word: str
    place: str  # the function that writes it, as module.name


ASKED, REQUEST, ACCEPTED, DECLINED, REFUSED, BLOCKED = Relation
TURNS = (
    Turn((), ASKED, "we add them", "contacts.Contacts._pin"),
    Turn((), REQUEST, "they ask", "strangers.Strangers._new_request"),
    Turn((ASKED, DECLINED), ACCEPTED, "hello with consent", "greeting.Greeting.on_hello"),
    Turn((ASKED,), ACCEPTED, "they answer our letter", "letters.Letters._agree"),
    Turn(
        (ASKED, DECLINED),
        ACCEPTED,
        "they write a letter",
        "introductions.Introductions._from_known",
    ),
    Turn((REQUEST,), ACCEPTED, "we accept or add them", "contacts.Contacts._agree"),
    Turn((REFUSED,), ACCEPTED, "we add them", "contacts.Contacts._agree"),
    Turn((ASKED,), DECLINED, "goodbye: declined", "greeting.Greeting.on_goodbye"),
    Turn((ACCEPTED,), ASKED, "hello without consent", "greeting.Greeting.on_hello"),
    Turn((ACCEPTED,), ASKED, "we ask anew by letter", "letters.Letters.ask_at"),
    Turn((REQUEST,), REFUSED, "we decline", "conversation.Conversation.refuse"),
    Turn((ASKED, REQUEST, ACCEPTED, DECLINED), BLOCKED, "we block", "contacts.Contacts.block"),
    Turn((BLOCKED,), REQUEST, "we unblock", "contacts.Contacts.block"),
)
# How a row ends: whom the person sees can be removed; who was declined goes once they know it.
ENDS = {
    **dict.fromkeys((ASKED, REQUEST, ACCEPTED, DECLINED, BLOCKED), "we remove them"),
    REFUSED: "they were told, or 100 others wait for that",
}


def page() -> str:
    """Return the text of docs/states.md."""
    drawn = {
        LINK: diagram(
            link_edges(),
            starts=("EXPECT_FIRST", "EXPECT_SECOND", "EXPECT_ONLY"),
            ends=("REFUSED", "FAILED"),
        ),
        MESSAGE: diagram(message_edges(), starts=["waiting"], ends=["delivered"]),
        FILE: diagram(
            file_edges(),
            starts=[state.value for state in FIRST.values()],
            ends=sorted(state.value for state in OVER),
        ),
        PEOPLE: diagram(people_edges(), starts=(), ends=()),
    }
    sections = (f"{words}\n```mermaid\n{lines}\n```\n" for words, lines in drawn.items())
    return "\n".join((HEAD, *sections))


def link_edges() -> list[Edge]:
    """Return what the table of links says."""
    return [
        (state.name, after.name, _words(happened))
        for state, row in TRANSITIONS.items()
        for happened, after in row.items()
    ]


def message_edges() -> list[Edge]:
    """Return what the tables of message states say."""
    later = [
        (state.value, after.value, "")
        for state, later in LATER_STATES.items()
        for after in MessageState
        if after in later
    ]
    return [*later, *((s.value, MessageState.WAITING.value, "sent again") for s in SENT_AGAIN)]


def people_edges() -> list[Edge]:
    """Return how relations come about and end."""
    turns = [
        (before, turn.after.value, turn.word)
        for turn in TURNS
        for before in [state.value for state in turn.before] or ["[*]"]
    ]
    return [*turns, *((state.value, "[*]", word) for state, word in ENDS.items())]


def file_edges() -> list[Edge]:
    """Return every step that changes the state of a file, from every value that can be reached."""
    known, fresh = set[Transfer](), {Transfer()}
    edges: dict[Edge, None] = {}
    while fresh:
        known |= fresh
        reached = set()
        for transfer in sorted(fresh, key=repr):
            for word, step in STEPS.items():
                after = step(transfer)
                reached.add(after)
                if after.state is not transfer.state:
                    edges[transfer.state.value, after.state.value, word] = None
        fresh = reached - known
    return sorted(edges)


def diagram(edges: Iterable[Edge], *, starts: Iterable[str], ends: Iterable[str]) -> str:
    """Return a Mermaid state diagram; edges between the same two states share an arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for start, end, words in edges:
        arrows.setdefault((start, end), []).append(words)
    lines = ["stateDiagram-v2", *(f"    [*] --> {start}" for start in starts)]
    for (start, end), words in arrows.items():
        label = ", ".join(word for word in words if word)
        lines.append(f"    {start} --> {end}" + (f": {label}" if label else ""))
    lines += [f"    {end} --> [*]" for end in ends]
    return "\n".join(lines)


def _words(happened: Enum) -> str:
    return happened.name.lower().replace("_", " ")


if __name__ == "__main__":
    print(page(), end="")
