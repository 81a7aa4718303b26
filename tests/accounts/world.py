"""Two organisations that have one of everything, and somebody of every role to look at it.

A new kind of thing that addresses name gets a line in `Things`, and `arguments` finds it by the name that the
address gives it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts import people
from accounts.models import Invitation, Membership, Organisation, Role, User
from calculator import actions as calculator
from calculator.cases import Chosen, ChosenTerms
from calculator.comment_actions import delete_comment, write_comment
from calculator.links import secret_again
from calculator.models import Comment, OldSheetFile, Package, PublicPage, SignOff
from calculator.old_sheet_actions import read_upload
from calculator.old_sheet_views import sample_workbook
from calculator.packages import lines_of
from calculator.publish_actions import PACKAGE, publish
from calculator.publish_views import content_of
from calculator.queries import packages_of, risks_tuple
from cbhi_site.models import TrainingScheme
from experience.actions import open_year
from experience.models import ProviderDecision, SchemeYear
from experience.provider_actions import add_decision, delete_decision
from jobs.models import Job
from schemes.actions import delete_scheme
from schemes.models import Scheme
from simulation.models import BenefitRisk, RemovedBenefit
from simulation.queries import current_set
from survey.estimate_sets import EstimateSet, Source
from survey.models import Consent, Survey, SurveyFile
from tests.calculator.reviewers import complete, sign
from tests.makers import PASSWORD, make_member, make_organisation, make_scheme
from tests.snapshots import made_or_put_back
from workshop.choice_actions import Wish, choose_package
from workshop.models import ChosenPackage, SessionGroup, ShortlistEntry, WorkshopSession
from workshop.rules_actions import save_rules
from workshop.rules_forms import first_answers
from workshop.session_actions import add_group, create_session
from workshop.shortlist_actions import add_to_shortlist

ROLES = ("field_staff", "facilitator", "reviewer", "admin")
WHO = ("anonymous", "other", *ROLES)
# In every name that the first organisation has, and nowhere else: found in an answer, something leaked.
SECRET = "Zafrani"


@dataclass(frozen=True, kw_only=True)
class Things:
    """One of everything that belongs to one organisation."""

    organisation: Organisation
    members: dict[str, User]
    scheme: Scheme
    deleted_scheme: Scheme
    risk: BenefitRisk
    removed: RemovedBenefit
    package: Package
    second_package: Package
    deleted_package: Package
    job: Job
    membership: Membership
    left: Membership
    invitation: Invitation
    token: str
    sign_off: SignOff
    comment: Comment
    deleted_comment: Comment
    public_page: PublicPage
    old_sheet: OldSheetFile
    survey: Survey
    file: SurveyFile
    estimates: EstimateSet
    entry: ShortlistEntry
    year: SchemeYear
    decision: ProviderDecision
    deleted_decision: ProviderDecision
    session: WorkshopSession
    group: SessionGroup
    choice: ChosenPackage

    def arguments(self, name: str, pattern: URLPattern) -> dict[str, Any]:
        """What the address `name` needs to be written out, for a thing of this organisation."""
        known: dict[str, Any] = {
            "scheme_id": self.scheme.pk,
            "risk_id": self.risk.pk,
            "removed_id": self.removed.pk,
            "package_id": self.package.pk,
            "job_id": self.job.pk,
            "number": 1,
            "membership_id": self.membership.pk,
            "invitation_id": self.invitation.pk,
            "token": self.token,
            "sign_off_id": self.sign_off.pk,
            "comment_id": self.comment.pk,
            "page_id": self.public_page.pk,
            "sheet_id": self.old_sheet.pk,
            "survey_id": self.survey.pk,
            "file_id": self.file.pk,
            "estimates_id": self.estimates.pk,
            "entry_id": self.entry.pk,
            "year_id": self.year.pk,
            "month": 1,
            "decision_id": self.decision.pk,
            "workshop_id": self.session.pk,
            "group_id": self.group.pk,
            "choice_id": self.choice.pk,
            "round_name": "individual",
            "name": "template-csv",
            "slug": "subsidy",
            "kind": "board",
            "file": "openimis-product",
            "secret": secret_again(self.public_page.pk, self.public_page.link_hash),
            # a number that is no session of anybody's; one's own are in tests/accounts/test_sessions.py
            "session_id": 0,
            # the key in a letter about a password or an address: without the letter it is a guess
            "uidb36": "1",
            "key": "guessed",
        }
        known |= SPECIAL.get(name, lambda _things: {})(self)
        parts = set(pattern.pattern.converters) | set(pattern.pattern.regex.groupindex)
        lacking = sorted(parts - set(known))
        assert not lacking, f"{name} names a thing that tests/accounts/world.py has none of: {lacking}"
        return {key: known[key] for key in parts}


# Addresses that mean another thing than the usual one.
SPECIAL = {
    "help_topic": lambda _things: {"key": "calculator"},
    "guides:guide": lambda _things: {"key": "facilitators"},
    "survey:benefit": lambda _things: {"key": "opd"},
    "schemes:restore": lambda things: {"scheme_id": things.deleted_scheme.pk},
    "calculator:restore_comment": lambda things: {"comment_id": things.deleted_comment.pk},
    "experience:restore_provider": lambda things: {"decision_id": things.deleted_decision.pk},
    "accounts:switch_on": lambda things: {"membership_id": things.left.pk},
    "calculator:restore": lambda things: {"package_id": things.deleted_package.pk},
}


@dataclass(frozen=True, kw_only=True)
class World:
    ours: Things
    theirs: Things
    sessions: dict[str, Client]

    def client(self, who: str) -> Client:
        """A browser of its own each time: nothing is left over from the request before."""
        client = Client(raise_request_exception=True)
        if who != "anonymous":
            client.cookies = self.sessions[who].cookies.copy()
        return client

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever happens inside is taken back."""
        cache.clear()
        with transaction.atomic():
            yield
            transaction.set_rollback(True)


