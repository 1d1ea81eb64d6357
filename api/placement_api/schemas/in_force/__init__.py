"""Schemas of what is in force: publications and placements; they mirror `placement.in_force`."""
