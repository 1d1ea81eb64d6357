"""Remedies: what would give a request of a run's plan a place, kept since it was worked out, or worked out when asked.

The solver knows only ids. Its sentences leave here with the names that the reader knows, and without what moves a
student who is hidden from the reader.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from placement.callers import Caller
from placement.errors import NotFoundError
from placement.planning import runs
from placement.register.names import Names, Who, who_asks
from placement.running.advice import Question
from placement.running.adviser import SEARCH_SECONDS
from placement.store import access
from placement.store.access import COORDINATORS, FIRST, Page, Span
from placement.tables import KeptRemedies, Plan, RemedyState, Request
from placement_solver.words import Words


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
    """Why a request is placed or unplaced, and what would place it, the lowest objective first.

    ``worked_out_at`` is when, if that was before it was asked for.
    """

    who: Who
    placed: bool
    sentences: tuple[Words, ...]
    remedies: tuple[Advised, ...]
    worked_out_at: dt.datetime | None = None

    @property
    def cheapest(self) -> int | None:
        """Return which remedy is the cheapest that can be tried as a run, or else the cheapest; None without any."""
        tried = (number for number, each in enumerate(self.remedies) if each.scenario)
        return next(tried, 0 if self.remedies else None)


@dataclass(frozen=True, slots=True)
class Kept:
    """How far the remedies of an unplaced request have come; ``advice`` is there once they are worked out."""

    who: Who
    state: RemedyState
    worked_out_at: dt.datetime | None
    seconds: float | None
    advice: Advice | None


@dataclass(frozen=True, slots=True)
class Progress:
    """For how many of a plan's unplaced requests the remedies are worked out, have failed, wait, or are given up."""

    done: int = 0
    failed: int = 0
    waiting: int = 0
    given_up: int = 0

    @property
    def total(self) -> int:
        """Return how many requests that is in all."""
        return self.done + self.failed + self.waiting + self.given_up


def advise(
    session: Session, by: Caller, run_id: str, request_id: str, seconds: float, memory_mb: int | None = None
) -> Advice:
    """Return what would place a request of a run's plan: what is kept, if ``seconds`` ask for no longer a search.

    Otherwise it is worked out, which takes seconds and at most ``memory_mb`` MiB, and holds no connection meanwhile.
    """
    access.allow(by, COORDINATORS)
    if seconds <= SEARCH_SECONDS:
        kept = kept_for(session, by, run_id, [request_id]).get(request_id)
        if kept is not None and kept.advice is not None:
            return kept.advice
    solved = runs.solved_documents(session, by, run_id)
    problem, plan = solved.problem, solved.plan
    run = runs.show_run(session, by, run_id)
    request = session.get(Request, request_id)
    if request is None or request.term_id != run.term_id:
        raise NotFoundError(request_id)
    session.close()  # no connection, snapshot or lock is held while the answer is worked out
    answer = Question(problem, plan, request_id, seconds, memory_mb).answer()
    return _read(session, by, {request_id: answer})[request_id]


def list_kept(
    session: Session, by: Caller, run_id: str, *, state: RemedyState | None = None, span: Span = FIRST
) -> Page[Kept]:
    """List what is kept of a run, in the order of work."""
    access.allow(by, COORDINATORS)
    runs.show_run(session, by, run_id)
    wanted = (
        select(KeptRemedies)
        .join(Plan, col(Plan.id) == KeptRemedies.plan_id)
        .where(Plan.run_id == run_id)
        .order_by(col(KeptRemedies.turn), col(KeptRemedies.request_id))
    )
    page = access.page_of(session, access.matching(wanted, ((KeptRemedies.state, state),)), span)
    kept = _told(session, by, page.rows)
    return Page([kept[row.request_id] for row in page.rows], page.total)


def kept_for(session: Session, by: Caller, run_id: str, requests: Collection[str]) -> Mapping[str, Kept]:
    """Return what is kept of a run for some requests, by their ids; not more than one query can take."""
    access.allow(by, COORDINATORS)
    query = select(KeptRemedies).join(Plan, col(Plan.id) == KeptRemedies.plan_id)
    such = Plan.run_id == run_id, col(KeptRemedies.request_id).in_(requests)
    return _told(session, by, session.exec(query.where(*such)).all())


