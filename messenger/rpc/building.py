"""Methods about the program itself: its files, and how a contact's compares."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from messenger.core.builds import Build, BuildCheck, BuildComparison, FileFinding
from messenger.engine import commands as c
from messenger.engine import events as e
from messenger.rpc.params import HasEngine, Json, Params, contact_id
from messenger.update.spoken_print import digits, words


class WithContact(Params, frozen=True):
    contact: str


async def verify(node: HasEngine, _: Params) -> Json:
    check = cast(BuildCheck, await node.engine.execute(c.CheckBuild()))
    return {
        "kind": check.kind.value,
        "build": _build(check.build) if check.build is not None else None,
        "files": check.file_count,
        "findings": _findings(check.findings),
    }


async def compare(node: HasEngine, params: WithContact) -> Json:
    command = c.CompareBuild(contact_id(params.contact))
    comparison = cast(BuildComparison, await node.engine.execute(command))
    return {"contact": params.contact} | _comparison(comparison)


def event(value: e.Event) -> Json | None:
    """Return what a notification says, or None where it is none of ours."""
    match value:
        case e.BuildDiffers(findings=findings):
            return {"type": "build.differs", "findings": _findings(findings)}
        case e.BuildCompared(contact=number, comparison=comparison):
            return {"type": "build.compared", "contact": str(number)} | _comparison(comparison)
        case _:
            return None


METHODS: Final[dict[str, tuple[type[Params], Callable[[Any, Any], Awaitable[Json]]]]] = {
    "build.verify": (Params, verify),
    "build.compare": (WithContact, compare),
}


def _comparison(comparison: BuildComparison) -> Json:
    return {
        "match": comparison.match.value,
        "own": _build(comparison.own),
        "peer": _build(comparison.peer),
    }


def _build(build: Build) -> Json:
    return {
        "version": build.version,
        "system": build.system,
        "fingerprint": build.fingerprint.hex(),
        "words": words(build.fingerprint),
        "digits": digits(build.fingerprint),
    }


def _findings(findings: tuple[FileFinding, ...]) -> list[Json]:
    return [{"path": finding.path, "what": finding.damage.value} for finding in findings]
