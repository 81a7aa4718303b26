"""The calculator page and what it does: load, one action or query, answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.conflicts import Way, conflict_page
from accounts.gate import refused_page
from accounts.limits import TooMany, spend
from accounts.once import Done, once, sent_before
from accounts.permissions import Permission, may, needs
from accounts.refusals import StaleEdit
from accounts.requests import SiteRequest
from calculator import actions, conflicts, queries
from calculator.forms import NameForm
from calculator.models import Draft, Package
from calculator.movers import movers
from calculator.packages import lines_of
from calculator.sheet import Sheet, opened_of
from calculator.sheet_parts import Notice
from calculator.sure import known_sure, sure_of
from calculator.typed import typed_from_post
from jobs.models import Status
from schemes.models import Scheme

SAVES = {"save", "save-copy", "keep-copy", "merge"}
BESIDE_SAVE = "save"  # such a message stands beside the buttons that were pressed, not on top of the page


def scheme_or_404(request: SiteRequest, scheme_id: UUID) -> Scheme:
    try:
        return queries.find_scheme(organisation=request.organisation, scheme_id=scheme_id)
    except ObjectDoesNotExist:
        raise Http404 from None


def load_draft(request: SiteRequest, scheme: Scheme) -> Draft:
    draft = actions.draft_of(user=request.user, scheme=scheme)
    draft.scheme = scheme
    return draft


def load_sheet(draft: Draft, *, name_errors: bool = False) -> Sheet:
    assumption_set = queries.assumptions_for(draft)
    risks = queries.risks_tuple(assumption_set)
    typed, good = queries.typed_sheets(draft, risks)
    sheet = Sheet(scheme=draft.scheme, draft=draft, typed=typed, good=good, name_errors=name_errors)
    if not assumption_set.is_current:
        sheet.notices.append(
            Notice(
                title=_("Assumptions have changed"),
                text=_("This sheet is priced on version %(number)s; there is a newer one.")
                % {"number": assumption_set.number},
                do="newest",
                button=_("Price it on the newest"),
            )
        )
    return sheet


@needs(Permission.READ, to_change=Permission.TRY_OUT)
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """The calculator. Every post keeps what was typed, does one thing, and answers with the sheet."""
    scheme = scheme_or_404(request, scheme_id)
    draft = load_draft(request, scheme)
    if request.method != "POST":
        return answer(request, draft)
    do = request.POST.get("do", "recalculate")
    before = sent_before(request) if do in SAVES else None
    if before is not None:
        _say_saved_before(request, before)
        return answer(request, draft)
    if "kept" not in request.POST and do not in {"undo", "clear", "merge"}:
        risks = queries.risks_tuple(queries.assumptions_for(draft))
        actions.keep_typed(draft=draft, typed=typed_from_post(request.POST, risks))
    handler = DOES.get(do)
    if handler is not None:
        return handler(request, draft)
    return answer(request, draft)


def answer(request: SiteRequest, draft: Draft, *, name_errors: bool = False) -> HttpResponse:
    """The sheet: the whole page, or to htmx the part that moves. A plain post is answered by a redirect."""
    if request.method == "POST" and not request.htmx and not name_errors:
        place = "#save" if request.POST.get("do") in SAVES else ""
        return redirect(reverse("calculator:sheet", args=[draft.scheme_id]) + place)
    shown = load_sheet(draft, name_errors=name_errors)
    if shown.is_good:
        actions.keep_good(draft=draft)
    template = "calculator/_calculator.html" if request.htmx else "calculator/sheet.html"
    return render(request, template, context_of(shown))


def context_of(shown: Sheet) -> dict[str, Any]:
    saved = list(queries.packages_of(scheme=shown.scheme))
    return {
        "scheme": shown.scheme,
        "stage": "premium",
        "sheet": shown,
        "saved": lines_of(saved, scheme=shown.scheme, open_package=shown.package),
        "sure": known_sure(shown),
        "movers": None,
    }


def do_undo(request: SiteRequest, draft: Draft) -> HttpResponse:
    if not actions.undo(draft=draft):
        messages.info(request, _("There is nothing to undo."))
    return answer(request, draft)


def do_clear(request: SiteRequest, draft: Draft) -> HttpResponse:
    risks = list(queries.risks_tuple(queries.current_set(scheme=draft.scheme)))
    actions.start_afresh(draft=draft, risks=risks)
    messages.info(request, _("A fresh sheet. Undo brings the old one back."))
    return answer(request, draft)


def do_close(request: SiteRequest, draft: Draft) -> HttpResponse:
    actions.close_package(draft=draft)
    return answer(request, draft)


def do_newest(request: SiteRequest, draft: Draft) -> HttpResponse:
    actions.use_current_assumptions(draft=draft)
    return answer(request, draft)


def do_take_theirs(request: SiteRequest, draft: Draft) -> HttpResponse:
    if draft.package is not None:
        actions.open_package(
            draft=draft,
            package=queries.find_package(organisation=request.organisation, package_id=draft.package.pk),
        )
    return answer(request, draft)


def do_save(request: SiteRequest, draft: Draft) -> HttpResponse:
    """Save as a new package, or over the opened one: whichever the button said."""
    if not may(request.membership.role if request.membership else None, Permission.PACKAGES):
        return refused_page(request, may_look=True)
    return _save(request, draft, do=request.POST["do"])


def _save(request: SiteRequest, draft: Draft, *, do: str) -> HttpResponse:
    if request.POST.get("opened", opened_of(draft)) != opened_of(draft):
        messages.warning(
            request,
            _("This sheet was opened or saved in another window meanwhile. Look at it, then save again."),
            extra_tags=BESIDE_SAVE,
        )
        return answer(request, draft)
    shown = load_sheet(draft)
    if not shown.is_good or not NameForm(draft.typed).is_valid():
        return answer(request, draft, name_errors=True)
    as_new = do in {"save-copy", "keep-copy"} or draft.package is None
    name = draft.typed["name"].strip()
    if as_new and draft.package is not None:
        name = actions.free_name(scheme=draft.scheme, wanted=name)
    try:
        spend(request, "run")
        done = once(request, lambda: _saved(request, draft, shown, name=name, as_new=as_new))
    except StaleEdit:
        return conflict(request, draft)
    except (actions.NameTaken, TooMany) as refused:
        messages.error(request, str(refused), extra_tags=BESIDE_SAVE)
        return answer(request, draft)
    if not done.first:
        _say_saved_before(request, done)
        draft.refresh_from_db()
    return answer(request, draft)


def _saved(request: SiteRequest, draft: Draft, shown: Sheet, *, name: str, as_new: bool) -> str:
    saved = actions.save_package(
        scheme=draft.scheme,
        assumption_set=queries.assumptions_for(draft),
        chosen=shown.typed.chosen,
        name=name,
        note=actions.own_note(draft) if as_new else draft.typed.get("note", "").strip(),
        user=request.user,
        package=None if as_new else draft.package,
        seen_version=draft.package_version,
    )
    actions.stay_with(
        draft=draft, package=queries.find_package(organisation=draft.organisation, package_id=saved.pk)
    )
    _say_saved(request, saved)
    return str(saved.pk)


def _say_saved_before(request: SiteRequest, done: Done) -> None:
    """Who pressed twice reads the same answer: the first one may never have arrived."""
    try:
        saved = queries.find_package(organisation=request.organisation, package_id=UUID(done.answer))
    except ObjectDoesNotExist:
        return
    if saved.deleted_at is None:
        _say_saved(request, saved)


def _say_saved(request: SiteRequest, saved: Package) -> None:
    if saved.simulation is None or saved.simulation.status == Status.DONE:
        words = _("Saved: %(name)s. It was simulated before, so nothing had to run.")
    else:
        words = _("Saved: %(name)s. The simulation runs; you may close this page.")
    messages.success(request, words % {"name": saved.name}, extra_tags=BESIDE_SAVE)


def do_merge(request: SiteRequest, draft: Draft) -> HttpResponse:
    """Save what was chosen out of mine and theirs; a third person's save in between is a conflict again."""
    if draft.package is None:
        return answer(request, draft)
    package = queries.find_package(organisation=request.organisation, package_id=draft.package.pk)
    chosen = conflicts.chosen(request.POST, draft=draft, package=package)
    actions.take_choice(
        draft=draft,
        typed=chosen.typed,
        started=chosen.started,
        seen_version=chosen.seen_version,
        assumptions=chosen.assumptions,
    )
    return do_save(request, draft)


