"""Schemas of what is asked and answered: surveys, their rounds and figures; they mirror `placement.surveys`."""
