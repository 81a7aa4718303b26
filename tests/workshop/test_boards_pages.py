"""The board's pages and prints: four languages, right figures, nothing for strangers."""

from __future__ import annotations

import io
import re
import time
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from accounts.models import AuditEntry, Role
from calculator.cases import ChosenTerms
from calculator.models import Package, PublicPage
from calculator.packages import line_of
from calculator.review_queries import links_of
from schemes.own_digits import OWN_DIGITS, own
from schemes.printing import render_pdf
from tests.makers import client_of, every
from tests.snapshots import made_or_put_back
from workshop.board_prints import PRINTS, letter_heights
from workshop.board_queries import board_of, packages_on_board
from workshop.member_sheet import board_of as board_alone
from workshop.member_sheet import member_sheet
from workshop.print_figures import PrintChoices
from workshop.shortlist_actions import add_to_shortlist

LANGUAGES = ("en", "hi", "ne", "or")
MM = 72 / 25.4


@pytest.fixture
def scheme(linked, make_package):
    """The linked example with two more packages, all on the shortlist."""

    def make():
        first = every(Package).get(scheme=linked)
        more = [
            make_package(
                first,
                "Hospital only",
                hospitalisation=ChosenTerms(event_cap=5000, family_cap=15000),
                transport=ChosenTerms(fixed_amount=500),
            ),
            make_package(
                first,
                "Great help",
                hospitalisation=ChosenTerms(event_cap=10000, family_cap=20000),
                injury=ChosenTerms(event_cap=700, copay=0.2, threshold=50),
                caesarean=ChosenTerms(fixed_amount=5000),
                wage_loss=ChosenTerms(rate=150, start_day=4, last_day=13),
            ),
        ]
        for package in (first, *more):
            add_to_shortlist(package=package)

    made_or_put_back(make, key=("boards", linked.pk))
    return linked


def choices(language="en", **more):
    return PrintChoices(language=language, **more)


def printed(scheme, kind, language="en", **more):
    template, make = PRINTS[kind]
    with translation.override(language):
        found = board_of(scheme, choices=choices(language, **more))
        assert found is not None
        data = make(found)
    return render_pdf(template, data, made_at=timezone.now())


