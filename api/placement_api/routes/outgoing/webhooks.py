"""Routes of webhooks: events are sent to partners' own addresses (Standard Webhooks)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from placement.keys import keys_of
from placement.outgoing import webhooks
from placement_api.callers import Planner
from placement_api.idempotency import keep_instead
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


def _loopback_allowed(request: Request) -> bool:
    """Tell whether webhooks may point at this machine."""
    allowed: bool = request.app.state.settings.webhook_loopback
    return allowed


@router.get("/webhooks", summary="List webhooks")
def list_webhooks(
    store: Transaction, by: Planner, asked: Annotated[WebhookFilter, Query()], links: Linked
) -> Listed[WebhookShown]:
    """List the webhooks of the caller's own organisation or unit, and how the sending goes.

    Listar den egna organisationens eller enhetens webhookar, och hur sändningen går.
    """
    return links.page(asked, webhooks.list_webhooks(store, by, span=asked.span), WebhookShown.of)


@router.post("/webhooks", status_code=201, summary="Add a webhook")
def subscribe(
    store: Transaction, by: Planner, given: WebhookGiven, request: Request, response: Response
) -> WebhookMade:
    """Add a webhook: new events are sent one at a time, signed; the same events that `GET /v1/events` shows the caller.

    Lägger till en webhook: nya händelser sänds en i taget, signerade; samma händelser som `GET /v1/events` visar.
    """
    keys = keys_of(request.app.state.settings)
    made, secret = webhooks.subscribe(store, by, given.url, given.kinds, keys, loopback=_loopback_allowed(request))
    shown = WebhookMade.new(made, secret)
    tag(response, shown)
    response.headers["Location"] = f"/v1/webhooks/{shown.id}"
    keep_instead(request, shown.model_copy(update={"secret": None}))
    return shown


@router.get("/webhooks/{webhookId}", summary="Show a webhook")
def show_webhook(store: Transaction, by: Planner, webhook_id: WebhookPath, response: Response) -> WebhookShown:
    """Show one webhook, and how the sending goes.

    Visar en webhook, och hur sändningen går.
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
    """Change a webhook; it then belongs to the token of the call. Waiting events are sent at once.

    Ändrar en webhook; den hör sedan till anropets åtkomstnyckel. Väntande händelser sänds genast.
    """
    expected.hold(WebhookShown.of(webhooks.show_webhook(store, by, webhook_id)))
    changed = webhooks.change_webhook(store, by, webhook_id, given.changes(), loopback=_loopback_allowed(request))
    shown = WebhookShown.of(changed)
    tag(response, shown)
    return shown


@router.delete("/webhooks/{webhookId}", status_code=204, summary="Remove a webhook")
def unsubscribe(store: Transaction, by: Planner, webhook_id: WebhookPath, expected: IfMatch) -> None:
    """Remove a webhook; nothing more is sent to it.

    Tar bort en webhook; inget mer sänds till den.
    """
    expected.hold(WebhookShown.of(webhooks.show_webhook(store, by, webhook_id)))
    webhooks.unsubscribe(store, by, webhook_id)


@router.post("/webhooks/{webhookId}/tests", status_code=202, summary="Test a webhook")
def ask_for_test(store: Transaction, by: Planner, webhook_id: WebhookPath) -> WebhookShown:
    """Send the event `webhook.test` once, before any waiting events; `outcome` then shows the result.

    Sänder händelsen `webhook.test` en gång, före alla väntande händelser; `outcome` visar sedan resultatet.
    """
    return WebhookShown.of(webhooks.ask_for_test(store, by, webhook_id))
