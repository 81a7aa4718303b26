"""Forms of the pages that belong to no other file here."""

from __future__ import annotations

from django import forms


class OrganisationForm(forms.Form):
    """Which of one's organisations to act for, and which page to go to then."""

    organisation = forms.UUIDField()
    next = forms.CharField(required=False, max_length=2000)
