"""Inquiries: who saw something of some students between two times, who changed it, and who could have seen it.

Who saw and changed is read from the audit trail. Who could have seen is worked out from the tokens that were valid
then, and from what their roles let see: every coordinator and auditor, the student's lärosäte, and the units that have
had the student, with their provider and operator. Those who run the machine itself can always see everything.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select

from placement.callers import Caller, Role
from placement.clock import STOCKHOLM
from placement.errors import Fault, InvalidError
from placement.store.access import AUDITORS, allow
from placement.store.acting import beyond_own
from placement.store.batches import read_in_batches
from placement.store.protection import hidden_in
from placement.tables import Action, ApiToken, AuditEntry, Placement, Request, Student, Unit

MOST_PEOPLE = 1_000
_AT_A_TIME = 2_000


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who acted: a token (``system`` is the service itself), its label, role and organisation."""

    token: str | None
    label: str | None
    role: Role
    organisation: str | None


@dataclass(slots=True)
class Seen:
    """How often somebody saw or changed something of a student in one way, and when first and last.

    ``what`` is the operation of a look, or the table of what was changed. ``first_entry`` and ``last_entry`` are the
    numbers of the entries in the trail.
    """

    who: Who
    action: Action
    what: str
    first: dt.datetime
    last: dt.datetime
    first_entry: int
    last_entry: int
    times: int = 1


@dataclass(frozen=True, slots=True)
class CouldSee:
    """A token that was valid at some time of an inquiry, and by its role let see a student."""

    who: Who
    unit: str | None
    since: dt.datetime
    until: dt.datetime


@dataclass(slots=True)
class PersonSeen:
    """What was found out about one student; ``known`` is false if there is no such student now."""

    student: str
    known: bool
    seen: list[Seen] = field(default_factory=list)
    could_see: list[CouldSee] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """The answer: a student each, and how many entries of the time have been erased and can say nothing any more."""

    since: dt.datetime
    until: dt.datetime
    people: Sequence[PersonSeen]
    erased: int


def inquire(session: Session, by: Caller, students: Iterable[str], since: dt.datetime, until: dt.datetime) -> Inquiry:
    """Find out who saw, changed or could have seen something of some students from one time to just before another.

    A student who is hidden from the caller is as one that does not exist; on the machine nobody is hidden.
    """
    allow(by, AUDITORS)
    wanted = sorted(set(students))
    _check(wanted, since, until)
    with beyond_own(session):
        institutions = _institutions(session, wanted)
        people = {student: PersonSeen(student, student in institutions) for student in wanted}
        labels = {row.id: row for row in session.exec(select(ApiToken))}
        erased = _read_trail(session, people, labels, since, until)
        units = _units(session, wanted, until)
        for token in sorted(labels.values(), key=lambda row: (row.created_at, row.id)):
            for student in _in_sight(token, institutions, units, since, until):
                people[student].could_see.append(
                    CouldSee(_holder(token), token.unit_id, token.created_at, _end_of(token))
                )
    return Inquiry(since, until, list(people.values()), erased)


def _check(wanted: Sequence[str], since: dt.datetime, until: dt.datetime) -> None:
    """Refuse an inquiry about nobody, about too many, or of no time."""
    if not 1 <= len(wanted) <= MOST_PEOPLE:
        raise InvalidError(
            Fault("/student_ids", f"name 1 to {MOST_PEOPLE} students", f"ange 1 till {MOST_PEOPLE} studenter")
        )
    if since >= until:
        raise InvalidError(Fault("/until", "it must be later than since", "den måste vara senare än since"))


def _institutions(session: Session, students: Sequence[str]) -> dict[str, str]:
    """Return the lärosäte of each student there is."""
    query = select(col(Student.id), col(Student.institution_id))
    return dict(read_in_batches(session, query, Student.id, students))


