"""Public links: made and withdrawn by administrators, opened by anybody who has one."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.languages import current
from accounts.limits import count
from accounts.once import once
from accounts.permissions import Permission, needs, open_to_all
from accounts.refusals import ActionRefused
from accounts.requests import SiteRequest
from accounts.throttle import client_address
from calculator import publish_actions, review_queries
from calculator.models import Package, PublicPage
from calculator.package_page import PackagePage
from calculator.package_views import package_or_404
from calculator.packages import line_of
from calculator.public_package import public_content
from calculator.review_forms import PublishForm
from calculator.sure import known_of
from calculator.views import scheme_or_404

KEPT_SECONDS = 60
"""How long a browser may show a public page again without asking: a withdrawn one is gone after that."""

MOST_OPENINGS = 120
"""What one network address may open in a minute: enough for a village hall, too little to try links."""


@needs(Permission.ADMIN)
@require_safe
def public_links(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """Every link of a scheme, with how often and when it was last opened."""
    scheme = scheme_or_404(request, scheme_id)
    links = [
        {
            "link": link,
            "address": request.build_absolute_uri(reverse("calculator:public", args=[link.secret]))
            if link.secret
            else "",
        }
        for link in review_queries.links_of(scheme)
    ]
    return render(
        request, "calculator/public_links.html", {"scheme": scheme, "stage": "packages", "links": links}
    )


def content_of(package: Package) -> dict[str, Any]:
    """The public page of a package as it would be published now."""
    page = PackagePage(line_of(package))
    state = review_queries.sign_off_states([package])[package.pk]
    signed = None if state.for_older_version else state.newest
    return public_content(page, known=known_of(page.quote), signed=signed)


@needs(Permission.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: SiteRequest, package_id: UUID) -> HttpResponse:
    """Look at what strangers would see, then open it."""
    package = package_or_404(request, package_id)
    form = PublishForm(request.POST if request.method == "POST" else None)
    content = content_of(package)
    if request.method == "POST" and form.is_valid():
        try:
            opened = once(request, lambda: _opened(request, package, content, form.cleaned_data["last_day"]))
        except ActionRefused as refused:
            form.add_error("last_day", str(refused))
        else:
            return redirect(opened.answer)
    context = {
        "scheme": package.scheme,
        "stage": "packages",
        "package": package,
        "content": content,
        "form": form,
    }
    return render(request, "calculator/publish.html", context, status=422 if form.errors else 200)


def _opened(request: SiteRequest, package: Package, content: dict[str, Any], last_day: date | None) -> str:
    publish_actions.publish(
        scheme=package.scheme,
        user=request.user,
        kind=publish_actions.PACKAGE,
        name=package.name,
        content=content,
        language=current(),
        expires_at=end_of(last_day),
        package=package,
        translations=publish_actions.in_every_language(lambda _language: content_of(package)),
    )
    messages.success(request, _("The page is open. Its link stands below."))
    return reverse("calculator:public_links", args=[package.scheme_id])


def end_of(day: date | None) -> datetime | None:
    return None if day is None else timezone.make_aware(datetime.combine(day, time.max))


@needs(Permission.ADMIN)
@require_POST
def revoke(request: SiteRequest, page_id: UUID) -> HttpResponse:
    try:
        page = review_queries.find_public_page(organisation=request.organisation, page_id=page_id)
    except ObjectDoesNotExist:
        raise Http404 from None
    try:
        publish_actions.revoke(page=page, user=request.user)
        messages.success(request, _("Withdrawn. The link opens no more."))
    except ActionRefused as refused:
        messages.info(request, str(refused))
    return HttpResponseRedirect(reverse("calculator:public_links", args=[page.scheme_id]))


# ---- for everybody -----------------------------------------------------------------------------------------
@open_to_all
@require_safe
def public(request: HttpRequest, secret: str) -> HttpResponse:
    """A published page; the same nothing for a link that was withdrawn, has run out, or never was."""
    count(f"public:{client_address(request)}", name="public", most=MOST_OPENINGS, seconds=60)
    page = publish_actions.find_open(secret)
    response = _gone() if page is None else _shown(request, page)
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    # nobody who only looks is remembered
    request.session.modified = False
    return response


def _shown(request: HttpRequest, page: PublicPage) -> HttpResponse:
    if request.method == "GET":
        publish_actions.count_opening(page=page)
    language, words = page.in_language(request.GET.get("lang", ""))
    with translation.override(language):
        content = render_to_string(publish_actions.KINDS[page.kind], {"page": page, "content": words})
    response = HttpResponse(content, headers={"Content-Language": language})
    response["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    return response


def _gone() -> HttpResponse:
    with translation.override("en"):
        content = render_to_string("calculator/public_gone.html")
    return HttpResponse(content, status=404, headers={"Cache-Control": "no-store", "Content-Language": "en"})
