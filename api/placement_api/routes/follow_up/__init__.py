"""Routes of follow-up: figures, gap reports and yearly reports; they mirror `placement.follow_up`."""
