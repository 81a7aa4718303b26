"""The demo organisation, signed in, with packages to put side by side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calculator.actions import save_package
from calculator.cases import ChosenTerms, chosen_of
from calculator.models import Package
from tests.calculator.conftest import demo_user, linked, package, signed_in, slide

__all__ = ["demo_user", "linked", "package", "signed_in", "slide"]


@pytest.fixture
def make_package(demo_user):
    """A package like another one of the same scheme, with other terms."""

    def make(like: Package, name: str, **terms: ChosenTerms) -> Package:
        return save_package(
            scheme=like.scheme,
            assumption_set=like.assumption_set,
            chosen=replace(chosen_of(like), terms={key.replace("_", "-"): one for key, one in terms.items()}),
            name=name,
            note="",
            user=demo_user,
        )

    return make
