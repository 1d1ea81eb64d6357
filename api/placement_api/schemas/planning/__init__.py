"""Schemas of planning: runs, pins, lottery, balances and readiness; they mirror `placement.planning`."""
