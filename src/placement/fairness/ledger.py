"""The ledger: what each placement has cost its student, written when the student is told and never changed afterwards.

The service writes a line when a placement is published, when it moves to another unit or other weeks, also by a swap,
and when it ends; the coordinator writes one that corrects wrong data. A placement's latest line counts, unless the
placement has ended. So a line says what was true when it was written, wherever the student lives now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.clock import day_of, now, today
from placement.events import feed
from placement.fairness.stays import Stay, weigh_stays
from placement.store.access import COORDINATORS, INSTITUTIONS, add, allow, fault, found, refer
from placement.store.batches import read_in_batches
from placement.store.scopes import students_of
from placement.tables import (
    HOLDING,
    CorrectionReason,
    LedgerCause,
    LedgerEntry,
    Placement,
    PlannedPlacement,
    Publication,
    Student,
    Unit,
)
from placement_solver.problem import Problem, RequestId, UnitId

CORRECTABLE = ("minutes", "km", "told_on", "possible_wishes", "wish_rank")
_PLACE = ("student_id", "term_id", "placement_id", "unit_id", "unit_name", "start", "weeks", "long_after")
_KEPT = (*_PLACE, *CORRECTABLE, "unmet_wishes")


def follow(
    session: Session,
    placements: Iterable[Placement],
    solved: Problem,
    publication: Publication,
    drawn: Sequence[PlannedPlacement] = (),
) -> None:
    """Write a line for each placement that has ended, or is elsewhere than its latest line says; no other is touched.

    ``solved`` is the problem that the placements were planned from; what it does not ask for has no line. ``drawn`` is
    the plan that the publication puts in force. Those told by an earlier publication were told on its day.
    """
    those = list(placements)
    latest = _latest(session, those)
    _end(session, those, latest)
    held = [each for each in those if each.status in HOLDING and each.request_id in solved.request]
    ids = {each.request_id: each.id for each in held}
    why = {(ids.get(each.request_id), each.unit_id, each.start): each.unmet_wishes for each in drawn}
    elsewhere = [each for each in held if each.id not in latest or _differs(latest[each.id], each)]
    for line in _written(session, elsewhere, solved, latest, publication):
        line.unmet_wishes = why.get((line.placement_id, line.unit_id, line.start))
        session.add(line)
    session.flush()


def exchange(session: Session, placements: Sequence[Placement], judged: Problem) -> None:
    """Write a line for each placement that has exchanged its place in a swap; one from before the ledger gets none.

    The student agreed to the swap, so the day of the notice stays: a late swap is no late notice. ``judged`` is the
    term's problem as it is now, with the units that the students wish for.
    """
    latest = _latest(session, placements)
    stays = weigh_stays(judged, ((RequestId(each.request_id), UnitId(each.unit_id)) for each in placements))
    for each in placements:
        if each.id in latest:
            told_on = latest[each.id].told_on
            unit = session.get_one(Unit, each.unit_id)
            line = _first(each, stays[RequestId(each.request_id)], unit.name, told_on)
            line.number, line.cause = latest[each.id].number + 1, LedgerCause.MOVED
            session.add(line)
    session.flush()


def end(session: Session, placement: Placement) -> None:
    """Write that a placement counts for nothing, if it has ended and has a line."""
    _end(session, [placement], _latest(session, [placement]))
    session.flush()


def latest_of(entries: Iterable[LedgerEntry]) -> dict[str, LedgerEntry]:
    """Return the latest line of each placement, by its id."""
    latest: dict[str, LedgerEntry] = {}
    for entry in entries:
        known = latest.get(entry.placement_id)
        if known is None or known.number < entry.number:
            latest[entry.placement_id] = entry
    return latest


def counted(entries: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    """Return the lines that count: the latest of each placement that has not ended, in the order of their weeks."""
    standing = (entry for entry in latest_of(entries).values() if entry.cause is not LedgerCause.ENDED)
    return sorted(standing, key=lambda entry: (entry.start, entry.placement_id))


def lines_of(session: Session, by: Caller, student_id: str) -> Sequence[LedgerEntry]:
    """Return every line about one of the caller's students, in the order in which they were written."""
    allow(by, INSTITUTIONS)
    own = select(Student.id).where(col(Student.id) == student_id, students_of(by))
    found(session.exec(own).first(), student_id)
    query = select(LedgerEntry).where(LedgerEntry.student_id == student_id)
    return session.exec(query.order_by(col(LedgerEntry.placement_id), col(LedgerEntry.number))).all()


