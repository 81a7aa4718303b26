"""Asking for the monthly letter of warnings, and stopping it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, needs
from accounts.requests import SiteRequest
from experience.letters import ask_for_letter, stop_letter, wishes


@needs(Permission.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: SiteRequest) -> HttpResponse:
    assert request.organisation is not None
    if request.method != "POST":
        context = {"wishes": wishes(organisation=request.organisation, user=request.user)}
        return render(request, "experience/letter.html", context)
    if request.POST.get("do") == "stop":
        stop_letter(organisation=request.organisation, user=request.user)
        messages.success(request, _("Stopped. You get no letter any more."))
    else:
        ask_for_letter(organisation=request.organisation, user=request.user)
        messages.success(request, _("From now on you get one letter a month."))
    return redirect("experience:letter")