def plain(value):
    """The same words with common spaces."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value.replace("\u00a0", " ") if isinstance(value, str) else value


def translated(digits):
    return own(digits, OWN_DIGITS["ne"])


def pages(pdf):
    return PdfReader(io.BytesIO(pdf)).pages


def text_of(pdf):
    return " ".join(plain(" ".join(page.extract_text() for page in pages(pdf))).split())


def size_of(page):
    return (round(float(page.mediabox.width) / MM), round(float(page.mediabox.height) / MM))


# ---- what stands on it -------------------------------------------------------------------------------------
def test_the_board_shows_prices_benefits_and_the_schemes_part_of_a_big_bill(scheme):
    content = plain(board_of(scheme, choices=choices()).content)
    assert [one["name"] for one in content["columns"]] == [
        "Everyday care and wages",
        "Hospital only",
        "Great help",
    ]
    only = content["columns"][1]
    assert only["shape"] == "triangle"
    rows = {row["key"]: row for row in only["rows"]}
    assert (rows["hospitalisation"]["before"], rows["hospitalisation"]["amount"]) == ("up to", "₹ 5,000")
    assert rows["hospitalisation"]["small"] == ["a family: up to ₹ 15,000 a year"]
    assert not rows["injury"]["covered"]
    assert (only["bill"]["pays"], only["bill"]["left"], only["bill"]["percent"]) == (
        "₹ 5,000",
        "₹ 13,000",
        27.8,
    )
    assert "Lab, OPD" in content["foot"][-1]
    assert "practice" in content["warning"]


def test_a_discount_for_large_families_is_said_below_the_price(scheme):
    board = board_of(scheme, choices=choices())
    premium = board.reference.premium
    assert premium.large_family < premium.small_family
    said = plain(board.content["columns"][0]["small_large"])
    assert said.startswith("each person in families of 4 or more ")
    assert plain(board.say.money(premium.small_family)) in said
    assert "each person in families of 4 or more" in text_of(printed(scheme, "board"))
    alone = board_alone(line_of(board.reference.page.line.package), choices())
    assert plain(member_sheet(alone)["small_large"]) == said


def test_a_benefit_that_can_pay_nothing_stands_as_not_covered(scheme, make_package):
    first = every(Package).filter(scheme=scheme).first()
    hollow = make_package(
        first,
        "Hollow",
        hospitalisation=ChosenTerms(event_cap=0),
        injury=ChosenTerms(event_cap=700),
        wage_loss=ChosenTerms(rate=0, start_day=4, last_day=13),
    )
    board = board_alone(line_of(hollow), choices())
    assert board.keys == ("injury",)
    sheet = member_sheet(board)
    assert [row["name"] for row in sheet["covered"]] == ["Injury"]
    assert "Hospitalisation" in sheet["not_covered"][0]
    assert "Wage loss" in sheet["not_covered"][0]
    assert "0 days" not in " ".join(sheet["not_covered"])


def test_the_figures_of_a_family_are_the_premiums_own(scheme):
    found = board_of(scheme, choices=choices())
    one = found.shown[0]
    (year, month) = found.content["columns"][0]["family"]
    assert found.family_size == 2
    assert year["amount"] == found.say.money(one.premium.per_family(size=2))
    assert month["amount"] == found.say.money(one.premium.per_family(size=2) / 12)


def test_a_board_has_four_packages_at_most_and_none_without_any(scheme, make_package, package):
    first = board_of(scheme, choices=choices()).lines[0].package
    for number in range(3):
        add_to_shortlist(package=make_package(first, f"More {number}", opd=ChosenTerms(event_cap=100)))
    assert len(board_of(scheme, choices=choices()).shown) == 4
    package.deleted_at = timezone.now()
    package.save()
    assert board_of(package.scheme, choices=choices()) is None


def test_digits_are_those_of_the_language_where_asked_for(scheme):
    with translation.override("ne"):
        content = board_of(scheme, choices=choices("ne", digits="own")).content
    assert not re.search(r"[0-9]", content["columns"][0]["price"] + " ".join(content["foot"]))
    assert content["columns"][1]["bill"]["pays"].endswith(translated("5,000"))


def test_what_is_not_offered_is_left():
    asked = {"lang": "xx", "size": "A0", "digits": "own", "budget": "9"}
    assert PrintChoices.of(asked, language="en") == PrintChoices()
    assert PrintChoices.of({"lang": "or", "digits": "own"}, language="en").query == "lang=or&digits=own"


def test_letters_grow_with_the_paper_and_say_what_is_read_at_three_metres(scheme):
    small, middle, large = letter_heights(board_of(scheme, choices=choices()))
    assert [each["far"] for each in small["heights"]] == [True, False, False, False]
    assert [each["far"] for each in middle["heights"]][:2] == [True, True]
    assert int(large["heights"][2]["mm"]) == pytest.approx(2 * float(small["heights"][2]["mm"]), abs=1)


# ---- on paper ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", PRINTS)
def test_every_print_is_made_within_a_second_with_the_right_pages(scheme, kind, language):
    printed(scheme, kind, language)  # fonts are read once
    took = []
    for _ in range(2):
        started = time.process_time()
        pdf = printed(scheme, kind, language)
        took.append(time.process_time() - started)
    assert min(took) <= 1.0
    found = pages(pdf)
    expected = {
        "board": (1, (420, 297)),
        "wheel": (1, (420, 297)),
        "deck": (11, (210, 297)),
        "tally": (5, (210, 297)),
    }
    if kind in expected:
        assert (len(found), size_of(found[0])) == expected[kind]
    assert PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Lang"] == language


@pytest.mark.parametrize(("size", "expected"), [("A2", (594, 420)), ("A1", (841, 595))])
def test_a_poster_grows_as_a_whole(scheme, size, expected):
    found = pages(printed(scheme, "board", size=size))
    assert len(found) == 1
    assert size_of(found[0]) == expected


def test_a_poster_has_every_price_and_name(scheme):
    text = text_of(printed(scheme, "board"))
    for one in board_of(scheme, choices=choices()).content["columns"]:
        assert one["name"] in text
        assert one["price"] in text
        assert one["bill"]["left"].replace("\u00a0", " ") in text


def test_the_deck_has_a_hundred_cards_and_says_what_they_add_up_to(scheme):
    found = board_of(scheme, choices=choices())
    data = PRINTS["deck"][1](found)
    assert len(data["cards"]) == 100
    assert sum(int(row["count"]) for row in data["counts"]) == 100
    into = [round(100 * one.premium.total) for one in found.shown]
    assert [row["in"] for row in data["pot"]] == [found.say.money(amount) for amount in into]


def test_an_event_card_shows_bill_scheme_and_family_for_each_package(scheme):
    cards = plain(PRINTS["cards"][1](board_of(scheme, choices=choices()))["cards"])
    large = next(
        card for card in cards if card["name"] == "Hospitalisation" and card["size"] == "a large bill"
    )
    assert large["bill"] == "₹ 27,000"
    assert [(pack["pays"], pack["left"]) for pack in large["packages"]] == [
        ("₹ 3,000", "₹ 24,000"),
        ("₹ 5,000", "₹ 22,000"),
        ("₹ 10,000", "₹ 17,000"),
    ]
    assert large["often"] == "In 100 families: 3.4 times a year"


# ---- the member sheet --------------------------------------------------------------------------------------
def test_a_member_sheet_says_first_what_is_not_paid(scheme):
    line = board_of(scheme, choices=choices()).lines[2]
    text = text_of(
        render_pdf("member_sheet", member_sheet(board_alone(line, choices())), made_at=timezone.now())
    )
    order = [
        "What is NOT paid",
        "Lab, Imaging, Transport, OPD",
        "What is paid",
        "Examples",
        "What it costs",
        "thumb",
    ]
    assert sorted(order, key=text.index) == order
    assert "and Transport" not in text
    assert "nothing for the first 3 days" in text
    assert "3 times ₹ 10,000 in a year is ₹ 30,000; the family gets ₹ 20,000" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_of_a_short_package_is_one_page(scheme, language):
    line = board_of(scheme, choices=choices()).lines[1]
    with translation.override(language):
        sheet = member_sheet(board_alone(line, choices(language)))
    assert len(pages(render_pdf("member_sheet", sheet, made_at=timezone.now()))) == 1


def test_while_nothing_is_shortlisted_the_oldest_packages_stand_on_the_board(linked, make_package):
    first = every(Package).get(scheme=linked)
    more = [make_package(first, f"Later {number}") for number in range(5)]
    assert list(packages_on_board(linked)) == [first, *more[:3]]


def test_no_letter_of_a_member_sheet_is_below_twelve_points(scheme):
    line = board_of(scheme, choices=choices()).lines[2]
    pdf = render_pdf("member_sheet", member_sheet(board_alone(line, choices())), made_at=timezone.now())
    sizes = []

    def note(text, _cm, matrix, _font, size):
        if text.strip():
            sizes.append(abs(size * matrix[3]))

    for page in pages(pdf):
        page.extract_text(visitor_text=note)
    assert sizes
    assert min(sizes) >= 11.99


# ---- pages -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_open_in_every_language(signed_in, scheme, language):
    for name in ("board", "wheel", "publish_board"):
        response = signed_in.get(reverse(f"workshop:{name}", args=[scheme.pk]), {"lang": language})
        assert response.status_code == 200
    page = signed_in.get(reverse("workshop:board", args=[scheme.pk]), {"lang": language}).content.decode()
    assert f'<section class="board" lang="{language}"' in page
    sheet = reverse("workshop:member_sheet", args=[scheme.packages.first().pk])
    assert f'lang="{language}"' in signed_in.get(sheet, {"lang": language}).content.decode()


def test_on_the_wall_only_the_board_is_left(signed_in, scheme):
    url = reverse("workshop:board", args=[scheme.pk])
    assert b'data-view="poster"' in signed_in.get(url, {"show": "poster"}).content
    assert b"data-view" not in signed_in.get(url).content


def test_the_board_says_how_many_rows_share_its_height_and_whether_a_cap_stands_below(signed_in, scheme):
    url = reverse("workshop:board", args=[scheme.pk])
    shown = board_of(scheme, choices=choices())
    page = signed_in.get(url).content.decode()
    assert f"rows--{len(shown.keys)}" in page
    assert "pack__together" not in page
    capped = every(Package).get(scheme=scheme, name="Great help")
    capped.family_cap = 30_000
    capped.save()
    page = signed_in.get(url).content.decode()
    assert page.count("pack__together") == 1
    assert "board__cols--together" in page


def test_a_print_is_sent_as_a_file_and_recorded(signed_in, scheme):
    url = reverse("workshop:board_pdf", args=[scheme.pk, "board"])
    response = signed_in.get(url, {"lang": "hi", "size": "A2"})
    assert response["Content-Type"] == "application/pdf"
    assert "board-a2-hi.pdf" in response["Content-Disposition"]
    assert every(AuditEntry).filter(after_json__contains="board.pdf").count() == 1
    assert signed_in.get(reverse("workshop:board_pdf", args=[scheme.pk, "nothing"])).status_code == 404


def test_the_wheel_shares_out_the_price_that_was_chosen(signed_in, scheme, monkeypatch):
    url = reverse("workshop:wheel", args=[scheme.pk])
    page = signed_in.get(url, {"budget": "3"}).content.decode()
    assert "The price of Great help" in " ".join(page.split())
    assert page.count("wheel__spot") > 20
    monkeypatch.setattr("workshop.wheel_page.make_wheel", None)
    assert signed_in.get(url, {"budget": "3"}).content.decode().count("wheel__spot") == page.count(
        "wheel__spot"
    )


def test_field_staff_see_the_board_and_print_nothing(scheme):
    client = client_of(scheme.organisation, role=Role.FIELD_STAFF)
    assert client.get(reverse("workshop:board", args=[scheme.pk])).status_code == 200
    assert client.get(reverse("workshop:board_pdf", args=[scheme.pk, "board"])).status_code == 403


def test_an_administrator_opens_the_board_to_everybody_in_its_language(signed_in, client, scheme):
    url = reverse("workshop:publish_board", args=[scheme.pk])
    assert signed_in.post(f"{url}?lang=hi", {"last_day": "2000-01-01"}).status_code == 422
    assert signed_in.post(f"{url}?lang=hi", {"last_day": ""}).status_code == 302
    assert every(PublicPage).get().kind == "board"
    (link,) = links_of(scheme)
    signed_in.logout()
    response = client.get(reverse("calculator:public", args=[link.secret]))
    assert response.status_code == 200
    assert response["Content-Language"] == "hi"
    text = response.content.decode()
    assert "कौन-सा पैकेज हमारे लिए ठीक है?" in text
    assert "Great help" in text
    # Whoever reads another language finds it a tap away, and nobody is remembered.
    for code in ("en", "ne", "or"):
        assert f'href="?lang={code}"' in text
    other = client.get(reverse("calculator:public", args=[link.secret]), {"lang": "or"})
    assert other["Content-Language"] == "or"
    assert '<html lang="or">' in other.content.decode()
    assert not other.cookies


def test_a_page_without_packages_says_what_to_do(signed_in, package):
    package.deleted_at = timezone.now()
    package.save()
    for name in ("board", "wheel"):
        page = signed_in.get(reverse(f"workshop:{name}", args=[package.scheme_id]))
        assert b"No package is saved yet" in page.content
    assert signed_in.get(reverse("workshop:board_pdf", args=[package.scheme_id, "board"])).status_code == 404


# ---- the words ---------------------------------------------------------------------------------------------
PGETTEXT = re.compile(r'pgettext\(\s*"print",\s*((?:"(?:[^"\\]|\\.)*"\s*)+)', re.DOTALL)


def words_in_source():
    for path in (Path(settings.BASE_DIR) / "workshop").glob("*.py"):
        for found in PGETTEXT.finditer(path.read_text(encoding="utf-8")):
            yield "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', found[1]))


@pytest.mark.parametrize("language", ["hi", "ne", "or"])
def test_every_printed_word_is_translated(language):
    folder = Path(settings.BASE_DIR) / "locale" / language / "LC_MESSAGES"
    with (folder / "django.po").open("rb") as file:
        catalogue = read_po(file)
    words = set(words_in_source())
    assert len(words) > 80
    missing = [
        word for word in words if not (found := catalogue.get(word, context="print")) or not found.string
    ]
    assert missing == []
