"""What is typed to sign in, to show that it is still oneself, to change a password or an address."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.sessions import SHARED

LONGEST_PASSWORD = 1024
PASSWORD_HINT = _(
    "At least 10 characters; 15 or more are better. Three or four words that nobody would guess do well."
)
NO_PASSWORD = {"required": _("Nothing was typed. Type your password.")}
DIFFERENT = _("The two passwords differ. Type the same one in both boxes.")


class PasswordBox(forms.CharField):
    """A password: pasting is fine, spaces count, it is never shown again."""

    def __init__(self, *, autocomplete: str = "current-password", **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(
            **{"strip": False, "max_length": LONGEST_PASSWORD, "error_messages": NO_PASSWORD, **kwargs},
            widget=widget,
        )


class EmailBox(forms.EmailField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none"})
        messages = {
            "required": _("Nothing was typed. Type an e-mail address."),
            "invalid": _("This is no e-mail address. It looks like name@example.org."),
        }
        super().__init__(**{"widget": widget, "error_messages": messages, **kwargs})

    def clean(self, value: Any) -> str:
        cleaned: str = super().clean(value)
        return cleaned.lower()


class SignInForm(allauth_forms.LoginForm):
    """The user name or the e-mail, whichever a person remembers; on the way back only the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {
            "login": forms.CharField(
                label=_("User name or e-mail"),
                max_length=254,
                error_messages={
                    "required": _("Nothing was typed. Type your user name or your e-mail address.")
                },
                widget=forms.TextInput(
                    attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
                ),
            ),
            "password": PasswordBox(label=_("Password")),
            "shared": forms.BooleanField(
                label=_("This is a shared phone"),
                required=False,
                help_text=_("Others use it too: you are signed out after 15 minutes without a touch."),
                widget=forms.CheckboxInput(attrs={"class": "tickbox"}),
            ),
        }
        # After a refusal the cursor belongs on the summary of what is wrong.
        first = "password" if self.initial.get("login") else "login"
        self.fields[first].widget.attrs["autofocus"] = not self.is_bound

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        shared = bool(self.cleaned_data["shared"])
        request.session[SHARED] = shared
        response: HttpResponse = super().login(request, redirect_url=redirect_url)
        if shared:
            # The browser forgets it when it is closed, whatever the server's clock says.
            request.session.set_expiry(0)
        return response


class PasswordAgainForm(allauth_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = PasswordBox(label=_("Password"))


class ForgottenForm(allauth_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = EmailBox(label=_("Your e-mail address"))


class TwiceTyped(forms.Form):
    """A new password, typed twice, held against the rules and against what is known of its owner."""

    owner: User | None = None

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.owner)
        return password

    def clean(self) -> dict[str, Any]:
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if first and second and first != second:
            self.add_error("password2", DIFFERENT)
        return self.cleaned_data

    def _add_boxes(self, owner: User | None, *, label: Any, again: Any) -> None:
        self.owner = owner
        self.fields["password1"] = PasswordBox(
            label=label, autocomplete="new-password", help_text=PASSWORD_HINT
        )
        self.fields["password2"] = PasswordBox(label=again, autocomplete="new-password")


class NewPasswordForm(TwiceTyped, allauth_forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._add_boxes(self.user, label=_("New password"), again=_("New password once more"))


class ChangePasswordForm(TwiceTyped, allauth_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"] = PasswordBox(label=_("Present password"))
        self._add_boxes(self.user, label=_("New password"), again=_("New password once more"))


class ChangeEmailForm(allauth_forms.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = EmailBox(label=_("New e-mail address"))