DOES = {
    "undo": do_undo,
    "clear": do_clear,
    "close": do_close,
    "newest": do_newest,
    "take-theirs": do_take_theirs,
    "save": do_save,
    "save-copy": do_save,
    "keep-copy": do_save,
    "merge": do_merge,
}


def conflict(request: SiteRequest, draft: Draft) -> HttpResponse:
    """Somebody else saved first: both are shown, nothing is lost."""
    assert draft.package_id is not None
    package = queries.find_package(organisation=draft.organisation, package_id=draft.package_id)
    if package.deleted_at is not None:
        actions.close_package(draft=draft)
        messages.warning(
            request,
            _("“%(name)s” was deleted meanwhile. Your sheet is kept: save it as a new package.")
            % {"name": package.name},
        )
        return answer(request, draft)
    response = conflict_page(
        request,
        row=package,
        name=package.name,
        version=package.version,
        action=reverse("calculator:sheet", args=[draft.scheme_id]),
        leave=reverse("calculator:package", args=[package.pk]),
        compared=conflicts.compared(draft=draft, package=package),
        do="merge",
        ways=[
            Way(do="keep-copy", label=_("Keep mine as a copy")),
            Way(do="take-theirs", label=_("Put theirs on my sheet")),
        ],
        context={"scheme": draft.scheme, "stage": "premium"},
    )
    if request.htmx:
        response.status_code = 200
        response["HX-Retarget"], response["HX-Reswap"] = "body", "outerHTML"
    return response


def _nothing_to_show(request: SiteRequest, scheme: Scheme) -> HttpResponse:
    """The sheet has no price just now: a fragment stays as it is, a page leads back to the sheet."""
    return HttpResponse(status=204) if request.htmx else redirect("calculator:sheet", scheme.pk)


@needs(Permission.READ)
@require_GET
def sure(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """How sure the premium on the sheet is: the part of the page that takes longer."""
    scheme = scheme_or_404(request, scheme_id)
    shown = load_sheet(load_draft(request, scheme))
    if shown.quote is None:
        return _nothing_to_show(request, scheme)
    context = {
        "scheme": scheme,
        "stage": "premium",
        "sheet": shown,
        "sure": sure_of(shown),
        "swap": True,
        "worked_out": True,
    }
    template = "calculator/_sure_and_banner.html" if request.htmx else "calculator/sure.html"
    return render(request, template, context)


@needs(Permission.READ)
@require_GET
def what_moves_it(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """Which input moves the premium on the sheet most."""
    scheme = scheme_or_404(request, scheme_id)
    shown = load_sheet(load_draft(request, scheme))
    if shown.quote is None:
        return _nothing_to_show(request, scheme)
    context = {
        "scheme": scheme,
        "stage": "premium",
        "sheet": shown,
        "movers": movers(shown.quote, scheme, shown.say),
    }
    template = "calculator/_movers.html" if request.htmx else "calculator/movers.html"
    return render(request, template, context)
