"""Schemas of what the parties enter, from units to requests; they mirror `placement.register`."""
