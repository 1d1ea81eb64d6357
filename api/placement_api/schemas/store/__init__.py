"""Schemas of the room `placement.store`."""
