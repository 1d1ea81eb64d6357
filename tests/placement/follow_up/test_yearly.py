"""What the yearly report says where there is little to say, and what it advises."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import Session

from placement.callers import Caller, Role
from placement.errors import NotFoundError
from placement.follow_up.tables import Column, Kind, Table
from placement.follow_up.yearly.pages import page_of, tables_of
from placement.follow_up.yearly.report import YearlyReport, draw_up, id_of, list_yearly_reports
from placement.follow_up.yearly.sections import Section
from placement.follow_up.years import terms_of_year
from placement.tables import (
    Agreement,
    AgreementVolume,
    CapacityOffer,
    OfferStatus,
    Organisation,
    OrganisationKind,
    ProviderKind,
    Term,
    Unit,
)
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

CKU = Caller(Role.COORDINATOR)
KI = Caller(Role.INSTITUTION, organisation="org_ki")
CITY = "org_city"


def report(store: Session, provider: str | None = None) -> YearlyReport:
    return draw_up(store, CKU, id_of(2027, provider))


def section(drawn: YearlyReport, key: str) -> Section:
    return next(each for each in drawn.sections if each.key == key)


def test_a_municipality_without_anything_is_told_so(store: Session) -> None:
    store.add(
        Organisation(
            id="org_new",
            kind=OrganisationKind.PROVIDER,
            provider_kind=ProviderKind.MUNICIPALITY,
            name_sv="Nya kommunen",
            name_en="New Municipality",
        )
    )
    store.flush()
    drawn = report(store, "org_new")
    said = {each.key: each.said[-1].en for each in drawn.sections if each.said}
    assert said["student-weeks"] == "No student was placed here."
    assert said["agreements"] == "No agreement was valid during the year."
    assert said["supervisors"] == "No supervisors have been reported."
    assert said["next-steps"] == "Nothing in the report calls for a step now."
    assert [each.key for each in drawn.sections if each.key in {"municipalities", "education-levels"}] == []
    assert "Nya kommunen" in page_of(drawn, "sv")


def test_a_county_without_municipalities_compares_none(store: Session) -> None:
    store.get_one(Organisation, CITY).provider_kind = ProviderKind.REGION
    store.flush()
    drawn = report(store)
    assert {"municipalities", "next-steps"}.isdisjoint(each.key for each in drawn.sections)
    assert [each.municipality for each in list_yearly_reports(store, CKU, year=2027).rows] == [None]


@pytest.mark.parametrize(
    ("floor", "ceiling", "outcome"),
    [
        (6, 9, "floor not reached"),
        (5, 5, "ceiling reached"),
        (0, 6, "within the agreement"),
        (0, None, "within the agreement"),
    ],
)
def test_an_agreement_is_judged_by_its_floor_and_its_ceiling(
    store: Session, floor: int, ceiling: int | None, outcome: str
) -> None:
    volume = store.get_one(AgreementVolume, ("agr_a", "trm_a"))
    volume.min_student_weeks, volume.max_student_weeks = floor, ceiling
    if ceiling is not None:
        store.add(AgreementVolume(agreement_id="agr_a", term_id="trm_idle", max_student_weeks=0))
    store.flush()
    (table,) = section(report(store, CITY), "agreements").tables
    (row,) = table.rows
    assert row[1:4] == (5, floor, ceiling)
    assert getattr(row[4], "en", None) == outcome


def test_advice_is_given_for_each_thing_that_is_left_to_do(store: Session) -> None:
    agreement = store.get_one(Agreement, "agr_a")
    agreement.valid_to = dt.date(2027, 3, 1)
    store.get_one(AgreementVolume, ("agr_a", "trm_a")).min_student_weeks = 9
    unit = store.get_one(Unit, "unt_a")
    unit.university_healthcare = True
    store.add(
        CapacityOffer(
            id="off_asked", term_id="trm_a", unit_id="unt_free", professions=["nurse"], status=OfferStatus.UNANSWERED
        )
    )
    store.flush()
    drawn = report(store, CITY)
    assert "1 March 2027" in page_of(drawn, "en")
    points = [each.en for each in section(drawn, "next-steps").points]
    assert [point.rpartition(": ")[0].rpartition(". ")[2] for point in points] == [
        "Units that have not answered",
        "Place-weeks",
        "Agreements",
        "Agreements",
        "Units",
    ]
    assert section(report(store, CITY), "education-levels").said[0].sv == (
        "0 av 1 enheter som är markerade som universitetssjukvård uppfyller alla åtta miniminivåer."
    )


def test_a_larosate_whose_agreement_ended_before_the_year_reads_no_report_of_it(store: Session) -> None:
    assert draw_up(store, KI, id_of(2027, CITY)).heading.name.en == "City of Stockholm"
    agreement = store.get_one(Agreement, "agr_a")
    agreement.notice_given_on = dt.date(2026, 1, 1)
    store.flush()
    with pytest.raises(NotFoundError):
        draw_up(store, KI, id_of(2027, CITY))
    agreement.notice_given_on, agreement.valid_to = None, dt.date(2026, 12, 1)
    store.flush()
    with pytest.raises(NotFoundError):
        draw_up(store, KI, id_of(2027, CITY))


def test_a_year_that_follows_another_is_set_beside_it(store: Session) -> None:
    drawn = draw_up(store, CKU, id_of(2031))
    (table,) = section(drawn, "key-figures").tables
    assert [column.name.sv for column in table.columns][-2:] == ["Helhet", "2031"], "2030 is no column of dashes"
    assert section(drawn, "key-figures").said[-1].en == "2030 has no terms to compare with."
    store.get_one(Term, "trm_idle").first_week = IsoWeek(2026, 35)
    store.flush()
    following = section(draw_up(store, CKU, id_of(2027)), "key-figures")
    assert [column.name.sv for column in following.tables[0].columns][-2:] == ["2027", "2026"]
    assert following.tables[0].caption.en == "Figures of 2027 and 2026"
    assert not any("no terms" in each.en for each in following.said)
    html = page_of(drawn, "en")
    assert html.count("<svg") < html.count("<table"), "nothing is drawn of nothing"


def test_a_report_of_a_year_that_is_not_over_says_so(store: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = store.get_one(Term, "trm_a").first_week.plus(store.get_one(Term, "trm_a").weeks - 1).sunday()
    for term in terms_of_year(store, 2027):
        ends = max(ends, term.first_week.plus(term.weeks - 1).sunday())
    for later, says in ((0, True), (1, False)):
        monkeypatch.setattr("placement.follow_up.yearly.report.today", lambda days=later: ends + dt.timedelta(days))
        said = section(report(store), "key-figures").said
        assert any("may change" in each.en for each in said) is says


def test_a_chart_with_one_colour_says_in_its_title_what_its_bars_are() -> None:
    columns = (Column(Words("Lärosäte", "Lärosäte"), Kind.TEXT), Column(Words("A", "A")), Column(Words("B", "B")))
    name, title = Words("KI", "KI"), Words("Avtal", "Agreements")
    both, one = (Table(title, columns, ((name, given, 1),), drawn=(1, 2)) for given in (1, 0))
    (drawn,), (alone,) = (list(tables_of((each,), "en")) for each in (both, one))
    assert drawn.chart is not None
    assert alone.chart is not None
    assert (drawn.chart.title.en, alone.chart.title.en) == ("Agreements", "Agreements: B")


def test_a_year_without_terms_has_no_reports(store: Session) -> None:
    assert list_yearly_reports(store, CKU, year=2150).rows == []
