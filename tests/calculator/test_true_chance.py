"""The true chance of bankruptcy, survey error included."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import special

from calculator.case import Case, read_case
from calculator.premium import Community, Loadings, price_premium
from calculator.survey_draws import BenefitSurveys, Strata, draw_counts, draw_surveys, fit_again
from calculator.survey_moments import per_person
from calculator.true_chance import person_years_needed, true_chance
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.exact import price_exact
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Bernoulli, NegativeBinomial, Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.scheme import scheme_distribution
from simulation.engine.severity import Gamma, Lognormal, Lomax, Weibull
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms
from tests.calculator.cases import linked_case, linked_json, slide_case, slide_json

SIZES = FamilySizes(dict(enumerate([0.05, 0.09, 0.13, 0.20, 0.22, 0.15, 0.09, 0.07], start=1)))
HOSPITAL = Package(
    benefits=(
        Benefit(
            name="hospital",
            frequency=Poisson(incidence=0.04),
            severity=Lognormal.from_cv(mean=18_000, cv=1.2),
            terms=CostTerms.with_cap_on_cost(threshold=500, copay=0.2, event_cap=10_000, family_cap=10_000),
        ),
    ),
    families=SIZES,
)


def hospital_case(*, persons=5000, exposure=None):
    return Case(
        package=HOSPITAL,
        community=Community(persons=persons, families=SIZES),
        loadings=Loadings(),
        exposures=(exposure,),
    )


def priced(case):
    return price_premium(
        moments=price_exact(case.package),
        community=case.community,
        loadings=case.loadings,
        package_family_cap=case.package.family_cap,
    )


def chance(case, **more):
    return true_chance(case=case, premium=priced(case), **more)


def test_without_exposure_there_is_no_survey_error():
    found = chance(slide_case())
    assert found.nominal == 0.05
    assert found.skewness == pytest.approx(0.0512, abs=5e-5)
    assert found.survey is None
    assert person_years_needed(case=slide_case(), premium=priced(slide_case())) is None


@pytest.mark.parametrize(
    ("exposure", "measured", "doubt"), [(1000, 0.243, 0.0085), (5000, 0.115, 0.0042), (25_000, 0.070, 0.002)]
)
def test_survey_error_measured_with_another_program_comes_out(exposure, measured, doubt):
    """That program drew 1,500 surveys a cell (standard error: ``doubt``) and family sizes (0.2 points)."""
    found = chance(hospital_case(exposure=exposure), surveys=1024).survey
    assert found.chance == pytest.approx(measured, abs=3 * doubt + 0.002)


def test_survey_error_agrees_with_surveys_drawn_event_by_event():
    case = hospital_case(exposure=1000)
    (benefit,) = HOSPITAL.benefits
    law, rng, surveys = benefit.severity, np.random.default_rng(np.random.SeedSequence(5)), 1500
    events = rng.poisson(40.0, surveys)
    fitted = []
    for count in events:
        logs = law.mu + law.sigma * rng.standard_normal(count)
        fitted.append(Lognormal(mean=math.exp(logs.mean() + logs.var() / 2), sigma=float(logs.std())))
    drawn = BenefitSurveys(incidence=events / 1000, probability=np.ones(surveys), severities=fitted)
    pure, variance = per_person(benefit, benefit.frequency, drawn, SIZES)
    whole = chance(case, surveys=1024).survey
    scheme = scheme_distribution(HOSPITAL, 5000)
    with_risk = pure - special.ndtri(0.05) * np.sqrt(variance / 5000)
    chances = scheme.probabilities_above(scheme.persons * with_risk)
    doubt = math.hypot(chances.std() / math.sqrt(surveys), whole.standard_error)
    assert abs(chances.mean() - whole.chance) < 4 * doubt
    assert pure.std() == pytest.approx(whole.pure_standard_error, rel=0.1)


def test_more_survey_brings_the_chance_down_to_what_skewness_leaves():
    chances = [
        chance(hospital_case(exposure=exposure)).survey.chance for exposure in (500, 2000, 10_000, 1e8)
    ]
    assert chances == sorted(chances, reverse=True)
    assert chances[-1] == pytest.approx(chance(hospital_case()).skewness, abs=2e-4)


def test_pure_standard_error_of_fixed_amounts_is_the_counts_own():
    case = replace(
        hospital_case(exposure=1000),
        package=Package(
            benefits=(
                Benefit(name="ride", frequency=Poisson(incidence=0.04), terms=FixedTerms(amount=1000)),
            ),
            families=SIZES,
        ),
    )
    found = chance(case, surveys=1024).survey
    assert found.pure_standard_error == pytest.approx(1000 * math.sqrt(0.04 / 1000), rel=0.05)
    assert found.total_low < priced(case).total < found.total_high


def test_restored_premium_has_the_nominal_chance():
    case = hospital_case(exposure=1000)
    found = chance(case).survey
    assert found.chance > 0.2
    assert found.restoring_factor > 1.1
    premium = priced(case)
    assert found.restoring_total == pytest.approx(found.restoring_factor * premium.total)
    assert found.restoring_with_risk == pytest.approx(found.restoring_factor * premium.with_risk)


def test_person_years_needed_bring_the_chance_to_the_target():
    case = hospital_case(exposure=1000)
    needed = person_years_needed(case=case, premium=priced(case))
    assert needed.chance == pytest.approx(needed.target, abs=4 * needed.standard_error + 0.003)
    (further,) = needed.further_person_years
    assert further == pytest.approx((needed.factor - 1) * 1000)
    larger = hospital_case(exposure=1000 + further)
    assert chance(larger).survey.chance == pytest.approx(needed.chance, abs=0.003)


def test_large_enough_survey_needs_no_further_person_years():
    case = hospital_case(exposure=1e7)
    needed = person_years_needed(case=case, premium=priced(case))
    assert (needed.factor, needed.further_person_years) == (1.0, (0.0,))
    assert person_years_needed(case=case, premium=priced(case), target=0.04) is None


def test_same_seed_gives_the_same_figures():
    case = hospital_case(exposure=2000)
    assert chance(case) == chance(case)
    assert chance(case) != chance(case, seed=2)


@pytest.mark.parametrize("surveys", [0, 8, 100])
def test_surveys_come_in_blocks(surveys):
    with pytest.raises(ValueError, match="multiple of 8"):
        chance(hospital_case(exposure=2000), surveys=surveys)


def test_linked_benefits_are_surveyed_on_their_parents_events():
    data = linked_json()
    for benefit in data["benefits"][:3]:
        benefit["survey_person_years"] = 1000
    data["benefits"][3]["probability"] = 0.5
    case = read_case(data)
    found = chance(case).survey
    assert found.without_exposure == ()
    assert found.chance > chance(case).skewness
    strata = Strata(np.random.default_rng(1), surveys=64, blocks=8)
    hospital, *_, transport = draw_surveys(case, strata=strata)
    assert np.array_equal(hospital.incidence, transport.incidence)
    events = hospital.incidence * 1000
    assert np.allclose(transport.probability * events, np.rint(transport.probability * events))
    own = read_case(
        data | {"benefits": [*data["benefits"][:3], data["benefits"][3] | {"survey_person_years": 500}]}
    )
    assert chance(own).survey.chance != found.chance


def test_benefits_without_exposure_are_named_and_taken_as_known():
    case = replace(linked_case(), exposures=(None, 1000.0, None, None))
    found = chance(case).survey
    assert found.without_exposure == ("hospitalisation", "imaging", "transport")
    full = replace(case, exposures=(1000.0, 1000.0, 1000.0, None))
    assert found.chance < chance(full).survey.chance


def test_package_cap_is_repriced_for_every_survey():
    capped = replace(linked_case(), package=replace(linked_case().package, family_cap=4000.0))
    case = replace(capped, exposures=(1000.0, 1000.0, 1000.0, None))
    found = chance(case).survey
    assert found.chance > chance(capped).skewness
    assert found.total_low < priced(case).total < found.total_high
    free = replace(linked_case(), exposures=case.exposures)
    assert found.pure_standard_error < chance(free).survey.pure_standard_error


DAYS = WageTerms(rate=100.0, start_day=2, last_day=9, family_cap=1500.0)


@pytest.mark.parametrize(
    ("severity", "terms"),
    [
        (Lognormal(mean=900, sigma=1.0), CostTerms(threshold=50, copay=0.1, event_cap=2000, family_cap=3000)),
        (Lognormal(mean=900, sigma=1.0), CostTerms(event_cap=2000)),
        (Gamma(mean=900, cv=1.5), CostTerms(family_cap=3000)),
        (Weibull(mean=900, cv=1.5), CostTerms(threshold=100, event_cap=700, family_cap=1500)),
        (Lomax(mean=900, alpha=1.5), CostTerms(family_cap=3000)),
        (Lomax(mean=900, alpha=2.5), CostTerms(copay=0.5)),
        (Empirical(values=(100.0, 250.0, 4000.0)), CostTerms(threshold=50, event_cap=2000, family_cap=3000)),
        (Constant(value=700.0), CostTerms(copay=0.25, family_cap=1000)),
        (DayLaw(mean=4.0, variance_to_mean=2.0), DAYS),
        (Empirical(values=(1.0, 3.0, 12.0)), replace(DAYS, family_cap=math.inf)),
        (None, FixedTerms(amount=500.0, family_cap=1200.0)),
        (Constant(value=700.0), CostTerms(copay=1.0)),
        (Constant(value=700.0), CostTerms(family_cap=0.0)),
    ],
)
@pytest.mark.parametrize(
    "frequency",
    [Poisson(incidence=0.5), NegativeBinomial(incidence=0.5, variance_to_mean=1.8), Bernoulli(incidence=0.3)],
)
@pytest.mark.parametrize("probability", [1.0, 0.4])
def test_repricing_of_surveys_is_the_exact_engines(*, severity, terms, frequency, probability):
    benefit = Benefit(name="one", frequency=frequency, severity=severity, terms=terms)
    asked = benefit
    package = Package(benefits=(benefit,), families=SIZES)
    if probability < 1.0:
        asked = Benefit(name="two", linked_to="one", probability=probability, severity=severity, terms=terms)
        package = Package(benefits=(benefit, asked), families=SIZES)
    stated = BenefitSurveys(
        incidence=np.full(2, frequency.incidence),
        probability=np.full(2, probability),
        severities=[severity] * 2,
    )
    pure, variance = per_person(asked, frequency, stated, SIZES)
    exact = price_exact(package).benefits[-1]
    assert pure == pytest.approx(exact.pure, rel=3e-4)
    assert variance == pytest.approx(exact.variance_per_person, rel=1e-3)


@pytest.mark.parametrize(
    "frequency",
    [
        Poisson(incidence=0.04),
        NegativeBinomial(incidence=0.04, variance_to_mean=2.5),
        Bernoulli(incidence=0.3),
        Poisson(incidence=5.0),
    ],
)
@pytest.mark.parametrize("exposure", [100.0, 2000.0, 1e7])
def test_drawn_counts_have_the_laws_mean_and_variance(frequency, exposure):
    strata = Strata(np.random.default_rng(3), surveys=8000, blocks=8)
    counts = draw_counts(frequency, exposure, strata.next())
    mean = frequency.incidence * exposure
    variance = mean * frequency.variance_to_mean
    assert np.array_equal(counts, np.rint(counts))
    assert counts.mean() == pytest.approx(mean, abs=0.02 * math.sqrt(variance) + 1e-3)
    assert counts.var() == pytest.approx(variance, rel=0.03)


@pytest.mark.parametrize(
    "law",
    [
        Lognormal(mean=900, sigma=1.0),
        Gamma(mean=900, cv=0.8),
        Weibull(mean=900, cv=0.8),
        Lomax(mean=900, alpha=2.5),
        Empirical(values=(100.0, 250.0, 400.0, 400.0)),
        DayLaw(mean=4.0, variance_to_mean=2.0),
        DayLaw(mean=4.0, variance_to_mean=1.0),
    ],
)
def test_laws_fitted_to_large_surveys_are_the_stated_one(law):
    strata = Strata(np.random.default_rng(4), surveys=64, blocks=8)
    fitted = fit_again(law, np.full(64, 40_000.0), strata)
    means = np.array([one.mean for one in fitted])
    assert means.mean() == pytest.approx(law.mean, rel=0.01)
    assert 0.0 < means.std() < 0.03 * law.mean


def test_tiny_surveys_keep_what_they_cannot_say():
    strata = Strata(np.random.default_rng(4), surveys=16, blocks=8)
    few, none = np.full(16, 2.0), np.zeros(16)
    assert {law.sigma for law in fit_again(Lognormal(mean=9, sigma=0.7), few, strata)} == {0.7}
    assert {law.cv for law in fit_again(Gamma(mean=9, cv=0.7), few, strata)} == {0.7}
    for law in (
        Lognormal(mean=9, sigma=0.7),
        Gamma(mean=9, cv=0.7),
        Lomax(mean=9, alpha=3),
        DayLaw(mean=1.0, variance_to_mean=1.0),
        Constant(value=3.0),
        None,
    ):
        assert fit_again(law, none, strata) == [law] * 16
    assert fit_again(DayLaw(mean=1.0, variance_to_mean=1.0), few, strata)[0].mean == 1.0


def test_a_survey_that_saw_no_event_counts_half_an_event():
    case = hospital_case(exposure=10.0)
    (drawn,) = draw_surveys(case, strata=Strata(np.random.default_rng(1), surveys=64, blocks=8))
    assert drawn.incidence.min() == 0.05


def test_where_nothing_is_paid_no_survey_can_be_wrong():
    benefit = replace(HOSPITAL.benefits[0], covered=False)
    case = replace(hospital_case(exposure=100.0), package=replace(HOSPITAL, benefits=(benefit,)))
    found = chance(case)
    assert (found.skewness, found.survey.chance, found.survey.restoring_factor) == (0.0, 0.0, 1.0)


def test_a_survey_shorter_than_a_person_year_never_sees_more_events_than_persons():
    benefit = {
        "name": "caesarean",
        "frequency": {"law": "bernoulli", "incidence": 0.003},
        "terms": {"fixed_amount": 5000},
        "survey_person_years": 0.4,
    }
    case = read_case({**slide_json(), "benefits": [benefit]})
    found = true_chance(case=case, premium=priced(case))
    assert found.failed_checks == ()
    # Half an event is counted where none was seen, so such a survey overcharges by far and is never short.
    assert found.survey.chance == pytest.approx(0.0, abs=1e-9)


def test_a_survey_that_cannot_be_priced_leaves_the_exact_chance_and_says_so(monkeypatch):
    def overflow(*_given, **_named):
        raise FloatingPointError

    monkeypatch.setattr("calculator.true_chance._price_surveys", overflow)
    data = slide_json()
    data["benefits"][0]["survey_person_years"] = 1000
    case = read_case(data)
    found = true_chance(case=case, premium=priced(case))
    assert found.survey is None
    assert found.skewness == pytest.approx(0.0512, abs=5e-5)
    assert [check.name for check in found.failed_checks] == ["survey error"]
