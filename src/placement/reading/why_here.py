"""Why just this place: what a student is told of the units they wished for, the place they got, and what is proven.

Each sentence is true of this student: it rests on what the plan kept when it was made and on the ledger, which has what
was true when the student was told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from placement.reading.proven import say_proven
from placement.register.names import Names
from placement.tables import LedgerEntry, Placement, Plan, Publication, Run, RunMode
from placement_solver.progress import gap_between
from placement_solver.words import Words

_REFUSED: Mapping[str, Words] = {
    "unit-kind": Words(
        "det är inte ett sådant slags enhet som kursen ska ha", "it is not of the kind that the course needs"
    ),
    "site": Words("den hör inte till din studieort", "it does not belong to your site"),
    "university-healthcare": Words(
        "kursen kräver en universitetssjukvårdsenhet", "the course requires a unit of university healthcare"
    ),
    "blocked-unit": Words(
        "ditt lärosäte har sagt att du inte ska placeras där", "your lärosäte has said that you are not to be there"
    ),
    "travel-limit": Words(
        "resan är längre än den gräns som gäller för dig", "the journey is longer than the limit that applies to you"
    ),
    "capacity": Words(
        "den har inte erbjudit platser till din utbildning de veckor då kursen kan gå",
        "it has offered your programme no places in the weeks when the course can be",
    ),
    "agreement": Words(
        "inget avtal mellan ditt lärosäte och huvudmannen gäller där de veckor då kursen kan gå",
        "no agreement between your lärosäte and the provider holds there in the weeks when the course can be",
    ),
    "supervision": Words(
        "den har ingen handledare med den utbildning som kursen kräver de veckor då kursen kan gå",
        "it has no supervisor with the training that the course requires in the weeks when the course can be",
    ),
}
"""Why no place at a unit could be had at all, by the rule that says so."""
_NOT_ALLOWED = Words("reglerna tillåter den inte för dig", "the rules do not allow it for you")
_TAKEN: Mapping[str, Words] = {
    "capacity": Words("platserna var tagna", "the places were taken"),
    "unit-ceiling": Words("enheten tar inte emot fler samtidigt", "the unit takes no more at a time"),
    "supervisor-load": Words("handledarna hade inte tid för fler", "the supervisors had no time for more"),
    "agreement-ceiling": Words("avtalet ger inte rum för fler", "the agreement has no room for more"),
}
"""What stood in the way at a unit, by the rule about what was full."""
_BUSY = Words("du är placerad på annat håll", "you are placed elsewhere")
_WEIGHED = Words(
    "där fanns rum, men planen vägde allas resor, önskemål och avtal mot varandra och gav dig en annan plats",
    "it had room, but the plan weighed everybody's journeys, wishes and agreements and gave you another place",
)
_KEPT = Words(
    "Enheten är av det slag som kursen ska ha och har avtal med ditt lärosäte och en ledig plats alla veckor.",
    "The unit is of the kind that the course needs, and has an agreement with your lärosäte and a place in every week.",
)
_KEPT_SUPERVISOR = Words(
    "Enheten är av det slag som kursen ska ha och har avtal med ditt lärosäte, en ledig plats alla veckor och en "
    "handledare med den utbildning som kursen kräver.",
    "The unit is of the kind that the course needs, and has an agreement with your lärosäte, a place in every week and "
    "a supervisor with the training that the course requires.",
)
_MADE: Mapping[RunMode, Words] = {
    RunMode.PLAN: Words("Planen lades för alla studenter tillsammans.", "The plan was made for all students together."),
    RunMode.REPAIR: Words(
        "Den plan som gällde ändrades så lite som möjligt.", "The plan in force was changed as little as possible."
    ),
    RunMode.FILL: Words(
        "De som var utan plats planerades tillsammans, och ingen annan flyttades.",
        "Those without a place were planned together, and nobody else was moved.",
    ),
    RunMode.WAITING_LIST: Words(
        "De som väntade på plats fick en i köns ordning, och ingen annan flyttades.",
        "Those who waited for a place got one in the order of the queue, and nobody else was moved.",
    ),
}


def units_in(line: LedgerEntry | None) -> list[str]:
    """Return the units whose names `say_why` needs."""
    return [] if line is None else [wish["unit"] for wish in line.unmet_wishes or ()]


def say_why(session: Session, names: Names, placement: Placement, line: LedgerEntry | None) -> tuple[Words, ...]:
    """Say why a placement is where it is; nothing where no plan gave it, or a plan from before reasons were kept.

    ``line`` is its latest in the ledger, and ``names`` has the units in it.
    """
    if line is None:
        return ()
    if line.unmet_wishes is None:
        return tuple(_say_rank(line))
    kept = _KEPT if placement.supervisor_id is None else _KEPT_SUPERVISOR
    return (*_say_wishes(names, line, line.unmet_wishes), kept, *_say_plan(session, placement))


def _say_rank(line: LedgerEntry) -> Iterator[Words]:
    """Say where the unit stands among those that the student wished for and could have."""
    number, possible = line.wish_rank + 1, line.possible_wishes
    if number <= possible:
        yield Words(
            f"Av de enheter som du önskade och som var möjliga är det här nummer {number} av {possible}.",
            f"Of the units that you wished for and that were possible, this is number {number} of {possible}.",
        )
    elif possible:
        yield Words(
            f"Ingen av de {possible} möjliga enheter som du önskade hade plats till dig.",
            f"None of the {possible} possible units that you wished for had a place for you.",
        )


def _say_wishes(names: Names, line: LedgerEntry, unmet: Sequence[Mapping[str, Any]]) -> Iterator[Words]:
    """Say which of the student's wishes it is, and for each wish before it what stood in the way."""
    if line.wish_rank < line.possible_wishes:
        number = len(unmet) + 1
        yield Words(f"Det här är din önskan nummer {number}.", f"This is your wish number {number}.")
    for number, wish in enumerate(unmet, start=1):
        unit, why = names.words_of(wish["unit"]), _say_unmet(wish)
        yield Words(
            f"Din önskan nummer {number}, {unit.sv}: {why.sv}.", f"Your wish number {number}, {unit.en}: {why.en}."
        )


def _say_unmet(wish: Mapping[str, Any]) -> Words:
    """Say what stood in the way of one wish."""
    if wish["rule"] is not None:
        return _REFUSED.get(wish["rule"], _NOT_ALLOWED)
    causes = [_TAKEN[rule] for rule in wish["full"]] + ([_BUSY] if wish["busy"] else [])
    if not causes:
        return _WEIGHED
    return Words(
        f"{_either([each.sv for each in causes], 'eller')} i alla veckor då kursen kan gå",
        f"{_either([each.en for each in causes], 'or')} in all the weeks when the course can be",
    )


def _either(causes: list[str], word: str) -> str:
    """Join causes, of which one or another stood in the way at each start of the course."""
    *first, last = causes
    return f"{', '.join(first)} {word} {last}" if first else last


def _say_plan(session: Session, placement: Placement) -> Iterator[Words]:
    """Say how the plan was made that gave the placement, and what is proven of one that was made for all."""
    query = select(Plan, Run.mode).join(Run, col(Run.id) == Plan.run_id)
    query = query.join(Publication, col(Publication.run_id) == Run.id)
    plan, mode = session.exec(query.where(Publication.id == placement.publication_id)).one()
    yield _MADE[RunMode(mode)]
    if mode is RunMode.PLAN:
        yield say_proven(gap_between(plan.objective, plan.bound))
