"""`manage.py price`: the slide's own numbers, strict JSON on standard output, refusals with exit code 2."""

from __future__ import annotations

import io
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from calculator.case import CaseRefused, answer_case, read_case
from calculator.management.commands import price
from tests.calculator.cases import DATA, linked_json, slide_json

ROOT = Path(__file__).parents[2]
EXPECTED = json.loads((DATA / "slide-package.expected.json").read_text())["rounded_to_the_rupee"]


def run(*arguments, given=b"", **environment):
    """The command in a process of its own, with nothing in its environment but what Python needs."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "error", "manage.py", "price", *arguments],
        cwd=ROOT,
        env=kept | environment,
        input=given,
        capture_output=True,
        timeout=120,
        check=False,
    )


def strict(text):
    """JSON without NaN or infinity."""

    def refuse(word):
        raise AssertionError(word)

    return json.loads(text, parse_constant=refuse)


def test_slide_package_comes_out_to_the_rupee_in_every_cell_and_both_engines_agree(tmp_path):
    result = run(str(DATA / "slide-package.json"))
    assert (result.returncode, result.stderr) == (0, b"")
    answer = strict(result.stdout)
    premium = answer["premium"]
    for benefit in answer["benefits"]:
        assert round(benefit["pure"]) == EXPECTED[benefit["name"]]
        assert round(benefit["simulated"]["pure"]) == EXPECTED[benefit["name"]]
        assert all(check["passed"] for check in benefit["exact"]["checks"])
        difference = benefit["simulated"]["difference_in_standard_errors"]
        assert difference is None or abs(difference) < 4
    for name in (
        "pure",
        "risk_loading",
        "with_risk",
        "admin",
        "total",
        "small_family",
        "large_family",
        "average",
    ):
        assert round(premium[name]) == EXPECTED[name]
    assert premium["sigma_independent"] == pytest.approx(713, abs=0.5)
    assert answer["package"]["simulated"]["standard_error"] < 0.0005 * premium["pure"]
    assert answer["true_chance_of_bankruptcy"] == {
        "nominal": 0.05,
        "skewness": pytest.approx(0.0512, abs=5e-5),
        "survey_error": None,
    }
    provenance = answer["provenance"]
    assert (provenance["seed"], provenance["families"]) == (20180802, 10_000_000)
    assert len(provenance["content_hash"]) == 64
    assert provenance["elapsed_seconds"] > 0


def test_linked_transport_costs_465_instead_of_461():
    answer = answer_case(read_case(linked_json()))
    premium = answer["premium"]
    assert premium["sigma_joint"] == pytest.approx(854.4, abs=0.05)
    assert premium["sigma_independent"] == pytest.approx(713.15, abs=0.05)
    assert premium["risk_loading"] == pytest.approx(19.87, abs=0.005)
    assert premium["total"] == pytest.approx(465.0, abs=0.11)
    assert answer["true_chance_of_bankruptcy"]["skewness"] == pytest.approx(0.0515, abs=5e-5)


def test_answer_has_every_field_of_the_format():
    answer = answer_case(read_case(slide_json()))
    assert set(answer) == {
        "name", "currency", "benefits", "premium", "package", "true_chance_of_bankruptcy", "warnings",
        "provenance",
    }  # fmt: skip
    (first, *_) = answer["benefits"]
    assert set(first) == {"name", "covered", "pure", "sigma", "exact", "simulated", "by_family_size"}
    assert first["simulated"] is None
    assert list(first["by_family_size"]) == list("1234567")
    assert set(first["by_family_size"]["1"]) == {"mean", "variance"}
    assert set(answer["premium"]) == {
        "pure", "sigma", "sigma_independent", "sigma_joint", "z", "risk_loading", "with_risk", "admin",
        "total", "small_family", "large_family", "average",
    }  # fmt: skip
    assert answer["package"]["simulated"] is None
    assert answer["provenance"]["seed"] is None


def test_typed_share_in_large_families_is_warned_of_with_what_it_would_collect():
    (warning,) = answer_case(read_case(slide_json()))["warnings"]
    assert warning == (
        "share_in_large_families is 0.34, the family sizes say 0.3538: "
        "the scheme would collect 460.30 instead of 460.96."
    )


def test_package_cap_and_further_loadings_are_answered_as_lines_of_their_own():
    data = linked_json()
    data["package_family_cap"] = 4000
    data["loadings"]["further"] = [{"name": "Tax", "rate": 0.05}]
    data["benefits"][0]["terms"]["family_cap"] = 2500
    answer = answer_case(read_case(data))
    premium = answer["premium"]
    assert premium["sigma_independent"] is None
    assert premium["package_cap"] < 0
    lines = sum(benefit["pure"] for benefit in answer["benefits"]) + premium["package_cap"]
    assert lines == pytest.approx(premium["pure"])
    assert premium["further"] == [{"name": "Tax", "amount": pytest.approx(0.05 * premium["with_risk"])}]
    assert any("the family cap is below the event cap" in warning for warning in answer["warnings"])


def test_simulated_figures_are_the_same_bits_every_time():
    data = linked_json() | {"simulation": {"families": 20_000, "seed": 5}}
    first, again = answer_case(read_case(data)), answer_case(read_case(data))
    assert first["benefits"] == again["benefits"]
    assert first["package"] == again["package"]
    exact, simulated = first["package"]["exact"], first["package"]["simulated"]
    assert abs(simulated["pure"] - exact["pure"]) < 4 * simulated["standard_error"]


def test_package_cap_is_simulated_over_all_benefits_together():
    data = linked_json() | {"simulation": {"families": 20_000, "seed": 5}, "package_family_cap": 4000}
    answer = answer_case(read_case(data))
    assert abs(answer["package"]["simulated"]["difference_in_standard_errors"]) < 4


def test_nothing_covered_costs_nothing():
    data = slide_json() | {"simulation": {"families": 1000, "seed": 1}}
    for benefit in data["benefits"]:
        benefit["covered"] = False
    answer = answer_case(read_case(data))
    assert answer["premium"]["total"] == 0.0
    assert answer["true_chance_of_bankruptcy"]["skewness"] == 0.0
    assert answer["package"]["simulated"]["difference_in_standard_errors"] is None


def test_figures_beyond_floating_point_are_refused():
    data = slide_json()
    data["benefits"] = [
        {
            "name": "one",
            "frequency": {"law": "poisson", "incidence": 0.1},
            "severity": {"law": "lognormal", "mean": 1e12, "sigma": 10},
            "terms": {"threshold": 1e12},
        }
    ]
    raw = json.dumps(data).encode()
    try:
        found = strict(price.priced(raw))["premium"]["total"]
    except CaseRefused as refused:
        found = None
        problem = str(refused)
    assert (found is not None and math.isfinite(found)) or problem.startswith("case: ")


def test_standard_input_and_arrays(monkeypatch):
    raw = json.dumps([slide_json(), linked_json()]).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    out = io.StringIO()
    call_command("price", "-", stdout=out)
    independent, joint = strict(out.getvalue())
    assert round(independent["premium"]["total"]) == 461
    assert joint["premium"]["total"] > independent["premium"]["total"]


def bad(change):
    data = slide_json()
    change(data)
    return json.dumps(data).encode()


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (
            bad(lambda data: data["benefits"][1]["terms"].update(copay=20)),
            "benefits[1].terms.copay: 20 is not between 0 and 1; did you mean 0.20?",
        ),
        (b"[" * 50_000, "the JSON is nested too deeply; a case needs no more than six levels"),
        (b"\xff", "byte 1: is not UTF-8 text; save the file as UTF-8"),
        (b"[5]", "[0]: 5 is not a case; give a JSON object with name, currency, community"),
        (b"NaN", "NaN is not a case"),
    ],
)
def test_bad_case_prints_its_problems_and_nothing_else(given, line, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("price", "-", stdout=out, stderr=err)
    assert stopped.value.code == 2
    assert out.getvalue() == ""
    assert line in err.getvalue()
    assert "Traceback" not in err.getvalue()


def test_refusal_leaves_the_process_with_two_and_no_traceback(tmp_path):
    file = tmp_path / "case.json"
    file.write_bytes(bad(lambda data: data.update(nome="x", community={"persons": 0})))
    result = run(str(file))
    assert result.returncode == 2
    assert result.stdout == b""
    assert result.stderr.decode().splitlines() == [
        'nome: is not a field of a case; did you mean "name"?',
        "community.persons: 0 is not a whole number from 1 to 999999999",
        "community.family_sizes: is missing; give shares of families by size",
    ]


@pytest.mark.parametrize("place", ["no such file.json", ".", "a\x00b"])
def test_file_that_cannot_be_read_is_refused(place):
    err = io.StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("price", place, stderr=err)
    assert stopped.value.code == 2
    assert "cannot be read" in err.getvalue()
