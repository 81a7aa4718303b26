"""The survey's error in money: two bootstraps and the delta method must agree, and known figures come out."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculator.case import read_case
from calculator.premium import price_premium
from calculator.survey_delta import delta_error
from calculator.survey_draws import Strata, draw_surveys
from calculator.survey_error import SurveyErrorModel, survey_error
from calculator.survey_pricing import price_drawn
from calculator.survey_resampled import Fitted, resampled_laws, resampled_surveys
from calculator.true_chance import true_chance
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.exact import price_exact
from simulation.engine.refusal import Refused
from simulation.engine.severity import Gamma, Lognormal, Lomax, Weibull
from survey.case_block import case_benefits
from survey.fit_options import FitOptions
from survey.fitting import fit_survey
from survey.resamples import Resamples
from survey.synthetic import EVENTS, Community, synthetic_survey
from tests.calculator.cases import linked_json, slide_case
from tests.calculator.test_true_chance import HOSPITAL, hospital_case, priced

PLAIN = Community(
    households=1500, households_a_cluster=None, rounded=0.0, missing=0.0, refusing=0.0, open_stays=0.0
)
TERMS = {
    "hospitalisation": {"threshold": 500, "copay": 0.2, "event_cap": 10_000, "family_cap": 15_000},
    "injury": {"event_cap": 700, "family_cap": 3000},
    "imaging": {"event_cap": 1000},
    "transport": {"event_cap": 1000},
}


@cache
def plain_survey():
    """Households from everywhere, asked about four kinds of events: nothing hangs together."""
    kinds = {
        kind: replace(EVENTS[kind], zero_share=0.0) for kind in ("hospital", "injury", "imaging", "delivery")
    }
    tables, _ = synthetic_survey(replace(PLAIN, events=kinds), rng=np.random.default_rng(21))
    return fit_survey(tables, options=FitOptions(resamples=500, tests=19))


def case_of(fitted, *, laws=None, basis="joint"):
    block = case_benefits(fitted.estimates, laws=laws)
    for benefit in block:
        if benefit["name"] == "wage-loss":
            benefit.update(covered=True, terms={"rate": 200, "start_day": 4, "last_day": 13})
        else:
            benefit["terms"].update(TERMS.get(benefit["name"], {}))
    return read_case(
        {
            "community": {"persons": 5000, "family_sizes": dict(fitted.estimates.families.shares)},
            "loadings": {"chance_of_bankruptcy": 0.05, "admin": 0.2, "risk_basis": basis},
            "benefits": block,
        }
    )


def behind(fitted, case):
    return Fitted(resamples=fitted.resamples, keys={one.name: one.name for one in case.package.benefits})


def model(case, fitted=None, **more):
    survey = behind(fitted, case) if fitted is not None else None
    return SurveyErrorModel(case=case, premium=priced(case), fitted=survey, **more)


LOGNORMALS = dict.fromkeys(("hospitalisation", "injury", "imaging", "transport", "delivery"), "lognormal")


def test_resampled_and_drawn_surveys_agree_on_a_plain_survey():
    """Without villages the resampled households are the stated laws' own surveys, but for chance."""
    fitted = plain_survey()
    case = case_of(fitted, laws=LOGNORMALS)
    resampled, drawn = model(case, fitted).error(), model(case).error()
    for one, other in zip(resampled.benefits, drawn.benefits, strict=True):
        assert (one.source, other.source) == ("resamples", "person-years")
        assert one.pure == other.pure
        assert one.standard_error == pytest.approx(other.standard_error, rel=0.15), one.name
        assert one.low == pytest.approx(other.low, abs=0.5 * one.standard_error)
        assert one.high == pytest.approx(other.high, abs=0.5 * one.standard_error)
    assert resampled.pure_standard_error == pytest.approx(drawn.pure_standard_error, rel=0.12)
    assert resampled.chances.survey == pytest.approx(drawn.chances.survey, abs=0.025)
    assert resampled.total_low < priced(case).total < resampled.total_high


