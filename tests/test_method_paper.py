"""docs/method.md: its worked example is worked out again from its own words, and by the engine."""

import ast
import dataclasses
import json
import math
import operator
import re
from pathlib import Path

import numpy as np
import pytest

from calculator.case_reader import read_case
from calculator.premium import Community, Loadings, price_premium
from calculator.shocked_year import ShockedYear
from calculator.true_chance import true_chance
from simulation.engine.discrete_severity import Empirical
from simulation.engine.exact import price_exact
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Bernoulli
from simulation.engine.package import Benefit, Package
from simulation.engine.scheme import scheme_distribution
from simulation.engine.terms import CostTerms, FixedTerms

ROOT = Path(__file__).parent.parent
PAPER = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
SLIDE = ROOT / "tests" / "data" / "slide-package.json"

STAY = CostTerms(threshold=500.0, copay=0.2, event_cap=6_000.0, family_cap=8_000.0)
BILLS = Empirical(values=(1_000.0, 4_000.0, 12_000.0), weights=(5.0, 3.0, 2.0))
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def section(number: int) -> str:
    return re.search(rf"^## {number}\. .*?(?=^## |\Z)", PAPER, re.S | re.M).group(0)


def rows(text: str) -> list[list[str]]:
    lines = [line.strip().strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in cells] for cells in lines if not set("".join(cells)) <= set("- ")]


def number(text: str) -> float:
    return float(text.replace(",", ""))


def last_place(text: str) -> float:
    return 10.0 ** -len(text.partition(".")[2])


def calculated(how: str) -> float:
    """What a pocket calculator would answer."""
    for sign, written in (("×", "*"), ("÷", "/"), ("−", "-"), ("²", "**2")):
        how = how.replace(sign, written)
    how = re.sub(r"√(\d+)", r"sqrt(\1)", how).replace("√(", "sqrt(")
    return _value(ast.parse(how, mode="eval").body)


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)](_value(node.left), _value(node.right))
    assert isinstance(node, ast.Call)
    return {"sqrt": math.sqrt, "min": min}[node.func.id](*(_value(argument) for argument in node.args))


def worked_example() -> dict[str, tuple[str, str]]:
    return {cells[0]: (cells[1], cells[2]) for cells in rows(section(3)) if cells[0] != "figure"}


def example_package() -> Package:
    hospital = Benefit(name="hospital", frequency=Bernoulli(incidence=0.05), severity=BILLS, terms=STAY)
    ride = Benefit(name="ride", linked_to="hospital", terms=FixedTerms(amount=300.0))
    return Package(benefits=(hospital, ride), families=FamilySizes({1: 0.5, 2: 0.5}))


def engine_figures() -> dict[str, float]:
    package = example_package()
    moments = price_exact(package)
    hospital, ride, total = *moments.benefits, moments.package
    premium = price_premium(
        moments=moments,
        community=Community(persons=1_000, families=package.families, share_in_large=0.34),
        loadings=Loadings(chance_of_bankruptcy=0.05, admin=0.2, large_family_discount=0.1),
    )
    small, middling, large = (float(one) for one in STAY.payout(BILLS.atoms[0]))
    covariance = (total.variance - hospital.variance - ride.variance) / 2.0
    certain = price_exact(two_stays_for_certain()).package
    one = price_exact(one_stay_for_certain()).package
    return {
        "pays, small bill": small,
        "pays, middling bill": middling,
        "large bill before its cap": float(dataclasses.replace(STAY, event_cap=math.inf).payout(12_000.0)),
        "pays, large bill": large,
        "E[Y]": one.mean[0],
        "E[Y²]": one.variance[0] + one.mean[0] ** 2,
        "E[S, two stays]": certain.mean[0],
        "E[S², two stays]": certain.variance[0] + certain.mean[0] ** 2,
        "mean, one member": hospital.mean[0],
        "variance, one member": hospital.variance[0],
        "chance of one stay, two members": Bernoulli(incidence=0.05).family_pmf(2, 2)[1],
        "chance of two stays, two members": Bernoulli(incidence=0.05).family_pmf(2, 2)[2],
        "mean, two members": hospital.mean[1],
        "variance, two members": hospital.variance[1],
        "hospital, pure": hospital.pure,
        "ride variance, one member": ride.variance[0],
        "ride variance, two members": ride.variance[1],
        "ride, pure": ride.pure,
        "covariance, one member": covariance[0],
        "covariance, two members": covariance[1],
        "joint variance, one member": total.variance[0],
        "joint variance, two members": total.variance[1],
        "pure": premium.pure,
        "sigma, joint": moments.sigma_joint,
        "sigma, independent": moments.sigma_independent,
        "risk loading": premium.risk_loading,
        "with risk loading": premium.with_risk,
        "admin": premium.admin,
        "total": premium.total,
        "small family": premium.small_family,
        "large family": premium.large_family,
    }


