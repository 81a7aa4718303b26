"""Which code this is: what other code worked out and kept is not shown as this one's."""

from __future__ import annotations

import hashlib
from pathlib import Path

NOT_THE_SITE = frozenset({"tests", "bench"})


def source_hash(home: Path) -> str:
    """The same for the same Python files of the site's packages in `home`; 20 digits.

    Two releases that run side by side for a while, as one is rolled out, keep their figures apart by it.
    """
    found = hashlib.sha256()
    packages = [
        folder.parent for folder in home.glob("*/__init__.py") if folder.parent.name not in NOT_THE_SITE
    ]
    for path in sorted(path for package in packages for path in package.rglob("*.py")):
        content = path.read_bytes()
        found.update(f"{path.relative_to(home).as_posix()} {len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()[:20]
