"""Refusing: why somebody is not let in, in words that say what to do, and what is kept of it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session

from placement.callers import Caller
from placement.errors import PlacementError
from placement.store import access
from placement.tables import RefusalReason, SignInRefusal
from placement_solver.words import Words


class SignInError(PlacementError):
    """Somebody is not let in; ``reason`` is kept if they had proved who they are or had a link that was made here."""

    code = "unauthenticated"

    def __init__(self, words: Words, reason: RefusalReason | None = None) -> None:
        super().__init__(sv=words.sv, en=words.en)
        self.reason = reason


class ProviderError(PlacementError):
    """The identity provider cannot be reached, or answers in a way that cannot be used."""

    code = "unavailable"

    def __init__(self) -> None:
        super().__init__(
            sv="Inloggningstjänsten svarar inte som den ska. Försök igen om en stund.",
            en="The identity provider does not answer as it should. Try again in a moment.",
        )


_WORDS: Mapping[RefusalReason, Words] = {
    RefusalReason.NO_ROLE: Words(
        "Inloggningstjänsten vet vem du är, men ger dig ingen roll här. Vänd dig till samordnaren.",
        "The identity provider knows who you are, but gives you no role here. Turn to the coordinator.",
    ),
    RefusalReason.SEVERAL_ROLES: Words(
        "Inloggningstjänsten ger dig flera roller här, och tjänsten väljer ingen av dem. Vänd dig till samordnaren.",
        "The identity provider gives you several roles here, and the service picks none. Turn to the coordinator.",
    ),
    RefusalReason.WITHDRAWN: Words(
        "Din behörighet är återkallad. Vänd dig till samordnaren.",
        "Your access is withdrawn. Turn to the coordinator.",
    ),
    RefusalReason.OLDER: Words(
        "Inloggningstjänsten har sagt något annat om din roll sedan dess. Logga in på nytt.",
        "The identity provider has said something else of your role since then. Sign in again.",
    ),
    RefusalReason.LINK_USED: Words(
        "Länken är redan använd. Be den som skickade den om en ny.",
        "The link has been used already. Ask whoever sent it for a new one.",
    ),
    RefusalReason.LINK_EXPIRED: Words(
        "Länken är för gammal. Be den som skickade den om en ny.",
        "The link is too old. Ask whoever sent it for a new one.",
    ),
}


def refusal(reason: RefusalReason) -> SignInError:
    """Return the error for a reason."""
    return SignInError(_WORDS[reason], reason)


def keep_refusal(
    session: Session, by: Caller, reason: RefusalReason, *, account: str | None = None, link: str | None = None
) -> None:
    """Keep that somebody was refused, with an entry in the audit trail."""
    access.add(session, by, SignInRefusal(reason=reason, account_id=account, link_id=link))
