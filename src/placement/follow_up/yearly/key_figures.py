"""Key figures: every indicator of the year, beside last year's."""

from __future__ import annotations

from placement.follow_up.facts import Facts
from placement.follow_up.figures import Figure, Year, figures_of
from placement.follow_up.indicators import Grouping
from placement.follow_up.tables import Cell, Column, Kind, Table
from placement.follow_up.withholding import LEAST
from placement.follow_up.yearly.sections import Ground, Section
from placement_solver.words import Words


def write_key_figures(ground: Ground) -> Section:
    """Return the section with every indicator; one that may not be told is left empty, and the section says so."""
    grouping = Grouping.COUNTY if ground.municipality is None else Grouping.PROVIDER
    present = _figures(ground.year, ground.facts, grouping)
    last = {each.indicator.key: each for each in _figures(ground.last, ground.last_facts, grouping)}
    said = [
        Words(
            "Varje siffra är en del av en helhet. Vad som räknas står sist i rapporten.",
            "Each figure is a part of a whole. What is counted is said at the end of the report.",
        )
    ]
    if ground.is_under_way():
        said.append(
            Words(
                "Årets terminer är inte slut. Siffrorna är de som gällde när rapporten togs fram, och kan ändras.",
                "The year's terms are not over. The figures are those of the day on which the report was drawn up, and "
                "may change.",
            )
        )
    if not ground.last.terms:
        none = ground.last.number
        said.append(Words(f"{none} har inga terminer att jämföra med.", f"{none} has no terms to compare with."))
    if any(each.count is None for each in (*present, *last.values())):
        said.append(
            Words(
                f"Hur långt studenterna reser visas bara för grupper om minst {LEAST} studenter, så att ingen enskild "
                "kan kännas igen.",
                f"How far students travel is shown only of groups of at least {LEAST} students, so that nobody can be "
                "recognised.",
            )
        )
    year, before = str(ground.year.number), str(ground.last.number)
    columns: tuple[Column, ...] = (
        Column(Words("Siffra", "Figure"), Kind.TEXT),
        Column(Words("Räknas i", "Counted in"), Kind.TEXT),
        Column(Words("Del", "Part")),
        Column(Words("Helhet", "Whole")),
        Column(Words(year, year), Kind.SHARE),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(_row(each) for each in present)
    drawn: tuple[int, ...] = (4,)
    caption = Words(f"Siffror {year}", f"Figures of {year}")
    if ground.last.terms:
        columns = (*columns, Column(Words(before, before), Kind.SHARE))
        rows = tuple((*row, last[each.indicator.key].count) for row, each in zip(rows, present, strict=True))
        drawn = (4, 5)
        caption = Words(f"Siffror {year} och {before}", f"Figures of {year} and {before}")
    return Section(
        "key-figures",
        Words("Hur det gick", "How it went"),
        tuple(said),
        (Table(caption, columns, rows, drawn=drawn),),
    )


def write_definitions(ground: Ground) -> Section:
    """Return the section that says what each indicator means, and where it comes from."""
    grouping = Grouping.COUNTY if ground.municipality is None else Grouping.PROVIDER
    points = []
    for figure in figures_of(ground.facts, grouping, personal=True):
        each, source = figure.indicator, figure.indicator.source
        origin = f"{source.title}, {source.publisher} {source.year}"
        points.append(
            Words(
                f"{each.name.sv}: {each.meaning.sv} Källa: {origin}.",
                f"{each.name.en}: {each.meaning.en} Source: {origin}.",
            )
        )
    return Section("definitions", Words("Vad siffrorna betyder", "What the figures mean"), points=tuple(points))


def _figures(year: Year, facts: Facts, grouping: Grouping) -> tuple[Figure, ...]:
    """Count the figures of a year; every reader of the report reads the same, so nobody is told of small groups."""
    return figures_of(facts, grouping, personal=year.tells_of(grouping, facts))


def _row(figure: Figure) -> tuple[Cell, ...]:
    """Return a figure with its part and its whole."""
    count = figure.count
    return (
        figure.indicator.name,
        figure.indicator.counted,
        None if count is None else count.numerator,
        None if count is None else count.denominator,
        count,
    )
