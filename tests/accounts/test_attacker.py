"""Two people of another organisation try everything to get at ours; each attempt is named."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, OrganisationOwned
from tests.accounts.expected import SENT
from tests.accounts.world import SECRET, addresses, missing, world, written_out
from tests.calculator.pages import boxes
from tests.makers import every

__all__ = ["world"]

BY_HTMX = {"HX-Request": "true"}
# What is meant for whoever has the link.
OPEN = {"calculator:public", "accounts:join"}


def owned_models(base=OrganisationOwned):
    for model in base.__subclasses__():
        yield from owned_models(model)
        if not model._meta.abstract:
            yield model


def everything_of(things):
    """Every row of an organisation, to the last column."""
    rows = {
        model.__name__: sorted(map(repr, every(model).filter(organisation=things.organisation).values()))
        for model in owned_models()
    }
    return rows | {
        "people": sorted(map(repr, Membership.objects.filter(organisation=things.organisation).values()))
    }


def same(response):
    """The answer without what differs from one asking to the next: tokens against forgery, nonces."""
    text = response.getvalue().decode(errors="replace")
    return re.sub(r'(csrfmiddlewaretoken" value|nonce|"X-CSRFToken")(=|: ?)"[^"]*"', r"\1", text)


def ask(world, who, method, path, sent=None, headers=None):  # noqa: PLR0917  read as a sentence
    with CaptureQueriesContext(connection) as queries:
        response = getattr(world.client(who), method)(path, sent or {}, headers=headers or {})
    return response, [query["sql"] for query in queries]


def only_read(statements):
    """No row can have changed: whatever is not known to read counts as writing."""
    return all(
        each.startswith(("SELECT ", "SAVEPOINT ", "RELEASE SAVEPOINT ", "ROLLBACK TO SAVEPOINT "))
        for each in statements
    )


def naming_addresses():
    """The addresses that name a thing by a key nobody can guess."""
    for name, pattern in addresses().items():
        if any(key.endswith("_id") for key in pattern.pattern.converters) and name != "accounts:end_session":
            yield name, pattern


@pytest.fixture
def attackers(world):
    """Their administrator, and their reviewer, who may sign where an administrator may not."""
    return ["other", "other_reviewer"]


def test_no_address_answers_with_ours_or_changes_it(world, attackers, subtests):
    untouched = everything_of(world.ours)
    for name in sorted(set(addresses()) - OPEN):
        for who in attackers:
            with subtests.test(f"{who} asks for {name}"):
                path = written_out(name, world.ours)
                for headers in ({}, BY_HTMX):
                    with world.undone():
                        response, _statements = ask(world, who, "get", path, headers=headers)
                        assert SECRET not in response.getvalue().decode(errors="replace")
                    with world.undone():
                        response, statements = ask(world, who, "post", path, SENT.get(name), headers)
                        assert SECRET not in response.getvalue().decode(errors="replace")
                        assert only_read(statements) or everything_of(world.ours) == untouched


def test_what_exists_with_us_answers_exactly_like_what_does_not_exist(world, attackers, subtests):
    """The same status, the same bytes, the same number of queries: neither page nor clock tells."""
    for name, pattern in naming_addresses():
        for who in attackers:
            for method in ("get", "post"):
                with subtests.test(f"{who} compares {method} {name}"):
                    arguments = world.ours.arguments(name, pattern)
                    there, nowhere = (
                        reverse(name, kwargs=given) for given in (arguments, missing(arguments))
                    )
                    with world.undone():
                        real, real_queries = ask(world, who, method, there, SENT.get(name))
                    with world.undone():
                        none, none_queries = ask(world, who, method, nowhere, SENT.get(name))
                    assert real.status_code == none.status_code
                    assert real.status_code in {403, 404, 405}
                    assert same(real) == same(none)
                    assert len(real_queries) == len(none_queries)


def field_attempts(ours, theirs):
    """Forms and filters of their own pages into which our keys are put: name, method, path, what is sent."""
    own, risk = theirs.scheme.pk, theirs.risk.pk
    return {
        "change to our organisation": (
            "post",
            reverse("accounts:switch_organisation"),
            {"organisation": ours.organisation.pk},
        ),
        "link their benefit to ours": (
            "post",
            reverse("simulation:edit_benefit", args=[risk]),
            {"do": "save", "version": 1, "name": "x", "kind": "cost", "linked_to": ours.risk.pk},
        ),
        "add a benefit that hangs on ours": (
            "post",
            reverse("simulation:add_benefit", args=[own]),
            {"do": "save", "name": "x", "kind": "cost", "linked_to": ours.risk.pk},
        ),
        "compare our packages on their page": (
            "get",
            reverse("workshop:compare", args=[own]),
            {"a": ours.package.pk, "b": ours.second_package.pk},
        ),
        "save their sheet as our opened package": (
            "post",
            reverse("calculator:sheet", args=[own]),
            {"do": "save", "opened": ours.package.pk, "package": ours.package.pk, "name": "x"},
        ),
        "overwrite from their sheet": (
            "post",
            reverse("calculator:sheet", args=[own]),
            {"do": "merge", "package_id": ours.package.pk, "assumption_set": ours.risk.assumption_set_id},
        ),
        "take over our saved package": (
            "post",
            reverse("calculator:sheet", args=[own]),
            {"do": "take-theirs", "kept": 1, "package": ours.package.pk},
        ),
        "our scheme in the trail": ("get", reverse("trail"), {"scheme": ours.scheme.pk}),
        "our package in the trail": ("get", reverse("trail"), {"package": ours.package.pk}),
        "our person in the trail": ("get", reverse("trail"), {"person": ours.members["admin"].pk}),
        "our lines of the trail as a file": ("get", reverse("trail_csv"), {"scheme": ours.scheme.pk}),
        "our scheme in a file's filter": ("get", reverse("trail_csv"), {"package": ours.package.pk}),
        "search on the list of schemes": (
            "get",
            reverse("home"),
            {"q": SECRET, "organisation": ours.organisation.pk},
        ),
        "a scheme under our organisation": (
            "post",
            reverse("schemes:new"),
            {"name": "x", "organisation": ours.organisation.pk, "organisation_id": ours.organisation.pk},
        ),
        "an invitation into our organisation": (
            "post",
            reverse("accounts:people"),
            {"role": "admin", "organisation": ours.organisation.pk},
        ),
        "the version of our assumptions under their scheme": (
            "get",
            reverse("simulation:version", args=[own, 1]),
            {"scheme_id": ours.scheme.pk},
        ),
    }


def test_our_keys_in_their_own_forms_and_filters_reach_nothing(world, subtests):
    untouched = everything_of(world.ours)
    for attempt, (method, path, sent) in field_attempts(world.ours, world.theirs).items():
        for headers in ({}, BY_HTMX):
            with subtests.test(attempt), world.undone():
                response, _queries = ask(world, "other", method, path, sent, headers)
                assert SECRET not in response.getvalue().decode(errors="replace").replace(
                    f'value="{SECRET}"', ""
                )
                assert everything_of(world.ours) == untouched
                if response.status_code == 302 and "/sign-in/" not in response["Location"]:
                    followed, _queries = ask(world, "other", "get", response["Location"])
                    assert SECRET not in followed.content.decode()


def test_a_full_sheet_of_theirs_with_our_keys_saves_into_their_scheme_only(world):
    untouched = everything_of(world.ours)
    path = reverse("calculator:sheet", args=[world.theirs.scheme.pk])
    typed = boxes(world.client("other").get(path))
    with world.undone():
        ask(
            world,
            "other",
            "post",
            path,
            {**typed, "do": "save", "name": "Mine", "package": world.ours.package.pk},
        )
        assert everything_of(world.ours) == untouched


def test_neighbours_of_a_public_link_do_not_open(world, subtests):
    page = world.ours.public_page
    good = written_out("calculator:public", world.ours)
    secret = good.rstrip("/").rpartition("/")[2]
    with world.undone():
        assert ask(world, "anonymous", "get", good)[0].status_code == 200
    answers = set()
    for guess in (
        secret[:-1] + ("A" if secret[-1] != "A" else "B"),
        secret[::-1],
        secret.swapcase(),
        secret[:-1],
        secret + "A",
        str(page.pk),
        page.link_hash,
        str(world.ours.package.pk),
        str(world.ours.organisation.pk),
    ):
        with subtests.test(guess), world.undone():
            response, queries = ask(world, "anonymous", "get", reverse("calculator:public", args=[guess]))
            assert response.status_code in {404, 410}
            assert SECRET not in response.content.decode()
            answers.add((response.status_code, same(response), len(queries)))
    assert len(answers) == 1


def test_the_same_inputs_in_two_organisations_share_nothing(world):
    """F13: equal questions are one run in one organisation and never across two."""
    ours, theirs = world.ours, world.theirs
    assert ours.job.pk != theirs.job.pk
    assert ours.job.organisation_id != theirs.job.organisation_id
    with world.undone():
        first, _queries = ask(world, "other", "get", reverse("jobs:status", args=[theirs.job.pk]))
        assert first.json()["done"] == 0
    with world.undone():
        assert ask(world, "other", "get", reverse("jobs:status", args=[ours.job.pk]))[0].status_code == 404
