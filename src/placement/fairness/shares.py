"""Shares: what each lärosäte gets and what each host gives in a term, against their size, and how even that is.

A lärosäte's size is its requests and students. A host's is the student-weeks it offers, its supervisors and, for a
municipality, its inhabitants. Placements are those that count in the ledger, or those of a draft.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, func, or_, select

from placement.callers import Caller, Role
from placement.errors import NotFoundError
from placement.fairness.evenness import Evenness, spread_of
from placement.fairness.ledger import counted
from placement.fairness.stays import Stay, is_long, weigh_stays
from placement.register.names import Names
from placement.store.access import COORDINATORS, FIRST, PARTIES, Page, Span, allow, found, page_of
from placement.store.scopes import units_seen_by
from placement.tables import (
    HOLDING,
    CapacityOffer,
    LedgerEntry,
    Municipality,
    OfferStatus,
    OfferWeek,
    Organisation,
    Placement,
    Plan,
    PlanDocument,
    ProviderKind,
    Request,
    RequestStatus,
    Run,
    Student,
    Supervisor,
    Term,
    Unit,
)
from placement_solver.documents import read_plan, read_problem
from placement_solver.words import Words

FEWEST = 5
"""How fewer students than this fared at a lärosäte is read by nobody else."""
_INHABITANTS = 10_000


@dataclass(frozen=True, slots=True)
class Fared:
    """How a lärosäte's requests fared: counts, and minutes one way in sum.

    The wishes are those that were possible; they are None where others may not read them.
    """

    placed: int
    weeks: int
    minutes: int
    long: int
    wishing: int | None
    any_wish: int | None
    first_wish: int | None

    @property
    def mean_minutes(self) -> int | None:
        """Return the mean journey, rounded down; None where nobody is placed."""
        return self.minutes // self.placed if self.placed else None


@dataclass(frozen=True, slots=True)
class InstitutionShare:
    """A lärosäte in a term: its size, and how its requests fared, which is None where others may not read it."""

    institution_id: str
    name: Words
    students: int
    requests: int
    fared: Fared | None


@dataclass(frozen=True, slots=True)
class HostShare:
    """A provider in a term: its size, and the student-weeks at its units. Population is a municipality's alone."""

    provider_id: str
    name: Words
    kind: ProviderKind
    population: int | None
    units: int
    supervisors: int
    offered: int
    weeks: int

    @property
    def per_inhabitants(self) -> int | None:
        """Return the student-weeks for each 10,000 inhabitants, in thousandths."""
        return 1_000 * self.weeks * _INHABITANTS // self.population if self.population else None


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
    return _shares(session, by, term, _in_force(session, [term_id])[term_id])


def show_draft_shares(session: Session, by: Caller, run_id: str) -> Shares:
    """Show what the shares would be if a run's plan were published; only the coordinator sees drafts."""
    allow(by, COORDINATORS)
    run = found(session.get(Run, run_id), run_id)
    plan = session.exec(select(Plan).where(Plan.run_id == run_id)).first()
    if plan is None:
        raise NotFoundError(run_id)
    documents = session.get_one(PlanDocument, plan.id)
    placements = read_plan(documents.plan).placements
    stays = weigh_stays(read_problem(documents.problem), ((each.request, each.unit) for each in placements))
    return _shares(session, by, session.get_one(Term, run.term_id), list(stays.values()))


def list_shares(session: Session, by: Caller, *, span: Span = FIRST) -> Page[Shares]:
    """List the shares of each term, the earliest first, to see how they change."""
    allow(by, PARTIES)
    page = page_of(session, select(Term).order_by(col(Term.first_week), col(Term.id)), span)
    stays = _in_force(session, [term.id for term in page.rows])
    return Page([_shares(session, by, term, stays[term.id]) for term in page.rows], page.total)


def list_unit_shares(session: Session, by: Caller, term_id: str, *, span: Span = FIRST) -> Page[UnitShare]:
    """List the units that the caller may see with their student-weeks in a term, by provider and name."""
    allow(by, PARTIES)
    term = found(session.get(Term, term_id), term_id)
    query = select(Unit).where(units_seen_by(by)).order_by(col(Unit.provider_id), col(Unit.name), col(Unit.id))
    page = page_of(session, query, span)
    offered, supervisors = _offered(session, term), _supervisors(session)
    weeks = _weeks(_in_force(session, [term_id])[term_id])
    rows = [UnitShare(unit, supervisors[unit.id], offered[unit.id], weeks[unit.id]) for unit in page.rows]
    return Page(rows, page.total)


def _shares(session: Session, by: Caller, term: Term, stays: Sequence[Stay]) -> Shares:
    """Return a term's shares of some stays, as the caller may read them."""
    institutions = _institutions(session, by, term, stays)
    hosts = _hosts(session, by, term, stays)
    shown = tuple(each for each, _ in institutions)
    return Shares(term, shown, hosts, tuple(_spread([whole for _, whole in institutions], hosts)))


