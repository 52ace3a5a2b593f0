"""Say what a build ships: a CycloneDX list for programs and a plain one for people.

Reads the environment that runs it, which holds the locked requirements and nothing else.

Source: CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/
"""

import json
import re
from importlib.metadata import Distribution, distribution
from pathlib import Path

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)")


def write(requirements: Path, version: str, folder: Path) -> None:
    """Write ``sbom.cdx.json`` and ``shipped.txt`` into the folder, the same for the same input."""
    shipped = _shipped(requirements)
    bom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "hum", "version": version}},
        "components": [_component(each) for each in shipped],
    }
    (folder / "sbom.cdx.json").write_text(json.dumps(bom, indent=2, sort_keys=True) + "\n")
    lines = [f"{each.name} {each.version}: {licence(each)}\n" for each in shipped]
    (folder / "shipped.txt").write_text("".join(lines))


def licence(of: Distribution) -> str:
    """Return the licence that a package names, in its own words, on one line."""
    said = of.metadata["License-Expression"] or of.metadata["License"] or ""
    if not said or "\n" in said:
        named = of.metadata.get_all("Classifier") or []
        said = "; ".join(
            each.rpartition(" :: ")[2] for each in named if each.startswith("License ::")
        )
    return said or "not stated by the package"


def _shipped(requirements: Path) -> list[Distribution]:
    names = [
        found[1] for line in requirements.read_text().splitlines() if (found := _PINNED.match(line))
    ]
    return [
        there for name in sorted(names, key=str.lower) if (there := _installed(name)) is not None
    ]


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except ModuleNotFoundError:  # a requirement of another system
        return None


def _component(of: Distribution) -> dict[str, object]:
    purl = f"pkg:pypi/{of.name.lower().replace('_', '-')}@{of.version}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": of.name,
        "version": of.version,
        "purl": purl,
        "licenses": [{"license": {"name": licence(of)}}],
    }
