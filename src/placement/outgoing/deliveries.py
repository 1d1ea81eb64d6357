"""Deliveries: events are sent to webhooks one by one and in order, each until it is received (Standard Webhooks).

A lease lets one process at a time send to a webhook. If a process dies between sending an event and recording it,
another process sends the same event again, under the same ``webhook-id``.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from sqlalchemy import Engine, and_, or_
from sqlalchemy import func as sql
from sqlalchemy import select as rows_of
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar
from standardwebhooks import Webhook as Signer

from placement.background import BackgroundTask
from placement.callers import SYSTEM, Caller
from placement.clock import now
from placement.database import open_session, read_session
from placement.events.feed import Told, read_feed
from placement.keys import Keys, KeysError, keys_of
from placement.lanes.jobs import Lane
from placement.outgoing.destinations import Outcome, destination_of, send
from placement.outgoing.webhooks import newest
from placement.settings import Settings
from placement.store import access
from placement.store.protection import look_as
from placement.store.tokens import bearer_of, works
from placement.tables import ApiToken, Delivery, Event, StopReason, Webhook

PAUSES = tuple(
    dt.timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""The wait after each failure of an event; after one more failure nothing is sent until the webhook is reactivated."""
LEASE = dt.timedelta(minutes=2)
AT_ONCE = 4
"""In a lane, so many webhooks are sent to at once by a process: one that is slow does not keep the others waiting."""
TURN = 50
"""The number of events sent to a webhook before the others have their turn."""
TEST = "webhook.test"
GONE = 410


@dataclass(frozen=True, slots=True)
class Parcel:
    """Something to be sent: to which webhook, by which worker, and, unless it is a test, the cursor of the event."""

    webhook_id: str
    worker: str
    url: str
    secret: str
    message_id: str
    body: str
    cursor: int | None
    left: int

    def headers(self, keys: Keys) -> dict[str, str]:
        """Sign what is sent, for this moment.

        Raises:
            KeysError: no key reads the webhook's secret.

        """
        at = now()
        return {
            "Content-Type": "application/json",
            "User-Agent": "Placement",
            "webhook-id": self.message_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Signer(keys.decrypt(self.secret)).sign(self.message_id, at, self.body),
        }


class Courier(BackgroundTask):
    """Sends events to webhooks; when stopped, it finishes the current sending and starts no other."""

    lane = Lane.WEBHOOKS
    at_once = AT_ONCE

    def __init__(self, engine: Engine, settings: Settings) -> None:
        super().__init__("courier")
        self._engine = engine
        self._settings = settings

    def pending(self, session: Session) -> int:
        """Count the webhooks to which something is due, or is being sent."""
        return session.exec(select(sql.count()).select_from(_due().subquery())).one()

    def turn(self, worker: str) -> bool:
        """Give one webhook its turn."""
        return self.deliver(worker)

    def deliver(self, worker: str) -> bool:
        """Give one webhook its turn, under a worker's name; return whether any was waiting."""
        with read_session(self._engine) as session:
            if session.exec(_waiting()).first() is None:
                return False
        with open_session(self._engine) as session:
            parcel = take(session, worker)
        while parcel is not None:
            outcome = self._send(parcel)
            with open_session(self._engine) as session:
                parcel = settle(session, parcel, outcome, go_on=not self._stopping.is_set())
        return True

    def _send(self, parcel: Parcel) -> Outcome:
        """Send a parcel, unless its address is forbidden or the secret that signs it cannot be read."""
        to = destination_of(parcel.url, loopback=self._settings.webhook_loopback)
        if to is None:
            return Outcome(None, "forbidden-address")
        try:
            headers = parcel.headers(keys_of(self._settings))
        except KeysError:
            return Outcome(None, "unreadable-secret")
        return send(to, parcel.body.encode(), headers)


def take(session: Session, worker: str) -> Parcel | None:
    """Lease the webhook that has waited longest to a worker, and return the first event to be sent to it."""
    delivery = session.exec(_waiting().with_for_update(skip_locked=True, of=Delivery)).first()
    if delivery is None:
        return None
    delivery.worker = worker
    return _next(session, delivery, TURN)


def settle(session: Session, parcel: Parcel, outcome: Outcome, *, go_on: bool = True) -> Parcel | None:
    """Record the outcome of a sending, and return what to send next to the same webhook if its turn is not over."""
    mine = select(Delivery).where(Delivery.webhook_id == parcel.webhook_id, Delivery.worker == parcel.worker)
    delivery = session.exec(mine.with_for_update()).first()
    if delivery is None:  # the webhook was removed, or another worker took over an expired lease
        return None
    delivery.attempted_at, delivery.outcome = now(), outcome.word
    if parcel.cursor is None:
        delivery.test_asked_at = None
    elif outcome.received:
        delivery.cursor, delivery.attempts = parcel.cursor, 0
    elif not _wait(delivery, outcome):
        _stop(session, parcel.webhook_id, StopReason.GONE if outcome.status == GONE else StopReason.FAILING)
        go_on = False
    else:
        go_on = False
    if go_on and parcel.left > 1:
        return _next(session, delivery, parcel.left - 1)
    _release(session, delivery)
    return None


