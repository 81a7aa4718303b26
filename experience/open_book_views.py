"""The open book: on screen and paper, and open to everybody who has its link."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.languages import current
from accounts.once import once
from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused
from accounts.requests import SiteRequest
from calculator import publish_actions
from calculator.publish_views import end_of
from calculator.review_forms import PublishForm
from experience.open_book import PUBLIC_BOOK, open_book
from experience.views import REFUSED, context_of, year_or_404


@needs(Permission.READ)
@require_safe
def book(request: SiteRequest, year_id: UUID) -> HttpResponse:
    year = year_or_404(request, year_id)
    return render(request, "experience/open_book.html", context_of(year, content=open_book(year)))


@needs(Permission.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def publish_book(request: SiteRequest, year_id: UUID) -> HttpResponse:
    """Look at what strangers would see, then open it."""
    year = year_or_404(request, year_id)
    content = open_book(year)
    form = PublishForm(request.POST if request.method == "POST" else None)

    def make() -> str:
        publish_actions.publish(
            scheme=year.scheme,
            user=request.user,
            kind=PUBLIC_BOOK,
            name=content["title"],
            content=content,
            language=current(),
            expires_at=end_of(form.cleaned_data["last_day"]),
            translations=publish_actions.in_every_language(lambda _language: open_book(year)),
        )
        messages.success(request, _("The page is open. Its link stands below."))
        return reverse("calculator:public_links", args=[year.scheme_id])

    if request.method == "POST" and form.is_valid():
        try:
            return redirect(once(request, make).answer)
        except ActionRefused as refused:
            form.add_error("last_day", str(refused))
    context = context_of(year, form=form, content=content)
    return render(request, "experience/publish_book.html", context, status=REFUSED if form.errors else 200)
