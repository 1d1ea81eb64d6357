"""Answers: who has answered about places in a term and who is silent, by provider. Silence is not a no."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlmodel import Session, col, func, select

from placement.callers import Caller
from placement.register.lists import Lists
from placement.store.access import COORDINATORS, FIRST, Page, Span, allow, found, matching
from placement.tables import CapacityOffer, OfferStatus, Organisation, OrganisationContact, Term, Unit
from placement_solver.words import Words


@dataclass(frozen=True, slots=True)
class Tally:
    """How many answers were asked for, and how many of them are a yes, a no, or not there yet."""

    yes: int = 0
    no: int = 0
    silent: int = 0

    @property
    def asked(self) -> int:
        """Return how many answers were asked for."""
        return self.yes + self.no + self.silent

    @property
    def given(self) -> int:
        """Return how many have come, a no included."""
        return self.yes + self.no


@dataclass(frozen=True, slots=True)
class ProviderAnswers:
    """What a provider's units have answered, and where the provider is written to, if that is known."""

    id: str
    name: Words
    tally: Tally
    email: str | None


@dataclass(frozen=True, slots=True)
class TermAnswers:
    """What was answered in a term, in all and by provider: the most silent first."""

    tally: Tally = field(default_factory=Tally)
    providers: tuple[ProviderAnswers, ...] = ()

    @property
    def silent(self) -> tuple[ProviderAnswers, ...]:
        """Return the providers of whose units some are silent."""
        return tuple(each for each in self.providers if each.tally.silent)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a unit has answered about places for students of some professions."""

    offer: CapacityOffer
    unit: str
    provider: Words
    professions: tuple[Words, ...]


def count_answers(session: Session, by: Caller, term_id: str) -> TermAnswers:
    """Count the answers in a term, for a coordinator."""
    allow(by, COORDINATORS)
    found(session.get(Term, term_id), term_id)
    counted = session.exec(
        select(Unit.provider_id, CapacityOffer.status, func.count())
        .join(Unit, col(Unit.id) == col(CapacityOffer.unit_id))
        .where(CapacityOffer.term_id == term_id)
        .group_by(col(Unit.provider_id), col(CapacityOffer.status))
    ).all()
    numbers: defaultdict[str, Counter[OfferStatus]] = defaultdict(Counter)
    for provider, status, number in counted:
        numbers[provider][OfferStatus(status)] += number
    rows = session.exec(
        select(Organisation, OrganisationContact.contact_email)
        .join(OrganisationContact, col(OrganisationContact.organisation_id) == Organisation.id, isouter=True)
        .where(col(Organisation.id).in_(numbers))
    ).all()
    told = [ProviderAnswers(row.id, _name(row), _tally(numbers[row.id]), email) for row, email in rows]
    told.sort(key=lambda each: (-each.tally.silent, -each.tally.asked, each.name.sv))
    return TermAnswers(_tally(_sum(numbers.values())), tuple(told))


def list_answers(
    session: Session,
    by: Caller,
    term_id: str,
    *,
    provider: str | None = None,
    status: OfferStatus | None = None,
    span: Span = FIRST,
) -> Page[Answer]:
    """List what units have answered in a term, by provider and unit, for a coordinator."""
    allow(by, COORDINATORS)
    found(session.get(Term, term_id), term_id)
    query = (
        select(CapacityOffer, Unit.name, Organisation)
        .join(Unit, col(Unit.id) == col(CapacityOffer.unit_id))
        .join(Organisation, col(Organisation.id) == col(Unit.provider_id))
        .where(CapacityOffer.term_id == term_id)
    )
    query = matching(query, ((Unit.provider_id, provider), (CapacityOffer.status, status)))
    total = session.exec(select(func.count()).select_from(query.subquery())).one()
    query = query.order_by(col(Organisation.name_sv), col(Unit.name), col(CapacityOffer.id))
    lists = Lists(session)
    rows = [
        Answer(offer, unit, _name(owner), tuple(lists.professions.name_of(each) for each in offer.professions))
        for offer, unit, owner in session.exec(query.limit(span.limit).offset(span.offset))
    ]
    return Page(rows, total)


def _sum(numbers: Iterable[Counter[OfferStatus]]) -> Counter[OfferStatus]:
    return sum(numbers, Counter[OfferStatus]())


def _tally(numbers: Counter[OfferStatus]) -> Tally:
    return Tally(numbers[OfferStatus.ANSWERED], numbers[OfferStatus.DECLINED], numbers[OfferStatus.UNANSWERED])


def _name(row: Organisation) -> Words:
    return Words(row.name_sv, row.name_en)
