"""Level gaps: which education levels of university healthcare each unit meets, by what evidence, and until when.

The levels are those of the reference list (`placement.reference.facts.education_levels`): the eight minimum levels by
their published subjects, and the regional additions. A unit's own mark as university healthcare is not changed by this;
the report says where the mark and the levels disagree.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.clock import today
from placement.follow_up.holders import Holders
from placement.follow_up.tables import Cell, Column, Kind, Table, text
from placement.reference.facts import EducationLevelFact, education_levels
from placement.store.access import ANYONE, FIRST, PLANNERS, Page, Span, allow
from placement.store.scopes import units_seen_by
from placement.tables import EducationLevel, Unit
from placement.vocabulary import Named
from placement_solver.words import Words

MINIMUM = "minimum"


class LevelStatus(Named):
    """How a unit stands to a level on a day."""

    MET = "met", "uppfylld", "met"
    NOT_MET = "not-met", "inte uppfylld", "not met"
    EXPIRED = "expired", "bedömningen har gått ut", "assessment expired"
    NOT_JUDGED = "not-judged", "inte bedömd", "not assessed"


class Disagreement(Named):
    """How a unit's mark as university healthcare and its minimum levels disagree."""

    MARKED_BUT_LACKING = (
        "marked-but-lacking",
        "markerad som universitetssjukvård men uppfyller inte alla miniminivåer",
        "marked as university healthcare, but does not meet every minimum level",
    )
    MET_BUT_UNMARKED = (
        "met-but-unmarked",
        "uppfyller alla miniminivåer men är inte markerad som universitetssjukvård",
        "meets every minimum level, but is not marked as university healthcare",
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How a unit stands to one level, and the judgement that says so, if there is one."""

    level: EducationLevelFact
    status: LevelStatus
    judgement: EducationLevel | None


@dataclass(frozen=True, slots=True)
class LevelGap:
    """A unit's standings, and where they disagree with its mark; ``minimum_met`` of the ``minimum`` levels are met."""

    unit: Unit
    standings: tuple[Standing, ...]
    minimum_met: int
    minimum: int
    disagreement: Disagreement | None


@dataclass(frozen=True, slots=True)
class LevelCount:
    """How many of some units stand how to a level."""

    level: EducationLevelFact
    units: int
    by_status: Mapping[LevelStatus, int]


def list_education_levels(by: Caller, day: dt.date | None = None, span: Span = FIRST) -> Page[EducationLevelFact]:
    """List the education levels that are followed on a day, the minimum levels first."""
    allow(by, ANYONE)
    levels = levels_on(day or today())
    return Page(levels[span.offset : span.offset + span.limit], len(levels))


def levels_on(day: dt.date) -> list[EducationLevelFact]:
    """Return the education levels that are followed on a day."""
    return [level for level in education_levels() if level.valid_from <= day]


def list_level_gaps(
    session: Session, by: Caller, *, day: dt.date | None = None, provider: str | None = None, span: Span = FIRST
) -> Page[LevelGap]:
    """List the units that are marked as university healthcare or have been assessed, by name, with their standings.

    A provider is told of its own units, a lärosäte of all; with ``provider`` only those that count under it are listed.
    """
    allow(by, PLANNERS)
    gaps = gaps_at(session, _units(session, by, provider), day or today())
    return Page(gaps[span.offset : span.offset + span.limit], len(gaps))


def count_levels(
    session: Session, by: Caller, *, day: dt.date | None = None, provider: str | None = None
) -> tuple[list[LevelCount], list[LevelGap]]:
    """Count the standings of the units marked as university healthcare, level by level; return those units too."""
    allow(by, PLANNERS)
    gaps = [
        gap for gap in gaps_at(session, _units(session, by, provider), day or today()) if gap.unit.university_healthcare
    ]
    return counts_of(gaps, levels_on(day or today())), gaps


def counts_of(gaps: Sequence[LevelGap], levels: Sequence[EducationLevelFact]) -> list[LevelCount]:
    """Count the standings of some units, level by level."""
    counted = [Counter(gap.standings[at].status for gap in gaps) for at in range(len(levels))]
    return [
        LevelCount(level, len(gaps), {status: count[status] for status in LevelStatus})
        for level, count in zip(levels, counted, strict=True)
    ]


def gaps_at(session: Session, units: Sequence[Unit], day: dt.date) -> list[LevelGap]:
    """Return how units stand on a day; those that are neither marked nor assessed are left out."""
    levels = levels_on(day)
    judged: defaultdict[str, dict[str, EducationLevel]] = defaultdict(dict)
    rows = session.exec(
        select(EducationLevel).where(col(EducationLevel.judged_on) <= day).order_by(col(EducationLevel.judged_on))
    )
    for row in rows:
        judged[row.unit_id][row.level] = row
    return [
        _gap(unit, [_standing(level, judged[unit.id].get(level.key), day) for level in levels])
        for unit in units
        if unit.university_healthcare or judged[unit.id]
    ]


def _gap(unit: Unit, standings: Sequence[Standing]) -> LevelGap:
    """Return a unit's standings with what they come to."""
    minimum = [each for each in standings if each.level.kind == MINIMUM]
    met = sum(each.status is LevelStatus.MET for each in minimum)
    disagreement = None
    if unit.university_healthcare and met < len(minimum):
        disagreement = Disagreement.MARKED_BUT_LACKING
    elif not unit.university_healthcare and met == len(minimum) > 0:
        disagreement = Disagreement.MET_BUT_UNMARKED
    return LevelGap(unit, tuple(standings), met, len(minimum), disagreement)


def _standing(level: EducationLevelFact, judgement: EducationLevel | None, day: dt.date) -> Standing:
    """Return how a unit stands to a level by its latest judgement."""
    if judgement is None:
        return Standing(level, LevelStatus.NOT_JUDGED, None)
    if not judgement.met:
        return Standing(level, LevelStatus.NOT_MET, judgement)
    lapsed = judgement.valid_until is not None and judgement.valid_until < day
    return Standing(level, LevelStatus.EXPIRED if lapsed else LevelStatus.MET, judgement)


def _units(session: Session, by: Caller, provider: str | None) -> Sequence[Unit]:
    """Return the units that a caller sees, of one provider or of all, by name."""
    query = select(Unit).where(units_seen_by(by)).order_by(col(Unit.name), col(Unit.id))
    if provider is not None:
        query = query.where(col(Unit.id).in_(Holders(session).units_of(provider)))
    return session.exec(query).all()


def table_of(gaps: Sequence[LevelGap], levels: Sequence[EducationLevelFact]) -> Table:
    """Return gaps as a table, for a sheet: a unit a row, and for each level its standing, evidence and last day."""
    columns = [Column(Words("Enhet", "Unit"), Kind.TEXT)]
    columns.append(Column(Words("Universitetssjukvård", "University healthcare"), Kind.TEXT))
    columns.append(Column(Words("Uppfyllda miniminivåer", "Minimum levels met")))
    for level in levels:
        columns += [
            Column(Words(level.name_sv, level.name_en), Kind.TEXT),
            Column(Words(f"Underlag: {level.name_sv}", f"Evidence: {level.name_en}"), Kind.TEXT),
            Column(Words(f"Gäller till: {level.name_sv}", f"Valid until: {level.name_en}"), Kind.DAY),
        ]
    columns.append(Column(Words("Stämmer inte", "Disagrees"), Kind.TEXT))
    rows = tuple(_row(gap) for gap in gaps)
    return Table(Words("Utbildningsnivåer", "Education levels"), tuple(columns), rows)


def _row(gap: LevelGap) -> tuple[Cell, ...]:
    """Return a unit as a row of the table."""
    cells: list[Cell] = [text(gap.unit.name)]
    cells.append(Words("ja", "yes") if gap.unit.university_healthcare else Words("nej", "no"))
    cells.append(gap.minimum_met)
    for each in gap.standings:
        judgement = each.judgement
        evidence = None if judgement is None or judgement.evidence is None else text(judgement.evidence)
        cells += [each.status.words, evidence, None if judgement is None else judgement.valid_until]
    cells.append(None if gap.disagreement is None else gap.disagreement.words)
    return tuple(cells)
