"""The dossier: complete, from the pages' own figures, the same whenever it is drawn up."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from calculator import code_version
from calculator.actions import save_package
from calculator.blocks import column, table
from calculator.cases import chosen_of
from calculator.cautions import chance_over_years
from calculator.dossier_figures import strict
from calculator.dossier_results import CHECKS
from calculator.models import Package
from calculator.symbols import cost_of, count_of, moments_of, payout_of, plain
from simulation.engine.checks import TOLERANCES
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.frequency import Bernoulli, NegativeBinomial, Poisson
from simulation.engine.package import Benefit
from simulation.engine.severity import Gamma, Lognormal, Lomax, Weibull
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms
from tests.calculator.pages import words
from tests.calculator.reviewers import dossier_of, simulate
from tests.makers import every


def section(dossier, key):
    return next(each for each in dossier.document["sections"] if each["key"] == key)


def rows_of(dossier, key, *, place=0):
    tables = [block for block in section(dossier, key)["blocks"] if block["kind"] == "table"]
    return {row["cells"][0]: row["cells"][1:] for row in tables[place]["rows"]}


@pytest.mark.django_db
def test_it_has_every_part_a_reviewer_needs(package):
    keys = [each["key"] for each in dossier_of(package).document["sections"]]
    assert keys == [
        "purpose", "data", "fits", "terms", "premium", "engines", "ruin", "sensitivity", "limits",
        "provenance", "findings",
    ]  # fmt: skip


@pytest.mark.django_db
def test_each_line_of_the_premium_is_shown_unrounded_and_rounded_and_they_are_the_pages_own(package):
    dossier = dossier_of(package)
    premium = dossier.page.quote.premium
    rows = rows_of(dossier, "premium")
    assert rows["Total premium payable PPPY"][1:] == [f"{premium.total:.10f}", "461"]
    assert rows["Risk loading"] == [
        f"z × sigma / √n = {plain(premium.z)} × {plain(premium.sigma)} / √5,000",
        f"{premium.risk_loading:.10f}",
        "17",
    ]
    assert [rows[name][2] for name in ("Hospitalisation", "Injury", "Imaging", "Transport")] == [
        "111", "99", "116", "42",
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_chance_of_bankruptcy_is_told_over_one_five_and_ten_years(linked):
    package = every(Package).get(scheme=linked)
    dossier = dossier_of(package)
    known = dossier.known.chance
    say = dossier.page.say
    rows = rows_of(dossier, "ruin")
    for name, chance in (
        ("Asked for, by the normal curve", known.nominal),
        ("With the true shape of the payouts", known.skewness),
        ("With the survey’s error as well", known.survey.chance),
    ):
        assert rows[name] == [say.share(chance_over_years(chance, years=years)) for years in (1, 5, 10)]


@pytest.mark.django_db
def test_without_a_simulation_it_says_so_and_with_one_it_shows_both_engines(package):
    before = dossier_of(package)
    assert [each.key for each in before.findings if not each.passed][:2] == ["simulated", "agree"]
    assert before.figures["simulated"] is None
    simulate(package)
    after = dossier_of(package)
    assert after.needs_exception == []
    exact, simulated, error, _difference = rows_of(after, "engines")["Package"]
    assert abs(float(exact) - float(simulated)) <= 4 * float(error)
    assert before.content_hash != after.content_hash


@pytest.mark.django_db
def test_the_fingerprint_is_the_same_whenever_it_is_drawn_up_and_another_for_another_package(package):
    simulate(package)
    first, again = dossier_of(package), dossier_of(package)
    assert first.content == again.content
    assert first.content_hash != dossier_of(package, open_comments=1).content_hash


@pytest.mark.django_db
def test_the_benefits_that_only_move_money_are_named_among_the_limits(package, demo_user):
    chosen = chosen_of(package)
    terms = {**chosen.terms, "opd": replace(chosen.terms["opd"], covered=True, event_cap=500.0)}
    saved = save_package(
        scheme=package.scheme,
        assumption_set=package.assumption_set,
        chosen=replace(chosen, terms=terms, persons=600),
        name="With OPD",
        note="",
        user=demo_user,
    )
    said = section(dossier_of(saved), "limits")["blocks"][-1]["text"]
    assert "Fewer than 1,000 persons" in said
    assert "OPD: 98\u00a0% of families claim it every year" in said


@pytest.mark.django_db
def test_the_page_and_the_pdf_are_drawn_from_the_same_words(signed_in, package):
    page = signed_in.get(reverse("calculator:dossier", args=[package.pk]))
    text = words(page)
    document = dossier_of(package).document
    for each in document["sections"]:
        assert each["title"] in text
    pdf = signed_in.get(reverse("calculator:dossier_pdf", args=[package.pk]))
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf["Content-Disposition"] == 'attachment; filename="everyday-care-dossier.pdf"'
    assert pdf.content == signed_in.get(reverse("calculator:dossier_pdf", args=[package.pk])).content


# ---- pieces ------------------------------------------------------------------------------------------------
def benefit(**values):
    start = {"name": "A", "terms": CostTerms(event_cap=100.0), "frequency": Poisson(incidence=0.1)}
    return Benefit(**{**start, "severity": Lognormal(mean=100.0, sigma=1.0), **values})


@pytest.mark.parametrize(
    ("law", "written"),
    [
        (Poisson(incidence=0.042), "N ~ Poisson(0.042)"),
        (Bernoulli(incidence=0.2), "N ~ Bernoulli(0.2)"),
        (
            NegativeBinomial(incidence=3, variance_to_mean=2.5),
            "N ~ NegativeBinomial(E[N] = 3, Var[N]/E[N] = 2.5)",
        ),
    ],
)
def test_the_law_of_counts_is_written_as_an_actuary_would(law, written):
    assert count_of(benefit(frequency=law)) == written


def test_a_linked_count_names_its_parent_and_chance():
    linked = benefit(frequency=None, linked_to="Hospitalisation", probability=0.25)
    assert count_of(linked) == "N | M ~ Binomial(M, 0.25), M: Hospitalisation"


@pytest.mark.parametrize(
    ("law", "written"),
    [
        (Lognormal(mean=math.exp(2.5), sigma=1.0), "ln X ~ Normal(2, 1²)"),
        (Gamma(mean=100.0, cv=0.5), "X ~ Gamma(shape 4, scale 25)"),
        (Weibull(mean=100.0, cv=1.0), "X ~ Weibull(shape 1, scale 100)"),
        (Lomax(mean=100.0, alpha=3.0), "P(X > x) = (1 + x/200)^−3"),
        (Constant(value=40.0), "X = 40"),
        (DayLaw(mean=6.0, variance_to_mean=4.0), "D − 1 ~ NegativeBinomial(mean 5, variance/mean 4)"),
        (Empirical(values=(1.0, 2.0, 3.0)), "X: 3 values, each 1/3"),
        (Empirical(values=(1.0, 2.0), weights=(1.0, 3.0)), "X: 2 values"),
    ],
)
def test_the_law_of_costs_is_written_with_the_engines_own_parameters(law, written):
    terms = WageTerms(rate=1.0) if isinstance(law, DayLaw) else CostTerms(event_cap=100.0)
    assert cost_of(benefit(severity=law, terms=terms)) == written


@given(st.floats(0.1, 3.0), st.floats(10.0, 1e6))
def test_mean_and_spread_are_the_laws_own(cv, mean):
    written_mean, written_cv = moments_of(benefit(severity=Gamma(mean=mean, cv=cv))).split("; ")
    assert float(written_mean.replace(",", "")) == pytest.approx(mean, rel=1e-5)
    assert float(written_cv.replace(",", "")) == pytest.approx(cv, rel=1e-4)


@pytest.mark.parametrize(
    ("law", "written"),
    [
        (Constant(value=40.0), "40; 0"),
        (Empirical(values=(0.1, 0.1, 0.1)), "0.1; 0"),
        (Lomax(mean=100.0, alpha=1.5), "100; ∞"),
        (Constant(value=0.0), "0"),
    ],
)
def test_costs_that_never_vary_and_costs_without_a_limit(law, written):
    assert moments_of(benefit(severity=law)) == written


@pytest.mark.parametrize(
    ("terms", "written"),
    [
        (CostTerms(), "Y = X"),
        (CostTerms(event_cap=3000.0, family_cap=10000.0), "Y = min(X, 3,000);  ΣY ≤ 10,000"),
        (CostTerms(threshold=500.0, copay=0.2), "Y = 0.8 × max(X − 500, 0)"),
        (FixedTerms(amount=1000.0), "Y = 1,000"),
        (WageTerms(rate=150.0, start_day=4, last_day=13), "Y = 150 × min(max(D − 3, 0), 10)"),
    ],
)
def test_terms_are_written_as_the_engine_pays_them(terms, written):
    assert payout_of(terms) == written


@given(st.floats(0.0, 1e5), st.integers(0, 40))
def test_the_written_wage_rule_pays_what_the_engine_pays(rate, days):
    terms = WageTerms(rate=rate, start_day=4, last_day=13)
    assert terms.payout(np.array([float(days)]))[0] == pytest.approx(rate * min(max(days - 3, 0), 10))


def test_a_table_whose_rows_are_too_short_is_refused():
    with pytest.raises(ValueError, match="has 1 cells, not 2"):
        table(columns=(column("a"), column("b")), rows=[("x",)], caption="c")


def test_every_check_of_the_exact_engine_is_named_in_the_readers_language():
    assert set(CHECKS) == set(TOLERANCES)
    for language in ("hi", "ne", "or"):
        with translation.override(language):
            assert not {name for name in CHECKS if translation.gettext(name) == name}


def test_what_is_no_number_becomes_its_name():
    assert strict({"a": math.inf, "b": (1.5, [float("nan")])}) == {"a": "inf", "b": [1.5, ["nan"]]}


def test_the_code_is_named_by_its_content_and_every_module_of_the_arithmetic_is_in_it():
    assert re.fullmatch(r"[0-9a-f]{64}", code_version.code_hash())
    for name in code_version.ARITHMETIC:
        used = re.findall(r"^from calculator\.(\w+) import", (code_version.HERE / name).read_text(), re.M)
        assert {f"{module}.py" for module in used} <= set(code_version.ARITHMETIC), name
    assert re.match(r"Python 3\.\d+\.\d+, numpy 2\.\d+\.\d+, scipy 1\.", code_version.libraries())


def test_another_byte_of_code_is_another_version(tmp_path, monkeypatch):
    before = code_version.code_hash()
    changed = tmp_path / "engine"
    changed.mkdir()
    for path in code_version.ENGINE.glob("*.py"):
        (changed / path.name).write_bytes(path.read_bytes() + (b"\n" if path.name == "exact.py" else b""))
    monkeypatch.setattr(code_version, "ENGINE", changed)
    assert code_version.code_hash.__wrapped__() != before