def _spread(fared: Sequence[tuple[int, Fared]], hosts: Sequence[HostShare]) -> Iterable[Evenness]:
    """Yield how evenly each figure is spread; what others may not read of a lärosäte is left out for everyone."""
    known = [(requests, each) for requests, whole in fared if (each := _for_others(requests, whole)) is not None]
    yield spread_of("placed", [(each.placed, requests) for requests, each in known])
    yield spread_of("minutes", [(each.minutes, each.placed) for _, each in known])
    yield spread_of("first-wish", [(each.first_wish or 0, each.wishing or 0) for _, each in known])
    yield spread_of("weeks-by-offered", [(each.weeks, each.offered) for each in hosts])
    yield spread_of("weeks-by-supervisors", [(each.weeks, each.supervisors) for each in hosts])
    yield spread_of("weeks-by-inhabitants", [(each.weeks, each.population or 0) for each in hosts])


def _in_force(session: Session, term_ids: Sequence[str]) -> Mapping[str, list[Stay]]:
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


def _weeks(stays: Iterable[Stay]) -> Counter[str]:
    """Count the student-weeks at each unit."""
    weeks: Counter[str] = Counter()
    for stay in stays:
        weeks[stay.unit] += stay.weeks
    return weeks


def _institutions(
    session: Session, by: Caller, term: Term, stays: Sequence[Stay]
) -> list[tuple[InstitutionShare, tuple[int, Fared]]]:
    """Return each lärosäte with requests, as the caller may read it, and with all that happened."""
    held = select(Placement.request_id).where(col(Placement.term_id) == term.id, col(Placement.status).in_(HOLDING))
    asked = session.exec(
        select(col(Student.institution_id), func.count(), func.count(func.distinct(col(Student.id))))
        .join(Request, col(Request.student_id) == col(Student.id))
        .where(
            col(Request.term_id) == term.id,
            or_(col(Request.status) == RequestStatus.OPEN, col(Request.id).in_(held)),
        )
        .group_by(col(Student.institution_id))
        .order_by(col(Student.institution_id))
    ).all()
    names = Names(session, by, (name for name, *_ in asked))
    in_term = select(Request.student_id).where(Request.term_id == term.id)
    institution_of = dict(
        session.exec(select(col(Student.id), col(Student.institution_id)).where(col(Student.id).in_(in_term))).all()
    )
    own: defaultdict[str, list[Stay]] = defaultdict(list)
    for stay in stays:
        own[institution_of[stay.student]].append(stay)
    lines = []
    for name, requests, students in asked:
        whole = _fared(own[name])
        own_or_all = by.role is Role.COORDINATOR or by.organisation == name
        fared = whole if own_or_all else _for_others(requests, whole)
        shown = InstitutionShare(name, names.words_of(name), students, requests, fared)
        lines.append((shown, (requests, whole)))
    return lines


def _for_others(requests: int, whole: Fared) -> Fared | None:
    """Return what others may read of how a lärosäte's requests fared: nothing about a few students."""
    if requests < FEWEST or 0 < whole.placed < FEWEST:
        return None
    if whole.wishing and whole.wishing < FEWEST:
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
    )


def _hosts(session: Session, by: Caller, term: Term, stays: Sequence[Stay]) -> tuple[HostShare, ...]:
    """Return each provider that has offered places or has students, in the order of their ids."""
    offered, supervisors, weeks = _offered(session, term), _supervisors(session), _weeks(stays)
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for unit, provider in session.exec(select(col(Unit.id), col(Unit.provider_id))):
        if offered[unit] or weeks[unit]:
            sums[provider].update(units=1, supervisors=supervisors[unit], offered=offered[unit], weeks=weeks[unit])
    rows = session.exec(
        select(Organisation, Municipality)
        .outerjoin(Municipality, col(Municipality.code) == col(Organisation.municipality_code))
        .where(col(Organisation.id).in_(sums))
        .order_by(col(Organisation.id))
    ).all()
    names = Names(session, by, sums)
    return tuple(
        HostShare(
            provider_id=provider.id,
            name=names.words_of(provider.id),
            kind=provider.provider_kind or ProviderKind.PRIVATE,
            population=_population(provider, municipality),
            **{name: sums[provider.id][name] for name in ("units", "supervisors", "offered", "weeks")},
        )
        for provider, municipality in rows
    )


def _population(provider: Organisation, municipality: Municipality | None) -> int | None:
    """Return the inhabitants of a provider that is a municipality."""
    if municipality is None or provider.provider_kind is not ProviderKind.MUNICIPALITY:
        return None
    return municipality.population


def _offered(session: Session, term: Term) -> Counter[str]:
    """Count the student-weeks that each unit offers in a term; offers to several professions count once."""
    rows = session.exec(
        select(col(CapacityOffer.unit_id), func.sum(OfferWeek.places))
        .join(OfferWeek, col(OfferWeek.offer_id) == col(CapacityOffer.id))
        .where(col(CapacityOffer.term_id) == term.id, col(CapacityOffer.status) == OfferStatus.ANSWERED)
        .group_by(col(CapacityOffer.unit_id))
    )
    return Counter({unit: int(places) for unit, places in rows})


def _supervisors(session: Session) -> Counter[str]:
    """Count the supervisors at each unit."""
    counts = select(col(Supervisor.unit_id), func.count()).group_by(col(Supervisor.unit_id))
    return Counter(dict(session.exec(counts).all()))
