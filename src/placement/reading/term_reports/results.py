"""Results: what the plan came to, for lärosäten, professions and hosts, and why some have no place."""

from __future__ import annotations

from collections.abc import Sequence

from placement.follow_up.indicators import Count
from placement.follow_up.tables import Column, Kind, Table
from placement.follow_up.yearly.sections import Section
from placement.printed.pages import LANGUAGES, say_number
from placement.reading.outcomes import Group, Host, Outcomes, Taught
from placement.reading.proven import say_proven
from placement.reading.term_reports.ground import Ground
from placement.tables import ProviderKind
from placement_solver.words import Words

_NOT_TOLD = Words(
    "Planen är äldre än de uppgifter som rapporten bygger på.",
    "The plan is older than the figures that the report is made from.",
)
_REQUESTS, _PLACED = Words("Begäranden", "Requests"), Words("Har plats", "Have a place")
_UNPLACED, _SHARE = Words("Utan plats", "Without a place"), Words("Andel med plats", "Share with a place")


def write_summary(ground: Ground) -> Section:
    """Return the section on the plan as a whole: how many have a place, why others have none, and what is proven."""
    outcomes = ground.made.outcomes
    said = [_NOT_TOLD] if outcomes is None else [_counted(outcomes)]
    said.append(say_proven(ground.made.gap))
    said.append(
        Words(
            "Innan planen visades kontrollerades den, regel för regel, av kod som inte delar något med sökningen.",
            "Before it was shown, the plan was checked, rule by rule, by code that shares nothing with the search.",
        )
    )
    tables: tuple[Table, ...] = ()
    if ground.causes:
        said.append(
            Words(
                "En begäran utan plats kan ha flera skäl, och räknas då vid vart och ett.",
                "A request without a place may have several reasons, and is then counted under each.",
            )
        )
        tables = (
            Table(
                Words("Varför begäranden är utan plats", "Why requests are without a place"),
                (Column(Words("Skäl", "Reason"), Kind.TEXT), Column(_REQUESTS)),
                tuple((words, number) for _, words, number in ground.causes),
                drawn=(1,),
            ),
        )
    return Section("summary", Words("Planen i korthet", "The plan in short"), tuple(said), tables)


def write_institutions(ground: Ground) -> Section | None:
    """Return the section on the lärosäten and their professions; None for a plan without figures."""
    outcomes = ground.made.outcomes
    if outcomes is None:
        return None
    said = (
        (
            Words(
                "Lärosäten och yrken med så få begäranden att uppgiften skulle berätta om någon är inte med för sig.",
                "Lärosäten and professions with so few requests that the figure would tell of somebody have no row.",
            ),
        )
        if outcomes.few_institutions
        else ()
    )
    title = Words("Lärosäten och yrken", "Lärosäten and professions")
    return Section(
        "institutions", title, said, (_by_institution(outcomes.institutions), _by_profession(outcomes.professions))
    )


def write_hosts(ground: Ground) -> Section | None:
    """Return the section on providers: what each offered, and how much of it the plan uses."""
    outcomes = ground.made.outcomes
    if outcomes is None or not outcomes.hosts:
        return None
    said = [
        Words(
            "En studentvecka är en student under en vecka. Det som andra terminer har tagit räknas inte som erbjudet.",
            "A student-week is one student during one week. What other terms have taken does not count as offered.",
        )
    ]
    if outcomes.municipal_share is not None:
        sv, en = (say_number(100 * outcomes.municipal_share, 1, language=language) for language in LANGUAGES)
        said.append(
            Words(
                f"Kommunerna tar emot {sv} % av alla studentveckor.",
                f"The municipalities take {en}% of all student-weeks.",
            )
        )
    municipal = [each for each in outcomes.hosts if each.kind is ProviderKind.MUNICIPALITY]
    others = [each for each in outcomes.hosts if each.kind is not ProviderKind.MUNICIPALITY]
    tables = [
        _by_host(Words("Studentveckor hos kommunerna", "Student-weeks at the municipalities"), municipal, drawn=True),
        _by_host(
            Words("Studentveckor hos regioner och privata", "Student-weeks at regions and private providers"),
            others,
            drawn=False,
        ),
    ]
    title = Words("Platserna: erbjudna och använda", "The places: offered and used")
    return Section("hosts", title, tuple(said), tuple(table for table in tables if table.rows))


def _counted(outcomes: Outcomes) -> Words:
    every = outcomes.everyone.outcome
    share = every.unplaced / every.requests if every.requests else 0.0
    asked, placed, left, part = (
        Words(*(say_number(number, decimals, language=language) for language in LANGUAGES))
        for number, decimals in ((every.requests, 0), (every.placed, 0), (every.unplaced, 0), (100 * share, 1))
    )
    return Words(
        f"{asked.sv} begäranden ingick. {placed.sv} har fått plats och {left.sv} är utan plats ({part.sv} %).",
        f"{asked.en} requests took part. {placed.en} have a place and {left.en} are without one ({part.en}%).",
    )


def _by_institution(groups: Sequence[Group]) -> Table:
    return Table(
        Words("Begäranden efter lärosäte", "Requests by lärosäte"),
        (Column(Words("Lärosäte", "Lärosäte"), Kind.TEXT), *_outcome_columns()),
        tuple((each.name, *_outcome_cells(each.outcome.requests, each.outcome.placed)) for each in groups),
        drawn=(2, 3),
        stacked=True,
    )


def _by_profession(professions: Sequence[Taught]) -> Table:
    return Table(
        Words("Begäranden efter yrke", "Requests by profession"),
        (Column(Words("Yrke", "Profession"), Kind.TEXT), *_outcome_columns()),
        tuple((each.name, *_outcome_cells(each.placed + each.unplaced, each.placed)) for each in professions),
    )


def _outcome_columns() -> tuple[Column, ...]:
    return Column(_REQUESTS), Column(_PLACED), Column(_UNPLACED), Column(_SHARE, Kind.SHARE)


def _outcome_cells(requests: int, placed: int) -> tuple[int, int, int, Count]:
    return requests, placed, requests - placed, Count(placed, requests)


def _by_host(name: Words, hosts: Sequence[Host], *, drawn: bool) -> Table:
    return Table(
        name,
        (
            Column(Words("Huvudman", "Provider"), Kind.TEXT),
            Column(Words("Erbjudna studentveckor", "Student-weeks offered")),
            Column(Words("Använda", "Used")),
            Column(Words("Andel använd", "Share used"), Kind.SHARE),
            Column(Words("Per 10 000 invånare", "Per 10,000 inhabitants")),
        ),
        tuple(
            (
                each.name,
                each.offered,
                each.used,
                Count(each.used, each.offered),
                None if each.per_inhabitants is None else round(each.per_inhabitants, 1),
            )
            for each in hosts
        ),
        drawn=(1, 2) if drawn else (),
    )
