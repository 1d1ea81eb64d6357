"""Site rounds: those of a term, how each stands, what its next step waits for, and what came of the draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from placement.callers import Caller, Role
from placement.clock import today
from placement.errors import ConflictError, InvalidError
from placement.in_force.impossible import tell_impossible
from placement.register import cohorts, programmes, terms
from placement.site_choice import outcomes, phases, receipts, rounds
from placement.site_choice.choices import cohorts_without_round
from placement.site_choice.entrants import EntrantPart, list_entrants
from placement.site_choice.hindrances import hindrances_in
from placement.site_choice.measuring import HAS_TURNS, RoundRecord
from placement.store.access import EVERY, Span
from placement.tables import SiteRoundStatus, Term
from placement_api.pages.fault_words import told_in
from placement_api.pages.forms import action_in
from placement_api.pages.frame import lead, show
from placement_api.pages.readers import Fields, Institution
from placement_api.pages.site_heads import heads_of
from placement_api.pages.terms import TermCode
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["site-rounds", "cohorts"])

LIMIT = 50
RoundId = Annotated[str, Path(max_length=64)]
CHANGED = Words(
    "Någon annan ändrade valet medan du läste. Inget är gjort: så här står det nu.",
    "Somebody else changed the round while you read. Nothing has been done: this is how it stands now.",
)


@dataclass(frozen=True, slots=True)
class Step:
    """What may be done with a round next: the word that its form sends, the button, and what it means in full."""

    word: str
    button: Words
    means: Words
    take: Callable[[Session, Caller, str], RoundRecord]


STEPS: Mapping[SiteRoundStatus, Step] = {
    SiteRoundStatus.PLANNED: Step(
        "open",
        Words("Öppna valet", "Open the round"),
        Words(
            "Reglerna ligger fast från och med nu, och lottningens frö låses. Det kan inte göras ogjort.",
            "The rules are fixed from now on, and the seed of the draw is locked. It cannot be undone.",
        ),
        phases.open_round,
    ),
    SiteRoundStatus.OPEN: Step(
        "draw",
        Words("Lotta", "Draw"),
        Words(
            "Alla får ett nummer av fröet och väljer i tur och ordning. Det görs en gång. Utfallet gäller först när "
            "det är fastställt.",
            "Everybody gets a number by the seed and chooses in turn. It is done once. The outcome holds only when it "
            "has been decided.",
        ),
        phases.draw_round,
    ),
    SiteRoundStatus.DRAWN: Step(
        "decide",
        Words("Fastställ utfallet", "Decide the outcome"),
        Words(
            "Var och en hör till sin ort från valets termin, och kvittona visas för studenterna. Det kan inte göras "
            "ogjort.",
            "Each belongs to their site from the round's term on, and the receipts are shown to the students. It "
            "cannot be undone.",
        ),
        outcomes.decide_round,
    ),
}
"""The next step of a round, by how far it has come."""
_STEP_WORDS = tuple(step.word for step in STEPS.values())


class ReceiptsAsked(BaseModel):
    """Whose receipt to list, by pseudonym, or from which one on."""

    student: Annotated[str, Query(max_length=200)] = ""
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0


_ALL = ReceiptsAsked()


@router.get("/terms/{code}/sites")
def show_rounds(request: Request, store: Transaction, by: Institution, code: TermCode) -> Response:
    """Show the site rounds of the cohorts of a term, and those whose sites hold from it on; lead to the only one."""
    term = terms.term_called(store, by, code)
    own = {each.id: each for each in cohorts.list_cohorts(store, by, span=EVERY).rows}
    found = [
        each
        for each in rounds.list_rounds(store, by, span=EVERY).rows
        if term.id in {own[each.round.cohort_id].term_id, each.round.from_term_id}
    ]
    free = cohorts_without_round(store, by, term.id)
    if len(found) == 1 and "done" not in request.query_params:
        return lead(f"/terms/{term.code}/sites/{found[0].round.id}")
    return show(
        request,
        store,
        by,
        "sites.html",
        term=term,
        rounds=[(each, heads_of(store, by, each)) for each in found],
        free=bool(free),
        choosing=any(each.decentralised for each in programmes.list_programmes(store, by, span=EVERY).rows),
    )


@router.get("/terms/{code}/sites/{round_id}")
def show_round(
    request: Request,
    store: Transaction,
    by: Institution,
    code: TermCode,
    round_id: RoundId,
    asked: Annotated[ReceiptsAsked, Query()],
) -> Response:
    """Show how a round stands, and what each student met when their turn came."""
    term = terms.term_called(store, by, code)
    return _page(request, store, by, term, rounds.show_round(store, by, round_id), asked)


@router.post("/terms/{code}/sites/{round_id}")
def take_step(
    request: Request, store: Transaction, by: Institution, code: TermCode, round_id: RoundId, fields: Fields
) -> Response:
    """Take a round's next step: open it, draw it, or decide its outcome."""
    term = terms.term_called(store, by, code)
    record = rounds.show_round(store, by, round_id)
    step, asked = STEPS.get(record.round.status), action_in({"do": "", **fields}, *_STEP_WORDS)
    if step is None or (asked, fields.get("version")) != (step.word, str(record.round.version)):
        return _page(request, store, by, term, record, faults=[CHANGED], status=412)
    try:
        with store.begin_nested():
            step.take(store, by, round_id)
    except (InvalidError, ConflictError) as error:
        faults = told_in(error)
        return _page(request, store, by, term, rounds.show_round(store, by, round_id), faults=faults, status=409)
    tell_impossible(store, by)
    return lead(f"/terms/{code}/sites/{round_id}", done=f"round-{step.word}")


def _page(
    request: Request,
    store: Session,
    by: Caller,
    term: Term,
    record: RoundRecord,
    asked: ReceiptsAsked = _ALL,
    *,
    faults: list[Words] | None = None,
    status: int = 200,
) -> Response:
    """Answer with the page of a round."""
    name = asked.student.strip() or None
    told = receipts.list_receipts(store, by, record.round.id, external_id=name, span=Span(LIMIT, asked.offset))
    given = told.total > 0 or name is not None
    decided = record.round.status is SiteRoundStatus.DECIDED
    late = list_entrants(store, by, record.round.id, part=EntrantPart.LATE, span=Span(1)).total if decided else 0
    return show(
        request,
        store,
        by,
        "site_round.html",
        term=term,
        status=status,
        record=record,
        heads=heads_of(store, by, record),
        from_term=terms.show_term(store, by, record.round.from_term_id),
        step=STEPS.get(record.round.status),
        hindrances=list(hindrances_in(record, today())),
        changeable=record.round.status in {SiteRoundStatus.PLANNED, SiteRoundStatus.OPEN}
        or phases.may_cancel(by, record.round),
        another=bool(cohorts_without_round(store, by, term.id)),
        receipts=told,
        given=given,
        late=late,
        compares=given and by.role is Role.COORDINATOR,
        departures=given and record.round.status in HAS_TURNS,
        searches=by.role is Role.INSTITUTION,
        limit=LIMIT,
        asked=asked,
        faults=faults or [],
    )
