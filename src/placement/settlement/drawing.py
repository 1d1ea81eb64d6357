"""Drawing up: a coordinator makes the statements of a half-year from the placements as they are then.

Once drawn up, a statement stays as it is. Where placements or agreements say something else later, the next one for the
same agreement and half-year has the differences, so that all of them together say what the placements say now.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import insert
from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.clock import now, today
from placement.errors import ConflictError
from placement.events import feed
from placement.identity_numbers import holds_identity_number
from placement.settlement.coverage import Coverage
from placement.settlement.fingerprints import document_of, fingerprint_of
from placement.settlement.half_years import HalfYear
from placement.settlement.lines import Line, difference, lines_of
from placement.settlement.stays import stays_in
from placement.store import access
from placement.store.access import COORDINATORS, allow
from placement.store.protection import counting_everyone
from placement.store.tokens import holder_of
from placement.tables import Agreement, Statement, StatementLine, new_id

Earlier = Mapping[str, Sequence[tuple[Statement, Sequence[Line]]]]
"""The statements of a half-year with their lines by agreement, the first first."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn up for a half-year: statements and corrections, and what could not be or need not be.

    ``unchanged`` agreements say what they said. ``uncovered`` student-weeks never had an agreement.
    """

    half_year: HalfYear
    statements: tuple[Statement, ...]
    unchanged: int
    uncovered: int

    @property
    def corrections(self) -> int:
        """Return how many of the statements correct earlier ones."""
        return sum(statement.corrects_id is not None for statement in self.statements)

    @property
    def sums(self) -> dict[str, int]:
        """Return what the statements come to, by currency."""
        sums: Counter[str] = Counter()
        for statement in self.statements:
            sums[statement.currency] += statement.amount_ore
        return dict(sorted(sums.items()))


def draw_up(
    session: Session, by: Caller, agreement_id: str, half_year: HalfYear, drawn_up_by: str | None = None
) -> Statement:
    """Draw up an agreement's statement for a half-year, or the correction of it.

    Raises a conflict if the half-year has not begun, if there is nothing to settle, or nothing to correct.
    """
    _let(by, half_year, drawn_up_by)
    agreement = access.refer(session.get(Agreement, agreement_id), "/agreement_id", nouns.AGREEMENT)
    drawn = _draw(session, by, half_year, drawn_up_by, agreement)
    if not drawn.statements:
        raise _nothing(half_year, drawn)
    return drawn.statements[0]


def draw_up_all(session: Session, by: Caller, half_year: HalfYear, drawn_up_by: str | None = None) -> Drawn:
    """Draw up the statements and corrections of every agreement for a half-year; nothing where nothing has changed."""
    _let(by, half_year, drawn_up_by)
    return _draw(session, by, half_year, drawn_up_by)


def _let(by: Caller, half_year: HalfYear, drawn_up_by: str | None) -> None:
    """Refuse a caller who may not draw up statements, and a half-year that has not begun."""
    allow(by, COORDINATORS)
    access.refuse_identity_number("/drawn_up_by", drawn_up_by)
    if today() < half_year.first_day():
        raise ConflictError(
            sv=f"Halvåret {half_year.words.sv} har inte börjat: det kan avräknas från den {half_year.first_day()}.",
            en=f"The half-year {half_year.words.en} has not begun: it can be settled from {half_year.first_day()}.",
        )


def _nothing(half_year: HalfYear, drawn: Drawn) -> ConflictError:
    """Return the refusal to draw up a statement that would say nothing."""
    if drawn.unchanged:
        return ConflictError(
            sv=f"Det finns inget att rätta: avräkningen för {half_year.words.sv} säger redan vad placeringarna säger.",
            en=f"There is nothing to correct: the settlement of {half_year.words.en} says what the placements say.",
        )
    return ConflictError(
        sv=f"Det finns inget att avräkna: avtalet har inga placeringar i {half_year.words.sv}.",
        en=f"There is nothing to settle: the agreement has no placements in {half_year.words.en}.",
    )


@counting_everyone
def _draw(
    session: Session, by: Caller, half_year: HalfYear, drawn_up_by: str | None, only: Agreement | None = None
) -> Drawn:
    """Draw up what there is to draw up, for one agreement or for all; those who draw up take turns by agreement."""
    locked = select(Agreement.id).order_by(col(Agreement.id)).with_for_update()
    session.exec(locked if only is None else locked.where(col(Agreement.id) == only.id)).all()
    covered = Coverage(session)
    stays = stays_in(session, half_year, None if only is None else only.institution_id)
    lines = lines_of(stays, half_year, covered)
    uncovered = sum(line.weeks for line in lines.pop(None, ()))
    earlier = statements_in(session, half_year, None if only is None else [only.id])
    wanted = {only.id} if only else {*lines, *earlier}
    name, made, unchanged = drawn_up_by or holder_of(session, by), [], 0
    for agreement_id in sorted(each for each in wanted if each is not None):
        before, after = earlier.get(agreement_id, ()), lines.get(agreement_id, [])
        changes = difference([line for _, own in before for line in own], after)
        if changes:
            agreement = covered.agreements[agreement_id]
            made.append(
                (_statement(agreement, half_year, name, [row for row, _ in before], changes), agreement, changes)
            )
        else:
            unchanged += bool(before)
    for each in made:
        _seal(*each)
    _store(session, by, made)
    return Drawn(half_year, tuple(statement for statement, _, _ in made), unchanged, 0 if only else uncovered)


def statements_in(session: Session, half_year: HalfYear, agreements: Collection[str] | None = None) -> Earlier:
    """Read the statements of a half-year with their lines, perhaps of some agreements only."""
    query = select(Statement).where(col(Statement.half_year) == str(half_year)).order_by(col(Statement.number))
    if agreements is not None:
        query = query.where(col(Statement.agreement_id).in_(agreements))
    rows = session.exec(query).all()
    own = select(StatementLine).join(Statement, col(Statement.id) == col(StatementLine.statement_id))
    own = own.where(col(Statement.half_year) == str(half_year))
    if agreements is not None:
        own = own.where(col(Statement.agreement_id).in_(agreements))
    lines: dict[str, list[Line]] = defaultdict(list)
    for line in session.exec(own.order_by(col(StatementLine.statement_id), col(StatementLine.number))):
        lines[line.statement_id].append(Line.of(line))
    found: dict[str, list[tuple[Statement, Sequence[Line]]]] = defaultdict(list)
    for row in rows:
        found[row.agreement_id].append((row, lines[row.id]))
    return found


def _statement(
    agreement: Agreement, half_year: HalfYear, name: str, before: Sequence[Statement], lines: Sequence[Line]
) -> Statement:
    """Make the next statement of an agreement for a half-year; its fingerprint is not known yet."""
    if before and before[0].currency != agreement.currency:
        raise ConflictError(
            sv=f"Avtalet {agreement.id} har fått valutan {agreement.currency} sedan avräkningen gjordes i"
            f" {before[0].currency}: en rättelse görs i samma valuta.",
            en=f"The agreement {agreement.id} has got the currency {agreement.currency} since it was settled in"
            f" {before[0].currency}: a correction is made in the same currency.",
        )
    return Statement(
        agreement_id=agreement.id,
        half_year=str(half_year),
        number=len(before) + 1,
        corrects_id=before[0].id if before else None,
        currency=agreement.currency,
        planned_weeks=sum(line.weeks for line in lines),
        done_weeks=sum(line.done for line in lines),
        amount_ore=sum(line.amount_ore for line in lines),
        sha256="",
        drawn_up_by=name,
        drawn_up_at=now(),
    )


def _seal(statement: Statement, agreement: Agreement, lines: Sequence[Line]) -> None:
    """Give a statement its fingerprint, and another id where some call with the fingerprint would be refused.

    One fingerprint in some 15,000 has digits in a row that could be a personal identity number.
    """
    statement.sha256 = fingerprint_of(document_of(statement, agreement, lines))
    while holds_identity_number(statement.sha256):
        statement.id = new_id("stm")
        statement.sha256 = fingerprint_of(document_of(statement, agreement, lines))


def _store(session: Session, by: Caller, made: Sequence[tuple[Statement, Agreement, Sequence[Line]]]) -> None:
    """Store statements with their lines and audit entries, and tell both sides of each."""
    rows = []
    for statement, _, lines in made:
        access.add(session, by, statement)
        rows += [
            {
                "statement_id": statement.id,
                "number": number,
                "amount_ore": line.amount_ore,
                **{name: getattr(line, name) for name in Line.__dataclass_fields__},
            }
            for number, line in enumerate(lines, 1)
        ]
    if rows:
        session.connection().execute(insert(StatementLine), rows)
    feed.tell(
        session,
        [
            happening("corrected" if statement.corrects_id else "drawn-up", statement, agreement)
            for statement, agreement, _ in made
        ],
    )


def happening(what: str, statement: Statement, agreement: Agreement, side: str | None = None) -> feed.Happening:
    """Write an event about a statement, for the two sides of its agreement."""
    subject = feed.Subject(
        f"statement.{what}",
        "statement",
        statement.id,
        institution_id=agreement.institution_id,
        provider_id=agreement.provider_id,
    )
    return subject, {
        "statementId": statement.id,
        "agreementId": agreement.id,
        "halfYear": statement.half_year,
        "number": statement.number,
        "currency": statement.currency,
        "amountOre": statement.amount_ore,
        "sha256": statement.sha256,
        "side": side,
    }