def test_the_delta_method_agrees_with_both_bootstraps():
    fitted = plain_survey()
    case = case_of(fitted, laws=LOGNORMALS)
    delta, error = delta_error(case), model(case, fitted).error()
    found = dict(delta.benefits)
    assert found.pop("wage-loss") is None
    for one in error.benefits:
        if one.name in found:
            assert found[one.name] == pytest.approx(one.standard_error, rel=0.12), one.name
    drawn = {one.name: one.standard_error for one in model(case).error().benefits}
    for name, expected in found.items():
        assert expected == pytest.approx(drawn[name], rel=0.10), name


def test_the_delta_method_is_the_formula_for_one_uncapped_benefit():
    """Var(lambda exp(mu + sigma^2/2)) / pure^2 = 1/k + sigma^2/k + sigma^4/(2k)."""
    data = {
        "name": "stay",
        "frequency": {"law": "poisson", "incidence": 0.05},
        "severity": {"law": "lognormal", "mean": 10_000, "sigma": 1.2},
        "terms": {},
        "survey_person_years": 4000,
    }
    case = read_case({**linked_json(), "benefits": [data]})
    k, s = 200.0, 1.2
    by_hand = 500.0 * math.sqrt(1 / k + s**2 / k + s**4 / (2 * k))
    assert delta_error(case).package == pytest.approx(by_hand, rel=1e-5)
    assert dict(delta_error(case).benefits) == {"stay": pytest.approx(by_hand, rel=1e-5)}


def test_the_delta_method_lets_linked_benefits_share_their_incidences_error():
    data = linked_json()
    for benefit in data["benefits"]:
        benefit["survey_person_years"] = 3000
    data["benefits"][0]["covered"] = True
    case = read_case(data)
    delta = delta_error(case)
    alone = math.sqrt(sum(error**2 for _, error in delta.benefits))
    assert delta.package > alone
    surveys = draw_surveys(case, strata=Strata(np.random.default_rng(1), surveys=4096, blocks=8))
    spread = price_drawn(case, price_exact(case.package), surveys).pure.std(ddof=1)
    assert delta.package == pytest.approx(spread, rel=0.05)


def test_the_delta_method_knows_nothing_where_nobody_was_asked():
    case = slide_case()
    assert delta_error(case).package == 0.0
    uncovered = replace(
        case,
        package=replace(
            case.package, benefits=tuple(replace(b, covered=False) for b in case.package.benefits)
        ),
    )
    assert delta_error(uncovered).benefits == ()


# ---- what is known from elsewhere


@pytest.mark.parametrize(("capped", "measured"), [(True, 0.218), (False, 0.162)])
def test_a_common_yearly_shock_measured_with_another_program_comes_out(capped, measured):
    """Gamma factor, 15 %, 5,000 persons: 21.8 % capped, 16.2 % uncapped (1,500 surveys, about 0.5 points)."""
    case = hospital_case()
    if not capped:
        (benefit,) = HOSPITAL.benefits
        open_terms = replace(benefit.terms, threshold=0.0, copay=0.0, event_cap=math.inf, family_cap=math.inf)
        package = replace(HOSPITAL, benefits=(replace(benefit, terms=open_terms),))
        case = replace(case, package=package)
    found = survey_error(case=case, premium=priced(case), shock=0.15)
    assert found.chances.shock == pytest.approx(measured, abs=0.006)
    assert found.chances.together == pytest.approx(found.chances.shock, abs=1e-4)  # nobody was asked
    assert found.benefits[0].source == "known"


def test_drawn_surveys_give_the_true_chance_that_is_known_already():
    case = hospital_case(exposure=1000)
    found = survey_error(case=case, premium=priced(case))
    other = true_chance(case=case, premium=priced(case), surveys=1024)
    assert found.chances.skewness == pytest.approx(other.skewness)
    assert found.chances.survey == pytest.approx(other.survey.chance, abs=0.012)
    assert found.chances.survey == pytest.approx(0.243, abs=0.02)
    assert found.chances.shock == found.chances.skewness
    assert found.chances.together == pytest.approx(found.chances.survey)
    assert found.restoring_total == pytest.approx(other.survey.restoring_total, rel=0.01)


