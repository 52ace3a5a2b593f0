"""docs/states.md says what the tables say."""

from pathlib import Path

from state_diagrams import file_edges, link_edges, message_edges, page

PAGE = Path(__file__).parents[2] / "docs" / "states.md"


def test_the_page_is_drawn_from_the_tables_of_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run tests/protocol/state_diagrams.py"


def test_every_edge_that_matters_is_there() -> None:
    assert ("EXPECT_THIRD", "OPEN", "flight") in link_edges()
    assert ("waiting", "delivered", "") in message_edges()
    assert ("delivered", "waiting", "") not in message_edges()
    assert ("cancelled", "done", "done") in file_edges()  # the one crossing
    assert not any(start == "done" for start, *_ in file_edges())
