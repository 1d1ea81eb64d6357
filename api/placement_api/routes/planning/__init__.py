"""Routes of planning: runs and their documents, pins, lottery and balances; they mirror `placement.planning`."""
