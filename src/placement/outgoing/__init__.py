"""What the service sends out: events delivered to webhooks, and calendars that calendar programs subscribe to."""
