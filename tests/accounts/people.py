"""Helpers for the tests about people: signing in as a browser does, reading pages, codes of an app."""

from __future__ import annotations

import re
import time

from allauth.mfa.totp.internal import auth as totp

from tests.makers import PASSWORD


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def sign_in(client, name, password=PASSWORD, **more):
    return client.post("/sign-in/", {"login": name, "password": password, **more})


def is_signed_in(client):
    return client.get("/account/").status_code == 200


def code_of(secret, *, at=None):
    return totp.format_hotp_value(totp.hotp_value(secret, int(at or time.time()) // 30))


def set_up_second_factor(client):
    """Through the pages; returns the secret that the app would keep."""
    page = client.get("/account/second-factor/set-up/")
    secret = page.context["form"].secret
    done = client.post("/account/second-factor/set-up/", {"code": code_of(secret)})
    assert done["Location"] == "/account/second-factor/codes/"
    return secret


def hidden_fields(response):
    """The hidden fields of the page's form, as a browser would send them."""
    return re.findall(r'<input name="([^"]+)" type="hidden" value="([^"]*)">', response.content.decode())
