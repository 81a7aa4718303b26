"""Who did what: the organisation's audit trail for its administrators, filtered, paged, as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.limits import limited
from accounts.models import AuditEntry, Organisation
from accounts.permissions import Permission, needs
from accounts.requests import SiteRequest
from accounts.trail import What, record_reading
from calculator.models import Package
from cbhi_site.trail_words import changes_of
from schemes.downloads import download
from schemes.exports import csv_text
from schemes.models import Scheme

A_PAGE = 50
# More lines than a spreadsheet opens with ease; the filters choose which.
MOST_IN_A_FILE = 50_000


class TrailForm(forms.Form):
    """Which lines of the trail. A key that is not of this organisation finds nothing, as an unknown one."""

    person = forms.UUIDField(label=gettext_lazy("Who"), required=False, widget=forms.Select)
    what = forms.CharField(label=gettext_lazy("What"), required=False, widget=forms.Select)
    scheme = forms.UUIDField(label=gettext_lazy("Scheme"), required=False, widget=forms.Select)
    package = forms.UUIDField(label=gettext_lazy("Package"), required=False, widget=forms.Select)
    first = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, organisation: Organisation | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in _choices(organisation).items():
            self.fields[name].widget.choices = [("", _("all")), *choices]

    def entries(self, organisation: Organisation | None) -> QuerySet[AuditEntry]:
        entries = AuditEntry.objects.of(organisation)
        if not self.is_valid():
            return entries.none()
        typed = self.cleaned_data
        exact = {
            "actor_id": typed["person"],
            "what": typed["what"],
            "scheme_id": typed["scheme"],
            "package_id": typed["package"],
        }
        found = entries.filter(**{name: value for name, value in exact.items() if value})
        return found.between(first=typed["first"], last=typed["last"])


def _choices(organisation: Organisation | None) -> dict[str, list[tuple[str, str]]]:
    entries = AuditEntry.objects.of(organisation).order_by()
    people = dict(entries.exclude(actor_id=None).values_list("actor_id", "actor_name").distinct())
    whats = set(entries.values_list("what", flat=True).distinct())
    return {
        "person": sorted(((str(key), name) for key, name in people.items()), key=lambda each: each[1]),
        "what": [(what.value, str(what.label)) for what in What if what.value in whats],
        "scheme": [(str(each.pk), each.name) for each in Scheme.objects.of(organisation).order_by("name")],
        "package": [(str(each.pk), each.name) for each in Package.objects.of(organisation).order_by("name")],
    }


@needs(Permission.ADMIN)
@never_cache
@require_safe
def trail(request: SiteRequest) -> HttpResponse:
    form = TrailForm(request.GET, organisation=request.organisation)
    page = Paginator(form.entries(request.organisation), A_PAGE).get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "lines": [(entry, changes_of(entry)) for entry in page],
        "asked": asked.urlencode(),
    }
    return render(request, "cbhi_site/trail.html", context)


@needs(Permission.ADMIN)
@limited("export")
@require_safe
def trail_csv(request: SiteRequest) -> HttpResponse:
    form = TrailForm(request.GET, organisation=request.organisation)
    entries = form.entries(request.organisation)[:MOST_IN_A_FILE]
    text = csv_text([_heads(), *_rows(entries)])
    record_reading(
        what=What.TRAIL_EXPORTED,
        organisation=request.organisation,
        after={name: str(value) for name, value in form.cleaned_data.items() if value},
    )
    return download(text, called="audit-trail", ending=".csv")


def _heads() -> list[str]:
    return [
        _("Number"),
        _("When"),
        _("Who"),
        _("Address"),
        _("What"),
        _("Which"),
        _("Field"),
        _("Before"),
        _("After"),
        _("Hash"),
    ]


def _rows(entries: QuerySet[AuditEntry]) -> Iterator[list[str | int]]:
    """One row a changed field; an entry without any has one row."""
    for entry in entries:
        at = timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S%z")
        head: list[str | int] = [
            entry.number,
            at,
            entry.actor_name,
            entry.address,
            entry.what_label,
            entry.subject_label,
        ]
        said = [[each.label, each.before, each.after] for each in changes_of(entry)] or [["", "", ""]]
        yield from ([*head, *each, entry.hash] for each in said)
