"""Forms of the people and settings pages, and of joining by an invitation."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.conflicts import StartedForm
from accounts.look_alikes import looks_latin, scripts_of
from accounts.models import Role, User
from accounts.sign_in_forms import EmailBox, TwiceTyped

ROLE_WORDS = {
    Role.FIELD_STAFF: _("surveys, schemes, packages"),
    Role.FACILITATOR: _("workshops, packages"),
    Role.REVIEWER: _("looks, comments, signs packages off; changes nothing"),
    Role.ADMIN: _("all of that but signing off; people, settings, the final choice"),
}
ROLE_CHOICES = [
    (role.value, format_lazy("{role}: {what}", role=role.label, what=words))
    for role, words in ROLE_WORDS.items()
]


def role_field(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=ROLE_CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Nothing is chosen. Choose a role.")},
    )


class InvitationForm(forms.Form):
    role = role_field(_("What the person will do here"))
    email = EmailBox(
        label=_("E-mail, if there is one"),
        required=False,
        help_text=_("Only to know in the list whom the link is for. You pass the link on yourself."),
    )


class RoleForm(StartedForm):
    role = role_field(_("Role"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class OrganisationSettingsForm(StartedForm):
    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        error_messages={"required": _("Nothing was typed. Type the name of your organisation.")},
    )
    security_email = EmailBox(
        label=_("E-mail for questions of security"),
        required=False,
        help_text=_("Who is asked when something looks wrong: a lost phone, a sign-in nobody knows."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_name(self) -> str:
        name = clean_person_name(self.cleaned_data["name"])
        if not name:
            raise ValidationError(self.fields["name"].error_messages["required"])
        return name


def clean_person_name(typed: str) -> str:
    """On one line: a name stands in headings and letters."""
    return " ".join(typed.split())


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As colleagues know you. It stands beside what you save."),
    )

    def clean_name(self) -> str:
        return clean_person_name(self.cleaned_data["name"])


class ChosenPasswordForm(TwiceTyped):
    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._add_boxes(owner, label=_("New password"), again=_("New password once more"))


class NewAccountForm(TwiceTyped):
    """An account made by somebody who was invited."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        error_messages={"required": _("Nothing was typed. Type the name that colleagues know you by.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    username = forms.CharField(
        label=_("User name to sign in with"),
        max_length=150,
        help_text=_("Letters, digits, dot, hyphen and underscore; no spaces. For example: meera.k"),
        error_messages={"required": _("Nothing was typed. Choose a short name to sign in with.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, email: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = EmailBox(
            label=_("E-mail, if you have one"),
            required=False,
            initial=email,
            help_text=_(
                "For the day you forget the password. It counts once it is confirmed by the link in a letter."
            ),
        )
        self._add_boxes(None, label=_("Password"), again=_("Password once more"))

    def clean_name(self) -> str:
        return clean_person_name(self.cleaned_data["name"])

    def clean_username(self) -> str:
        # No @: a user name that looks like somebody else's address would stand in their way.
        # One way to write it: full-width letters look like other people's names.
        username: str = unicodedata.normalize("NFKC", self.cleaned_data["username"]).strip()
        if not re.fullmatch(r"[\w.-]+", username):
            raise ValidationError(_("Letters, digits, dot, hyphen and underscore only; no spaces, no @."))
        if len(scripts_of(username)) > 1:
            raise ValidationError(_("These letters belong to several alphabets. Use the letters of one."))
        if looks_latin(username):
            raise ValidationError(
                _("Every one of these letters looks like a Latin one. Type Latin letters, or a longer name.")
            )
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("Somebody has this user name already. Choose another one."))
        return username

    def clean_password1(self) -> str:
        # Held against the name and the address that were typed above it.
        self.owner = User(
            username=self.cleaned_data.get("username", ""),
            first_name=self.cleaned_data.get("name", ""),
            email=self.cleaned_data.get("email", ""),
        )
        return super().clean_password1()
