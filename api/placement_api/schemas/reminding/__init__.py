"""Schemas of reminders; they mirror `placement.reminding`."""
