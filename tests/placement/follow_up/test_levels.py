"""How a unit stands to the education levels of university healthcare on a day, and what is known of the levels."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlmodel import Session

from placement.callers import Caller, Role
from placement.errors import InvalidError
from placement.follow_up.level_gaps import Disagreement, LevelStatus, count_levels, levels_on, list_level_gaps
from placement.reference.facts import education_levels
from placement.register import units
from placement.tables import Level, Unit
from tests.identity import number_of

CKU = Caller(Role.COORDINATOR, token="t")
CITY = Caller(Role.PROVIDER, organisation="org_city", token="t")
DAY = dt.date(2026, 12, 1)


def judge(store: Session, level: str, *, met: bool = True, until: dt.date | None = None, day: int = 1) -> None:
    judged_on = dt.date(2026, 10, day)
    units.judge_level(store, CITY, "unt_a", level, met=met, judged_on=judged_on, evidence="Rutin", valid_until=until)


def standings(store: Session, day: dt.date = DAY) -> dict[str, LevelStatus]:
    gap = next(gap for gap in list_level_gaps(store, CKU, day=day).rows if gap.unit.id == "unt_a")
    return {each.level.key: each.status for each in gap.standings}


def test_a_level_is_met_until_the_assessment_expires(store: Session) -> None:
    judge(store, "follow-up", until=DAY)
    assert standings(store)["follow-up"] is LevelStatus.MET
    assert standings(store, DAY + dt.timedelta(1))["follow-up"] is LevelStatus.EXPIRED
    assert standings(store)["vfu-offered"] is LevelStatus.NOT_JUDGED


def test_the_latest_assessment_up_to_the_day_counts(store: Session) -> None:
    judge(store, "follow-up", day=5)
    judge(store, "follow-up", met=False, day=9, until=dt.date(2026, 11, 1))
    assert standings(store, dt.date(2026, 10, 6))["follow-up"] is LevelStatus.MET
    assert standings(store)["follow-up"] is LevelStatus.NOT_MET


def test_where_the_mark_and_the_levels_disagree_is_said_and_the_mark_stays(store: Session) -> None:
    unit = store.get_one(Unit, "unt_a")
    for level in Level:
        judge(store, level)
    (gap,) = list_level_gaps(store, CKU, day=DAY).rows
    assert (gap.minimum_met, gap.minimum, gap.disagreement) == (8, 8, Disagreement.MET_BUT_UNMARKED)
    unit.university_healthcare = True
    (gap,) = list_level_gaps(store, CKU, day=DAY).rows
    assert gap.disagreement is None
    judge(store, Level.FOLLOW_UP, met=False, day=2)
    (gap,) = list_level_gaps(store, CKU, day=DAY).rows
    assert (gap.minimum_met, gap.disagreement) == (7, Disagreement.MARKED_BUT_LACKING)
    counts, gaps = count_levels(store, CKU, day=DAY)
    assert len(gaps) == 1
    assert {count.level.key: count.by_status[LevelStatus.MET] for count in counts}["follow-up"] == 0
    assert unit.university_healthcare


def test_units_are_listed_by_provider_and_seen_by_their_own(store: Session) -> None:
    assert [gap.unit.id for gap in list_level_gaps(store, CKU, provider="org_city").rows] == ["unt_a"]
    assert list_level_gaps(store, CKU, provider="org_far").rows == []
    assert list_level_gaps(store, Caller(Role.UNIT, unit="unt_b")).rows == []


def test_before_the_levels_are_followed_a_unit_has_none(store: Session) -> None:
    early = dt.date(2017, 12, 31)
    assert levels_on(early) == []
    store.get_one(Unit, "unt_b").university_healthcare = True
    (gap,) = list_level_gaps(store, CKU, day=early).rows
    assert (gap.unit.id, gap.standings, gap.disagreement) == ("unt_b", (), None)


def test_there_are_eight_minimum_levels_and_nobody_is_said_to_have_the_boards_words() -> None:
    minimum = [level for level in education_levels() if level.kind == "minimum"]
    assert [level.key for level in minimum] == [level.value for level in Level]
    assert [level.wording for level in minimum] == ["subject"] * 5 + ["criterion"] * 3
    assert {level.kind for level in education_levels()} == {"minimum", "regional"}
    assert all("Socialstyrelsen" not in level.publisher for level in education_levels())


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"evidence": f"Bedömd av {number_of(dt.date(1990, 1, 1), 238)}"}, "/evidence"),
        ({"valid_until": dt.date(2026, 9, 30)}, "/valid_until"),
    ],
)
def test_evidence_names_nobody_and_an_assessment_ends_after_it_was_made(
    store: Session, values: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        units.judge_level(store, CITY, "unt_a", "follow-up", met=True, judged_on=dt.date(2026, 10, 1), **values)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_another_evidence_on_the_same_day_replaces_the_first(store: Session) -> None:
    judge(store, "follow-up")
    place = units.judge_level(
        store, CITY, "unt_a", "follow-up", met=True, judged_on=dt.date(2026, 10, 1), evidence="Ny rutin"
    )
    assert [level.evidence for level in place.levels if level.level == "follow-up"] == ["Ny rutin"]
    assert place.unit.version == 3
