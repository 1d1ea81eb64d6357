"""Routes of agreements between lärosäten and providers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.register import agreements
from placement_api.callers import Coordinator, Party, Provider
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
    """List the agreements that the caller is a party to.

    De avtal som den som frågar är part i.
    """
    found = agreements.list_agreements(
        store, by, institution=asked.institution_id, provider=asked.provider_id, span=asked.span
    )
    return links.page(asked, found, AgreementShown.of)


@router.post("", status_code=201, summary="Enter an agreement")
def sign_agreement(store: Transaction, by: Provider, given: AgreementGiven, response: Response) -> AgreementShown:
    """Enter an agreement that has been signed; a provider enters its own.

    Lägger in ett undertecknat avtal; en vårdgivare lägger in sina egna.
    """
    shown = AgreementShown.of(agreements.sign_agreement(store, by, given.model_dump()))
    tag(response, shown)
    response.headers["Location"] = f"/v1/agreements/{shown.id}"
    return shown


@router.get("/{agreementId}", summary="Show an agreement")
def show_agreement(store: Transaction, by: Party, agreement_id: AgreementPath, response: Response) -> AgreementShown:
    """Show one agreement with its volumes and clauses.

    Ett avtal med dess volymer och paragrafer.
    """
    shown = AgreementShown.of(agreements.show_agreement(store, by, agreement_id))
    tag(response, shown)
    return shown


@router.patch("/{agreementId}", summary="Change an agreement")
def change_agreement(
    store: Transaction,
    by: Provider,
    agreement_id: AgreementPath,
    change: AgreementChange,
    expected: IfMatch,
    response: Response,
) -> AgreementShown:
    """Change the fields that are named; the parties stay, and notice is given by itself.

    Ändrar de fält som nämns; parterna består, och uppsägning görs för sig.
    """
    expected.hold(AgreementShown.of(agreements.show_agreement(store, by, agreement_id)))
    changed = agreements.change_agreement(store, by, agreement_id, change.changes())
    shown = AgreementShown.of(changed)
    tag(response, shown)
    return shown


@router.post("/{agreementId}/notice", summary="Give notice")
def give_notice(
    store: Transaction, by: Party, agreement_id: AgreementPath, notice: Notice, response: Response
) -> AgreementShown:
    """Give notice, as either party may: the agreement ends six months later, if not before.

    Säger upp avtalet, som båda parter kan: det upphör sex månader senare, om inte förr.
    """
    shown = AgreementShown.of(agreements.give_notice(store, by, agreement_id, notice.given_on))
    tag(response, shown)
    return shown


@router.delete("/{agreementId}", status_code=204, summary="Remove an agreement")
def remove_agreement(store: Transaction, by: Coordinator, agreement_id: AgreementPath, expected: IfMatch) -> None:
    """Remove an agreement that was entered by mistake; one that ends is given notice instead.

    Tar bort ett avtal som lagts in av misstag; ett som ska upphöra sägs i stället upp.
    """
    expected.hold(AgreementShown.of(agreements.show_agreement(store, by, agreement_id)))
    agreements.remove_agreement(store, by, agreement_id)
