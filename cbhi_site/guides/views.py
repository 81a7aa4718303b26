"""The guides, and the training example."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.limits import limited
from accounts.once import once
from accounts.permissions import Permission, needs, open_to_all
from accounts.refusals import ActionRefused, NoOrganisation
from accounts.requests import SiteRequest
from cbhi_site.guides.guide import GUIDES
from cbhi_site.guides.guide_parts import HEIGHT, WIDTH
from cbhi_site.guides.training import LESSONS, MINUTES, Training
from cbhi_site.guides.training_actions import make_training
from cbhi_site.guides.training_queries import Done, find_training, training_schemes_of
from schemes.models import Scheme


@open_to_all
@require_safe
def guide(request: HttpRequest, key: str) -> HttpResponse:
    found = GUIDES.get(key)
    if found is None:
        raise Http404
    others = [each for each in GUIDES.values() if each is not found]
    context = {"guide": found, "others": others, "width": WIDTH, "height": HEIGHT}
    return render(request, "guides/guide.html", context)


@needs(Permission.READ)
@require_safe
def trainings(request: SiteRequest) -> HttpResponse:
    """The organisation's training schemes, and a button that makes one."""
    found = [
        {"scheme": scheme, "done": sum(step.is_done for step in Training(scheme, Done.on(scheme)).steps)}
        for scheme in training_schemes_of(organisation=request.organisation)
    ]
    context = {"trainings": found, "lessons": LESSONS, "minutes": MINUTES}
    return render(request, "guides/trainings.html", context)


@needs(Permission.SCHEME)
@limited("run")
@require_POST
def new_training(request: SiteRequest) -> HttpResponse:
    try:
        made = once(request, lambda: _made(request))
    except ActionRefused as refused:
        messages.error(request, str(refused))
        return redirect("guides:trainings")
    return redirect(made.answer)


def _made(request: SiteRequest) -> str:
    if request.organisation is None:
        raise NoOrganisation
    scheme = make_training(organisation=request.organisation, user=request.user)
    messages.success(
        request, _("%(name)s is made. Its invented households are being asked now.") % {"name": scheme.name}
    )
    return reverse("guides:training", args=[scheme.pk])


@needs(Permission.READ)
@require_safe
def training(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """The list of steps, each ticked by what the scheme itself shows."""
    try:
        scheme = find_training(organisation=request.organisation, scheme_id=scheme_id)
    except Scheme.DoesNotExist:
        raise Http404 from None
    found = Training(scheme, Done.on(scheme))
    steps = found.steps
    context = {
        "scheme": scheme,
        "training": found,
        "steps": steps,
        "finished": sum(step.is_done for step in steps),
        "next": next((step for step in steps if not step.is_done), None),
        "minutes": MINUTES,
    }
    return render(request, "guides/training.html", context)
