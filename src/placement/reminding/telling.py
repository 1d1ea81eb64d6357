"""Telling: what a reminder says, in words; it names units, terms and parties, and never a student or a supervisor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlmodel import Session, select

from placement.store.batches import read_in_batches
from placement.tables import Agreement, Organisation, Reminder, ReminderKind, Term, Unit, last_week
from placement_solver.words import Words

_UNKNOWN = "–"
_OVER = Words("Det som påminnelsen gällde finns inte längre.", "What the reminder was about no longer exists.")


def tell_reminders(session: Session, reminders: Sequence[Reminder]) -> list[Words]:
    """Say what each of many reminders is about; what they name is read once for all, and found in the session then."""
    terms = read_in_batches(session, select(Term), Term.id, (each.term_id for each in reminders if each.term_id))
    units = read_in_batches(session, select(Unit), Unit.id, (each.receiver_id for each in reminders))
    agreements = read_in_batches(session, select(Agreement), Agreement.id, (each.subject_id for each in reminders))
    ids = (party for row in agreements for party in (row.institution_id, row.provider_id))
    parties = read_in_batches(session, select(Organisation), Organisation.id, ids)
    told = [tell_reminder(session, each) for each in reminders]
    del terms, units, agreements, parties  # not before: a session forgets rows that nobody holds
    return told


def tell_reminder(session: Session, reminder: Reminder) -> Words:
    """Say what a reminder is about, by what its date is, and what can be done."""
    return _TELLING[reminder.kind](session, reminder)


def _of_requests(session: Session, reminder: Reminder) -> Words:
    term, day = _term(session, reminder), reminder.due_on
    return Words(
        f"Det finns inga begäranden från er i terminen {term}. Sista dagen för begäranden är {day}.",
        f"There are no requests from you in the term {term}. The last day for requests is {day}.",
    )


def _of_answers(session: Session, reminder: Reminder) -> Words:
    term, unit, day = _term(session, reminder), _unit(session, reminder), reminder.due_on
    return Words(
        f"{unit} har inte svarat om platser i terminen {term}. Sista dagen för svar är {day}. "
        "Noll platser är också ett svar.",
        f"{unit} has not answered about places in the term {term}. The last day for answers is {day}. "
        "No places is an answer too.",
    )


def _of_students(session: Session, reminder: Reminder) -> Words:
    term, day = _term(session, reminder), reminder.due_on
    return Words(
        f"Studenter hos er har inte svarat om de kommer till sin placering i terminen {term}. Sista dagen för deras "
        f"svar är {day}. Påminn dem: tjänsten har inga adresser till studenter. Vilka de är står i listan över "
        "placeringar.",
        f"Students of yours have not said whether they come to their placement in the term {term}. The last day for "
        f"their answers is {day}. Remind them: the service has no addresses of students. The list of placements has "
        "who they are.",
    )


def _of_agreement(session: Session, reminder: Reminder) -> Words:
    row = session.get(Agreement, reminder.subject_id)
    if row is None:
        return _OVER
    one, two = (session.get_one(Organisation, party) for party in (row.institution_id, row.provider_id))
    noticed = row.notice_given_on is not None
    sv, en = ("är uppsagt och upphör", "is under notice and ends") if noticed else ("löper ut", "runs out")
    week = last_week(row)
    return Words(
        f"Avtalet mellan {one.name_sv} och {two.name_sv} {sv} den {reminder.due_on}, och inget annat tar vid. "
        f"Den sista vecka som en placering kan ha är {week}.",
        f"The agreement between {one.name_en} and {two.name_en} {en} on {reminder.due_on}, and no other takes over. "
        f"The last week that a placement can have is {week}.",
    )


def _of_training(session: Session, reminder: Reminder) -> Words:
    unit, day = _unit(session, reminder), reminder.due_on
    return Words(
        f"Utbildningen för en handledare vid {unit} går ut den {day}, och ingen senare är registrerad.",
        f"The training of a supervisor at {unit} expires on {day}, and no later one is registered.",
    )


def _term(session: Session, reminder: Reminder) -> str:
    term = session.get(Term, reminder.term_id)
    return _UNKNOWN if term is None else term.code


def _unit(session: Session, reminder: Reminder) -> str:
    unit = session.get(Unit, reminder.receiver_id)
    return _UNKNOWN if unit is None else unit.name


_TELLING: Mapping[ReminderKind, Callable[[Session, Reminder], Words]] = {
    ReminderKind.REQUESTS_DUE: _of_requests,
    ReminderKind.ANSWER_DUE: _of_answers,
    ReminderKind.STUDENT_ANSWERS_DUE: _of_students,
    ReminderKind.AGREEMENT_ENDS: _of_agreement,
    ReminderKind.TRAINING_EXPIRES: _of_training,
}