def test_the_prediction_loading_is_the_root_of_both_variances():
    case = hospital_case(exposure=1000)
    premium = priced(case)
    found = survey_error(case=case, premium=premium)
    process = premium.sigma / math.sqrt(5000)
    assert found.process_deviation == pytest.approx(process)
    assert found.prediction_loading == pytest.approx(
        premium.z * math.sqrt(process**2 + found.pure_standard_error**2)
    )
    assert found.prediction_total == pytest.approx((premium.pure + found.prediction_loading) * 1.2)
    assert found.chances.skewness < found.chances.with_prediction_loading < found.chances.survey
    assert found.chances.with_prediction_loading == pytest.approx(0.09, abs=0.03)


def test_the_restored_premium_is_short_as_often_as_was_asked_for():
    case = hospital_case(exposure=2000)
    asked = model(case, shock=0.1)
    found = asked.error()
    again = asked.short(found.restoring_factor * asked.priced().with_risk).mean()
    assert again == pytest.approx(0.05, abs=1e-6)
    assert found.restoring_with_risk > priced(case).with_risk


@given(
    tail=st.sampled_from([Lomax(mean=3000.0, alpha=alpha) for alpha in (1.5, 2.05, 3.0)]),
    exposure=st.sampled_from([60.0, 300.0, 2000.0]),
    shock=st.sampled_from([0.0, 0.2]),
    factors=st.lists(st.floats(0.5, 4.0), min_size=2, max_size=6),
)
@settings(max_examples=12)
def test_a_higher_premium_never_has_a_higher_chance(tail, exposure, shock, factors):
    case = hospital_case(exposure=exposure)
    (benefit,) = case.package.benefits
    endless = replace(benefit.terms, threshold=0.0, copay=0.0, event_cap=200_000.0, family_cap=math.inf)
    case = replace(
        case, package=replace(case.package, benefits=(replace(benefit, severity=tail, terms=endless),))
    )
    asked = model(case, shock=shock)
    found = asked.error()
    told = [
        (priced(case).with_risk, found.chances.together),
        (found.prediction_with_risk, found.chances.with_prediction_loading),
        (found.restoring_with_risk, found.chances.nominal),
        *((factor * priced(case).with_risk, asked.chance_at(factor)) for factor in factors),
    ]
    chances = [chance for _premium, chance in sorted(told)]
    assert all(two <= one + 1e-9 for one, two in pairwise(chances))


# ---- more households


def test_more_households_shrink_the_error_by_their_root():
    fitted = plain_survey()
    case = case_of(fitted, laws=LOGNORMALS)
    for asked in (model(case, fitted), model(case)):
        now = asked.with_more(households=0, asked=1500)
        fourfold = asked.with_more(households=4500, asked=1500)
        assert fourfold.pure_standard_error == pytest.approx(now.pure_standard_error / 2, rel=0.08)
        assert asked.error().chances.skewness < fourfold.chance < now.chance


def test_the_households_needed_reach_the_target_and_no_more():
    fitted = plain_survey()
    case = case_of(fitted, laws=LOGNORMALS)
    asked = model(case, fitted)
    floor = asked.error().chances.skewness
    needed = asked.households_needed(asked=1500)
    assert needed.reachable
    assert needed.chance <= floor + 0.01
    assert asked.with_more(households=round(needed.households * 0.9), asked=1500).chance > floor + 0.01
    assert asked.households_needed(asked=1500, target=0.9).households == 0
    never = asked.households_needed(asked=1500, target=floor / 2)
    assert not never.reachable
    with pytest.raises(Refused):
        asked.with_more(households=-1, asked=1500)


