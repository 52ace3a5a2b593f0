"""The plan of the mutation tests names files that exist, and each module in one group."""

import pytest
from mutation_plan import GROUPS, ROOT, Group, group_named


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_every_pattern_finds_a_file(group: Group) -> None:
    assert group.module_paths()
    assert all(path.split("/")[-1].startswith("test_") for path in group.test_paths())


def test_no_module_stands_in_two_groups() -> None:
    paths = [path for group in GROUPS for path in group.module_paths()]
    assert len(set(paths)) == len(paths)


def test_all_of_the_protocol_is_in_a_group() -> None:
    named = {path for group in GROUPS for path in group.module_paths()}
    modules = (ROOT / "messenger/protocol").glob("[!_]*.py")
    assert {path.relative_to(ROOT).as_posix() for path in modules} <= named


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(KeyError):
        group_named("none")
    with pytest.raises(LookupError):
        Group("none", ("crypto/none*.py",), ()).module_paths()
