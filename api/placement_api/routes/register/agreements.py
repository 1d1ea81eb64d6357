"""Routes of agreements between lärosäten and providers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.clock import today
from placement.register import agreements, notices
from placement_api.callers import Coordinator, Party, ProviderConfirming
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import AgreementPath
from placement_api.schemas.register.agreements import (
    AgreementChange,
    AgreementFilter,
    AgreementGiven,
    AgreementShown,
    Notice,
    NoticeAsked,
    NoticeForeseen,
)
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1/agreements", tags=["agreements"])


@router.get("", summary="List agreements")
def list_agreements(
    store: Transaction, by: Party, asked: Annotated[AgreementFilter, Query()], links: Linked
) -> Listed[AgreementShown]:
    """List the agreements to which the caller is a party; a coordinator sees all.

    Listar de avtal som anroparen är part i; en samordnare ser alla.
    """
    found = agreements.list_agreements(
        store, by, institution=asked.institution_id, provider=asked.provider_id, span=asked.span
    )
    return links.page(asked, found, AgreementShown.of)


@router.post("", status_code=201, summary="Add an agreement")
def sign_agreement(
    store: Transaction, by: ProviderConfirming, given: AgreementGiven, response: Response
) -> AgreementShown:
    """Add a signed agreement; a provider adds its own.

    Lägger till ett undertecknat avtal; en huvudman lägger till sina egna.
    """
    shown = AgreementShown.of(agreements.sign_agreement(store, by, given.model_dump()))
    tag(response, shown)
    response.headers["Location"] = f"/v1/agreements/{shown.id}"
    return shown


@router.get("/{agreementId}", summary="Show an agreement")
def show_agreement(store: Transaction, by: Party, agreement_id: AgreementPath, response: Response) -> AgreementShown:
    """Show one agreement with its volumes and clauses.

    Visar ett avtal med dess volymer och avtalsklausuler.
    """
    shown = AgreementShown.of(agreements.show_agreement(store, by, agreement_id))
    tag(response, shown)
    return shown


@router.patch("/{agreementId}", summary="Change an agreement")
def change_agreement(
    store: Transaction,
    by: ProviderConfirming,
    agreement_id: AgreementPath,
    change: AgreementChange,
    expected: IfMatch,
    response: Response,
) -> AgreementShown:
    """Change the fields that are sent; the parties cannot be changed, and notice has an endpoint of its own.

    Ändrar de fält som skickas; parterna kan inte ändras, och uppsägning görs med ett eget anrop.
    """
    expected.hold(AgreementShown.of(agreements.show_agreement(store, by, agreement_id)))
    changed = agreements.change_agreement(store, by, agreement_id, change.changes())
    shown = AgreementShown.of(changed)
    tag(response, shown)
    return shown


@router.get(
    "/{agreementId}/notice",
    summary="Foresee a notice",
    responses={409: {"description": ""}},  # an agreement of which notice has been given already
)
def foresee_notice(
    store: Transaction, by: Party, agreement_id: AgreementPath, asked: Annotated[NoticeAsked, Query()]
) -> NoticeForeseen:
    """Tell when the agreement would end if notice were given on a day, and which terms it would not cover.

    Talar om när avtalet skulle upphöra vid uppsägning en viss dag, och vilka terminer det inte skulle täcka.
    """
    day = asked.given_on or today()
    return NoticeForeseen.of(notices.foresee_notice(store, by, agreement_id, day, asked.received_on))


@router.post("/{agreementId}/notice", summary="Give notice of an agreement")
def give_notice(
    store: Transaction, by: Party, agreement_id: AgreementPath, notice: Notice, response: Response
) -> AgreementShown:
    """Give notice; either party may. The agreement ends its months of notice later, to the day, if it is not to before.

    Säger upp ett avtal, vilket båda parterna kan göra. Det upphör när uppsägningstiden har gått, om det inte löper ut
    tidigare. Tiden räknas på dagen, från den dag då uppsägningen togs emot.
    """
    shown = AgreementShown.of(notices.give_notice(store, by, agreement_id, notice.given_on, notice.received_on))
    tag(response, shown)
    return shown


@router.post("/{agreementId}/notice-withdrawals", summary="Withdraw notice of an agreement")
def withdraw_notice(store: Transaction, by: Party, agreement_id: AgreementPath, response: Response) -> AgreementShown:
    """Ask to withdraw notice: it is withdrawn when both parties have asked, or a coordinator has for both.

    Begär att en uppsägning återtas innan tiden har gått. Den återtas när båda parterna har begärt det, eller när en
    samordnare gör det åt båda.
    """
    shown = AgreementShown.of(notices.withdraw_notice(store, by, agreement_id))
    tag(response, shown)
    return shown


@router.delete("/{agreementId}", status_code=204, summary="Remove an agreement")
def remove_agreement(store: Transaction, by: Coordinator, agreement_id: AgreementPath, expected: IfMatch) -> None:
    """Remove an agreement that was added by mistake; to end an agreement, give notice instead.

    Tar bort ett avtal som lagts till av misstag; ett avtal som ska upphöra sägs i stället upp.
    """
    expected.hold(AgreementShown.of(agreements.show_agreement(store, by, agreement_id)))
    agreements.remove_agreement(store, by, agreement_id)
