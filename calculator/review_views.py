"""The dossier of a package: to read, to print, to sign; and what was signed, as it was signed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.languages import in_asked_language
from accounts.limits import limited
from accounts.permissions import Permission, may, needs
from accounts.refusals import ActionRefused
from accounts.requests import SiteRequest
from accounts.trail import What, record_reading
from calculator import review_actions, review_queries
from calculator.comment_context import comments_context
from calculator.dossier import Dossier
from calculator.models import Package, SignOff
from calculator.package_page import PackagePage
from calculator.package_views import package_or_404
from calculator.packages import line_of
from calculator.review_forms import SignForm, WithdrawForm
from schemes.downloads import download
from schemes.printing import render_pdf


def dossier_of(package: Package) -> Dossier:
    return Dossier(PackagePage(line_of(package)), open_comments=review_queries.open_comments(package))


def sign_off_or_404(request: SiteRequest, sign_off_id: UUID) -> SignOff:
    try:
        return review_queries.find_sign_off(organisation=request.organisation, sign_off_id=sign_off_id)
    except ObjectDoesNotExist:
        raise Http404 from None


def _may_sign(request: SiteRequest) -> bool:
    return request.membership is not None and may(request.membership.role, Permission.SIGN_OFF)


def _context(dossier: Dossier) -> dict[str, Any]:
    package = dossier.page.line.package
    return {
        "scheme": package.scheme,
        "stage": "packages",
        "package": package,
        "document": dossier.document,
        "dossier": dossier,
    }


# ---- as it would be signed now -----------------------------------------------------------------------------
@needs(Permission.READ)
@require_safe
def dossier(request: SiteRequest, package_id: UUID) -> HttpResponse:
    found = dossier_of(package_or_404(request, package_id))
    package = found.page.line.package
    history = review_queries.sign_offs_of(package)
    context = _context(found) | {
        "state": review_queries.sign_off_states([package])[package.pk],
        "history": history,
        "may_sign": _may_sign(request),
        "has_signed": any(
            row.signed_by_id == request.user.pk
            and row.package_version == package.version
            and not row.is_withdrawn
            for row in history
        ),
        "own_work": review_actions.has_saved(package=package, user=request.user),
        **comments_context(request, package),
    }
    return render(request, "calculator/dossier.html", context)


@needs(Permission.READ)
@limited("export")
@require_safe
@in_asked_language
def dossier_pdf(request: SiteRequest, package_id: UUID) -> HttpResponse:
    """The dossier on paper, marked as not signed."""
    found = dossier_of(package_or_404(request, package_id))
    package = found.page.line.package
    document = found.document | {
        "unsigned_title": _("Not signed"),
        "unsigned_words": _("This is the dossier as it would be signed now. No name stands under it."),
    }
    _record_export(package, name="dossier.pdf")
    content = render_pdf("dossier", document, made_at=found.made_at)
    return download(content, called=package.name, ending="-dossier.pdf")


def _record_export(package: Package, *, name: str) -> None:
    record_reading(
        what=What.EXPORTED, subject=package, scheme=package.scheme_id, package=package, after={"file": name}
    )


@never_cache
@needs(Permission.SIGN_OFF)
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: SiteRequest, package_id: UUID) -> HttpResponse:
    """Put one's name under the dossier; what was typed is kept when it is refused."""
    found = dossier_of(package_or_404(request, package_id))
    package = found.page.line.package
    needs_exception = bool(found.needs_exception)
    form = SignForm(
        request.POST if request.method == "POST" else None,
        needs_exception=needs_exception,
        initial=_first(request, found),
    )
    refusal = ""
    if review_actions.has_saved(package=package, user=request.user):
        refusal = str(review_actions.OwnWork.message)
    elif request.method == "POST" and form.is_valid():
        try:
            row = review_actions.sign(dossier=found, user=request.user, signature=_signature(form))
        except ActionRefused as refused:
            refusal = str(refused)
            form = _with_newest(form, found)
        else:
            return redirect("calculator:sign_off", row.pk)
    context = _context(found) | {"form": form, "refusal": refusal}
    return render(request, "calculator/sign.html", context, status=_status(request, form, refusal))


def _status(request: SiteRequest, form: forms.Form, refusal: str) -> int:
    """Refused because of what is elsewhere, refused because of what was typed, or just shown."""
    if request.method != "POST":
        return 200
    return 409 if refusal else 422 if form.errors else 200