def show_progress(session: Session, by: Caller, run_id: str) -> Progress:
    """Show how far the work on a run's remedies has come; nothing in all where it has not begun, or never will."""
    access.allow(by, COORDINATORS)
    runs.show_run(session, by, run_id)
    query = (
        select(KeptRemedies.state, func.count())
        .join(Plan, col(Plan.id) == KeptRemedies.plan_id)
        .where(Plan.run_id == run_id)
        .group_by(col(KeptRemedies.state))
    )
    counted = dict(session.exec(query).all())
    return Progress(**{state.name.lower(): counted.get(state, 0) for state in RemedyState})


def _told(session: Session, by: Caller, rows: Collection[KeptRemedies]) -> dict[str, Kept]:
    """Tell what is kept, by request, with names in place of ids."""
    who = who_asks(session, by, [row.request_id for row in rows])
    advice = _read(session, by, {row.request_id: row.answer for row in rows if row.answer is not None}, rows)
    return {
        row.request_id: Kept(who[row.request_id], row.state, row.worked_out_at, row.seconds, advice.get(row.request_id))
        for row in rows
    }


def _read(
    session: Session, by: Caller, answers: Mapping[str, Mapping[str, Any]], kept: Collection[KeptRemedies] = ()
) -> dict[str, Advice]:
    """Read the answers for some requests, with names in place of ids."""
    every = [remedy for answer in answers.values() for remedy in answer["remedies"]]
    who = who_asks(session, by, [*answers, *(spot["request_id"] for remedy in every for spot in _spots_in(remedy))])
    seen = {
        request: sorted(
            (each for each in answer["remedies"] if all(spot["request_id"] in who for spot in _spots_in(each))),
            key=lambda each: (each["objective_after"], len(each["moves"])),
        )
        for request, answer in answers.items()
    }  # without those that move a student who is hidden from the reader
    shown = [remedy for remedies in seen.values() for remedy in remedies]
    spots = [spot for remedy in shown for spot in _spots_in(remedy)]
    told = [words for part in (*answers.values(), *shown) for words in _words_of(part)]
    names = Names(session, by, (spot[key] for spot in spots for key in ("unit_id", "supervisor_id")), told)
    moments = {row.request_id: row.worked_out_at for row in kept}
    return {
        request: Advice(
            who[request],
            answer["placed"],
            _named(names, answer),
            tuple(_advised(names, who, remedy) for remedy in seen[request]),
            moments.get(request),
        )
        for request, answer in answers.items()
    }


def _advised(names: Names, who: Mapping[str, Who], remedy: Mapping[str, Any]) -> Advised:
    """Tell a remedy with names."""
    return Advised(
        kinds=tuple(remedy["kinds"]),
        placement=_spot(names, who, remedy["placement"]),
        moves=tuple((_spot(names, who, move["before"]), _spot(names, who, move["after"])) for move in remedy["moves"]),
        objective_before=remedy["objective_before"],
        objective_after=remedy["objective_after"],
        smallest=remedy["smallest"],
        sentences=_named(names, remedy),
        scenario=remedy.get("scenario"),
    )


def _spot(names: Names, who: Mapping[str, Who], spot: Mapping[str, Any]) -> Spot:
    """Tell a placement with names."""
    unit, supervisor = spot["unit_id"], spot["supervisor_id"]
    whose = who[spot["request_id"]]
    return Spot(whose, unit, names.name_of(unit), spot["start"], supervisor, names.own_id_of(supervisor))


def _named(names: Names, part: Mapping[str, Any]) -> tuple[Words, ...]:
    """Return the sentences of an answer, or of a remedy in it, with names."""
    return tuple(names.put_in(words) for words in _words_of(part))


def _spots_in(remedy: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the placements that a remedy speaks of."""
    yield remedy["placement"]
    for move in remedy["moves"]:
        yield from (move["before"], move["after"])


def _words_of(part: Mapping[str, Any]) -> list[Words]:
    """Return the sentences of an answer, or of a remedy in it."""
    return [Words(**sentence) for sentence in part["sentences"]]
