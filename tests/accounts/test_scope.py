"""A query that does not say whose rows it wants raises instead of answering."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Count, Exists, OuterRef
from django.test.utils import CaptureQueriesContext

from accounts.models import OrganisationOwned
from accounts.owned import UnscopedError
from accounts.refusals import NoOrganisation
from schemes.models import Scheme
from simulation.models import AssumptionSet, BenefitRisk
from tests.makers import every, make_organisation, make_scheme

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheme():
    return make_scheme(make_organisation())


def owned_models(base=OrganisationOwned):
    for model in base.__subclasses__():
        yield from owned_models(model)
        if not model._meta.abstract:
            yield model


READINGS = {
    "list": list,
    "len": len,
    "truth": bool,
    "one by its key": lambda rows: rows.get(pk="00000000-0000-4000-8000-000000000000"),
    "first": lambda rows: rows.first(),
    "last": lambda rows: rows.last(),
    "filtered": lambda rows: list(rows.filter(pk=None)),
    "all": lambda rows: list(rows.all()),
    "values": lambda rows: list(rows.values("pk")),
    "sorted": lambda rows: list(rows.order_by("pk").distinct()),
    "slice": lambda rows: list(rows[:3]),
    "one place": lambda rows: rows[0],
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "aggregate": lambda rows: rows.aggregate(n=Count("pk")),
    "iterator": lambda rows: list(rows.iterator()),
    "in bulk": lambda rows: rows.in_bulk(),
    "update": lambda rows: rows.update(organisation=None),
    "delete": lambda rows: rows.delete(),
    "get or create": lambda rows: rows.get_or_create(pk=None),
    "raw": lambda rows: list(rows.raw("SELECT 1")),
    "explain": lambda rows: rows.explain(),
    "either": lambda rows: list(rows.filter(pk=None) | rows.all()),
    "union": lambda rows: list(rows.filter(pk=None).union(rows.all())),
}


@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS)
@pytest.mark.parametrize("model", list(owned_models()), ids=lambda model: model.__name__)
def test_an_unscoped_reading_raises_before_it_reaches_the_database(model, reading):
    with (
        CaptureQueriesContext(connection) as queries,
        pytest.raises(UnscopedError, match="every organisation"),
    ):
        reading(model.objects.all())
    assert [query["sql"] for query in queries if model._meta.db_table in query["sql"]] == []


def test_every_owned_model_reads_through_the_guard():
    for model in owned_models():
        assert hasattr(model._default_manager.all(), "_need_scope"), model


def test_another_organisations_rows_do_not_come_in_by_a_union(scheme):
    rows = Scheme.objects.of(scheme.organisation)
    for join in (lambda: rows | Scheme.objects.all(), lambda: rows.union(Scheme.objects.all())):
        with pytest.raises(UnscopedError):
            join()


def test_a_row_that_one_has_leads_to_its_neighbours(scheme):
    current = scheme.assumption_sets.get(is_current=True)
    assert current.scheme == scheme
    assert current.risks.filter(position=1).count() == 1
    assert list(Scheme.objects.beside(current)) == [scheme]
    assert list(Scheme.objects.beside()) == []
    with_risks = AssumptionSet.objects.of(scheme.organisation).prefetch_related("risks")
    assert len(with_risks[0].risks.all()) == 8
    risks = BenefitRisk.objects.of(scheme.organisation).filter(linked_to__isnull=False)
    assert risks.select_related("linked_to")[0].linked_to is not None
    assert risks.prefetch_related("linked_to")[0].linked_to is not None


def test_part_of_another_query_is_not_asked(scheme):
    sets = AssumptionSet.objects.filter(scheme=OuterRef("pk"))
    assert Scheme.objects.of(scheme.organisation).filter(Exists(sets)).count() == 1


def test_neighbours_are_of_the_same_organisation_only(scheme):
    other = make_scheme(make_organisation())
    assert set(Scheme.objects.beside(scheme)) == {scheme}
    assert set(Scheme.objects.beside(scheme, other)) == {scheme, other}
    assert set(every(Scheme)) == {scheme, other}


def test_all_organisations_are_reached_with_a_reason_only():
    with pytest.raises(ValueError, match="Say why"):
        Scheme.objects.across_organisations(reason="")


def test_without_an_organisation_nothing_is_read():
    with pytest.raises(NoOrganisation):
        Scheme.objects.of(None)


def test_a_constraint_still_looks_at_the_whole_table(scheme):
    twin = Scheme(
        organisation=scheme.organisation, name=scheme.name.upper(), inhabitants=1, family_sizes={"1": 1.0}
    )
    with pytest.raises(ValidationError, match="of this name already"):
        twin.full_clean()
    with pytest.raises(UnscopedError):
        Scheme.objects.filter(name=scheme.name).exists()
