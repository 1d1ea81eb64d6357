"""Supervisors: who supervises at the units with places, what training they have, and when they are on duty."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from placement.demo.dice import draw_id
from placement.demo.offers import HOLIDAY_WEEKS
from placement.tables import (
    EducationLevel,
    Level,
    Row,
    Supervisor,
    SupervisorRole,
    SupervisorWeek,
    Term,
    Training,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from random import Random

    from placement.demo.offers import Opening
    from placement.demo.units import Place

ALWAYS_NAMED = ("nurse", "specialist_nurse", "midwife", "physiotherapist", "occupational_therapist")
"""Professions whose courses require a named supervisor; for others only some units have reported supervisors."""

REPORTED_ANYWAY = 0.35
ALL_TRAINED = 0.54
NOBODY_TRAINED = 0.06
TRAINED_ELSEWHERE = 0.6
"""Socialstyrelsen 2023: at 54 % of the units all were trained; the rest is assumed."""
FULLY_TRAINED = 0.22
PEER_LEARNING = 0.35
WEEKS_OFF = 0.15
EXPIRES = 0.2
EXPIRED = 0.15

BASIC = ("Handledarutbildning, introduktion", 0.0)
STEPPING_STONES = ("Handledning i klinisk utbildning", 1.5)
HIGHER = ("Högskolepedagogik för handledare i VFU", 7.5)

LEVELS_MET: dict[Level, float] = {
    Level.VFU_OFFERED: 0.97,
    Level.TRAINED_SUPERVISORS: 0.54,
    Level.GOALS_KNOWN: 0.8,
    Level.FOLLOW_UP: 0.6,
    Level.ROUTINE_FOR_FAILING: 0.75,
}
"""The probability that a university healthcare unit meets each level; about one in five meets all, as reported."""
CRITERIA_MET: dict[Level, float] = {
    Level.NAMED_SUPERVISOR: 0.98,
    Level.INSTRUCTIONS_FOLLOWED: 0.97,
    Level.EVALUATIONS_USED: 0.96,
}
"""The same for the levels that are known from Lund's criteria; assumed."""
JUDGED_BY = "Enhetens egen bedömning"
COUNTS_FOR = dt.timedelta(days=730)
LAPSED = 0.05
"""The share of the judgements that ceased to count before the term, in the autumn; assumed."""


def draw_supervisors(openings: Iterable[Opening], term: Term, throws: Random) -> list[Row]:
    """Make supervisors for each unit and profession until enough of them have training for its places."""
    chances: dict[str, float] = {}
    rows: list[Row] = []
    for opening in openings:
        if opening.profession not in ALWAYS_NAMED and throws.random() > REPORTED_ANYWAY:
            continue
        chance = chances.setdefault(opening.place.unit.id, _trained_at_unit(throws))
        room = 0.0
        while room < max(opening.places):
            supervisor = _supervisor(opening, throws)
            trained = throws.random() < chance
            room += supervisor.max_students if trained or chance == 0 else 0
            training = _training(supervisor, term, trained=trained, throws=throws)
            rows += [supervisor, training, *_on_duty(supervisor, term, throws)]
    return rows


def _trained_at_unit(throws: Random) -> float:
    """Draw how common training is among a unit's supervisors."""
    throw = throws.random()
    if throw < NOBODY_TRAINED:
        return 0.0
    return 1.0 if throw < NOBODY_TRAINED + ALL_TRAINED else TRAINED_ELSEWHERE


def draw_levels(places: Iterable[Place], term: Term, throws: Random) -> list[Row]:
    """Assess every university healthcare unit by the education levels whose subject is published."""
    judged_on = dt.date(term.first_week.year - 1, 3, 1)
    units = [place.unit.id for place in places if place.unit.university_healthcare]
    return [
        EducationLevel(
            unit_id=unit_id,
            level=level.value,
            judged_on=judged_on,
            met=throws.random() < chance,
            evidence=f"{JUDGED_BY} {judged_on}",
            valid_until=judged_on + COUNTS_FOR / (4 if throws.random() < LAPSED else 1),
        )
        for unit_id in units
        for level, chance in (LEVELS_MET | CRITERIA_MET).items()
    ]


def _supervisor(opening: Opening, throws: Random) -> Supervisor:
    """Draw a supervisor, who takes one student at a time, or two in peer learning."""
    throw = throws.random()
    role, share = SupervisorRole.SUPERVISOR, None
    if opening.profession != "physician" and throw < 0.05:  # noqa: PLR2004 (one in twenty is AKA)
        role, share = SupervisorRole.AKA, throws.choice((20, 30, 50))
    elif opening.profession == "physician" and throw < 0.3:  # noqa: PLR2004 (and many physicians are adjuncts)
        role, share = SupervisorRole.CLINICAL_ADJUNCT, 20
    return Supervisor(
        id=draw_id("sup", throws),
        unit_id=opening.place.unit.id,
        profession=opening.profession,
        external_id=f"H-{throws.getrandbits(32):08x}",
        role=role,
        share_percent=share,
        max_students=2 if throws.random() < PEER_LEARNING else 1,
        synthetic=True,
    )


def _training(supervisor: Supervisor, term: Term, *, trained: bool, throws: Random) -> Training:
    """Draw a supervisor's best course; some courses expire, a few of them before the term ends."""
    course = STEPPING_STONES if trained else BASIC
    if trained and (supervisor.role is not SupervisorRole.SUPERVISOR or throws.random() < FULLY_TRAINED):
        course = HIGHER
    completed_on = term.answers_by - dt.timedelta(days=throws.randrange(60, 3000))
    expires_on = None
    if throws.random() < EXPIRES:
        late = throws.random() > EXPIRED
        expires_on = term.first_week.monday() + dt.timedelta(days=(400 if late else 30))
    return Training(
        id=draw_id("trn", throws),
        supervisor_id=supervisor.id,
        course=course[0],
        credits=course[1],
        completed_on=completed_on,
        expires_on=expires_on,
    )


def _on_duty(supervisor: Supervisor, term: Term, throws: Random) -> Sequence[Row]:
    """Give some supervisors a week or two off, mostly in holidays; the others are always on duty."""
    if throws.random() > WEEKS_OFF:
        return []
    supervisor.every_week = False
    first_off = throws.choice((*HOLIDAY_WEEKS, throws.randrange(term.weeks)))
    off = range(first_off, first_off + throws.randrange(1, 3))
    return [
        SupervisorWeek(supervisor_id=supervisor.id, week=term.first_week.plus(week))
        for week in range(term.weeks)
        if week not in off
    ]