@pytest.mark.parametrize("shock", [-0.1, 15.0])
def test_a_shock_in_percent_is_refused(shock):
    with pytest.raises(Refused):
        model(hospital_case(), shock=shock)


# ---- resamples on stated laws


def test_a_case_that_states_the_surveys_own_figures_gets_its_resamples():
    fitted = plain_survey()
    case = case_of(fitted, laws=LOGNORMALS)
    drawn = resampled_surveys(case, behind(fitted, case), rng=np.random.default_rng(1))
    for benefit, found in zip(case.package.benefits, drawn, strict=True):
        own = fitted.resamples.benefit(benefit.name)
        assert found.incidence == pytest.approx(own.incidence)
        assert found.probability == pytest.approx(own.probability)
        if benefit.name in LOGNORMALS:
            law = found.severities[7]
            assert (law.mean, law.sigma) == pytest.approx(tuple(own.laws["lognormal"][7]))


def test_costs_of_another_year_keep_the_surveys_doubt():
    fitted = plain_survey()
    case = case_of(fitted, laws=LOGNORMALS)
    (hospital, *others) = case.package.benefits[:1] + case.package.benefits[1:]
    grown = replace(hospital, severity=replace(hospital.severity, mean=hospital.severity.mean * 1.2))
    moved = replace(case, package=replace(case.package, benefits=(grown, *others)))
    one = resampled_surveys(case, behind(fitted, case), rng=np.random.default_rng(1))
    other = resampled_surveys(moved, behind(fitted, moved), rng=np.random.default_rng(1))
    ratio = [b.mean / a.mean for a, b in zip(one[0].severities, other[0].severities, strict=True)]
    assert ratio == pytest.approx([1.2] * len(ratio))


@pytest.mark.parametrize(
    "law",
    [
        Lognormal(mean=9000, sigma=1.0),
        Gamma(mean=9000, cv=0.9),
        Weibull(mean=9000, cv=1.2),
        Lomax(mean=9000, alpha=2.6),
        Empirical(values=(4000.0, 9000.0, 14_000.0)),
    ],
)
def test_every_law_moves_as_the_survey_moves(law):
    own = plain_survey().resamples.benefit("hospitalisation")
    found = resampled_laws(law, own)
    means = np.array([one.mean for one in found])
    assert {type(one) for one in found} == {type(law)}
    assert np.median(means) == pytest.approx(9000, rel=0.05)
    assert 0.03 < means.std() / means.mean() < 0.5
    larger = np.array([one.mean for one in resampled_laws(law, own, shrink=0.5)])
    assert np.log(larger).std() == pytest.approx(np.log(means).std() / 2, rel=0.1)


def test_days_move_and_stay_whole():
    own = plain_survey().resamples.benefit("wage-loss")
    laws = resampled_laws(DayLaw(mean=6.0, variance_to_mean=3.0), own)
    assert np.mean([law.mean for law in laws]) == pytest.approx(6.0, abs=0.2)
    assert min(law.variance_to_mean for law in laws) >= 1.0
    sample = resampled_laws(Empirical(values=(2.0, 5.0, 9.0)), own)
    assert all(law.is_whole_days for law in sample)


def test_what_cannot_move_stays():
    own = plain_survey().resamples.benefit("hospitalisation")
    assert set(resampled_laws(None, own)) == {None}
    assert set(resampled_laws(Constant(value=3.0), own)) == {Constant(value=3.0)}
    bare = replace(own, laws={}, stated_laws={})
    moved = resampled_laws(Lognormal(mean=9000, sigma=1.0), bare)
    assert {law.sigma for law in moved} == {1.0}
    assert np.std([law.mean for law in moved]) > 100
    days = resampled_laws(DayLaw(mean=1.0, variance_to_mean=1.0), bare)
    assert min(law.mean for law in days) == 1.0
    nothing = replace(bare, atoms=np.zeros(0), stated_shares=np.zeros(0), shares=np.zeros((500, 0)))
    assert set(resampled_laws(Lognormal(mean=9.0, sigma=1.0), nothing)) == {Lognormal(mean=9.0, sigma=1.0)}


