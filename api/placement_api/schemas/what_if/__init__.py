"""Schemas of the room `placement.what_if`."""