def correct(
    session: Session,
    by: Caller,
    student_id: str,
    placement_id: str,
    reason: CorrectionReason,
    values: Mapping[str, Any],
) -> LedgerEntry:
    """Write a line that has other values than a placement's latest, because that was wrong.

    Only the coordinator does it, so that no lärosäte can give its own students points.
    """
    allow(by, COORDINATORS)
    lines = [entry for entry in lines_of(session, by, student_id) if entry.placement_id == placement_id]
    latest = refer(lines[-1] if lines else None, "/placement_id", nouns.PLACEMENT, nouns.IN_THE_LEDGER)
    if latest.cause is LedgerCause.ENDED:
        raise fault(
            "/placement_id",
            "the placement has ended and counts for nothing",
            "placeringen är avslutad och räknas inte",
        )
    entry = _next(latest, LedgerCause.CORRECTED, correction=reason, **values)
    _check(entry, latest)
    add(session, by, entry)
    institution = session.get_one(Student, student_id).institution_id
    subject = feed.Subject("ledger.corrected", "ledger-entry", entry.id, entry.term_id, institution)
    told = {"studentId": student_id, "placementId": placement_id, "reason": reason}
    feed.tell(session, [(subject, told)])
    return entry


def _check(entry: LedgerEntry, latest: LedgerEntry) -> None:
    """Refuse a correction that changes nothing or cannot be true."""
    if all(getattr(entry, name) == getattr(latest, name) for name in CORRECTABLE):
        raise fault("", "the line already says this", "raden säger redan detta")
    if entry.wish_rank > entry.possible_wishes:
        raise fault(
            "/wish_rank",
            f"there are only {entry.possible_wishes} wishes to come before the unit",
            f"det finns bara {entry.possible_wishes} önskemål som kan komma före enheten",
        )
    if entry.told_on != latest.told_on and entry.told_on > today():
        raise fault("/told_on", f"{entry.told_on} has not come yet", f"{entry.told_on} har inte varit än")


def _latest(session: Session, placements: Iterable[Placement]) -> dict[str, LedgerEntry]:
    """Return the latest line of each of some placements that has one."""
    ids = (each.id for each in placements)
    return latest_of(read_in_batches(session, select(LedgerEntry), LedgerEntry.placement_id, ids))


def _end(session: Session, placements: Iterable[Placement], latest: Mapping[str, LedgerEntry]) -> None:
    """Write that those that have ended count for nothing from now on."""
    ended = (latest[each.id] for each in placements if each.status not in HOLDING and each.id in latest)
    session.add_all(_next(line, LedgerCause.ENDED) for line in ended if line.cause is not LedgerCause.ENDED)


def _written(
    session: Session,
    placements: Sequence[Placement],
    solved: Problem,
    latest: Mapping[str, LedgerEntry],
    publication: Publication,
) -> Iterator[LedgerEntry]:
    """Yield the lines of what placements mean for their students, who were told on the day of their publication."""
    stays = weigh_stays(solved, ((RequestId(each.request_id), UnitId(each.unit_id)) for each in placements))
    earlier = {each.publication_id for each in placements} - {publication.id}
    publications = read_in_batches(session, select(Publication), Publication.id, earlier)
    told = {publication.id: today(), **{each.id: day_of(each.published_at) for each in publications}}
    units = read_in_batches(session, select(Unit), Unit.id, (each.unit_id for each in placements))
    names = {unit.id: unit.name for unit in units}
    for each in placements:
        line = _first(each, stays[RequestId(each.request_id)], names[each.unit_id], told[each.publication_id])
        before = latest.get(each.id)
        if before is not None:
            line.number, line.cause = before.number + 1, LedgerCause.MOVED
        yield line


def _first(placement: Placement, stay: Stay, unit_name: str, told_on: dt.date) -> LedgerEntry:
    """Return the first line of a placement as it is in force."""
    return LedgerEntry(
        student_id=stay.student,
        term_id=placement.term_id,
        placement_id=placement.id,
        number=1,
        unit_id=placement.unit_id,
        unit_name=unit_name,
        cause=LedgerCause.PUBLISHED,
        recorded_at=now(),
        told_on=told_on,
        start=placement.start,
        weeks=placement.weeks,
        minutes=stay.minutes,
        long_after=stay.long_after,
        km=stay.km,
        possible_wishes=stay.possible_wishes,
        wish_rank=stay.wish_rank,
    )


def _next(entry: LedgerEntry, cause: LedgerCause, **values: Any) -> LedgerEntry:  # noqa: ANN401 (any column)
    """Return a placement's next line: the values of the latest, but for those given."""
    kept = {name: getattr(entry, name) for name in _KEPT}
    return LedgerEntry(**{**kept, **values}, cause=cause, recorded_at=now(), number=entry.number + 1)


def _differs(entry: LedgerEntry, placement: Placement) -> bool:
    """Tell whether a placement is elsewhere, or at another time, than a line says; who supervises does not matter."""
    return (entry.unit_id, entry.start, entry.weeks) != (placement.unit_id, placement.start, placement.weeks)
