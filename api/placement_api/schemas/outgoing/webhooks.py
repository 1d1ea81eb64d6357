"""Schemas of webhooks: where events are sent, and how the sending goes."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from placement.outgoing.webhooks import Subscription
from placement.refusals import form
from placement.store.tokens import TokenState
from placement.tables.webhooks import LONGEST_URL, StopReason
from placement_api.paging import Paging
from placement_api.schemas.base import Change, Changeable, Different, Given, Switch, example
from placement_api.schemas.events.feed import KIND
from placement_api.sorting import sorting

_ADDRESS = form(r"^[!-~]+$", "en adress utan blanksteg, å, ä och ö", "an address without spaces or letters beyond a–z")
Url = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_URL,
        pattern=_ADDRESS,
        description="An https address with a public host name and port 443. "
        "En https-adress med ett publikt värdnamn och "
        "port 443.",
    ),
]
Kind = Annotated[str, Field(min_length=1, max_length=64, pattern=KIND)]
Kinds = Annotated[
    list[Kind],
    Field(
        max_length=100,
        description="Kinds of events, as in api/README.md; empty: all. "
        "Slag av händelser, som i api/README.md; tom: alla.",
    ),
    Different,
]
_GIVEN: dict[str, JsonValue] = {
    "url": "https://hooks.example.org/placement",
    "kinds": ["placement.published", "placement.cancelled"],
}
_WEBHOOK: dict[str, JsonValue] = {
    "id": "whk_5d21",
    "version": 1,
    **_GIVEN,
    "active": True,
    "reason": None,
    "failing": False,
    "cursor": 4711,
    "attemptedAt": "2026-11-15T09:00:02Z",
    "outcome": "204",
    "createdAt": "2026-11-01T12:00:00Z",
}


class WebhookGiven(Given):
    """Where to send events, and which. Vart händelser ska sändas, och vilka."""

    model_config = example(_GIVEN)

    url: Url
    kinds: Kinds = Field(default_factory=list)


class WebhookChange(Change, Given):
    """The fields of a webhook to change. De uppgifter om webhooken som ska ändras."""

    model_config = example({"active": True})

    url: Url
    kinds: Kinds
    active: Switch


class WebhookShown(Changeable):
    """A webhook without its secret, and how the sending goes. En webhook utan hemlighet, och hur sändningen går."""

    model_config = example(_WEBHOOK)

    url: str
    kinds: list[str]
    active: bool
    reason: StopReason | Literal["token-revoked", "token-expired"] | None = Field(
        description="Why nothing is sent; null if it is sent, or the owner stopped it. "
        "Varför inget sänds; null om det sänds eller ägaren har stoppat det."
    )
    failing: bool = Field(
        description="Whether the last attempt failed and will be repeated. "
        "Om det senaste försöket misslyckades och ska göras om."
    )
    cursor: int = Field(
        description="All events up to and including this one have been sent. "
        "Alla händelser till och med denna har sänts."
    )
    attempted_at: dt.datetime | None
    outcome: str | None = Field(
        description="The outcome of the last attempt: the HTTP status answered, or forbidden-address, unknown-host, "
        "timeout, tls, no-connection, no-http, unreadable-secret. Utfallet av det senaste försöket."
    )
    created_at: dt.datetime

    @classmethod
    def of(cls, subscription: Subscription) -> WebhookShown:
        """Show a webhook and how far its sending has come."""
        return cls.model_validate(_fields(subscription))


class WebhookMade(WebhookShown):
    """A new webhook, with the secret that signs its events. En ny webhook, med hemligheten för signering."""

    model_config = example({**_WEBHOOK, "secret": "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="})

    secret: str | None = Field(
        description="Shown only once, and empty if the call is a repetition; verifies webhook-signature. "
        "Visas bara en gång, och är tom om anropet är en upprepning; verifierar webhook-signature."
    )

    @classmethod
    def new(cls, subscription: Subscription, secret: str) -> WebhookMade:
        """Show a new webhook with its secret."""
        return cls.model_validate({**_fields(subscription), "secret": secret})


class WebhookFilter(Paging):
    """Which part of the webhooks to list. Vilken del av webhookarna som ska listas."""

    sort: str | None = sorting("createdAt", "url", "id")


def _reason(subscription: Subscription) -> str | None:
    """Return why nothing is sent: what has become of the token comes before what has become of the address."""
    if subscription.token is not TokenState.VALID:
        return f"token-{subscription.token}"
    return subscription.webhook.reason


def _fields(subscription: Subscription) -> dict[str, object]:
    """Return every field but the secret."""
    webhook, delivery = subscription.webhook, subscription.delivery
    return {
        "id": webhook.id,
        "version": webhook.version,
        "url": webhook.url,
        "kinds": webhook.kinds,
        "active": webhook.active,
        "reason": _reason(subscription),
        "failing": webhook.active and delivery.attempts > 0,
        "cursor": delivery.cursor,
        "attempted_at": delivery.attempted_at,
        "outcome": delivery.outcome,
        "created_at": webhook.created_at,
    }
