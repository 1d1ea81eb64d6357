"""Outcomes: how a run's plan turns out for each group, by name: lärosäten, homes, professions, hosts and agreements.

Everything is read from the plan's report, which was made with the plan, so it stays what it was when it was planned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.fairness.sizes import every_provider, supervisors_at
from placement.planning.homes import OUTSIDE, OUTSIDE_WORDS
from placement.planning.runs import show_run
from placement.reading.standing import Dearest, Outcome, dearest_of, outcome_of
from placement.register.lists import Lists
from placement.register.names import Names
from placement.small_numbers import large_groups, large_homes, too_small
from placement.store.access import COORDINATORS, allow
from placement.tables import Plan, PlanDocument, ProviderKind, Term
from placement_solver.figures.spread import jain
from placement_solver.words import Words

_INHABITANTS = 10_000
_UNKNOWN = Words("okänt", "unknown")
Level = Literal["placed", "median", "first"]
"""What is compared between groups: the share placed, the median journey, the share that got their first choice."""


@dataclass(frozen=True, slots=True)
class Group:
    """How the requests of a group turn out. Of those with wishes: how many got the first one, and any of them.

    The wishes are None where nobody has any, or so few that it is not told.
    """

    name: Words
    outcome: Outcome
    wishing: int | None
    first: int | None
    any: int | None


@dataclass(frozen=True, slots=True)
class Taught:
    """How many of the requests in a profession are placed, and how many are not."""

    name: Words
    placed: int
    unplaced: int


@dataclass(frozen=True, slots=True)
class Host:
    """A provider: the student-weeks that its units offer and those planned there, beside its size.

    ``supervisors`` are those at its units now. ``population`` is a municipality's.
    """

    name: Words
    kind: ProviderKind
    offered: int
    used: int
    supervisors: int
    population: int | None

    @property
    def per_inhabitants(self) -> float | None:
        """Return the student-weeks for each 10,000 inhabitants; None but for municipalities."""
        return _INHABITANTS * self.used / self.population if self.population else None

    @property
    def per_supervisor(self) -> float | None:
        """Return the student-weeks for each supervisor; None where there is none."""
        return self.used / self.supervisors if self.supervisors else None


@dataclass(frozen=True, slots=True)
class AgreementOutcome:
    """An agreement's student-weeks in the plan, its floor and its ceiling, and what is missing to the floor."""

    institution: Words
    provider: Words
    weeks: int
    floor: int
    ceiling: int | None
    short: int

    @property
    def is_full(self) -> bool:
        """Tell whether the ceiling is reached."""
        return self.ceiling is not None and self.weeks >= self.ceiling


@dataclass(frozen=True, slots=True)
class Spread:
    """How a figure is spread over groups: the lowest and the highest, whose they are, and how even it is in all.

    ``even`` is Jain's index times 100: 100 where all groups have as much. Shares are in per cent, journeys in minutes.
    """

    level: Level
    low: tuple[Words, float]
    high: tuple[Words, float]
    even: float


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How a plan turns out. ``few_homes`` tells whether homes of few are left out, ``few_institutions`` likewise."""

    everyone: Group
    institutions: tuple[Group, ...]
    few_institutions: bool
    homes: tuple[Group, ...]
    few_homes: bool
    professions: tuple[Taught, ...]
    hosts: tuple[Host, ...]
    municipal_share: float | None
    agreements: tuple[AgreementOutcome, ...]


def show_outcomes(session: Session, by: Caller, run_id: str, *, for_others: bool = False) -> Outcomes | None:
    """Show how a run's plan turns out; None where the run has no plan, or one older than reports.

    Homes of few are always left out. ``for_others`` leaves out lärosäten and professions of few too: the coordinator
    reads those, but not everyone who is handed what the coordinator prints.
    """
    allow(by, COORDINATORS)
    show_run(session, by, run_id)
    query = select(col(PlanDocument.report)["fairness"]).join(Plan, col(Plan.id) == PlanDocument.plan_id)
    stored: Mapping[str, Any] | None = session.exec(query.where(Plan.run_id == run_id)).first()
    if stored is None:
        return None
    told = large_homes(stored)
    institutions = large_groups(told["institutions"]) if for_others else told["institutions"]
    agreements: Sequence[Mapping[str, Any]] = told["agreements"]
    parties = {each[party] for each in agreements for party in ("institution", "provider")}
    groups = {group["name"] for group in (*institutions, *told["homes"])}
    names = Names(session, by, {*parties, *groups, *(each["provider"] for each in told["providers"])} - {None})

    def name(row_id: str | None) -> Words:
        if row_id is None:
            return _UNKNOWN
        return OUTSIDE_WORDS if row_id == OUTSIDE else names.words_of(row_id)

    return Outcomes(
        everyone=_group(told["everyone"], lambda _: Words("alla", "all")),
        institutions=_by_size(_group(each, name) for each in institutions),
        few_institutions=len(institutions) < len(told["institutions"]),
        homes=_by_size(_group(each, name) for each in told["homes"]),
        few_homes=len(told["homes"]) < len(stored["homes"]),
        professions=tuple(_taught(session, told["programmes"], for_others=for_others)),
        hosts=tuple(_hosts(session, told["providers"], name)),
        municipal_share=told["municipal"]["placed_share"],
        agreements=tuple(
            AgreementOutcome(
                name(each["institution"]),
                name(each["provider"]),
                each["student_weeks"],
                each["floor"],
                each["ceiling"],
                each["short"],
            )
            for each in agreements
        ),
    )


def list_dearest(session: Session, by: Caller, run_id: str) -> list[Dearest]:
    """List where one more place would be worth most by the proof of a run's plan, the dearest first."""
    allow(by, COORDINATORS)
    term = session.get_one(Term, show_run(session, by, run_id).term_id)
    query = select(col(PlanDocument.report)[("prices", "places")]).join(Plan, col(Plan.id) == PlanDocument.plan_id)
    return dearest_of(session, by, term, session.exec(query.where(Plan.run_id == run_id)).first() or ())


