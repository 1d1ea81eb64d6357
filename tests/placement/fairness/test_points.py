"""Points follow the published formula, from what could be known when placements were asked for, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement.fairness.points import (
    add_up,
    carried_to,
    cutoff_of,
    is_late,
    is_unmet,
    is_very_late,
    notice_of,
    points_of_line,
    points_of_term,
)
from placement.register.rounds import usual_dates
from placement.tables import BurdenFormula, CorrectionReason, LedgerCause, LedgerEntry, Term
from placement_solver.weeks import IsoWeek
from tests import carried
from tests.effort import drawn_by_hypothesis

FORMULA = carried.formula(valid_from=dt.date(2026, 6, 1))
FIRST = IsoWeek(2027, 3)


def term(number: int) -> Term:
    """The terms in turn: half a year apart, each asked for by its usual day."""
    first = FIRST.plus(26 * number)
    return Term(id=f"trm_{number}", code=f"T{number}", first_week=first, weeks=20, **usual_dates(first))


TERMS = {each.id: each for each in (term(number) for number in range(5))}


def line(number: int, of: int, **changes: object) -> LedgerEntry:
    """A line about the one placement of a term, written when the term's plan was due."""
    own = term(of)
    written = dt.datetime.combine(own.publish_by, dt.time(9), dt.UTC)
    told = {"told_on": own.publish_by, "start": own.first_week, "recorded_at": written}
    return carried.entry(number, **{"term_id": own.id, "placement_id": f"pla_{of}", **told, **changes})


def test_a_placement_gives_points_for_each_thing_that_was_hard_about_it() -> None:
    easy = {"minutes": 60, "km": 80, "possible_wishes": 2, "wish_rank": 1}
    assert points_of_line(FORMULA, line(0, 0, **easy)) == 0
    assert points_of_line(FORMULA, line(0, 0, **easy | {"minutes": 61})) == 5 * 20
    assert points_of_line(FORMULA, line(0, 0, **easy | {"minutes": 61, "km": 81})) == 5 * 20 + 5 * 30
    assert points_of_line(FORMULA, line(0, 0, **easy | {"wish_rank": 2})) == 100
    assert points_of_line(FORMULA, line(0, 0, **easy | {"possible_wishes": 0, "wish_rank": 0})) == 0


@pytest.mark.parametrize(
    ("days", "late", "very_late", "points"),
    [(28, False, False, 0), (27, True, False, 50), (14, True, False, 50), (13, True, True, 120), (-3, True, True, 120)],
)
def test_a_notice_is_late_under_28_days_and_very_late_under_14(
    days: int, *, late: bool, very_late: bool, points: int
) -> None:
    told = FIRST.monday() - dt.timedelta(days)
    entry = line(0, 0, told_on=told, minutes=10, possible_wishes=0, wish_rank=0)
    assert (notice_of(entry), is_late(entry), is_very_late(entry)) == (days, late, very_late)
    assert points_of_line(FORMULA, entry) == points


def test_a_term_gives_at_most_its_limit_and_each_earlier_one_less() -> None:
    long = [line(number, 0, placement_id=f"pla_{number}", minutes=90, weeks=20) for number in range(3)]
    assert points_of_term(FORMULA, long) == 600
    assert add_up(FORMULA, [600, 600, 601, 1]) == [600, 300, 150, 0]
    lines = [line(of, of, minutes=90, weeks=20) for of in range(4)]
    found = carried_to(term(4), [FORMULA], lines, TERMS)
    assert [(each.term.id, each.points, each.counted) for each in found.terms] == [
        ("trm_3", 400, 400),
        ("trm_2", 400, 200),
        ("trm_1", 400, 100),
        ("trm_0", 400, 50),
    ]
    assert found.points == 750


def test_all_terms_together_give_a_thousand_at_most() -> None:
    generous = carried.formula(valid_from=dt.date(2026, 6, 1), kept_permille=1_000, long_week=500, most_per_term=1_000)
    lines = [line(of, of, minutes=90) for of in range(2)]
    assert carried_to(term(4), [generous], lines, TERMS).points == 1_000


