"""What no assumption can be: refused by the database, and before it by the engine in words."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from simulation.actions import start_assumptions
from simulation.contract import frequency_of, severity_of
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.frequency import Bernoulli, NegativeBinomial, Poisson
from simulation.engine.refusal import Refused
from simulation.engine.severity import Gamma, Lognormal, Lomax, Weibull
from simulation.models import AssumptionSet, BenefitRisk
from simulation.queries import current_set
from tests.makers import every, make_organisation, make_scheme


@pytest.fixture
def assumptions(db):
    return current_set(scheme=make_scheme(make_organisation()))


def row(assumptions, key):
    return assumptions.risks.get(key=key)


@pytest.mark.parametrize(
    ("key", "values", "constraint"),
    [
        ("injury", {"key": "hospitalisation"}, "risk_key_unique"),
        ("injury", {"name": "Hospitalisation"}, "risk_name_unique"),
        ("injury", {"name": ""}, "risk_has_name"),
        ("injury", {"kind": "gift"}, "risk_kind_known"),
        ("injury", {"pictogram": "lotus"}, "risk_kind_known"),
        ("injury", {"incidence": None}, "risk_frequency_or_link"),
        ("injury", {"frequency_law": ""}, "risk_frequency_or_link"),
        ("transport", {"incidence": 0.1}, "risk_frequency_or_link"),
        ("transport", {"frequency_law": "poisson"}, "risk_frequency_or_link"),
        ("injury", {"incidence": -0.1}, "risk_incidence_plausible"),
        ("injury", {"incidence": 51.0}, "risk_incidence_plausible"),
        ("injury", {"incidence": float("nan")}, "risk_incidence_plausible"),
        ("injury", {"severity_law": "negative_binomial_days"}, "risk_severity_fits_kind"),
        ("injury", {"severity_law": ""}, "risk_severity_fits_kind"),
        ("caesarean", {"severity_law": "gamma"}, "risk_severity_fits_kind"),
        ("wage-loss", {"severity_law": "lognormal"}, "risk_severity_fits_kind"),
        ("transport", {"link_probability": 0.0}, "risk_link_probability_is_share"),
        ("transport", {"link_probability": 1.1}, "risk_link_probability_is_share"),
        ("injury", {"link_probability": 0.5}, "risk_link_probability_is_share"),
        ("injury", {"survey_person_years": 0.0}, "risk_exposure_positive"),
    ],
)
def test_the_database_refuses_what_no_benefit_can_be(assumptions, key, values, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        assumptions.risks.filter(key=key).update(**values)


def test_the_database_refuses_a_benefit_linked_to_itself(assumptions):
    transport = row(assumptions, "transport")
    with pytest.raises(IntegrityError, match="risk_not_linked_to_itself"), transaction.atomic():
        every(BenefitRisk).filter(pk=transport.pk).update(linked_to=transport)


def test_the_database_keeps_versions_apart_and_one_of_them_current(assumptions):
    again = {"organisation": assumptions.organisation, "scheme": assumptions.scheme}
    for values, constraint in (
        ({"number": 1}, "assumptions_number_unique"),
        ({"number": 2, "is_current": True}, "assumptions_one_current"),
        ({"number": 0}, "assumptions_number_from_one"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            AssumptionSet.objects.create(**again, **values)


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"severity_mean": 0.0}, "severity_mean", "not above 0"),
        ({"severity_sigma": None}, "severity_sigma", "is missing"),
        ({"severity_sigma": 11.0}, "severity_sigma", "above 10"),
        ({"severity_law": "lomax", "severity_alpha": 1.0}, "severity_alpha", "mean itself would be infinite"),
        ({"severity_law": "gamma", "severity_cv": 100.0}, "severity_cv", "not between 0.01 and 20"),
        ({"frequency_law": "bernoulli", "incidence": 1.5}, "incidence", "not between 0 and 1"),
        ({"frequency_law": "negative_binomial", "variance_to_mean": 1.0}, "variance_to_mean", "not above 1"),
        ({"severity_law": "empirical", "severity_sample": []}, "severity_sample", "give at least one"),
        ({"severity_law": "empirical", "severity_sample": [-1]}, "severity_sample", "1 to 2,000 numbers"),
    ],
)
def test_figures_the_engine_cannot_take_are_refused_at_their_field(assumptions, values, field, words):
    risk = row(assumptions, "injury")
    for name, value in values.items():
        setattr(risk, name, value)
    with pytest.raises(ValidationError) as refused:
        risk.full_clean()
    assert words in " ".join(refused.value.message_dict[field])


def test_links_go_one_level_and_stay_in_one_version(assumptions):
    injury, transport, hospital = (
        row(assumptions, key) for key in ("injury", "transport", "hospitalisation")
    )
    linked = {"frequency_law": "", "incidence": None}
    elsewhere = start_assumptions(scheme=_another_scheme(assumptions)).risks.get(key="opd")
    for risk, parent, words in (
        (injury, transport, "one level only"),
        (hospital, injury, "one level only"),
        (injury, elsewhere, "of the same assumptions"),
    ):
        risk.linked_to = parent
        for name, value in linked.items():
            setattr(risk, name, value)
        with pytest.raises(ValidationError, match=words):
            risk.full_clean()


def _another_scheme(assumptions):
    scheme = make_scheme(assumptions.organisation)
    scheme.assumption_sets.all().delete()
    return scheme


@pytest.mark.parametrize(
    ("values", "law"),
    [
        ({"frequency_law": "poisson", "incidence": 0.04}, Poisson(incidence=0.04)),
        ({"frequency_law": "bernoulli", "incidence": 0.006}, Bernoulli(incidence=0.006)),
        (
            {"frequency_law": "negative_binomial", "incidence": 3.0, "variance_to_mean": 1.5},
            NegativeBinomial(incidence=3.0, variance_to_mean=1.5),
        ),
        ({"frequency_law": ""}, None),
    ],
)
def test_a_row_becomes_the_engines_law_of_events(values, law):
    assert frequency_of(BenefitRisk(**values)) == law


@pytest.mark.parametrize(
    ("values", "law"),
    [
        ({"kind": "fixed"}, None),
        ({"severity_law": "lognormal", "severity_sigma": 1.35}, Lognormal(mean=900.0, sigma=1.35)),
        ({"severity_law": "gamma", "severity_cv": 0.8}, Gamma(mean=900.0, cv=0.8)),
        ({"severity_law": "weibull", "severity_cv": 0.8}, Weibull(mean=900.0, cv=0.8)),
        ({"severity_law": "lomax", "severity_alpha": 1.5}, Lomax(mean=900.0, alpha=1.5)),
        ({"severity_law": "constant"}, Constant(value=900.0)),
        ({"severity_law": "empirical", "severity_sample": [5, 7]}, Empirical(values=(5.0, 7.0))),
        (
            {"kind": "wage_days", "severity_law": "negative_binomial_days", "severity_variance_to_mean": 4.0},
            DayLaw(mean=900.0, variance_to_mean=4.0),
        ),
    ],
)
def test_a_row_becomes_the_engines_law_of_costs(values, law):
    assert severity_of(BenefitRisk(**{"kind": "cost", "severity_mean": 900.0} | values)) == law


def test_laws_that_are_not_known_are_refused_by_name():
    with pytest.raises(Refused, match="frequency_law"):
        frequency_of(BenefitRisk(frequency_law="often", incidence=1.0))
    with pytest.raises(Refused, match="severity_law"):
        severity_of(BenefitRisk(kind="cost", severity_law="dear", severity_mean=1.0))
    with pytest.raises(Refused, match="whole numbers"):
        severity_of(BenefitRisk(kind="wage_days", severity_law="empirical", severity_sample=[0.5]))


def test_every_default_row_is_one_the_engine_takes(assumptions):
    risks = list(assumptions.risks.all())
    assert [risk.key for risk in risks] == [
        "hospitalisation", "injury", "lab", "imaging", "transport", "caesarean", "wage-loss", "opd",
    ]  # fmt: skip
    for risk in risks:
        risk.full_clean()
        assert risk.is_example
        assert risk.source_note
    linked = {risk.key: risk.linked_to.key for risk in risks if risk.linked_to}
    assert linked == {"transport": "hospitalisation", "wage-loss": "hospitalisation"}


def test_a_sheet_as_on_the_slide_counts_every_row_on_its_own(assumptions):
    slide = start_assumptions(scheme=_another_scheme(assumptions), linked=False)
    assert not slide.risks.filter(linked_to__isnull=False).exists()
    assert slide.risks.get(key="transport").incidence == 0.042