def spreads_of(groups: Sequence[Group]) -> list[Spread]:
    """Return how each figure is spread over groups; a figure that fewer than two of them have is left out."""
    levels: Mapping[Level, Callable[[Group], float | None]] = {
        "placed": lambda each: 100 * each.outcome.placed / each.outcome.requests if each.outcome.requests else None,
        "median": lambda each: each.outcome.median,
        "first": lambda each: 100 * each.first / each.wishing if each.wishing and each.first is not None else None,
    }
    spreads = []
    for level, value_of in levels.items():
        known = [(each.name, float(value)) for each in groups if (value := value_of(each)) is not None]
        if len(known) > 1:
            low, high = (choose(known, key=lambda pair: pair[1]) for choose in (min, max))
            spreads.append(Spread(level, low, high, 100 * jain([value for _, value in known])))
    return spreads


def _group(group: Mapping[str, Any], name: Callable[[str | None], Words]) -> Group:
    """Read a group of a report."""
    outcome, wishes = outcome_of(group), group["wishes"]
    if wishes is None:
        return Group(name(group["name"]), outcome, None, None, None)
    met = (round(wishes[which] * wishes["requests"]) for which in ("first", "any"))
    return Group(name(group["name"]), outcome, wishes["requests"], *met)


def _by_size(groups: Iterable[Group]) -> tuple[Group, ...]:
    """Return groups, those with most requests first."""
    return tuple(sorted(groups, key=lambda each: (-each.outcome.requests, each.name.sv)))


def _taught(session: Session, programmes: Iterable[Mapping[str, Any]], *, for_others: bool) -> Iterable[Taught]:
    """Yield the professions, that with most requests first."""
    placed, unplaced = Counter[str](), Counter[str]()
    for each in programmes:
        placed[each["profession"]] += each["placed"]
        unplaced[each["profession"]] += each["unplaced"]
    asked = {profession: placed[profession] + unplaced[profession] for profession in placed}
    left_out = too_small(asked) if for_others else set()
    names = Lists(session).professions
    for profession in sorted(asked.keys() - left_out, key=lambda each: (-asked[each], each)):
        yield Taught(names.name_of(profession), placed[profession], unplaced[profession])


def _hosts(
    session: Session, providers: Iterable[Mapping[str, Any]], name: Callable[[str | None], Words]
) -> Iterable[Host]:
    """Yield the providers that offer or have something, that with most student-weeks first."""
    known, supervisors = {each.id: each for each in every_provider(session)}, supervisors_at(session)
    given = [each for each in providers if each["offered"] or each["placed"]]
    for each in sorted(given, key=lambda each: (-each["placed"], each["provider"])):
        host = known.get(each["provider"])
        yield Host(
            name(each["provider"]),
            ProviderKind(each["kind"]),
            each["offered"],
            each["placed"],
            0 if host is None else sum(supervisors[unit] for unit in host.units),
            None if host is None else host.population,
        )
