"""Routes of accounts: people whom the identity provider knows, and who among them is let in no more."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.signing_in import accounts
from placement_api.callers import Coordinator
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import AccountPath
from placement_api.schemas.signing_in.accounts import SignInAccountChange, SignInAccountFilter, SignInAccountShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["signing-in"])


@router.get("/accounts", summary="List accounts")
def list_accounts(
    store: Transaction, by: Coordinator, asked: Annotated[SignInAccountFilter, Query()], links: Linked
) -> Listed[SignInAccountShown]:
    """List those who have signed in by the identity provider; no names are known.

    Listar dem som har loggat in genom inloggningstjänsten; inga namn är kända.
    """
    found = accounts.list_accounts(
        store, by, role=asked.role, organisation=asked.organisation, unit=asked.unit, span=asked.span
    )
    return links.page(asked, found, SignInAccountShown.of)


@router.get("/accounts/{accountId}", summary="Show an account")
def show_account(
    store: Transaction, by: Coordinator, account_id: AccountPath, response: Response
) -> SignInAccountShown:
    """Show one account.

    Visar ett konto.
    """
    shown = SignInAccountShown.of(accounts.show_account(store, by, account_id))
    tag(response, shown)
    return shown


@router.patch("/accounts/{accountId}", summary="Change or withdraw an account")
def change_account(
    store: Transaction,
    by: Coordinator,
    account_id: AccountPath,
    given: SignInAccountChange,
    expected: IfMatch,
    response: Response,
) -> SignInAccountShown:
    """Withdraw an account, which signs it out at once, let it in again, or say whose it is.

    Återkallar ett konto, som genast loggas ut, släpper in det igen, eller anger vems det är.
    """
    expected.hold(SignInAccountShown.of(accounts.show_account(store, by, account_id)))
    shown = SignInAccountShown.of(accounts.change_account(store, by, account_id, given.changes()))
    tag(response, shown)
    return shown
