"""The overview: how a term stands, what has to be done now, and who is silent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from placement.clock import today
from placement.in_force import publishing
from placement.in_force.student_answers import AnswerCounts, count_answers
from placement.planning import pins, runs
from placement.printed.pages import LANGUAGES, say_number
from placement.reading import drafts, standing
from placement.register import answers, terms
from placement.register.answers import TermAnswers
from placement.store.access import Span
from placement.tables import Publication, Run, RunStatus, Term
from placement_api.pages.frame import show
from placement_api.pages.gauges import gauge_of
from placement_api.pages.readers import Coordinator
from placement_api.pages.reminding import reminder_to
from placement_api.pages.terms import TermCode
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["planning", "capacity", "agreements", "placements"])

_SILENT_SHOWN = 8
_LAST = Span(limit=1)
_DONE, _COMING = Words("Klart", "Done"), Words("Kommer", "To come")


@dataclass(frozen=True, slots=True)
class Step:
    """A date of the round: what is due, and how it stands as a shape and a word."""

    day: dt.date
    what: Words
    kind: str
    state: Words
    now: bool


@router.get("/terms/{code}/overview")
def show_overview(request: Request, store: Transaction, by: Coordinator, code: TermCode) -> Response:
    """Show how a term stands: its dates, the answers, the latest plan, and what to do now."""
    term = terms.term_called(store, by, code)
    asked = standing.count_requests(store, by, term.id)
    answered = answers.count_answers(store, by, term.id)
    published = publishing.list_publications(store, by, term.id, span=_LAST).rows
    last = runs.list_runs(store, by, term_id=term.id, span=_LAST).rows
    draft, newest = drafts.told_run(store, by, term.id), runs.latest_draft(store, by, term.id)
    newer = newest if draft and newest and newest.requested_at > draft.requested_at else None
    students = count_answers(store, by, term.id) if term.students_answer_by and published else None
    return show(
        request,
        store,
        by,
        "overview.html",
        term=term,
        asked=asked,
        answered=answered,
        silent=answered.silent[:_SILENT_SHOWN],
        reminders={each.id: reminder_to(request, term, each) for each in answered.silent[:_SILENT_SHOWN]},
        publication=published[0] if published else None,
        under_way=_under_way(last[0] if last else None),
        draft=draft,
        newer=newer,
        newer_number=None if newer is None else runs.number_of(store, by, newer),
        number=None if draft is None else runs.number_of(store, by, draft),
        figures=None if draft is None else standing.show_figures(store, by, draft.id),
        causes=[] if draft is None else standing.count_causes(store, by, draft.id),
        gauge=gauge_of(draft),
        pinned=pins.list_pins(store, by, term_id=term.id, span=_LAST).total,
        students=students,
        steps=steps_of(
            term, sum(each.requests for each in asked), answered, published[0] if published else None, students
        ),
    )


def _under_way(run: Run | None) -> Run | None:
    """Return the last run if it waits or is at work."""
    return run if run is not None and run.status in {RunStatus.QUEUED, RunStatus.RUNNING} else None


def steps_of(
    term: Term,
    asked: int,
    answered: TermAnswers,
    published: Publication | None,
    students: AnswerCounts | None = None,
) -> list[Step]:
    """Return the dates of a term's round, each with how it stands today; ``students`` is how they have answered."""
    silent = answered.tally.silent
    starts, week = term.first_week.monday(), term.first_week.week
    lines = [
        (
            term.requests_by,
            Words("Begäranden inne", "Requests in"),
            ("ok", _DONE) if asked else ("bad", Words("Inga inne", "None in")),
        ),
        (
            term.answers_by,
            Words("Svar från enheterna", "Answers from units"),
            _answers_state(answered.tally.asked, silent),
        ),
        (
            term.outside_answers_by,
            Words("Svar till lärosäten utanför länet", "Answers to lärosäten outside the county"),
            ("unk", Words("Passerat", "Passed")),
        ),
        (
            term.publish_by,
            Words("Planen publiceras", "The plan is published"),
            ("ok", _DONE) if published else ("bad", Words("Försenad", "Late")),
        ),
        (
            starts,
            Words(f"Terminen börjar, vecka {week}", f"Term begins, week {week}"),
            ("ok", Words("Har börjat", "Has begun")),
        ),
    ]
    if term.students_answer_by is not None:
        state = _answers_state(1, students.unanswered) if students else ("unk", Words("Passerat", "Passed"))
        lines.append((term.students_answer_by, Words("Svar från studenterna", "Answers from students"), state))
        lines.sort(key=lambda line: line[0])
    over = [day < today() or (day == term.publish_by and published is not None) for day, *_ in lines]
    ahead = over.index(False) if False in over else None
    return [
        Step(day, what, *(past if over[number] else _future(day, now=number == ahead)), number == ahead)
        for number, (day, what, past) in enumerate(lines)
    ]


def _answers_state(asked: int, silent: int) -> tuple[str, Words]:
    """Say how the answers stand when their day has passed."""
    if not asked:
        return "unk", Words("Ingen är tillfrågad", "Nobody was asked")
    if silent:
        sv, en = (say_number(silent, language=language) for language in LANGUAGES)
        return "warn", Words(f"{sv} saknas", f"{en} missing")
    return "ok", _DONE


def _future(day: dt.date, *, now: bool) -> tuple[str, Words]:
    """Say how long it is to a day that has not passed."""
    left = (day - today()).days
    if not now:
        return "unk", _COMING
    if not left:
        return "info", Words("I dag", "Today")
    return "info", Words("1 dag kvar", "1 day left") if left == 1 else Words(f"{left} dagar kvar", f"{left} days left")
