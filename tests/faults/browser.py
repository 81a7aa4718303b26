"""A visitor of the rehearsed site, over HTTP, as its proxy passes requests on."""

from __future__ import annotations

import html
import http.client
import re
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from accounts.models import User
from cbhi_site.rehearsal import FROM_PROXY

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TOKEN = "0123456789abcdefghijklmnopqrstuv"


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    seconds: float
    location: str = ""

    @property
    def words(self) -> str:
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", self.text)).split())

    @property
    def hidden(self) -> dict[str, str]:
        """What a form of hidden boxes would send."""
        found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', self.text)
        return {name: html.unescape(value) for name, value in found}


@dataclass
class Browser:
    """One person's; any number of threads may use it at once."""

    web: str
    cookies: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, web: str, user: User) -> Browser:
        """With a session as signing in makes it."""
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = BACKEND
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        assert session.session_key is not None
        return cls(web, {"__Host-session": session.session_key, "__Host-csrf": TOKEN})

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        body = urlencode({**fields, "csrfmiddlewaretoken": TOKEN})
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Referer": "https://localhost/"}
        return self._ask("POST", path, body, kind | headers)

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        where = urlsplit(self.web)
        line = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        began = time.monotonic()
        try:
            line.request(method, path, body, {**FROM_PROXY, "Cookie": cookies, **headers})
            response = line.getresponse()
            text = response.read().decode(errors="replace")
            location = response.headers.get("Location", "")
            for header in response.headers.get_all("Set-Cookie") or ():
                self.cookies |= {name: part.value for name, part in SimpleCookie(header).items()}
        finally:
            line.close()
        return Answer(response.status, text, time.monotonic() - began, location)
