"""The sixty contracts of docs/validation.md against closed forms and plain convolution, in a few seconds."""

import dataclasses
import math
from pathlib import Path

import pytest

from bench import validation
from bench.correctness.by_hand import Moments, closed_form, plain_lattice, points_of
from bench.correctness.contracts import contracts
from bench.correctness.page import Row
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.exact import price_exact
from simulation.engine.frequency import Bernoulli, NegativeBinomial, Poisson
from simulation.engine.severity import Gamma, Lognormal, Lomax, Weibull
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms

PAGE = Path(__file__).parent.parent.parent / "docs" / "validation.md"


@pytest.fixture(scope="module")
def priced():
    answers = []
    for contract in contracts():
        moments = price_exact(contract.package)
        assert moments.failed_checks == (), contract.text
        exact = Moments(float(moments.package.mean[0]), float(moments.package.variance[0]))
        answers.append((contract, exact))
    return answers


def test_the_contracts_hold_every_law_count_and_kind_of_terms():
    benefits = [benefit for contract in contracts() for benefit in contract.package.benefits]
    laws = {type(benefit.severity) for benefit in benefits} - {type(None)}
    assert laws == {Lognormal, Gamma, Weibull, Lomax, Empirical, Constant, DayLaw}
    counts = {type(benefit.frequency) for benefit in benefits} - {type(None)}
    assert counts == {Poisson, NegativeBinomial, Bernoulli}
    assert {type(benefit.terms) for benefit in benefits} == {CostTerms, FixedTerms, WageTerms}
    assert any(benefit.linked_to and benefit.probability < 1.0 for benefit in benefits)
    assert any(not benefit.covered for benefit in benefits)
    assert any(contract.package.has_family_cap for contract in contracts())
    assert [contract.number for contract in contracts()] == list(range(1, 61))


def test_without_family_caps_the_engine_is_the_closed_form_to_nine_digits(priced):
    compared = 0
    for contract, exact in priced:
        expected = closed_form(contract)
        if expected is None:
            continue
        assert exact.mean == pytest.approx(expected.mean, rel=1e-9), contract.text
        assert exact.variance == pytest.approx(expected.variance, rel=1e-9), contract.text
        compared += 1
    assert compared == 16


def test_under_caps_and_links_the_engine_is_a_plain_convolution(priced):
    compared = 0
    for contract, exact in priced:
        expected = plain_lattice(contract, coarser=4)
        if expected is None:
            continue
        rounded = any(points_of(benefit) is None for benefit in contract.package.benefits)
        mean, variance = (2e-5, 2e-4) if rounded else (1e-10, 1e-10)
        assert exact.mean == pytest.approx(expected.mean, rel=mean), contract.text
        assert exact.variance == pytest.approx(expected.variance, rel=variance), contract.text
        compared += 1
    assert compared == 48


def test_the_page_says_what_the_engine_says_today(priced):
    lines = [line.strip("| ").split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines()]
    rows = {int(cells[0]): cells for cells in lines if len(cells) > 8 and cells[0].isdigit()}
    assert len(rows) == 60
    for contract, exact in priced:
        _, text, mean, deviation, *_ = rows[contract.number]
        assert text == contract.text
        assert float(mean) == pytest.approx(exact.mean, abs=6e-4)
        assert float(deviation) == pytest.approx(math.sqrt(exact.variance), abs=6e-4)


def test_an_answer_a_thousandth_off_is_too_far(priced):
    contract, exact = next(item for item in priced if plain_lattice(item[0]) is not None)
    plain = dataclasses.replace(exact, mean_error=exact.mean / 1e3, variance_error=exact.variance / 1e3)
    row = Row(contract=contract, exact=exact, others={"lattice": exact}, plain=plain, ours=0.0)
    assert validation.too_far(row) == []
    off = Moments(exact.mean * 1.001, exact.variance)
    assert "lattice" in validation.too_far(dataclasses.replace(row, others={"lattice": off}))[0]
    assert "simulations" in validation.too_far(dataclasses.replace(row, ours=-4.1))[0]
