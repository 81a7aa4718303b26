"""Reading cases: what is refused, in which words; and back to JSON."""

from __future__ import annotations

import json
import math

import pytest

from calculator.case import Case, CaseRefused, case_hash, case_to_json, parse_json, read_case, read_cases
from calculator.premium import Community, Loadings
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.frequency import Bernoulli, NegativeBinomial
from simulation.engine.refusal import Refused
from simulation.engine.severity import Gamma, Lognormal, Lomax, Weibull
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms
from tests.calculator.cases import linked_case, linked_json, slide_case, slide_json
from tests.calculator.refusals import REFUSALS


def problems(data):
    with pytest.raises(CaseRefused) as refused:
        read_case(data)
    assert all("\n" not in problem for problem in refused.value.problems)
    assert str(refused.value) == "\n".join(refused.value.problems)
    return refused.value.problems


def changed(path, value, data=None):
    """The slide's case with one value replaced (or, for ..., taken away)."""
    data = slide_json() if data is None else data
    *inner, last = path
    place = data
    for step in inner:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return data


def benefit(**fields):
    """A case with one benefit, the given fields over a plain one's."""
    plain = {
        "name": "one",
        "frequency": {"law": "poisson", "incidence": 0.1},
        "severity": {"law": "constant", "value": 100},
        "terms": {},
    }
    made = {name: value for name, value in (plain | fields).items() if value is not ...}
    return changed(["benefits"], [made])


def test_slide_case_is_read_with_every_figure():
    case = slide_case()
    assert case.community == Community(persons=5000, families=case.package.families, share_in_large=0.34)
    assert case.loadings == Loadings(admin=0.2, large_family_discount=0.1, risk_basis="independent")
    hospital, *_, transport = case.package.benefits
    assert hospital.severity == Lognormal(mean=18_000, sigma=1.35)
    assert hospital.terms == CostTerms(event_cap=3000, family_cap=10_000)
    assert transport.terms == FixedTerms(amount=1000)
    assert case.exposures == (None,) * 4
    assert case.simulation is None


@pytest.mark.parametrize("make", [slide_case, linked_case])
def test_case_written_and_read_again_is_the_same(make):
    case = make()
    assert read_case(case_to_json(case)) == case
    assert case_hash(read_case(json.loads(json.dumps(case_to_json(case))))) == case_hash(case)


def test_hash_knows_content_not_notation():
    rewritten = slide_json()
    rewritten["benefits"][0]["terms"] = {
        "event_cap": 3000.0,
        "family_cap": 1e4,
        "copay": None,
        "cap_basis": "cost",
    }
    assert case_hash(read_case(rewritten)) == case_hash(slide_case())
    assert case_hash(read_case(changed(["community", "persons"], 5001))) != case_hash(slide_case())


@pytest.mark.parametrize(
    ("severity", "law"),
    [
        ({"law": "lognormal", "mean": 10, "cv": 1.0}, Lognormal(mean=10, sigma=math.sqrt(math.log(2)))),
        ({"law": "lognormal", "mean": 10, "sd": 10}, Lognormal(mean=10, sigma=math.sqrt(math.log(2)))),
        ({"law": "gamma", "mean": 10, "cv": 2}, Gamma(mean=10, cv=2)),
        ({"law": "weibull", "mean": 10, "cv": 2}, Weibull(mean=10, cv=2)),
        ({"law": "lomax", "mean": 10, "alpha": 2.2}, Lomax(mean=10, alpha=2.2)),
        ({"law": "empirical", "values": [1, 2]}, Empirical(values=(1.0, 2.0))),
        (
            {"law": "empirical", "values": [1, 2], "weights": [1, 3]},
            Empirical(values=(1.0, 2.0), weights=(1.0, 3.0)),
        ),
        ({"law": "constant", "value": 7}, Constant(value=7)),
    ],
)
def test_every_severity_is_read_and_written(severity, law):
    case = read_case(benefit(severity=severity))
    assert case.package.benefits[0].severity == law
    assert read_case(case_to_json(case)) == case


