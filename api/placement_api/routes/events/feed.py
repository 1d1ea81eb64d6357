"""Routes of the feed: everything that has happened can be followed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from placement.events import feed
from placement_api.callers import Follower
from placement_api.schemas.events.feed import EventFilter, EventShown, Feed
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["publishing"])


@router.get("/events", summary="Follow what happens")
def read_feed(store: Transaction, by: Follower, asked: Annotated[EventFilter, Query()]) -> Feed:
    """Read on from a cursor, as often as wanted: nothing is ever taken out. The catalogue is in the API's README.

    Läs vidare från en markör, hur ofta som helst: ingenting tas någonsin bort.
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
