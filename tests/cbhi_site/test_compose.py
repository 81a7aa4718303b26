"""docker-compose.yml: what it says exists, is read, is explained, and is what the rehearsal runs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands, load_command_class

from cbhi_site import compose
from cbhi_site.rehearsal import COMPOSE, SECRETS, Rehearsal

ROOT = Path(settings.BASE_DIR)
VARIABLES = {
    "SECRET_KEY": "k" * 60,
    "ALLOWED_HOSTS": "premiums.example",
    "POSTGRES_PASSWORD": "p",
    "REDIS_PASSWORD": "r",
}
OURS = ("web", "worker", "daily", "migrate")


@pytest.fixture(scope="module")
def read():
    return yaml.safe_load(COMPOSE.read_text())["services"]


@pytest.fixture(scope="module")
def services():
    return compose.services(COMPOSE, VARIABLES)


def test_a_server_is_a_proxy_the_site_its_daily_work_a_database_and_a_broker(services):
    assert set(services) == {"proxy", *OURS, "redis", "postgres"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("${A}", "given"),
        ("${B}", ""),
        ("${B:-else}", "else"),
        ("${A:-else}", "given"),
        ("x${A:?no}y", "xgiveny"),
    ],
)
def test_variables_are_filled_in_as_docker_does(text, said):
    assert compose.interpolated(text, {"A": "given", "B": ""}) == said


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_a_server_without_what_it_needs_does_not_start(name):
    with pytest.raises(compose.MissingVariableError, match=f"{name} is needed"):
        compose.services(COMPOSE, VARIABLES | {name: ""})


def test_a_health_check_is_a_list_of_words(tmp_path):
    wrong = tmp_path / "compose.yml"
    wrong.write_text('services: {web: {healthcheck: {test: ["CMD-SHELL", "x"]}}}')
    with pytest.raises(ValueError, match="must be a list"):
        compose.services(wrong, {})


def test_every_command_of_the_server_can_be_run(services):
    for name in OURS:
        for command in filter(None, (services[name].command, services[name].health)):
            program, *words = command
            if program == "python":
                assert words.pop(0) == "manage.py"
                app = get_commands()[words[0]]
                load_command_class(app, words[0]).create_parser("manage.py", words[0]).parse_args(words[1:])
            else:
                assert shutil.which(program, path=str(Path(sys.executable).parent)), program


def test_gunicorn_takes_its_command(services):
    checked = subprocess.run(
        [sys.executable, "-m", "gunicorn", *services["web"].command[1:], "--check-config"],
        capture_output=True,
        timeout=60,
        cwd=ROOT,
    )
    assert checked.returncode == 0, checked.stderr


def test_celery_takes_its_command(services):
    from celery.bin.celery import celery

    program, *words = services["worker"].command
    assert program == "celery"
    group = celery.make_context("celery", words[:3], resilient_parsing=True)
    command = celery.commands["worker"]
    with group:
        parsed = command.make_context("worker", words[3:], parent=group, resilient_parsing=True)
    assert parsed.params["concurrency"] == 2
    assert parsed.args == []


def test_every_variable_of_the_server_is_read_and_explained(services):
    given = set()
    for name in OURS:
        given |= set(services[name].environment)
    used = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE.read_text()))
    read = set()
    for source in (ROOT / "cbhi_site").rglob("*.py"):
        read |= set(re.findall(r'(?:env\.\w+|environ\.get)\(\s*"([A-Z_]+)"', source.read_text()))
    explained = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))
    inherited = {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}
    assert given <= read
    assert (used | read) - inherited <= explained
    assert explained <= used | read


def test_broker_asks_for_a_password_keeps_messages_and_never_evicts(services):
    command = services["redis"].command
    options = dict(zip(command[1::2], command[2::2], strict=True))
    assert options["--requirepass"] == VARIABLES["REDIS_PASSWORD"]
    assert options["--appendonly"] == "yes"
    assert options["--maxmemory-policy"] == "noeviction"


def test_only_the_proxy_can_be_reached_from_outside(read):
    assert [name for name, said in read.items() if "ports" in said] == ["proxy"]


def test_our_own_containers_can_change_nothing_but_their_data(read):
    for name in (*OURS, "proxy"):
        assert read[name]["read_only"] is True, name
        assert read[name]["cap_drop"] == ["ALL"], name
    assert re.search(r"^USER cbhi$", (ROOT / "Dockerfile").read_text(), re.M)


def test_the_proxy_keeps_slow_phones_large_files_and_the_figures_of_the_server_off_the_site():
    told = (ROOT / "Caddyfile").read_text()
    for word in ("request_buffers", "max_size 30MB", "respond /metrics 404", "read_header", "X-Request-ID"):
        assert word in told
    assert "trusted_proxies" not in told  # or visitors could say who they are


def test_the_rehearsal_runs_the_servers_commands_with_its_settings(tmp_path, services):
    site = Rehearsal(tmp_path, port=8123)
    site.services = services
    for name in OURS:
        ours, theirs = site._command(services[name]), list(services[name].command)
        swapped = {sys.executable: "python", "127.0.0.1:8123": "0.0.0.0:8000"}
        back = [swapped.get(word, word) for word in ours]
        if back[1] == "-m":
            del back[:2]
        assert back == theirs
        given = site._environ_of(services[name])
        differs = {key for key, value in services[name].environment.items() if given[key] != value}
        assert differs == {"DATABASE_URL", "REDIS_URL", "BACKUP_FOLDER"}
    assert set(VARIABLES) <= {*SECRETS, "ALLOWED_HOSTS"}
