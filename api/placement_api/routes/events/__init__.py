"""Routes of the room `placement.events`."""
