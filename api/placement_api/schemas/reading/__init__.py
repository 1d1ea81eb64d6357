"""Schemas of the room `placement.reading`."""
