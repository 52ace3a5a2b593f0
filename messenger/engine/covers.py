"""Which cover links are made with: what was chosen, for everybody or for one, and the budget.

A link keeps the cover it was made with. A choice, a budget or one contact more counts for the next
links only, because a change in the middle of one would show that somebody did something.

Source: docs/protocol.md, section 5.
"""

from collections.abc import Callable, Iterable
from typing import Final

from messenger.core.cover_budget import MAX_BUDGET, plan_for
from messenger.core.cover_text import cover_to_text
from messenger.core.errors import InputError
from messenger.core.types import (
    COVER_PROFILES,
    DEFAULT_COVER,
    MAX_COVER_S,
    MIN_COVER_S,
    Contact,
    Cover,
    CoverPlan,
)
from messenger.engine.commands import SetCover, SetDataBudget
from messenger.engine.context import Context
from messenger.engine.dialer import wants_link
from messenger.engine.events import (
    ContactAccepted,
    ContactAdded,
    ContactChanged,
    ContactRemoved,
)
from messenger.wire.messages import AcceptedCover, AcceptFromWith, AcceptWith

STANDARD_COVER: Final = COVER_PROFILES[DEFAULT_COVER]
# After one of these other people may be connected, or with another cover.
PEOPLE_EVENTS: Final = (ContactAdded, ContactAccepted, ContactChanged, ContactRemoved)


class Covers:
    """Keeps the plan of the context up to date. Owner: the engine's loop thread.

    Args:
        wanted: whom we dial and let in, now.
        on_change: the plan, or what was chosen, is another one.
    """

    def __init__(
        self,
        context: Context,
        wanted: Callable[[], Iterable[Contact]],
        on_change: Callable[[], None],
    ) -> None:
        self._context = context
        self._wanted = wanted
        self._on_change = on_change
        self._counting = False
        self._told = AcceptFromWith([])
        self.relay_count: Callable[[], int] = lambda: 0  # each costs as much as a contact

    def begin(self, budget: str, contacts: Iterable[Contact]) -> None:
        """Take up the budget of the settings, before the listener and the first dial."""
        known = [contact for contact in contacts if wants_link(contact)]
        self._context.plan = self._plan(known, int(budget) if budget.isdecimal() else None)

    def start(self) -> None:
        """All contacts are taken up: count them from now on."""
        self._counting = True

    def follow(self) -> None:
        """Somebody came, went or was given another cover: count again, and tell if it matters."""
        if self._counting:
            self._renew(self._context.plan.budget)

    async def set_cover(self, command: SetCover) -> None:
        """Choose for everybody who has no cover of their own."""
        check_cover(command.cover)
        await self._put("cover", cover_to_text(command.cover))
        self._context.cover = command.cover
        self._context.plan = self._plan(self._wanted(), self._context.plan.budget)
        self._accept_with()
        self.introduce(self._wanted())
        self._on_change()

    async def set_budget(self, command: SetDataBudget) -> None:
        """Set the budget of a month, or none."""
        budget = command.bytes_per_month
        if budget is not None and not 0 < budget <= MAX_BUDGET:
            raise InputError("A data budget is more than nothing and at most 1,000,000 GB a month.")
        await self._put("budget", "" if budget is None else str(budget))
        self._renew(budget)

    def _renew(self, budget: int | None) -> None:
        plan = self._plan(self._wanted(), budget)
        if plan != self._context.plan:
            accepted = self._context.cover_for(None)
            self._context.plan = plan
            if self._context.cover_for(None) != accepted:
                self._accept_with()
            self._on_change()
        self.introduce(self._wanted())

    def _plan(self, contacts: Iterable[Contact], budget: int | None) -> CoverPlan:
        choices = [contact.cover or self._context.cover for contact in contacts]
        return plan_for([*choices, *[self._context.cover] * self.relay_count()], budget)

    def _accept_with(self) -> None:
        cover = self._context.cover_for(None)
        self._context.wire.send(AcceptWith(cover.interval_s, cover.mode.value))

    def introduce(self, contacts: Iterable[Contact]) -> None:
        """Tell the wire process which callers have a cover of their own, if that is news to it."""
        covers = AcceptFromWith(
            [
                AcceptedCover(key, cover.interval_s, cover.mode.value)
                for contact in contacts
                if contact.cover is not None and wants_link(contact)
                for cover in (self._context.cover_for(contact),)
                for key in (contact.key, contact.former_key)
                if key is not None
            ]
        )
        if covers != self._told:
            self._told = covers
            self._context.wire.send(covers)

    async def _put(self, name: str, value: str) -> None:
        await self._context.store.write(lambda tx: tx.settings.put(name, value))


def check_cover(cover: Cover) -> None:
    """Raise InputError for an interval that no link can have."""
    if not MIN_COVER_S <= cover.interval_s <= MAX_COVER_S:
        raise InputError("A cell leaves at most every millisecond, at least every 2 seconds.")
