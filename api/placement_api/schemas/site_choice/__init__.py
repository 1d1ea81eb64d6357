"""Schemas of site rounds: quotas, wishes, turns, receipts; they mirror `placement.site_choice`."""
