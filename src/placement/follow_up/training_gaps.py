"""Training gaps: which training the supervisors have, by unit, provider or profession, and what is missing.

A supervisor is counted at the level of the best training that counts on the day. What is missing is judged by the
courses that come: those with placements in force at the unit that are not over on the day.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.clock import months_later, today
from placement.follow_up.counting import credits_on
from placement.follow_up.holders import Holders
from placement.follow_up.tables import Column, Kind, Table, text
from placement.follow_up.training import FOR_SUPERVISORS, LEVELS, level_of
from placement.register.lists import Lists
from placement.store.access import FIRST, PLANNERS, Page, Span, allow
from placement.store.batches import by_owner
from placement.store.scopes import units_seen_by
from placement.tables import (
    HOLDING,
    Course,
    Placement,
    Programme,
    Request,
    Supervisor,
    SupervisorRole,
    Training,
    Unit,
)
from placement.vocabulary import Named
from placement_solver.words import Words

IN_ALL = "all"
"""The id of the one group that is all units that the caller sees."""
_SEES_ALL = frozenset({Role.COORDINATOR, Role.INSTITUTION})
USUAL_MONTHS = 6
"""Within how many months a training must expire to be told of, unless the reader asks for another time."""


class GapGrouping(Named):
    """What the gap report is told about: each profession at each unit, at each provider, or in all."""

    UNIT = "unit", "enhet", "unit"
    PROVIDER = "provider", "huvudman", "provider"
    PROFESSION = "profession", "yrke", "profession"


@dataclass(frozen=True, slots=True)
class TrainingGap:
    """The supervisors of one profession at a unit, at a provider or in all, and what is missing.

    ``at_level`` counts them by the highest level they reach; those without training are the rest. ``untrained`` lack
    the course of 1.5 credits recommended for supervisors. ``required`` is the most credits that a coming course asks
    for, and ``lacking`` are those who have fewer; ``courses`` are the coming courses that ask for a supervisor, and
    ``courses_without`` those for which nobody there has the training. ``expiring`` have a lower level, or none, at the
    end of the months asked about. ``aka`` are those employed as AKA or clinical lecturer, and ``aka_percent`` their
    shares of full time together.
    """

    id: str
    name: Words
    profession: str
    profession_name: Words
    supervisors: int
    at_level: Mapping[str, int]
    untrained: int
    required: float | None
    lacking: int
    courses: int
    courses_without: int
    expiring: int
    aka: int
    aka_percent: int


@dataclass(frozen=True, slots=True)
class _Guide:
    """A supervisor with the credits that count on the day, and those that count when the months are over."""

    row: Supervisor
    now: float | None
    later: float | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a gap report is asked for: of what, on which day, and how far ahead trainings that expire are told of."""

    grouping: GapGrouping = GapGrouping.UNIT
    day: dt.date | None = None
    months: int = USUAL_MONTHS
    unit_id: str | None = None


def list_training_gaps(session: Session, by: Caller, asked: Asked, span: Span = FIRST) -> Page[TrainingGap]:
    """List the gaps in supervisors' training at the units that the caller may see, by name and profession."""
    allow(by, PLANNERS)
    day = asked.day or today()
    holders = Holders(session)
    units = _units(session, by, asked, holders)
    names = _names(by, asked.grouping, units, holders)
    group_of = {unit: _groups(by, asked.grouping, unit, holders) for unit in units}
    gaps = gaps_among(session, group_of, names, day, asked.months)
    return Page(gaps[span.offset : span.offset + span.limit], len(gaps))


def gaps_among(
    session: Session,
    groups: Mapping[str, Collection[str]],
    names: Mapping[str, Words],
    day: dt.date,
    months: int = USUAL_MONTHS,
) -> list[TrainingGap]:
    """Return the gaps of each group and profession; ``groups`` has the groups of each unit, ``names`` their names."""
    guides = _guides(session, groups, day, months_later(day, months))
    courses = _coming(session, groups, day)
    guides_of: defaultdict[tuple[str, str], list[_Guide]] = defaultdict(list)
    courses_of: defaultdict[tuple[str, str], dict[str, Course]] = defaultdict(dict)
    for unit_id, of_unit in groups.items():
        for group in of_unit:
            for guide in guides.get(unit_id, ()):
                guides_of[group, guide.row.profession].append(guide)
            for profession, course in courses.get(unit_id, ()):
                courses_of[group, profession][course.id] = course
    professions = Lists(session).professions
    keys = sorted({*guides_of, *courses_of}, key=lambda key: (names[key[0]].sv, key[0], key[1]))
    return [
        _gap(key, names[key[0]], professions.name_of(key[1]), guides_of[key], list(courses_of[key].values()))
        for key in keys
    ]


def _gap(
    key: tuple[str, str], name: Words, profession: Words, guides: Sequence[_Guide], courses: Sequence[Course]
) -> TrainingGap:
    """Count one group's gap."""
    levels = Counter(level.key for guide in guides if (level := level_of(guide.now)) is not None)
    asking = [course.supervision_credits for course in courses if course.supervision_credits is not None]
    best = max((guide.now for guide in guides if guide.now is not None), default=None)
    required = max(asking, default=None)
    adjuncts = [guide.row.share_percent or 0 for guide in guides if guide.row.role is not SupervisorRole.SUPERVISOR]
    return TrainingGap(
        id=key[0],
        name=name,
        profession=key[1],
        profession_name=profession,
        supervisors=len(guides),
        at_level={level.key: levels[level.key] for level in LEVELS},
        untrained=sum(_lacks(guide.now, FOR_SUPERVISORS.credits) for guide in guides),
        required=required,
        lacking=0 if required is None else sum(_lacks(guide.now, required) for guide in guides),
        courses=len(asking),
        courses_without=sum(_lacks(best, credits_) for credits_ in asking),
        expiring=sum(level_of(guide.later) is not level_of(guide.now) for guide in guides),
        aka=len(adjuncts),
        aka_percent=sum(adjuncts),
    )


