"""Routes of reminders; they mirror `placement.reminding`."""
