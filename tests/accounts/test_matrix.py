"""Every address, for everybody, in both ways of asking. A new address needs a line in `expected.py`."""

from __future__ import annotations

from calculator import workbook_views
from offline import views as offline_views
from offline.packs import PackPlan
from tests.accounts.expected import EXPECTED, SENT
from tests.accounts.world import SECRET, WHO, addresses, world, written_out

__all__ = ["world"]

# What is meant for whoever has the link: a published page, an invitation.
OPEN = {"calculator:public", "accounts:join"}
NEW = """{name} has no line in tests/accounts/expected.py. Add what it answers to a stranger, to another
organisation's administrator and to each role, for example
{name}  in 404 200 200 200 200  in 405 405 405 405 405
An address that names a new kind of thing also needs that thing in tests/accounts/world.py."""


def test_every_address_has_an_expectation_and_every_expectation_an_address():
    found = set(addresses())
    assert not found - set(EXPECTED), "\n".join(
        NEW.format(name=name) for name in sorted(found - set(EXPECTED))
    )
    assert not set(EXPECTED) - found, f"no such address any more: {sorted(set(EXPECTED) - found)}"


def answer_of(response) -> str:
    sent_to = response.headers.get("Location", "") or response.headers.get("HX-Redirect", "")
    asks_to_sign_in = response.status_code in {200, 302} and sent_to.startswith("/sign-in/")
    return "in" if asks_to_sign_in else str(response.status_code)


def test_everybody_gets_the_answer_written_down(world, monkeypatch):
    """One test for all, since making the world takes longer than asking it; every wrong answer is listed."""
    # A workbook or a pack takes seconds, and who gets it is decided before it is made.
    for maker in ("package_workbook", "scheme_workbook"):
        monkeypatch.setattr(workbook_views, maker, lambda *_args, **_values: b"a workbook")
    monkeypatch.setattr(PackPlan, "content", b"a pack")
    monkeypatch.setattr(offline_views, "single_file", lambda *_args, **_values: "a file")
    wrong = [line for name in EXPECTED for line in wrong_answers(world, name)]
    assert not wrong, "\n".join(wrong)


def wrong_answers(world, name):
    path = written_out(name, world.ours)
    for method, expected in zip(("get", "post"), EXPECTED[name], strict=True):
        sent = SENT.get(name, {}) if method == "post" else {}
        for who, answer in zip(WHO, expected, strict=True):
            outside = who in {"anonymous", "other"}
            for headers in ({}, {"HX-Request": "true"}) if outside else ({},):
                with world.undone():
                    response = getattr(world.client(who), method)(path, sent, headers=headers)
                    got, body = answer_of(response), response.getvalue()
                asked = f"{name}: {method.upper()} {path} as {who}{' by htmx' if headers else ''}"
                if got != answer:
                    yield f"{asked}: {got}, expected {answer}"
                if outside and name not in OPEN and SECRET.encode() in body:
                    yield f"{asked}: shows {SECRET}"
