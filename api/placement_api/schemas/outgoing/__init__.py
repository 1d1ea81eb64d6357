"""Schemas of what leaves the service: calendars and webhooks; they mirror `placement.outgoing`."""
