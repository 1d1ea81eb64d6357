"""The pages of supervisors: who they are, what training counts, who lacks it, and the forms to enter them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field, ValidationError
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import InvalidError
from placement.follow_up.guides import GuidePart, count_guides, list_guides
from placement.in_force.impossible import tell_impossible
from placement.register import supervision, terms
from placement.register.lists import Lists
from placement.register.supervision import Guide
from placement.register.units import list_units, show_unit
from placement.store.access import EVERY, Span
from placement.tables import SupervisorRole, Term
from placement_api.pages.fault_words import TICK
from placement_api.pages.forms import action_in, number_in, words_in
from placement_api.pages.frame import lead, show
from placement_api.pages.readers import Care, Fields
from placement_api.pages.terms import TermCode, weeks_of
from placement_api.schemas.register.supervision import SupervisorGiven, TrainingGiven
from placement_api.transactions import Transaction
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["supervisors"])

ROWS = 50
_LABELS = {
    "unitId": Words("Enhet", "Unit"),
    "externalId": Words("Pseudonym", "Pseudonym"),
    "profession": Words("Yrke", "Profession"),
    "role": Words("Roll", "Role"),
    "sharePercent": Words("Andel av heltid", "Share of full time"),
    "maxStudents": Words("Högst studenter samtidigt", "Students at a time at most"),
    "course": Words("Utbildning", "Training"),
    "credits": Words("Högskolepoäng", "Credits"),
    "completedOn": Words("Genomförd", "Completed"),
    "expiresOn": Words("Gäller till", "Counts until"),
}
_CHANGED = Words(
    "Någon annan har ändrat handledaren medan du skrev. Inget är överskrivet: fälten har det du skrev, raden under "
    "varje fält det som är sparat nu.",
    "Somebody else has changed the supervisor while you typed. Nothing is overwritten: the fields have what you typed, "
    "the line beneath each what is saved now.",
)


class SupervisorsAsked(BaseModel):
    """Which supervisors are asked for."""

    show: GuidePart | None = None
    unit: Annotated[str, Field(max_length=64)] | None = None
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0

    def query(self, **other: object) -> str:
        """Return the address's query for these, with other values for some filters."""
        given = {**self.model_dump(), **other}
        return urlencode({name: str(value) for name, value in given.items() if value})


@router.get("/terms/{code}/supervisors")
def show_supervisors(
    request: Request, store: Transaction, by: Care, code: TermCode, asked: Annotated[SupervisorsAsked, Query()]
) -> Response:
    """Show the supervisors at the reader's units, with their training."""
    term = terms.term_called(store, by, code)
    found = list_guides(store, by, term, part=asked.show, unit=asked.unit, span=Span(ROWS, asked.offset))
    return show(
        request,
        store,
        by,
        "supervisors.html",
        term=term,
        asked=asked,
        found=found,
        rows=ROWS,
        counts=count_guides(store, by, term, unit=asked.unit),
        last_day=term.first_week.plus(term.weeks - 1).sunday(),
    )


@router.get("/terms/{code}/supervisors/new")
def ask_supervisor(request: Request, store: Transaction, by: Care, code: TermCode) -> Response:
    """Ask for a new supervisor."""
    return _form(request, store, by, terms.term_called(store, by, code), None, {})


@router.post("/terms/{code}/supervisors/new")
def name_supervisor(request: Request, store: Transaction, by: Care, code: TermCode, fields: Fields) -> Response:
    """Enter a supervisor."""
    term, by = terms.term_called(store, by, code), _confirming(by, fields)
    try:
        given = SupervisorGiven.model_validate(_filled(fields, "unitId"))
        made = supervision.name_supervisor(store, by, given.values())
    except (ValidationError, InvalidError) as error:
        return _form(request, store, by, term, None, fields, words_in(error, _LABELS, SupervisorGiven))
    tell_impossible(store, by)
    return lead(f"/terms/{code}/supervisors/{made.row.id}", done="supervisor-saved")


@router.get("/terms/{code}/supervisors/{supervisor_id}")
def show_supervisor(request: Request, store: Transaction, by: Care, code: TermCode, supervisor_id: str) -> Response:
    """Show one supervisor, who can be changed and whose trainings can be entered."""
    term = terms.term_called(store, by, code)
    return _form(request, store, by, term, supervision.show_supervisor(store, by, supervisor_id), {})


