"""``@frozen`` means what ``@dataclass(frozen=True, slots=True)`` means."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from threading import Barrier
from typing import Any

import pytest

from messenger.core.frozen import frozen


@frozen
class Late:
    """A value with everything that ours have."""

    name: str
    secret: bytes = field(repr=False)
    count: int = 1
    tags: list[str] = field(default_factory=list, compare=False)

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("a name is missing")

    @property
    def shouted(self) -> str:
        return self.name.upper()


@dataclass(frozen=True, slots=True)
class Plain:
    """The same, made by the standard library."""

    name: str
    secret: bytes = field(repr=False)
    count: int = 1
    tags: list[str] = field(default_factory=list, compare=False)


def test_values_are_made_shown_compared_and_hashed_as_those_of_the_library() -> None:
    late, plain = Late("Mara", b"key", tags=["x"]), Plain("Mara", b"key", tags=["x"])
    assert repr(late) == repr(plain).replace("Plain", "Late")
    assert late == Late("Mara", b"key")
    assert late != Late("Mara", b"other")
    assert late != plain
    assert hash(late) == hash(plain)
    assert [each.name for each in fields(late)] == [each.name for each in fields(plain)]
    assert late.shouted == "MARA"


def test_copies_with_changes_and_patterns() -> None:
    match replace(Late("Mara", b"key"), count=3):
        case Late(name, _, count=count):
            assert (name, count) == ("Mara", 3)
        case _:
            pytest.fail("the pattern did not match")


@pytest.mark.parametrize("made", [Late, Plain])
def test_wrong_arguments_are_refused(made: Any) -> None:
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'secret'"):
        made("Mara")
    with pytest.raises(TypeError, match="unexpected keyword argument 'other'"):
        made("Mara", b"key", other=1)


def test_what_the_class_checks_is_checked_the_first_time_too() -> None:
    @frozen
    class Checked:
        value: int

        def __post_init__(self) -> None:
            if self.value < 0:
                raise ValueError("negative")

    with pytest.raises(ValueError, match="negative"):
        Checked(-1)


def test_nothing_can_be_set_deleted_or_added() -> None:
    late: Any = Late("Mara", b"key")
    for name in ("name", "unknown"):
        with pytest.raises(FrozenInstanceError):
            setattr(late, name, 1)
    with pytest.raises(FrozenInstanceError):
        del late.name
    assert not hasattr(late, "__dict__")


def test_copies_and_pickles_keep_the_fields() -> None:
    late = Late("Mara", b"key", tags=["x"])
    for other in (copy.copy(late), copy.deepcopy(late), pickle.loads(pickle.dumps(late))):
        assert other == late
        assert other.tags == ["x"]


@pytest.mark.parametrize("use", [repr, hash, lambda value: value == value])  # noqa: PLR0124
def test_any_method_may_be_the_first(use: Any) -> None:
    @frozen
    class First:
        value: int = 1

    made = object.__new__(First)
    object.__setattr__(made, "value", 5)
    use(made)
    assert First() == First(1)


def test_an_own_method_stays() -> None:
    @frozen
    class Own:
        value: int = 1

        def __repr__(self) -> str:
            return "hidden"

    assert repr(Own()) == "hidden"


def test_a_value_may_be_the_default_of_another() -> None:
    @frozen
    class Inner:
        value: int = 1

    @frozen
    class Outer:
        inner: Inner = Inner()

    assert repr(Outer()).endswith("Inner(value=1))")
    assert Outer() == Outer(Inner(1))


def test_threads_may_use_a_class_for_the_first_time_at_once() -> None:
    @frozen
    class Shared:
        value: int

    ready = Barrier(4)

    def make(number: int) -> int:
        ready.wait()
        return Shared(number).value

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(make, range(4))) == [0, 1, 2, 3]


def test_a_field_may_be_found_out_instead_of_given() -> None:
    @frozen
    class Square:
        side: int
        area: int = field(init=False)
        marks: list[int] = field(default_factory=list, repr=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "area", self.side**2)

    assert repr(Square(3)).endswith("Square(side=3, area=9)")
    assert replace(Square(3), side=4).area == 16
    assert Square(3).marks is not Square(3).marks
    assert Square.__match_args__ == ("side", "marks")
    assert Square.__dataclass_params__.frozen  # type: ignore[attr-defined]
