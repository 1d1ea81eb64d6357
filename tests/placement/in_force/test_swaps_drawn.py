"""On drawn counties a swap is let in exactly if a judge of our own finds every rule kept, and its figures are right.

The judge knows nothing of the service's rules or figures: it is written from the rules' sentences, over what was drawn.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import asin, cos, floor, radians, sin, sqrt

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, delete

from placement import clock
from placement.database import engine_for, open_session
from placement.errors import ConflictError
from placement.in_force.swaps.asking import Wish, ask
from placement.in_force.swaps.exchanges import Gain
from placement.tables import (
    AgreementUnit,
    BlockedUnit,
    Course,
    CourseWindow,
    OfferWeek,
    Pin,
    Placement,
    Preference,
    Request,
    Student,
    Supervisor,
    SupervisorWeek,
    Training,
    Unit,
)
from placement_solver.rules import RULES
from tests.effort import fresh, has_long_form
from tests.placement.exchanging import KI, ONE, OTHER, TODAY, another_course, another_unit, exchange_county, placed
from tests.placement.overlapping import open_term, place_elsewhere
from tests.rows import WEEK

WEEKS, SUMMER_FROM = 6, 12
HOMES = ((59.31, 18.05), (59.26, 18.28), (59.20, 17.80), (59.45, 18.60))
POINTS = {"unt_a": (59.30, 18.10), "unt_far": (59.25, 18.30), "unt_third": (59.30, 18.2)}
SITES = (None, "sit_a", "sit_b")
EVERYDAY, LONG = 60, 3_000


@dataclass(frozen=True)
class Stay:
    """Another placement of a student: where, its first week, how long, and its course's number; None: another term."""

    unit: str
    start: int
    weeks: int
    sequence: int | None


@dataclass(frozen=True)
class Who:
    """A student who wants to exchange, and the place that they have."""

    home: tuple[float, float]
    max_travel: int | None
    site: str | None
    blocked: tuple[str, ...]
    distinct: bool
    wishes: tuple[str, ...]
    pin: tuple[str, int] | None
    stays: tuple[Stay, ...]
    unit: str
    start: int
    supervisor: str | None


@dataclass(frozen=True)
class There:
    """A unit and its supervisor."""

    site: str | None
    kinds: tuple[str, ...]
    agreed: bool
    places: tuple[int, ...]
    ceiling: int | None
    trained: bool
    most: int
    duty: tuple[int, ...]
    crowd: tuple[int, ...]
    """The first weeks of other students' placements there, who have no supervisor."""


@dataclass(frozen=True)
class Drawn:
    """A drawn county: its two students, its two units, and the course."""

    who: tuple[Who, Who]
    there: dict[str, There]
    windows: tuple[int, ...]
    credits: float | None


