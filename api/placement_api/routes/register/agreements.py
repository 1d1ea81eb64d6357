"""Routes of agreements between lärosäten and providers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.register import agreements
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


@router.post("/{agreementId}/notice", summary="Give notice of an agreement")
def give_notice(
    store: Transaction, by: Party, agreement_id: AgreementPath, notice: Notice, response: Response
) -> AgreementShown:
    """Give notice of an agreement; either party may. It ends six months later, or earlier if it expires.

    Säger upp ett avtal, vilket båda parterna kan göra. Det upphör sex månader senare, om det inte löper ut tidigare.
    """
    shown = AgreementShown.of(agreements.give_notice(store, by, agreement_id, notice.given_on))
    tag(response, shown)
    return shown


@router.delete("/{agreementId}", status_code=204, summary="Remove an agreement")
def remove_agreement(store: Transaction, by: Coordinator, agreement_id: AgreementPath, expected: IfMatch) -> None:
    """Remove an agreement that was added by mistake; to end an agreement, give notice instead.

    Tar bort ett avtal som lagts till av misstag; ett avtal som ska upphöra sägs i stället upp.
    """
    expected.hold(AgreementShown.of(agreements.show_agreement(store, by, agreement_id)))
    agreements.remove_agreement(store, by, agreement_id)
