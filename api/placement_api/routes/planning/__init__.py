"""Routes of the room `placement.planning`."""