def _first(request: SiteRequest, found: Dossier) -> dict[str, str]:
    return {"seen": found.content_hash, "name": request.user.get_full_name()}


def _with_newest(form: SignForm, found: Dossier) -> SignForm:
    """What was typed, under the dossier as it is now; the checklist has to be gone through again."""
    read = form.cleaned_data["seen"] == found.content_hash
    typed = form.cleaned_data | {"seen": found.content_hash}
    return SignForm(
        initial=typed | {"confirmed": form.cleaned_data["confirmed"] if read else []},
        needs_exception=bool(found.needs_exception),
    )


def _signature(form: SignForm) -> review_actions.Signature:
    data = form.cleaned_data
    return review_actions.Signature(
        name=data["name"],
        title=data["title"],
        body=data["body"],
        statement=data["statement"],
        remarks=data["remarks"],
        confirmed=tuple(data["confirmed"]),
        exception=data.get("exception", "") if data.get("except_on") else "",
        seen=data["seen"],
    )


# ---- as it was signed --------------------------------------------------------------------------------------
@needs(Permission.READ)
@require_safe
def sign_off(request: SiteRequest, sign_off_id: UUID) -> HttpResponse:
    row = sign_off_or_404(request, sign_off_id)
    try:
        content = review_actions.frozen_content(row)
    except review_actions.Damaged as refused:
        return _damaged(request, row, refused)
    signature = review_actions.signature_of(row)
    page = PackagePage(line_of(package_or_404(request, row.package_id)))
    context = {
        "scheme": row.package.scheme,
        "stage": "packages",
        "package": row.package,
        "row": row,
        "document": review_actions.signed_document(content["document"], signature, at=row.created_at),
        "changes": changes(content["inputs"], Dossier(page).inputs),
        "may_sign": _may_sign(request),
    }
    return render(request, "calculator/sign_off.html", context)


def changes(then: list[dict[str, str]], now: list[dict[str, str]]) -> list[dict[str, str]]:
    """What differs between the package as it was signed and as it is now, name by name."""
    old, new = ({row["name"]: row["value"] for row in rows} for rows in (then, now))
    names = dict.fromkeys([*old, *new])
    return [
        {"name": name, "then": old.get(name, "–"), "now": new.get(name, "–")}
        for name in names
        if old.get(name) != new.get(name)
    ]


def _damaged(request: SiteRequest, row: SignOff, refused: ActionRefused) -> HttpResponse:
    context = {"scheme": row.package.scheme, "stage": "packages", "row": row, "refusal": str(refused)}
    return render(request, "calculator/sign_off_damaged.html", context, status=500)


@needs(Permission.READ)
@limited("export")
@require_safe
def sign_off_pdf(request: SiteRequest, sign_off_id: UUID) -> HttpResponse:
    """The very file that was signed."""
    row = sign_off_or_404(request, sign_off_id)
    try:
        content = review_actions.frozen_pdf(row)
    except review_actions.Damaged as refused:
        return _damaged(request, row, refused)
    _record_export(row.package, name="signed dossier.pdf")
    called = f"{row.package.name} v{row.package_version} signed"
    return download(content, called=called, ending="-dossier.pdf")


@needs(Permission.READ)
@limited("export")
@require_safe
def sign_off_json(request: SiteRequest, sign_off_id: UUID) -> HttpResponse:
    """Every figure that was signed, unrounded, as the text whose fingerprint stands in the dossier."""
    row = sign_off_or_404(request, sign_off_id)
    try:
        review_actions.frozen_content(row)
    except review_actions.Damaged as refused:
        return _damaged(request, row, refused)
    _record_export(row.package, name="signed figures.json")
    return download(row.content, called=row.package.name, ending=f"-v{row.package_version}-signed.json")


@never_cache
@needs(Permission.SIGN_OFF)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: SiteRequest, sign_off_id: UUID) -> HttpResponse:
    row = sign_off_or_404(request, sign_off_id)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            review_actions.withdraw(sign_off=row, user=request.user, reason=form.cleaned_data["reason"])
        except ActionRefused as refused:
            refusal = str(refused)
        else:
            return HttpResponseRedirect(reverse("calculator:sign_off", args=[row.pk]))
    context = {
        "scheme": row.package.scheme,
        "stage": "packages",
        "package": row.package,
        "row": row,
        "form": form,
        "refusal": refusal,
    }
    return render(request, "calculator/withdraw.html", context, status=_status(request, form, refusal))
