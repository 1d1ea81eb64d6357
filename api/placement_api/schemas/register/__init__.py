"""Schemas of the room `placement.register`."""
