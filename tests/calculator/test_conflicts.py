"""Two people changed one package, or one comment: every box is chosen by itself, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from accounts.models import Membership
from calculator import comment_actions
from calculator.actions import save_package
from calculator.cases import chosen_of
from calculator.models import Comment, Package
from tests.accounts.conflict_page import form_on, lines_of
from tests.calculator.pages import boxes, words
from tests.makers import every

pytestmark = pytest.mark.django_db


def theirs_on(package, **terms):
    """What a colleague saves: other terms for hospitalisation, another admin rate, another note."""
    fresh = every(Package).select_related("scheme", "assumption_set").get(pk=package.pk)
    chosen = chosen_of(fresh)
    hospital = replace(chosen.terms["hospitalisation"], **terms)
    chosen = replace(chosen, admin_rate=0.25, terms={**chosen.terms, "hospitalisation": hospital})
    return save_package(
        scheme=fresh.scheme,
        assumption_set=fresh.assumption_set,
        chosen=chosen,
        name=fresh.name,
        note="From the meeting",
        user=None,
        package=fresh,
        seen_version=fresh.version,
    )


def test_terms_of_every_benefit_are_chosen_one_by_one(signed_in, slide, package):
    address = reverse("calculator:sheet", args=[slide.pk])
    mine = boxes(signed_in.get(address)) | {
        "hospitalisation-event_cap": "4,500",
        "injury-threshold": "100",
        "do": "save",
    }
    theirs_on(package, event_cap=6000.0, threshold=500.0)
    page = signed_in.post(address, mine)
    assert page.status_code == 409
    shown = lines_of(page)
    cells, offered = shown["Hospitalisation: Event cap"]
    assert (cells[:2], offered) == (["Event cap: 4,500", "Event cap: 6,000"], "mine")
    assert shown["Admin cost"] == (["20 %", "25 %", "20 %"], "theirs")
    assert shown["Note"][0][1] == "From the meeting"
    assert shown["Injury: Threshold"][0][0] == "100"
    choice = boxes(page, form="conflict") | {"do": "merge"}
    saved = signed_in.post(address, choice, follow=True)
    assert "Saved: Everyday care" in words(saved)
    now = every(Package).get(pk=package.pk)
    hospital = now.terms.get(benefit_risk__key="hospitalisation")
    assert (hospital.event_cap, hospital.threshold) == (4500, 500)
    assert now.terms.get(benefit_risk__key="injury").threshold == 100
    assert (now.admin_rate, now.note) == (0.25, "From the meeting")


def test_a_third_save_of_a_package_is_a_conflict_again(signed_in, slide, package):
    address = reverse("calculator:sheet", args=[slide.pk])
    mine = boxes(signed_in.get(address)) | {"hospitalisation-event_cap": "4,500", "do": "save"}
    theirs_on(package, event_cap=6000.0)
    page = signed_in.post(address, mine)
    theirs_on(package, event_cap=7000.0)
    again = signed_in.post(address, boxes(page, form="conflict") | {"do": "merge"})
    assert again.status_code == 409
    cells, _offered = lines_of(again)["Hospitalisation: Event cap"]
    assert [cell.removeprefix("Event cap: ") for cell in cells] == ["4,500", "7,000", "6,000"]
    assert every(Package).get(pk=package.pk).terms.get(benefit_risk__key="hospitalisation").event_cap == 7000


def test_two_windows_on_one_comment(signed_in, package):
    user = Membership.objects.get(user_id=signed_in.session["_auth_user_id"]).user
    comment = comment_actions.write_comment(package=package, user=user, text="First")
    address = reverse("calculator:change_comment", args=[comment.pk])
    mine = form_on(signed_in.get(address)) | {"text": "Mine"}
    fresh = every(Comment).get()
    comment_actions.change_comment(comment=fresh, user=user, text="Other window", seen_version=1)
    page = signed_in.post(address, mine)
    assert lines_of(page)["Comment"] == (["Mine", "Other window", "First"], "mine")
    signed_in.post(address, boxes(page, form="conflict") | {"do": "save"})
    assert every(Comment).get().text == "Mine"