@router.post("/terms/{code}/supervisors/{supervisor_id}")
def change_supervisor(
    request: Request, store: Transaction, by: Care, code: TermCode, supervisor_id: str, fields: Fields
) -> Response:
    """Change a supervisor, or enter or strike a training, unless somebody else has changed them meanwhile."""
    term, by = terms.term_called(store, by, code), _confirming(by, fields)
    guide = supervision.show_supervisor(store, by, supervisor_id)
    action = action_in(fields, "change", "record", "weeks")
    if fields.get("version") != str(guide.row.version):
        return _form(request, store, by, term, guide, fields, [_CHANGED])
    try:
        _carry_out(store, by, term, guide, fields, action)
    except (ValidationError, InvalidError) as error:
        model = TrainingGiven if action == "record" else SupervisorGiven
        return _form(request, store, by, term, guide, fields, words_in(error, _LABELS, model))
    tell_impossible(store, by)
    return lead(f"/terms/{code}/supervisors/{supervisor_id}", done="supervisor-saved")


def _confirming(by: Caller, fields: Mapping[str, str]) -> Caller:
    """Return a caller who has ticked, or not, that what is unusual in a form is meant."""
    return replace(by, accepts_unusual=fields.get("unusual") == "yes")


def _carry_out(store: Session, by: Caller, term: Term, guide: Guide, fields: Mapping[str, str], action: str) -> None:
    """Do what a form of one supervisor asks for."""
    if action == "record":
        training = TrainingGiven.model_validate(_chosen(fields, "course", "credits", "completedOn", "expiresOn"))
        supervision.record_training(store, by, guide.row.id, training.model_dump())
    elif action == "weeks":
        supervision.change_supervisor(store, by, guide.row.id, {"weeks": _on_duty(store, by, term, guide, fields)})
    elif "strike" in fields:
        supervision.strike_training(store, by, guide.row.id, fields["strike"])
    else:
        given = SupervisorGiven.model_validate({**_filled(fields), "unitId": guide.row.unit_id}).values()
        changes = {name: value for name, value in given.items() if name not in {"unit_id", "weeks"}}
        supervision.change_supervisor(store, by, guide.row.id, changes)


def _on_duty(store: Session, by: Caller, term: Term, guide: Guide, fields: Mapping[str, str]) -> list[IsoWeek] | None:
    """Return the weeks on duty when a form says those of one term: in other terms they stay; None is every week."""
    own = weeks_of(term)
    ticked = [week for week in own if f"on-{week}" in fields]
    if guide.weeks is not None:
        return sorted({*guide.weeks, *own}.difference(own).union(ticked))
    if len(ticked) == len(own):
        return None
    later = [each for each in terms.list_terms(store, by, span=EVERY).rows if each.first_week > term.first_week]
    return sorted({week for each in later for week in weeks_of(each)}.difference(own).union(ticked))


def _filled(fields: Mapping[str, str], *more: str) -> dict[str, Any]:
    """Return a supervisor's fields as the schema reads them; one that is left empty has no value."""
    return _chosen(fields, "externalId", "profession", "role", "sharePercent", "maxStudents", *more)


def _chosen(fields: Mapping[str, str], *names: str) -> dict[str, Any]:
    numbers = {"sharePercent", "maxStudents", "credits"}
    given = {name: fields[name].strip() for name in names if fields.get(name, "").strip()}
    return {name: number_in(text) if name in numbers else text for name, text in given.items()}


def _form(
    request: Request,
    store: Session,
    by: Caller,
    term: Term,
    guide: Guide | None,
    typed: Mapping[str, str],
    faults: Sequence[Words] = (),
) -> Response:
    """Show the form of a supervisor, new or stored, with what was typed and what is wrong with it."""
    units = [] if guide else [each.unit for each in list_units(store, by, span=EVERY).rows]
    return show(
        request,
        store,
        by,
        "supervisor.html",
        term=term,
        status=422 if faults else 200,
        guide=guide,
        unit_name=guide and show_unit(store, by, guide.row.unit_id).unit.name,
        units=units,
        professions=sorted(Lists(store).professions.names.items(), key=lambda each: each[1].sv),
        roles=list(SupervisorRole),
        typed=typed,
        stored=_stored(guide),
        labels=_LABELS,
        faults=faults,
        stale=_CHANGED in faults,
        on_duty=[]
        if guide is None
        else [(week, guide.weeks is None or week in guide.weeks) for week in weeks_of(term)],
        unusual=any(TICK.sv in each.sv for each in faults),
    )


def _stored(guide: Guide | None) -> dict[str, str]:
    """Return the stored values as the form has them; those of a new supervisor are the usual ones."""
    if guide is None:
        return {"role": SupervisorRole.SUPERVISOR.value, "maxStudents": "2", "profession": "nurse"}
    row = guide.row
    return {
        "externalId": row.external_id,
        "profession": row.profession,
        "role": row.role.value,
        "sharePercent": "" if row.share_percent is None else str(row.share_percent),
        "maxStudents": str(row.max_students),
    }