def draw(number: int) -> Drawn:
    """Draw a county in which most things are as they should be."""
    chance = random.Random(number)

    def seldom(often: float = 0.07) -> bool:
        return chance.random() < often

    sites = [chance.choice(SITES)] * 2
    if seldom():
        sites = [chance.choice(SITES) for _ in range(2)]
    every = tuple(range(20))
    there = {
        unit: There(
            site=site,
            kinds=("primary-care",) if seldom(0.04) else ("elderly-care", "primary-care"),
            agreed=not seldom(0.04),
            places=tuple(0 if seldom(0.004) else chance.choice((2, 2, 3)) for _ in every),
            ceiling=chance.choice((None, None, 2, 3)),
            trained=not seldom(0.05),
            most=chance.choice((1, 2)),
            duty=tuple(week for week in every if not seldom(0.005)),
            crowd=tuple(chance.sample(range(15), chance.choice((0, 1, 1, 2)))),
        )
        for unit, site in zip(("unt_a", "unt_far"), sites, strict=True)
    }
    windows = (0, 3, 10)
    starts = chance.choice(((0, 10), (10, 0), (0, 0), (0, 3), (10, 10)))
    units = chance.choice((("unt_a", "unt_far"), ("unt_a", "unt_far"), ("unt_a", "unt_a")))
    if units[0] == units[1] and starts[0] == starts[1]:
        starts = (0, 10)
    credits_asked = chance.choice((None, 7.5))
    who = tuple(
        Who(
            home=chance.choice(HOMES[:2] if not seldom(0.3) else HOMES),
            max_travel=chance.choice((None, None, None, 90, 45, 18)),
            site=chance.choice(SITES) if seldom(0.05) else sites[0],
            blocked=tuple(each for each in POINTS if seldom(0.06)),
            distinct=seldom(0.4),
            wishes=tuple(chance.sample(sorted(POINTS), chance.randrange(4))),
            pin=None
            if not seldom(0.1)
            else chance.choice(((units[each], starts[each]), (units[1 - each], starts[1 - each]))),
            stays=_stays(chance),
            unit=units[each],
            start=starts[each],
            supervisor={"unt_a": "sup_a", "unt_far": "sup_far"}[units[each]] if credits_asked or seldom(0.5) else None,
        )
        for each in range(2)
    )
    allowed = tuple(week for week in windows if not seldom(0.04))
    return Drawn((who[0], who[1]), there, allowed, credits_asked)


def _stays(chance: random.Random) -> tuple[Stay, ...]:
    """Draw at most one other placement in the term and one in the summer term."""
    stays = []
    if chance.random() < 0.3:
        unit = chance.choice(sorted(POINTS))
        stays.append(Stay(unit, chance.choice((6, 7, 16, 17)), 2, chance.choice((1, 3))))
    if chance.random() < 0.25:
        stays.append(Stay("unt_third", chance.choice((12, 15, 16, 18)), 2, None))
    return tuple(stays)


class Judge:
    """What the rules' sentences say of a drawn county when its two students have exchanged places."""

    def __init__(self, drawn: Drawn) -> None:
        self.drawn = drawn
        one, other = drawn.who
        self.after = (
            replace(one, unit=other.unit, start=other.start, supervisor=other.supervisor),
            replace(other, unit=one.unit, start=one.start, supervisor=one.supervisor),
        )

    def broken(self) -> set[tuple[str, int]]:
        """Return each rule that is broken, and by whom."""
        return {(rule, each) for each, who in enumerate(self.after) for rule in self._of(who)}

    def gains(self) -> list[Gain]:
        return [
            Gain(
                minutes(before.home, before.unit),
                minutes(after.home, after.unit),
                rank(before.wishes, before.unit),
                rank(after.wishes, after.unit),
            )
            for before, after in zip(self.drawn.who, self.after, strict=True)
        ]

    def total(self) -> int:
        """Return the difference in points: a minute 1, one beyond an hour 3 more, a step down the wishes 5."""
        return sum(map(_cost, self.after)) - sum(map(_cost, self.drawn.who))

    def _of(self, who: Who) -> Iterator[str]:
        there, weeks = self.drawn.there[who.unit], range(who.start, who.start + WEEKS)
        present = Counter(week for start, length in self._at(who.unit) for week in range(start, start + length))
        verdicts = {
            "course-window": who.start not in self.drawn.windows,
            "unit-kind": "elderly-care" not in there.kinds,
            "site": who.site != there.site,
            "blocked-unit": who.unit in who.blocked,
            "travel-limit": minutes(who.home, who.unit) > (120 if who.max_travel is None else who.max_travel),
            "capacity": any(present[week] > there.places[week] for week in weeks),
            "unit-ceiling": there.ceiling is not None and any(present[week] > there.ceiling for week in weeks),
            "agreement": not there.agreed,
            "pin": who.pin is not None and who.pin != (who.unit, who.start),
        }
        yield from (rule for rule, is_broken in verdicts.items() if is_broken)
        yield from self._supervised(who, there, weeks)
        yield from self._beside(who)

    def _beside(self, who: Who) -> Iterator[str]:
        """Yield what is broken with the student's other placements; for order and units, those of the term."""
        ends = who.start + WEEKS
        if any(stay.start < ends and who.start < stay.start + stay.weeks for stay in who.stays):
            yield "no-overlap"
        own = [stay for stay in who.stays if stay.sequence is not None]
        too_late = any(stay.sequence == 1 and who.start < stay.start + stay.weeks for stay in own)
        if too_late or any(stay.sequence == 3 and stay.start < ends for stay in own):
            yield "order"
        if who.distinct and any(stay.unit == who.unit for stay in own):
            yield "distinct-units"

    def _supervised(self, who: Who, there: There, weeks: range) -> Iterator[str]:
        if self.drawn.credits is not None and not (
            who.supervisor is not None and there.trained and set(weeks) <= set(there.duty)
        ):
            yield "supervision"
        with_them = Counter(
            week
            for each in self.after
            if each.supervisor == who.supervisor is not None
            for week in range(each.start, each.start + WEEKS)
        )
        if any(with_them[week] > there.most for week in weeks):
            yield "supervisor-load"

    def _at(self, unit: str) -> Iterator[tuple[int, int]]:
        """Yield the first week and the length of everything that is at a unit."""
        for who in self.after:
            if who.unit == unit:
                yield who.start, WEEKS
            for stay in who.stays:
                if stay.unit == unit:
                    yield stay.start, stay.weeks
        for start in self.drawn.there[unit].crowd:
            yield start, 2


