"""Agreements: whether floors and ceilings were reached, and which agreements run out or are under notice."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from placement.callers import SYSTEM
from placement.clock import months_later
from placement.follow_up.holders import is_municipality
from placement.follow_up.tables import Cell, Column, Kind, Table
from placement.follow_up.yearly.sections import Ground, Section
from placement.planning.balances import list_balances
from placement.store.access import EVERY
from placement.tables import Agreement, ends_on
from placement_solver.words import Words

SOON = 12
"""How many months ahead an agreement that runs out is told of."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An agreement over the year: what was given in its terms against the floors and ceilings, and its last day."""

    agreement: Agreement
    institution: Words
    floor: int
    ceiling: int | None
    given: int
    ends_on: dt.date | None

    @property
    def misses_floor(self) -> bool:
        """Return whether fewer student-weeks were given than the floor."""
        return self.given < self.floor

    @property
    def fills_ceiling(self) -> bool:
        """Return whether all that the ceiling allows was given."""
        return self.ceiling is not None and self.given >= self.ceiling

    def runs_out_by(self, day: dt.date) -> bool:
        """Return whether the agreement has a last day, and it is this day or an earlier one."""
        return self.ends_on is not None and self.ends_on <= day


def outcomes_of(ground: Ground, provider_id: str | None = None) -> list[Outcome]:
    """Return what became of the agreements that were valid in the year's terms, of a provider or of all."""
    given: defaultdict[str, int] = defaultdict(int)
    floors: defaultdict[str, int] = defaultdict(int)
    ceilings: defaultdict[str, list[int | None]] = defaultdict(list)
    found: dict[str, tuple[Agreement, Words]] = {}
    for term in ground.year.terms:
        for each in list_balances(ground.session, SYSTEM, term.id, provider=provider_id, span=EVERY).rows:
            name = each.agreement.id
            found[name] = each.agreement, each.institution_name
            given[name] += sum(tally.in_force + tally.completed for tally in each.professions)
            floors[name] += 0 if each.volume is None else each.volume.min_student_weeks
            ceilings[name].append(None if each.volume is None else each.volume.max_student_weeks)
    return [
        Outcome(row, institution, floors[name], _sum(ceilings[name]), given[name], ends_on(row))
        for name, (row, institution) in found.items()
    ]


def write_agreements(ground: Ground) -> Section:
    """Return the section on the agreements: each of a municipality's, or the county's municipal ones counted."""
    title = Words("Avtalen", "The agreements")
    if ground.municipality is None:
        municipal = {row.id for row in ground.year.holders.organisations.values() if is_municipality(row)}
        outcomes = [each for each in outcomes_of(ground) if each.agreement.provider_id in municipal]
        table = _counted(outcomes, ground.day)
    else:
        outcomes = outcomes_of(ground, ground.municipality.id)
        table = _each(outcomes)
    if not outcomes:
        nothing = Words("Inget avtal gällde under året.", "No agreement was valid during the year.")
        return Section("agreements", title, (nothing,))
    said = Words(
        f"Golv och tak är studentveckor under årets terminer. Avtal som upphör inom {SOON} månader räknas från den dag "
        "rapporten togs fram, med hänsyn till uppsägning.",
        f"Floors and ceilings are student-weeks in the year's terms. Agreements that end within {SOON} months are "
        "counted from the day on which the report was drawn up, with notice taken into account.",
    )
    return Section("agreements", title, (said,), (table,))


def _each(outcomes: Sequence[Outcome]) -> Table:
    """Return a row for each agreement."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            each.institution,
            each.given,
            each.floor,
            each.ceiling,
            _judged(each),
            each.ends_on,
            each.agreement.notice_given_on,
        )
        for each in sorted(outcomes, key=lambda each: (each.institution.sv, each.agreement.valid_from))
    )
    return Table(
        Words("Avtal för avtal", "Agreement by agreement"),
        (
            Column(Words("Lärosäte", "Lärosäte"), Kind.TEXT),
            Column(Words("Studentveckor", "Student-weeks")),
            Column(Words("Golv", "Floor")),
            Column(Words("Tak", "Ceiling")),
            Column(Words("Utfall", "Outcome"), Kind.TEXT),
            Column(Words("Sista dag", "Last day"), Kind.DAY),
            Column(Words("Uppsagt", "Notice given"), Kind.DAY),
        ),
        rows,
        drawn=(1, 2),
    )


def _counted(outcomes: Iterable[Outcome], day: dt.date) -> Table:
    """Return the municipal agreements counted by lärosäte."""
    by_institution: defaultdict[str, list[Outcome]] = defaultdict(list)
    for each in outcomes:
        by_institution[each.agreement.institution_id].append(each)
    soon = months_later(day, SOON)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            group[0].institution,
            len(group),
            sum(each.given for each in group),
            sum(each.misses_floor for each in group),
            sum(each.fills_ceiling for each in group),
            sum(each.runs_out_by(soon) for each in group),
            sum(each.agreement.notice_given_on is not None for each in group),
        )
        for group in sorted(by_institution.values(), key=lambda group: group[0].institution.sv)
    )
    return Table(
        Words("Avtal mellan kommuner och lärosäten", "Agreements between municipalities and lärosäten"),
        (
            Column(Words("Lärosäte", "Lärosäte"), Kind.TEXT),
            Column(Words("Avtal", "Agreements")),
            Column(Words("Studentveckor", "Student-weeks")),
            Column(Words("Golvet inte nått", "Floor not reached")),
            Column(Words("Taket nått", "Ceiling reached")),
            Column(Words("Upphör snart", "Ending soon")),
            Column(Words("Uppsagda", "Under notice")),
        ),
        rows,
    )


def _judged(outcome: Outcome) -> Words:
    """Say whether an agreement's floor and ceiling were reached."""
    if outcome.misses_floor:
        return Words("golvet inte nått", "floor not reached")
    if outcome.fills_ceiling:
        return Words("taket nått", "ceiling reached")
    return Words("inom avtalet", "within the agreement")


def _sum(ceilings: Sequence[int | None]) -> int | None:
    """Return the sum of the terms' ceilings; None if a term has none."""
    known = [each for each in ceilings if each is not None]
    return sum(known) if len(known) == len(ceilings) else None
