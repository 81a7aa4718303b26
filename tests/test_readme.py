"""What the README promises is there: its links, its commands, its stages."""

from __future__ import annotations

import re
from pathlib import Path

from django.core.management import get_commands

from cbhi_site.stages import STAGES

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_link_of_the_readme_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert len(links) > 10
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_command_of_the_readme_is_one() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^    |`)make ([a-z-]+)", README, re.MULTILINE))
    commands = set(re.findall(r"manage\.py ([a-z_]+)", README))
    assert {"run", "rehearsal", "test", "audit", "sbom"} <= named <= targets
    assert {"create_organisation", "daily"} <= commands
    assert commands <= set(get_commands())


def test_the_readme_tells_of_all_nine_stages_as_built() -> None:
    path = README.partition("## The path")[2].partition("\n## ")[0]
    items = re.split(r"\n(?=\d\. )", path)[1:]
    told = {name for item in items for name in re.findall(r"\*\*([^*]+)\*\*", item)}
    assert told == {str(stage.name) for stage in STAGES}
    assert "(to come)" not in path
