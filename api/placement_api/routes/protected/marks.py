"""Routes of the marks of protected identity; a token needs the right to see them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.protected import by_hand, marks
from placement_api.callers import Institution
from placement_api.paging import Linked, Listed, Paging
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import PinPath, StudentPath
from placement_api.schemas.planning.pins import PinShown
from placement_api.schemas.protected.marks import ContactChange, ProtectedGiven, ProtectedPinGiven, ProtectedShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1/protected-students", tags=["protected-identity"])


@router.get("", summary="List protected students")
def list_protected(
    store: Transaction, by: Institution, asked: Annotated[Paging, Query()], links: Linked
) -> Listed[ProtectedShown]:
    """List the lärosäte's own students with a protected identity. Each look is logged.

    Listar lärosätets egna studenter med skyddade personuppgifter. Varje läsning loggas.
    """
    return links.page(asked, marks.list_protected(store, by, span=asked.span), ProtectedShown.of)


@router.post("", status_code=201, summary="Protect a student")
def protect(store: Transaction, by: Institution, given: ProtectedGiven, response: Response) -> ProtectedShown:
    """Mark a student as protected: from now on only those with the right find anything of theirs.

    Märker en student som skyddad: från och med nu hittar bara de som har rätt till det något om studenten.
    """
    contact = given.model_dump(exclude={"student_id"})
    shown = ProtectedShown.of(marks.protect(store, by, given.student_id, contact))
    tag(response, shown)
    response.headers["Location"] = f"/v1/protected-students/{shown.id}"
    return shown


@router.get("/{studentId}", summary="Show a protected student")
def show_protected(store: Transaction, by: Institution, student_id: StudentPath, response: Response) -> ProtectedShown:
    """Show whom a unit turns to in a protected student's place. Each look is logged.

    Visar vem en enhet vänder sig till i stället för till en skyddad student. Varje läsning loggas.
    """
    shown = ProtectedShown.of(marks.show_protected(store, by, student_id))
    tag(response, shown)
    return shown


@router.patch("/{studentId}", summary="Change whom a unit turns to")
def change_contact(
    store: Transaction,
    by: Institution,
    student_id: StudentPath,
    given: ContactChange,
    expected: IfMatch,
    response: Response,
) -> ProtectedShown:
    """Change whom a unit turns to in a protected student's place.

    Ändrar vem en enhet vänder sig till i stället för till en skyddad student.
    """
    expected.hold(ProtectedShown.of(marks.show_protected(store, by, student_id)))
    shown = ProtectedShown.of(marks.change_contact(store, by, student_id, given.changes()))
    tag(response, shown)
    return shown


@router.delete("/{studentId}", status_code=204, summary="Lift a student's protection")
def lift(store: Transaction, by: Institution, student_id: StudentPath, expected: IfMatch) -> None:
    """Lift the protection; the student is then shown as anyone else, with what has happened meanwhile.

    Häver skyddet; studenten visas sedan som alla andra, med det som har hänt under tiden.
    """
    expected.hold(ProtectedShown.of(marks.show_protected(store, by, student_id)))
    marks.lift(store, by, student_id)


@router.get("/{studentId}/pins", summary="List a protected student's placements by hand")
def list_protected_pins(
    store: Transaction, by: Institution, student_id: StudentPath, asked: Annotated[Paging, Query()], links: Linked
) -> Listed[PinShown]:
    """List what the lärosäte has decided by hand for a protected student.

    Listar det som lärosätet har bestämt för hand för en skyddad student.
    """
    return links.page(asked, by_hand.list_pins(store, by, student_id, span=asked.span), PinShown.model_validate)


@router.post("/{studentId}/pins", status_code=201, summary="Place a protected student by hand")
def pin_protected(
    store: Transaction, by: Institution, student_id: StudentPath, given: ProtectedPinGiven, response: Response
) -> PinShown:
    """Decide by hand where a protected student is placed; later plans keep it. Refused if it breaks a rule by itself.

    Bestämmer för hand var en skyddad student placeras; senare planer behåller det. Avvisas om det bryter en regel.
    """
    shown = PinShown.model_validate(
        by_hand.pin_protected(store, by, student_id, given.request_id, given.unit_id, given.start)
    )
    tag(response, shown)
    return shown


@router.delete("/{studentId}/pins/{pinId}", status_code=204, summary="Leave a protected student to planning")
def unpin_protected(
    store: Transaction, by: Institution, student_id: StudentPath, pin_id: PinPath, expected: IfMatch
) -> None:
    """Take back what was decided by hand; later plans decide.

    Tar tillbaka det som bestämts för hand; senare planer avgör.
    """
    expected.hold(PinShown.model_validate(by_hand.show_pin(store, by, student_id, pin_id)))
    by_hand.unpin_protected(store, by, student_id, pin_id)
