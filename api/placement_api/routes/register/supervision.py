"""Routes of supervision: supervisors and their training."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.register import supervision
from placement_api.callers import Care, CareConfirming
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import SupervisorPath, TrainingPath
from placement_api.schemas.register.supervision import (
    SupervisorChange,
    SupervisorFilter,
    SupervisorGiven,
    SupervisorShown,
    TrainingGiven,
)
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1/supervisors", tags=["supervisors"])


@router.get("", summary="List supervisors")
def list_supervisors(
    store: Transaction, by: Care, asked: Annotated[SupervisorFilter, Query()], links: Linked
) -> Listed[SupervisorShown]:
    """List the supervisors of the caller's units.

    Listar handledarna på de egna enheterna.
    """
    found = supervision.list_supervisors(
        store,
        by,
        unit=asked.unit_id,
        profession=asked.profession,
        role=asked.role,
        external_id=asked.external_id,
        span=asked.span,
    )
    return links.page(asked, found, SupervisorShown.of)


@router.post("", status_code=201, summary="Add a supervisor")
def name_supervisor(
    store: Transaction, by: CareConfirming, given: SupervisorGiven, response: Response
) -> SupervisorShown:
    """Add a supervisor to a unit, by the provider's own pseudonym.

    Lägger till en handledare på en enhet, med huvudmannens egen pseudonym.
    """
    shown = SupervisorShown.of(supervision.name_supervisor(store, by, given.values()))
    tag(response, shown)
    response.headers["Location"] = f"/v1/supervisors/{shown.id}"
    return shown


@router.get("/{supervisorId}", summary="Show a supervisor")
def show_supervisor(store: Transaction, by: Care, supervisor_id: SupervisorPath, response: Response) -> SupervisorShown:
    """Show one supervisor with training and weeks on duty.

    Visar en handledare med handledarutbildning och veckor i tjänst.
    """
    shown = SupervisorShown.of(supervision.show_supervisor(store, by, supervisor_id))
    tag(response, shown)
    return shown


@router.patch("/{supervisorId}", summary="Change a supervisor")
def change_supervisor(
    store: Transaction,
    by: CareConfirming,
    supervisor_id: SupervisorPath,
    change: SupervisorChange,
    expected: IfMatch,
    response: Response,
) -> SupervisorShown:
    """Change the fields that are sent; the unit cannot be changed.

    Ändrar de fält som skickas; enheten kan inte ändras.
    """
    expected.hold(SupervisorShown.of(supervision.show_supervisor(store, by, supervisor_id)))
    changed = supervision.change_supervisor(store, by, supervisor_id, change.changes())
    shown = SupervisorShown.of(changed)
    tag(response, shown)
    return shown


@router.delete("/{supervisorId}", status_code=204, summary="Remove a supervisor")
def remove_supervisor(store: Transaction, by: Care, supervisor_id: SupervisorPath, expected: IfMatch) -> None:
    """Remove a supervisor who is in no plan.

    Tar bort en handledare som inte finns i någon plan.
    """
    expected.hold(SupervisorShown.of(supervision.show_supervisor(store, by, supervisor_id)))
    supervision.remove_supervisor(store, by, supervisor_id)


@router.post("/{supervisorId}/trainings", status_code=201, summary="Record a training in supervision")
def record_training(
    store: Transaction, by: Care, supervisor_id: SupervisorPath, given: TrainingGiven, response: Response
) -> SupervisorShown:
    """Record a course in supervision that the supervisor has completed.

    Registrerar en handledarutbildning som handledaren har genomgått.
    """
    shown = SupervisorShown.of(supervision.record_training(store, by, supervisor_id, given.model_dump()))
    tag(response, shown)
    response.headers["Location"] = f"/v1/supervisors/{shown.id}"
    return shown


@router.delete("/{supervisorId}/trainings/{trainingId}", summary="Remove a training in supervision")
def strike_training(
    store: Transaction,
    by: Care,
    supervisor_id: SupervisorPath,
    training_id: TrainingPath,
    expected: IfMatch,
    response: Response,
) -> SupervisorShown:
    """Remove a training that was recorded by mistake; the version is the supervisor's.

    Tar bort en handledarutbildning som registrerats av misstag; versionen är handledarens.
    """
    expected.hold(SupervisorShown.of(supervision.show_supervisor(store, by, supervisor_id)))
    shown = SupervisorShown.of(supervision.strike_training(store, by, supervisor_id, training_id))
    tag(response, shown)
    return shown
