"""What every answer carries, and what no template may hold."""

import re
from html.parser import HTMLParser
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from accounts.models import Role
from cbhi_site.headers import PERMISSIONS
from tests.makers import client_of, make_organisation, make_scheme

ROOT = Path(django_settings.BASE_DIR)
# A file to take away, which no server answers with headers: its policy stands in it (tests/offline).
TAKEN_AWAY = ROOT / "templates" / "offline" / "single.html"
TEMPLATES = sorted(set((ROOT / "templates").rglob("*.html")) - {TAKEN_AWAY})
# The same for everybody: the site's name and its icons.
NOBODYS = {"/manifest.webmanifest"}
EXAMPLES = {"uuid": str(uuid4()), "int": "1", "slug": "some-words", "str": "some-words", "path": "a/b"}
STRICT = {
    "default-src": "'none'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
    "style-src": "'self'",
}

WRITES = re.compile(r"\beval\s*\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write")


def all_addresses(patterns=None, before="/"):
    """One address for each pattern that the site answers."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield before + example_of(route)
        else:
            yield from all_addresses(entry.url_patterns, before + example_of(route))


def example_of(route):
    if route.startswith("^"):
        return re.sub(r"\(\?P<\w+>[^)]*\)", "1-abc", route.strip("^$").replace("\\", ""))
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: EXAMPLES.get(found[1] or "str", "some-words"), route)


def policy_of(response):
    """Directives and what they let through; one with nothing after it lets nothing through."""
    parts = (part.partition(" ") for part in response["Content-Security-Policy"].split("; "))
    return {name: value for name, _, value in parts}


def assert_safe(response, address):
    policy = policy_of(response)
    for directive, value in STRICT.items():
        assert policy.get(directive) == value, (address, directive)
    assert "unsafe" not in response["Content-Security-Policy"], address
    assert re.fullmatch(r"('nonce-\S+')?", policy["script-src"]), address
    assert response["X-Content-Type-Options"] == "nosniff", address
    assert response["X-Frame-Options"] == "DENY", address
    assert response["Referrer-Policy"] in {"same-origin", "no-referrer"}, address
    assert response["Cross-Origin-Opener-Policy"] == "same-origin", address
    assert response["Cross-Origin-Resource-Policy"] == "same-origin", address
    assert response["Permissions-Policy"] == PERMISSIONS, address
    assert re.fullmatch(r"[0-9a-f-]{36}", response["X-Request-ID"]), address


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_every_address_of_the_site_answers_with_every_header(method, signed_in):
    organisation = make_organisation()
    addresses = list(all_addresses())
    assert len(addresses) > 30
    for address in addresses:
        client = client_of(organisation, role=Role.ADMIN) if signed_in else Client()
        response = getattr(client, method)(address)
        assert response.status_code != 500, address
        assert_safe(response, address)
        if signed_in and address not in NOBODYS:
            kept = response["Cache-Control"]
            assert "no-store" in kept, address
            assert "public" not in kept, address


@pytest.mark.django_db
def test_pages_with_something_on_them_carry_the_headers_too():
    organisation = make_organisation()
    scheme = make_scheme(organisation)
    client = client_of(organisation, role=Role.ADMIN)
    for name in ("schemes:detail", "simulation:assumptions", "calculator:sheet", "calculator:packages"):
        response = client.get(reverse(name, args=[scheme.pk]))
        assert response.status_code == 200
        assert_safe(response, name)


@pytest.mark.django_db
def test_each_answer_has_its_own_nonce_and_every_script_of_the_page_repeats_it():
    client = client_of(make_organisation())
    seen = set()
    for _ in range(3):
        response = client.get("/")
        nonce = re.fullmatch(r"'nonce-([A-Za-z0-9+/=]{24})'", policy_of(response)["script-src"])[1]
        scripts = re.findall(r"<script[^>]*>", response.content.decode())
        assert scripts
        assert all(f'nonce="{nonce}"' in script.replace("&#x3D;", "=") for script in scripts)
        seen.add(nonce)
    assert len(seen) == 3


@pytest.mark.django_db
def test_static_files_may_be_kept_and_carry_the_policy():
    from django.templatetags.static import static

    response = Client().get(static("css/site.css"))
    assert response.status_code == 200
    response.close()
    assert "no-store" not in response.get("Cache-Control", "")
    assert policy_of(response)["object-src"] == "'none'"


# ---- templates ---------------------------------------------------------------------------------------------
class Looker(HTMLParser):
    """Finds what the policy would stop."""

    def __init__(self):
        super().__init__()
        self.wrong, self.inside_script = [], False

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            said = re.sub(r"\s", "", (value or "").lower())
            if name.startswith(("on", "hx-on")) or name in {"style", "srcdoc"}:
                self.wrong.append(f"<{tag} {name}>")
            if said.startswith(("javascript:", "vbscript:", "data:text/html", "js:")):
                self.wrong.append(f'<{tag} {name}="{said[:20]}">')
        given = dict(attrs)
        if tag == "style":
            self.wrong.append("<style>")
        if tag == "script":
            self.inside_script = True
            if not given.get("src") or given.get("nonce") != "{{ request.csp_nonce }}":
                self.wrong.append("<script> without src or nonce")
        if tag in {"object", "embed", "applet", "base", "iframe", "frame"}:
            self.wrong.append(f"<{tag}>")

    def handle_endtag(self, tag):
        self.inside_script = self.inside_script and tag != "script"

    def handle_data(self, data):
        if self.inside_script and data.strip():
            self.wrong.append("inline script")


def wrong_in(text):
    looker = Looker()
    # Django's own tags would hide an attribute inside an {% if %} from a reader of HTML.
    looker.feed(re.sub(r"{%.*?%}|{#.*?#}", " ", text, flags=re.S))
    looker.close()
    return looker.wrong


def test_there_are_templates_to_look_at():
    assert len(TEMPLATES) > 50


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_template_holds_what_the_policy_stops(path):
    assert wrong_in(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        '<a onclick="x()">', '<a {% if a %}onclick="x()"{% endif %}>', '<p style="width:3%">',
        "<script>alert(1)</script>", '<script src="/a.js"></script>', '<a href=" java\nscript:x()">',
        '<div hx-on:click="x()">', "<style>p{}</style>", '<iframe src="/">', '<form action="JavaScript:x">',
        '<div hx-vals="js:{a: 1}">', '<base href="//evil.example">',
    ],
)  # fmt: skip
def test_the_look_finds_what_it_is_for(text):
    assert wrong_in(text)


def test_no_template_switches_escaping_off():
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape off|\|\s*safeseq", text), path


def test_scripts_of_the_site_use_no_eval_and_write_no_unescaped_html():
    for path in (ROOT / "static").rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not WRITES.search(text), path
