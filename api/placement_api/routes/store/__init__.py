"""Routes of the room `placement.store`."""
