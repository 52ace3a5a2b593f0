"""Say what a build ships: a CycloneDX list for programs, a plain one and the licences for people.

Source: CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/
"""

import json
import re
import shutil
from pathlib import Path

from origins import Part


def write(shipped: list[Part], version: str, folder: Path) -> None:
    """Write ``sbom.cdx.json``, ``shipped.txt`` and ``licenses/``, the same for the same input."""
    text = json.dumps(bom(shipped, version), indent=2, sort_keys=True) + "\n"
    (folder / "sbom.cdx.json").write_text(text)
    (folder / "shipped.txt").write_text("".join(_line(each) for each in shipped))
    for part in shipped:
        for at, source in enumerate(part.texts):
            place = folder / "licenses" / part.name.lower() / _plain(source.name)
            if place.exists():
                place = place.with_name(f"{at}-{place.name}")
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place)


def bom(shipped: list[Part], version: str) -> dict[str, object]:
    """The list as CycloneDX wants it."""
    own = {"type": "application", "bom-ref": "hum", "name": "hum", "version": version}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": own | {"licenses": [{"license": {"id": "GPL-3.0-or-later"}}]},
        },
        "components": [_component(each) for each in shipped],
    }


def _component(part: Part) -> dict[str, object]:
    said: dict[str, object] = {
        "type": "library",
        "bom-ref": f"{part.inside}/{part.purl}" if part.inside else part.purl,
        "name": part.name,
        "version": part.version,
        "purl": part.purl,
        "licenses": [{"license": {"name": part.licence}}],
    }
    if part.inside:
        said["description"] = f"held by {part.inside}"
    return said


def _line(part: Part) -> str:
    where = f" (in {part.inside})" if part.inside else ""
    return f"{part.name} {part.version}{where}: {part.licence}\n"


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "-", name)
