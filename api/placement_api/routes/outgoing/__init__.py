"""Routes of the room `placement.outgoing`."""
