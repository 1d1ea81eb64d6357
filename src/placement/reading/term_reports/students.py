"""Students: how far they travel, how many got what they wished for, and how even it is between groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from placement.follow_up.indicators import Count
from placement.follow_up.tables import Cell, Column, Kind, Table
from placement.follow_up.yearly.sections import Section
from placement.reading.outcomes import Group, Level, Outcomes, Spread, spreads_of
from placement.reading.term_reports.ground import Ground
from placement_solver.words import Words

_EVERYONE = Words("Alla", "All")
_LEVELS: Mapping[Level, Words] = {
    "placed": Words("Andel med plats, procent", "Share with a place, per cent"),
    "median": Words("Resa, median, minuter", "Journey, median, minutes"),
    "first": Words("Andel med förstahandsvalet, procent", "Share with the first choice, per cent"),
}


def write_journeys(ground: Ground) -> Section | None:
    """Return the section on journeys and wishes; None for a plan without figures."""
    outcomes = ground.made.outcomes
    if outcomes is None:
        return None
    said = Words(
        "Restiden är minuter enkel väg. Av medianen framgår vad hälften har högst; nio av tio har högst nästa tal. "
        "Ingen har längre än studentens egen gräns. Önskemål räknas för begäranden som har några.",
        "A journey is minutes one way. Half have at most the median; nine in ten have at most the next figure. "
        "Nobody travels beyond the student's own limit. Wishes are counted for requests that have any.",
    )
    every = outcomes.everyone
    rows = [_row(_EVERYONE, every), *(_row(each.name, each) for each in outcomes.institutions)]
    table = Table(
        Words("Resor och önskemål, efter lärosäte", "Journeys and wishes, by lärosäte"),
        (Column(Words("Lärosäte", "Lärosäte"), Kind.TEXT), *_COLUMNS),
        tuple(rows),
    )
    return Section("journeys", Words("Resor och önskemål", "Journeys and wishes"), (said,), (table,))


def write_fairness(ground: Ground) -> Section | None:
    """Return the section on how even the plan is between lärosäten and between homes; None without figures."""
    outcomes = ground.made.outcomes
    if outcomes is None:
        return None
    said = [
        Words(
            "Jämnhet 100 betyder att alla grupper har det lika; ju lägre tal, desto mer skiljer det.",
            "Evenness 100 means that all groups fare alike; the lower the number, the more they differ.",
        )
    ]
    if outcomes.few_homes:
        said.append(
            Words(
                "Hemkommuner med så få begäranden att uppgiften skulle berätta om någon är inte med.",
                "Home municipalities with so few requests that the figure would tell of somebody are left out.",
            )
        )
    tables = [table for table in (_spreads(outcomes), _homes(outcomes.homes)) if table.rows]
    return Section("fairness", Words("Rättvisa", "Fairness"), tuple(said), tuple(tables)) if tables else None


_COLUMNS = (
    Column(Words("Placerade", "Placed")),
    Column(Words("Resa, median", "Journey, median")),
    Column(Words("Nio av tio högst", "Nine in ten at most")),
    Column(Words("Längst", "Longest")),
    Column(Words("Över en timme", "Over an hour"), Kind.SHARE),
    Column(Words("Fick förstahandsvalet", "Got the first choice"), Kind.SHARE),
)


def _row(name: Words, group: Group) -> tuple[Cell, ...]:
    outcome = group.outcome
    return (
        name,
        outcome.placed,
        outcome.median,
        outcome.ninetieth,
        outcome.longest,
        None if outcome.median is None else Count(outcome.over_an_hour, outcome.placed),
        _first(group),
    )


def _first(group: Group) -> Count | None:
    """Return how many of those with wishes got the first one; None where it is not told."""
    return None if group.wishing is None or group.first is None else Count(group.first, group.wishing)


def _spreads(outcomes: Outcomes) -> Table:
    among = (
        (Words("lärosäten", "lärosäten"), outcomes.institutions),
        (Words("hemkommuner", "home municipalities"), outcomes.homes),
    )
    rows = [_spread(words, spread) for words, groups in among for spread in spreads_of(groups)]
    return Table(
        Words("Lägst och högst bland grupperna", "Lowest and highest among the groups"),
        (
            Column(Words("Uppgift", "Figure"), Kind.TEXT),
            Column(Words("Bland", "Among"), Kind.TEXT),
            Column(Words("Lägst", "Lowest")),
            Column(Words("Vilken", "Which"), Kind.TEXT),
            Column(Words("Högst", "Highest")),
            Column(Words("Vilken", "Which"), Kind.TEXT),
            Column(Words("Jämnhet", "Evenness")),
        ),
        tuple(rows),
    )


def _spread(among: Words, spread: Spread) -> tuple[Cell, ...]:
    low, high = (round(each[1], 1) for each in (spread.low, spread.high))
    return _LEVELS[spread.level], among, low, spread.low[0], high, spread.high[0], round(spread.even, 1)


def _homes(homes: Sequence[Group]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            each.name,
            each.outcome.requests,
            each.outcome.unplaced,
            Count(each.outcome.unplaced, each.outcome.requests),
            each.outcome.median,
            _first(each),
        )
        for each in sorted(homes, key=lambda each: -each.outcome.unplaced / each.outcome.requests)
    ]
    return Table(
        Words("Andel utan plats, efter hemkommun", "Share without a place, by home municipality"),
        (
            Column(Words("Hemkommun", "Home municipality"), Kind.TEXT),
            Column(Words("Begäranden", "Requests")),
            Column(Words("Utan plats", "Without a place")),
            Column(Words("Andel utan plats", "Share without a place"), Kind.SHARE),
            Column(Words("Resa, median", "Journey, median")),
            Column(Words("Fick förstahandsvalet", "Got the first choice"), Kind.SHARE),
        ),
        tuple(rows),
        drawn=(3,),
    )