def _lacks(had: float | None, asked: float) -> bool:
    """Return whether a training is missing or too small."""
    return had is None or had < asked


def _guides(session: Session, units: Collection[str], day: dt.date, later: dt.date) -> Mapping[str, Sequence[_Guide]]:
    """Return the supervisors at each unit, with their credits on two days.

    A training that is not completed on the first day is not known on the second either.
    """
    trainings = by_owner(
        session.exec(select(Training).where(col(Training.completed_on) <= day)), lambda row: row.supervisor_id
    )
    rows = [row for row in session.exec(select(Supervisor).order_by(col(Supervisor.id))) if row.unit_id in units]
    guides = [
        _Guide(row, credits_on(trainings.get(row.id, ()), day), credits_on(trainings.get(row.id, ()), later))
        for row in rows
    ]
    return by_owner(guides, lambda guide: guide.row.unit_id)


def _coming(session: Session, units: Collection[str], day: dt.date) -> Mapping[str, Iterable[tuple[str, Course]]]:
    """Return the courses that come to each unit, each with its profession."""
    coming: defaultdict[str, list[tuple[str, Course]]] = defaultdict(list)
    placed = session.exec(
        select(Placement, Course, col(Programme.profession))
        .join(Request, col(Request.id) == col(Placement.request_id))
        .join(Course, col(Course.id) == col(Request.course_id))
        .join(Programme, col(Programme.id) == col(Course.programme_id))
        .where(col(Placement.status).in_(HOLDING))
    )
    for placement, course, profession in placed:
        if placement.unit_id in units and placement.start.plus(placement.weeks - 1).sunday() >= day:
            coming[placement.unit_id].append((profession, course))
    return coming


def _units(session: Session, by: Caller, asked: Asked, holders: Holders) -> Mapping[str, Unit]:
    """Return the units that a caller may read of: those it sees, and of itself as a provider all that it funds too."""
    of_itself = asked.grouping is GapGrouping.PROVIDER and by.role is Role.PROVIDER
    own = col(Unit.id).in_(holders.units_of(by.organisation or "")) if of_itself else units_seen_by(by)
    rows = session.exec(select(Unit).where(own))
    return {unit.id: unit for unit in rows if asked.unit_id in {None, unit.id}}


def _groups(by: Caller, grouping: GapGrouping, unit_id: str, holders: Holders) -> Collection[str]:
    """Return the groups that a unit belongs to; those who do not see all units read of no provider but themselves."""
    if grouping is GapGrouping.UNIT:
        return [unit_id]
    if grouping is GapGrouping.PROFESSION:
        return [IN_ALL]
    return [each for each in holders.of_unit(unit_id) if by.role in _SEES_ALL or each == by.organisation]


def _names(by: Caller, grouping: GapGrouping, units: Mapping[str, Unit], holders: Holders) -> Mapping[str, Words]:
    """Return what the groups are called."""
    if grouping is GapGrouping.UNIT:
        return {unit.id: text(unit.name) for unit in units.values()}
    if grouping is GapGrouping.PROVIDER:
        return {row.id: Words(row.name_sv, row.name_en) for row in holders.organisations.values()}
    return {IN_ALL: Words("Alla enheter", "All units") if by.role in _SEES_ALL else Words("Egna enheter", "Own units")}


def table_of(gaps: Sequence[TrainingGap]) -> Table:
    """Return gaps as a table, for a sheet."""
    columns = (
        Column(Words("Enhet eller huvudman", "Unit or provider"), Kind.TEXT),
        Column(Words("Yrke", "Profession"), Kind.TEXT),
        Column(Words("Handledare", "Supervisors")),
        *(Column(level.name) for level in LEVELS),
        Column(Words("Saknar kurs om 1,5 hp", "Without a course of 1.5 credits")),
        Column(Words("Krav i kommande kurser, hp", "Required by coming courses, credits")),
        Column(Words("Handledare under kravet", "Supervisors below the requirement")),
        Column(Words("Kommande kurser med krav", "Coming courses that require it")),
        Column(Words("Kurser utan utbildad handledare", "Courses without a trained supervisor")),
        Column(Words("Upphör snart", "Expiring soon")),
        Column(Words("AKA och kliniska adjunkter", "AKA and clinical lecturers")),
        Column(Words("Deras andel av heltid, procent", "Their share of full time, per cent")),
    )
    rows = tuple(
        (
            gap.name,
            gap.profession_name,
            gap.supervisors,
            *gap.at_level.values(),
            gap.untrained,
            gap.required,
            gap.lacking,
            gap.courses,
            gap.courses_without,
            gap.expiring,
            gap.aka,
            gap.aka_percent,
        )
        for gap in gaps
    )
    return Table(Words("Handledarnas utbildning", "Supervisors' training"), columns, rows)