def _cost(who: Who) -> int:
    journey = minutes(who.home, who.unit)
    steps = len(who.wishes) if who.unit not in who.wishes else who.wishes.index(who.unit)
    return journey + 3 * max(0, journey - 60) + 5 * steps


def minutes(home: tuple[float, float], unit: str) -> int:
    """Return twelve minutes, and 2.2 for each kilometre of the great circle, rounded."""
    (south, west), (north, east) = ([radians(each) for each in point] for point in (home, POINTS[unit]))
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return floor(12 + 2.2 * 2 * 6371.0088 * asin(sqrt(half)) + 0.5)


def rank(wishes: tuple[str, ...], unit: str) -> int | None:
    return wishes.index(unit) + 1 if unit in wishes else None


@pytest.fixture
def county(migrated_url: str) -> Iterator[Engine]:
    """The county of the worked cases with a third unit and the courses that others are placed for."""
    engine = engine_for(migrated_url)
    exchange_county(engine)
    with open_session(engine) as session:
        another_unit(session, "unt_third")
        session.get_one(Course, "crs_a").sequence = 2
        for sequence in (1, 3):
            another_course(session, sequence)
        open_term(session, WEEK.plus(SUMMER_FROM), 12)
        session.exec(delete(Preference))
        for name in (ONE, OTHER):
            session.delete(session.get_one(Placement, name))
    yield engine
    engine.dispose()


def store(session: Session, drawn: Drawn) -> None:
    """Store a drawn county over the one that is there."""
    session.get_one(Course, "crs_a").supervision_credits = drawn.credits
    session.exec(delete(CourseWindow).where(col(CourseWindow.course_id) == "crs_a"))
    session.add_all(CourseWindow(course_id="crs_a", term_id="trm_a", start=WEEK.plus(week)) for week in drawn.windows)
    for unit, there in drawn.there.items():
        _store_unit(session, unit, there)
    for name, request, student, who in zip(
        (ONE, OTHER), ("req_a", "req_b"), ("stu_a", "stu_b"), drawn.who, strict=True
    ):
        _store_student(session, student, request, who)
        session.add(placed(name, request, who.unit, WEEK.plus(who.start), who.supervisor))
        for stay in who.stays:
            if stay.sequence is None:
                place_elsewhere(session, WEEK.plus(stay.start), stay.weeks, student=student, unit=stay.unit)
                continue
            other = Request(term_id="trm_a", student_id=student, course_id=f"crs_{stay.sequence}")
            session.add(other)
            session.add(placed(f"{name}_{stay.sequence}", other.id, stay.unit, WEEK.plus(stay.start), weeks=stay.weeks))
    session.flush()