def addresses() -> dict[str, URLPattern]:
    """Every address of the site by its full name, as Django resolves them."""
    return dict(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from _walk(each, f"{prefix}{each.namespace}:" if each.namespace else prefix)
        else:
            yield f"{prefix}{each.name or each.pattern}", each


def written_out(name: str, things: Things) -> str:
    return reverse(name, kwargs=things.arguments(name, addresses()[name]))


def missing(arguments: dict[str, Any]) -> dict[str, Any]:
    """The same kind of arguments, naming nothing that exists."""
    nothing = UUID("00000000-0000-4000-8000-000000000000")
    return {key: nothing if isinstance(value, UUID) else value for key, value in arguments.items()}


def make_things(name: str) -> Things:
    organisation = make_organisation(f"{name} circle")
    members = {role: make_member(organisation, role=role) for role in Role.values}
    user = members[Role.ADMIN]
    scheme = make_scheme(organisation, name=f"{name} valley")
    TrainingScheme.objects.create(organisation=organisation, scheme=scheme)
    deleted = make_scheme(organisation, name=f"{name} hill")
    delete_scheme(scheme=deleted)
    packages = [_package(scheme, f"{name} {which}", user) for which in ("care", "care and more", "put away")]
    calculator.delete_package(package=packages[2])
    leaver = Membership.objects.get(user=make_member(organisation, role=Role.FACILITATOR))
    people.switch_off(membership=leaver, by=user)
    invitation, token = people.invite(
        organisation=organisation, role=Role.REVIEWER, email="", invited_by=user
    )
    comments = [write_comment(package=packages[0], user=user, text=f"{name} said {n}") for n in (1, 2)]
    delete_comment(comment=comments[1], user=user)
    decisions = [_decision(scheme, f"{name} {which}") for which in ("clinic", "shop")]
    delete_decision(decision=decisions[1])
    page = publish(
        scheme=scheme,
        user=user,
        kind=PACKAGE,
        name=f"{name} care",
        content=content_of(complete(packages[0])),
        language="en",
        expires_at=None,
        package=packages[0],
    )
    assert packages[0].simulation is not None
    survey = Survey.objects.create(
        organisation=organisation,
        scheme=scheme,
        name=f"{name} survey",
        sha256="0" * 64,
        consent=Consent.SPOKEN,
        purpose=f"{name} premium",
        uploaded_by=user,
    )
    for each in members.values():
        calculator.draft_of(user=each, scheme=scheme)
    session = create_session(
        scheme=scheme,
        values={"held_on": timezone.localdate(), "place": f"{name} square"},
        lines=lines_of(list(packages_of(scheme=scheme)), scheme=scheme),
    )
    return Things(
        organisation=organisation,
        members=members,
        scheme=scheme,
        deleted_scheme=deleted,
        risk=current_set(scheme=scheme).risks.get(key="transport"),
        removed=_removed(scheme),
        package=packages[0],
        second_package=packages[1],
        deleted_package=packages[2],
        job=packages[0].simulation,
        membership=Membership.objects.get(user=members[Role.FACILITATOR]),
        left=leaver,
        invitation=invitation,
        token=token,
        sign_off=sign(packages[0], members[Role.REVIEWER], exception="Signed before the simulation landed."),
        comment=comments[0],
        deleted_comment=comments[1],
        public_page=page,
        survey=survey,
        file=SurveyFile.objects.create(
            organisation=organisation, survey=survey, position=1, name=f"{name}.csv", sha256="0" * 64, size=1
        ),
        estimates=EstimateSet.objects.create(
            organisation=organisation,
            scheme=scheme,
            survey=survey,
            number=1,
            source=Source.SURVEY,
            note=f"{name} estimates",
            asked="0" * 64,
        ),
        entry=add_to_shortlist(package=packages[0]),
        year=open_year(scheme=scheme, starts_on=date(2025, 4, 1), values={"note": f"{name} ledger"}),
        decision=decisions[0],
        deleted_decision=decisions[1],
        session=session,
        group=add_group(session=session, values={"name": f"{name} women", "kind": "women", "people": 9}),
        choice=_choice(packages[1], user),
        old_sheet=read_upload(
            scheme=scheme,
            user=user,
            upload=SimpleUploadedFile(f"{name}.xlsx", sample_workbook()),
            risks=risks_tuple(current_set(scheme=scheme)),
        ),
    )


def _package(scheme: Scheme, name: str, user: User) -> Package:
    chosen = Chosen(
        persons=scheme.persons,
        family_sizes=scheme.family_sizes,
        chance_of_bankruptcy=0.05,
        admin_rate=0.2,
        large_family_discount=0.1,
        share_in_large=None,
        risk_basis="joint",
        terms={"opd": ChosenTerms(threshold=float(100 + len(name)), event_cap=300.0)},
    )
    return calculator.save_package(
        scheme=scheme,
        assumption_set=current_set(scheme=scheme),
        chosen=chosen,
        name=name,
        note=f"{name} note",
        user=user,
    )


def _decision(scheme: Scheme, facility: str) -> ProviderDecision:
    values = {
        "facility": facility,
        "decided_on": date(2025, 6, 1),
        "decision": "no bills",
        "committee": facility,
    }
    return add_decision(scheme=scheme, values=values)


def _choice(package: Package, user: User) -> ChosenPackage:
    """Chosen, with its rules; its sheet is worded in one language only: that is what takes time."""
    first = {key: value for key, value in first_answers().items() if key != "version"}
    save_rules(scheme=package.scheme, seen_version=0, values=first | {"host": "shg", "partner": package.name})
    today = timezone.localdate()
    wish = Wish(starts_on=today, ends_on=today + timedelta(days=364), seen_version=package.version)
    with override_settings(LANGUAGES=[("en", "English")]):
        return choose_package(package=package, user=user, wish=wish)


@pytest.fixture
def world(db, settings):
    """Costs a second or two the first time, a tenth of a second from then on."""
    settings.SIMULATED_FAMILIES = 20_000
    ours, theirs = made_or_put_back(lambda: (make_things(SECRET), make_things("Elsewhere")), key="world")
    who_asks = {**ours.members, "other": theirs.members[Role.ADMIN]}
    who_asks["other_reviewer"] = theirs.members[Role.REVIEWER]
    sessions = {who: Client() for who in who_asks}
    for who, client in sessions.items():
        assert client.login(username=who_asks[who].username, password=PASSWORD)
    return World(ours=ours, theirs=theirs, sessions=sessions)


def _removed(scheme: Scheme) -> RemovedBenefit:
    values = {"name": "Snake bite", "incidence": 0.002, "severity_law": "constant", "severity_mean": 4000.0}
    return RemovedBenefit.objects.create(
        organisation=scheme.organisation,
        scheme=scheme,
        name="Snake bite",
        values={**values, "frequency_law": "poisson"},
    )
