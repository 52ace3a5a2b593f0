"""The tree of errors: one root, a stable word for each, and the branch says who acts."""

from messenger.core import errors
from messenger.core.errors import MessengerError

_ALL = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, Exception)
]


def test_every_error_has_the_one_root_and_a_name_that_says_error() -> None:
    assert all(issubclass(error, MessengerError) for error in _ALL)
    assert all(error.__name__.endswith("Error") for error in _ALL)


def test_every_error_has_a_kind_of_its_own() -> None:
    kinds = [error.kind for error in _ALL]
    assert len(set(kinds)) == len(kinds)
    assert all(kind.replace("_", "").isalpha() and kind.islower() for kind in kinds)


def test_every_error_says_in_its_docstring_what_happened() -> None:
    assert all(error.__doc__ for error in _ALL)
