"""The page of who comes to a unit and when, on which many are accepted or declined at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import ConflictError, InvalidError, NotFoundError
from placement.in_force.incoming import count_incoming, list_incoming
from placement.in_force.placements import show_placement
from placement.in_force.publishing import list_publications
from placement.in_force.settling import DECLINING, settle_placement
from placement.protected.arrivals import HOSTS, Arrival, answer_arrival, list_arrivals, show_arrival
from placement.register import terms
from placement.store.access import EVERY, Span
from placement.tables import EndReason, Placement, PlacementStatus, Term
from placement_api.pages.forms import action_in
from placement_api.pages.frame import lead, show
from placement_api.pages.readers import Care, Fields
from placement_api.pages.terms import TermCode
from placement_api.schemas.base import Week
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["placements"])

ROWS = 50
_CHOSEN = "p."
_ARRIVAL = "arr_"
_NOBODY = Words("Välj minst en placering.", "Choose one placement at least.")
_NO_REASON = Words("Välj ett skäl till att tacka nej.", "Choose a reason to decline.")
_CHANGED = Words(
    "Placeringen har ändrats av någon annan sedan sidan hämtades. Inget är överskrivet.",
    "Somebody else has changed the placement since the page was fetched. Nothing is overwritten.",
)
_GONE = Words("Placeringen finns inte längre.", "The placement is no longer there.")


class IncomingAsked(BaseModel):
    """Who is asked for: who begins in one week, comes to one unit, or waits for an answer."""

    week: Week | None = None
    unit: Annotated[str, Field(max_length=64)] | None = None
    show: Literal["unanswered"] | None = None
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0

    def query(self, **other: object) -> str:
        """Return the address's query for these, with other values for some filters."""
        given = {**{name: getattr(self, name) for name in type(self).model_fields}, **other}
        return urlencode({name: str(value) for name, value in given.items() if value})


Asked = Annotated[IncomingAsked, Query()]


@dataclass(frozen=True, slots=True)
class Answers:
    """What a form does to the placements that it names by id, each with the version that its reader saw."""

    status: PlacementStatus
    reason: EndReason | None
    versions: Mapping[str, str]


@router.get("/terms/{code}/incoming")
def show_incoming(request: Request, store: Transaction, by: Care, code: TermCode, asked: Asked) -> Response:
    """Show who comes to the reader's units, week by week."""
    return _page(request, store, by, terms.term_called(store, by, code), asked)


@router.post("/terms/{code}/incoming")
def answer_incoming(
    request: Request, store: Transaction, by: Care, code: TermCode, asked: Asked, fields: Fields
) -> Response:
    """Accept or decline those chosen; what declining means is shown before it is done."""
    term, answers = terms.term_called(store, by, code), _answers_in(fields)
    chosen = answers.versions
    if not chosen:
        return _page(request, store, by, term, asked, faults=[_NOBODY])
    if answers.status is PlacementStatus.DECLINED:
        for each in chosen:
            _seen(store, by, each)  # nobody is asked whether to decline what is not there
    if answers.status is PlacementStatus.DECLINED and answers.reason is None:
        return _page(request, store, by, term, asked, chosen=chosen, faults=[_NO_REASON])
    if answers.status is PlacementStatus.DECLINED and fields.get("sure") != "yes":
        return _page(request, store, by, term, asked, chosen=chosen, declining=answers.reason)
    faults = _answer_all(store, by, answers)
    if faults:
        left = {each: chosen[each] for each in faults}
        return _page(request, store, by, term, asked, chosen=left, faults=list(faults.values()))
    done = "accepted" if answers.status is PlacementStatus.ACCEPTED else "declined"
    return lead(f"/terms/{code}/incoming?{asked.query()}".rstrip("?"), done=f"placements-{done}")


def _answers_in(fields: Mapping[str, str]) -> Answers:
    """Read a form: a yes, or a no with its reason."""
    declines = action_in(fields, "accept", "decline") == "decline"
    reason = next((each for each in DECLINING if each.value == fields.get("reason")), None)
    return Answers(
        PlacementStatus.DECLINED if declines else PlacementStatus.ACCEPTED,
        reason if declines else None,
        {name.removeprefix(_CHOSEN): value for name, value in fields.items() if name.startswith(_CHOSEN)},
    )


def _answer_all(store: Session, by: Caller, answers: Answers) -> dict[str, Words]:
    """Answer every placement that can be; return what is wrong with the others."""
    faults: dict[str, Words] = {}
    for each, version in answers.versions.items():
        try:
            with store.begin_nested():
                fault = _answer(store, by, each, version, answers)
        except NotFoundError:
            fault = _GONE
        except (ConflictError, InvalidError) as error:
            fault = Words(error.sv, error.en)
        if fault is not None:
            faults[each] = fault
    return faults


def _answer(store: Session, by: Caller, each: str, version: str, answers: Answers) -> Words | None:
    """Answer one placement, unless another has changed it since its reader saw it."""
    seen = _seen(store, by, each)
    if not isinstance(seen, Placement) or str(seen.version) != version:
        return _CHANGED
    (answer_arrival if each.startswith(_ARRIVAL) else settle_placement)(store, by, each, answers.status, answers.reason)
    return None


def _seen(store: Session, by: Caller, each: str) -> object:
    """Return a placement that the reader may answer, as they see it.

    Raises:
        NotFoundError: it is not there, or not the reader's.

    """
    return (show_arrival if each.startswith(_ARRIVAL) else show_placement)(store, by, each).placement


def _page(
    request: Request,
    store: Session,
    by: Caller,
    term: Term,
    asked: IncomingAsked,
    *,
    chosen: Mapping[str, str] | None = None,
    declining: EndReason | None = None,
    faults: Sequence[Words] = (),
) -> Response:
    """Show who comes, with those chosen, what is wrong, or what declining them means."""
    status = PlacementStatus.PUBLISHED if asked.show else None
    span = Span(ROWS, asked.offset)
    found = list_incoming(store, by, term, week=asked.week, unit=asked.unit, status=status, span=span)
    return show(
        request,
        store,
        by,
        "incoming.html",
        term=term,
        status=422 if faults else 200,
        asked=asked,
        weeks=[(week, list(rows)) for week, rows in groupby(found.rows, lambda each: each.placement.start)],
        total=found.total,
        rows=ROWS,
        published=list_publications(store, by, term.id, span=Span(limit=1)).total > 0,
        counts=count_incoming(store, by, term, unit=asked.unit),
        arrivals=_arrivals(store, by, term, asked),
        chosen=chosen or {},
        declining=declining,
        reasons=[each for each in EndReason if each in DECLINING],
        faults=faults,
    )


def _arrivals(store: Session, by: Caller, term: Term, asked: IncomingAsked) -> list[Arrival]:
    """Return who comes of those with a protected identity, on the first page."""
    if by.role not in HOSTS or asked.offset:
        return []
    found = list_arrivals(store, by, unit_id=asked.unit, span=EVERY).rows
    return [
        each
        for each in found
        if each.placement.term_id == term.id
        and asked.week in {None, each.placement.start}
        and (asked.show is None or each.placement.status is PlacementStatus.PUBLISHED)
    ]
