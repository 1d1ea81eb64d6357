"""Next steps: what each municipality could do next, read off what the rest of the report has counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlmodel import col, select

from placement.clock import months_later
from placement.follow_up.holders import is_municipality
from placement.follow_up.indicators import Grouping
from placement.follow_up.tables import Cell, Column, Kind, Table
from placement.follow_up.training_gaps import gaps_among
from placement.follow_up.yearly.agreements import SOON, outcomes_of
from placement.follow_up.yearly.competence import levels_of
from placement.follow_up.yearly.sections import Ground, Section
from placement.tables import CapacityOffer, OfferStatus
from placement_solver.words import Words

_TITLE = Words("Vad kommunen kan göra härnäst", "What the municipality could do next")
_TITLES = Words("Vad varje kommun kan göra härnäst", "What each municipality could do next")


@dataclass(frozen=True, slots=True)
class Needs:
    """What a municipality has left to do, counted.

    Units that have not answered; place-weeks not used; supervisors without the recommended course; coming courses for
    which no supervisor has the training; agreements that end soon, and those whose floor was not reached.
    """

    silent: int
    unused: int
    untrained: int
    courses_without: int
    ending: int
    missed: int


@dataclass(frozen=True, slots=True)
class _Step:
    """A step: the need that it is about, its short heading, and what is said when one or more are needed."""

    need: Callable[[Needs], int]
    heading: Words
    advice: Callable[[int], Words]


_STEPS = (
    _Step(
        lambda needs: needs.silent,
        Words("Enheter utan svar", "Units without an answer"),
        lambda number: Words(
            f"Svara på förfrågan om platser, också när svaret är noll. Antal enheter som inte har svarat: {number}.",
            f"Answer the request for places, also when the answer is none. Units that have not answered: {number}.",
        ),
    ),
    _Step(
        lambda needs: needs.unused,
        Words("Platsveckor som inte används", "Place-weeks not used"),
        lambda number: Words(
            f"Tala med lärosätena om de platser som inte används, eller öppna dem för fler yrken. Antal platsveckor: "
            f"{number}.",
            f"Talk to the lärosäten about the places that are not used, or open them to more professions. "
            f"Place-weeks: {number}.",
        ),
    ),
    _Step(
        lambda needs: needs.untrained,
        Words("Handledare utan kurs om 1,5 hp", "Supervisors without a course of 1.5 credits"),
        lambda number: Words(
            f"Erbjud kursen om 1,5 hp i handledning. Antal handledare som saknar den: {number}.",
            f"Offer the course of 1.5 credits in supervision. Supervisors without it: {number}.",
        ),
    ),
    _Step(
        lambda needs: needs.courses_without,
        Words("Kurser utan utbildad handledare", "Courses without a trained supervisor"),
        lambda number: Words(
            f"Se till att någon har den utbildning som de kommande kurserna kräver. Antal kurser utan: {number}.",
            f"Make sure that somebody has the training that the coming courses require. Courses without: {number}.",
        ),
    ),
    _Step(
        lambda needs: needs.ending,
        Words("Avtal som upphör snart", "Agreements that end soon"),
        lambda number: Words(
            f"Förhandla om de avtal som upphör inom {SOON} månader. Antal avtal: {number}.",
            f"Negotiate the agreements that end within {SOON} months. Agreements: {number}.",
        ),
    ),
    _Step(
        lambda needs: needs.missed,
        Words("Golv som inte nåtts", "Floors not reached"),
        lambda number: Words(
            f"Ta upp med lärosätet att färre studenter kom än avtalets golv. Antal avtal: {number}.",
            f"Raise with the lärosäte that fewer students came than the agreement's floor. Agreements: {number}.",
        ),
    ),
)


def write_next_steps(ground: Ground) -> Section | None:
    """Return the section on what to do next: a municipality's own steps, or a table of all; None without any."""
    needs = _needs(ground)
    if ground.municipality is not None:
        points = [*_advice(needs[ground.municipality.id]), *_levels(ground)]
        if not points:
            nothing = Words("Inget i rapporten kräver en åtgärd nu.", "Nothing in the report calls for a step now.")
            return Section("next-steps", _TITLE, (nothing,))
        return Section("next-steps", _TITLE, points=tuple(points))
    organisations = ground.year.holders.organisations
    rows: list[tuple[Cell, ...]] = [
        (Words(organisations[name].name_sv, organisations[name].name_en), *(step.need(own) for step in _STEPS))
        for name, own in sorted(needs.items(), key=lambda each: organisations[each[0]].name_sv)
    ]
    if not rows:
        return None
    columns = (Column(Words("Kommun", "Municipality"), Kind.TEXT), *(Column(step.heading) for step in _STEPS))
    table = Table(Words("Kvar att göra i varje kommun", "Left to do in each municipality"), columns, tuple(rows))
    return Section("next-steps", _TITLES, tables=(table,))


def _advice(needs: Needs) -> Iterator[Words]:
    """Yield what to do about each need that there is."""
    return (step.advice(number) for step in _STEPS if (number := step.need(needs)))


def _levels(ground: Ground) -> Iterator[Words]:
    """Yield the step about the education levels, if a unit lacks any."""
    lacking = sum(gap.disagreement is not None for gap in levels_of(ground))
    if lacking:
        yield Words(
            f"Se över de enheter som är markerade som universitetssjukvård men inte uppfyller alla åtta miniminivåer. "
            f"Antal enheter: {lacking}.",
            f"Look over the units that are marked as university healthcare but do not meet all eight minimum levels. "
            f"Units: {lacking}.",
        )


def _needs(ground: Ground) -> Mapping[str, Needs]:
    """Return what each municipality of the report has left to do."""
    holders = ground.year.holders
    if ground.municipality is None:
        names = [row.id for row in holders.organisations.values() if is_municipality(row)]
    else:
        names = [ground.municipality.id]
    units = {unit for name in names for unit in holders.units_of(name)}
    groups = {unit: holders.of_unit(unit) & set(names) for unit in units}
    said = {row.id: Words(row.name_sv, row.name_en) for row in holders.organisations.values()}
    gaps = gaps_among(ground.session, groups, said, ground.day)
    silent = Counter(name for unit in _silent_units(ground) for name in groups.get(unit, ()))
    parts = ground.year.groups(Grouping.PROVIDER)
    outcomes = outcomes_of(ground, None if ground.municipality is None else ground.municipality.id)
    soon = months_later(ground.day, SOON)
    return {
        name: Needs(
            silent=silent[name],
            unused=sum(each.places - each.used for each in parts[name].offerings) if name in parts else 0,
            untrained=sum(gap.untrained for gap in gaps if gap.id == name),
            courses_without=sum(gap.courses_without for gap in gaps if gap.id == name),
            ending=sum(each.runs_out_by(soon) for each in outcomes if each.agreement.provider_id == name),
            missed=sum(each.misses_floor for each in outcomes if each.agreement.provider_id == name),
        )
        for name in names
    }


def _silent_units(ground: Ground) -> set[str]:
    """Return the units that have been asked for places in the year and have an offer without an answer."""
    rows = ground.session.exec(
        select(CapacityOffer.unit_id).where(
            col(CapacityOffer.term_id).in_([term.id for term in ground.year.terms]),
            CapacityOffer.status == OfferStatus.UNANSWERED,
        )
    )
    return set(rows)
