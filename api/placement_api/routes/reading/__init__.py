"""Routes of the room `placement.reading`."""
