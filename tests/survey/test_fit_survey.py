"""A whole survey fitted: estimates stored and read again, resamples, benefits to adopt, a case to price."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from calculator.case import read_case
from simulation.engine.exact import price_exact
from survey.adopting import NothingToAdopt, risk_fields
from survey.case_block import case_benefits
from survey.estimates import Estimates, Interval
from survey.fit_options import FitOptions
from survey.fitting import fit_survey
from survey.json_values import ValueRefused
from survey.reasons import REASONS, reason
from survey.resamples import BenefitResamples, Resamples, ResamplesDamaged
from tests.survey.surveys import NAN, QUICK, make_tables, repeated, shuffled, usual_survey, with_bills_times


@cache
def fitted():
    return fit_survey(usual_survey(), options=QUICK)


def estimates():
    return fitted().estimates


def all_reasons(found):
    parts = [*found.incidences, *found.dispersions, *found.severities, *found.links, *found.benefits]
    lists = [found.reasons, found.families.reasons, *(part.reasons for part in parts)]
    lists += [part.suggestion for part in found.severities]
    lists += [fit.reasons for part in found.severities for fit in part.fits]
    return [one for reasons in lists for one in reasons]


def test_the_same_survey_gives_the_same_answer_bit_for_bit():
    again = fit_survey(usual_survey(), options=QUICK)
    assert again.estimates == estimates()
    assert again.resamples.to_bytes() == fitted().resamples.to_bytes()


def test_asking_for_more_of_one_thing_changes_nothing_else():
    more = fit_survey(usual_survey(), options=replace(QUICK, by_age=True, laws=("lognormal",)))
    assert more.estimates.severity("opd").fit("lognormal") == estimates().severity("opd").fit("lognormal")
    assert more.estimates.dispersions == estimates().dispersions


def test_estimates_are_read_back_as_they_were_written():
    data = json.loads(json.dumps(estimates().as_json(), allow_nan=False))
    assert Estimates.from_json(data) == estimates()


def test_estimates_of_another_version_or_shape_are_refused():
    data = estimates().as_json()
    with pytest.raises(ValueRefused, match="fit again"):
        Estimates.from_json({**data, "version": 99})
    with pytest.raises(ValueRefused, match="fit again"):
        Estimates.from_json([])
    with pytest.raises(ValueRefused, match=r"estimates\.summary"):
        Estimates.from_json({**data, "summary": 3})


def test_every_reason_has_the_numbers_its_sentence_needs():
    found = all_reasons(estimates())
    assert len(found) > 10
    for one in found:
        assert set(one.values) == set(REASONS[one.code])
    with pytest.raises(KeyError, match="events, needed"):
        reason("few_events", events=3)


def test_progress_is_told_kind_by_kind():
    told = []
    fit_survey(make_tables(sizes=[3] * 40, recall={"hospital": 365, "injury": 30}), progress=told.append)
    assert told == [0.5, 1.0]


def test_options_refuse_nonsense():
    for bad in (
        {"caps": ()},
        {"caps": (5.0, 2.0)},
        {"day_caps": (-1.0, 2.0)},
        {"persistence": {"hospital": "sometimes"}},
        {"resamples": 3},
        {"tests": 5},
        {"laws": ("normal",)},
    ):
        with pytest.raises(ValueRefused):
            FitOptions(**bad)
    assert FitOptions().persistence_of("outpatient") == "persistent"
    assert FitOptions().persistence_of("hospital") == "passing"
    assert FitOptions(persistence={"hospital": "persistent"}).persistence_of("hospital") == "persistent"


def test_questions_about_what_is_not_there_answer_none():
    nothing = fit_survey(make_tables(sizes=[3] * 40), options=QUICK).estimates
    for name in ("injury", "opd", "transport"):
        assert nothing.incidence(name) is None
        assert nothing.dispersion(name) is None
        assert nothing.severity(name) is None or name == "transport"
        assert nothing.link(name) is None
        assert nothing.benefit(name) is None
    assert nothing.incidence("hospital").events == 0
    assert nothing.dispersion("hospital").frequency_law == "poisson"


def test_an_interval_upside_down_is_refused():
    with pytest.raises(ValueRefused):
        Interval(value=1.0, low=2.0, high=0.0)


# ---- laws that a fit obeys


def test_money_in_another_unit_changes_means_only():
    scaled = fit_survey(with_bills_times(usual_survey(), 100.0), options=QUICK).estimates
    for one, other in zip(estimates().incidences, scaled.incidences, strict=True):
        assert one == other
    for one, other in zip(estimates().severities, scaled.severities, strict=True):
        factor = 1.0 if one.unit == "days" else 100.0
        assert other.data_mean.value == pytest.approx(one.data_mean.value * factor)
        for law in one.usable_laws:
            assert other.fit(law).mean.value == pytest.approx(one.fit(law).mean.value * factor, rel=1e-4)


def test_the_order_of_rows_changes_no_estimate():
    other = fit_survey(shuffled(usual_survey(), 5), options=QUICK).estimates
    assert other.families.shares == pytest.approx(estimates().families.shares)
    for one, two in zip(estimates().benefits, other.benefits, strict=True):
        assert two.incidence == pytest.approx(one.incidence)
        assert two.link_probability == pytest.approx(one.link_probability)
    for one, two in zip(estimates().severities, other.severities, strict=True):
        assert two.fits[0].parameters == pytest.approx(one.fits[0].parameters, rel=1e-4)
        assert np.sort(two.sample) == pytest.approx(np.sort(one.sample))


def test_a_survey_told_twice_says_the_same_with_half_the_variance():
    options = FitOptions(resamples=1200, tests=19, laws=("lognormal",))
    once = fit_survey(usual_survey(), options=options).estimates
    twice = fit_survey(repeated(usual_survey(), 2), options=options).estimates
    for one, two in zip(once.incidences, twice.incidences, strict=True):
        assert two.per_person_year.value == pytest.approx(one.per_person_year.value)
        assert two.standard_error**2 == pytest.approx(one.standard_error**2 / 2, rel=0.2)
    for one, two in zip(once.severities, twice.severities, strict=True):
        assert two.fits[0].parameters == pytest.approx(one.fits[0].parameters, rel=1e-6)


# ---- benefits


def test_events_without_a_bill_are_taken_out_and_linked_payments_kept():
    hospital, link = estimates().benefit("hospitalisation"), estimates().link("transport")
    severity, seen = estimates().severity("hospitalisation"), estimates().incidence("hospital")
    paid = 1.0 - severity.zero_share
    assert severity.zeros > 0
    assert hospital.incidence == pytest.approx(seen.per_person_year.value * paid)
    transport = estimates().benefit("transport")
    assert transport.link_probability == pytest.approx(link.probability.value / paid)
    assert transport.linked_to == "hospitalisation"
    assert hospital.incidence * transport.link_probability == pytest.approx(
        seen.per_person_year.value * link.probability.value
    )
    assert [one.code for one in transport.reasons] == ["zero_stays_linked"]


def test_what_is_paid_on_more_stays_than_had_a_bill_gets_events_of_its_own():
    events = [
        {
            "household": place % 60,
            "kind": "hospital",
            "bill": 0.0 if place < 20 else 900.0 + place,
            "transport": 300.0 + place,
            "days_lost": float(place % 4),
        }
        for place in range(40)
    ]
    found = fit_survey(make_tables(sizes=[4] * 60, events=events), options=QUICK)
    parent = found.estimates.benefit("hospitalisation")
    assert parent.incidence == pytest.approx(20 / 240)
    told = {"transport": (40, sum(300.0 + place for place in range(40))), "wage-loss": (30, 60.0)}
    for key, (paid, amount) in told.items():
        benefit, own = found.estimates.benefit(key), found.resamples.benefit(key)
        assert [one.code for one in benefit.reasons] == ["link_above_one"]
        assert (benefit.linked_to, own.linked_to) == ("", "")
        assert benefit.incidence == own.stated_incidence == pytest.approx(paid / 240)
        assert benefit.incidence * (own.stated_shares @ own.atoms) == pytest.approx(amount / 240)
        assert np.mean(own.incidence) == pytest.approx(paid / 240, rel=0.05)
    block = {one["name"]: one for one in case_benefits(found.estimates)}
    assert block["transport"]["frequency"] == {"law": "poisson", "incidence": pytest.approx(40 / 240)}
    assert "linked_to" not in block["transport"]


def test_transport_to_stays_that_were_all_free_is_not_lost():
    events = [
        {"household": place, "kind": "hospital", "bill": 0.0, "transport": 50.0 * (1 + place % 5)}
        for place in range(30)
    ]
    found = fit_survey(make_tables(sizes=[4] * 60, events=events), options=QUICK).estimates
    (transport,) = case_benefits(found)
    assert transport["name"] == "transport"
    assert transport["frequency"]["incidence"] == pytest.approx(30 / 240)
    assert [one.code for one in found.benefit("transport").reasons] == ["stays_all_free"]


def test_the_cap_of_an_endless_tail_is_the_largest_bill_of_many():
    bills = 1000.0 * np.random.default_rng(8).pareto(1.4, 2500) + 1.0
    events = [{"household": n % 900, "kind": "hospital", "bill": float(bill)} for n, bill in enumerate(bills)]
    found = fit_survey(make_tables(sizes=[4] * 900, events=events), options=QUICK).estimates
    (block,) = case_benefits(found, laws={"hospitalisation": "lomax"})
    assert len(found.severity("hospitalisation").sample) == 2000
    assert block["severity"]["alpha"] < 2.0
    assert block["terms"]["event_cap"] == pytest.approx(bills.max())


def test_never_seen_is_not_never():
    found = fit_survey(make_tables(sizes=[5] * 60, recall={"caesarean": 365}), options=QUICK)
    benefit = found.estimates.benefit("caesarean")
    assert benefit.incidence == pytest.approx(0.5 / 300)
    assert [one.code for one in benefit.reasons] == ["half_event"]
    assert not benefit.has_severity
    resampled = found.resamples.benefit("caesarean").incidence
    assert resampled.mean() == pytest.approx(0.5 / 300, rel=0.3)
    assert resampled.std() > 0


def test_stays_without_a_question_make_no_linked_benefit():
    events = [{"household": place, "kind": "hospital", "bill": 500.0 + place} for place in range(30)]
    found = fit_survey(make_tables(sizes=[4] * 60, events=events), options=QUICK).estimates
    assert [one.key for one in found.benefits] == ["hospitalisation"]
    free = [{**event, "transport": 0.0, "days_lost": NAN} for event in events]
    found = fit_survey(make_tables(sizes=[4] * 60, events=free), options=QUICK).estimates
    assert [one.key for one in found.links] == ["transport"]
    assert [one.key for one in found.benefits] == ["hospitalisation"]


# ---- adopting


def test_every_usable_law_becomes_fields_that_the_engine_takes():
    from types import SimpleNamespace

    from simulation.contract import frequency_of, severity_of

    for benefit in estimates().benefits:
        severity = estimates().severity(benefit.key)
        for law in severity.usable_laws:
            fields = risk_fields(estimates(), key=benefit.key, law=law, factor=1.1)
            row = SimpleNamespace(**fields)
            made = severity_of(row)
            expected = severity.fit(law).mean.value * (1.0 if benefit.wage_days else 1.1)
            assert made.mean == pytest.approx(expected, rel=1e-3)
            frequency = frequency_of(row)
            assert (frequency is None) == bool(fields["linked_to_key"])
            assert len(fields["severity_sample"] or ()) <= 2000


def test_a_fixed_benefit_needs_no_cost():
    fields = risk_fields(estimates(), key="caesarean", fixed=True)
    assert (fields["kind"], fields["severity_law"], fields["severity_mean"]) == ("fixed", "", None)
    assert fields["frequency_law"] == "bernoulli"
    assert fields["survey_person_years"] > 0


def test_what_the_survey_does_not_know_cannot_be_adopted():
    with pytest.raises(NothingToAdopt, match="nothing about"):
        risk_fields(estimates(), key="dental")
    with pytest.raises(NothingToAdopt, match="could not be fitted"):
        risk_fields(estimates(), key="opd", law="constant")


def test_equal_bills_are_adopted_as_a_constant():
    events = [{"household": place, "kind": "caesarean", "bill": 8000.0} for place in range(20)]
    tables = make_tables(sizes=[4] * 60, events=events, recall={"caesarean": 365})
    found = fit_survey(tables, options=QUICK).estimates
    fields = risk_fields(found, key="caesarean", factor=1.5)
    assert (fields["severity_law"], fields["severity_mean"]) == ("constant", 12_000.0)
    (block,) = case_benefits(found)
    assert block["severity"] == {"law": "constant", "value": 8000.0}


# ---- the case block


def case_of(block, families=None):
    return read_case(
        {
            "community": {"persons": 5000, "family_sizes": families or {"4": 1.0}},
            "loadings": {"chance_of_bankruptcy": 0.05, "admin": 0.2},
            "benefits": block,
        }
    )


def test_survey_to_price_is_a_pipe():
    found = estimates()
    case = case_of(case_benefits(found), dict(found.families.shares))
    answer = price_exact(case.package)
    by_hand = sum(
        benefit.incidence
        * found.severity(benefit.key).fit(found.severity(benefit.key).suggested_law).mean.value
        for benefit in found.benefits
        if not benefit.linked_to
    )
    priced = sum(one.pure for one in answer.benefits if one.name not in ("transport", "wage-loss"))
    assert priced == pytest.approx(by_hand, rel=1e-6)
    wage = next(one for one in case.package.benefits if one.name == "wage-loss")
    assert not wage.covered
    assert wage.linked_to == "hospitalisation"


@pytest.mark.parametrize("law", ["lognormal", "gamma", "weibull", "lomax", "empirical"])
def test_every_law_can_be_asked_for_in_the_block(law):
    block = case_benefits(estimates(), laws={"hospitalisation": law}, factors={"hospitalisation": 2.0})
    hospital = next(one for one in block if one["name"] == "hospitalisation")
    assert hospital["severity"]["law"] == law
    case_of(block)
    if law not in ("empirical",):
        own = estimates().severity("hospitalisation").fit(law).parameters["mean"]
        assert hospital["severity"]["mean"] == pytest.approx(own * 2)


def test_a_lomax_without_variance_is_capped_at_the_largest_bill():
    rng = np.random.default_rng(4)
    events = [
        {"household": place % 60, "kind": "hospital", "bill": bill}
        for place, bill in enumerate(4000 * rng.pareto(1.4, 300))
    ]
    found = fit_survey(make_tables(sizes=[4] * 60, events=events), options=QUICK).estimates
    assert found.severity("hospitalisation").fit("lomax").parameters["alpha"] <= 2.0
    (block,) = case_benefits(found, laws={"hospitalisation": "lomax"})
    assert block["terms"]["event_cap"] == pytest.approx(max(event["bill"] for event in events), rel=1e-6)
    case_of([block])


def test_benefits_without_a_cost_are_left_out():
    events = [{"household": place, "kind": "hospital", "transport": 500.0} for place in range(30)]
    found = fit_survey(make_tables(sizes=[4] * 60, events=events), options=QUICK).estimates
    assert [one.key for one in found.benefits] == ["hospitalisation", "transport"]
    assert case_benefits(found) == []


# ---- resamples


def test_resamples_are_read_back_as_they_were_stored():
    data = fitted().resamples.to_bytes()
    again = Resamples.from_bytes(data)
    assert again.to_bytes() == data
    assert again.number == QUICK.resamples
    assert [one.key for one in again.benefits] == [one.key for one in estimates().benefits]
    for one, other in zip(fitted().resamples.benefits, again.benefits, strict=True):
        assert np.array_equal(one.incidence, other.incidence)
        assert other.shares == pytest.approx(one.shares, rel=1e-6)
    assert again.benefit("dental") is None
    assert len(data) < 1_500_000


def test_torn_or_touched_resamples_are_refused():
    data = fitted().resamples.to_bytes()
    for bad in (data[:-1], data[:100], b"", b"hello" * 20, data[:50] + b"\x00" + data[51:]):
        with pytest.raises(ResamplesDamaged):
            Resamples.from_bytes(bad)


def sealed(body):
    import hashlib

    return body + hashlib.sha256(body).digest()


def test_a_header_that_lies_is_refused():
    import zlib

    from survey.resamples import MAGIC

    def bytes_of(header, numbers=b""):
        words = json.dumps(header).encode()
        return sealed(MAGIC + len(words).to_bytes(8, "big") + words + zlib.compress(numbers))

    good = {"households": 3, "persons": 9, "by": "household", "seed": 1, "benefits": []}
    assert Resamples.from_bytes(bytes_of(good)).number == 0
    with pytest.raises(ResamplesDamaged, match="more numbers"):
        Resamples.from_bytes(bytes_of(good, b"12345678"))
    with pytest.raises(ResamplesDamaged, match="does not fit"):
        Resamples.from_bytes(bytes_of({"households": 3}))
    benefit = {"key": "opd", "resamples": 5, "atoms": 0, "stated_laws": {}}
    with pytest.raises(ResamplesDamaged, match="fewer numbers"):
        Resamples.from_bytes(bytes_of({**good, "benefits": [benefit]}))
    with pytest.raises(ResamplesDamaged, match="length"):
        Resamples.from_bytes(sealed(MAGIC + (10**12).to_bytes(8, "big") + b"{}"))


def test_resamples_that_do_not_belong_together_are_refused():
    one = fitted().resamples.benefits[0]
    with pytest.raises(ResamplesDamaged, match="shape"):
        replace(one, probability=one.probability[:-1])
    with pytest.raises(ResamplesDamaged, match="stated numbers"):
        replace(one, stated_laws={})
    few = BenefitResamples(
        key="x", linked_to="", person_years=1.0, stated_incidence=1.0, stated_probability=1.0,
        incidence=np.ones(2), probability=np.ones(2), stated_laws={}, laws={},
        atoms=np.zeros(0), stated_shares=np.zeros(0), shares=np.zeros((2, 0)),
    )  # fmt: skip
    with pytest.raises(ResamplesDamaged, match="same number"):
        Resamples(households=1, persons=1, by="household", seed=1, benefits=(one, few))


def test_resamples_scatter_about_what_the_survey_says():
    for one in fitted().resamples.benefits:
        assert one.incidence.mean() == pytest.approx(one.stated_incidence, rel=0.05)
        assert one.shares.sum(axis=1) == pytest.approx(np.ones(QUICK.resamples))
        assert float(one.stated_shares.sum()) == pytest.approx(1.0)
        plain = one.shares @ one.atoms
        assert plain.mean() == pytest.approx(float(one.stated_shares @ one.atoms), rel=0.05)
        for law, rows in one.laws.items():
            assert np.median(rows[:, 0]) == pytest.approx(one.stated_laws[law][0], rel=0.15)


def test_errors_of_benefits_hang_together():
    """Villages that fall ill more often do so in everything: resampled incidences move together."""
    incidences = np.array(
        [fitted().resamples.benefit(key).incidence for key in ("opd", "lab", "hospitalisation")]
    )
    correlation = np.corrcoef(incidences)
    assert correlation[0, 1] > 0.2
    assert correlation[0, 2] > 0.2