def test_without_a_formula_by_the_last_day_for_requests_nobody_has_points() -> None:
    lines = [line(0, 0, minutes=90)]
    asked_by = term(1).requests_by
    for day, points in ((asked_by, 100), (asked_by + dt.timedelta(1), 0)):
        formula = carried.formula(valid_from=day)
        assert carried_to(term(1), [formula], lines, TERMS).points == points
    assert carried_to(term(1), [], lines, TERMS).formula is None


def test_the_latest_formula_by_that_day_applies() -> None:
    newer = carried.formula(1, valid_from=dt.date(2027, 1, 1), long_week=1)
    newest = carried.formula(2, valid_from=dt.date(2027, 5, 1), long_week=2)
    lines = [line(0, 0, minutes=90)]
    assert carried_to(term(1), [newest, newer, FORMULA], lines, TERMS).points == 5
    assert carried_to(term(2), [newest, newer, FORMULA], lines, TERMS).points == 10


def test_an_ended_placement_gives_nothing_and_a_correction_counts_instead_of_what_it_corrects() -> None:
    first = line(0, 0, minutes=90)
    ended = line(1, 0, minutes=90, cause=LedgerCause.ENDED)
    right = line(1, 0, minutes=50, cause=LedgerCause.CORRECTED, correction=CorrectionReason.WRONG_TRAVEL_TIME)
    assert carried_to(term(1), [FORMULA], [first], TERMS).points == 100
    assert carried_to(term(1), [FORMULA], [first, ended], TERMS).points == 0
    assert carried_to(term(1), [FORMULA], [first, ended], TERMS).terms == ()
    assert carried_to(term(1), [FORMULA], [right, first], TERMS).points == 0


entries = st.lists(
    st.builds(
        lambda of, number, minutes, weeks, km, wishes, rank, told, written, cause: carried.entry(
            0,
            id=f"led_{of}_{number}",
            term_id=f"trm_{of}",
            placement_id=f"pla_{of}_{number % 2}",
            number=number + 1,
            start=term(of).first_week,
            minutes=minutes,
            weeks=weeks,
            km=km,
            possible_wishes=wishes,
            wish_rank=min(rank, wishes),
            told_on=term(of).first_week.monday() - dt.timedelta(told),
            recorded_at=dt.datetime.combine(term(of).publish_by, dt.time(9), dt.UTC) + dt.timedelta(written),
            cause=cause,
        ),
        of=st.integers(0, 4),
        number=st.integers(0, 5),
        minutes=st.sampled_from((20, 60, 61, 119)),
        weeks=st.integers(1, 20),
        km=st.sampled_from((10, 80, 81)),
        wishes=st.integers(0, 2),
        rank=st.integers(0, 2),
        told=st.sampled_from((40, 28, 27, 13)),
        written=st.integers(0, 300),
        cause=st.sampled_from((LedgerCause.PUBLISHED, LedgerCause.MOVED, LedgerCause.ENDED)),
    ),
    max_size=8,
    unique_by=lambda entry: (entry.term_id, entry.number),
)
numbers = st.sampled_from((0, 1, 37, 250, 1_000))
formulas = st.builds(
    lambda *values: carried.formula(
        valid_from=dt.date(2026, 6, 1),
        **dict(
            zip(
                ("long_week", "week_away", "unmet_wish", "late_notice", "very_late_notice", "most_per_term"),
                values[:6],
                strict=True,
            )
        ),
        kept_permille=values[6],
    ),
    *[numbers] * 7,
)


