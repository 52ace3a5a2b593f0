"""The data budget of a month: set, taken away, and what the present choices cost beside it."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale, Slot
from PySide6.QtWidgets import QLineEdit

from messenger.core.cover_budget import GIGABYTE, MAX_BUDGET
from messenger.core.errors import MessengerError
from messenger.core.types import CoverPlan
from messenger.engine.commands import SetDataBudget
from messenger.gui.dialogs.cover_choice import data_size
from messenger.gui.dialogs.folding_row import FoldingRow
from messenger.gui.dialogs.labels import Note, TextLabel, Tone, field_label
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.requests import Requests
from messenger.gui.dialogs.sheet import push_button
from messenger.gui.texts import sentence
from messenger.gui.theme import TOUCH_MIN

_MAX_DIGITS: Final = 12


class BudgetField(Page):
    """Gigabytes a month in a field; an empty one means no budget. Owner: GUI thread."""

    def __init__(self, requests: Requests, plan: CoverPlan) -> None:
        super().__init__()
        self._requests = requests
        self._plan = plan
        self.edit = QLineEdit()
        self.edit.setMinimumHeight(TOUCH_MIN)
        self.edit.setMaxLength(_MAX_DIGITS)
        self.edit.setPlaceholderText(self.tr("No budget"))
        self.button = push_button(self.tr("Set budget"), self._set)
        self.price = TextLabel(tone="muted")
        self.note = Note()
        row = FoldingRow()
        row.add(self.edit, 1)
        row.add(self.button)
        words = self.tr("Data budget in &GB a month, for all contacts together")
        self.column.addWidget(field_label(words, self.edit))
        self.column.addWidget(row)
        self.column.addWidget(self.price)
        self.column.addWidget(self.note)
        self.edit.returnPressed.connect(self._set)
        self.show_plan(plan)

    def show_plan(self, plan: CoverPlan) -> None:
        """Show what is set and what follows from it."""
        if plan.budget != self._plan.budget or not self.edit.isModified():
            self.edit.setText("" if plan.budget is None else _gigabytes(plan.budget))
        self._plan = plan
        words = self.tr(
            "With all contacts and relays connected ({count}): {hour} an hour, {month} a month. "
            "What comes in is counted like your own cells, although the other side chooses it; "
            "fast lanes come on top."
        )
        words = words.replace("{count}", QLocale().toString(plan.link_count))
        words = words.replace("{hour}", data_size(plan.bytes_per_hour))
        self.price.setText(words.replace("{month}", data_size(plan.bytes_per_month)))
        self._refresh_note()

    def _refresh_note(self) -> None:
        words, tone = plan_words(self._plan), Tone.WARNING
        if self._plan.budget is not None and not words:
            words, tone = self.tr("The budget suffices for what you have chosen."), Tone.PLAIN
        if words != self.note.text:
            self.note.say(words, tone, aloud=False)

    @Slot()
    def _set(self) -> None:
        text = self.edit.text().strip()
        budget = None
        if text:
            value, understood = QLocale().toDouble(text)
            if not understood or not 0 < value <= MAX_BUDGET / GIGABYTE:
                self.note.say(self.tr("Type a number of gigabytes, or nothing."), Tone.DANGER)
                return
            budget = max(1, round(value * GIGABYTE))
        self._requests.ask(SetDataBudget(budget), type(None), self._on_set, self._on_failed)

    def _on_set(self, _result: None) -> None:
        self.edit.setModified(False)
        self._refresh_note()

    def _on_failed(self, error: MessengerError) -> None:
        self.note.say(sentence(error), Tone.DANGER)


def plan_headline(plan: CoverPlan) -> str:
    """Say in one short sentence that the budget takes something away; empty: it does not."""
    translate = QCoreApplication.translate
    if not plan.kept:
        return translate("BudgetField", "The data budget cannot be kept: see below.")
    if plan.reduced_count:
        return translate("BudgetField", "Cover is reduced to keep the data budget: see below.")
    return ""


def plan_words(plan: CoverPlan) -> str:
    """Say aloud what the budget takes away, or that it cannot be kept; empty: neither."""
    translate = QCoreApplication.translate
    if not plan.kept:
        words = translate(
            "BudgetField",
            "The data budget cannot be kept: even the slowest profile costs {month} a month with "
            "your contacts. Raise it, or have fewer contacts.",
        )
        return words.replace("{month}", data_size(plan.bytes_per_month))
    if plan.reduced_count:
        words = translate(
            "BudgetField",
            "Cover is reduced: the data budget leaves less than you chose. Contacts concerned: "
            "{count}. Messages wait longer; they are hidden as before.",
        )
        return words.replace("{count}", QLocale().toString(plan.reduced_count))
    return ""


def _gigabytes(count: int) -> str:
    locale = QLocale()
    locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    return locale.toString(count / GIGABYTE, "g", 10)
