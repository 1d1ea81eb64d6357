"""Schemas of webhooks: where what happens is sent, and how the sending goes."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from placement.outgoing.webhooks import Subscription
from placement.tables.webhooks import LONGEST_URL, StopReason
from placement_api.paging import Paging
from placement_api.schemas.base import Change, Changeable, Different, Given, Switch, example
from placement_api.sorting import sorting

Url = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_URL,
        pattern=r"^[!-~]+$",
        description="An https address at port 443, by the name of a public host. En https-adress på port 443, med "
        "namnet på en publik värd.",
    ),
]
Kind = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z-]+\.[a-z-]+$")]
Kinds = Annotated[
    list[Kind],
    Field(
        max_length=100,
        description="Kinds of events, as in the catalogue; all where none is named. Slag av händelser; tom: alla.",
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
    """Where what happens is to be sent. Vart det som händer ska sändas."""

    model_config = example(_GIVEN)

    url: Url
    kinds: Kinds = Field(default_factory=list)


class WebhookChange(Change, Given):
    """What of a webhook becomes another. Det som ändras i en webhook."""

    model_config = example({"active": True})

    url: Url
    kinds: Kinds
    active: Switch


class WebhookShown(Changeable):
    """A webhook and how the sending goes, without its secret. En webhook och hur det går, utan sin hemlighet."""

    model_config = example(_WEBHOOK)

    url: str
    kinds: list[str]
    active: bool
    reason: StopReason | Literal["token-revoked"] | None = Field(
        description="Why nothing is sent, where its owner has not set it so. Varför inget sänds."
    )
    failing: bool = Field(description="The last event is waiting to be sent again. Den senaste händelsen sänds igen.")
    cursor: int = Field(description="All up to this event is sent. Allt till och med denna händelse är sänt.")
    attempted_at: dt.datetime | None
    outcome: str | None = Field(
        description="What came of the last attempt: the status answered, or forbidden-address, unknown-host, timeout, "
        "tls, no-connection, no-http. Vad det senaste försöket gav."
    )
    created_at: dt.datetime

    @classmethod
    def of(cls, subscription: Subscription) -> WebhookShown:
        """Show a webhook with how far its sending has come."""
        return cls.model_validate(_fields(subscription))


class WebhookMade(WebhookShown):
    """A new webhook, with the secret that what is sent is signed with. En ny webhook, med sin hemlighet."""

    model_config = example({**_WEBHOOK, "secret": "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="})

    secret: str = Field(description="Shown only now; it verifies webhook-signature. Visas bara nu.")

    @classmethod
    def of(cls, subscription: Subscription) -> WebhookMade:
        """Show a webhook the first time."""
        return cls.model_validate({**_fields(subscription), "secret": subscription.webhook.secret})


class WebhookFilter(Paging):
    """Which part of the webhooks. Vilken del av webhookarna."""

    sort: str | None = sorting("createdAt", "url", "id")


def _fields(subscription: Subscription) -> dict[str, object]:
    """Return everything that may be shown again."""
    webhook, delivery = subscription.webhook, subscription.delivery
    return {
        "id": webhook.id,
        "version": webhook.version,
        "url": webhook.url,
        "kinds": webhook.kinds,
        "active": webhook.active,
        "reason": "token-revoked" if subscription.revoked else webhook.reason,
        "failing": webhook.active and delivery.attempts > 0,
        "cursor": delivery.cursor,
        "attempted_at": delivery.attempted_at,
        "outcome": delivery.outcome,
        "created_at": webhook.created_at,
    }