def by_hand(formula: BurdenFormula, lines: list[LedgerEntry], of: Term) -> int:
    """Compute the points again, straight from the words of the guide."""
    known = [
        each
        for each in lines
        if str(TERMS[each.term_id].first_week) < str(of.first_week)
        and each.recorded_at.astimezone(cutoff_of(of).tzinfo).date() <= of.requests_by
    ]
    latest = {each.placement_id: each for each in sorted(known, key=lambda each: each.number)}
    by_term: Counter[str] = Counter()
    for each in latest.values():
        if each.cause is LedgerCause.ENDED:
            continue
        notice = (each.start.monday() - each.told_on).days
        by_term[each.term_id] += (
            (each.minutes > each.long_after) * each.weeks * formula.long_week
            + (each.km > 80) * each.weeks * formula.week_away
            + (each.possible_wishes > 0 and each.wish_rank == each.possible_wishes) * formula.unmet_wish
            + (formula.very_late_notice if notice < 14 else formula.late_notice if notice < 28 else 0)
        )
    total = 0
    for back, name in enumerate(sorted(by_term, key=lambda name: str(TERMS[name].first_week), reverse=True)):
        total += min(by_term[name], formula.most_per_term) * formula.kept_permille**back // 1_000**back
    return min(1_000, total)


@pytest.mark.no_cover
def test_the_points_are_those_of_a_count_by_hand() -> None:
    @drawn_by_hypothesis(200, 2_000)
    @given(formulas, entries, st.integers(0, 4))
    def law(formula: BurdenFormula, lines: list[LedgerEntry], of: int) -> None:
        found = carried_to(term(of), [formula], lines, TERMS)
        assert found.points == by_hand(formula, lines, term(of))
        assert 0 <= found.points <= 1_000

    law()


@pytest.mark.no_cover
def test_who_has_carried_more_never_has_fewer_points() -> None:
    @drawn_by_hypothesis(200, 2_000)
    @given(formulas, entries, st.integers(1, 4), st.data())
    def law(formula: BurdenFormula, lines: list[LedgerEntry], of: int, data: st.DataObject) -> None:
        formula.very_late_notice = max(formula.late_notice, formula.very_late_notice)  # as those that are entered have
        before = carried_to(term(of), [formula], lines, TERMS).points
        if not lines:
            return
        harder = data.draw(st.sampled_from(lines))
        what = data.draw(st.sampled_from(("minutes", "km", "weeks", "wish_rank", "told_on")))
        more = {
            "minutes": harder.minutes + 60,
            "km": harder.km + 80,
            "weeks": min(60, harder.weeks + 3),
            "wish_rank": harder.possible_wishes,
            "told_on": harder.told_on + dt.timedelta(10),
        }
        heavier = harder.model_copy(update={what: more[what]})
        changed = [heavier if each is harder else each for each in lines]
        assert carried_to(term(of), [formula], changed, TERMS).points >= before

    law()


@pytest.mark.no_cover
def test_nothing_that_could_not_be_known_on_the_last_day_for_requests_changes_anything() -> None:
    @drawn_by_hypothesis(200, 2_000)
    @given(formulas, entries, entries, st.integers(0, 4), st.integers(1, 500))
    def law(formula: BurdenFormula, lines: list[LedgerEntry], unknown: list[LedgerEntry], of: int, days: int) -> None:
        own = term(of)
        after = [
            each.model_copy(update={"recorded_at": cutoff_of(own) + dt.timedelta(days), "number": 100 + number})
            for number, each in enumerate(unknown)
        ]
        of_this_or_later = [
            each.model_copy(update={"term_id": f"trm_{max(of, int(each.term_id[-1]))}", "placement_id": "pla_later"})
            for each in unknown
        ]
        later = carried.formula(9, valid_from=own.requests_by + dt.timedelta(days), long_week=999)
        before = carried_to(own, [formula], lines, TERMS)
        assert carried_to(own, [later, formula], [*lines, *after, *of_this_or_later], TERMS) == before

    law()


def test_an_unmet_wish_is_one_of_those_that_were_possible() -> None:
    assert [
        is_unmet(line(0, 0, possible_wishes=n, wish_rank=rank)) for n, rank in ((0, 0), (1, 0), (1, 1), (2, 1))
    ] == [
        False,
        False,
        True,
        False,
    ]
