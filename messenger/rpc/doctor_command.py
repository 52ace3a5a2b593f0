"""``hum doctor``: opens the profile as ``hum rpc`` does, and looks at each step to others."""

import argparse
import asyncio
import contextlib
import sys
from typing import Final

from messenger.core.errors import ProfileMissingError
from messenger.engine.closed_profile import profile_exists
from messenger.engine.options import profile_folder
from messenger.rpc.client import Json, RpcClient

MARKS: Final = {"pass": "ok  ", "fail": "FAIL", "note": "    "}


def run_doctor(options: argparse.Namespace) -> int:
    """Print what was found; 1 if a step failed, or the profile does not open.

    Raises:
        ProfileMissingError: there is no profile to look at.
    """
    if not profile_exists(profile_folder(options.data_dir, options.profile)):
        raise ProfileMissingError("There is no profile in this folder.")
    try:
        return asyncio.run(_look(options))
    except ConnectionError as error:  # the node ended, and says why in one line
        print(error, file=sys.stderr)
        return 1


async def _look(options: argparse.Namespace) -> int:
    node = await RpcClient.start(*_arguments(options))
    try:
        await _settle(node, options.wait)
        found = (await node.call("doctor.run"))["findings"]
    finally:
        await node.stop()
    for finding in found:
        print(f"{MARKS[finding['verdict']]}  {finding['title']}: {finding['text']}")
    return 1 if any(finding["verdict"] == "fail" for finding in found) else 0


def _arguments(options: argparse.Namespace) -> list[str]:
    """Those of the command line that open the profile."""
    given = []
    for name in ("data_dir", "profile", "passphrase_file"):
        if (value := getattr(options, name)) is not None:
            given += [f"--{name.replace('_', '-')}", str(value)]
    return given + ["--keyring"] * bool(options.keyring)


async def _settle(node: RpcClient, seconds: float) -> None:
    """Give the router time to answer, and contacts time to connect."""
    contacts = (await node.call("contact.list"))["contacts"]
    wanted = {each["contact"] for each in contacts if each["state"] in {"asked", "accepted"}}

    def settled() -> bool:
        return _mapping_settled(node.events) and (not wanted or _anybody(node.events))

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await node.wait_until(settled)


def _mapping_settled(events: list[Json]) -> bool:
    states = [event["state"] for event in events if event["type"] == "network.port"]
    return not states or states[-1] != "asking"


def _anybody(events: list[Json]) -> bool:
    return any(event["type"] == "contact.online" for event in events)
