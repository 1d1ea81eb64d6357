"""Schemas of the room `placement.planning`."""
