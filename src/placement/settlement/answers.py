"""Answers: each side of an agreement acknowledges a statement, or says what it objects to, by a named person.

Whoever answers names the fingerprint of what they have seen. A side that has acknowledged does not take it back: what
turns out wrong later is corrected by a new statement. A side that has objected may acknowledge afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, and_, exists, not_, or_
from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.errors import ConflictError
from placement.events import feed
from placement.register.agreements import agreements_of
from placement.settlement.drawing import happening
from placement.store import access
from placement.store.access import allow, fault
from placement.store.batches import by_owner, read_in_batches
from placement.store.tokens import holder_of
from placement.tables import Agreement, Side, Statement, StatementAnswer, Verdict
from placement.vocabulary import Named

SIDES: Mapping[Role, Side] = {Role.INSTITUTION: Side.INSTITUTION, Role.PROVIDER: Side.PROVIDER}
PARTNERS = frozenset(SIDES)


class StatementState(Named):
    """How far a statement has come between the two sides."""

    DRAWN_UP = "drawn-up", "upprättad", "drawn up"
    HALFWAY = "halfway", "godkänd av ena parten", "acknowledged by one side"
    OBJECTED = "objected", "invänd mot", "objected to"
    ACKNOWLEDGED = "acknowledged", "godkänd av båda", "acknowledged by both"


def state_of(answers: Sequence[StatementAnswer]) -> StatementState:
    """Return a statement's state by the answers to it."""
    settled = {answer.side for answer in answers if answer.verdict is Verdict.ACKNOWLEDGED}
    if settled == set(Side):
        return StatementState.ACKNOWLEDGED
    if any(answer.side not in settled for answer in answers):
        return StatementState.OBJECTED
    return StatementState.HALFWAY if settled else StatementState.DRAWN_UP


def has_state(state: StatementState) -> ColumnElement[bool]:
    """Return the condition for statements with a state."""
    settled = {side: _answered(side, Verdict.ACKNOWLEDGED) for side in Side}
    both, some = and_(*settled.values()), or_(*settled.values())
    objected = or_(*(and_(_answered(side, Verdict.OBJECTED), not_(settled[side])) for side in Side))
    return {
        StatementState.ACKNOWLEDGED: both,
        StatementState.OBJECTED: objected,
        StatementState.HALFWAY: and_(some, not_(both), not_(objected)),
        StatementState.DRAWN_UP: and_(not_(some), not_(objected)),
    }[state]


def _answered(side: Side, verdict: Verdict) -> ColumnElement[bool]:
    """Return the condition for statements that a side has given a verdict on."""
    return exists().where(
        col(StatementAnswer.statement_id) == col(Statement.id),
        col(StatementAnswer.side) == side,
        col(StatementAnswer.verdict) == verdict,
    )


def answers_to(session: Session, statements: Sequence[str]) -> dict[str, list[StatementAnswer]]:
    """Read the answers to some statements, the first first."""
    order = col(StatementAnswer.answered_at), col(StatementAnswer.id)
    found = read_in_batches(session, select(StatementAnswer).order_by(*order), StatementAnswer.statement_id, statements)
    return by_owner(found, lambda answer: answer.statement_id)


def answer(
    session: Session,
    by: Caller,
    statement_id: str,
    verdict: Verdict,
    sha256: str,
    *,
    words: str | None = None,
    answered_by: str | None = None,
) -> StatementAnswer:
    """Answer a statement on the caller's side; unless a person is named, it is the holder of the caller's token.

    Raises a conflict if the fingerprint is not the statement's, or the side has acknowledged it already.
    """
    allow(by, PARTNERS)
    query = select(Statement, Agreement).join(Agreement, col(Agreement.id) == col(Statement.agreement_id))
    query = query.where(col(Statement.id) == statement_id, agreements_of(by)).with_for_update(of=Statement)
    statement, agreement = access.found(session.exec(query).first(), statement_id)
    _hold_words(verdict, words)
    access.refuse_identity_number("/words", words)
    access.refuse_identity_number("/answered_by", answered_by)
    if sha256.lower() != statement.sha256:
        raise access.conflict(
            "/sha256",
            "this is not the fingerprint of the statement: read it again before you answer",
            "detta är inte avräkningens fingeravtryck: läs den igen innan du svarar",
        )
    side = SIDES[by.role]
    if any(
        each.side is side and each.verdict is Verdict.ACKNOWLEDGED
        for each in answers_to(session, [statement.id]).get(statement.id, ())
    ):
        raise ConflictError(
            sv=f"Avräkningen är redan godkänd av {side.words.sv}. Det som visar sig vara fel rättas med en ny.",
            en=f"The statement has been acknowledged by {side.words.en}. What turns out wrong is corrected by a new"
            " one.",
        )
    given = StatementAnswer(
        statement_id=statement.id,
        side=side,
        verdict=verdict,
        sha256=statement.sha256,
        words=words,
        answered_by=answered_by or holder_of(session, by),
    )
    access.add(session, by, given)
    feed.tell(session, [happening(verdict, statement, agreement, side)])
    return given


def _hold_words(verdict: Verdict, words: str | None) -> None:
    """Refuse an objection that does not say what is wrong, and an acknowledgement with words."""
    if verdict is Verdict.OBJECTED and not (words or "").strip():
        raise fault(
            "/words",
            "an objection says what is wrong, such as which placement and how many weeks",
            "en invändning säger vad som är fel, till exempel vilken placering och hur många veckor",
        )
    if verdict is Verdict.ACKNOWLEDGED and words is not None:
        raise fault(
            "/words",
            "words are given only with an objection: whoever has something to object does not acknowledge",
            "ord anges bara med en invändning: den som har något att invända godkänner inte",
        )
