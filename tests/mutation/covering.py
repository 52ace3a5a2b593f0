"""Which test reaches which line, and how long it takes: measured once for each test file.

The lines of fixtures that several tests share are counted for every test of the file.
"""

import ast
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import coverage
import pytest

SHARED: Final = "*"  # stands for every test of the file


@dataclass(frozen=True)
class TestFile:
    """What one run of a test file, unchanged, told."""

    __test__ = False

    path: str
    seconds: dict[str, float]  # by node id, under the tracer
    lines: dict[str, dict[str, list[int]]]  # node id or SHARED -> module path -> line numbers
    digests: dict[str, str] = field(default_factory=dict)  # of the file and the modules it reached

    def is_of(self, root: Path) -> bool:
        """Whether the test file and everything that it reached are as they were."""
        return all(digest_of(root / path) == digest for path, digest in self.digests.items())

    def reaching(self, path: str, lines: set[int]) -> Iterator[tuple[float, str]]:
        """Yield (seconds, node id) of the tests that run any of the lines of a module."""
        everybody = bool(lines & set(self.lines.get(SHARED, {}).get(path, ())))
        for name, seconds in self.seconds.items():
            if everybody or lines & set(self.lines.get(name, {}).get(path, ())):
                yield seconds, name


class Measuring:
    """A pytest plugin that traces each test under its own name."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._cover = coverage.Coverage(
            data_file=None, config_file=False, include=[f"{root}/messenger/*"]
        )
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Iterator[None]:
        self._cover.switch_context(SHARED if _shares_fixtures(item) else item.nodeid)
        self.seconds[item.nodeid] = -time.process_time()
        yield
        self._cover.switch_context(item.nodeid)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.seconds[nodeid] += time.process_time()

    def pytest_collection_finish(self) -> None:
        self._cover.start()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            raise RuntimeError(f"{report.nodeid} fails without any mutant:\n{report.longreprtext}")

    def result(self, path: str) -> TestFile:
        """Return what was measured of the one file that ran."""
        self._cover.stop()
        data = self._cover.get_data()
        lines: dict[str, dict[str, list[int]]] = {}
        for measured in sorted(data.measured_files()):
            module = Path(measured).relative_to(self._root).as_posix()
            for line, contexts in data.contexts_by_lineno(measured).items():
                for context in filter(None, contexts):
                    lines.setdefault(context, {}).setdefault(module, []).append(line)
        reached = {module for of_test in lines.values() for module in of_test}
        digests = {name: digest_of(self._root / name) for name in sorted({path, *reached})}
        return TestFile(path, self.seconds, lines, digests)


def _shares_fixtures(item: Any) -> bool:
    """Whether a fixture of the test lives longer than the test."""
    info = getattr(item, "_fixtureinfo", None)
    definitions = info.name2fixturedefs.values() if info else ()
    return any(one.baseid and one.scope != "function" for some in definitions for one in some)


def digest_of(path: Path) -> str:
    """Return the digest of a file, or nothing where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.exists() else ""


def load(path: Path) -> TestFile:
    """Read what was measured."""
    return TestFile(**json.loads(path.read_text()))


def imports(test_source: str, module_path: str) -> bool:
    """Whether a test file names a module, or its package, in an import: it may see constants."""
    module = module_path.removesuffix(".py").replace("/", ".")
    named = set[str]()
    for node in ast.walk(ast.parse(test_source)):
        if isinstance(node, ast.ImportFrom):
            named |= {node.module or "", *(f"{node.module}.{one.name}" for one in node.names)}
        elif isinstance(node, ast.Import):
            named |= {one.name for one in node.names}
    return bool({module, module.rpartition(".")[0]} & named)


def statement_lines(source: str, line: int) -> set[int]:
    """Return the lines of the innermost statement at ``line``; none where it runs at import.

    Of a statement with a body, only the head counts.
    """
    nodes = list(ast.walk(ast.parse(source)))
    functions = [one for one in nodes if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    if not any(one.body[0].lineno <= line <= (one.end_lineno or 0) for one in functions):
        return set()
    statements = [
        one
        for one in nodes
        if isinstance(one, ast.stmt | ast.ExceptHandler) and one.lineno <= line <= _end(one)
    ]
    innermost = max(statements, key=lambda one: one.lineno)
    if isinstance(innermost, ast.Match):
        return {line}
    return set(range(innermost.lineno, _head_end(innermost) + 1))


def _end(node: ast.stmt | ast.ExceptHandler) -> int:
    return node.end_lineno or node.lineno


def _head_end(node: ast.stmt | ast.ExceptHandler) -> int:
    body = getattr(node, "body", None)
    return max(node.lineno, body[0].lineno - 1) if isinstance(body, list) else _end(node)
