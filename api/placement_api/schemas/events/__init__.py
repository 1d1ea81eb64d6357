"""Schemas of the room `placement.events`."""
