"""Site round forms: a round is set up for a cohort, changed while its rules are open, and removed or cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlmodel import Session

from placement.callers import Caller, Role
from placement.errors import NotFoundError
from placement.register import terms
from placement.register.organisations import list_organisations
from placement.site_choice import phases, rounds
from placement.site_choice.choices import Choices, choices_of, cohorts_without_round
from placement.site_choice.measuring import RoundRecord
from placement.store.access import EVERY
from placement.tables import SiteRoundStatus, Term
from placement_api.pages.forms import action_in
from placement_api.pages.frame import lead, show
from placement_api.pages.holders import changed_by
from placement_api.pages.readers import Fields, Institution
from placement_api.pages.site_round_fields import (
    DATES,
    EFFECTS,
    KINDS,
    OF_A_CLASS,
    OF_A_QUOTA,
    class_rows,
    in_order,
    sent_in,
    stored_in,
    wrong_at,
)
from placement_api.pages.sites import RoundId
from placement_api.pages.term_fields import Wrong
from placement_api.pages.terms import TermCode
from placement_api.schemas.site_choice.rounds import SiteRoundCancelled, SiteRoundChange, SiteRoundGiven
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["site-rounds", "cohorts", "places"])

_NO_COHORT = Words("Välj en av kullarna i listan.", "Choose one of the cohorts in the list.")
_CHANGED = Words(
    "Någon annan har ändrat valet medan du skrev. Inget är överskrivet: fälten har det du skrev, raden under varje "
    "fält det som är sparat nu.",
    "Somebody else has changed the round while you typed. Nothing is overwritten: the fields have what you typed, the "
    "line beneath each what is saved now.",
)


@router.get("/terms/{code}/sites/new")
def ask_round(
    request: Request,
    store: Transaction,
    by: Institution,
    code: TermCode,
    cohort: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Ask which cohort chooses sites, if several may, and then for the rules of its round."""
    term = terms.term_called(store, by, code)
    free = cohorts_without_round(store, by, term.id)
    chosen = cohort or (free[0][0].id if len(free) == 1 else "")
    if not chosen:
        return _cohorts(request, store, by, term)
    return _form(request, store, by, term, choices_of(store, by, chosen), {})


@router.post("/terms/{code}/sites/new")
def add_round(request: Request, store: Transaction, by: Institution, code: TermCode, fields: Fields) -> Response:
    """Set up a round."""
    term = terms.term_called(store, by, code)
    try:
        choices = choices_of(store, by, fields.get("cohort", ""))
    except NotFoundError:
        return _cohorts(request, store, by, term, [_NO_COHORT])
    sent = sent_in(fields, choices.cohort.id, choices.sites, class_rows(None))
    made: list[RoundRecord] = []

    def add() -> None:
        given = SiteRoundGiven.model_validate(sent.values)
        with store.begin_nested():
            made.append(rounds.add_round(store, by, given.model_dump()))

    if wrong := wrong_at(add, sent):
        return _form(request, store, by, term, choices, fields, wrong=wrong)
    return lead(f"/terms/{code}/sites/{made[0].round.id}", done="round-added")


@router.get("/terms/{code}/sites/{round_id}/settings")
def show_rules(request: Request, store: Transaction, by: Institution, code: TermCode, round_id: RoundId) -> Response:
    """Show a round's rules, which can be changed as long as it is planned."""
    term = terms.term_called(store, by, code)
    record = rounds.show_round(store, by, round_id)
    return _form(request, store, by, term, choices_of(store, by, record.round.cohort_id), {}, record=record)


