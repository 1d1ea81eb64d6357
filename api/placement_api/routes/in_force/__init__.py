"""Routes of the room `placement.in_force`."""
