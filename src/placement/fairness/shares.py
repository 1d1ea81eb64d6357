"""Shares: what each lärosäte gets and what each host gives in a term, against their size, and how even that is.

A lärosäte's size is its requests and students. A host's is the student-weeks it offers, its supervisors and, for a
municipality, its inhabitants. Placements are those that count in the ledger, or those of a draft.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.errors import NotFoundError
from placement.fairness.evenness import Evenness, spread_of
from placement.fairness.ledger import counted
from placement.fairness.sizes import (
    Asked,
    Provider,
    asked_in,
    every_provider,
    institutions_in,
    offered_in,
    supervisors_at,
)
from placement.fairness.stays import Stay, is_long, weigh_stays
from placement.register.names import Names
from placement.store.access import COORDINATORS, FIRST, PARTIES, Page, Span, allow, found, page_of
from placement.store.acting import reaching_beyond_own
from placement.store.scopes import units_seen_by
from placement.tables import LedgerEntry, Plan, PlanDocument, Run, Term, Unit
from placement_solver.documents import read_plan, read_problem
from placement_solver.words import Words

FEWEST = 5
"""How fewer students than this fared at a lärosäte is read by nobody else."""
_INHABITANTS = 10_000

Stays = Mapping[str, Sequence[Stay]]
"""The placements of each term, by its id."""


@dataclass(frozen=True, slots=True)
class Fared:
    """How a lärosäte's requests fared: counts, and minutes one way in sum.

    The wishes are those that were possible; they are None where others may not read them. ``students`` and
    ``wishing_students`` are the people behind the placements, who decide what others may read.
    """

    placed: int
    weeks: int
    minutes: int
    long: int
    wishing: int | None
    any_wish: int | None
    first_wish: int | None
    students: int
    wishing_students: int

    @property
    def mean_minutes(self) -> int | None:
        """Return the mean journey, rounded down; None where nobody is placed."""
        return self.minutes // self.placed if self.placed else None


@dataclass(frozen=True, slots=True)
class InstitutionShare:
    """A lärosäte in a term: its size, and how its requests fared, which is None where others may not read it."""

    asked: Asked
    name: Words
    fared: Fared | None


@dataclass(frozen=True, slots=True)
class HostShare:
    """A provider in a term: its size, and the student-weeks at its units."""

    provider: Provider
    name: Words
    units: int
    supervisors: int
    offered: int
    weeks: int

    @property
    def per_inhabitants(self) -> int | None:
        """Return the student-weeks for each 10,000 inhabitants, in thousandths; None but for municipalities."""
        population = self.provider.population
        return 1_000 * self.weeks * _INHABITANTS // population if population else None


@dataclass(frozen=True, slots=True)
class Shares:
    """A term's shares, and how evenly they are spread."""

    term: Term
    institutions: tuple[InstitutionShare, ...]
    hosts: tuple[HostShare, ...]
    evenness: tuple[Evenness, ...]


@dataclass(frozen=True, slots=True)
class UnitShare:
    """A unit in a term: its size, and the student-weeks there."""

    unit: Unit
    supervisors: int
    offered: int
    weeks: int


def show_shares(session: Session, by: Caller, term_id: str) -> Shares:
    """Show the shares of what is in force in a term."""
    allow(by, PARTIES)
    term = found(session.get(Term, term_id), term_id)
    return _shares(session, by, [term], _in_force(session, [term_id]))[0]


def show_draft_shares(session: Session, by: Caller, run_id: str) -> Shares:
    """Show what the shares would be if a run's plan were published; only the coordinator sees drafts."""
    allow(by, COORDINATORS)
    run = found(session.get(Run, run_id), run_id)
    plan = session.exec(select(Plan).where(Plan.run_id == run_id)).first()
    if plan is None:
        raise NotFoundError(run_id)
    documents = found(session.get(PlanDocument, plan.id), run_id)
    placements = read_plan(documents.plan).placements
    stays = weigh_stays(read_problem(documents.problem), ((each.request, each.unit) for each in placements))
    return _shares(session, by, [session.get_one(Term, run.term_id)], {run.term_id: list(stays.values())})[0]


def list_shares(session: Session, by: Caller, *, span: Span = FIRST) -> Page[Shares]:
    """List the shares of each term, the earliest first, to see how they change."""
    allow(by, PARTIES)
    page = page_of(session, select(Term).order_by(col(Term.first_week), col(Term.id)), span)
    stays = _in_force(session, [term.id for term in page.rows])
    return Page(_shares(session, by, page.rows, stays), page.total)


def list_unit_shares(session: Session, by: Caller, term_id: str, *, span: Span = FIRST) -> Page[UnitShare]:
    """List the units that the caller may see with their student-weeks in a term, by provider and name."""
    allow(by, PARTIES)
    found(session.get(Term, term_id), term_id)
    query = select(Unit).where(units_seen_by(by)).order_by(col(Unit.provider_id), col(Unit.name), col(Unit.id))
    page = page_of(session, query, span)
    offered, supervisors = offered_in(session, [term_id])[term_id], supervisors_at(session)
    weeks = _weeks(_in_force(session, [term_id])[term_id])
    rows = [UnitShare(unit, supervisors[unit.id], offered[unit.id], weeks[unit.id]) for unit in page.rows]
    return Page(rows, page.total)


