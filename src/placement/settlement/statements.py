"""Statements: shown to the two sides of their agreements, and to those who run units on a provider's behalf.

A unit that is run privately for a municipality counts under the municipality, which is the party. Whoever runs it sees
those lines by themselves, with their own sums; they are part of the statement's sums, and are added to none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.register.agreements import agreements_of
from placement.settlement.answers import StatementState, answers_to, has_state, state_of
from placement.settlement.fingerprints import document_of
from placement.settlement.half_years import HalfYear
from placement.settlement.lines import Line
from placement.store import access
from placement.store.access import FIRST, PARTIES, Page, Span, allow, found, matching, page_of
from placement.tables import Agreement, Basis, Statement, StatementAnswer, StatementLine, WeekKind


@dataclass(frozen=True, slots=True)
class Sums:
    """Weeks of a statement that have something in common, and what they come to in hundredths of its currency."""

    planned: int = 0
    done: int = 0
    amount_ore: int = 0

    def __add__(self, other: Sums) -> Sums:
        """Return the sums of both."""
        return Sums(self.planned + other.planned, self.done + other.done, self.amount_ore + other.amount_ore)


@dataclass(frozen=True, slots=True)
class Group:
    """The weeks of a programme, at units of one operator (None: the provider's own), that are paid alike."""

    programme_id: str
    operator_id: str | None
    kind: WeekKind
    basis: Basis
    price_ore: int | None
    percent: int
    sums: Sums


@dataclass(frozen=True, slots=True)
class Seen:
    """A statement as its reader may see it.

    ``whole`` tells that the reader is a side of the agreement or a coordinator; an operator sees only its own lines,
    and neither the fingerprint nor the answers, which are about the whole.
    """

    statement: Statement
    agreement: Agreement
    groups: tuple[Group, ...]
    answers: tuple[StatementAnswer, ...]
    whole: bool

    @property
    def state(self) -> StatementState:
        """Return how far the statement has come between the two sides."""
        return state_of(self.answers)

    @property
    def sums(self) -> Sums:
        """Return what the lines that the reader sees come to."""
        return sum((group.sums for group in self.groups), Sums())

    def weeks_of(self, *, kind: WeekKind | None = None, basis: Basis | None = None) -> int:
        """Return the number of weeks of a kind, or with a basis."""
        return sum(
            group.sums.planned for group in self.groups if kind in {None, group.kind} and basis in {None, group.basis}
        )

    def by_programme(self) -> dict[str, Sums]:
        """Return the sums of each programme."""
        return _summed((group.programme_id, group.sums) for group in self.groups)

    def by_operator(self) -> dict[str, Sums]:
        """Return the sums of those who run units on the provider's behalf; they are part of the statement's own."""
        return _summed((group.operator_id, group.sums) for group in self.groups if group.operator_id is not None)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which statements are wanted."""

    half_year: HalfYear | None = None
    agreement_id: str | None = None
    institution_id: str | None = None
    provider_id: str | None = None
    state: StatementState | None = None


EVERY_ONE = Wanted()


def list_statements(session: Session, by: Caller, wanted: Wanted = EVERY_ONE, span: Span = FIRST) -> Page[Seen]:
    """List the statements that the caller may see, the latest half-year first, then by parties and number."""
    allow(by, PARTIES)
    query = select(Statement).join(Agreement, col(Agreement.id) == col(Statement.agreement_id)).where(_seen_by(by))
    query = matching(
        query,
        (
            (Statement.half_year, None if wanted.half_year is None else str(wanted.half_year)),
            (Statement.agreement_id, wanted.agreement_id),
            (Agreement.institution_id, wanted.institution_id),
            (Agreement.provider_id, wanted.provider_id),
        ),
    )
    if wanted.state is not None:
        query = query.where(has_state(wanted.state))
        query = query.where(agreements_of(by))  # an operator does not see the state
    parties = col(Agreement.institution_id), col(Agreement.provider_id), col(Statement.agreement_id)
    query = query.order_by(col(Statement.half_year).desc(), *parties, col(Statement.number))
    page = page_of(session, query, span)
    return Page(_as_seen(session, by, page.rows), page.total)


def show_statement(session: Session, by: Caller, statement_id: str) -> Seen:
    """Show one statement."""
    allow(by, PARTIES)
    query = select(Statement).join(Agreement, col(Agreement.id) == col(Statement.agreement_id))
    row = session.exec(query.where(col(Statement.id) == statement_id, _seen_by(by))).first()
    return _as_seen(session, by, [found(row, statement_id)])[0]


def list_lines(session: Session, by: Caller, statement_id: str, span: Span = FIRST) -> Page[StatementLine]:
    """List the lines of a statement that the caller may see, in their order."""
    seen = show_statement(session, by, statement_id)
    query = select(StatementLine).where(col(StatementLine.statement_id) == statement_id)
    if not seen.whole:
        query = query.where(col(StatementLine.operator_id) == by.organisation)
    return page_of(session, query.order_by(col(StatementLine.number)), span)


def show_document(session: Session, by: Caller, statement_id: str) -> str:
    """Return the document that a statement's fingerprint is of; only its sides and coordinators may read the whole."""
    seen = show_statement(session, by, statement_id)
    access.found(seen if seen.whole else None, statement_id)
    query = select(StatementLine).where(col(StatementLine.statement_id) == statement_id)
    rows = session.exec(query.order_by(col(StatementLine.number)))
    return document_of(seen.statement, seen.agreement, [Line.of(row) for row in rows])


def _seen_by(by: Caller) -> ColumnElement[bool]:
    """Return the condition for statements that a caller sees: of its agreements, or with lines of units it runs."""
    if by.role is not Role.PROVIDER:
        return agreements_of(by)
    runs = exists().where(
        col(StatementLine.statement_id) == col(Statement.id), col(StatementLine.operator_id) == by.organisation
    )
    return or_(agreements_of(by), runs)


def _as_seen(session: Session, by: Caller, statements: Sequence[Statement]) -> list[Seen]:
    """Read what belongs to some statements, as the caller may see it."""
    ids = [row.id for row in statements]
    wanted = {row.agreement_id for row in statements}
    agreements = {row.id: row for row in session.exec(select(Agreement).where(col(Agreement.id).in_(wanted)))}
    groups, answers = _groups(session, ids), answers_to(session, ids)
    shown = []
    for row in statements:
        agreement = agreements[row.agreement_id]
        whole = by.role is not Role.PROVIDER or agreement.provider_id == by.organisation
        own = [group for group in groups.get(row.id, ()) if whole or group.operator_id == by.organisation]
        shown.append(Seen(row, agreement, tuple(own), tuple(answers.get(row.id, ())) if whole else (), whole))
    return shown


def _groups(session: Session, statements: Sequence[str]) -> Mapping[str, list[Group]]:
    """Sum the lines of some statements by programme, operator, and how they are paid.

    What a correction takes back and adds alike comes to nothing and is left out.
    """
    line = StatementLine
    names = ("statement_id", "programme_id", "operator_id", "kind", "basis", "price_ore", "percent")
    alike: list[Any] = [col(getattr(line, name)) for name in names]
    columns: list[Any] = [*alike, func.sum(line.weeks), func.sum(line.amount_ore)]
    query = select_columns(*columns).where(col(line.statement_id).in_(statements)).group_by(*alike).order_by(*alike)
    found_groups: dict[str, list[Group]] = defaultdict(list)
    for row in session.connection().execute(query):
        statement, programme, operator, kind, basis, price, percent, weeks, amount = row
        done = int(weeks) if kind is WeekKind.DONE else 0
        sums = Sums(int(weeks), done, int(amount))
        if sums != Sums():
            found_groups[statement].append(Group(programme, operator, kind, basis, price, percent, sums))
    return found_groups


def _summed(pairs: Iterable[tuple[str, Sums]]) -> dict[str, Sums]:
    """Add up sums by key, in the order in which the keys come."""
    sums: dict[str, Sums] = defaultdict(Sums)
    for key, each in pairs:
        sums[key] += each
    return dict(sums)
