"""Schemas of how long records are kept, and of what is on hold; they mirror `placement.retention`."""
