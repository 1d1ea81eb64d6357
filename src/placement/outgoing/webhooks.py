"""Webhooks: partners have events sent to an address of their own, the same events that they see in the feed.

A webhook is tied to the token that made it or last changed it: once that token is revoked or has expired, nothing more
is sent.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from placement.callers import SYSTEM, Caller
from placement.clock import now
from placement.errors import ConflictError, Fault, InvalidError
from placement.events.feed import CATALOGUE
from placement.keys import Keys, KeysError
from placement.outgoing.destinations import destination_of
from placement.planning.runs import CONCERNED
from placement.store import access
from placement.store.access import FIRST, Page, Span
from placement.store.tokens import TokenState, state_of, tokens_of
from placement.tables import ApiToken, Delivery, Event, Webhook

MOST_WEBHOOKS = 20
_SECRET_BYTES = 32
_IN_CLEAR = "whsec_"
"""How a secret begins; no encrypted one does."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A webhook, how far its delivery has come, and whether the token it is tied to works."""

    webhook: Webhook
    delivery: Delivery
    token: TokenState


@dataclass(frozen=True, slots=True)
class Encrypted:
    """How many secrets have been encrypted anew, and how many no key could read."""

    anew: int
    unreadable: int


def subscribe(
    session: Session, by: Caller, url: str, kinds: Sequence[str], keys: Keys, *, loopback: bool = False
) -> tuple[Subscription, str]:
    """Have events from now on sent to an address: events of some kinds, or of all kinds if none is named.

    Return the webhook, and the secret that signs what is sent, which is shown only now and kept encrypted.
    """
    access.allow(by, CONCERNED)
    _check(url, kinds, loopback=loopback)
    if session.exec(select(func.count()).select_from(_own(by).subquery())).one() >= MOST_WEBHOOKS:
        raise ConflictError(
            sv=f"Ni har redan {MOST_WEBHOOKS} webhookar; ta bort en först.",
            en=f"You already have {MOST_WEBHOOKS} webhooks; remove one first.",
        )
    secret = f"{_IN_CLEAR}{base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()}"
    webhook = Webhook(token_id=by.token or "", url=url, kinds=list(kinds), secret=keys.encrypt(secret))
    access.add(session, by, webhook)
    delivery = Delivery(webhook_id=webhook.id, cursor=newest(session))
    session.add(delivery)
    return Subscription(webhook, delivery, TokenState.VALID), secret


def list_webhooks(session: Session, by: Caller, *, span: Span = FIRST) -> Page[Subscription]:
    """List the webhooks made by holders of the caller's role in the same organisation or unit."""
    access.allow(by, CONCERNED)
    page = access.page_of(session, _own(by).order_by(col(Webhook.id)), span)
    return Page(_with_deliveries(session, page.rows), page.total)


def show_webhook(session: Session, by: Caller, webhook_id: str) -> Subscription:
    """Show one webhook, without its secret."""
    access.allow(by, CONCERNED)
    webhook = access.found(session.exec(_own(by).where(Webhook.id == webhook_id)).first(), webhook_id)
    return _with_deliveries(session, [webhook])[0]


def change_webhook(
    session: Session, by: Caller, webhook_id: str, changes: Mapping[str, Any], *, loopback: bool = False
) -> Subscription:
    """Change a webhook and tie it to the caller's token; an event waiting to be sent again is sent at once."""
    subscription = show_webhook(session, by, webhook_id)
    webhook = subscription.webhook
    _check(changes.get("url", webhook.url), changes.get("kinds", ()), loopback=loopback)
    reason = None if "active" in changes else webhook.reason
    delivery = _hold(session, webhook_id)
    access.change(session, by, webhook, {**changes, "token_id": by.token, "reason": reason})
    delivery.attempts, delivery.due_at = 0, now()
    session.add(delivery)
    return Subscription(webhook, delivery, TokenState.VALID)


def unsubscribe(session: Session, by: Caller, webhook_id: str) -> None:
    """Remove a webhook, so that nothing more is sent."""
    webhook = show_webhook(session, by, webhook_id).webhook
    _hold(session, webhook_id)
    access.remove(session, by, webhook)


def ask_for_test(session: Session, by: Caller, webhook_id: str) -> Subscription:
    """Have a test sent once, ahead of waiting events and whether or not the webhook is active."""
    subscription = show_webhook(session, by, webhook_id)
    delivery = _hold(session, webhook_id)
    delivery.test_asked_at = now()
    session.add(delivery)
    return subscription


def encrypt_anew(session: Session, keys: Keys) -> Encrypted:
    """Encrypt every secret that an older key still has to read by the first key, and count what cannot be read.

    It is the operator's, on the machine where the keys are.
    """
    anew = unreadable = 0
    for webhook in session.exec(select(Webhook).order_by(col(Webhook.id)).with_for_update()):
        if keys.encrypted_by_first(webhook.secret):
            continue
        try:
            access.change(session, SYSTEM, webhook, {"secret": keys.encrypt(keys.decrypt(webhook.secret))})
        except KeysError:
            unreadable += 1
        else:
            anew += 1
    return Encrypted(anew, unreadable)


def hold_readable(session: Session, keys: Keys) -> None:
    """Find out that keys read the stored secrets, by one of them.

    Raises:
        KeysError: they do not.

    """
    stored = select(Webhook.secret).where(~col(Webhook.secret).startswith(_IN_CLEAR)).order_by(col(Webhook.id)).limit(1)
    secret = session.exec(stored).first()
    if secret is not None:
        keys.decrypt(secret)


def newest(session: Session) -> int:
    """Return the cursor of the latest event."""
    return session.exec(select(func.max(Event.sequence))).one() or 0


def _hold(session: Session, webhook_id: str) -> Delivery:
    """Lock a webhook's delivery row; every change of the webhook and every delivery to it locks this row first."""
    return session.get_one(Delivery, webhook_id, with_for_update=True)


def _own(by: Caller) -> SelectOfScalar[Webhook]:
    return select(Webhook).where(col(Webhook.token_id).in_(select(ApiToken.id).where(tokens_of(by))))


def _with_deliveries(session: Session, webhooks: Sequence[Webhook]) -> list[Subscription]:
    """Return each webhook with how far its delivery has come."""
    ids = [webhook.id for webhook in webhooks]
    deliveries = {
        row.webhook_id: row for row in session.exec(select(Delivery).where(col(Delivery.webhook_id).in_(ids)))
    }
    tokens = {webhook.token_id for webhook in webhooks}
    tied = {row.id: row for row in session.exec(select(ApiToken).where(col(ApiToken.id).in_(tokens)))}
    return [Subscription(each, deliveries[each.id], state_of(tied[each.token_id])) for each in webhooks]


def _check(url: str, kinds: Sequence[str], *, loopback: bool) -> None:
    """Refuse an address that nothing may be sent to, and kinds of events that do not exist."""
    faults = [
        Fault(f"/kinds/{at}", f"there is no '{kind}'", f"'{kind}' finns inte")
        for at, kind in enumerate(kinds)
        if kind not in CATALOGUE
    ]
    if destination_of(url, loopback=loopback) is None:
        faults.append(
            Fault(
                "/url",
                "the address must be https, at port 443 of a public host given by name, without user information",
                "adressen ska vara https, på port 443 hos en publik värd som anges med namn, utan användaruppgifter",
            )
        )
    if faults:
        raise InvalidError(*faults)
