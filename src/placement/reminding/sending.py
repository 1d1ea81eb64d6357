"""Sending: reminders that are due become events of the feed, and mails where mail is on, each exactly once.

Of the steps of a kind whose day has come, only the last is sent: whoever starts the service late does not send three
reminders of one thing. Once the date has passed nothing is sent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, true
from sqlmodel import Session, col, func, select

from placement.callers import SYSTEM, Caller, Role
from placement.events.feed import Happening, Subject
from placement.register.writing import writing
from placement.reminding.matters import Matter, find_matters
from placement.reminding.rules import REMINDED, steps_on
from placement.reminding.telling import tell_reminders
from placement.store.access import FIRST, Page, Span, allow, page_of
from placement.store.batches import read_in_batches
from placement.store.scopes import units_of
from placement.tables import (
    OrganisationContact,
    ReceiverKind,
    Reminder,
    ReminderKind,
    ReminderMail,
    Unit,
)
from placement_solver.words import Words

WAITING = "waiting"
_TURN = 1_930_0173
"""The number of the PostgreSQL lock by which processes that send reminders take turns until they commit."""


@dataclass(frozen=True, slots=True)
class Due:
    """A matter of which a reminder is to be sent, and the step: how many days before its date."""

    matter: Matter
    days_before: int


@dataclass(frozen=True, slots=True)
class Told:
    """A reminder with what it says, how its mail goes if it is mailed, and whether it has been sent or only is due."""

    row: Reminder
    words: Words
    mail: str | None = None
    sent: bool = True


def find_due(session: Session, day: dt.date) -> list[Due]:
    """Find the reminders that are to be sent on a day: a step's day has come, and it has not been sent."""
    found = []
    for kind, steps in steps_on(session, day).items():
        last = day + dt.timedelta(days=steps[-1])
        sent = _sent(session, kind, day)
        for matter in find_matters(session, kind, day, last):
            days = next(each for each in steps if each >= (matter.due_on - day).days)
            if (matter.subject_id, matter.receiver_id, matter.due_on, days) not in sent:
                found.append(Due(matter, days))
    return found


def send_due(session: Session, day: dt.date, *, mail: bool) -> list[Reminder]:
    """Send the reminders that are due on a day: write each, tell it in the feed, and queue its mail if mail is on.

    Processes take turns, so that the next one sees what this one has sent; the database refuses a second of the same.
    """
    if session.get_bind().dialect.name == "postgresql":  # on SQLite there is only one writer at a time anyway
        session.exec(select(func.pg_advisory_xact_lock(_TURN)))
    due = find_due(session, day)
    with writing(session, SYSTEM) as writer:
        rows = [_reminder(each) for each in due]
        for row, each in zip(rows, due, strict=True):
            writer.add(row)
            writer.tell(_happening(row, each.matter))
    if mail:
        addresses = _addresses(session, rows)
        session.add_all(
            ReminderMail(reminder_id=row.id, address=addresses[row.receiver_id])
            for row in rows
            if row.receiver_id in addresses
        )
        session.flush()
    return rows


def list_sent(session: Session, by: Caller, *, kind: ReminderKind | None = None, span: Span = FIRST) -> Page[Told]:
    """List the reminders that have been sent to the caller, the last first; a coordinator sees all."""
    allow(by, REMINDED)
    query = select(Reminder).where(_received_by(by)).order_by(col(Reminder.sent_at).desc(), col(Reminder.id))
    page = page_of(session, query if kind is None else query.where(Reminder.kind == kind), span)
    mails = read_in_batches(session, select(ReminderMail), ReminderMail.reminder_id, (row.id for row in page.rows))
    mailed = {mail.reminder_id: WAITING if mail.due_at is not None else mail.outcome for mail in mails}
    told = zip(page.rows, tell_reminders(session, page.rows), strict=True)
    return Page([Told(row, words, mailed.get(row.id)) for row, words in told], page.total)


def list_due(
    session: Session, by: Caller, day: dt.date, *, kind: ReminderKind | None = None, span: Span = FIRST
) -> Page[Told]:
    """List the reminders that are due on a day and not sent yet, as they would be sent."""
    allow(by, REMINDED)
    concerns = _concerned(session, by)
    due = [each for each in find_due(session, day) if concerns(each.matter) and kind in {None, each.matter.kind}]
    rows = [_reminder(each) for each in due[span.offset : span.offset + span.limit]]
    told = zip(rows, tell_reminders(session, rows), strict=True)
    return Page([Told(row, words, sent=False) for row, words in told], len(due))


def _sent(session: Session, kind: ReminderKind, day: dt.date) -> set[tuple[str, str, dt.date, int]]:
    """Return what has been sent of a kind about dates that have not passed."""
    rows = session.exec(select(Reminder).where(Reminder.kind == kind, col(Reminder.due_on) >= day))
    return {(row.subject_id, row.receiver_id, row.due_on, row.days_before) for row in rows}


def _reminder(due: Due) -> Reminder:
    """Return the row of a reminder."""
    matter = due.matter
    return Reminder(
        kind=matter.kind,
        subject_type=matter.subject_type,
        subject_id=matter.subject_id,
        receiver_kind=matter.receiver_kind,
        receiver_id=matter.receiver_id,
        term_id=matter.term_id,
        due_on=matter.due_on,
        days_before=due.days_before,
    )


def _happening(row: Reminder, matter: Matter) -> Happening:
    """Return the event of a reminder, for its receiver."""
    whom = {f"{row.receiver_kind.value}_id": row.receiver_id}
    subject = Subject(f"reminder.{row.kind.value}", row.subject_type, row.subject_id, row.term_id, **whom)
    told = {"reminderId": row.id, "dueOn": row.due_on.isoformat(), "daysBefore": row.days_before}
    return subject, {**told, **matter.details}


def _addresses(session: Session, rows: Sequence[Reminder]) -> dict[str, str]:
    """Return where each receiver is written to: a unit's own contact, or else its provider's."""
    at_units = [row.receiver_id for row in rows if row.receiver_kind is ReceiverKind.UNIT]
    units = read_in_batches(session, select(Unit), Unit.id, at_units)
    parties = {row.receiver_id for row in rows} | {unit.provider_id for unit in units}
    contacts = read_in_batches(session, select(OrganisationContact), OrganisationContact.organisation_id, parties)
    found = {contact.organisation_id: contact.contact_email for contact in contacts}
    of_units = {unit.id: unit.contact_email or found.get(unit.provider_id) for unit in units}
    return {**found, **{unit: address for unit, address in of_units.items() if address is not None}}


def _received_by(by: Caller) -> ColumnElement[bool]:
    """Return the condition for the reminders that a caller reads: its own, and those to its units."""
    if by.role is Role.COORDINATOR:
        return true()
    to_units = col(Reminder.receiver_id).in_(select(Unit.id).where(units_of(by)))
    if by.role is Role.UNIT:
        return to_units
    to_itself = and_(col(Reminder.receiver_kind) != ReceiverKind.UNIT, col(Reminder.receiver_id) == by.organisation)
    return to_itself if by.role is Role.INSTITUTION else or_(to_itself, to_units)


def _concerned(session: Session, by: Caller) -> Callable[[Matter], bool]:
    """Return the test of whether a matter is one whose reminder a caller reads."""
    if by.role is Role.COORDINATOR:
        return lambda _matter: True
    units = set() if by.role is Role.INSTITUTION else set(session.exec(select(Unit.id).where(units_of(by))))
    own = units | {by.organisation}
    return lambda matter: matter.receiver_id in own
