"""What the database itself refuses, and the figures a scheme works out."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from schemes.actions import create_scheme
from schemes.models import Scheme
from tests.makers import every, make_organisation, make_scheme

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"name": ""}, "scheme_has_name"),
        ({"currency": "XXX"}, "scheme_currency_known"),
        ({"grouping": "roman"}, "scheme_grouping_known"),
        ({"inhabitants": 0}, "scheme_inhabitants_plausible"),
        ({"inhabitants": 10**9}, "scheme_inhabitants_plausible"),
        ({"expected_take_up": 0.0}, "scheme_take_up_is_share"),
        ({"expected_take_up": 1.2}, "scheme_take_up_is_share"),
        ({"expected_take_up": float("nan")}, "scheme_take_up_is_share"),
        ({"share_in_large_families": 1.5}, "scheme_large_share_is_share"),
        ({"chance_of_bankruptcy": 0.0}, "scheme_chance_plausible"),
        ({"chance_of_bankruptcy": 0.6}, "scheme_chance_plausible"),
        ({"admin_rate": -0.1}, "scheme_admin_is_share"),
        ({"large_family_discount": 1.0}, "scheme_discount_plausible"),
        ({"risk_basis": "both"}, "scheme_risk_basis_known"),
    ],
)
def test_the_database_refuses_what_no_scheme_can_be(values, constraint):
    scheme = make_scheme(make_organisation())
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        every(Scheme).filter(pk=scheme.pk).update(**values)


def test_a_refused_scheme_says_why_in_words():
    with pytest.raises(ValidationError) as refused:
        make_scheme(make_organisation(), inhabitants=10**9, chance_of_bankruptcy=0.7, expected_take_up=2.0)
    words = " ".join(refused.value.messages)
    assert "between 1 and 50,000,000 inhabitants" in words
    assert "at most 50 %" in words
    assert "at most 100 %" in words


def test_two_schemes_of_one_organisation_have_different_names():
    organisation = make_organisation()
    make_scheme(organisation, name="Dhading")
    with pytest.raises(ValidationError, match="of this name already"):
        make_scheme(organisation, name="dhading")
    make_scheme(make_organisation(), name="Dhading")
    with pytest.raises(IntegrityError, match="scheme_name_unique"), transaction.atomic():
        Scheme.objects.bulk_create(
            [Scheme(organisation=organisation, name="DHADING", inhabitants=5, family_sizes={"1": 1.0})]
        )


@pytest.mark.parametrize(
    "loadings",
    [
        "reserve",
        [{"name": "Reserve"}],
        [{"name": " ", "rate": 0.1}],
        [{"name": "Reserve", "rate": 1.1}],
        [{"name": "Reserve", "rate": "5 %"}],
        [{"name": "Reserve", "rate": 0.1}] * 7,
    ],
)
def test_further_loadings_have_a_name_and_a_rate(loadings):
    with pytest.raises(ValidationError, match="further loading has a name"):
        make_scheme(make_organisation(), further_loadings=loadings)


def test_family_sizes_that_do_not_add_up_are_refused():
    with pytest.raises(ValidationError, match=r"add up to 0\.9"):
        make_scheme(make_organisation(), family_sizes={"1": 0.5, "2": 0.4})


@pytest.mark.parametrize(
    ("inhabitants", "take_up", "persons"),
    [(5000, 1.0, 5000), (12_400, 0.4, 4960), (5, 0.5, 3), (10, 0.01, 1)],
)
def test_persons_are_those_who_join_rounded_half_up_and_at_least_one(inhabitants, take_up, persons):
    assert Scheme(inhabitants=inhabitants, expected_take_up=take_up).persons == persons


def test_a_share_typed_by_hand_stands_before_the_computed_one():
    scheme = make_scheme(make_organisation(), share_in_large_families=0.34)
    assert scheme.effective_share_in_large_families == 0.34
    assert scheme.computed_share_in_large_families == pytest.approx(0.354, abs=0.0005)
    scheme.share_in_large_families = None
    assert scheme.effective_share_in_large_families == scheme.computed_share_in_large_families


def test_nothing_is_written_when_a_later_stage_refuses_a_new_scheme(monkeypatch):
    from schemes.actions import scheme_created

    def breaks(**_signal):
        raise RuntimeError

    organisation = make_organisation()
    scheme_created.connect(breaks)
    try:
        with pytest.raises(RuntimeError):
            create_scheme(
                organisation=organisation,
                values={"name": "X", "inhabitants": 5, "family_sizes": {"1": 1.0}},
            )
    finally:
        scheme_created.disconnect(breaks)
    assert not Scheme.objects.of(organisation).exists()