@reaching_beyond_own
def _in_force(session: Session, term_ids: Sequence[str]) -> Stays:
    """Return the stays that count in some terms."""
    entries: defaultdict[str, list[LedgerEntry]] = defaultdict(list)
    for entry in session.exec(select(LedgerEntry).where(col(LedgerEntry.term_id).in_(term_ids))):
        entries[entry.term_id].append(entry)
    return {name: [_stay(entry) for entry in counted(entries[name])] for name in term_ids}


def _stay(entry: LedgerEntry) -> Stay:
    """Return what a line of the ledger says about a placement."""
    return Stay(
        student=entry.student_id,
        unit=entry.unit_id,
        weeks=entry.weeks,
        minutes=entry.minutes,
        long_after=entry.long_after,
        km=entry.km,
        possible_wishes=entry.possible_wishes,
        wish_rank=entry.wish_rank,
    )


@reaching_beyond_own
def _shares(session: Session, by: Caller, terms: Sequence[Term], stays: Stays) -> list[Shares]:
    """Return the shares of some terms, as the caller may read them, with one set of queries."""
    ids = [term.id for term in terms]
    asked, offered = asked_in(session, ids), offered_in(session, ids)
    institution_of, providers = institutions_in(session, ids), every_provider(session)
    supervisors = supervisors_at(session)
    parties = {each.institution for rows in asked.values() for each in rows} | {each.id for each in providers}
    names = Names(session, by, parties)
    shares = []
    for term in terms:
        own: defaultdict[str, list[Stay]] = defaultdict(list)
        for stay in stays[term.id]:
            own[institution_of[stay.student]].append(stay)
        fared = [(each, _fared(own[each.institution])) for each in asked[term.id]]
        hosts = tuple(_hosts(providers, names, supervisors, offered[term.id], _weeks(stays[term.id])))
        institutions = tuple(_institution(by, names, each, whole) for each, whole in fared)
        shares.append(Shares(term, institutions, hosts, tuple(_spread(fared, hosts))))
    return shares


def _spread(fared: Iterable[tuple[Asked, Fared]], hosts: Sequence[HostShare]) -> Iterable[Evenness]:
    """Yield how evenly each figure is spread; what others may not read of a lärosäte is left out for everyone."""
    known = [(asked, each) for asked, whole in fared if (each := _for_others(asked, whole)) is not None]
    yield spread_of("placed", [(each.placed, asked.requests) for asked, each in known])
    yield spread_of("minutes", [(each.minutes, each.placed) for _, each in known])
    yield spread_of("first-wish", [(each.first_wish or 0, each.wishing or 0) for _, each in known])
    yield spread_of("weeks-by-offered", [(each.weeks, each.offered) for each in hosts])
    yield spread_of("weeks-by-supervisors", [(each.weeks, each.supervisors) for each in hosts])
    yield spread_of("weeks-by-inhabitants", [(each.weeks, each.provider.population or 0) for each in hosts])


def _institution(by: Caller, names: Names, asked: Asked, whole: Fared) -> InstitutionShare:
    """Return a lärosäte's share, as the caller may read it."""
    own_or_all = by.role is Role.COORDINATOR or by.organisation == asked.institution
    return InstitutionShare(
        asked, names.words_of(asked.institution), whole if own_or_all else _for_others(asked, whole)
    )


def _for_others(asked: Asked, whole: Fared) -> Fared | None:
    """Return what others may read of how a lärosäte's requests fared: nothing about a few students."""
    if asked.students < FEWEST or 0 < whole.students < FEWEST:
        return None
    if 0 < whole.wishing_students < FEWEST:
        return replace(whole, wishing=None, any_wish=None, first_wish=None)
    return whole


def _fared(stays: Sequence[Stay]) -> Fared:
    """Sum up some stays."""
    wishing = [stay for stay in stays if stay.possible_wishes]
    return Fared(
        placed=len(stays),
        weeks=sum(stay.weeks for stay in stays),
        minutes=sum(stay.minutes for stay in stays),
        long=sum(is_long(stay.minutes, stay.long_after) for stay in stays),
        wishing=len(wishing),
        any_wish=sum(stay.wish_rank < stay.possible_wishes for stay in wishing),
        first_wish=sum(stay.wish_rank == 0 for stay in wishing),
        students=len({stay.student for stay in stays}),
        wishing_students=len({stay.student for stay in wishing}),
    )


def _weeks(stays: Iterable[Stay]) -> Counter[str]:
    """Count the student-weeks at each unit."""
    weeks: Counter[str] = Counter()
    for stay in stays:
        weeks[stay.unit] += stay.weeks
    return weeks


def _hosts(
    providers: Iterable[Provider], names: Names, supervisors: Counter[str], offered: Counter[str], weeks: Counter[str]
) -> Iterable[HostShare]:
    """Yield each provider with places offered or students, counting those of its units that have either."""
    for provider in providers:
        at = [unit for unit in provider.units if offered[unit] or weeks[unit]]
        if at:
            yield HostShare(
                provider=provider,
                name=names.words_of(provider.id),
                units=len(at),
                supervisors=sum(supervisors[unit] for unit in at),
                offered=sum(offered[unit] for unit in at),
                weeks=sum(weeks[unit] for unit in at),
            )
