"""Each condition, bound, order and conflict of a statement is changed by itself."""

from sql_changes import changes_of, is_sql


def test_statements_and_their_pieces_are_known_from_other_words() -> None:
    assert all(map(is_sql, ("SELECT 1 FROM seen", "= ? WHERE row = ?", "ORDER BY number")))
    assert not any(map(is_sql, ("there is no such message", "edit_stamp", "Not OR but and")))


def test_each_part_of_a_condition_is_changed() -> None:
    assert list(changes_of("WHERE id = ? AND NOT (a > 1 OR b IS NULL)")) == [
        "WHERE id = ? OR NOT (a > 1 OR b IS NULL)",
        "WHERE id = ? AND NOT (a > 1 AND b IS NULL)",
        "WHERE id = ? AND NOT (a > 1 OR b IS NOT NULL)",
        "WHERE id = ? AND NOT (a >= 1 OR b IS NULL)",
        "WHERE id <> ? AND NOT (a > 1 OR b IS NULL)",
        "WHERE id = ? AND NOT (a > 2 OR b IS NULL)",
    ]


def test_an_assignment_is_no_comparison() -> None:
    assert list(changes_of("UPDATE t SET a = ?, b = b + 1 WHERE c = ?")) == [
        "UPDATE t SET a = ?, b = b - 1 WHERE c = ?",
        "UPDATE t SET a = ?, b = b + 1 WHERE c <> ?",
        "UPDATE t SET a = ?, b = b + 2 WHERE c = ?",
    ]


def test_order_conflicts_and_sets_are_changed() -> None:
    assert list(changes_of("INSERT OR IGNORE INTO t")) == ["INSERT INTO t"]
    assert list(changes_of("INSERT OR REPLACE INTO t")) == ["INSERT OR IGNORE INTO t"]
    assert list(changes_of("ORDER BY d.number")) == ["ORDER BY d.number DESC"]
    assert list(changes_of("ORDER BY number DESC")) == ["ORDER BY number"]
    assert list(changes_of("a NOT IN (SELECT b")) == ["a IN (SELECT b"]
    assert list(changes_of("a IN (SELECT min(b)")) == [
        "a NOT IN (SELECT min(b)",
        "a IN (SELECT max(b)",
    ]
