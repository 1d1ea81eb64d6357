"""Terms: the weeks that are planned together, the dates of the round, and how a plan is weighed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.errors import ConflictError
from placement.events import feed, input_events
from placement.nouns import Counted, joined
from placement.register.rounds import RoundDates, usual_dates
from placement.store.access import (
    ANYONE,
    COORDINATORS,
    FIRST,
    Page,
    Span,
    add,
    allow,
    change,
    conflict,
    fault,
    found,
    matching,
    page_of,
    remove,
)
from placement.tables import CapacityOffer, Course, CourseWindow, OfferWeek, Pin, Request, Run, RunStatus, Term
from placement_solver.weeks import IsoWeek

ROUND = tuple(RoundDates.__annotations__)
_NOT_IN_ADDRESS = frozenset("/\\?#%")
_OTHER_ADDRESSES = (".", "..", "new")
"""What leads elsewhere in an address; ``new`` is the page with the form for another term."""


def list_terms(session: Session, by: Caller, *, code: str | None = None, span: Span = FIRST) -> Page[Term]:
    """List the terms, the earliest first, optionally only the one with a code."""
    allow(by, ANYONE)
    query = select(Term).order_by(col(Term.first_week), col(Term.id))
    return page_of(session, matching(query, [(Term.code, code)]), span)


def show_term(session: Session, by: Caller, term_id: str) -> Term:
    """Show one term."""
    allow(by, ANYONE)
    return found(session.get(Term, term_id), term_id)


def term_called(session: Session, by: Caller, code: str) -> Term:
    """Show the term with a code."""
    allow(by, ANYONE)
    return found(session.exec(select(Term).where(Term.code == code)).first(), code)


def open_term(session: Session, by: Caller, given: Mapping[str, Any]) -> Term:
    """Open a term for planning; a date that is not given is the round's usual one."""
    allow(by, COORDINATORS)
    check_code(given["code"])
    term = Term(**_with_usual_dates({**dict.fromkeys(ROUND), **given}, given["first_week"]))
    _check_round(term.model_dump())
    _refuse_taken(session, term.code)
    add(session, by, term)
    return term


def change_term(session: Session, by: Caller, term_id: str, changes: Mapping[str, Any]) -> Term:
    """Change a term; a date that is given as None becomes the usual one again."""
    allow(by, COORDINATORS)
    term = show_term(session, by, term_id)
    first_week = changes.get("first_week", term.first_week)
    named = _with_usual_dates(changes, first_week)
    _check_round({**term.model_dump(), **named})
    weeks = changes.get("weeks", term.weeks)
    _check_weeks(session, term, first_week, weeks)
    if (first_week, weeks) != (term.first_week, term.weeks):
        _refuse_planned(session, term)
    if named.get("code", term.code) != term.code:
        check_code(named["code"])
        _refuse_taken(session, named["code"])
    if changed := change(session, by, term, named):
        feed.tell(session, [input_events.of_term(term, changed)])
    return term


def remove_term(session: Session, by: Caller, term_id: str) -> None:
    """Remove a term that no other row refers to."""
    allow(by, COORDINATORS)
    remove(session, by, show_term(session, by, term_id))


def check_code(code: str) -> None:
    """Refuse a code that cannot stand in the addresses of the term's pages; a term that has one already keeps it.

    Raises:
        InvalidError: the code has a sign that ends a part of an address or is decoded there, or a blank at an end, is
            what leads to another folder, or is the address of the form for a new term.

    """
    if _NOT_IN_ADDRESS.intersection(code) or code != code.strip() or code in _OTHER_ADDRESSES:
        raise fault(
            "/code",
            "the code stands in the addresses of the term's pages: give one without / \\ ? # % and blanks at its ends,"
            f" and none of {', '.join(_OTHER_ADDRESSES)}",
            "koden står i adresserna till terminens sidor: ange en utan / \\ ? # % och blanksteg i början och slutet, "
            f"och ingen av {', '.join(_OTHER_ADDRESSES)}",
        )


