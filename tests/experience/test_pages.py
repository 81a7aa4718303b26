"""Years by their pages: opened, entered, corrected with a history, closed, imported, compared."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from accounts.refusals import StaleEdit
from calculator.actions import save_package
from calculator.cases import Chosen, ChosenTerms
from experience import actions, queries
from experience.figures import AMOUNTS, Claims, YearFigures
from experience.models import SchemeYear, YearClaims, YearState, months_later
from experience.portfolio import Portfolio, measure_of
from experience.sheet import ClaimsLine
from experience.sheet_cells import YearKey
from experience.stage import year_states
from experience.year_page import YearPage
from simulation.engine.refusal import Refused
from simulation.queries import current_set
from tests.experience.years import make_year
from tests.makers import client_of, every, make_member, make_organisation, make_scheme
from tests.workshop.choosing import make_choice
from workshop.choice_queries import standing_by_scheme

FIGURES = {"households": "605", "insured": "1,400", "premium": "3,50,000", "running_costs": "84,000"}


def url(name, *arguments):
    return reverse(f"experience:{name}", args=arguments)


def figures_post(year, **typed):
    return {"version": str(year.version), "starts_on": year.starts_on.isoformat(), **FIGURES, **typed}


def line(benefit, month, row=1, **values):
    return ClaimsLine(
        row=row, benefit=benefit, month=month, values={k: Decimal(v) for k, v in values.items()}
    )


def fresh(year):
    return queries.find_year(organisation=year.organisation, year_id=year.pk)


def everyday_care(scheme):
    return save_package(
        scheme=scheme,
        assumption_set=current_set(scheme=scheme),
        chosen=Chosen(
            persons=5_000,
            family_sizes=scheme.family_sizes,
            chance_of_bankruptcy=0.05,
            admin_rate=0.2,
            terms={"opd": ChosenTerms(event_cap=300.0), "injury": ChosenTerms(covered=False)},
        ),
        name="Everyday care",
        note="",
        user=make_member(scheme.organisation),
    )


# ---- a year ------------------------------------------------------------------------------------------------
def test_a_year_is_opened_once_however_often_the_form_is_sent(staff, scheme):
    posted = {"starts_on": "2026-04-01", "once": str(uuid4())}
    answers = [staff.post(url("open_year", scheme.pk), posted) for _ in range(2)]
    year = every(SchemeYear).get()
    assert [answer["Location"] for answer in answers] == [url("year", year.pk)] * 2
    assert (year.label, year.ends_on) == ("2026-27", date(2027, 3, 31))


def test_a_year_begins_with_the_cover_that_was_chosen_and_an_earlier_one_is_warned_of(staff, scheme):
    cover = timezone.localdate().replace(day=1) + timedelta(days=62)
    make_choice(everyday_care(scheme), make_member(scheme.organisation), starts_on=cover)
    page = staff.get(url("open_year", scheme.pk)).content.decode()
    assert f'value="{cover.isoformat()}"' in page
    assert "Open a year that begins before only where people were covered already." in page
    warning = "This year begins before the cover of the chosen package"
    long_ago = staff.post(url("open_year", scheme.pk), {"starts_on": "2017-04-01"}, follow=True)
    assert warning not in long_ago.content.decode()
    early = {"starts_on": (cover - timedelta(days=31)).isoformat()}
    assert warning in staff.post(url("open_year", scheme.pk), early, follow=True).content.decode()


def test_years_do_not_overlap_and_what_was_typed_stays(staff, year):
    answer = staff.post(url("open_year", year.scheme_id), {"starts_on": "2017-10-01"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Years do not overlap" in page
    assert 'value="2017-10-01"' in page
    same = staff.post(url("open_year", year.scheme_id), {"starts_on": "2017-04-01"})
    assert "begins on this day already" in same.content.decode()


def test_the_slide_s_year_comes_out_to_the_rupee_on_its_page(staff, year):
    staff.post(url("figures", year.pk), figures_post(year))
    actions.change_claims(year=year, seen_version=2, lines=[line("", 0, paid="261100")])
    page = staff.get(url("year", year.pk)).content.decode()
    for cell in ("605", "1,400", "2.31", "₹\u00a0579", "₹\u00a0250", "74.6\u00a0%", "₹\u00a088,900",
                 "₹\u00a014,000", "₹\u00a08,575", "₹\u00a02,65,584"):  # fmt: skip
        assert cell in page, cell
    assert "claims <b>75</b>" in " ".join(page.split())
    assert "running <b>24</b>" in " ".join(page.split())


def test_a_figure_that_is_refused_loses_nothing_and_says_where(staff, year):
    answer = staff.post(url("figures", year.pk), figures_post(year, premium="3,5,0", note="from the ledger"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "stand in odd places" in page
    assert 'value="3,5,0"' in page
    assert "from the ledger" in page
    fewer = staff.post(url("figures", year.pk), figures_post(year, insured="600"))
    assert "fewer persons insured than households" in fewer.content.decode()


def test_two_who_change_the_same_year_meet_on_the_conflict_page(staff, year):
    first = staff.post(url("figures", year.pk), figures_post(year))
    second = staff.post(url("figures", year.pk), figures_post(year, households="700"))
    assert (first.status_code, second.status_code) == (302, 409)
    page = second.content.decode()
    assert "605" in page
    assert "700" in page
    kept = fresh(year)
    chosen = {**figures_post(kept, households="700"), "keep_households": "mine"}
    assert staff.post(url("figures", year.pk), chosen).status_code == 302
    assert fresh(year).households == 700


def test_every_correction_keeps_who_before_and_after(staff, organisation, year):
    staff.post(url("figures", year.pk), figures_post(year))
    staff.post(url("figures", year.pk), figures_post(fresh(year), premium="3,60,000"))
    kept = fresh(year)
    actions.change_claims(year=kept, seen_version=kept.version, lines=[line("opd", 1, paid="900")])
    kept = fresh(year)
    actions.change_claims(year=kept, seen_version=kept.version, lines=[line("opd", 1, paid="950")])
    page = " ".join(staff.get(url("history", year.pk)).content.decode().split())
    assert "<dt>Premium collected</dt><dd><del>3,50,000</del> → <ins>3,60,000</ins></dd>" in page
    assert "<del>900</del> → <ins>950</ins>" in page
    assert "member" in page


def test_a_year_is_closed_by_an_administrator_and_opened_again_with_a_reason(browser_of_admin, staff, year):
    closing = url("close", year.pk)
    assert staff.get(closing).status_code == 403
    browser_of_admin.post(closing, {"version": "1"})
    assert fresh(year).state == YearState.OPEN  # nothing is known of it yet
    staff.post(url("figures", year.pk), figures_post(year))
    actions.change_claims(year=year, seen_version=2, lines=[line("", 0, paid="261100")])
    browser_of_admin.post(closing, {"version": "3"})
    assert fresh(year).is_closed
    refused = staff.post(url("figures", year.pk), figures_post(fresh(year)))
    assert (refused.status_code, "This year is closed" in refused.content.decode()) == (422, True)
    again = browser_of_admin.post(closing, {"version": "4", "reason": " "})
    assert (again.status_code, "Say why" in again.content.decode()) == (422, True)
    browser_of_admin.post(closing, {"version": "3", "reason": "seen before somebody else"})
    assert fresh(year).is_closed
    browser_of_admin.post(closing, {"version": "4", "reason": "a bill came late"})
    kept = fresh(year)
    assert (kept.state, kept.reason) == (YearState.REOPENED, "a bill came late")
    with pytest.raises(actions.ActionRefused, match="open already"):
        actions.reopen_year(year=kept, seen_version=kept.version, reason="again")


def test_a_running_year_says_that_nothing_is_saved_yet_and_offers_its_package_s_benefits(
    staff, scheme, monkeypatch
):
    saved = everyday_care(scheme)
    monkeypatch.setattr(timezone, "localdate", lambda: date(2026, 11, 20))
    year = make_year(scheme, saved)
    page = staff.get(url("year", year.pk)).content.decode()
    assert "The year is not over" in page
    assert "Package: Everyday care" in page
    assert list(queries.benefits_of(fresh(year))) == [
        "opd",
        "hospitalisation",
        "injury",
    ]  # what has claims stays
    form = staff.get(url("claims", year.pk, 1)).content.decode()
    assert 'name="opd-count"' in form
    assert 'name="imaging-count"' not in form


# ---- claims ------------------------------------------------------------------------------------------------
def test_a_month_is_entered_by_form_and_shown_by_benefit(staff, year):
    answer = staff.post(
        url("claims", year.pk, 2),
        {"version": "1", "opd-count": "12", "opd-rejected": "1", "opd-billed": "9,000", "opd-paid": "3,600",
         "opd-days_to_settle": "20", "hospitalisation-count": "0", "hospitalisation-paid": "0"},
    )  # fmt: skip
    assert answer["Location"] == url("year", year.pk)
    kept = {row.benefit: row for row in every(YearClaims).all()}
    assert set(kept) == {"opd", "hospitalisation"}
    assert (kept["opd"].month, kept["opd"].rejected, kept["opd"].paid) == (2, 1, Decimal("3600"))
    page = staff.get(url("year", year.pk)).content.decode()
    assert "May 2017" in page
    form = staff.get(url("claims", year.pk, 2)).content.decode()
    assert 'value="3,600"' in form


def test_a_month_with_more_rejected_than_handed_in_is_refused_beside_the_box(staff, year):
    answer = staff.post(url("claims", year.pk, 1), {"version": "1", "opd-count": "1", "opd-rejected": "2"})
    assert answer.status_code == 422
    assert "More are rejected than handed in" in answer.content.decode()
    assert not every(YearClaims).exists()


def test_a_block_is_taken_whole_or_refused_by_row_and_column(staff, year):
    bad = "benefit\tmonth\tclaims\tpaid\nopd\t1\t3\t900\nDentist\t2\tfew\t100"
    answer = staff.post(url("paste", year.pk), {"version": "1", "block": bad})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "2 things cannot be taken" in page
    assert "“Dentist” is no benefit of this scheme" in page
    assert "“few” is not a number" in page
    assert "Dentist\t2\tfew" in page  # what was typed
    assert not every(YearClaims).exists()
    good = bad.replace("Dentist", "hospitalisation").replace("few", "4")
    assert staff.post(url("paste", year.pk), {"version": "1", "block": good}).status_code == 302
    assert every(YearClaims).count() == 2
    kept = fresh(year)
    staff.post(url("paste", year.pk), {"version": str(kept.version), "block": "opd\t1"})
    assert [row.benefit for row in every(YearClaims).all()] == ["hospitalisation"]


def test_a_block_may_set_the_year_s_own_figures(staff, year):
    block = "households\tpremium\n605\t3,50,000"
    assert staff.post(url("paste", year.pk), {"version": "1", "block": block}).status_code == 302
    assert (fresh(year).households, fresh(year).premium) == (605, Decimal(350_000))


def test_claims_that_would_count_twice_are_refused(staff, year):
    for block in ("opd\twhole year\t3\nopd\t1\t3", "all\t1\t3\nopd\t2\t3"):
        answer = staff.post(url("paste", year.pk), {"version": "1", "block": block})
        assert (answer.status_code, "would count twice" in answer.content.decode()) == (422, True)
    assert not every(YearClaims).exists()


def test_claims_typed_while_somebody_else_saved_are_kept_in_the_boxes(staff, year):
    staff.post(url("claims", year.pk, 1), {"version": "1", "opd-count": "3"})
    answer = staff.post(url("claims", year.pk, 1), {"version": "1", "opd-count": "77"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="77"' in page
    assert 'name="version" value="2"' in page
    assert every(YearClaims).get().count == 3
    assert staff.post(url("claims", year.pk, 1), {"version": "2", "opd-count": "77"}).status_code == 302
    assert every(YearClaims).get().count == 77


# ---- files -------------------------------------------------------------------------------------------------
def upload(client, scheme, content, name="years.csv", **more):
    content = content if isinstance(content, bytes) else content.encode()
    return client.post(url("import", scheme.pk), {"file": SimpleUploadedFile(name, content), **more})


def test_a_file_of_years_opens_what_is_not_there_and_keeps_what_it_does_not_tell(staff, scheme, year):
    actions.change_figures(year=year, seen_version=1, values={"note": "kept", "cash": Decimal(5)})
    answer = upload(staff, scheme, "year,households,premium\n2017,605,350000\n2018,700,\n")
    assert answer["Location"] == url("years", scheme.pk)
    first, second = every(SchemeYear).order_by("starts_on")
    assert (first.households, first.note, first.cash) == (605, "kept", Decimal(5))
    assert (second.starts_on, second.households, second.premium) == (date(2018, 4, 1), 700, None)


def test_a_workbook_of_claims_is_taken_and_what_was_taken_away_is_taken_back_unchanged(staff, scheme, year):
    from openpyxl import Workbook

    book = Workbook()
    for row in (
        ["Year", "Benefit", "Month", "Claims", "Paid"],
        [2017, "opd", 1, 3, 900],
        [2017, "opd", 2, 4, 1000.5],
    ):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    assert upload(staff, scheme, content.getvalue(), "claims.xlsx").status_code == 302
    before = queries.figures_of(fresh(year)).claims
    assert len(before) == 2
    exported = staff.get(url("claims_csv", year.pk)).content
    assert upload(staff, scheme, exported).status_code == 302
    assert queries.figures_of(fresh(year)).claims == before


def test_a_year_without_claims_hands_out_a_form_for_a_spreadsheet(staff, scheme, year):
    exported = staff.get(url("claims_csv", year.pk)).content.decode()
    assert "2017-04-01,opd,12" in exported
    assert upload(staff, scheme, exported).status_code == 302
    assert not every(YearClaims).exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("year,households\n2017,many\n2018,700\n", "“many” is not a number"),
        ("year,households,insured\n2018,700,7\n", "fewer persons insured than households"),
        ("year,households\n2018-02-01,700\n", "Years do not overlap"),
        ("year,households\n2018-10-01,700\n2018,5\n", "two lines of this sheet"),
        ("nothing here", "no columns that are known"),
        ("year,benefit,month,paid\n2017,opd,0,5\n2017,opd,1,5\n", "would count twice"),
        (b"%PDF-1.7 no sheet", "PDF"),
    ],
)
def test_a_file_with_one_bad_line_changes_nothing_at_all(staff, scheme, year, content, said):
    answer = upload(staff, scheme, content)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert every(SchemeYear).count() == 1
    assert fresh(year).households is None
    assert not every(YearClaims).exists()


def test_a_file_names_months_of_a_year_that_is_there_and_a_contradiction_by_its_column(staff, scheme, year):
    heading = "year,benefit,month,claims,paid\n"
    upload(staff, scheme, heading + "2017-18,opd,April,3,900\n2017-18,opd,March,1,300\n")
    assert sorted(every(YearClaims).values_list("month", flat=True)) == [1, 12]
    upload(staff, scheme, "year,households\n2017,5\n")
    answer = upload(staff, scheme, "year,renewals\n2017,6\n")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert ">households that renewed</td><td>More households renewed than are covered" in page


def test_a_file_does_not_reach_into_a_closed_year(staff, scheme, year):
    every(SchemeYear).update(state=YearState.CLOSED)
    answer = upload(staff, scheme, "year,households\n2017,5\n")
    assert ">year</td><td>This year is closed" in answer.content.decode()
    assert upload(staff, scheme, "year,benefit,month,paid\n2017,opd,1,5\n").status_code == 422


def test_a_workbook_with_two_filled_sheets_is_asked_about(staff, scheme):
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["year", "households"])
    book.create_sheet("more").append(["year", "insured"])
    content = io.BytesIO()
    book.save(content)
    assert "several sheets" in upload(staff, scheme, content.getvalue(), "two.xlsx").content.decode()


def test_a_year_is_found_by_its_day_by_its_number_or_opened_as_the_others_begin(scheme, year):
    key = YearKey(first_year=2017, first_day=date(2017, 4, 1))
    assert actions._year_for(scheme, key).pk == year.pk
    assert actions._year_for(scheme, YearKey(first_year=2020)).starts_on == date(2020, 4, 1)
    other = make_scheme(scheme.organisation)
    assert actions._year_for(other, YearKey(first_year=2020)).starts_on == date(2020, 1, 1)
    with pytest.raises(actions.FirstDayUnknown):
        actions._year_for(other, YearKey(first_year=2022, spans=True))


# ---- portfolio ---------------------------------------------------------------------------------------------
def test_the_shipped_sites_load_as_schemes_and_every_printed_cell_is_on_the_portfolio(db):
    user = make_member()
    call_command("example_years", user=user.username, verbosity=0)
    with pytest.raises(CommandError, match="already"):
        call_command("example_years", user=user.username)
    with pytest.raises(CommandError, match="no account"):
        call_command("example_years", user="nobody")
    organisation = Organisation.objects.get(memberships__user=user)
    shown = Portfolio(measure=measure_of(""), years_of=queries.years_by_scheme(organisation))
    cells = {row["scheme"].name: [cell["value"] for cell in row["cells"]] for row in shown.rows}
    assert cells["Vaishali (Bihar)"] == ["–", "754", "624", "542", "485", "525", "598", "579"]
    assert cells["Banke (Nepal)"] == ["–", "394", "601", "696", "899", "1,123", "1,113", "1,181"]
    assert cells["Rajnandangao (Chattishgarh)"] == ["–", "–", "–", "265", "316", "–", "–", "–"]
    assert shown.means[:7] == ["383", "569", "588", "527", "563", "771", "813"]
    assert [row[1] for row in shown.totals][:3] == ["2", "12,700", "₹\u00a041,63,750"]
    banke = every(SchemeYear).get(starts_on=date(2017, 4, 1), scheme__name="Banke (Nepal)")
    assert banke.is_closed
    month = YearPage(fresh(banke)).viability.for_running_a_month
    assert month == pytest.approx(128_364, abs=0.5)
    client = client_of(organisation)
    page = client.get(url("portfolio")).content.decode()
    assert "568.5" in page
    assert client.get(url("portfolio"), {"show": "claim_ratio"}).status_code == 200


def test_schemes_of_two_currencies_have_no_common_mean(browser_of_admin, scheme, year):
    actions.change_figures(year=year, seen_version=1, values={"households": 5, "premium": Decimal(500)})
    other = make_scheme(scheme.organisation, currency="NPR", name="Banke")
    actions.open_year(
        scheme=other, starts_on=date(2017, 4, 1), values={"households": 5, "premium": Decimal(900)}
    )
    page = browser_of_admin.get(url("portfolio")).content.decode()
    assert "several currencies" in page
    assert "Mean of the schemes" not in page
    counted = browser_of_admin.get(url("portfolio"), {"show": "households"}).content.decode()
    assert "Mean of the schemes" in counted


def test_an_organisation_sees_its_own_years_only(year):
    stranger = client_of(make_organisation())
    for name in ("year", "figures", "paste", "history", "close", "claims_csv"):
        assert stranger.get(url(name, year.pk)).status_code == 404
    assert "Vaishali" not in stranger.get(url("portfolio")).content.decode().replace("Vaishali (Bihar)", "")


def test_the_stage_follows_the_year(scheme, year):
    assert year_states([scheme], standing_by_scheme([scheme]))[scheme.pk].state == "todo"
    every(SchemeYear).update(state=YearState.CLOSED)
    assert year_states([scheme], standing_by_scheme([scheme]))[scheme.pk].state == "done"


# ---- what the database itself refuses ----------------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    [
        {"state": "lost"},
        {"state": YearState.REOPENED, "reason": ""},
        {"households": 5, "renewed_households": 6},
        {"due_households": 5, "renewed_households": 6},
        {"households": 5, "insured": 4},
    ],
)
def test_the_database_refuses_a_year_that_cannot_be(year, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        every(SchemeYear).update(**change)


@pytest.mark.parametrize(
    "change",
    [
        {"month": 13},
        {"count": 1, "rejected": 2},
        {"billed": -1},
        {"paid": -1},
        {"days_to_settle": 5_000.0},
    ],
)
def test_the_database_refuses_claims_that_cannot_be(year, change):
    row = {"organisation": year.organisation, "year": year, "benefit": "opd", "month": 1}
    with pytest.raises(IntegrityError), transaction.atomic():
        YearClaims.objects.create(**{**row, **change})


def test_two_lines_for_one_month_and_two_years_of_one_day_are_refused(year):
    row = {"organisation": year.organisation, "year": year, "benefit": "opd", "month": 1}
    YearClaims.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        YearClaims.objects.create(**row)
    with pytest.raises(ValidationError, match="begins on this day already"):
        actions.open_year(scheme=year.scheme, starts_on=year.starts_on)
    with pytest.raises(ValidationError, match="between 1950 and 2100"):
        actions.open_year(scheme=year.scheme, starts_on=date(1017, 4, 1))


def test_a_stale_version_writes_nothing(year):
    with pytest.raises(StaleEdit):
        actions.change_claims(year=year, seen_version=7, lines=[line("opd", 1, paid="1")])
    assert not every(YearClaims).exists()


def test_months_are_counted_over_the_turn_of_the_year_and_the_end_of_february():
    assert months_later(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert months_later(date(2023, 11, 30), 3) == date(2024, 2, 29)


def test_figures_know_their_gaps():
    empty = YearFigures(starts=date(2017, 1, 1))
    assert all(getattr(empty, name) is None for name in AMOUNTS)
    assert (empty.paid, empty.claim_ratio, empty.premium_per_household) == (None, None, None)
    with pytest.raises(Refused, match="count twice"):
        YearFigures(starts=date(2017, 1, 1), claims=(Claims(month=0), Claims(month=1)))
