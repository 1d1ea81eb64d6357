"""Wishes for sites: who has ranked in a round and who has not, and the ranking of one student, to enter or change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ValidationError
from sqlmodel import Session

from placement.callers import Caller, Role
from placement.errors import ConflictError, InvalidError
from placement.register import terms
from placement.site_choice import rounds, wishes
from placement.site_choice.entrants import (
    EntrantPart,
    EntrantRecord,
    count_entrants,
    entrant_called,
    list_entrants,
    show_entrant,
)
from placement.site_choice.measuring import RoundRecord
from placement.store.access import Span
from placement.tables import Term
from placement_api.pages.forms import action_in, number_in, words_in
from placement_api.pages.frame import lead, show
from placement_api.pages.readers import Fields, Institution
from placement_api.pages.site_heads import heads_of
from placement_api.pages.sites import RoundId
from placement_api.pages.terms import TermCode
from placement_api.schemas.site_choice.wishes import SiteWishGiven
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["site-rounds", "cohorts"])

LIMIT = 50
StudentId = Annotated[str, Path(max_length=64)]
_CHANGED = Words(
    "Någon annan ändrade rangordningen medan du skrev. Inget är överskrivet: fälten har det du skrev, raden under "
    "varje fält det som är sparat nu.",
    "Somebody else changed the ranking while you typed. Nothing is overwritten: the fields have what you typed, the "
    "line beneath each what is saved now.",
)
_LABELS = {
    "ranking": Words("Rangordning", "Ranking"),
    "priorityRank": Words("Begär förtur", "Claims a priority"),
    "partnerId": Words("Vill till samma ort som", "Wants the same site as"),
}


class WishesAsked(BaseModel):
    """Which of the students to list, and from which one on; the counts tell what has come of a file."""

    student: Annotated[str, Query(max_length=200)] = ""
    part: Literal["", "ranked", "unranked"] = ""
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0
    created: Annotated[int | None, Query(ge=0, le=1_000_000)] = None
    changed: Annotated[int | None, Query(ge=0, le=1_000_000)] = None
    unchanged: Annotated[int | None, Query(ge=0, le=1_000_000)] = None

    @property
    def query(self) -> str:
        """Return what is asked for, less which part of it."""
        return urlencode({name: each for name, each in (("student", self.student), ("part", self.part)) if each})


@router.get("/terms/{code}/sites/{round_id}/wishes")
def show_wishes(
    request: Request,
    store: Transaction,
    by: Institution,
    code: TermCode,
    round_id: RoundId,
    asked: Annotated[WishesAsked, Query()],
) -> Response:
    """Show who takes part in a round, each with the ranking that has been sent."""
    term = terms.term_called(store, by, code)
    record = rounds.show_round(store, by, round_id)
    found = list_entrants(
        store,
        by,
        round_id,
        external_id=asked.student.strip() or None,
        part=EntrantPart(asked.part) if asked.part else None,
        span=Span(LIMIT, asked.offset),
    )
    return show(
        request,
        store,
        by,
        "site_wishes.html",
        term=term,
        record=record,
        heads=heads_of(store, by, record),
        counts=count_entrants(store, by, round_id),
        parts_of=(EntrantPart.RANKED, EntrantPart.UNRANKED),
        rows=found.rows,
        total=found.total,
        limit=LIMIT,
        asked=asked,
        searches=by.role is Role.INSTITUTION,
        **_named(record),
    )


@router.get("/terms/{code}/sites/{round_id}/wishes/{student_id}")
def show_wish(
    request: Request, store: Transaction, by: Institution, code: TermCode, round_id: RoundId, student_id: StudentId
) -> Response:
    """Show one student's ranking."""
    term = terms.term_called(store, by, code)
    record = rounds.show_round(store, by, round_id)
    return _page(request, store, by, term, record, show_entrant(store, by, round_id, student_id))