def longest_due(session: Session) -> Delivery | None:
    """Return the delivery that has been due longest and that nobody is at work on."""
    return session.exec(_waiting()).first()


def release_all(session: Session) -> None:
    """End every lease: nobody sends from a database that has been restored."""
    for delivery in session.exec(select(Delivery).where(col(Delivery.worker).is_not(None))):
        _release(session, delivery)


def body_of(event: Told) -> str:
    """Write an event as the feed shows it."""
    return _written(
        event.sequence, event.at, event.kind, event.term_id, event.subject_type, event.subject_id, event.details
    )


def _wait(delivery: Delivery, outcome: Outcome) -> bool:
    """Count a failure and schedule the event to be sent again; return whether another attempt is due at all."""
    if outcome.status == GONE or delivery.attempts >= len(PAUSES):
        return False
    delivery.due_at = now() + PAUSES[delivery.attempts]
    delivery.attempts += 1
    return True


def _waiting() -> SelectOfScalar[Delivery]:
    """Return the query for the webhook that has waited longest: no worker has it, and a test or an event is due."""
    leased = col(Delivery.leased_until)
    free = or_(leased.is_(None), leased < now(), leased > now() + 2 * LEASE)  # the last where the clock was set back
    return _due().where(free).order_by(col(Delivery.due_at), col(Delivery.webhook_id)).limit(1)


def _due() -> SelectOfScalar[Delivery]:
    """Return the query for the webhooks to which a test or an event is due, whether or not a worker has them."""
    last = rows_of(sql.coalesce(sql.max(Event.sequence), 0)).scalar_subquery()
    due = or_(col(Delivery.attempts) == 0, col(Delivery.due_at) <= now())  # only what has failed waits for its time
    behind = and_(col(Webhook.active), due, col(Delivery.cursor) < last)
    return (
        select(Delivery)
        .join(Webhook, col(Webhook.id) == Delivery.webhook_id)
        .join(ApiToken, col(ApiToken.id) == Webhook.token_id)
        .where(works(), or_(col(Delivery.test_asked_at).is_not(None), behind))
    )


def _next(session: Session, delivery: Delivery, left: int) -> Parcel | None:
    """Extend the lease for the next event that the webhook wants, or release the webhook if there is none."""
    webhook = session.get_one(Webhook, delivery.webhook_id)
    by = bearer_of(session, webhook.token_id)
    if by is not None:
        look_as(session, by)
    message = None if by is None else _message(session, by, webhook, delivery)
    if message is None:
        _release(session, delivery)
        return None
    delivery.leased_until = now() + LEASE
    session.add(delivery)
    message_id, body, cursor = message
    return Parcel(webhook.id, delivery.worker or "", webhook.url, webhook.secret, message_id, body, cursor, left)


def _message(session: Session, by: Caller, webhook: Webhook, delivery: Delivery) -> tuple[str, str, int | None] | None:
    """Return what to send: the requested test or the next event; events that the webhook does not want are skipped."""
    if delivery.test_asked_at is not None:
        name = f"tst_{delivery.test_asked_at:%Y%m%d%H%M%S%f}_{webhook.id}"
        body = _written(delivery.cursor, delivery.test_asked_at, TEST, None, "webhook", webhook.id, {})
        return name, body, None
    if not webhook.active:
        return None
    last = newest(session)  # read before the events: no event can later appear below this cursor
    while delivery.cursor < last:
        events = read_feed(session, by, after=delivery.cursor)
        for event in events:
            if not webhook.kinds or event.kind in webhook.kinds:
                return f"evt_{event.sequence}_{webhook.id}", body_of(event), event.sequence
            delivery.cursor = event.sequence
        if not events:
            delivery.cursor = last
    return None


def _written(
    cursor: int,
    at: dt.datetime,
    kind: str,
    term_id: str | None,
    subject_type: str,
    subject_id: str,
    details: dict[str, object],
) -> str:
    """Write an event as JSON."""
    told = {
        "cursor": cursor,
        "at": at.isoformat().replace("+00:00", "Z"),
        "kind": kind,
        "termId": term_id,
        "subjectType": subject_type,
        "subjectId": subject_id,
        "details": details,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _stop(session: Session, webhook_id: str, reason: StopReason) -> None:
    """Stop sending until the webhook is set active again; the cursor is kept."""
    webhook = session.get_one(Webhook, webhook_id, with_for_update=True)
    access.change(session, SYSTEM, webhook, {"active": False, "reason": reason})


def _release(session: Session, delivery: Delivery) -> None:
    """Release a webhook's lease; the others have their turn before it."""
    delivery.worker = delivery.leased_until = None
    delivery.due_at = max(delivery.due_at, now())
    session.add(delivery)
