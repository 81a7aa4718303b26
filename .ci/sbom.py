"""`make sbom`: what the running site is made of, from requirements.lock, as CycloneDX 1.6 JSON.

The same lock and the same installed packages give the same bytes: no time, no random number.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tomllib
import uuid
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_PINNED = re.compile(r"^(?P<name>[a-z0-9-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)(?P<rest>.*)$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def components(lock: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for line in lock.splitlines():
        pinned = _PINNED.match(line)
        if pinned:
            found.append(component(pinned["name"], pinned["version"], pinned["rest"]))
        if found:
            found[-1]["hashes"] += [{"alg": "SHA-256", "content": each} for each in _HASH.findall(line)]
    return found


def component(name: str, version: str, rest: str) -> dict[str, Any]:
    purl = f"pkg:pypi/{name}@{version}"
    made: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "hashes": [],
    }
    marker = rest.strip().removesuffix("\\").strip().removeprefix(";").strip()
    if marker:
        made["properties"] = [{"name": "cbhi:marker", "value": marker}]
    said = licence(name, version)
    if said:
        made["licenses"] = [{"license": {"name": said}}]
    return made


def licence(name: str, version: str) -> str:
    """As the installed package says it; nothing where another system's package is not installed here."""
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return ""
    if found.version != version:
        return ""
    said = found.metadata.get("License-Expression") or ""
    classifiers = [each for each in found.metadata.get_all("Classifier", []) if each.startswith("License ::")]
    said = said or "; ".join(each.rsplit(" :: ", 1)[-1] for each in sorted(classifiers))
    # The oldest field holds a name or a whole licence text.
    older = found.metadata.get("License") or ""
    return said or (older if "\n" not in older else "")


def sbom(lock: str, project: dict[str, Any]) -> dict[str, Any]:
    parts = components(lock)
    itself = f"pkg:generic/{project['name']}@{project['version']}"
    digest = hashlib.sha256(lock.encode()).hexdigest()
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, f'{itself} {digest}')}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": itself,
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": parts,
        "dependencies": [{"ref": itself, "dependsOn": [part["bom-ref"] for part in parts]}]
        + [{"ref": part["bom-ref"]} for part in parts],
    }


def main() -> int:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    made = sbom((ROOT / "requirements.lock").read_text(encoding="utf-8"), project)
    target = ROOT / "sbom.json"
    target.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{target.name}: {len(made['components'])} packages")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
