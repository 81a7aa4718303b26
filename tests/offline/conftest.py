"""A phone in a village: the running site, a network that can be cut, the slide's scheme with a session."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from calculator.workbook.tables import SchemeTables
from cbhi_site.management.commands.example import make_example
from offline import packs
from schemes.models import Scheme
from tests.conftest import PATIENCE_MS
from tests.journeys.conftest import sign_in
from tests.makers import every
from tests.workshop.session_rows import make_group, make_session
from workshop.sessions import SessionGroup, WorkshopSession


@dataclass(frozen=True, kw_only=True)
class Village:
    """Where everything is that a journey needs."""

    site: str
    scheme: Scheme
    session: WorkshopSession
    group: SessionGroup

    @property
    def calculator(self) -> str:
        return f"{self.site}/schemes/{self.scheme.pk}/calculator/"

    @property
    def votes(self) -> str:
        return f"{self.site}/groups/{self.group.pk}/individual/"


@pytest.fixture(scope="session", autouse=True)
def _tables_are_made_once():
    """The same tables, asked for by many tests; each would take two seconds."""
    made: dict[str, SchemeTables] = {}
    make = packs.make_tables

    def make_once(package, *, also):
        key = repr((package, sorted(also.items())))
        if key not in made:
            made[key] = make(package, also=also)
        return made[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packs, "make_tables", make_once)
        yield


@pytest.fixture
def village(live_server, settings):
    settings.SIMULATED_FAMILIES = 50_000
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    make_example()
    scheme = every(Scheme).get(name="Slide example, linked")
    session = make_session(scheme)
    return Village(site=live_server.url, scheme=scheme, session=session, group=make_group(session, people=60))


def keep(page: Page, address: str) -> None:
    """Open a page while there is a network, and wait until the scheme is kept."""
    page.goto(address)
    page.wait_for_selector("html[data-kept]", state="attached", timeout=2 * PATIENCE_MS)


def cut(context: BrowserContext) -> None:
    context.set_offline(True)


def reconnect(context: BrowserContext) -> None:
    context.set_offline(False)


def until(page: Page, script: str, arg: object = None) -> None:
    """Wait until the script's promise gives what is true; `wait_for_function` takes any promise for it."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while not page.evaluate(script, arg):
        assert time.monotonic() < end, script
        page.wait_for_timeout(100)


def shown(page: Page, selector: str) -> Any:
    return page.locator(selector).inner_text().strip()


__all__ = ["Village", "cut", "keep", "reconnect", "shown", "sign_in", "until", "village"]