@router.post("/terms/{code}/sites/{round_id}/settings")
def change_rules(
    request: Request, store: Transaction, by: Institution, code: TermCode, round_id: RoundId, fields: Fields
) -> Response:
    """Change a round, remove it or cancel it, unless somebody else has changed it meanwhile."""
    term = terms.term_called(store, by, code)
    record, action = rounds.show_round(store, by, round_id), action_in(fields, "save", "later", "remove", "cancel")
    choices = choices_of(store, by, record.round.cohort_id)
    if fields.get("version") != str(record.round.version):
        return _form(request, store, by, term, choices, fields, record=record, stale=True)
    sent = sent_in(fields, choices.cohort.id, in_order(record, choices.sites), class_rows(record))

    def carry_out() -> None:
        with store.begin_nested():
            match action:
                case "remove":
                    rounds.remove_round(store, by, round_id)
                case "cancel":
                    given = SiteRoundCancelled.model_validate({"because": fields.get("because", "").strip()})
                    phases.cancel_round(store, by, round_id, given.because)
                case "later":
                    day = SiteRoundChange.model_validate({"closesOn": fields.get("closesOn", "").strip()})
                    rounds.change_round(store, by, round_id, day.changes())
                case _:
                    rules = SiteRoundGiven.model_validate(sent.values)
                    rounds.change_round(store, by, round_id, rules.model_dump())

    if wrong := wrong_at(carry_out, sent):
        return _form(request, store, by, term, choices, fields, record=record, wrong=wrong)
    if action == "remove":
        return lead(f"/terms/{code}/sites", done="round-removed")
    done = "round-cancelled" if action == "cancel" else "round-saved"
    return lead(f"/terms/{code}/sites/{round_id}", done=done)


def _cohorts(request: Request, store: Session, by: Caller, term: Term, faults: Sequence[Words] = ()) -> Response:
    """Ask which of the cohorts without a round is to have one."""
    free = cohorts_without_round(store, by, term.id)
    every = list_organisations(store, by, span=EVERY).rows if by.role is Role.COORDINATOR else []
    at = {row.id: Words(row.name_sv, row.name_en) for row in every}
    status = 422 if faults else 200
    values = {"free": free, "at": at, "faults": faults}
    return show(request, store, by, "site_round_cohorts.html", term=term, status=status, **values)


def _form(
    request: Request,
    store: Session,
    by: Caller,
    term: Term,
    choices: Choices,
    typed: Mapping[str, str],
    *,
    record: RoundRecord | None = None,
    wrong: Sequence[tuple[Wrong, Words | None]] = (),
    stale: bool = False,
) -> Response:
    """Show the form of a round with what was typed and what is wrong with it."""
    stored = stored_in(record)
    return show(
        request,
        store,
        by,
        "site_round_form.html",
        term=term,
        status=412 if stale else 422 if wrong else 200,
        record=record,
        choices=choices,
        sites=in_order(record, choices.sites),
        rows=class_rows(record),
        typed=typed if typed.get("do") == "save" else {**stored, **typed},
        stored=stored,
        dates=DATES,
        of_a_quota=OF_A_QUOTA,
        of_a_class=OF_A_CLASS,
        kinds=KINDS,
        effects=EFFECTS,
        shown=_shown(choices),
        class_fields=[f"{name}-{row}" for row in class_rows(record) for name in OF_A_CLASS],
        stored_for={row: _sites_of(record, row) for row in class_rows(record)},
        coordinates=by.role is Role.COORDINATOR,
        wrong=wrong,
        stale=_CHANGED if stale else None,
        changer=changed_by(store, by, record.round.id) if stale and record is not None else None,
        removable=record is not None and record.round.status is SiteRoundStatus.PLANNED,
        cancellable=record is not None and phases.may_cancel(by, record.round),
    )


def _shown(choices: Choices) -> dict[str, Words]:
    """Return what the values of a form's lists are called."""
    listed = {each.value: each.words for each in EFFECTS} | dict(KINDS)
    return listed | {term.id: Words(term.code, term.code) for term in choices.terms}


def _sites_of(record: RoundRecord | None, row: int) -> Sequence[str]:
    """Return the sites to which the class in a row of the form gives priority, as it is stored."""
    classes = () if record is None else record.priorities
    return classes[row - 1].sites or () if row <= len(classes) else ()
