"""Routes of the feed of events; they mirror `placement.events`."""
