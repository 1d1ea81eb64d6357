"""Schemas of the room `placement.outgoing`."""