def _read_trail(
    session: Session,
    people: dict[str, PersonSeen],
    labels: dict[str, ApiToken],
    since: dt.datetime,
    until: dt.datetime,
) -> int:
    """Sort the entries about the students by who did what; return how many entries can say nothing any more."""
    then = col(AuditEntry.at) >= since, col(AuditEntry.at) < until
    entry = AuditEntry
    query = (
        columns(
            col(entry.sequence),
            col(entry.at),
            col(entry.people),
            col(entry.action),
            col(entry.object_type),
            col(entry.after),
            col(entry.actor_token),
            col(entry.actor_role),
            col(entry.actor_organisation),
        )
        .where(*then, col(entry.people).is_not(None))
        .order_by(col(entry.sequence))
        .execution_options(yield_per=_AT_A_TIME)
    )
    found: dict[str, dict[tuple[object, ...], Seen]] = defaultdict(dict)
    ours = people.keys() - hidden_in(session).student_ids
    for sequence, at, named, action, kind, after, token, role, organisation in session.connection().execute(query):
        for student in ours.intersection(named):
            what = after["operation"] if action is Action.READ else kind
            key = token, role, organisation, action, what
            seen = found[student].get(key)
            if seen is None:
                label = labels[token].label if token in labels else None
                who = Who(token, label, role, organisation)
                seen = found[student][key] = Seen(who, action, what, at, at, sequence, sequence, 0)
                people[student].seen.append(seen)
            seen.first, seen.last = min(seen.first, at), max(seen.last, at)
            seen.last_entry, seen.times = sequence, seen.times + 1
    gone = select(func.count()).where(*then, col(entry.salt).is_(None))
    return session.exec(gone).one()


def _units(
    session: Session, students: Sequence[str], until: dt.datetime
) -> dict[str, set[tuple[str, str, str | None]]]:
    """Return where each student has had a placement by a time: unit, provider and operator.

    Where a placement was before it moved is in the trail.
    """
    asked = dict(
        read_in_batches(session, select(col(Request.id), col(Request.student_id)), Request.student_id, students)
    )
    placed = {row.id: row for row in read_in_batches(session, select(Placement), Placement.request_id, asked)}
    stays = {(asked[row.request_id], row.unit_id) for row in placed.values()}
    query = select(col(AuditEntry.object_id), col(AuditEntry.before), col(AuditEntry.after)).where(
        AuditEntry.object_type == "placement", col(AuditEntry.at) < until
    )
    for placement_id, *values in read_in_batches(session, query, AuditEntry.object_id, placed):
        units = {value["unit_id"] for value in values if value and value.get("unit_id")}
        stays |= {(asked[placed[placement_id].request_id], unit) for unit in units}
    rows = read_in_batches(session, select(Unit), Unit.id, {unit for _, unit in stays})
    units_by_id = {row.id: (row.id, row.provider_id, row.operator_id) for row in rows}
    found: dict[str, set[tuple[str, str, str | None]]] = defaultdict(set)
    for student, unit in ((student, unit) for student, unit in stays if unit in units_by_id):
        found[student].add(units_by_id[unit])
    return found


def _in_sight(
    token: ApiToken,
    institutions: dict[str, str],
    units: dict[str, set[tuple[str, str, str | None]]],
    since: dt.datetime,
    until: dt.datetime,
) -> list[str]:
    """Return the students whom a token could see in a time, by its role and by when it was valid."""
    if token.created_at >= until or _end_of(token) <= since:
        return []
    match token.role:
        case Role.COORDINATOR | Role.AUDITOR:
            return list(institutions)
        case Role.INSTITUTION:
            return [student for student, owner in institutions.items() if owner == token.organisation_id]
        case Role.PROVIDER:
            theirs = token.organisation_id
            return [student for student, those in units.items() if any(theirs in unit[1:] for unit in those)]
        case Role.UNIT | Role.SUPERVISOR:
            return [student for student, those in units.items() if any(token.unit_id == unit[0] for unit in those)]
        case _:  # a student's token sees no student
            return []


def _end_of(token: ApiToken) -> dt.datetime:
    """Return when a token stopped, or will stop, to let anybody in."""
    over = dt.datetime.combine(token.expires_on + dt.timedelta(days=1), dt.time(), STOCKHOLM)
    return over if token.revoked_at is None else min(over, token.revoked_at)


def _holder(token: ApiToken) -> Who:
    return Who(token.id, token.label, token.role, token.organisation_id)
