"""`make audit` never calls clean what was not checked; `make sbom` gives the same bytes for the same lock."""

import importlib.util
import json
import re
from pathlib import Path

import pytest
from cyclonedx.model.bom import Bom
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CLEAN = {"name": "django", "version": "5.2.19", "vulns": []}
UNKNOWN = {"name": "vine", "skip_reason": "not found"}
HOLE = {"name": "old", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}


def script(name):
    spec = importlib.util.spec_from_file_location(f"ci_{name}", ROOT / ".ci" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


audit = script("audit")
sbom = script("sbom")


def asked(answers):
    """A service that knows the well-known hole and answers for the lock what the test says."""

    def ask(service, requirements):
        answer = answers.get(service)
        is_probe = requirements.read_text() == audit.KNOWN_HOLE
        return [HOLE] if is_probe and answer is not None else answer

    return ask


def run(ask):
    said = []
    code = audit.audit(ROOT / "requirements.lock", ask=ask, say=said.append)
    return code, said


def test_clean_is_said_when_a_service_knows_every_package():
    code, said = run(asked({"pypi": [CLEAN]}))
    assert (code, said) == (audit.CLEAN, ["make audit: 1 packages, no known hole (pypi)"])


def test_no_service_is_one_line_and_a_failure():
    code, said = run(asked({}))
    assert code == audit.NOT_CHECKED
    assert len(said) == 1
    assert "NOT CHECKED" in said[0]


def test_a_service_that_knows_no_hole_at_all_is_not_believed():
    code, said = run(lambda *_asked: [CLEAN])
    assert code == audit.NOT_CHECKED
    assert "no known hole" not in said[0]


def test_the_second_service_is_asked_when_the_first_is_away():
    assert run(asked({"osv": [CLEAN]}))[0] == audit.CLEAN


def test_a_package_nobody_knows_is_not_clean():
    code, said = run(asked({"pypi": [CLEAN, UNKNOWN]}))
    assert code == audit.NOT_CHECKED
    assert "vine" in said[-1]


def test_a_hole_is_named_with_the_release_that_mends_it():
    code, said = run(asked({"pypi": [CLEAN, HOLE, UNKNOWN]}))
    assert code == audit.HOLES
    assert said[0] == "old 1.0: PYSEC-1, mended in 1.1"


@pytest.mark.parametrize("output", ["", "no json", "[]", '{"dependencies": 3}'])
def test_an_answer_that_cannot_be_read_is_no_answer(monkeypatch, output):
    class Done:
        stdout = output

    monkeypatch.setattr(audit.subprocess, "run", lambda *_args, **_kwargs: Done)
    assert audit.ask_pip_audit("pypi", ROOT / "requirements.lock") is None


def made():
    lock = (ROOT / "requirements.lock").read_text()
    return sbom.sbom(lock, {"name": "cbhi-premiums", "version": "0.1.0", "license": "MIT"})


def test_the_list_of_parts_holds_every_locked_package_with_its_hashes():
    lock = (ROOT / "requirements.lock").read_text()
    parts = made()["components"]
    assert len(parts) == len(re.findall(r"(?m)^[a-z0-9-]+(?:\[.*?\])?==", lock))
    assert sum(len(part["hashes"]) for part in parts) == lock.count("--hash=sha256:")
    assert all(part["hashes"] for part in parts)
    django = next(part for part in parts if part["name"] == "django")
    assert django["purl"] == f"pkg:pypi/django@{django['version']}"
    assert django["licenses"]


def test_the_list_is_the_same_every_time_and_others_can_read_it():
    assert json.dumps(made()) == json.dumps(made())
    assert "timestamp" not in json.dumps(made())
    assert len(Bom.from_json(made()).components) == len(made()["components"])
