"""Packages to choose from, choosing them, and reading what was printed."""

from __future__ import annotations

import io
import unicodedata
from datetime import date

import pytest
from pypdf import PdfReader

from accounts.models import User
from calculator.cases import ChosenTerms
from calculator.models import Package
from schemes.models import Scheme
from tests.makers import every
from tests.workshop.session_rows import make_group, make_session, vote
from workshop.choice_actions import Wish, choose_package
from workshop.choice_rows import ChosenPackage, whole_year_from
from workshop.models import SessionPackage
from workshop.rules_actions import save_rules
from workshop.rules_forms import first_answers
from workshop.rules_rows import Host, SchemeRules

__all__ = ["choose", "first", "second", "voted"]

NEW_YEAR = date(2027, 1, 1)
TERMS = {
    "hospitalisation": ChosenTerms(event_cap=10000, family_cap=20000),
    "injury": ChosenTerms(event_cap=700, copay=0.2, threshold=50),
    "caesarean": ChosenTerms(fixed_amount=5000),
    "wage_loss": ChosenTerms(rate=150, start_day=4, last_day=13),
}


def make_choice(package: Package, user: User, starts_on: date = NEW_YEAR, **typed: object) -> ChosenPackage:
    """Choose a package as an administrator does, for a year unless told otherwise."""
    typed.setdefault("ends_on", whole_year_from(starts_on))
    typed.setdefault("seen_version", package.version)
    return choose_package(package=package, user=user, wish=Wish(starts_on=starts_on, **typed))


def make_rules(scheme: Scheme, **answers: object) -> SchemeRules:
    """The usual answers, but for those given."""
    usual = {name: each for name, each in first_answers().items() if name != "version"}
    return save_rules(
        scheme=scheme, seen_version=0, values=usual | {"host": Host.COOPERATIVE, "claim_rules": {}} | answers
    )


@pytest.fixture
def first(linked):
    return every(Package).get(scheme=linked)


@pytest.fixture
def second(first, make_package):
    """Every kind of terms is in it."""
    return make_package(first, "Great help", **TERMS)


@pytest.fixture
def choose(demo_user):
    """`make_choice` by the demo's administrator."""

    def make(package: Package, starts_on: date = NEW_YEAR, **typed: object) -> ChosenPackage:
        return make_choice(package, demo_user, starts_on, **typed)

    return make


@pytest.fixture
def voted(first, second):
    """A session on whose board both stood: three for the first one, one for the second."""
    session = make_session(first.scheme, place="School yard")
    for position, package in enumerate((first, second), start=1):
        every(SessionPackage).filter(session=session, position=position).update(
            package=package, name=package.name
        )
    vote(make_group(session), 1, 1, 2, 1)
    return session


def has_words(pdf: bytes, words: str) -> bool:
    """Whether every letter of the words is drawn, none of them as a box.

    A PDF keeps shapes, not words: in Devanagari and Odia what pypdf reads back repeats and moves the signs
    around a letter: letters are looked for and their signs left out. PDF/UA allows no letter without a shape.
    """
    reader = PdfReader(io.BytesIO(pdf))
    text = "".join(page.extract_text() for page in reader.pages)
    letters = {letter for letter in words if unicodedata.category(letter) in {"Lo", "Lu", "Ll"}}
    assert b"pdfuaid" in reader.trailer["/Root"]["/Metadata"].get_data()
    return letters <= set(text)
