"""Explanations: why a request has no placement in a run's plan, in sentences, and what would give it one.

The solver knows only ids. Its sentences leave here with the names that the reader knows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.errors import NotFoundError
from placement.planning import runs
from placement.planning.broken import reasons_seen_by
from placement.reading.drafts import readable_run
from placement.register.names import Name, Names, Who, who_asks
from placement.running.advice import Question
from placement.store import access
from placement.store.access import COORDINATORS, FIRST, INSTITUTIONS, Page, Span
from placement.tables import Plan, Request, Student, Term, UnplacedRequest
from placement_solver.explanation.sentences import tell_reasons
from placement_solver.plan import Full, Reasons, Remaining
from placement_solver.problem import RequestId
from placement_solver.words import Words

_FULL = ("capacities", "unit_ceilings", "agreements", "supervisors")
"""The reasons that say what is full."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A request that a plan left unplaced, whose it is, the reasons, and the names of what they mention."""

    who: Who
    reasons: dict[str, Any]
    sentences: tuple[Words, ...]
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a request would be placed, or is, by name; the supervisor by the provider's own id."""

    who: Who
    unit_id: str
    unit_name: str | None
    start: str
    supervisor_id: str | None
    supervisor_name: str | None


@dataclass(frozen=True, slots=True)
class Advised:
    """A change that would place a request, and the other students' placements that move: before and after.

    ``scenario`` has the change as a run may suppose it, if it can.
    """

    kinds: tuple[str, ...]
    placement: Spot
    moves: tuple[tuple[Spot, Spot], ...]
    objective_before: int
    objective_after: int
    smallest: bool
    sentences: tuple[Words, ...]
    scenario: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """Why a request is placed or unplaced, and what would place it."""

    who: Who
    placed: bool
    sentences: tuple[Words, ...]
    remedies: tuple[Advised, ...]


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
    for name in _FULL:
        yield from (each["id"] for each in reasons.get(name, ()) if each["id"] is not None)
    yield from reasons.get("own_placements", ())


def advise(session: Session, by: Caller, run_id: str, request_id: str, seconds: float) -> Advice:
    """Work out what would place a request of a run's plan; it takes seconds, and holds no connection meanwhile."""
    access.allow(by, COORDINATORS)
    solved = runs.solved_documents(session, by, run_id)
    problem, plan = solved.problem, solved.plan
    run = runs.show_run(session, by, run_id)
    request = session.get(Request, request_id)
    if request is None or request.term_id != run.term_id:
        raise NotFoundError(request_id)
    session.close()  # no connection, snapshot or lock is held while the answer is worked out
    answer = Question(problem, plan, request_id, seconds).answer()
    return _advice(session, by, request_id, answer)


def _advice(session: Session, by: Caller, request_id: str, answer: Mapping[str, Any]) -> Advice:
    """Read an answer, with names in place of ids."""
    asked = {spot["request_id"] for remedy in answer["remedies"] for spot in _spots_in(remedy)}
    who = who_asks(session, by, [request_id, *asked])
    remedies = [
        remedy for remedy in answer["remedies"] if all(spot["request_id"] in who for spot in _spots_in(remedy))
    ]  # without those that move a student who is hidden from the reader
    spots = [spot for remedy in remedies for spot in _spots_in(remedy)]
    told = [words for part in (answer, *remedies) for words in _words_of(part)]
    names = Names(session, by, (spot[key] for spot in spots for key in ("unit_id", "supervisor_id")), told)

    def spot_of(spot: Mapping[str, Any]) -> Spot:
        unit, supervisor = spot["unit_id"], spot["supervisor_id"]
        whose = who[spot["request_id"]]
        return Spot(whose, unit, names.name_of(unit), spot["start"], supervisor, names.own_id_of(supervisor))

    def named(part: Mapping[str, Any]) -> tuple[Words, ...]:
        return tuple(names.put_in(words) for words in _words_of(part))

    return Advice(
        who[request_id],
        answer["placed"],
        named(answer),
        tuple(
            Advised(
                kinds=tuple(remedy["kinds"]),
                placement=spot_of(remedy["placement"]),
                moves=tuple((spot_of(move["before"]), spot_of(move["after"])) for move in remedy["moves"]),
                objective_before=remedy["objective_before"],
                objective_after=remedy["objective_after"],
                smallest=remedy["smallest"],
                sentences=named(remedy),
                scenario=remedy.get("scenario"),
            )
            for remedy in remedies
        ),
    )


def _spots_in(remedy: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the placements that a remedy speaks of."""
    yield remedy["placement"]
    for move in remedy["moves"]:
        yield from (move["before"], move["after"])


def _words_of(part: Mapping[str, Any]) -> list[Words]:
    """Return the sentences of an answer, or of a remedy in it."""
    return [Words(**sentence) for sentence in part["sentences"]]


def read_reasons(stored: Mapping[str, Any]) -> Reasons:
    """Read the reasons stored in a plan's row."""

    def full(name: str) -> tuple[Full, ...]:
        return tuple(
            Full(each["id"], tuple(each["weeks"]), tuple(each.get("terms", ())), shared=each.get("shared", False))
            for each in stored.get(name, ())
        )

    return Reasons(
        **{name: full(name) for name in _FULL},
        remaining=tuple(Remaining(**each) for each in stored.get("remaining", ())),
        own_placements=tuple(RequestId(each) for each in stored.get("own_placements", ())),
        dearer_units=stored.get("dearer_units", 0),
        other_terms=full("other_terms"),
    )
