"""Every week of a placement is paid by the price of its Monday and its agreement's rules, and corrected by new rows."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import Session, col, select

from placement.callers import SYSTEM, Caller
from placement.errors import ConflictError, InvalidError, NotAllowedError
from placement.events.feed import read_feed
from placement.settlement import drawing
from placement.settlement.drawing import draw_up, draw_up_all
from placement.settlement.half_years import HalfYear
from placement.settlement.lines import share_of
from placement.settlement.statements import Wanted, list_statements
from placement.tables import (
    Agreement,
    AgreementPrice,
    AlfProfession,
    AuditEntry,
    Basis,
    EndReason,
    Placement,
    PlacementStatus,
    ProviderKind,
    Statement,
    StatementLine,
    WeekKind,
)
from placement_solver.weeks import IsoWeek
from tests.placement.settlement.market import H1, H2, INSTITUTION, OPERATOR, PROVIDER, Market, day

CANCELLED, DROPPED_OUT, FAILED, PUBLISHED, DECLINED = (
    PlacementStatus.CANCELLED,
    PlacementStatus.DROPPED_OUT,
    PlacementStatus.FAILED,
    PlacementStatus.PUBLISHED,
    PlacementStatus.DECLINED,
)


def lines(session: Session, statement: Statement) -> list[tuple[object, ...]]:
    """The lines of a statement: first week, weeks, what became of them, price, per cent and sum."""
    rows = session.exec(
        select(StatementLine).where(StatementLine.statement_id == statement.id).order_by(col(StatementLine.number))
    )
    return [
        (str(row.first_week), row.weeks, row.kind.value, row.basis.value, row.price_ore, row.percent, row.amount_ore)
        for row in rows
    ]


def test_a_placement_is_paid_by_the_week(market: Market) -> None:
    agreement = market.agree("town", 98_000)
    market.place("home", "2027-W05", 5)
    statement = market.settle()[agreement]
    assert (statement.planned_weeks, statement.done_weeks, statement.amount_ore) == (5, 5, 490_000)
    assert (statement.number, statement.corrects_id, statement.drawn_up_by) == (1, None, "Bo Ek")
    assert lines(market.session, statement) == [("2027-W05", 5, "done", "agreement", 98_000, 100, 490_000)]


def test_a_price_that_changes_within_a_placement_is_split_by_the_monday_of_the_week(market: Market) -> None:
    agreement = market.agree("town", 98_000, later={"2027-02-10": 100_000, "2027-02-22": 101_000})
    market.place("home", "2027-W05", 5)
    statement = market.settle()[agreement]
    assert lines(market.session, statement) == [
        ("2027-W05", 2, "done", "agreement", 98_000, 100, 196_000),
        ("2027-W07", 1, "done", "agreement", 100_000, 100, 100_000),
        ("2027-W08", 2, "done", "agreement", 101_000, 100, 202_000),
    ]


def test_a_placement_over_midsummer_is_split_by_the_half_year_of_each_monday(market: Market) -> None:
    agreement = market.agree("town", 100_000)
    market.place("home", "2027-W25", 3)
    first, second = market.settle(H1)[agreement], market.settle(H2)[agreement]
    assert [line[:2] for line in lines(market.session, first)] == [("2027-W25", 2)]
    assert [line[:2] for line in lines(market.session, second)] == [("2027-W27", 1)]


def test_a_week_over_new_year_belongs_to_the_year_of_its_monday(market: Market) -> None:
    market.agree("town")
    market.place("home", "2026-W53", 2)
    assert [line[:2] for line in lines(market.session, *market.settle(HalfYear(2026, 2)).values())] == [("2026-W53", 1)]
    assert [line[:2] for line in lines(market.session, *market.settle(H1).values())] == [("2027-W01", 1)]


@pytest.mark.parametrize(
    ("ended", "percent"),
    [("2027-01-04", 0), ("2027-01-18", 0), ("2027-01-19", 50), ("2027-01-25", 50), ("2027-01-26", 100)],
)
def test_what_is_cancelled_late_is_paid_by_the_rule_of_the_agreement(market: Market, ended: str, percent: int) -> None:
    """The placement begins on Monday 1 February: 14 and 7 days before it are 18 and 25 January."""
    agreement = market.agree("town", 98_000, steps={14: 50, 7: 100})
    market.place("home", "2027-W05", 5, CANCELLED, ended=ended)
    statement = market.settle()[agreement]
    amount = 5 * 980 * percent
    assert lines(market.session, statement) == [("2027-W05", 5, "cancelled", "agreement", 98_000, percent, amount)]
    assert (statement.planned_weeks, statement.done_weeks, statement.amount_ore) == (5, 0, amount)


def test_of_a_placement_that_its_student_left_the_rest_counts_as_cancelled_on_the_day(market: Market) -> None:
    agreement = market.agree("town", 100_000, later={"2027-02-15": 110_000}, steps={14: 50})
    market.place("home", "2027-W05", 5, DROPPED_OUT, done=1, ended="2027-02-10")
    assert lines(market.session, market.settle()[agreement]) == [
        ("2027-W05", 1, "done", "agreement", 100_000, 100, 100_000),
        ("2027-W06", 1, "cancelled", "agreement", 100_000, 50, 50_000),
        ("2027-W07", 3, "cancelled", "agreement", 110_000, 50, 165_000),
    ]


def test_without_a_rule_nothing_is_paid_for_what_is_cancelled(market: Market) -> None:
    agreement = market.agree("town", 100_000)
    market.place("home", "2027-W05", 5, CANCELLED, ended="2027-02-01")
    assert market.settle()[agreement].amount_ore == 0


@pytest.mark.parametrize(
    ("status", "reason"),
    [(DECLINED, EndReason.NO_SUPERVISOR), (CANCELLED, EndReason.REPLANNED)],
)
def test_what_a_unit_calls_off_or_a_plan_replaces_is_never_paid(
    market: Market, status: PlacementStatus, reason: EndReason
) -> None:
    market.agree("town", 100_000, steps={366: 100})
    market.place("home", "2027-W05", 5, status, reason=reason, ended="2027-02-01")
    assert market.settle() == {}


def test_weeks_that_were_not_done_or_not_reported_are_shown_and_not_paid(market: Market) -> None:
    agreement = market.agree("town", 100_000, steps={14: 100})
    market.place("home", "2027-W05", 5, FAILED, done=2)
    market.place("home", "2027-W06", 3, PUBLISHED)
    statement = market.settle()[agreement]
    assert lines(market.session, statement) == [
        ("2027-W05", 2, "done", "agreement", 100_000, 100, 200_000),
        ("2027-W07", 3, "not-done", "agreement", 100_000, 0, 0),
        ("2027-W06", 3, "unreported", "agreement", 100_000, 0, 0),
    ]
    (seen,) = list_statements(market.session, INSTITUTION).rows
    assert seen.weeks_of(kind=WeekKind.UNREPORTED) == 3


def test_weeks_after_notice_has_ended_an_agreement_are_shown_and_not_paid(market: Market) -> None:
    """Notice on 14 August 2026 ends the agreement on 14 February 2027, a Sunday."""
    agreement = market.agree("town", 100_000, notice="2026-08-14")
    market.place("home", "2027-W05", 4)
    assert lines(market.session, market.settle()[agreement]) == [
        ("2027-W05", 2, "done", "agreement", 100_000, 100, 200_000),
        ("2027-W07", 2, "done", "outside-agreement", None, 0, 0),
    ]


def test_an_agreement_that_is_renewed_shares_a_placement_with_the_next(market: Market) -> None:
    old = market.agree("town", 100_000, last="2027-02-14")
    new = market.agree("town", 120_000, first="2027-02-15")
    market.place("home", "2027-W05", 4)
    made = market.settle()
    assert (made[old].amount_ore, made[new].amount_ore) == (200_000, 240_000)


@pytest.mark.parametrize(("start", "of"), [("2027-W02", "old"), ("2027-W10", "old"), ("2026-W50", "new")])
def test_weeks_between_agreements_stand_under_the_one_that_ended_last_before_them(
    market: Market, start: str, of: str
) -> None:
    """The first begins in 2027; what lies before every agreement stands under the first to begin."""
    agreements = {
        "new": market.agree("town", first="2027-01-01", last="2027-01-10"),
        "old": market.agree("town", first="2027-01-11", last="2027-01-11"),
    }
    market.agree("town", first="2027-06-01")
    market.place("home", start, 1)
    half_year = HalfYear.of(IsoWeek.parse(start))
    (agreement,) = market.settle(half_year)
    assert agreement == agreements[of]


def test_an_agreement_without_a_price_has_nothing_to_pay_until_it_gets_one(market: Market) -> None:
    agreement = market.agree("town", None, later={"2027-02-08": 90_000})
    market.place("home", "2027-W05", 2)
    assert lines(market.session, market.settle()[agreement]) == [
        ("2027-W05", 1, "done", "no-price", None, 0, 0),
        ("2027-W06", 1, "done", "agreement", 90_000, 100, 90_000),
    ]


def test_medicine_in_the_region_goes_through_alf_and_in_a_municipality_by_the_price(market: Market) -> None:
    region, town = market.agree("region", 100_000), market.agree("town", 100_000)
    for unit in ("ward", "home"):
        market.place(unit, "2027-W05", 2, profession="physician")
    made = market.settle()
    assert lines(market.session, made[region]) == [("2027-W05", 2, "done", "alf", None, 0, 0)]
    assert (made[region].done_weeks, made[region].amount_ore, made[town].amount_ore) == (2, 0, 200_000)


def test_alf_pays_from_and_until_the_days_that_are_stored(market: Market) -> None:
    market.session.add(
        AlfProfession(
            profession="nurse",
            provider_kind=ProviderKind.REGION,
            valid_from=day("2027-02-08"),
            valid_to=day("2027-02-20"),
        )
    )
    agreement = market.agree("region", 100_000)
    market.place("ward", "2027-W05", 4)
    assert [(line[1], line[3]) for line in lines(market.session, market.settle()[agreement])] == [
        (1, "agreement"),
        (2, "alf"),
        (1, "agreement"),
    ]


def test_units_and_professions_that_an_agreement_names_are_its_own(market: Market) -> None:
    nurses = market.agree("town", 100_000, professions=["nurse"], units=["home"])
    others = market.agree("town", 70_000, professions=["physician"])
    market.place("home", "2027-W05", 1)
    market.place("villa", "2027-W05", 1, profession="physician")
    market.place("villa", "2027-W05", 7)
    drawn = draw_up_all(market.session, SYSTEM, H1)
    sums = {statement.agreement_id: statement.amount_ore for statement in drawn.statements}
    assert (sums, drawn.uncovered, drawn.sums) == ({nurses: 100_000, others: 70_000}, 7, {"SEK": 170_000})


def test_a_unit_outside_its_funders_agreements_is_settled_under_those_of_who_runs_it(market: Market) -> None:
    market.agree("region", 1)
    agreement = market.agree("firm", 100_000)
    market.place("clinic", "2027-W05", 1)
    assert list(market.settle()) == [agreement]


@pytest.mark.parametrize(
    ("price", "percent", "share"),
    [(1, 50, 1), (3, 50, 2), (98_001, 50, 49_001), (1, 49, 0), (101, 33, 33), (100, 0, 0), (99_999, 100, 99_999)],
)
def test_half_an_oere_is_rounded_up_week_by_week(price: int, percent: int, share: int) -> None:
    assert share_of(price, percent) == share


def test_what_turns_out_otherwise_is_corrected_by_rows_of_its_own_and_the_first_stays(market: Market) -> None:
    agreement = market.agree("town", 100_000)
    ill, well = market.place("home", "2027-W05", 5), market.place("home", "2027-W06", 2)
    first = market.settle()[agreement]
    fingerprint, before = first.sha256, lines(market.session, first)
    ill.weeks_done = 3
    assert market.settle(H2) == {}
    second = market.settle()[agreement]
    assert (second.number, second.corrects_id, second.planned_weeks, second.done_weeks, second.amount_ore) == (
        *(2, first.id, 0, -2, -200_000),
    )
    assert lines(market.session, second) == [
        ("2027-W05", -5, "done", "agreement", 100_000, 100, -500_000),
        ("2027-W05", 3, "done", "agreement", 100_000, 100, 300_000),
        ("2027-W08", 2, "not-done", "agreement", 100_000, 0, 0),
    ]
    assert (first.sha256, lines(market.session, first)) == (fingerprint, before)
    well.status, well.reason, well.weeks_done = DECLINED, EndReason.OTHER, None
    ill.weeks_done = 5
    third = market.settle()[agreement]
    assert (third.number, third.corrects_id, third.amount_ore) == (3, first.id, 0)
    assert market.settle() == {}
    assert [line[:2] for line in lines(market.session, third)] == [
        ("2027-W06", -2),
        ("2027-W05", -3),
        ("2027-W08", -2),
        ("2027-W05", 5),
    ]


def test_a_placement_that_comes_under_another_agreement_is_taken_back_from_the_first(market: Market) -> None:
    town, region = market.agree("town", 100_000), market.agree("region", 130_000)
    placement = market.place("home", "2027-W05", 2)
    market.settle()
    placement.unit_id = "ward"
    market.session.flush()
    made = market.settle()
    assert (made[town].amount_ore, made[region].amount_ore, made[region].number) == (-200_000, 260_000, 1)


def test_a_price_that_is_changed_afterwards_is_corrected_too(market: Market) -> None:
    agreement = market.agree("town", 100_000)
    market.place("home", "2027-W05", 2)
    market.settle()
    market.session.add(AgreementPrice(agreement_id=agreement, valid_from=day("2027-02-08"), price_ore=104_000))
    assert market.settle()[agreement].amount_ore == 4_000


def test_one_agreement_is_drawn_up_alone_and_both_sides_are_told(market: Market) -> None:
    agreement, other = market.agree("town", 98_000), market.agree("region", 98_000)
    placement = market.place("home", "2027-W05", 1)
    market.place("ward", "2027-W05", 1)
    statement = draw_up(market.session, SYSTEM, agreement, H1)
    assert statement.drawn_up_by == "coordinator"
    placement.weeks_done = 0
    draw_up(market.session, SYSTEM, agreement, H1)
    for concerned, number in ((INSTITUTION, 2), (PROVIDER, 2), (OPERATOR, 0)):
        told = read_feed(market.session, concerned)
        assert [event.kind for event in told] == ["statement.drawn-up", "statement.corrected"][:number]
    assert told == []
    (event, _) = read_feed(market.session, PROVIDER)
    assert (event.subject_id, event.details["amountOre"], event.details["sha256"]) == (
        *(statement.id, 98_000, statement.sha256),
    )
    entries = market.session.exec(select(AuditEntry).where(AuditEntry.object_type == "statement")).all()
    assert {(entry.after or {})["number"] for entry in entries} == {1, 2}
    assert list_statements(market.session, SYSTEM, Wanted(agreement_id=other)).total == 0


def test_there_is_nothing_to_settle_without_placements_and_nothing_to_correct_without_a_change(market: Market) -> None:
    agreement = market.agree("town")
    with pytest.raises(ConflictError, match="the agreement has no placements in January–June 2027"):
        draw_up(market.session, SYSTEM, agreement, H1)
    market.place("home", "2027-W05", 1)
    draw_up(market.session, SYSTEM, agreement, H1)
    with pytest.raises(ConflictError, match="There is nothing to correct"):
        draw_up(market.session, SYSTEM, agreement, H1)
    drawn = draw_up_all(market.session, SYSTEM, H1)
    assert (drawn.statements, drawn.unchanged, drawn.corrections, drawn.sums) == ((), 1, 0, {})


def test_a_half_year_is_settled_from_its_first_day_on(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    agreement = market.agree("town")
    market.place("home", "2027-W30", 1)
    monkeypatch.setattr(drawing, "today", lambda: day("2027-06-30"))
    with pytest.raises(ConflictError, match=r"July–December 2027 has not begun: it can be settled from 2027-07-01"):
        draw_up_all(market.session, SYSTEM, H2)
    monkeypatch.setattr(drawing, "today", lambda: day("2027-07-01"))
    assert draw_up(market.session, SYSTEM, agreement, H2).planned_weeks == 1


def test_a_correction_is_in_the_currency_of_what_it_corrects(market: Market) -> None:
    agreement = market.agree("town")
    placement = market.place("home", "2027-W05", 1)
    market.settle()
    market.session.get_one(Agreement, agreement).currency = "EUR"
    placement.weeks_done = 0
    with pytest.raises(ConflictError, match="a correction is made in the same currency"):
        market.settle()


def test_only_a_coordinator_draws_up_and_names_no_identity_number(market: Market) -> None:
    agreement = market.agree("town")
    for by in (INSTITUTION, PROVIDER):
        with pytest.raises(NotAllowedError):
            draw_up_all(market.session, by, H1)
    with pytest.raises(InvalidError, match="identity number"):
        draw_up_all(market.session, SYSTEM, H1, "19811228-9874")
    with pytest.raises(InvalidError, match="no such agreement"):
        draw_up(market.session, SYSTEM, "agr_none", H1)
    assert agreement


def test_a_fingerprint_that_a_call_would_be_refused_for_is_not_given(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = iter(["8112289874" + "a" * 54, "b" * 64])
    monkeypatch.setattr(drawing, "fingerprint_of", lambda _document: next(found))
    agreement = market.agree("town")
    market.place("home", "2027-W05", 1)
    assert market.settle()[agreement].sha256 == "b" * 64


@pytest.mark.parametrize("text", ["2027", "2027-H3", "2027-h1", "27-H1", "", "1999-H1"])
def test_a_half_year_is_written_as_2027_h1(text: str) -> None:
    assert str(HalfYear.parse("2027-H2")) == "2027-H2"
    with pytest.raises(ValueError, match="is not a half-year such as 2027-H1"):
        HalfYear.parse(text)


def test_half_years_have_days_and_words() -> None:
    assert (H1.first_day(), H1.last_day(), H2.first_day(), H2.last_day()) == (
        *(dt.date(2027, 1, 1), dt.date(2027, 6, 30), dt.date(2027, 7, 1), dt.date(2027, 12, 31)),
    )
    assert (H1.words.sv, H2.words.en) == ("januari–juni 2027", "July–December 2027")


def test_whose_statement_it_is(market: Market) -> None:
    market.agree("town", 100_000)
    market.place("home", "2027-W05", 1)
    market.place("villa", "2027-W05", 2)
    market.settle()

    def seen_by(by: Caller) -> list[tuple[int, int, bool]]:
        return [
            (seen.sums.planned, seen.sums.amount_ore, seen.whole) for seen in list_statements(market.session, by).rows
        ]

    assert seen_by(SYSTEM) == seen_by(INSTITUTION) == seen_by(PROVIDER) == [(3, 300_000, True)]
    assert seen_by(OPERATOR) == [(2, 200_000, False)]
    (seen,) = list_statements(market.session, PROVIDER).rows
    assert {operator: sums.amount_ore for operator, sums in seen.by_operator().items()} == {"firm": 200_000}
    assert {programme: sums.done for programme, sums in seen.by_programme().items()} == {"prg_nurse": 3}
    assert seen.weeks_of(basis=Basis.ALF) == 0
    assert market.session.exec(select(Placement)).all()