def _store_unit(session: Session, name: str, there: There) -> None:
    unit, supervisor = session.get_one(Unit, name), {"unt_a": "sup_a", "unt_far": "sup_far"}[name]
    unit.site_id, unit.kinds, unit.max_students, unit.zone = there.site, list(there.kinds), there.ceiling, None
    for week, places in enumerate(there.places):
        offered = {"unt_a": "off_a", "unt_far": "off_far"}[name]
        session.get_one(OfferWeek, (offered, WEEK.plus(week))).places = places
    if not there.agreed:
        session.delete(session.get_one(AgreementUnit, ("agr_a", name)))
    training = {"sup_a": "trn_a", "sup_far": "trn_far"}[supervisor]
    session.get_one(Training, training).credits = 7.5 if there.trained else 1.5
    row = session.get_one(Supervisor, supervisor)
    row.max_students, row.every_week = there.most, False
    session.exec(delete(SupervisorWeek).where(col(SupervisorWeek.supervisor_id) == supervisor))
    session.add_all(SupervisorWeek(supervisor_id=supervisor, week=WEEK.plus(week)) for week in there.duty)
    for number, start in enumerate(there.crowd):
        student = Student(
            cohort_id="coh_a", institution_id="org_ki", external_id=f"{name}-{number}", lat=59.3, lon=18.1
        )
        other = Request(term_id="trm_a", student_id=student.id, course_id="crs_1")
        session.add_all([student, other])
        session.add(placed(f"pla_{name}_{number}", other.id, name, WEEK.plus(start), weeks=2))


def _store_student(session: Session, name: str, request: str, who: Who) -> None:
    student = session.get_one(Student, name)
    (student.lat, student.lon), student.zone = who.home, None
    student.max_travel, student.site_id, student.distinct_units = who.max_travel, who.site, who.distinct
    session.add_all(BlockedUnit(student_id=name, unit_id=unit) for unit in who.blocked)
    session.add_all(Preference(request_id=request, rank=rank, unit_id=unit) for rank, unit in enumerate(who.wishes))
    if who.pin is not None:
        unit, start = who.pin
        session.add(Pin(term_id="trm_a", request_id=request, unit_id=unit, start=WEEK.plus(start)))


def rule_in(sentence: str) -> str:
    """Return the rule that a fault names."""
    (key,) = (rule.key for rule in RULES if f"“{rule.name.en}”" in sentence)
    return key


@pytest.mark.no_cover
@pytest.mark.one_database
@has_long_form(everyday=f"{EVERYDAY} counties", long=f"{LONG} counties")
def test_a_swap_is_let_in_exactly_if_every_rule_is_kept_and_its_figures_are_right(
    county: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: TODAY)
    verdicts: Counter[bool] = Counter()
    rules: Counter[str] = Counter()
    for number in fresh(EVERYDAY, LONG):
        drawn = draw(number)
        judge = Judge(drawn)
        broken = judge.broken()
        with Session(county) as session:
            store(session, drawn)
            try:
                seen = ask(session, KI, (Wish(ONE), Wish(OTHER, dt.date(2026, 12, 2))))
            except ConflictError as refused:
                told = {(rule_in(fault.en), int(fault.pointer.split("/")[2])) for fault in refused.faults}
                assert told == broken, (number, drawn)
                verdicts[False] += 1
            else:
                assert broken == set(), (number, drawn)
                assert [side.gain for side in seen.sides] == judge.gains(), number
                assert sum(seen.swap.terms.values()) == judge.total(), number
                verdicts[True] += 1
            rules.update(rule for rule, _ in broken)
            session.rollback()
    assert verdicts[True] > 0
    assert verdicts[False] > 0, rules