def test_benefits_that_the_survey_did_not_ask_about_are_drawn_or_known():
    fitted = plain_survey()
    case = case_of(fitted, laws=LOGNORMALS)
    keys = {one.name: one.name for one in case.package.benefits if one.name != "injury"}
    asked = SurveyErrorModel(
        case=case, premium=priced(case), fitted=Fitted(resamples=fitted.resamples, keys=keys)
    )
    sources = {one.name: one.source for one in asked.error().benefits}
    assert sources.pop("injury") == "person-years"
    assert set(sources.values()) == {"resamples"}
    missing = {"hospitalisation": "hospitalisation", "transport": "dental"}
    drawn = resampled_surveys(
        case, Fitted(resamples=fitted.resamples, keys=missing), rng=np.random.default_rng(1)
    )
    names = [one.name for one in case.package.benefits]
    parent, child = drawn[names.index("hospitalisation")], drawn[names.index("transport")]
    assert np.array_equal(parent.incidence, child.incidence)


def test_a_link_that_a_case_states_otherwise_still_moves():
    fitted = plain_survey()
    case = case_of(fitted, laws=LOGNORMALS)
    benefits = []
    for benefit in case.package.benefits:
        if benefit.name == "transport":
            benefits.append(
                replace(
                    benefit, linked_to=None, probability=1.0, frequency=case.package.benefits[0].frequency
                )
            )
        elif benefit.name == "wage-loss":
            benefits.append(replace(benefit, probability=1.0))
        else:
            benefits.append(benefit)
    other = replace(case, package=replace(case.package, benefits=tuple(benefits)))
    drawn = resampled_surveys(other, behind(fitted, other), rng=np.random.default_rng(1))
    names = [one.name for one in benefits]
    transport, wages = drawn[names.index("transport")], drawn[names.index("wage-loss")]
    own = fitted.resamples.benefit("transport")
    thinned = own.incidence * own.probability
    assert transport.incidence / transport.incidence.mean() == pytest.approx(
        thinned / thinned.mean(), rel=1e-6
    )
    assert set(wages.probability) == {1.0}  # certainty stays certain


def test_a_benefit_not_covered_needs_no_laws():
    fitted = plain_survey()
    case = case_of(fitted, laws=LOGNORMALS)
    benefits = tuple(replace(one, covered=one.name != "injury") for one in case.package.benefits)
    bare = replace(case, package=replace(case.package, benefits=benefits))
    found = model(bare, fitted).error()
    assert "injury" not in [one.name for one in found.benefits]


def test_an_empty_survey_is_no_survey():
    empty = Resamples(households=1, persons=1, by="household", seed=1)
    case = hospital_case(exposure=1000)
    asked = SurveyErrorModel(case=case, premium=priced(case), fitted=Fitted(resamples=empty, keys={}))
    assert asked.fitted is None
    assert asked.error().benefits[0].source == "person-years"


def test_a_scheme_that_can_never_be_short_needs_no_more():
    case = hospital_case(exposure=1000)
    (benefit,) = HOSPITAL.benefits
    free = replace(HOSPITAL, benefits=(replace(benefit, covered=False),))
    nothing = replace(case, package=free)
    assert model(nothing).error().restoring_factor == 1.0


def test_independent_rows_can_be_asked_too():
    fitted = plain_survey()
    joint, independent = case_of(fitted), case_of(fitted, basis="independent")
    assert model(independent, fitted).error().chances.survey > model(joint, fitted).error().chances.survey


def test_the_same_question_gives_the_same_answer():
    fitted = plain_survey()
    case = case_of(fitted)
    assert model(case, fitted).error() == model(case, fitted).error()
    moments = price_exact(case.package)
    premium = price_premium(moments=moments, community=case.community, loadings=case.loadings)
    again = survey_error(case=case, premium=premium, fitted=behind(fitted, case), moments=moments)
    assert again == model(case, fitted).error()
