"""Schemas of planning: runs, pins, lottery and balances; they mirror `placement.planning`."""
