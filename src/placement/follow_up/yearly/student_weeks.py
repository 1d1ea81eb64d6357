"""Student-weeks: what was offered and used, by whom, and in which municipalities."""

from __future__ import annotations

from collections import Counter

from sqlmodel import select

from placement.follow_up.facts import Facts
from placement.follow_up.figures import Year
from placement.follow_up.holders import is_municipality
from placement.follow_up.indicators import Grouping
from placement.follow_up.tables import Cell, Column, Kind, Table, text
from placement.follow_up.yearly.sections import Ground, Section
from placement.register.lists import Lists
from placement.tables import Municipality
from placement_solver.words import Words

MOST_NAMED = 4
"""The most lärosäten that the table has columns of their own for, those with most student-weeks; others are summed."""
_PER = 10_000


def write_weeks(ground: Ground) -> Section:
    """Return the section on places offered and used, term by term, and on who used them."""
    said = [
        Words(
            "En platsvecka är en plats för en student under en vecka. En studentvecka är en planerad vecka av en "
            "placering som inte har avslutats i förtid.",
            "A place-week is a place for one student during one week. A student-week is a planned week of a placement "
            "that has not ended early.",
        )
    ]
    tables = [_offered(ground)]
    if any(True for _ in ground.facts.stays()):
        tables.append(_by_profession(ground))
    else:
        said.append(Words("Ingen student hade sin placering här.", "No student was placed here."))
    return Section(
        "student-weeks", Words("Platser och studentveckor", "Places and student-weeks"), tuple(said), tuple(tables)
    )


def write_municipalities(ground: Ground) -> Section | None:
    """Return the section of the county's report that compares its municipalities; None for a municipality's own."""
    if ground.municipality is not None:
        return None
    now, before = _by_provider(ground.year), _by_provider(ground.last)
    people = {row.code: row.population for row in ground.session.exec(select(Municipality))}
    rows = []
    for row in ground.year.holders.organisations.values():
        if not is_municipality(row):
            continue
        weeks, offered = now.get(row.id, (0, 0))
        population = people.get(row.municipality_code or "")
        per = round(_PER * weeks / population, 1) if population else None
        rows.append(
            (
                Words(row.name_sv, row.name_en),
                weeks,
                before.get(row.id, (0, 0))[0] if ground.last.terms else None,
                offered,
                per,
            )
        )
    if not rows:
        return None
    rows.sort(key=lambda row: (-row[1], row[0].sv))
    year, last = ground.year.number, ground.last.number
    table = Table(
        Words("Studentveckor i varje kommun", "Student-weeks in each municipality"),
        (
            Column(Words("Kommun", "Municipality"), Kind.TEXT),
            Column(Words(f"Studentveckor {year}", f"Student-weeks {year}")),
            Column(Words(f"Studentveckor {last}", f"Student-weeks {last}")),
            Column(Words("Erbjudna platsveckor", "Offered place-weeks")),
            Column(Words("Studentveckor per 10 000 invånare", "Student-weeks per 10,000 inhabitants")),
        ),
        tuple(rows),
        drawn=(1, 2),
    )
    said = Words(
        "Alla enheter som kommunen ansvarar för eller finansierar räknas in, oavsett vem som driver dem.",
        "All units that the municipality is responsible for or funds are counted, whoever runs them.",
    )
    return Section("municipalities", Words("Kommun för kommun", "Municipality by municipality"), (said,), (table,))


def _by_provider(year: Year) -> dict[str, tuple[int, int]]:
    """Return the student-weeks and the offered place-weeks of each provider."""
    return {
        name: (_weeks(facts), sum(each.places for each in facts.offerings))
        for name, facts in year.groups(Grouping.PROVIDER).items()
    }


def _weeks(facts: Facts) -> int:
    """Return the student-weeks of facts."""
    return sum(stay.weeks for stay in facts.stays())


def _offered(ground: Ground) -> Table:
    """Return the place-weeks offered and used in each term, with the sum where there are several."""
    rows: list[tuple[Cell, ...]] = []
    for term in ground.year.terms:
        weeks = [each for each in ground.facts.offerings if each.term_id == term.id]
        offered, used = sum(each.places for each in weeks), sum(each.used for each in weeks)
        rows.append((text(term.code), used, offered - used, offered))
    return Table(
        Words("Erbjudna platsveckor, använda och inte använda", "Offered place-weeks, used and not used"),
        (
            Column(Words("Termin", "Term"), Kind.TEXT),
            Column(Words("Använda", "Used")),
            Column(Words("Inte använda", "Not used")),
            Column(Words("Erbjudna", "Offered")),
        ),
        tuple(rows),
        drawn=(1, 2),
        stacked=True,
    )


def _by_profession(ground: Ground) -> Table:
    """Return the student-weeks of each profession and lärosäte."""
    weeks: Counter[tuple[str, str]] = Counter()
    for case in ground.facts.cases:
        if case.stay is not None:
            weeks[case.profession, case.institution_id] += case.stay.weeks
    of_institution: Counter[str] = Counter()
    of_profession: Counter[str] = Counter()
    for (profession, institution), number in weeks.items():
        of_institution[institution] += number
        of_profession[profession] += number
    ranked = sorted(of_institution, key=lambda each: (-of_institution[each], each))
    named = ranked[:MOST_NAMED] if len(ranked) > MOST_NAMED + 1 else ranked
    organisations = ground.year.holders.organisations
    columns = [Column(Words("Yrke", "Profession"), Kind.TEXT)]
    columns += [Column(Words(organisations[each].name_sv, organisations[each].name_en)) for each in named]
    if len(named) < len(ranked):
        columns.append(Column(Words("Övriga", "Others")))
    professions = Lists(ground.session).professions
    rows: list[tuple[Cell, ...]] = []
    for profession, total in sorted(of_profession.items(), key=lambda each: (-each[1], each[0])):
        own = [weeks[profession, each] for each in named]
        others = [total - sum(own)] if len(named) < len(ranked) else []
        rows.append((professions.name_of(profession), *own, *others, total))
    drawn = tuple(range(1, len(columns)))
    return Table(
        Words("Studentveckor efter yrke och lärosäte", "Student-weeks by profession and lärosäte"),
        (*columns, Column(Words("Summa", "Sum"))),
        tuple(rows),
        drawn=drawn,
        stacked=True,
    )
