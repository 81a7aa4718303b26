"""`manage.py serve` as a person meets it: one command, a page, faults survived, nothing left behind."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import psutil
import pytest

PATIENCE_SECONDS = 60


class Site:
    """A running `serve` with its own data folder, database, broker."""

    def __init__(self, var: Path, *arguments: str) -> None:
        ours = ("DATABASE_URL", "REDIS_URL", "CBHI_VAR", "STATIC_ROOT", "PORT", "BIND")
        self.environ = {key: value for key, value in os.environ.items() if key not in ours}
        self.environ["CBHI_VAR"] = str(var)
        self.output = var.parent / f"{var.name}.txt"
        self.command = [sys.executable, "manage.py", "serve", *arguments]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(self.command, env=self.environ, stdout=output, stderr=output)

    def told(self) -> str:
        return self.output.read_text()

    def wait_for(self, pattern: str) -> re.Match[str]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := re.search(pattern, self.told())) is None:
            assert time.monotonic() < deadline, self.told()
            assert self.process.poll() is None, self.told()
            time.sleep(0.05)
        return found

    def child(self, word: str) -> psutil.Process:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            for process in psutil.Process(self.process.pid).children():
                with contextlib.suppress(psutil.NoSuchProcess):
                    if any(word in part for part in process.cmdline()):
                        return process
            assert time.monotonic() < deadline, f"no {word}: {self.told()}"
            time.sleep(0.05)


@pytest.fixture
def serve(tmp_path):
    sites = []

    def start(*arguments: str, var: str = "var") -> Site:
        sites.append(Site(tmp_path / var, *arguments))
        return sites[-1]

    yield start
    for site in sites:
        if site.process.poll() is None:
            site.process.terminate()
            site.process.wait(30)


@pytest.fixture
def free_port():
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return line.getsockname()[1]


def page(address: str) -> int:
    with urllib.request.urlopen(f"{address}sign-in/", timeout=20) as response:
        return response.status


def test_one_command_serves_survives_kill_9_and_leaves_nothing_behind(serve, free_port):
    site = serve("--port", str(free_port))
    address = site.wait_for(r"Ready: (\S+)").group(1)
    assert address == f"http://localhost:{free_port}/"
    assert page(address) == 200
    assert (
        urllib.request.urlopen(f"{address}readyz", timeout=20).read()
        == b"database ok\nmigrations ok\nbroker ok\n"
    )
    key = Path(site.environ["CBHI_VAR"], "secret-key")
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.parent.stat().st_mode & 0o777 == 0o700

    twice = subprocess.run(site.command, env=site.environ, capture_output=True, text=True, timeout=60)
    assert twice.returncode == 1
    assert f"The site is running already: {address}" in twice.stderr

    worker = site.child("celery")
    worker.kill()
    site.wait_for("worker stopped unexpectedly; starting it again")
    assert site.child("celery").pid != worker.pid
    assert page(address) == 200

    everyone = psutil.Process(site.process.pid).children(recursive=True)
    lines = {
        line.laddr for process in everyone for line in process.net_connections(kind="unix") if line.laddr
    }
    sockets = [Path(name) for name in lines if name.endswith("broker.sock")]
    assert sockets
    site.process.send_signal(signal.SIGTERM)
    assert site.process.wait(30) == 0
    _gone, alive = psutil.wait_procs(everyone, timeout=5)
    assert alive == []
    assert not any(path.exists() or path.parent.exists() for path in sockets)
    assert "Stopped." in site.told()


class Visitor:
    """Somebody with a browser that keeps cookies, and nothing else."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def get(self, path: str) -> str:
        return self.browser.open(self.address + path, timeout=60).read().decode()

    def post(self, path: str, page: str, **values: str) -> str:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1)
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **values}).encode()
        return self.browser.open(self.address + path, data, timeout=60).read().decode()


@pytest.fixture
def taken_port(free_port):
    with socket.socket() as line:
        line.bind(("127.0.0.1", free_port))
        line.listen()
        yield free_port


def test_a_stranger_signs_in_and_reads_the_slides_numbers_on_a_laptop_whose_port_is_taken(
    serve, taken_port, monkeypatch
):
    monkeypatch.setenv("SIMULATED_FAMILIES", "1000000")
    site = serve("--port", str(taken_port))
    site.wait_for(f"Port {taken_port} is taken by another program; using")
    address = site.wait_for(r"Ready: (\S+)").group(1)
    assert address != f"http://localhost:{taken_port}/"
    assert page(address) == 200
    visitor = Visitor(address)
    user, password = re.search(r"Sign in as (\w+), password (\w+)", site.told()).groups()
    home = visitor.post("/sign-in/", visitor.get("/sign-in/"), login=user, password=password)
    scheme = re.search(r"/schemes/([0-9a-f-]{36})/[^>]*>Slide example<", home).group(1)
    sheet = visitor.get(f"/schemes/{scheme}/calculator/")
    for amount in ("111", "99", "116", "42", "368", "17", "384", "77", "461", "477", "429"):
        assert re.search(rf">\s*{amount}\s*<", sheet), amount
    for page_ in ("packages", "compare", "runs", "calculator/sure", "calculator/movers"):
        assert "Slide example" in visitor.get(f"/schemes/{scheme}/{page_}/")
    package = re.search(r"/packages/([0-9a-f-]{36})/", sheet).group(1)
    deadline = time.monotonic() + 240
    while "they agree" not in visitor.get(f"/packages/{package}/sure/"):
        assert time.monotonic() < deadline, "the example was not simulated in time"
        time.sleep(2)
    assert "Two engines, one answer" in visitor.get(f"/packages/{package}/")
    site.process.send_signal(signal.SIGINT)
    assert site.process.wait(30) == 0
