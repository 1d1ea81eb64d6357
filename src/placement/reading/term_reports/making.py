"""Making: what changed since the publication before, how the plan was made, and whose data the report rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from placement.clock import day_of
from placement.follow_up.tables import Cell, Column, Kind, Table, text
from placement.follow_up.yearly.sections import Section
from placement.printed.pages import LANGUAGES, say_day, say_number
from placement.reading.term_reports.ground import Ground, Made
from placement.tables import Publication, RunEnd, RunMode
from placement_solver.rules import RULES
from placement_solver.wishes import WISHES
from placement_solver.words import Words

_MODES: Mapping[RunMode, Words] = {
    RunMode.PLAN: Words("Hela terminen planerades på nytt", "The whole term was planned anew"),
    RunMode.REPAIR: Words("Så få placeringar som möjligt ändrades", "As few placements as possible were changed"),
    RunMode.FILL: Words("Alla låg kvar, och fler fick plats", "All stayed, and more got a place"),
    RunMode.WAITING_LIST: Words("Väntelistan fick platser i turordning", "The waiting list got places in its order"),
}
_ENDS: Mapping[RunEnd, Words] = {
    RunEnd.PROVEN: Words("planen var bevisat bäst", "the plan was proven best"),
    RunEnd.NOTHING_BETTER: Words("inget bättre hittades", "nothing better was found"),
    RunEnd.TIME_LIMIT: Words("tiden var ute", "its time was up"),
    RunEnd.STOPPED: Words("den avbröts, och den bästa planen behölls", "it was cancelled, and its best plan was kept"),
}


def write_changes(ground: Ground) -> Section:
    """Return the section on what publishing the plan changed, and what it came to beside the one before."""
    title = Words("Vad som ändrades sedan förra publiceringen", "What changed since the last publication")
    publication = ground.made.publication
    changed = _changed(publication)
    if publication.number == 1:
        first = Words("Det är terminens första publicering.", "It is the term's first publication.")
        return Section("changes", title, (first, changed))
    if ground.before is None:
        gone = Words(
            "Den plan som publicerades före den här finns inte kvar.", "The plan published before this one is no more."
        )
        return Section("changes", title, (gone, changed))
    before = ground.before
    sv, en = (say_day(day_of(before.publication.published_at), language=language) for language in LANGUAGES)
    said = Words(
        f"Publicering {before.publication.number} gjordes den {sv}.",
        f"Publication {before.publication.number} was made on {en}.",
    )
    return Section("changes", title, (said, changed), (_beside(before, ground.made),))


def write_making(ground: Ground) -> Section:
    """Return the section on how the plan was made, so that it can be made again: rules, weights, seed and limits."""
    tables = (_run(ground), *_weights(ground), _rules())
    return Section("making", Words("Så planerades terminen", "How the term was planned"), (), tables)


def write_sources(_: Ground) -> Section:
    """Return the section that names whose data the report rests on, as its licences ask for."""
    return Section(
        "sources",
        Words("Uppgifternas källor", "Sources of the data"),
        points=(
            Words(
                "Begäranden: lärosätena. Platser, handledare och enheter: huvudmännen. Avtal: parterna.",
                "Requests: the lärosäten. Places, supervisors and units: the providers. Agreements: their parties.",
            ),
            Words(
                "Kommunernas gränser (förenklade) och folkmängd: Statistiska centralbyrån (SCB), CC0.",
                "Boundaries (simplified) and population of municipalities: Statistics Sweden (SCB), CC0.",
            ),
            Words(
                "Kommunernas centralorter: GeoNames (geonames.org), CC BY 4.0, oförändrade.",
                "Seats of municipalities: GeoNames (geonames.org), CC BY 4.0, unchanged.",
            ),
            Words(
                "Ingen student nämns. Grupper med färre än fem begäranden, och de som skulle röja dem, visas inte.",
                "No student is named. Groups of fewer than five requests, and those that would give them away, "
                "are not shown.",
            ),
        ),
    )


def _changed(publication: Publication) -> Words:
    """Say how many placements were added, moved and ended."""
    placed, moved, ended = (_number(each) for each in (publication.placed, publication.moved, publication.ended))
    return Words(
        f"Placeringar som tillkom: {placed.sv}. Som flyttades: {moved.sv}. Som upphörde: {ended.sv}.",
        f"Placements that were added: {placed.en}. That moved: {moved.en}. That ended: {ended.en}.",
    )


def _beside(before: Made, now: Made) -> Table:
    """Return what both plans came to."""
    return Table(
        Words("Planen före och planen nu", "The plan before and the plan now"),
        (
            Column(Words("Uppgift", "Figure"), Kind.TEXT),
            Column(Words(f"Publicering {before.publication.number}", f"Publication {before.publication.number}")),
            Column(Words(f"Publicering {now.publication.number}", f"Publication {now.publication.number}")),
        ),
        tuple((name, one, other) for (name, one), (_, other) in zip(_figures(before), _figures(now), strict=True)),
    )


def _figures(made: Made) -> Iterator[tuple[Words, Cell]]:
    every = None if made.outcomes is None else made.outcomes.everyone.outcome
    yield Words("Begäranden", "Requests"), None if every is None else every.requests
    yield Words("Har plats", "Have a place"), None if every is None else every.placed
    yield Words("Utan plats", "Without a place"), made.run.unplaced
    yield Words("Resa, median, minuter", "Journey, median, minutes"), None if every is None else every.median
    yield Words("Över en timme", "Over an hour"), None if every is None else every.over_an_hour


def _run(ground: Ground) -> Table:
    """Return how the run was ordered and with what it was made."""
    run, solver = ground.made.run, ground.solver
    seconds = _number(run.time_limit_seconds)
    rows: list[tuple[Words, Words]] = [
        (Words("Vad den gjorde", "What it did"), _MODES[run.mode]),
        (Words("Körning", "Run"), text(str(ground.made.number))),
        (Words("Frö", "Seed"), text(str(run.seed))),
        (Words("Tid, högst", "Time, at most"), Words(f"{seconds.sv} sekunder", f"{seconds.en} seconds")),
    ]
    if run.ended_because is not None:
        rows.append((Words("Slutade för att", "Ended because"), _ENDS[run.ended_because]))
    if run.options.get("in_county_only"):
        rows.append((Words("Lärosäten", "Lärosäten"), Words("bara länets egna", "the county's own only")))
    if solver:
        rows.append(
            (
                Words("Räknat med", "Made with"),
                Words(
                    f"{solver['name']} {solver['version']}, {solver['workers']} trådar",
                    f"{solver['name']} {solver['version']}, {solver['workers']} threads",
                ),
            )
        )
    rows.append((Words("Underlagets SHA-256", "SHA-256 of the input"), text(ground.made.plan.problem_sha256)))
    columns = Column(Words("Uppgift", "Detail"), Kind.TEXT), Column(Words("Värde", "Value"), Kind.TEXT)
    return Table(Words("Körningen", "The run"), columns, tuple(rows))


def _weights(ground: Ground) -> Iterator[Table]:
    """Yield what the plan weighed, what weighs most first in the order of the catalogue; nothing without documents."""
    rows: list[tuple[Cell, ...]] = [
        (wish.name, wish.meaning, weight) for wish in WISHES if (weight := ground.weights.get(wish.key))
    ]
    if rows:
        yield Table(
            Words("Vad planen vägde in", "What the plan weighed"),
            (
                Column(Words("Önskan", "Wish"), Kind.TEXT),
                Column(Words("Vad den betyder", "What it means"), Kind.TEXT),
                Column(Words("Vikt", "Weight")),
            ),
            tuple(rows),
        )


def _rules() -> Table:
    return Table(
        Words("Regler som ingen plan bryter", "Rules that no plan breaks"),
        (Column(Words("Regel", "Rule"), Kind.TEXT), Column(Words("Vad den säger", "What it says"), Kind.TEXT)),
        tuple((rule.name, rule.meaning) for rule in RULES),
    )


def _number(number: int) -> Words:
    return Words(*(say_number(number, language=language) for language in LANGUAGES))
