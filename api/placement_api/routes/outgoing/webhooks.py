"""Routes of webhooks: partners have what happens sent to an address of theirs (Standard Webhooks)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from placement.outgoing import webhooks
from placement_api.callers import Planner
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import WebhookPath
from placement_api.schemas.outgoing.webhooks import (
    WebhookChange,
    WebhookFilter,
    WebhookGiven,
    WebhookMade,
    WebhookShown,
)
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["webhooks"])


def _loopback(request: Request) -> bool:
    """Tell whether this machine itself may be sent to."""
    allowed: bool = request.app.state.settings.webhook_loopback
    return allowed


@router.get("/webhooks", summary="List webhooks")
def list_webhooks(
    store: Transaction, by: Planner, asked: Annotated[WebhookFilter, Query()], links: Linked
) -> Listed[WebhookShown]:
    """List the webhooks of one's own organisation or unit, and how the sending goes.

    Den egna organisationens eller enhetens webhookar, och hur sändningen går.
    """
    return links.page(asked, webhooks.list_webhooks(store, by, span=asked.span), WebhookShown.of)


@router.post("/webhooks", status_code=201, summary="Have events sent")
def subscribe(
    store: Transaction, by: Planner, given: WebhookGiven, request: Request, response: Response
) -> WebhookMade:
    """Have what happens from now on posted, one event at a time, signed: what `GET /v1/events` shows the same caller.

    Få det som händer från och med nu sänt, en händelse i taget, signerat: det som `GET /v1/events` visar er.
    """
    made = webhooks.subscribe(store, by, given.url, given.kinds, loopback=_loopback(request))
    shown = WebhookMade.of(made)
    tag(response, shown)
    response.headers["Location"] = f"/v1/webhooks/{shown.id}"
    return shown


@router.get("/webhooks/{webhookId}", summary="Show a webhook")
def show_webhook(store: Transaction, by: Planner, webhook_id: WebhookPath, response: Response) -> WebhookShown:
    """Show one webhook, and how the sending goes.

    En webhook, och hur sändningen går.
    """
    shown = WebhookShown.of(webhooks.show_webhook(store, by, webhook_id))
    tag(response, shown)
    return shown


@router.patch("/webhooks/{webhookId}", summary="Change a webhook")
def change_webhook(
    store: Transaction,
    by: Planner,
    webhook_id: WebhookPath,
    given: WebhookChange,
    expected: IfMatch,
    request: Request,
    response: Response,
) -> WebhookShown:
    """Change where or what is sent, or whether; the token shown answers for it from now on. What waits is sent at once.

    Ändra vart eller vad som sänds, eller om; polletten som visas svarar för det från och med nu. Det som väntar sänds.
    """
    expected.hold(WebhookShown.of(webhooks.show_webhook(store, by, webhook_id)))
    changed = webhooks.change_webhook(store, by, webhook_id, given.changes(), loopback=_loopback(request))
    shown = WebhookShown.of(changed)
    tag(response, shown)
    return shown


@router.delete("/webhooks/{webhookId}", status_code=204, summary="Have nothing more sent")
def unsubscribe(store: Transaction, by: Planner, webhook_id: WebhookPath, expected: IfMatch) -> None:
    """Remove a webhook: nothing more is sent to it.

    Tar bort en webhook: inget mer sänds till den.
    """
    expected.hold(WebhookShown.of(webhooks.show_webhook(store, by, webhook_id)))
    webhooks.unsubscribe(store, by, webhook_id)


@router.post("/webhooks/{webhookId}/tests", status_code=202, summary="Try a webhook")
def ask_for_test(store: Transaction, by: Planner, webhook_id: WebhookPath) -> WebhookShown:
    """Have an event `webhook.test` sent once, before all that waits; `outcome` then tells how it went.

    Få en händelse `webhook.test` sänd en gång, före allt som väntar; `outcome` visar sedan hur det gick.
    """
    return WebhookShown.of(webhooks.ask_for_test(store, by, webhook_id))