def _with_usual_dates(values: Mapping[str, Any], first_week: IsoWeek) -> dict[str, Any]:
    """Replace each date of the round that is None with the usual one."""
    usual = dict(usual_dates(first_week))
    return {name: usual.get(name) if value is None else value for name, value in values.items()}


def _check_round(dates: Mapping[str, Any]) -> None:
    """Refuse dates that are not in the order of the round."""
    for earlier, later in pairwise(ROUND):
        if dates[earlier] > dates[later]:
            raise fault(
                f"/{later}",
                f"{dates[later]} comes before {dates[earlier]}",
                f"{dates[later]} kommer före {dates[earlier]}",
            )
    asked, published = dates["students_answer_by"], dates["publish_by"]
    if asked is not None and asked < published:
        raise fault(
            "/students_answer_by",
            f"students answer about what is published, at the latest on {published}: choose that day or a later one",
            f"studenter svarar på det som är publicerat, senast den {published}: välj den dagen eller en senare",
        )


def _refuse_taken(session: Session, code: str) -> None:
    """Refuse a code that another term has."""
    if session.exec(select(Term.id).where(Term.code == code)).first() is not None:
        raise conflict("/code", f"there is a term {code} already", f"det finns redan en termin {code}")


def _refuse_planned(session: Session, term: Term) -> None:
    """Refuse to change the weeks of a term that has been planned: plans, prices and explanations count from its first.

    A failed run does not count, since it has stored nothing.
    """
    run = select(Run.id).where(col(Run.term_id) == term.id, col(Run.status) != RunStatus.FAILED)
    if session.exec(run).first() is not None:
        raise ConflictError(
            sv="Terminen har planerats: planer, priser och förklaringar utgår från veckorna. Öppna en annan termin.",
            en="The term has been planned, and plans, prices and explanations rely on its weeks. Open another term.",
        )


def _check_weeks(session: Session, term: Term, first: IsoWeek, weeks: int) -> None:
    """Refuse weeks that would leave outside the term a week that is already in use."""
    last = first.plus(weeks - 1)
    outside = [use for use in _weeks_in_use(session, term) if not first <= use.week <= last]
    if outside:
        week = min(use.week for use in outside)
        users: dict[Counted, set[str]] = {}
        for use in outside:
            users.setdefault(use.noun, set()).add(use.user)
        by_what = joined([noun(len(ids)) for noun, ids in users.items()])
        raise ConflictError(
            sv=f"Vecka {week} skulle hamna utanför terminen. Veckor utanför den används av {by_what.sv}: ändra det "
            "först.",
            en=f"The week {week} would fall outside the term. Weeks outside it are used by {by_what.en}: change that "
            "first.",
        )


class _WeekUse(NamedTuple):
    """A week of a term that something uses: what, and the id of which."""

    noun: Counted
    user: str
    week: IsoWeek


def _weeks_in_use(session: Session, term: Term) -> Iterator[_WeekUse]:
    """Yield the weeks with places offered, and the first and last weeks of possible and pinned placements."""
    offered = (
        select(col(OfferWeek.offer_id), col(OfferWeek.week))
        .join(CapacityOffer, col(CapacityOffer.id) == col(OfferWeek.offer_id))
        .where(col(CapacityOffer.term_id) == term.id)
    )
    yield from (_WeekUse(nouns.OFFERS, offer, week) for offer, week in session.exec(offered))
    may_start = (
        select(col(Course.id), col(CourseWindow.start), col(Course.weeks))
        .join(Course, col(Course.id) == col(CourseWindow.course_id))
        .where(col(CourseWindow.term_id) == term.id)
    )
    pinned = (
        select(col(Pin.id), col(Pin.start), col(Course.weeks))
        .join(Request, col(Request.id) == col(Pin.request_id))
        .join(Course, col(Course.id) == col(Request.course_id))
        .where(col(Pin.term_id) == term.id)
    )
    for noun, query in ((nouns.WITH_START_WEEKS, may_start), (nouns.PINS, pinned)):
        for user, start, weeks in session.exec(query):
            yield _WeekUse(noun, user, start)
            yield _WeekUse(noun, user, start.plus(weeks - 1))
