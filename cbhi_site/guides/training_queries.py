"""Reads of the training example: which schemes are for training, and what was done on one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import AuditEntry, Organisation
from accounts.trail import What
from calculator.models import Package
from calculator.queries import packages_of
from cbhi_site.models import TrainingScheme
from experience.models import SchemeYear, YearClaims
from jobs.models import Status
from schemes.models import Scheme
from survey.estimate_sets import Adoption, EstimateSet
from survey.models import State, Survey
from workshop.choice_queries import standing_choices
from workshop.models import WorkshopSession
from workshop.queries import shortlist_of
from workshop.session_queries import sessions_of
from workshop.votes import Tally, Vote


def training_schemes_of(*, organisation: Organisation | None) -> QuerySet[Scheme]:
    """The training schemes in use, the newest first."""
    return Scheme.objects.of(organisation).live().filter(training__isnull=False).order_by("-created_at")


def find_training(*, organisation: Organisation | None, scheme_id: UUID) -> Scheme:
    return training_schemes_of(organisation=organisation).get(pk=scheme_id)


def is_training(scheme: Scheme) -> bool:
    return TrainingScheme.objects.beside(scheme).filter(scheme=scheme).exists()


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was done on one scheme, as its rows and its trail say."""

    survey: Survey | None
    estimates: EstimateSet | None
    is_read: bool
    is_taken_over: bool
    packages: tuple[Package, ...]
    is_simulated: bool
    listed: int
    is_board_printed: bool
    session: WorkshopSession | None
    is_voted: bool
    is_chosen: bool
    year: SchemeYear | None
    has_claims: bool

    @classmethod
    def on(cls, scheme: Scheme) -> Done:
        survey = Survey.objects.beside(scheme).filter(scheme=scheme).order_by("-created_at").first()
        estimates = EstimateSet.objects.beside(scheme).filter(scheme=scheme).order_by("-number").first()
        adoptions = Adoption.objects.beside(scheme).filter(assumption_set__scheme=scheme)
        packages = tuple(packages_of(scheme=scheme).select_related("simulation"))
        session = next(iter(sessions_of(scheme=scheme)), None)
        year = SchemeYear.objects.beside(scheme).filter(scheme=scheme).order_by("-starts_on").first()
        return cls(
            survey=survey,
            estimates=estimates,
            is_read=survey is not None and survey.state == State.READ,
            is_taken_over=adoptions.exists(),
            packages=packages,
            is_simulated=any(
                package.simulation is not None and package.simulation.status == Status.DONE
                for package in packages
            ),
            listed=shortlist_of(scheme=scheme).count(),
            is_board_printed=_is_printed(scheme),
            session=session,
            is_voted=session is not None and _is_voted(session),
            is_chosen=bool(standing_choices(scheme)),
            year=year,
            has_claims=year is not None and _has_claims(year),
        )


def _is_printed(scheme: Scheme) -> bool:
    """The trail keeps every file that was taken away; a board shown on the wall leaves no line in it."""
    lines = AuditEntry.objects.beside(scheme).filter(scheme_id=scheme.pk)
    return lines.filter(what=What.EXPORTED, after_json__contains='"board.pdf"').exists()


def _is_voted(session: WorkshopSession) -> bool:
    counted = Tally.objects.beside(session).filter(group__session=session).exclude(first_counts={})
    return counted.exists() or Vote.objects.beside(session).standing().filter(session=session).exists()


def _has_claims(year: SchemeYear) -> bool:
    typed = Q(count__isnull=False) | Q(paid__isnull=False)
    return YearClaims.objects.beside(year).filter(typed, year=year).exists()
