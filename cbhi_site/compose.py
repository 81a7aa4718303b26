"""Reads docker-compose.yml as Docker does, so that what runs without Docker is what runs with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


class MissingVariableError(KeyError):
    pass


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service: what it runs, its settings, how it is asked whether it is well, where it keeps data."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    health: tuple[str, ...]
    volumes: Mapping[str, str]
    stop_seconds: float


def interpolated(text: str, variables: Mapping[str, str]) -> str:
    """`${NAME}`, `${NAME:-default}` and `${NAME:?needed}`: an empty value counts as missing."""

    def value(found: re.Match[str]) -> str:
        name, kind, words = found.groups()
        given = variables.get(name, "")
        if not given and kind == "?":
            raise MissingVariableError(f"{name} is {words}.")
        return given or (words if kind == "-" else "")

    return _VARIABLE.sub(value, text)


def services(path: Path, variables: Mapping[str, str]) -> dict[str, Service]:
    """All services by name, with the variables filled in."""
    read = yaml.safe_load(interpolated(path.read_text(encoding="utf-8"), variables))
    return {name: _service(name, said) for name, said in read["services"].items()}


def _service(name: str, said: Mapping[str, Any]) -> Service:
    health = said.get("healthcheck", {}).get("test", ["CMD"])
    if health[0] != "CMD":
        raise ValueError(f"The health check of {name} must be a list that starts with CMD.")
    volumes = (volume.split(":") for volume in said.get("volumes", ()))
    return Service(
        name=name,
        command=tuple(said.get("command", ())),
        environment={
            key: str("" if value is None else value) for key, value in said.get("environment", {}).items()
        },
        health=tuple(health[1:]),
        volumes={target: source for source, target, *_options in volumes},
        stop_seconds=float(str(said.get("stop_grace_period", "10s")).removesuffix("s")),
    )
