"""The choice of one package: from what, which, until when; ending it, and what was chosen, as it was."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.once import once
from accounts.permissions import Permission, may, needs
from accounts.refusals import ActionRefused, StaleEdit
from accounts.requests import SiteRequest
from calculator.models import Package
from calculator.package_page import PackagePage
from calculator.package_views import package_or_404
from calculator.packages import line_of
from calculator.review_actions import Damaged
from calculator.review_queries import sign_off_states
from calculator.views import scheme_or_404
from workshop import choice_actions
from workshop.choice_actions import NotTheFirst, SecondPackage, Wish
from workshop.choice_forms import END, ChooseForm, CloseForm
from workshop.choice_page import ChoicePage, candidate_of, newer_words, not_a_year, period_words
from workshop.choice_queries import find_choice
from workshop.choice_rows import ChosenPackage
from workshop.rules_actions import rules_of


def choice_or_404(request: SiteRequest, choice_id: UUID) -> ChosenPackage:
    try:
        return find_choice(organisation=request.organisation, choice_id=choice_id)
    except ObjectDoesNotExist:
        raise Http404 from None


def may_choose(request: SiteRequest) -> bool:
    return request.membership is not None and may(request.membership.role, Permission.ADMIN)


@needs(Permission.READ)
@require_safe
def choice(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """What is chosen, what may be chosen, what was chosen before."""
    scheme = scheme_or_404(request, scheme_id)
    page = ChoicePage(scheme=scheme)
    current = page.current
    context = {
        "scheme": scheme,
        "stage": "choice",
        "page": page,
        "rules": rules_of(scheme),
        "newer": newer_words(current) if current else "",
        "not_a_year": not_a_year(current) if current else "",
        "history": [{"choice": each, "period": period_words(each)} for each in page.others],
        "seconds": [
            {"choice": each, "period": period_words(each), "first": each.beside} for each in page.seconds
        ],
    }
    return render(request, "workshop/choice.html", context)


@needs(Permission.READ, to_change=Permission.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: SiteRequest, package_id: UUID) -> HttpResponse:
    """Look at one package and choose it; everybody may look, an administrator chooses."""
    package = package_or_404(request, package_id)
    page = ChoicePage(scheme=package.scheme)
    asks_why = page.votes.asks_why(package.pk)
    if request.method != "POST":
        start = {"starts_on": page.next_start, "seen_version": package.version}
        form = ChooseForm(initial=start, asks_why=asks_why, asks_second=False)
        return _choose_page(request, package, page, form)
    form = ChooseForm(request.POST, asks_why=asks_why, asks_second="second_on" in request.POST)
    if not form.is_valid():
        return _choose_page(request, package, page, form)
    try:
        made = once(request, lambda: _chosen(request, package, form))
    except SecondPackage as refused:
        form = ChooseForm(request.POST, asks_why=asks_why, asks_second=True)
        return _choose_page(request, package, page, form, second=refused)
    except NotTheFirst as refused:
        # A session voted while the page was open.
        form = ChooseForm(request.POST, asks_why=True, asks_second="second_on" in request.POST)
        return _choose_page(request, package, page, form, refusal=str(refused))
    except ActionRefused as refused:
        form = ChooseForm(_with_version(request, package), asks_why=asks_why, asks_second=False)
        return _choose_page(request, package, page, form, refusal=str(refused))
    return redirect(made.answer)


def _with_version(request: SiteRequest, package: Package) -> Any:
    """What was typed, under the package as it is now and as it is shown below."""
    package.refresh_from_db()
    typed = request.POST.copy()
    typed["seen_version"] = str(package.version)
    return typed


def _chosen(request: SiteRequest, package: Package, form: ChooseForm) -> str:
    data = form.cleaned_data
    wish = Wish(
        starts_on=data["starts_on"],
        ends_on=data["ends_on"],
        seen_version=data["seen_version"],
        meeting_on=data["meeting_on"],
        meeting_place=data["meeting_place"],
        reason=data["reason"],
        second_reason=form.second,
    )
    row = choice_actions.choose_package(package=package, user=request.user, wish=wish)
    messages.success(
        request,
        _("%(name)s is chosen %(period)s. Now: the rules, the resolution, a member sheet for everybody.")
        % {"name": row.name, "period": period_words(row)},
    )
    return reverse("workshop:choice", args=[package.scheme_id])


def _choose_page(
    request: SiteRequest,
    package: Package,
    page: ChoicePage,
    form: ChooseForm,
    *,
    refusal: str = "",
    second: SecondPackage | None = None,
) -> HttpResponse:
    shown = PackagePage(line_of(package))
    state = sign_off_states([package])[package.pk]
    context = {
        "scheme": package.scheme,
        "stage": "choice",
        "package": package,
        "candidate": candidate_of(shown, votes=page.votes, signed=state),
        "votes": page.votes,
        "form": form,
        "refusal": refusal,
        "second": second,
        "second_period": period_words(second.first) if second else "",
        "may_choose": may_choose(request),
    }
    asked = request.method == "POST"
    status = 409 if asked and (refusal or second) else 422 if asked and form.errors else 200
    return render(request, "workshop/choose.html", context, status=status)


@needs(Permission.READ)
@require_safe
def chosen(request: SiteRequest, choice_id: UUID) -> HttpResponse:
    """One choice as it was frozen."""
    row = choice_or_404(request, choice_id)
    context = {
        "scheme": row.scheme,
        "stage": "choice",
        "choice": row,
        "period": period_words(row),
        "newer": newer_words(row),
        "not_a_year": not_a_year(row),
    }
    try:
        context["frozen"] = row.frozen
    except Damaged as refused:
        return damaged(request, row, refused)
    return render(request, "workshop/chosen.html", context)


def damaged(request: SiteRequest, row: ChosenPackage, refused: ActionRefused) -> HttpResponse:
    context = {"scheme": row.scheme, "stage": "choice", "choice": row, "refusal": str(refused)}
    return render(request, "workshop/choice_damaged.html", context, status=500)


@needs(Permission.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: SiteRequest, choice_id: UUID) -> HttpResponse:
    """End the cover early, or take a choice back whose cover never began."""
    row = choice_or_404(request, choice_id)
    start = {"version": row.version}
    form = CloseForm(request.POST if request.method == "POST" else None, choice=row, initial=start)
    refusal = str(choice_actions.ClosedAlready.message) if row.closed_at is not None else ""
    if not refusal and request.method == "POST" and form.is_valid():
        try:
            _closed(request, row, form)
        except StaleEdit:
            refusal = _("Somebody else has ended this choice while you were typing. Look at it first.")
        except ActionRefused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("Written down. The choice stays readable, with your reason."))
            return redirect("workshop:choice", row.scheme_id)
    context = {
        "scheme": row.scheme,
        "stage": "choice",
        "choice": row,
        "period": period_words(row),
        "form": form,
        "refusal": refusal,
    }
    asked = request.method == "POST"
    status = 409 if asked and refusal else 422 if asked and form.errors else 200
    return render(request, "workshop/choice_close.html", context, status=status)


def _closed(request: SiteRequest, row: ChosenPackage, form: CloseForm) -> None:
    data = form.cleaned_data
    said: dict[str, Any] = {"choice": row, "user": request.user, "seen_version": data["version"]}
    if data["how"] == END:
        choice_actions.end_choice(**said, last_day=data["last_day"], reason=data["reason"])
    else:
        choice_actions.take_back(**said, reason=data["reason"])
