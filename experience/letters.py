"""The monthly letter: warnings of all schemes of one organisation, to administrators who asked for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation, User
from accounts.trail import What, record
from experience.digests import DigestWish
from experience.models import SchemeYear, YearState
from experience.watch_page import warning_words
from experience.watching import Watching

REASON = "the letter is for every organisation whose administrators asked for it"


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One scheme's running year: where it stands, and no person's name."""

    scheme: str
    year: str
    address: str
    warnings: tuple[tuple[tuple[str, ...], str], ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Letter:
    organisation: Organisation
    subject: str
    words: str


# ---- asking for it -----------------------------------------------------------------------------------------
def wishes(*, organisation: Organisation | None, user: User) -> bool:
    return DigestWish.objects.of(organisation).filter(user=user).exists()


@transaction.atomic
def ask_for_letter(*, organisation: Organisation, user: User) -> None:
    """Safe to call twice."""
    _wish, is_new = DigestWish.objects.of(organisation).get_or_create(
        user=user, defaults={"organisation": organisation}
    )
    if is_new:
        record(what=What.DIGEST_ASKED, organisation=organisation)


@transaction.atomic
def stop_letter(*, organisation: Organisation, user: User) -> None:
    if DigestWish.objects.of(organisation).filter(user=user).delete()[0]:
        record(what=What.DIGEST_STOPPED, organisation=organisation)


# ---- writing and sending it --------------------------------------------------------------------------------
def due_wishes(month: date) -> list[DigestWish]:
    """Of administrators who still are, with an e-mail, and who have not had this month's letter."""
    wishes = DigestWish.objects.across_organisations(reason=REASON).select_related("organisation", "user")
    due = wishes.filter(Q(sent_for=None) | Q(sent_for__lt=month)).exclude(user__email="")
    admins = set(Membership.objects.enabled().admins().values_list("organisation_id", "user_id"))
    return [each for each in due.order_by("created_at") if (each.organisation_id, each.user_id) in admins]


def letter_of(organisation: Organisation, *, month: date, site: str) -> Letter:
    """What the organisation's schemes say this month; no name of a person, no single claim."""
    chapters = [_chapter(year, site) for year in _running(organisation)]
    subject = _("Warnings of %(organisation)s, %(month)s") % {
        "organisation": organisation.name,
        "month": f"{month:%Y-%m}",
    }
    context = {"chapters": chapters, "organisation": organisation, "month": month}
    context |= {"address": site + reverse("experience:letter")}
    # A name of several lines is no heading of a letter.
    return Letter(
        organisation=organisation,
        subject=" ".join(subject.split()),
        words=render_to_string("experience/letter.txt", context),
    )


def _running(organisation: Organisation) -> Sequence[SchemeYear]:
    """The newest year of each scheme, unless it is closed."""
    years = SchemeYear.objects.of(organisation).filter(scheme__deleted_at=None)
    newest: dict[object, SchemeYear] = {}
    for year in years.select_related("scheme__organisation", "package").in_order():
        newest[year.scheme_id] = year
    return [year for year in newest.values() if year.state != YearState.CLOSED]


def _chapter(year: SchemeYear, site: str) -> Chapter:
    watching = Watching(year)
    watching.work_out()
    words = warning_words(watching.warnings, year)
    return Chapter(
        scheme=year.scheme.name,
        year=year.label,
        address=site + reverse("experience:watch", args=[year.pk]),
        warnings=tuple((tuple(one["sentences"]), one["to_do"]) for one in words),
        unknown=tuple(watching.unknown),
    )


def send(letter: Letter, *, wish: DigestWish, month: date, site: str) -> bool:
    """Once a month for each person who asked; False where the letter could not be handed on."""
    message = EmailMessage(
        subject=letter.subject,
        body=letter.words,
        to=[wish.user.email],
        headers={"List-Unsubscribe": f"<{site}{reverse('experience:letter')}>"},
    )
    with transaction.atomic():
        # Of two runs at once the second waits here and finds the month told.
        held = DigestWish.objects.beside(wish).select_for_update().filter(pk=wish.pk).first()
        if held is None or (held.sent_for is not None and held.sent_for >= month):
            return True
        if not message.send(fail_silently=True):
            return False
        held.sent_for = month
        held.save(update_fields=["sent_for", "changed_at"])
    return True


def site_address() -> str:
    return f"https://{settings.ALLOWED_HOSTS[0]}" if settings.PRODUCTION else "http://localhost:8000"
