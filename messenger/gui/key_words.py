"""What is said when a contact changes its key, or one identity turns up in two places.

``{name}`` stands for the contact. Every sentence is true, and says who can do what; also when it
is read days later.
"""

from messenger.core.types import Fork
from messenger.engine.events import ForkSeen, KeyAdopted
from messenger.gui.texts import translate
from messenger.gui.times import full_when


def key_sentence(event: KeyAdopted | ForkSeen) -> str:
    """Return the notice for one of these events."""
    if isinstance(event, KeyAdopted):
        return translate(
            "Keys",
            "{name} has a new key, announced by the one you had pinned, and it is pinned now. The "
            "safety number is another one: compare it when you next can.",
        )
    words = _own_sentence(event.fork) if event.own else _peer_sentence(event.fork)
    noticed = translate("Keys", "Noticed on {when}.").replace("{when}", full_when(event.at))
    return f"{words} {noticed}"


def _own_sentence(fork: Fork) -> str:
    match fork:
        case Fork.RESTORED:
            return translate(
                "Keys",
                "{name} knows you from before this backup was restored. A new session begins. Do "
                "not go on using the other computer: two cannot share one identity.",
            )
        case Fork.ROLLED_BACK:
            return translate(
                "Keys",
                "{name} has heard more from you than this computer knows of. An older copy of the "
                "profile was put back, or another computer is using your identity.",
            )
        case Fork.IN_USE:
            return translate(
                "Keys",
                "Another computer was using your identity at the same time as this one: {name} "
                "heard both. Close Hum on one of them. If you know of no other one, change your "
                "key.",
            )
        case Fork.RETIRED:
            return translate(
                "Keys",
                "{name} knows you by a newer key than the one of this computer, and did not let "
                "it in. Restore a newer backup, or go on where you changed the key.",
            )


def _peer_sentence(fork: Fork) -> str:
    match fork:
        case Fork.RESTORED:
            return translate(
                "Keys", "{name} restored Hum from a backup, perhaps on another computer."
            )
        case Fork.ROLLED_BACK:
            return translate(
                "Keys",
                "{name} goes on from an older copy of the profile, or uses it on two computers.",
            )
        case Fork.IN_USE:
            return translate(
                "Keys",
                "Two computers were using the identity of {name} at the same time. Ask them over "
                "another channel whether both are theirs.",
            )
        case Fork.RETIRED:
            return translate(
                "Keys",
                "Somebody came with the key that {name} has replaced, and was not let in. Perhaps "
                "an old backup was restored.",
            )