@router.post("/terms/{code}/sites/{round_id}/wishes/{student_id}")
def send_wish(
    request: Request,
    store: Transaction,
    by: Institution,
    code: TermCode,
    round_id: RoundId,
    student_id: StudentId,
    fields: Fields,
) -> Response:
    """Enter or remove a student's ranking, unless somebody else has changed it meanwhile."""
    term = terms.term_called(store, by, code)
    record = rounds.show_round(store, by, round_id)
    entrant, removes = show_entrant(store, by, round_id, student_id), action_in(fields, "save", "remove") == "remove"
    if fields.get("version") != _version(entrant):
        return _page(request, store, by, term, record, entrant, typed=fields, faults=[_CHANGED], status=412)
    chosen = [at for at in range(len(record.quotas)) if fields.get(f"choice-{at + 1}")]
    try:
        with store.begin_nested():
            if removes:
                wishes.withdraw_wish(store, by, round_id, student_id)
            else:
                given = SiteWishGiven.model_validate(_given(store, by, round_id, fields, chosen))
                wishes.send_wish(store, by, round_id, student_id, given.model_dump())
    except (ValidationError, InvalidError) as error:
        labels = _LABELS | {f"ranking/{place}": _choice(at + 1) for place, at in enumerate(chosen)}
        faults = words_in(error, labels, SiteWishGiven)
        return _page(request, store, by, term, record, entrant, typed=fields, faults=faults, status=422)
    except ConflictError as error:
        faults = [Words(error.sv, error.en)]
        return _page(request, store, by, term, record, entrant, typed=fields, faults=faults, status=409)
    if removes:
        return lead(f"/terms/{code}/sites/{round_id}/wishes", done="wish-removed")
    return lead(f"/terms/{code}/sites/{round_id}/wishes/{student_id}", done="wish-saved")


def _given(
    store: Session, by: Caller, round_id: str, fields: Mapping[str, str], chosen: Sequence[int]
) -> dict[str, Any]:
    """Return a wish as the schema reads it; who is wanted as a pair may be named by pseudonym."""
    partner = fields.get("partner", "").strip()
    claimed = fields.get("priority", "")
    return {
        "ranking": [fields[f"choice-{at + 1}"] for at in chosen],
        "priorityRank": number_in(claimed) if claimed else None,
        "partnerId": (entrant_called(store, by, round_id, partner) or partner) if partner else None,
    }


def _choice(number: int) -> Words:
    return Words(f"Val {number}", f"Choice {number}")


def _named(record: RoundRecord) -> dict[str, Any]:
    """Return what the sites and the priority classes of a round are called, for a template."""
    return {
        "sites": {each.quota.site_id: each.site_name for each in record.quotas},
        "classes": {each.rank: Words(each.name_sv, each.name_en) for each in record.priorities},
    }


def _version(entrant: EntrantRecord) -> str:
    return "0" if entrant.wish is None else str(entrant.wish.wish.version)


def _stored(entrant: EntrantRecord) -> dict[str, str]:
    """Return a student's wish as the form has it."""
    if entrant.wish is None:
        return {}
    claimed = entrant.wish.priority_rank
    found = {f"choice-{at}": site for at, site in enumerate(entrant.wish.wish.ranking, start=1)}
    return found | {"priority": "" if claimed is None else str(claimed), "partner": entrant.partner or ""}


def _page(
    request: Request,
    store: Session,
    by: Caller,
    term: Term,
    record: RoundRecord,
    entrant: EntrantRecord,
    *,
    typed: Mapping[str, str] | None = None,
    faults: Sequence[Words] = (),
    status: int = 200,
) -> Response:
    """Show a student's ranking with what was typed and what is wrong with it."""
    stored = _stored(entrant)
    return show(
        request,
        store,
        by,
        "site_wish.html",
        term=term,
        status=status,
        record=record,
        heads=heads_of(store, by, record),
        entrant=entrant,
        closed=wishes.closed_because(record.round),
        choices=[(f"choice-{at + 1}", _choice(at + 1)) for at in range(len(record.quotas))],
        labels=_LABELS,
        typed=typed if typed and typed.get("do") == "save" else stored,
        stored=stored,
        version=_version(entrant),
        faults=faults,
        stale=_CHANGED in faults,
        **_named(record),
    )
