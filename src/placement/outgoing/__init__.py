"""What leaves the service by itself: webhooks that are delivered, and calendars that are subscribed to."""