def test_every_frequency_terms_and_loading_is_read_and_written():
    data = changed(
        ["benefits"],
        [
            {
                "name": "stay",
                "frequency": {"law": "negative_binomial", "incidence": 0.1, "variance_to_mean": 1.5},
                "severity": {"law": "lognormal", "mean": 100, "sigma": 1},
                "terms": {"threshold": 10, "copay": 0.2, "event_cap": 50, "cap_basis": "cost"},
                "survey_person_years": 820.5,
            },
            {
                "name": "wage",
                "linked_to": "stay",
                "probability": 0.5,
                "severity": {"law": "negative_binomial_days", "mean": 4, "variance_to_mean": 2},
                "terms": {"rate": 100, "start_day": 2, "last_day": 9, "family_cap": 500},
            },
            {
                "name": "birth",
                "frequency": {"law": "bernoulli", "incidence": 0.02},
                "terms": {"fixed_amount": 5000},
                "covered": False,
            },
        ],
    )
    data["loadings"] = {
        "chance_of_bankruptcy": 0.01,
        "admin": 0.1,
        "further": [{"name": "Tax", "rate": 0.05}],
    }
    data["package_family_cap"] = 9000
    data["simulation"] = {"families": 1e5, "seed": 2**60 + 1}
    case = read_case(data)
    stay, wage, birth = case.package.benefits
    assert stay.frequency == NegativeBinomial(incidence=0.1, variance_to_mean=1.5)
    assert stay.terms == CostTerms(threshold=10, copay=0.2, event_cap=40)
    assert (wage.linked_to, wage.probability) == ("stay", 0.5)
    assert wage.severity == DayLaw(mean=4, variance_to_mean=2)
    assert wage.terms == WageTerms(rate=100, start_day=2, last_day=9, family_cap=500)
    assert birth.frequency == Bernoulli(incidence=0.02)
    assert not birth.covered
    assert case.exposures == (820.5, None, None)
    assert case.package.family_cap == 9000
    assert case.loadings.further == (("Tax", 0.05),)
    assert case.loadings.risk_basis == "joint"
    assert (case.simulation.families, case.simulation.seed) == (100_000, 2**60 + 1)
    assert read_case(case_to_json(case)) == case


@pytest.mark.parametrize(
    "fields",
    [
        {"terms": ..., "severity": ...},
        {"terms": ...},
        {"severity": ...},
        {"terms": {"rate": 5, "start_day": 1, "last_day": 2}, "severity": ...},
        {"terms": ..., "severity": {"law": "negative_binomial_days", "mean": 2, "variance_to_mean": 1}},
        {"severity": {"law": "lomax", "mean": 5, "alpha": 1.5}},
    ],
)
def test_benefit_that_is_not_covered_needs_no_terms_and_no_severity(fields):
    case = read_case(benefit(covered=False, **fields))
    assert not case.package.benefits[0].covered
    assert read_case(case_to_json(case)) == case


def test_null_is_read_as_absent():
    assert read_case(changed(["package_family_cap"], None)) == slide_case()
    assert read_case(changed(["loadings", "further"], [])) == slide_case()
    assert problems(changed(["community", "persons"], None)) == (
        "community.persons: is missing; give a whole number from 1 to 999999999",
    )


@pytest.mark.parametrize(
    ("path", "value", "words"),
    REFUSALS,
    ids=[words.split(" ")[0] + str(i) for i, (_, _, words) in enumerate(REFUSALS)],
)
def test_what_cannot_be_is_refused_with_path_value_and_what_would_do(path, value, words):
    found = problems(changed(path, value))
    assert any(problem.startswith(words) for problem in found), found


