"""Routes of the room `placement.register`."""
