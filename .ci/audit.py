"""`make audit`: known holes in the packages of requirements.lock.

pip-audit calls it clean when a service knows none of the packages. So each service is first asked for a hole
that everybody knows; and a package that could not be looked up is never counted as clean.
Ends with 0 (clean), 1 (holes found), 2 (not checked, or not all).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
SERVICES = ("pypi", "osv")
# Django 2.2.0 has had published holes since 2019: who does not know them knows nothing.
KNOWN_HOLE = "django==2.2.0\n"
PATIENCE_SECONDS = 180
CLEAN, HOLES, NOT_CHECKED = 0, 1, 2

Ask = Callable[[str, Path], list[dict[str, Any]] | None]


def ask_pip_audit(service: str, requirements: Path) -> list[dict[str, Any]] | None:
    """What `service` says of each package, or None when it gave no answer."""
    command = [sys.executable, "-m", "pip_audit", "--vulnerability-service", service, "--format", "json"]
    command += ["--requirement", str(requirements), "--no-deps", "--disable-pip", "--progress-spinner", "off"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
        found = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, list) else None


def knows_holes(service: str, ask: Ask) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        probe = Path(folder) / "requirements.txt"
        probe.write_text(KNOWN_HOLE, encoding="utf-8")
        return any(package.get("vulns") for package in ask(service, probe) or [])


def audit(lock: Path, *, ask: Ask = ask_pip_audit, say: Callable[[str], object] = print) -> int:
    for service in SERVICES:
        packages = ask(service, lock) if knows_holes(service, ask) else None
        if packages:
            return report(packages, service=service, say=say)
    say("make audit: NOT CHECKED: no advisory service answered. Run it again where the network allows it.")
    return NOT_CHECKED


def report(packages: list[dict[str, Any]], *, service: str, say: Callable[[str], object]) -> int:
    holes = [(package, hole) for package in packages for hole in package.get("vulns", [])]
    for package, hole in holes:
        fixed = ", ".join(hole.get("fix_versions", [])) or "no release yet"
        say(f"{package['name']} {package['version']}: {hole['id']}, mended in {fixed}")
    unknown = sorted(package["name"] for package in packages if "vulns" not in package)
    if holes:
        say(f"make audit: {len(holes)} known holes ({service})")
        return HOLES
    if unknown:
        say(f"make audit: NOT ALL CHECKED: {service} does not know {', '.join(unknown)}")
        return NOT_CHECKED
    say(f"make audit: {len(packages)} packages, no known hole ({service})")
    return CLEAN


if __name__ == "__main__":
    sys.exit(audit(LOCK))
