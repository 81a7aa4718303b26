"""Play a year: dice in, the same year for everybody out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, needs
from accounts.requests import SiteRequest
from calculator.views import scheme_or_404
from schemes.numbers import format_number
from simulation.engine.refusal import Refused
from workshop.play import DICE, FAMILIES_OF_VILLAGE, YEARS, year_of_dice
from workshop.play_page import PlayedYear
from workshop.session_views import listed_lines
from workshop.vote_views import WALL

DEVANAGARI_AND_ODIA = str.maketrans("०१२३४५६७८९୦୧୨୩୪୫୬୭୮୯", "01234567890123456789")


class DiceForm(forms.Form):
    dice = forms.CharField(
        label=gettext_lazy("What the dice show"),
        help_text=gettext_lazy("Roll four dice, or one four times, and type the digits: 3 5 1 4."),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Roll four dice and type what they show.")},
    )

    def clean_dice(self) -> str:
        typed = self.cleaned_data["dice"].translate(DEVANAGARI_AND_ODIA)
        digits = "".join(character for character in typed if character not in " ,.-+")
        try:
            year_of_dice(digits)
        except Refused:
            raise ValidationError(
                _("%(typed)s is not what %(dice)s dice show. Type %(dice)s digits, each from 1 to 6.")
                % {"typed": self.cleaned_data["dice"], "dice": DICE}
            ) from None
        return digits


@needs(Permission.READ)
@require_safe
def play(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """`?dice=3514` is the year's own address; `?of=` says on which figures it was played.

    `?families=all` shows every family, `?show=wall` large type and nothing to press.
    """
    scheme = scheme_or_404(request, scheme_id)
    lines = listed_lines(scheme)
    form = DiceForm(request.GET if "dice" in request.GET else None)
    context: dict[str, Any] = {
        "scheme": scheme,
        "stage": "board",
        "lines": lines,
        "form": form,
        "on_wall": request.GET.get("show") == WALL,
        "with_families": request.GET.get("families") == "all",
        "dice_count": DICE,
        "village": FAMILIES_OF_VILLAGE,
        "rolls": format_number(YEARS, grouping=scheme.number_grouping),
    }
    if lines and form.is_bound and form.is_valid():
        page = PlayedYear(scheme=scheme, lines=lines, dice=form.cleaned_data["dice"])
        asked = request.GET.get("of", "")
        context |= {"page": page, "is_another": asked not in {"", page.code}}
    if context["on_wall"]:
        request.display = "projector"
    return render(request, "workshop/play.html", context, status=422 if form.errors else 200)
