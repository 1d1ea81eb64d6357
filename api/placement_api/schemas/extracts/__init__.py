"""Schemas of extracts of personal data; they mirror `placement.extracts`."""
