"""What is typed about a survey: its files, what a column is, what a figure should be."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from survey.models import Consent

MOST_FILES = 5
MOST_MEGABYTES = 100
KEEP = [("3", _("3 months")), ("6", _("6 months")), ("12", _("12 months")), ("24", _("24 months"))]
MONTHS = {"3": 91, "6": 183, "12": 365, "24": 730}


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several."""

    widget = FilesInput
    default_error_messages: ClassVar = {
        "required": _("Choose the file that your survey app exported."),
        "too_many": ngettext_lazy(
            "At most %(most)s file at a time. Put several sheets into one workbook.",
            "At most %(most)s files at a time. Put several sheets into one workbook.",
            MOST_FILES,
        ),
    }

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:  # noqa: ARG002
        given = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if not given:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(given) > MOST_FILES:
            raise forms.ValidationError(
                self.error_messages["too_many"], code="too_many", params={"most": MOST_FILES}
            )
        # An empty file is refused by the reader, with its name.
        return given


class UploadForm(forms.Form):
    uploads = FilesField(
        label=_("File or files"),
        widget=FilesInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls,.ods", "multiple": True}),
    )
    consent = forms.ChoiceField(
        label=_("How did the households agree?"),
        choices=Consent.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one: rows of households are taken in with their consent only.")
        },
    )
    purpose = forms.CharField(
        label=_("What for?"),
        max_length=300,
        initial=_("To work out what this scheme’s insurance costs"),
        help_text=_("Kept with the survey. Use the rows for nothing else."),
        error_messages={"required": _("Say what the rows are for.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    keep_months = forms.ChoiceField(
        label=_("Delete the households’ rows after"),
        choices=KEEP,
        initial="12",
        help_text=_("What was estimated from them stays."),
    )

    def values(self) -> dict[str, Any]:
        return {
            "consent": self.cleaned_data["consent"],
            "purpose": self.cleaned_data["purpose"],
            "delete_after": last_day(self.cleaned_data["keep_months"]),
        }


def last_day(months: str) -> date:
    return timezone.localdate() + timedelta(days=MONTHS[months])


class KeepForm(forms.Form):
    keep_months = forms.ChoiceField(label=_("Keep the rows for another"), choices=KEEP)
