"""Routes of the feed: partners follow everything that has happened."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from placement.events import feed
from placement_api.callers import Follower
from placement_api.schemas.events.feed import EventFilter, EventShown, Feed
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["publishing"])


@router.get("/events", summary="Read events")
def read_feed(store: Transaction, by: Follower, asked: Annotated[EventFilter, Query()]) -> Feed:
    """Read the events after a cursor. Events are never removed. api/README.md lists the kinds of events.

    Läser händelserna efter en markör. Händelser tas aldrig bort. Slagen av händelser finns i api/README.md.
    """
    events = feed.read_feed(
        store,
        by,
        after=asked.after,
        kind=asked.kind,
        term_id=asked.term_id,
        subject_id=asked.subject_id,
        limit=asked.limit,
    )
    shown = [EventShown.of(event) for event in events]
    return Feed(items=shown, next=shown[-1].cursor if shown else asked.after)
