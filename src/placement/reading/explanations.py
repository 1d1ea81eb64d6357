"""Explanations: why a request has no placement in a run's plan, in sentences.

The solver knows only ids. Its sentences leave here with the names that the reader knows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.planning.broken import reasons_seen_by
from placement.planning.reasons import FULL, read_reasons
from placement.reading.drafts import readable_run
from placement.register.names import Name, Names, Who, who_asks
from placement.store import access
from placement.store.access import FIRST, INSTITUTIONS, Page, Span
from placement.tables import Plan, Request, Student, Term, UnplacedRequest
from placement_solver.explanation.sentences import tell_reasons
from placement_solver.words import Words


@dataclass(frozen=True, slots=True)
class Explained:
    """A request that a plan left unplaced, whose it is, the reasons, and the names of what they mention."""

    who: Who
    reasons: dict[str, Any]
    sentences: tuple[Words, ...]
    names: tuple[Name, ...]


def list_explanations(
    session: Session,
    by: Caller,
    run_id: str,
    *,
    request_id: str | None = None,
    institution_id: str | None = None,
    among: Collection[str] | None = None,
    span: Span = FIRST,
) -> Page[Explained]:
    """List the unplaced requests and the reasons; a lärosäte sees its own students', and only of a published plan.

    ``among`` are the only requests that are wanted; not more than one query can take.
    """
    access.allow(by, INSTITUTIONS)
    run = readable_run(session, by, run_id)
    wanted = (
        select(Request)
        .join(UnplacedRequest, col(UnplacedRequest.request_id) == Request.id)
        .join(Plan, col(Plan.id) == UnplacedRequest.plan_id)
        .join(Student, col(Student.id) == Request.student_id)
        .where(Plan.run_id == run_id)
        .order_by(col(Request.id))
    )
    if among is not None:
        wanted = wanted.where(col(Request.id).in_(among))
    own = by.organisation if by.role is Role.INSTITUTION else None
    filters = ((Student.institution_id, own), (Student.institution_id, institution_id), (Request.id, request_id))
    page = access.page_of(session, access.matching(wanted, filters), span)
    first_week = session.get_one(Term, run.term_id).first_week
    reasons = dict(_reasons(session, run_id, page.rows))
    sentences = {request: tuple(tell_reasons(first_week, read_reasons(why))) for request, why in reasons.items()}
    seen = {request: reasons_seen_by(by, why) for request, why in reasons.items()}
    names = Names(session, by, texts=(words for told in sentences.values() for words in told))
    who = who_asks(session, by, reasons)
    told = [
        Explained(
            who[request.id],
            seen[request.id],
            tuple(names.put_in(words) for words in sentences[request.id]),
            tuple(names.among(_ids_in(seen[request.id]))),
        )
        for request in page.rows
    ]
    return Page(told, page.total)


def _reasons(session: Session, run_id: str, requests: Sequence[Request]) -> Sequence[tuple[str, dict[str, Any]]]:
    """Return the reasons that a run's plan gives for each of some requests."""
    return session.exec(
        select(UnplacedRequest.request_id, UnplacedRequest.reasons)
        .join(Plan, col(Plan.id) == UnplacedRequest.plan_id)
        .where(Plan.run_id == run_id, col(UnplacedRequest.request_id).in_([request.id for request in requests]))
    ).all()


def _ids_in(reasons: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ids that some reasons mention."""
    for name in FULL:
        yield from (each["id"] for each in reasons.get(name, ()) if each["id"] is not None)
    yield from reasons.get("own_placements", ())
