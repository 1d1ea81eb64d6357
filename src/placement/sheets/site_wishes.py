"""Sheets of wishes for sites: one row per student in a site round, matched by round and student."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import SYSTEM, Caller, Role
from placement.register.writing import Writer
from placement.sheets import names
from placement.sheets.cells import words_as_text
from placement.sheets.faults import Faults
from placement.sheets.importing import Outcome, every, named_in, take_all
from placement.sheets.keys import Key, Known
from placement.sheets.writing import Sheet
from placement.site_choice.rounds import list_rounds, own_round, rounds_of
from placement.site_choice.wishes import WishBook, list_wishes, records
from placement.store.access import INSTITUTIONS, allow
from placement.store.batches import read_in_batches
from placement.store.scopes import students_of
from placement.tables import Cohort, Programme, Site, SiteQuota, SiteRound, SiteRoundStatus, SiteWish, Student, Term

HEADS = ("id", "roundId", "studentId", "ranking", "priorityRank", "partnerId")
NEEDED = ("round_id", "student_id", "ranking")
PROTECTED = frozenset({"studentId", "partnerId", "priorityRank"})


def sheet(session: Session, by: Caller, *, round: str | None = None) -> Sheet:  # noqa: A002 (named as the query's field)
    """Write the wishes of the caller's rounds, or of one of them."""
    allow(by, INSTITUTIONS)
    ids = [round] if round else [each.round.id for each in every(lambda span: list_rounds(session, by, span=span))]
    found = [
        record
        for round_id in ids
        for record in every(lambda span, of=round_id: list_wishes(session, by, of, span=span))  # type: ignore[misc]
    ]
    rounds, sites = _rounds(session, by), _sites(session, by)
    people = {name for record in found for name in (record.wish.student_id, record.wish.partner_id) if name}
    students = _students(session, by, people)
    lines = [
        (
            record.wish.id,
            rounds.name_of(record.wish.round_id),
            students.name_of(record.wish.student_id),
            words_as_text(sites.words_of(record.wish.ranking)),
            record.priority_rank,
            record.wish.partner_id and students.name_of(record.wish.partner_id),
        )
        for record in found
    ]
    return Sheet(HEADS, lines)


def bring_in(session: Session, by: Caller, rows: Mapping[int, dict[str, Any]], faults: Faults) -> Outcome:
    """Enter the wishes, each in place of any that its student had sent before."""
    allow(by, INSTITUTIONS)
    return take_all(session, by, rows, faults, _Lines)


def _rounds(session: Session, by: Caller) -> names.Names:
    """Name the caller's rounds by their cohorts, as in ``LAK/VT2027/Termin 4``; a cancelled one has only its id."""
    query = (
        select(SiteRound, col(Programme.code), col(Term.code), col(Cohort.name))
        .join(Cohort, col(Cohort.id) == col(SiteRound.cohort_id))
        .join(Programme, col(Programme.id) == col(Cohort.programme_id))
        .join(Term, col(Term.id) == col(Cohort.term_id))
        .where(rounds_of(by))
    )
    called = [
        (row.id, None if row.status is SiteRoundStatus.CANCELLED else f"{programme}/{term}/{cohort}")
        for row, programme, term, cohort in session.exec(query)
    ]
    return names.Names(nouns.SITE_ROUND, called, [(row_id, name) for row_id, name in called if name is not None])


def _sites(session: Session, by: Caller) -> names.Names:
    """Name the sites that take part in the caller's rounds."""
    taking_part = select(SiteQuota.site_id).join(SiteRound, col(SiteRound.id) == col(SiteQuota.round_id))
    query = select(col(Site.id), col(Site.name)).where(col(Site.id).in_(taking_part.where(rounds_of(by))))
    rows = session.exec(query).all()
    return names.Names(nouns.SITE, rows, rows)


def _students(session: Session, by: Caller, wanted: Iterable[str]) -> names.Names:
    """Name the students by id or, for their lärosäte and in a shell on the machine itself, by pseudonym."""
    own = by.role is Role.INSTITUTION or by == SYSTEM
    called = names.students_called(session, by, set(wanted)) if own else wanted
    query = select(col(Student.id), col(Student.external_id)).where(students_of(by))
    found = read_in_batches(session, query, Student.id, called)
    return names.Names(nouns.STUDENT, ((row_id, pseudonym if own else None) for row_id, pseudonym in found))


class _Lines:
    """The lines of one import, over everything that they refer to."""

    def __init__(self, writer: Writer, rows: Mapping[int, dict[str, Any]]) -> None:
        self._writer, session, by = writer, writer.session, writer.by
        self._rounds = _rounds(session, by)
        students = _students(session, by, named_in(rows, "student_id", "partner_id"))
        self._references = {
            "round_id": self._rounds,
            "student_id": students,
            "partner_id": students,
            "ranking": _sites(session, by),
        }
        asked = {found for name in named_in(rows, "round_id") if (found := self._rounds.id_of(name))}
        own = select(SiteWish).where(col(SiteWish.round_id).in_(select(SiteRound.id).where(rounds_of(by))))
        by_id = read_in_batches(session, own, SiteWish.id, named_in(rows, "id"))
        self._open = {
            round_id: own_round(session, by, round_id, lock=True)
            for round_id in sorted(asked | {wish.round_id for wish in by_id})
        }
        wishes = read_in_batches(session, select(SiteWish), SiteWish.round_id, self._open)
        self._known = Known(nouns.SITE_WISH, wishes, lambda row: _key_of(row.model_dump()), personal=True)
        named = {row_id for name in named_in(rows, "student_id", "partner_id") if (row_id := students.id_of(name))}
        people = named | {wish.student_id for wish in by_id}
        self._books = {round_id: WishBook(writer, row, people) for round_id, row in self._open.items()}
        self.outcome = Outcome(len(rows))

    def refer(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a line's values with ids in place of names."""
        return names.refer_all(values, self._references, self.outcome.assumed)

    def take(self, values: dict[str, Any]) -> None:
        """Enter one wish."""
        given = self.refer(values)
        if "id" not in given:
            names.need(given, "round_id", "student_id")
        wish = self._known.find(given, _key_of(given), self.outcome.assumed)
        if wish is None:
            names.need(given, *NEEDED)
            self._known.claim(None, _key_of(given))
        else:
            self._known.claim(wish, _key_of(wish.model_dump()))
            names.hold(wish, given, "round_id", "student_id")
            given = {**self._standing(wish), **given}
        changed = self._books[given["round_id"]].send(given["student_id"], given)
        if changed is None:
            self.outcome.created += 1
        else:
            self.outcome.count(changed=changed)

    def _standing(self, wish: SiteWish) -> dict[str, Any]:
        """Return what a wish says now; what a line leaves out stays so."""
        [record] = records(self._writer.session, self._open[wish.round_id], [wish])
        return {
            "round_id": wish.round_id,
            "student_id": wish.student_id,
            "ranking": list(wish.ranking),
            "priority_rank": record.priority_rank,
            "partner_id": wish.partner_id,
        }


def _key_of(values: Mapping[str, Any]) -> Key:
    """Return the key of a wish, of which nothing is a text of its own: its round and student."""
    return Key("student_id", "", (values.get("round_id"), values.get("student_id")))