def one_stay_for_certain(size: int = 1) -> Package:
    stay = Benefit(name="hospital", frequency=Bernoulli(incidence=1.0), severity=BILLS, terms=STAY)
    return Package(benefits=(stay,), families=FamilySizes({size: 1.0}))


def two_stays_for_certain() -> Package:
    return one_stay_for_certain(size=2)


def test_every_line_of_the_example_follows_from_what_is_written_beside_it():
    example = worked_example()
    assert len(example) > 30
    for figure, (how, result) in example.items():
        # what is put in was rounded to the last digit printed
        assert calculated(how) == pytest.approx(number(result), abs=0.75 * last_place(result)), figure


def test_every_line_of_the_example_is_what_the_engine_says():
    figures, example = engine_figures(), worked_example()
    assert set(figures) == set(example)
    for figure, (_, result) in example.items():
        assert figures[figure] == pytest.approx(number(result), abs=1.01 * last_place(result)), figure


def slide_case(*, persons: int, person_years: float | None):
    case = read_case(json.loads(SLIDE.read_text(encoding="utf-8")))
    return dataclasses.replace(
        case,
        community=dataclasses.replace(case.community, persons=persons),
        exposures=tuple(person_years for _ in case.package.benefits),
    )


def test_the_true_chances_of_the_slides_package_are_what_the_paper_prints():
    table = [cells for cells in rows(section(7)) if cells[0].replace(",", "").isdigit()]
    assert [cells[0] for cells in table] == ["1,000", "5,000", "50,000"]
    for persons, skewness, *_ in table:
        case = slide_case(persons=int(number(persons)), person_years=None)
        moments = price_exact(case.package)
        premium = price_premium(moments=moments, community=case.community, loadings=case.loadings)
        found = true_chance(case=case, premium=premium, moments=moments)
        assert 100.0 * found.skewness == pytest.approx(float(skewness), abs=0.006)


def test_the_surveys_part_is_what_the_paper_prints():
    printed = next(cells for cells in rows(section(7)) if cells[0] == "5,000")
    case = slide_case(persons=5_000, person_years=1_000.0)
    moments = price_exact(case.package)
    premium = price_premium(moments=moments, community=case.community, loadings=case.loadings)
    found = true_chance(case=case, premium=premium, moments=moments).survey
    assert abs(100.0 * found.chance - float(printed[-1])) < 400.0 * found.standard_error


def test_the_shocks_part_is_what_the_paper_prints():
    printed = re.search(r"assumptions known: ([\d.]+), ([\d.]+) and ([\d.]+) %", section(7)).groups()
    for persons, chance in zip((1_000, 5_000, 50_000), printed, strict=True):
        case = slide_case(persons=persons, person_years=None)
        moments = price_exact(case.package)
        premium = price_premium(moments=moments, community=case.community, loadings=case.loadings)
        plain = scheme_distribution(case.package, persons, moments=moments)
        year = ShockedYear(case=case, plain=plain, shock=0.15)
        found = float(year.probabilities_above(np.array([plain.persons * premium.with_risk]))[0])
        assert 100.0 * found == pytest.approx(float(chance), abs=0.06)


def test_set_amounts_make_the_steps_that_the_paper_tells_of():
    package = Package(
        families=FamilySizes({1: 1.0}),
        benefits=(
            Benefit(name="set", frequency=Bernoulli(incidence=0.02), terms=FixedTerms(amount=1_000.0)),
        ),
    )
    scheme = scheme_distribution(package, 200)
    assert "exceed 6,000 with 10.9 %" in section(10)
    assert "and 7,000 with 4.9 %" in section(10)
    assert 100.0 * scheme.probability_above(6_000.0) == pytest.approx(10.9, abs=0.05)
    assert 100.0 * scheme.probability_above(7_000.0) == pytest.approx(4.9, abs=0.05)