def test_endless_variance_without_a_cap_is_refused_and_with_one_taken():
    heavy = {"law": "lomax", "mean": 5000, "alpha": 1.5}
    assert problems(benefit(severity=heavy)) == (
        (
            "benefits[0].severity.alpha: with alpha 1.5 the variance is infinite; "
            "set an event cap or a family cap"
        ),
    )
    assert isinstance(read_case(benefit(severity=heavy, terms={"event_cap": 9000})), Case)
    assert isinstance(read_case(benefit(severity=heavy, terms={"family_cap": 9000})), Case)


@pytest.mark.parametrize(
    ("parent", "words"),
    [
        (
            "hospital",
            '"hospital" is not the name of a benefit; known: "hospitalisation", "injury", "imaging"',
        ),
        ("transport", "a benefit cannot be linked to itself"),
        ("ride", '"ride" is itself linked; link to the benefit that has the events, one level only'),
    ],
)
def test_links_that_lead_nowhere_are_refused(parent, words):
    data = linked_json()
    data["benefits"].append({"name": "ride", "linked_to": "hospitalisation", "terms": {"fixed_amount": 1}})
    data["benefits"][3]["linked_to"] = parent
    (found,) = problems(data)
    assert found.startswith(f"benefits[3].linked_to: {words}")


def test_every_problem_is_listed_at_once():
    data = changed(["benefits", 1, "terms"], {"copay": 20, "threshold": -1})
    data["community"]["persons"] = 0
    data["extra"] = 1
    assert len(problems(data)) == 4


def test_array_refuses_as_a_whole_with_its_index():
    assert read_cases([slide_json(), linked_json()]) == [slide_case(), linked_case()]
    with pytest.raises(CaseRefused) as refused:
        read_cases([slide_json(), changed(["loadings", "admin"], 20), 5])
    assert [problem.split(":")[0] for problem in refused.value.problems] == ["[1].loadings.admin", "[2]"]


@pytest.mark.parametrize("data", [None, 5, "x", [], True])
def test_what_is_no_object_is_refused(data):
    (found,) = problems(data)
    assert "is not a case; give a JSON object with name, currency, community" in found


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\xff{}", "byte 1: is not UTF-8 text"),
        (b"{", "line 1 column 2: is not JSON"),
        (b"", "line 1 column 1: is not JSON"),
        (b"[" * 100_000, "the JSON is nested too deeply"),
        (b'{"a":' * 100_000, "the JSON is nested too deeply"),
    ],
)
def test_text_that_is_no_json_is_refused(raw, words):
    with pytest.raises(CaseRefused) as refused:
        parse_json(raw)
    assert refused.value.problems[0].startswith(words)


def test_repeated_field_is_refused():
    raw = json.dumps(slide_json()).replace('"admin": 0.2', '"admin": 0.2, "admin": 0.3').encode()
    assert problems(parse_json(raw)) == ("loadings.admin: is given twice; keep one",)


def test_numbers_too_long_to_read_are_refused_by_path():
    digits = "9" * 5000
    for number, words in ((digits, "Infinity"), (f"-{digits}", "-Infinity"), ("1e999", "Infinity")):
        raw = json.dumps(slide_json()).replace('"admin": 0.2', f'"admin": {number}').encode()
        assert problems(parse_json(raw)) == (f"loadings.admin: {words} is not a finite number",)


def test_byte_order_mark_is_let_pass():
    assert read_case(parse_json(b"\xef\xbb\xbf" + json.dumps(slide_json()).encode())) == slide_case()


def test_case_object_refuses_what_the_reader_would():
    case = slide_case()
    with pytest.raises(Refused, match="one survey exposure"):
        Case(package=case.package, community=case.community, loadings=case.loadings, exposures=())
    with pytest.raises(Refused, match=r"benefits\[0\].survey_person_years"):
        Case(
            package=case.package,
            community=case.community,
            loadings=case.loadings,
            exposures=(-1.0, None, None, None),
        )
