"""Routes of planning: runs, their documents, pins, lottery, balances, readiness; they mirror `placement.planning`."""
