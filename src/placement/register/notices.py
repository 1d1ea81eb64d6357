"""Notice of agreements: given by either party, counted to the day, and withdrawn only if both parties want it.

Months count from the day on which the other party received the notice. The last day has the same number in its month,
or is that month's last day (`placement.clock.months_later`); no day is moved because it is a holiday.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.clock import today
from placement.errors import ConflictError
from placement.events import input_events
from placement.register.agreements import AgreementBook, Signed, show_agreement
from placement.register.writing import writing
from placement.store.access import PARTIES, allow, fault
from placement.tables import Agreement, Term, ends_on
from placement_solver.weeks import IsoWeek


@dataclass(frozen=True, slots=True)
class Affected:
    """A term that an agreement covers only in part once notice has run out: the weeks of it that are lost."""

    term: Term
    first_week: IsoWeek
    weeks: int


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What notice on a day would mean: the agreement as it would be, and the terms that it would no longer cover."""

    signed: Signed
    given_on: dt.date
    terms: tuple[Affected, ...]


def give_notice(
    session: Session, by: Caller, agreement_id: str, day: dt.date, received: dt.date | None = None
) -> Signed:
    """Give notice, as either party may: the agreement ends when its months have passed, or earlier if it was to."""
    allow(by, PARTIES)
    row = show_agreement(session, by, agreement_id).row
    _check_notice(row, day, received)
    with writing(session, by) as writer:
        writer.change(row, {"notice_given_on": day, "notice_received_on": received})
        writer.tell(input_events.of_agreement("notice-given", row))
    return show_agreement(session, by, agreement_id)


def foresee_notice(
    session: Session, by: Caller, agreement_id: str, day: dt.date, received: dt.date | None = None
) -> Foreseen:
    """Tell when an agreement would end if notice were given on a day, and which terms it would not cover wholly."""
    allow(by, PARTIES)
    signed = show_agreement(session, by, agreement_id)
    _check_notice(signed.row, day, received)
    after = replace(signed, row=_under_notice(signed.row, day, received))
    return Foreseen(after, day, tuple(_terms_lost(session, after)))


def withdraw_notice(session: Session, by: Caller, agreement_id: str) -> Signed:
    """Withdraw notice before it has run out, if the other party wants it too.

    The first party that asks for it is noted, and the notice stands. When the other party asks as well, it is
    withdrawn. A coordinator does so at once, on the word of both.
    """
    allow(by, PARTIES)
    row = show_agreement(session, by, agreement_id).row
    _refuse_too_late(row)
    with writing(session, by) as writer:
        agreed = by.role is Role.COORDINATOR or row.withdrawal_by_id not in {None, by.organisation}
        if agreed:
            AgreementBook(writer, [row.id]).withdraw_notice(row)
        elif writer.change(row, {"withdrawal_by_id": by.organisation}):
            writer.tell(input_events.of_agreement("withdrawal-asked", row))
    return show_agreement(session, by, agreement_id)


def _under_notice(row: Agreement, day: dt.date, received: dt.date | None) -> Agreement:
    """Return an agreement as it would be under notice."""
    return Agreement(**{**row.model_dump(), "notice_given_on": day, "notice_received_on": received})


def _check_notice(row: Agreement, day: dt.date, received: dt.date | None) -> None:
    """Refuse a second notice, one received before it is given, and one that runs out before the agreement begins."""
    if row.notice_given_on is not None:
        raise ConflictError(
            sv=f"Avtalet är redan uppsagt, den {row.notice_given_on}.",
            en=f"Notice has already been given, on {row.notice_given_on}.",
        )
    if received is not None and received < day:
        raise fault(
            "/received_on",
            "notice cannot be received before it is given",
            "en uppsägning kan inte tas emot innan den görs",
        )
    last = ends_on(_under_notice(row, day, received))
    if last is not None and last < row.valid_from:
        raise fault(
            "/given_on",
            f"the agreement would end on {last}, before it begins on {row.valid_from}",
            f"avtalet skulle upphöra den {last}, innan det börjar gälla den {row.valid_from}",
        )


def _refuse_too_late(row: Agreement) -> None:
    """Refuse to withdraw a notice that was never given, or that has run out."""
    if row.notice_given_on is None:
        raise ConflictError(sv="Avtalet är inte uppsagt.", en="No notice has been given.")
    last = ends_on(row)
    if last is not None and last < today():
        raise ConflictError(
            sv=f"Avtalet upphörde den {last}. Teckna ett nytt avtal i stället.",
            en=f"The agreement ended on {last}. Sign a new one instead.",
        )


def _terms_lost(session: Session, signed: Signed) -> Iterator[Affected]:
    """Yield the terms with weeks after the last one that a placement can have, and those weeks."""
    last = cast("IsoWeek", signed.last_week)  # under notice an agreement has one
    first_day = signed.row.valid_from
    for term in session.exec(select(Term).order_by(col(Term.first_week), col(Term.id))):
        end = term.first_week.plus(term.weeks - 1)
        first = max(term.first_week, last.plus(1))
        before = signed.row.valid_to is not None and signed.row.valid_to < term.first_week.monday()
        if first <= end and not before and end.sunday() >= first_day and end.sunday() >= today():
            yield Affected(term, first, first.until(end) + 1)
